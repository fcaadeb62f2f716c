/**
 * The types that modules share. Nothing here runs; `core/views/maps/message.py` writes the messages.
 *
 * Base64 stands for packed little-endian numbers; a row is a product's position in the catalogue's table.
 *
 * @typedef {[x: number, y: number]} Position In pixels from the map's top left corner.
 * @typedef {[red: number, green: number, blue: number]} Rgb 0 to 255.
 * @typedef {{ left: number, top: number, width: number, height: number }} Rectangle In pixels.
 */

/**
 * What Streamlit hands to the component.
 * @typedef {object} ComponentArguments
 * @property {Uint8Array} data A message, as JSON in UTF-8.
 * @property {HTMLElement | ShadowRoot} parentElement Where the component lives; stays the same between calls.
 * @property {SendTrigger} setTriggerValue
 */

/** @typedef {(name: string, value: unknown) => void} SendTrigger Tells the page something. */

/** @typedef {PointsMessage | TextsMessage | ImageMessage | MapMessage} Message */

/**
 * Coordinates to keep.
 * @typedef {object} PointsMessage
 * @property {"points"} kind
 * @property {string} id
 * @property {string} coordinates Base64 of float32 (n, 2 or 3); NaN in rows that are not on the map.
 */

/**
 * Names and categories to keep.
 * @typedef {object} TextsMessage
 * @property {"texts"} kind
 * @property {string} id
 * @property {string[]} names One a row.
 * @property {string[]} categories
 * @property {string} category_of Base64 of uint16 (n,): a position in `categories`.
 */

/**
 * The image of the product under the mouse.
 * @typedef {object} ImageMessage
 * @property {"image"} kind
 * @property {number} row -1 for none.
 * @property {string} image A data address, or "".
 */

/**
 * A map: what to draw of the coordinates and texts that were sent before.
 * @typedef {object} MapMessage
 * @property {"map"} kind
 * @property {string} points The id of its coordinates.
 * @property {string} texts The id of its texts.
 * @property {2 | 3} dims
 * @property {string} alt What the map shows, for those who cannot see it.
 * @property {Layer[]} layers The lowest first.
 * @property {string} layer_of Base64 of uint8 (n,): a position in `layers`, 255 for none.
 * @property {string | null} values Base64 of float32 (n,), 0 to 1, for layers on a scale.
 * @property {string[]} scale The colours of 0 to 1, as #rrggbb.
 * @property {[name: string, x: number, y: number][]} names Names to write on the map.
 * @property {[name: string, x: number, y: number, z?: number][]} stars Products that are not in the catalogue.
 * @property {string} picked Base64 of int32: rows that are picked.
 * @property {string} matches Base64 of int32: rows that the search has found.
 * @property {"lasso" | "box" | "pan"} drag What dragging does.
 * @property {number} height In pixels.
 * @property {boolean} images Whether the page can be asked for images.
 * @property {string} file The name, without ending, of the file that the map is saved as.
 */

/**
 * Products drawn in the same way.
 * @typedef {object} Layer
 * @property {string} name
 * @property {number} count
 * @property {string | null} colour As #rrggbb; null takes the next colour of the theme.
 * @property {number} strength Opacity, 0 to 1.
 * @property {boolean} scaled Whether its colours come from `values`.
 * @property {boolean} pickable
 */

/**
 * Coordinates that stay in the browser.
 * @typedef {object} StoredPoints
 * @property {string} id
 * @property {Float32Array} coordinates
 */

/**
 * Names and categories that stay in the browser.
 * @typedef {object} StoredTexts
 * @property {string} id
 * @property {string[]} names
 * @property {string[]} categories
 * @property {Uint16Array} categoryOf
 */

/**
 * Where a visitor looks.
 * @typedef {object} View
 * @property {number} x The centre of the window, in units of the coordinates from the centre of the points.
 * @property {number} y
 * @property {number} zoom
 * @property {number} yaw Radians; yaw and pitch turn maps of three dimensions.
 * @property {number} pitch
 * @property {Set<string>} hidden Names of layers.
 */

/**
 * How coordinates become pixels at one moment.
 * @typedef {object} Frame
 * @property {number} width In pixels, as are all lengths but x and y.
 * @property {number} height
 * @property {number} scaleX Pixels a unit.
 * @property {number} scaleY
 * @property {number} x Where the view's centre lies, as in `View`.
 * @property {number} y
 * @property {number[]} rotation A 3 x 3 matrix, column by column.
 * @property {[number, number, number]} centre Of the points.
 * @property {number} pointSize
 */

/**
 * What to draw the points with.
 * @typedef {object} Paint
 * @property {string[]} colours One a layer.
 * @property {Uint8Array} rgba Four a row; opacity 0 for rows that are not drawn.
 * @property {Uint32Array} order The rows to draw, the lowest first.
 * @property {number[]} visible The same rows, ascending.
 */

/**
 * What draws the points.
 * @typedef {object} PointRenderer
 * @property {(cloud: import("./cloud.js").Cloud, paint: Paint, frame: Frame) => void} draw
 * @property {() => void} release Frees what the browser has few of.
 */

/**
 * A map as its buttons, keys and gestures see it.
 * @typedef {object} MapControls
 * @property {import("./drawing.js").Drawing} drawing
 * @property {View | null} view Null until there are coordinates.
 * @property {Frame | null} frame Null until the map was drawn.
 * @property {Position[] | null} lasso The outline that is being drawn, or the corners of a box.
 * @property {(at: Position, toPick: boolean) => number} nearest The row at a position, -1 for none.
 * @property {(outline: Position[]) => number[]} inside The rows in an outline that can be picked.
 * @property {(rows: number[], add: boolean) => void} pick
 * @property {(factor: number, at?: Position) => void} zoom
 * @property {() => void} reset
 * @property {() => void} toggleFullScreen
 * @property {() => void} save
 * @property {() => void} redraw
 */

/**
 * A map as news reach it.
 * @typedef {object} MapListener
 * @property {(id: string) => boolean} needs Whether it draws coordinates or texts of this id.
 * @property {() => void} load Draws what has come.
 * @property {() => void} describe Shows the image that has come.
 */

export {};

/**
 * Types that several modules share; this file has no code. `core/views/maps/message.py` writes the messages.
 *
 * Base64 holds packed little-endian numbers. A row is a product's position in the catalogue's table.
 *
 * @typedef {[x: number, y: number]} Position In pixels from the map's top left corner.
 * @typedef {[red: number, green: number, blue: number]} Rgb 0 to 255.
 * @typedef {{ left: number, top: number, width: number, height: number }} Rectangle In pixels.
 */

/**
 * What Streamlit hands to the component.
 * @typedef {object} ComponentArguments
 * @property {Uint8Array} data A message, as JSON in UTF-8.
 * @property {HTMLElement | ShadowRoot} parentElement The component's root; the same one in each of its calls.
 * @property {SendTrigger} setTriggerValue
 */

/** @typedef {"lasso" | "box" | "pan"} DragMode */

/** @typedef {(name: string, value: unknown) => void} SendTrigger Sends a value to Python. */

/**
 * What is known of a product; `image` is an address, or "".
 * @typedef {{ image: string, name: string, notes: string[] }} Described
 */

/** @typedef {PointsMessage | TextsMessage | ImageMessage | MapMessage} Message */

/**
 * Coordinates to store in the browser.
 * @typedef {object} PointsMessage
 * @property {"points"} kind
 * @property {string} id
 * @property {string} coordinates Base64 of float32 (n, 2 or 3); NaN in rows that are not on the map.
 */

/**
 * Names and categories to store in the browser.
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
 * A map. It names the coordinates and texts to draw, which have messages of their own.
 * @typedef {object} MapMessage
 * @property {"map"} kind
 * @property {string} points The id of its coordinates.
 * @property {string} texts The id of its texts.
 * @property {2 | 3} dims
 * @property {string} alt What the map shows, for screen readers.
 * @property {Layer[]} layers The lowest first.
 * @property {string} layer_of Base64 of uint8 (n,): a position in `layers`, 255 for none.
 * @property {string | null} values Base64 of float32 (n,), 0 to 1, for layers on a scale.
 * @property {string[]} scale The colours of 0 to 1, as #rrggbb.
 * @property {[name: string, x: number, y: number, z?: number][]} names Names to write on the map.
 * @property {[name: string, x: number, y: number, z?: number][]} stars Products that are not in the catalogue.
 * @property {string} picked Base64 of int32: rows that are picked.
 * @property {string} matches Base64 of int32: rows that the search has found.
 * @property {number | null} height In pixels; null fills the window.
 * @property {boolean} images Whether the map may request images.
 * @property {string} file Name of the PNG file, without extension.
 */

/**
 * Products that share a colour or a colour scale, and a line of the legend.
 * @typedef {object} Layer
 * @property {string} name
 * @property {number} count
 * @property {string | null} colour As #rrggbb; null takes the next colour of the theme.
 * @property {number} strength Opacity, 0 to 1.
 * @property {boolean} scaled Whether it is coloured by `values` on the scale.
 * @property {boolean} pickable
 * @property {boolean} hollow Whether its points are rings.
 */

/**
 * A map's message, unpacked, as its legend, buttons and gestures see it.
 * @typedef {object} MapDrawing
 * @property {MapText} message
 * @property {(row: number) => Layer | undefined} layer The layer that a row is in, if it is drawn.
 */

/** @typedef {Pick<MapMessage, "dims" | "alt" | "layers" | "scale" | "names" | "stars" | "height" | "file">} MapText */

/**
 * A map of a large catalogue. What it shares with `MapMessage` means the same. Rows are places in the order of the
 * points of its tiles.
 * @typedef {MapText & TiledFields} TiledMapMessage
 */

/**
 * @typedef {object} TiledFields
 * @property {"tiled"} kind
 * @property {string} points What its coordinates are kept by.
 * @property {string} look What its colours are kept by.
 * @property {string} view What the part that the visitor looks at is kept by.
 * @property {number[]} low Of the coordinates, one an axis.
 * @property {number[]} high
 * @property {number[]} sides How many tiles lie along an axis, one a level.
 * @property {string} levels Base64 of uint8 (tiles,), ascending.
 * @property {string} cells Base64 of uint16 (tiles, dims): where each lies, counted in tiles of its level.
 * @property {string} starts Base64 of int32 (tiles + 1,): the row at which each begins.
 * @property {[layer: number, value: number | null][]} meanings Of tints; a tint + 128 is of a marked point.
 * @property {string} overview Base64 of uint8: tints of the tiles of the first level.
 * @property {{ picked: number[][], matches: number[][] }} rings Row and coordinates of points to outline.
 * @property {boolean} fades Whether points that are not marked fade.
 * @property {number} picked How many products are.
 */

/**
 * Tiles to store in the browser.
 * @typedef {object} TilesMessage
 * @property {"tiles"} kind
 * @property {string} points
 * @property {string} look
 * @property {number} number Of the request that it answers, 0 for none yet, -1 where none can be sent.
 * @property {[tile: number, points: number][]} places_of
 * @property {string} places Base64 of uint16 (points, dims): steps in the tile, tile by tile.
 * @property {[tile: number, points: number][]} tints_of
 * @property {string} tints Base64 of uint8: positions in `meanings`.
 */

/**
 * What is known of the product under the mouse.
 * @typedef {object} ProductMessage
 * @property {"product"} kind
 * @property {string} points
 * @property {number} row -1 for none.
 * @property {string} name
 * @property {string[]} notes
 * @property {string} image A data address, or "".
 */

/** @typedef {{ number: number, places: number[], tints: number[] }} Wanted Tiles, by what is lacking of them. */

/** @typedef {{ places: Uint16Array, tints: Uint8Array | null, look: string }} Tile */

/** @typedef {"none" | "disc" | "ring"} Shape */

/**
 * Stored coordinates.
 * @typedef {object} StoredPoints
 * @property {string} id
 * @property {Float32Array} coordinates
 */

/**
 * Stored names and categories.
 * @typedef {object} StoredTexts
 * @property {string} id
 * @property {string[]} names
 * @property {string[]} categories
 * @property {Uint16Array} categoryOf
 */

/**
 * Where a visitor looks.
 * @typedef {object} View
 * @property {number} x The middle of the window, from the centre of the points and in their units.
 * @property {number} y
 * @property {number} zoom
 * @property {number} yaw Radians; yaw and pitch turn maps of three dimensions.
 * @property {number} pitch
 * @property {Set<string>} hidden Names of layers.
 */

/**
 * How coordinates are projected to pixels, as last drawn.
 * @typedef {object} Frame
 * @property {number} width In pixels.
 * @property {number} height
 * @property {number} scaleX Pixels per unit.
 * @property {number} scaleY
 * @property {number} x As in `View`.
 * @property {number} y
 * @property {number[]} rotation A 3 x 3 matrix, column by column.
 * @property {[number, number, number]} centre Of the points.
 * @property {number} pointSize
 */

/**
 * The colour of each point and the drawing order.
 * @typedef {object} Paint
 * @property {string[]} colours One a layer.
 * @property {Uint8Array} rgba Four a row; opacity is 0 in rows that are not drawn.
 * @property {Uint8Array} hollow One a row: 1 for a ring.
 * @property {Uint32Array} order The rows to draw, the lowest first.
 * @property {number[]} visible The same rows, ascending.
 */

/**
 * Draws the points.
 * @typedef {object} PointRenderer
 * @property {(cloud: import("./cloud.js").Cloud, paint: Paint, frame: Frame) => void} draw
 * @property {() => void} release Frees what the browser limits in number.
 */

/**
 * A map as its buttons, keys and gestures see it.
 * @typedef {object} MapControls
 * @property {MapDrawing} drawing
 * @property {View | null} view Null until there are coordinates.
 * @property {Frame | null} frame Null until the map is drawn.
 * @property {Position[] | null} lasso The outline that is being drawn, or the corners of a box.
 * @property {number} cursor The row that the keys have reached, -1 for none.
 * @property {DragMode} mode What dragging does.
 * @property {(mode: DragMode) => void} setMode
 * @property {(row: number) => void} moveCursor
 * @property {() => number[] | Int32Array} shownRows The rows that are drawn.
 * @property {() => Float32Array} places Their positions: x and y of each, in pixels.
 * @property {(at: Position, toPick: boolean) => number} nearest The row at a position, -1 for none.
 * @property {(outline: Position[], add: boolean) => void} pickInside Picks the rows in an outline.
 * @property {(row: number) => Described | null} known What is known of a row.
 * @property {(row: number) => void} request Asks the page for what is not.
 * @property {(rows: number[], add: boolean) => void} pick
 * @property {(factor: number, at?: Position) => void} zoom
 * @property {() => void} reset
 * @property {() => void} toggleFullScreen
 * @property {() => void} save
 * @property {() => void} redraw
 */

/**
 * A map as the store sees it: notified when something was stored.
 * @typedef {object} MapListener
 * @property {(id: string) => boolean} needs Whether it draws coordinates or texts of this id.
 * @property {() => void} load Draws what was stored.
 * @property {() => void} describe Shows the image that was stored.
 * @property {() => void} showMode Shows what dragging does.
 */

export {};

// Products side by side, each a button that tells the page which one was opened.
// What a catalogue says arrives as data and becomes text, never markup.

/** What is drawn in a place, and how it reports: Streamlit calls again after each run of the page. */
const places = new WeakMap();

export default function gallery({ data, parentElement, setTriggerValue }) {
  const content = new TextDecoder().decode(data);
  const place = places.get(parentElement) ?? {};
  place.report = (row) => setTriggerValue("opened", row);
  places.set(parentElement, place);
  if (place.content === content && place.root.isConnected) return; // whoever stands on a product stays there
  const root = drawn(JSON.parse(content), (row) => place.report(row));
  if (place.root?.isConnected) place.root.replaceWith(root);
  else parentElement.appendChild(root);
  Object.assign(place, { content, root });
}

function drawn({ layout, width, boxes }, open) {
  const root = element("div", `gallery ${layout}`);
  root.style.setProperty("--width", `${width}px`);
  let watch;
  const opened = (row, tile) => {
    watch?.disconnect();
    watch = comeBack(tile);
    open(row);
  };
  for (const box of boxes) {
    const inside = layout === "boxes" ? root.appendChild(element("div", "box")) : root;
    const tiles = layout === "boxes" ? inside.appendChild(element("div", "tiles")) : inside;
    for (const tile of box.tiles) tiles.appendChild(button(tile, opened));
    if (box.text) inside.appendChild(element("div", "reason", box.text));
    if (box.badge) inside.appendChild(element("div", "badge", box.badge));
  }
  return root;
}

function button({ row, image, title, note, whole }, open) {
  const tile = element("button", "tile");
  tile.type = "button";
  tile.title = [title, whole].filter(Boolean).join("\n");
  tile.setAttribute("aria-label", `Open ${[title, whole].filter(Boolean).join(", ").replaceAll("\n", ", ")}`);
  tile.appendChild(picture(image));
  if (title) tile.appendChild(element("span", "title", title));
  if (note) tile.appendChild(element("span", "note", note));
  tile.addEventListener("click", () => open(row, tile));
  return tile;
}

/** Give the focus back to what opened a dialog once that has closed: the dialog itself leaves it nowhere. */
function comeBack(tile) {
  let seen = false;
  const watch = new MutationObserver(() => {
    const isOpen = document.querySelector("[role=dialog]") !== null;
    if (seen && !isOpen) {
      watch.disconnect();
      if (tile.isConnected) tile.focus();
    }
    seen ||= isOpen;
  });
  watch.observe(document.body, { childList: true, subtree: true });
  return watch;
}

function picture(image) {
  if (!image) return element("span", "picture empty", "no image");
  const picture = element("img", "picture");
  picture.src = image;
  picture.alt = "";
  return picture;
}

function element(name, className, text = "") {
  const made = document.createElement(name);
  made.className = className;
  made.textContent = text;
  return made;
}

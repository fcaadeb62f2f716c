// The map itself: its elements, and what the mouse, the keys and a finger do.
class ProductMap extends Marks {
  constructor(parent) {
    super();
    this.box = element("div", parent, { className: "map" });
    this.box.map = this; // for tests
    this.under = element("canvas", this.box);
    this.over = element("canvas", this.box, { className: "over", tabIndex: 0, role: "img" });
    this.tools = element("div", this.box, { className: "tools" });
    this.card = element("div", this.box, { className: "card", hidden: true });
    this.legend = element("div", parent, { className: "legend" });
    this.said = element("div", parent, { className: "unseen", role: "status" });
    const icon = (path) => `<svg viewBox="0 0 24 24">${path}</svg>`;
    this.tool("Zoom in", "+", () => this.zoom(1.5));
    this.tool("Zoom out", "−", () => this.zoom(1 / 1.5));
    this.tool("Show everything", icon('<path d="M4 9V4h5M20 9V4h-5M4 15v5h5M20 15v5h-5"/>'), () => this.reset());
    this.tool("Full screen", icon('<path d="M14 4h6v6M10 20H4v-6M20 4l-7 7M4 20l7-7"/>'), () => this.fullscreen());
    this.tool("Save as a picture (PNG)", icon('<path d="M12 4v11M7 11l5 5 5-5M5 20h14"/>'), () => this.save());
    this.listen();
    // A browser takes the graphics card away when that is reset, after sleep or with many tabs, and gives it back empty.
    this.under.addEventListener("webglcontextlost", (event) => event.preventDefault());
    this.under.addEventListener("webglcontextrestored", () => {
      this.program = this.buffers = null;
      this.draw();
    });
    this.sized = new ResizeObserver(() => this.draw());
    this.sized.observe(this.box);
  }

  tool(title, inner, action) {
    element("button", this.tools, { type: "button", title, ariaLabel: title, innerHTML: inner, onclick: action });
  }

  leave() {
    this.sized.disconnect();
    maps.delete(this);
    this.gl?.getExtension("WEBGL_lose_context")?.loseContext();
  }

  needs(id) {
    return this.data && (this.data.points === id || this.data.texts === id);
  }

  show(data, setTriggerValue) {
    this.data = data;
    this.tell = setTriggerValue;
    this.of = bytes(data.layer_of);
    this.values = data.values ? floats(data.values) : null;
    this.picked = new Set(integers(data.picked));
    this.found = new Set(integers(data.found));
    this.box.style.height = `${data.height}px`;
    this.over.ariaLabel = `${data.alt}. Arrow keys move it, plus and minus zoom, 0 shows everything.`;
    this.load();
  }

  listen() {
    const over = this.over;
    over.addEventListener("pointerdown", (event) => this.press(event));
    over.addEventListener("pointermove", (event) => (this.held ? this.drag(event) : this.look(event)));
    over.addEventListener("pointerup", (event) => this.release(event));
    over.addEventListener("pointercancel", () => this.let());
    over.addEventListener("pointerleave", () => this.held || this.hover(-1));
    over.addEventListener("dblclick", () => this.reset());
    over.addEventListener("wheel", (event) => this.wheel(event), { passive: false });
    over.addEventListener("keydown", (event) => this.key(event));
  }

  point(event) {
    const { left, top } = this.box.getBoundingClientRect();
    return [event.clientX - left, event.clientY - top];
  }

  press(event) {
    if (event.button > 1 || !this.part) return;
    this.over.setPointerCapture(event.pointerId);
    this.held = { from: this.point(event), last: this.point(event), moves: event.button === 1 || this.data.drag === "pan" };
    this.hover(-1);
  }

  drag(event) {
    const at = this.point(event), { from, last, moves } = this.held;
    if (!this.held.far && Math.hypot(at[0] - from[0], at[1] - from[1]) < 4) return;
    this.held.far = true;
    if (moves && this.data.dims === 3 && !event.shiftKey) {
      this.view.yaw += (at[0] - last[0]) / 150;
      this.view.pitch = within(this.view.pitch + (at[1] - last[1]) / 150, -1.57, 1.57);
    } else if (moves) {
      this.view.x -= (at[0] - last[0]) / this.now.kx;
      this.view.y += (at[1] - last[1]) / this.now.ky;
    } else if (this.data.drag === "select") this.path = [from, [at[0], from[1]], at, [from[0], at[1]]];
    else (this.path ??= [from]).push(at);
    this.held.last = at;
    this.draw();
  }

  release(event) {
    if (!this.held) return;
    const { far, moves } = this.held;
    const path = this.path;
    this.let();
    if (!far) {
      const row = this.near(this.point(event), true);
      if (row >= 0) this.pick([row], event.shiftKey);
    } else if (!moves && path) this.pick(this.inside(path), event.shiftKey);
  }

  let() {
    this.held = null;
    this.path = null;
    this.draw();
  }

  look(event) {
    this.cursor = this.point(event);
    this.hover(this.near(this.cursor, false));
  }

  wheel(event) {
    // The wheel scrolls the page until the map was clicked on, or Ctrl is held.
    if (!event.ctrlKey && !event.metaKey && this.over.getRootNode().activeElement !== this.over) return;
    event.preventDefault();
    this.zoom(Math.exp(-event.deltaY / 300), this.point(event));
  }

  key(event) {
    const step = 60, move = { ArrowLeft: [-1, 0], ArrowRight: [1, 0], ArrowUp: [0, 1], ArrowDown: [0, -1] }[event.key];
    if (event.ctrlKey || event.metaKey || event.altKey || !this.part) return;
    if (move && this.data.dims === 3) (this.view.yaw += move[0] * 0.15), (this.view.pitch = within(this.view.pitch - move[1] * 0.15, -1.57, 1.57));
    else if (move) (this.view.x += (move[0] * step) / this.now.kx), (this.view.y += (move[1] * step) / this.now.ky);
    else if (event.key === "+" || event.key === "=") this.zoom(1.3);
    else if (event.key === "-") this.zoom(1 / 1.3);
    else if (event.key === "0") this.reset();
    else if (event.key === "Escape") this.pick([], false);
    else return;
    event.preventDefault();
    this.draw();
  }

  zoom(factor, about) {
    const { width, height, kx, ky } = this.now, [x, y] = about ?? [width / 2, height / 2];
    const zoom = within(this.view.zoom * factor, 0.5, 400), grown = zoom / this.view.zoom;
    this.view.x += ((x - width / 2) / kx) * (1 - 1 / grown);
    this.view.y -= ((y - height / 2) / ky) * (1 - 1 / grown);
    this.view.zoom = zoom;
    this.draw();
  }

  reset() {
    Object.assign(this.view, { x: 0, y: 0, zoom: 1, yaw: 0.6, pitch: 0.35 });
    this.draw();
  }

  fullscreen() {
    document.fullscreenElement ? document.exitFullscreen() : this.box.requestFullscreen();
  }

  pick(rows, add) {
    const all = add ? [...new Set([...this.picked, ...rows])] : rows;
    this.said.textContent = `${all.length} products picked`;
    this.picked = new Set(all); // shown at once; the page answers with the same
    this.colour();
    this.draw();
    this.tell("picked", all);
  }
}

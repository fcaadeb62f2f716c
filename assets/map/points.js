const VERTEX = `#version 300 es
in vec3 at; in vec4 colour;
uniform mat3 turn; uniform vec3 middle; uniform vec2 scale, shift; uniform float size;
out vec4 own;
void main() {
  vec3 seen = turn * (at - middle);
  gl_Position = vec4(seen.xy * scale + shift, -seen.z * 0.2, 1.0);
  gl_PointSize = size * (1.0 + 0.35 * seen.z);
  own = colour;
}`;
const FRAGMENT = `#version 300 es
precision mediump float;
in vec4 own; out vec4 pixel;
void main() {
  float away = length(gl_PointCoord - 0.5);
  if (away > 0.5) discard;
  pixel = vec4(own.rgb, own.a * (1.0 - smoothstep(0.38, 0.5, away)));
}`;

// Places and colours of the points, what lies where in the window, and the points themselves.
class Points {
  load() {
    const part = kept.get(this.data.points);
    if (!part) return;
    if (part !== this.part) {
      this.part = part;
      this.place(part.points, this.data.dims);
    }
    if (!views.has(this.data.points))
      views.set(this.data.points, { x: 0, y: 0, zoom: 1, yaw: 0.6, pitch: 0.35, hidden: new Set() });
    this.view = views.get(this.data.points);
    this.colour();
    this.writeLegend();
    this.draw();
  }

  // Coordinates, one triple a row; rows that are not on the map are NaN.
  place(points, dims) {
    const n = points.length / dims;
    const low = Array(dims).fill(Infinity), high = Array(dims).fill(-Infinity);
    this.at = new Float32Array(3 * n);
    this.there = [];
    for (let row = 0; row < n; row++) {
      if (!Number.isFinite(points[row * dims])) continue;
      this.there.push(row);
      for (let axis = 0; axis < dims; axis++) {
        const value = points[row * dims + axis];
        this.at[3 * row + axis] = value;
        low[axis] = Math.min(low[axis], value);
        high[axis] = Math.max(high[axis], value);
      }
    }
    const half = (axis) => (axis < dims && high[axis] > low[axis] ? (high[axis] - low[axis]) / 2 : 1e-6);
    this.middle = [0, 1, 2].map((axis) => (axis < dims && this.there.length ? (high[axis] + low[axis]) / 2 : 0));
    this.half = [half(0), half(1), half(2)];
    this.buffers = null;
  }

  // A colour for each row, and the order to draw them in: greyed first, marked last.
  colour() {
    const style = getComputedStyle(this.box);
    const theme = (style.getPropertyValue("--st-chart-categorical-colors") || "#0B6E99").split(",");
    let next = 0;
    this.colours = this.data.layers.map((layer) => layer.colour ?? theme[next++ % theme.length].trim());
    const solid = this.colours.map(rgb), steps = this.data.scale.map(rgb);
    const many = [this.picked, this.found].filter((marked) => marked.size > RINGED);
    const rgba = (this.rgba = new Uint8Array((this.at.length / 3) * 4));
    const heaps = this.data.layers.map(() => []), bright = [];
    this.visible = [];
    for (const row of this.there) {
      const number = this.of[row], layer = this.data.layers[number];
      if (!layer || this.view.hidden.has(layer.name)) continue;
      this.visible.push(row);
      const marked = !many.length || many.some((rows) => rows.has(row));
      const own = layer.scaled ? mixed(steps, this.values[row]) : solid[number];
      rgba.set(own, 4 * row);
      rgba[4 * row + 3] = 255 * (marked ? layer.strength : 0.3 * Math.min(layer.strength, 0.5));
      (many.length && marked ? bright : heaps[number]).push(row);
    }
    this.order = Uint32Array.from([...heaps, bright].flat());
    this.screen = null;
    if (this.buffers) this.fill();
  }

  size() {
    return within(11 - 1.9 * Math.log10(Math.max(this.there.length, 1)), 2.5, 9) * within(this.view.zoom ** 0.35, 1, 3);
  }

  // Pixels a unit, along the window's axes; a map may be stretched to fill the window, but not much.
  scales() {
    const { width, height } = this.box.getBoundingClientRect(), zoom = this.view.zoom;
    if (this.data.dims === 3) {
      const one = (Math.min(width, height) * zoom) / 2;
      return { width, height, kx: one, ky: one };
    }
    const kx = (0.94 * width) / (2 * this.half[0]), ky = (0.92 * height) / (2 * this.half[1]);
    return { width, height, kx: Math.min(kx, 1.7 * ky) * zoom, ky: Math.min(ky, 1.7 * kx) * zoom };
  }

  turn() {
    if (this.data.dims === 2) return [1, 0, 0, 0, 1, 0, 0, 0, 0];
    const { yaw, pitch } = this.view, r = Math.max(...this.half);
    const [cy, sy, cp, sp] = [Math.cos(yaw), Math.sin(yaw), Math.cos(pitch), Math.sin(pitch)];
    // columns: what the unit of each axis becomes
    return [cy, sp * sy, -cp * sy, 0, cp, sp, sy, -sp * cy, cp * cy].map((value) => value / r);
  }

  // Where a place lies in the window, in pixels.
  seen(x, y, z = 0) {
    const { width, height, kx, ky } = this.now, m = this.now.turn, [a, b, c] = [x - this.middle[0], y - this.middle[1], z - this.middle[2]];
    return [
      width / 2 + (m[0] * a + m[3] * b + m[6] * c - this.view.x) * kx,
      height / 2 - (m[1] * a + m[4] * b + m[7] * c - this.view.y) * ky,
    ];
  }

  seenRow(row) {
    return this.seen(this.at[3 * row], this.at[3 * row + 1], this.at[3 * row + 2]);
  }

  draw() {
    if (!this.part || this.waiting) return;
    this.waiting = requestAnimationFrame(() => {
      this.waiting = 0;
      this.paint();
    });
  }

  paint() {
    this.now = { ...this.scales(), turn: this.turn() };
    const { width, height } = this.now, dots = window.devicePixelRatio || 1;
    if (!width || !height) return;
    for (const canvas of [this.under, this.over]) {
      const wide = Math.round(width * dots), high = Math.round(height * dots);
      if (canvas.width !== wide || canvas.height !== high) Object.assign(canvas, { width: wide, height: high });
    }
    this.screen = null;
    this.gl ??= this.under.getContext("webgl2", { antialias: false, preserveDrawingBuffer: true });
    this.gl ? this.paintPoints(dots) : this.paintPlainly(dots);
    this.paintMarks(dots);
    this.box.dataset.zoom = this.view.zoom.toFixed(3);
    this.box.dataset.drawn = this.order.length;
  }

  prepare() {
    const gl = this.gl, program = gl.createProgram();
    for (const [kind, text] of [[gl.VERTEX_SHADER, VERTEX], [gl.FRAGMENT_SHADER, FRAGMENT]]) {
      const shader = gl.createShader(kind);
      gl.shaderSource(shader, text);
      gl.compileShader(shader);
      gl.attachShader(program, shader);
    }
    gl.linkProgram(program);
    gl.useProgram(program);
    const uniform = (name) => gl.getUniformLocation(program, name);
    this.program = { at: gl.getAttribLocation(program, "at"), colour: gl.getAttribLocation(program, "colour") };
    for (const name of ["turn", "middle", "scale", "shift", "size"]) this.program[name] = uniform(name);
    gl.enable(gl.BLEND);
    gl.blendFuncSeparate(gl.SRC_ALPHA, gl.ONE_MINUS_SRC_ALPHA, gl.ONE, gl.ONE_MINUS_SRC_ALPHA);
    gl.clearColor(0, 0, 0, 0);
  }

  fill() {
    const gl = this.gl;
    gl.bindBuffer(gl.ARRAY_BUFFER, this.buffers.colour);
    gl.bufferData(gl.ARRAY_BUFFER, this.rgba, gl.DYNAMIC_DRAW);
    gl.enableVertexAttribArray(this.program.colour);
    gl.vertexAttribPointer(this.program.colour, 4, gl.UNSIGNED_BYTE, true, 0, 0);
    gl.bindBuffer(gl.ELEMENT_ARRAY_BUFFER, this.buffers.order);
    gl.bufferData(gl.ELEMENT_ARRAY_BUFFER, this.order, gl.DYNAMIC_DRAW);
  }

  paintPoints(dots) {
    const gl = this.gl, { width, height, kx, ky, turn } = this.now;
    if (!this.program) this.prepare();
    if (!this.buffers) {
      this.buffers = { at: gl.createBuffer(), colour: gl.createBuffer(), order: gl.createBuffer() };
      gl.bindBuffer(gl.ARRAY_BUFFER, this.buffers.at);
      gl.bufferData(gl.ARRAY_BUFFER, this.at, gl.STATIC_DRAW);
      gl.enableVertexAttribArray(this.program.at);
      gl.vertexAttribPointer(this.program.at, 3, gl.FLOAT, false, 0, 0);
      this.fill();
    }
    gl.viewport(0, 0, this.under.width, this.under.height);
    gl.clear(gl.COLOR_BUFFER_BIT);
    gl.uniformMatrix3fv(this.program.turn, false, turn);
    gl.uniform3fv(this.program.middle, this.middle);
    gl.uniform2f(this.program.scale, (2 * kx) / width, (2 * ky) / height);
    gl.uniform2f(this.program.shift, (-2 * this.view.x * kx) / width, (-2 * this.view.y * ky) / height);
    gl.uniform1f(this.program.size, this.size() * dots * (this.data.dims === 3 ? 0.8 : 1));
    gl.drawElements(gl.POINTS, this.order.length, gl.UNSIGNED_INT, 0);
  }

  // Where the browser has no WebGL.
  paintPlainly(dots) {
    const pen = this.under.getContext("2d"), size = this.size();
    pen.setTransform(dots, 0, 0, dots, 0, 0);
    pen.clearRect(0, 0, this.now.width, this.now.height);
    for (const row of this.order) {
      const [x, y] = this.seenRow(row), [r, g, b, a] = this.rgba.subarray(4 * row, 4 * row + 4);
      pen.fillStyle = `rgba(${r},${g},${b},${a / 255})`;
      pen.fillRect(x - size / 2, y - size / 2, size, size);
    }
  }

  places() {
    if (this.screen) return this.screen;
    const { width, height, kx, ky, turn: m } = this.now, [mx, my, mz] = this.middle, at = this.at, count = this.visible.length;
    const screen = (this.screen = new Float32Array(2 * count));
    for (let i = 0; i < count; i++) {
      const row = 3 * this.visible[i], a = at[row] - mx, b = at[row + 1] - my, c = at[row + 2] - mz;
      screen[2 * i] = width / 2 + (m[0] * a + m[3] * b + m[6] * c - this.view.x) * kx;
      screen[2 * i + 1] = height / 2 - (m[1] * a + m[4] * b + m[7] * c - this.view.y) * ky;
    }
    return this.screen;
  }

  near([x, y], toPick) {
    if (!this.part || !this.now) return -1;
    const places = this.places();
    let best = -1, least = PICK ** 2;
    for (let i = 0; i < this.visible.length; i++) {
      const away = (places[2 * i] - x) ** 2 + (places[2 * i + 1] - y) ** 2;
      if (away < least && (!toPick || this.pickable(this.visible[i]))) (best = this.visible[i]), (least = away);
    }
    return best;
  }

  inside(path) {
    const places = this.places(), rows = [];
    for (let i = 0; i < this.visible.length; i++) {
      const x = places[2 * i], y = places[2 * i + 1];
      let odd = false;
      for (let a = 0, b = path.length - 1; a < path.length; b = a++) {
        const [xa, ya] = path[a], [xb, yb] = path[b];
        if (ya > y !== yb > y && x < ((xb - xa) * (y - ya)) / (yb - ya) + xa) odd = !odd;
      }
      if (odd && this.pickable(this.visible[i])) rows.push(this.visible[i]);
    }
    return rows;
  }

  pickable(row) {
    return this.data.layers[this.of[row]].pickable;
  }
}

/** Points drawn with WebGL. */

import { FRAGMENT, VERTEX } from "./shaders.js";

/** @import { Cloud } from "./cloud.js" */
/** @import { Frame, Paint } from "./types.js" */

const UNIFORMS = ["turn", "middle", "scale", "shift", "size"];
const SIZE_3D = 0.8; // smaller points on 3-D maps, where more of them overlap

/** Implements `PointRenderer`. */
export class WebGLPoints {
  /**
   * @param {WebGL2RenderingContext} gl
   * @param {() => void} redraw
   */
  constructor(gl, redraw) {
    this.gl = gl;
    /** @type {Resources | null} */
    this.resources = null;
    // The context is lost when the graphics driver resets, after sleep or with many tabs open. Once restored,
    // it is empty.
    gl.canvas.addEventListener("webglcontextlost", (event) => event.preventDefault());
    gl.canvas.addEventListener("webglcontextrestored", () => {
      this.resources = null;
      redraw();
    });
  }

  /**
   * @param {Cloud} cloud
   * @param {Paint} paint
   * @param {Frame} frame
   */
  draw(cloud, paint, frame) {
    const { gl } = this;
    if (gl.isContextLost()) return;
    this.resources ??= prepare(gl);
    const { uniforms } = this.resources;
    upload(gl, this.resources, cloud, paint);
    const { width, height, scaleX, scaleY } = frame;
    const size = frame.pointSize * (cloud.dims === 3 ? SIZE_3D : 1);
    gl.viewport(0, 0, gl.canvas.width, gl.canvas.height);
    gl.clear(gl.COLOR_BUFFER_BIT);
    gl.uniformMatrix3fv(uniforms.turn, false, frame.rotation);
    gl.uniform3fv(uniforms.middle, frame.centre);
    gl.uniform2f(uniforms.scale, (2 * scaleX) / width, (2 * scaleY) / height);
    gl.uniform2f(uniforms.shift, (-2 * frame.x * scaleX) / width, (-2 * frame.y * scaleY) / height);
    gl.uniform1f(uniforms.size, size * window.devicePixelRatio);
    gl.drawElements(gl.POINTS, paint.order.length, gl.UNSIGNED_INT, 0);
  }

  /** Give the context back: browsers allow a page only a few. */
  release() {
    this.gl.getExtension("WEBGL_lose_context")?.loseContext();
  }
}

/**
 * What the context holds, and for which points and colours.
 * @typedef {object} Resources
 * @property {Record<string, WebGLUniformLocation | null>} uniforms
 * @property {number} place The attribute's location.
 * @property {number} colour The attribute's location.
 * @property {number} hollow The attribute's location.
 * @property {{ places: WebGLBuffer, colours: WebGLBuffer, hollow: WebGLBuffer, order: WebGLBuffer }} buffers
 * @property {Cloud | null} cloud
 * @property {Paint | null} paint
 */

/**
 * @param {WebGL2RenderingContext} gl
 * @returns {Resources}
 */
function prepare(gl) {
  const program = link(gl);
  gl.useProgram(program);
  gl.enable(gl.BLEND);
  gl.blendFuncSeparate(gl.SRC_ALPHA, gl.ONE_MINUS_SRC_ALPHA, gl.ONE, gl.ONE_MINUS_SRC_ALPHA);
  gl.clearColor(0, 0, 0, 0);
  return {
    uniforms: Object.fromEntries(UNIFORMS.map((name) => [name, gl.getUniformLocation(program, name)])),
    place: gl.getAttribLocation(program, "place"),
    colour: gl.getAttribLocation(program, "colour"),
    hollow: gl.getAttribLocation(program, "hollow"),
    buffers: {
      places: gl.createBuffer(),
      colours: gl.createBuffer(),
      hollow: gl.createBuffer(),
      order: gl.createBuffer(),
    },
    cloud: null,
    paint: null,
  };
}

/** @param {WebGL2RenderingContext} gl */
function link(gl) {
  const program = gl.createProgram();
  attach(gl, program, gl.VERTEX_SHADER, VERTEX);
  attach(gl, program, gl.FRAGMENT_SHADER, FRAGMENT);
  gl.linkProgram(program);
  return program;
}

/**
 * @param {WebGL2RenderingContext} gl
 * @param {WebGLProgram} program
 * @param {number} type
 * @param {string} source
 */
function attach(gl, program, type, source) {
  const shader = gl.createShader(type);
  if (!shader) return; // the context has just been lost; all is prepared again when it is restored
  gl.shaderSource(shader, source);
  gl.compileShader(shader);
  gl.attachShader(program, shader);
}

/**
 * Upload what has changed.
 * @param {WebGL2RenderingContext} gl
 * @param {Resources} resources
 * @param {Cloud} cloud
 * @param {Paint} paint
 */
function upload(gl, resources, cloud, paint) {
  const { buffers, place, colour, hollow } = resources;
  if (resources.cloud !== cloud) {
    gl.bindBuffer(gl.ARRAY_BUFFER, buffers.places);
    gl.bufferData(gl.ARRAY_BUFFER, cloud.xyz, gl.STATIC_DRAW);
    gl.enableVertexAttribArray(place);
    gl.vertexAttribPointer(place, 3, gl.FLOAT, false, 0, 0);
    resources.cloud = cloud;
  }
  if (resources.paint !== paint) {
    gl.bindBuffer(gl.ARRAY_BUFFER, buffers.colours);
    gl.bufferData(gl.ARRAY_BUFFER, paint.rgba, gl.DYNAMIC_DRAW);
    gl.enableVertexAttribArray(colour);
    gl.vertexAttribPointer(colour, 4, gl.UNSIGNED_BYTE, true, 0, 0);
    gl.bindBuffer(gl.ARRAY_BUFFER, buffers.hollow);
    gl.bufferData(gl.ARRAY_BUFFER, paint.hollow, gl.DYNAMIC_DRAW);
    gl.enableVertexAttribArray(hollow);
    gl.vertexAttribPointer(hollow, 1, gl.UNSIGNED_BYTE, false, 0, 0);
    gl.bindBuffer(gl.ELEMENT_ARRAY_BUFFER, buffers.order);
    gl.bufferData(gl.ELEMENT_ARRAY_BUFFER, paint.order, gl.DYNAMIC_DRAW);
    resources.paint = paint;
  }
}

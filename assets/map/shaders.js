/** The shaders that draw the points. */

/** Places a point: `turn`, `middle`, `scale` and `shift` take coordinates to -1 to 1 across the window. */
export const VERTEX = `#version 300 es
in vec3 place;
in vec4 colour;
uniform mat3 turn;
uniform vec3 middle;
uniform vec2 scale, shift;
uniform float size;
out vec4 own;
void main() {
  vec3 seen = turn * (place - middle);
  gl_Position = vec4(seen.xy * scale + shift, -seen.z * 0.2, 1.0);
  gl_PointSize = size * (1.0 + 0.35 * seen.z);
  own = colour;
}`;

/** Colours a point: a disc with a soft edge. */
export const FRAGMENT = `#version 300 es
precision mediump float;
in vec4 own;
out vec4 pixel;
void main() {
  float radius = length(gl_PointCoord - 0.5);
  if (radius > 0.5) discard;
  pixel = vec4(own.rgb, own.a * (1.0 - smoothstep(0.38, 0.5, radius)));
}`;

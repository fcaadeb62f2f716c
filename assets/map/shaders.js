/** The shaders that draw the points. */

/** Places a point: `turn`, `middle`, `scale` and `shift` take coordinates to -1 to 1 across the window. */
export const VERTEX = `#version 300 es
in vec3 place;
in vec4 colour;
in float hollow;
uniform mat3 turn;
uniform vec3 middle;
uniform vec2 scale, shift;
uniform float size;
out vec4 own;
out float inner;
void main() {
  vec3 seen = turn * (place - middle);
  gl_Position = vec4(seen.xy * scale + shift, -seen.z * 0.2, 1.0);
  gl_PointSize = size * (1.0 + 0.35 * seen.z) * (1.0 + 0.4 * hollow);
  inner = 0.25 * hollow;
  own = colour;
}`;

/** Colours a point: a disc or a ring with soft edges. */
export const FRAGMENT = `#version 300 es
precision mediump float;
in vec4 own;
in float inner;
out vec4 pixel;
void main() {
  float radius = length(gl_PointCoord - 0.5);
  if (radius > 0.5) discard;
  float ring = inner > 0.0 ? smoothstep(inner - 0.08, inner + 0.04, radius) : 1.0;
  pixel = vec4(own.rgb, own.a * ring * (1.0 - smoothstep(0.38, 0.5, radius)));
}`;

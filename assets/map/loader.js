/**
 * Starts the map's modules from their sources. `core/ui/maps/script.py` appends a call of `load` to this file.
 *
 * Streamlit takes a component's script as one text, which other modules cannot be imported into by relative
 * paths. So each module gets a blob address of its own here, and its imports are rewritten to such addresses.
 */

/**
 * @param {string} packed Base64 of gzipped JSON: [name, source] of each module, after those that it imports.
 * @returns {Promise<unknown>} What the last module exports by default.
 */
export async function load(packed) {
  /** @type {Map<string, string>} */
  const addresses = new Map();
  const imports = []; // started at once, which is faster than following the imports level by level
  for (const [name, source] of await unpack(packed)) {
    const linked = source.replaceAll(
      / from "\.\/(.+)";$/gm,
      (_, other) => ` from "${addresses.get(other)}";`,
    );
    const named = `${linked}\n//# sourceURL=map/${name}`; // for stack traces and the browser's debugger
    const address = URL.createObjectURL(new Blob([named], { type: "text/javascript" }));
    addresses.set(name, address);
    imports.push(import(address));
  }
  const modules = await Promise.all(imports);
  return modules[modules.length - 1].default;
}

/**
 * @param {string} packed
 * @returns {Promise<[name: string, source: string][]>}
 */
async function unpack(packed) {
  const bytes = Uint8Array.from(atob(packed), (character) => character.charCodeAt(0));
  const stream = new Blob([bytes]).stream().pipeThrough(new DecompressionStream("gzip"));
  return new Response(stream).json();
}

/**
 * What the components send to Python, one thing at a time.
 *
 * Streamlit gathers what is sent until a timer of 0 ms has run and then reruns the fragment of the first sender
 * only. A map and the image under the mouse are in different fragments, so neither sends until the other's timer
 * has run.
 */

/** @import { SendTrigger } from "./types.js" */

/** @type {(() => void)[]} */
const waiting = [];
let isBusy = false;

/**
 * @param {SendTrigger} send
 * @returns {SendTrigger} The same, in turn with all others.
 */
export function inTurn(send) {
  return (name, value) => {
    waiting.push(() => send(name, value));
    if (!isBusy) sendNext();
  };
}

function sendNext() {
  const next = waiting.shift();
  isBusy = next !== undefined;
  if (!next) return;
  try {
    next();
  } finally {
    setTimeout(sendNext); // timers of 0 ms run in the order in which they were set, so after Streamlit's
  }
}

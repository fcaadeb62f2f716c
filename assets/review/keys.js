/**
 * The keys of the Review page. Each press gets a number and is sent again with every later one until the server
 * has said that it is done with it: so none is lost while the page is busy, and none counts twice.
 */

const FIELDS = "input:not([type=checkbox]):not([type=radio]), textarea, select, [contenteditable=true]";
const OWN_ARROWS = "[role=tablist], [role=radiogroup], [role=group], [role=slider], [role=listbox]";

const keysByParent = new WeakMap();

class Keys {
  constructor(parent) {
    this.parent = parent;
    this.of = Math.random().toString(36).slice(2); // numbers begin anew with each of these
    this.last = 0;
    this.waiting = [];
    this.hear = (event) => this.press(event);
    document.addEventListener("keydown", this.hear);
  }

  /** Called after each run of the page: what is done, and which keys count. */
  show({ keys, of, done }, send) {
    this.keys = new Set(keys);
    this.send = send;
    if (of === this.of) this.waiting = this.waiting.filter(([number]) => number > done);
  }

  press(event) {
    const key = event.key.length === 1 ? event.key.toLowerCase() : event.key;
    if (event.repeat || event.ctrlKey || event.altKey || event.metaKey || event.defaultPrevented) return;
    if (!this.keys.has(key) || !this.isShown() || isTaken(event, key)) return;
    event.preventDefault();
    this.last += 1;
    this.waiting.push([this.last, key]);
    this.send("pressed", { of: this.of, presses: this.waiting.slice() });
  }

  isShown() {
    const host = this.parent.host ?? this.parent;
    return host.isConnected && host.getClientRects().length > 0 && !document.querySelector("[role=dialog]");
  }

  leave() {
    document.removeEventListener("keydown", this.hear);
  }
}

/** Whether a key belongs to what has the focus: a field takes all, some controls the arrows. */
function isTaken(event, key) {
  const at = event.composedPath()[0];
  if (!(at instanceof Element)) return false;
  return at.closest(FIELDS) !== null || (key.startsWith("Arrow") && at.closest(OWN_ARROWS) !== null);
}

/** Called by Streamlit when the component is new and after each run of the page. */
export default function component({ data, parentElement, setStateValue }) {
  const keys = keysByParent.get(parentElement) ?? new Keys(parentElement);
  keysByParent.set(parentElement, keys);
  keys.show(data, setStateValue);
  return () => {
    if (parentElement.isConnected) return; // also called when the next call has overtaken this one
    keys.leave();
    keysByParent.delete(parentElement);
  };
}

"""Images pasted on a page go to its uploader.

Streamlit's own field that takes pasted files, ``st.chat_input``, cannot stand in a form. So a listener hands
a pasted image to the uploader as if it had been chosen there: its limits, its preview and its way to the
server stay the uploader's.
"""

from __future__ import annotations

import streamlit as st

_LISTENER = """
export default function ({ data }) {
  function take(event) {
    const field = document.querySelector(`.st-key-${data.uploader} input[type=file]`);
    const shown = field?.closest("[data-testid=stFileUploader]")?.getClientRects().length;
    const pasted = event.clipboardData;
    const image = [...(pasted?.files ?? [])].find((file) => file.type.startsWith("image/"));
    // Text copied from a table or a page often brings an image of itself along: a field takes the text.
    const typing = event.target.closest?.("input, textarea, [contenteditable=true]");
    if (!shown || field.disabled || !image || (typing && pasted.types.includes("text/plain"))) return;
    event.preventDefault();
    const files = new DataTransfer();
    files.items.add(image);
    field.files = files.files;
    field.dispatchEvent(new Event("change", { bubbles: true }));
  }
  document.addEventListener("paste", take);
  return () => document.removeEventListener("paste", take);
}
"""

_listener = st.components.v2.component("product_lens_paste", js=_LISTENER)


def paste_into(uploader: str) -> None:
    """Send an image pasted anywhere on the page to the file uploader of this key, while that is shown."""
    _listener(key=f"{uploader}-paste", data={"uploader": uploader}, height="content")

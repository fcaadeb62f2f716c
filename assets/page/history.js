// Streamlit adds an entry to the browser's history whenever a page writes its view into the address, so that
// Back seemed to do nothing. Only another page is a new entry; the same page with another view replaces it.
if (!window.lensHistory) {
  window.lensHistory = true;
  const push = window.history.pushState.bind(window.history);
  window.history.pushState = (state, title, url) => {
    const target = new URL(url ?? "", window.location.href);
    if (target.pathname === window.location.pathname) {
      window.history.replaceState(state, title, url);
    } else {
      push(state, title, url);
    }
  };
}

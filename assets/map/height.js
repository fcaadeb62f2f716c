/** The height that fills the window. */

const LEAST = 380; // pixels
const BELOW = 84; // pixels for what a map rests on, which stands below it
const NARROW = 640; // pixels: in narrower windows there is also a legend below
const SHARE = 0.6; // of the height of such a window

/**
 * The height from an element's top to the end of the window, where the page is not scrolled.
 * @param {HTMLElement} element In the page.
 */
export function freeHeight(element) {
  if (window.innerWidth < NARROW) return Math.max(LEAST, Math.round(SHARE * window.innerHeight));
  const scrolled = document.querySelector('[data-testid="stMain"]')?.scrollTop ?? 0;
  const top = element.getBoundingClientRect().top + scrolled;
  return Math.max(LEAST, Math.round(window.innerHeight - top - BELOW));
}

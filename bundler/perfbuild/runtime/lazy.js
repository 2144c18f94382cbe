// Lazy media: what has `data-src`, `data-srcset`, `data-poster` or `data-bg` is loaded when it comes near the viewport.
// An image is decoded out of sight first, so that it neither appears line by line nor holds up the page when it does.

const NAMES = ["sizes", "srcset", "src", "poster"]; // the URL last: a browser begins with what it knows by then
const SELECTOR = "[data-src],[data-srcset],[data-poster],[data-bg]";

/** @type {Record<string, IntersectionObserver | MutationObserver>} one of the document, and by margin those of elements, which keep no
 * element alive that has left the document */
let observers = {};
let seen = new WeakSet();
let margin = "50px";

/** @param {{rootMargin?: string}} [options] */
export function lazy({ rootMargin = margin } = {}) {
  if (observers.document) return;
  margin = rootMargin;
  observers.document = new MutationObserver((records) => records.forEach(({ target }) => each(target, observe)));
  observers.document.observe(document, { childList: true, subtree: true });
  addEventListener("beforeprint", print);
  each(document, observe);
}

/** @param {HTMLElement} element */
export function observe(element) {
  if (seen.has(element)) return;
  seen.add(element);
  if (!self.IntersectionObserver) return load(element);
  const rootMargin = element.dataset.margin || margin;
  observers[rootMargin] ??= new IntersectionObserver((entries, observer) => entries.forEach(({ isIntersecting, target }) => {
    if (isIntersecting) {
      observer.unobserve(target);
      load(/** @type {HTMLElement} */ (target));
    }
  }), { rootMargin });
  observers[rootMargin].observe(element);
}

export function disconnect() {
  for (const name in observers) observers[name].disconnect();
  observers = {};
  seen = new WeakSet();
}

const print = () => each(document, show);

/**
 * Visits the lazy elements below a node; for a source, the image or the video that it belongs to.
 * @param {any} node
 * @param {(element: HTMLElement) => void} visit
 */
function each(node, visit) {
  for (const element of node.querySelectorAll(SELECTOR)) {
    visit(element.matches("source") ? whole(element).querySelector("img") || element.parentNode : element);
  }
}

/**
 * @param {HTMLElement} element
 * @param {boolean} [again] after a failure
 */
async function load(element, again) {
  const { classList } = element;
  const fail = () => {
    classList.add("error");
    if (!again) addEventListener("online", () => load(element, true), { once: true });
  };
  try {
    if (element.matches("img,[data-bg]")) await decoded(element);
    classList.remove("error");
    classList.add("loaded");
    element.addEventListener("error", fail, { once: true, capture: true }); // of a video, or of a source in it
    show(element);
  } catch {
    fail();
  }
}

/** @param {HTMLElement} element */
function decoded(element) {
  const { bg } = element.dataset;
  const copy = bg ? new Image() : /** @type {HTMLElement} */ (whole(element).cloneNode(true));
  const image = copy.querySelector("img") || /** @type {HTMLImageElement} */ (copy);
  image.loading = "eager";
  if (bg) image.src = bg;
  else fill(image);
  return image.decode();
}

/** @param {HTMLElement} element */
function show(element) {
  const { bg } = element.dataset;
  if (bg) element.style.backgroundImage = `url(${JSON.stringify(bg)})`;
  else fill(element);
  /** @type {HTMLVideoElement} */ (element).load?.();
}

/** @param {HTMLElement} element */
const whole = (element) => element.closest("picture") || element;

/** @param {HTMLElement} element */
function fill(element) {
  for (const part of /** @type {any[]} */ ([...whole(element).querySelectorAll("source"), element])) {
    for (const name of NAMES) if (name in part.dataset) part[name] = part.dataset[name];
  }
}

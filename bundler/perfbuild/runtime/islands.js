// Islands: the chunk of an element's `data-component` is loaded when it is time for it, and the component mounted once.

/**
 * @param {import("./islands.js").Components} components
 * @param {import("./islands.js").Options} [options]
 */
export function islands(components, { rootMargin = "200px" } = {}) {
  const seen = new WeakSet();
  /** @param {any} root */
  const scan = (root) => root.querySelectorAll("[data-component]").forEach(async (/** @type {HTMLElement} */ element) => {
    if (seen.has(element)) return;
    seen.add(element);
    try {
      await new Promise((resolve) => whenWanted(resolve, element, rootMargin));
      await mount(components, element);
      element.dataset.mounted = "";
    } catch (error) {
      console.error("Island", element, error);
    }
  });
  scan(document);
  // Below the parents of what was added: a long list that grows is looked through, and not the page.
  new MutationObserver((records) => new Set(records.map((record) => record.target)).forEach(scan))
    .observe(document, { childList: true, subtree: true });
}

/**
 * @param {(value?: unknown) => void} start may be called more than once
 * @param {HTMLElement} element
 * @param {string} rootMargin
 */
function whenWanted(start, element, rootMargin) {
  const { on = "" } = element.dataset;
  if (on == "load") start();
  else if (on == "idle") (self.requestIdleCallback || setTimeout)(start);
  else if (on == "interaction") {
    ["pointerdown", "focusin", "keydown"].forEach((type) => element.addEventListener(type, start));
  } else if (/^media/.test(on)) {
    const query = matchMedia(on.slice(5)); // the condition with its parentheses
    query.onchange = start;
    if (query.matches) start();
  } else {
    new IntersectionObserver((entries, observer) => {
      if (!entries.some((entry) => entry.isIntersecting)) return;
      observer.disconnect();
      start();
    }, { rootMargin }).observe(element);
  }
}

/**
 * @param {import("./islands.js").Components} components
 * @param {any} element
 */
async function mount(components, element) {
  const { component, props } = element.dataset;
  const values = JSON.parse(props || "{}");
  const { default: Component, mountIsland } = await components[component]();
  if (mountIsland) await mountIsland(element, Component, values);
  else if (Component.prototype instanceof HTMLElement) {
    try {
      customElements.define(component.replace(/\/|\B(?=[A-Z])/g, "-").toLowerCase(), Component);
    } catch {} // it is defined, maybe under another name
    if (element instanceof Component) Object.assign(element, values);
    else element.append(Object.assign(new Component(), values));
  } else if (Component.prototype?.initialize) await new Component(element, values).initialize();
  else await Component(element, values);
}

// Islands of Svelte 5.

import { hydrate, mount } from "svelte";

/**
 * @param {HTMLElement} element
 * @param {import("svelte").Component<any>} component
 * @param {Record<string, unknown>} props
 */
export function mountIsland(element, component, props) {
  const options = { target: element, props };
  if (element.hasAttribute("data-hydrate")) return void hydrate(component, options);
  element.replaceChildren();
  mount(component, options);
}

// Islands of Preact.

import { createElement, hydrate, render } from "preact";

/**
 * @param {HTMLElement} element
 * @param {import("preact").ComponentType<any>} Component
 * @param {Record<string, unknown>} props
 */
export function mountIsland(element, Component, props) {
  const content = createElement(Component, props);
  if (element.hasAttribute("data-hydrate")) return hydrate(content, element);
  element.replaceChildren();
  render(content, element);
}

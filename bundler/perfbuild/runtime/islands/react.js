// Islands of React 18 and later.

import { createElement } from "react";
import { createRoot, hydrateRoot } from "react-dom/client";

/**
 * @param {HTMLElement} element
 * @param {import("react").ComponentType<any>} Component
 * @param {Record<string, unknown>} props
 */
export function mountIsland(element, Component, props) {
  const content = createElement(Component, props);
  if (element.hasAttribute("data-hydrate")) hydrateRoot(element, content);
  else createRoot(element).render(content);
}

// Islands of Vue 3.

import { createApp, createSSRApp } from "vue";

/**
 * @param {HTMLElement} element
 * @param {import("vue").Component} component
 * @param {Record<string, unknown>} props
 */
export function mountIsland(element, component, props) {
  const create = element.hasAttribute("data-hydrate") ? createSSRApp : createApp;
  create(component, props).mount(element);
}

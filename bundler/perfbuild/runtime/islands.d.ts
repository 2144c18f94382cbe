/**
 * A module with a component. Without `mountIsland` its default export is one of these, told apart when it is mounted:
 * - a function, called with the element and its props; it may be async
 * - a class with `initialize()`: `await new Component(element, props).initialize()`
 * - a class of custom elements: see {@link islands}
 */
export interface ComponentModule {
  default: any;
  /** Puts the component into the element. `perfbuild/islands/react` and the others export one; a component may have its own. */
  mountIsland?(element: HTMLElement, component: any, props: Record<string, unknown>): unknown;
}

/** What loads the components, by the names that `data-component` gives. */
export type Components = Readonly<Record<string, () => Promise<ComponentModule>>>;

export interface Options {
  /** How far from the viewport `data-on="visible"` mounts, as of an IntersectionObserver. Without it `200px`. */
  rootMargin?: string;
}

/**
 * Mounts the component of every element that has `data-component`, also of those that come into the document later, each once.
 * The build calls it for pages that have such elements.
 *
 * `data-props` is a JSON object. `data-on` says when: `visible` (as without it), `load`, `idle`, `interaction` (the first
 * `pointerdown`, `focusin` or `keydown` inside, which is not repeated), or a media query, as in `media(min-width: 60em)`. Once it is
 * mounted, the element has the attribute `data-mounted`. What goes wrong is written to the console with the element, and the other
 * islands go on.
 *
 * A class of custom elements that is not defined yet is defined by the component's name in kebab case (`LineChart`: `line-chart`). Where
 * the element is one of the class it is upgraded, elsewhere a new one is put into it; the props become its properties.
 *
 * @example
 * islands({
 *   Menu: () => import("./Menu.js"),
 *   // export { default } from "./Chart.jsx"; export { mountIsland } from "perfbuild/islands/react";
 *   Chart: () => import("./chart-island.js"),
 * });
 */
export declare function islands(components: Components, options?: Options): void;

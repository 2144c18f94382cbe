/**
 * Mounts a component of Preact as an island. What is in the element gives way to it, or with `data-hydrate` on the element is
 * taken over, as a server rendered it.
 */
export declare function mountIsland(element: HTMLElement, component: any, props: Record<string, unknown>): void;

// What every list shows: the same rows, in the same box, with the same rows kept around the view.

export const COUNT = 1_000_000;
export const HEIGHT = 40;
export const BUFFER = 5;
export const box = /** @type {HTMLElement} */ (document.querySelector("#box"));

export const textsOf = (index) => [String(index), `Row ${index} of ${COUNT}`, ((index * 7919) % 10_007 / 100).toFixed(2)];

export function row(index) {
  const node = document.createElement("div");
  node.className = "row";
  for (const text of textsOf(index)) node.append(Object.assign(document.createElement("span"), { textContent: text }));
  return node;
}

// Declarations that cannot be read, found in the text of a stylesheet by the place of the compiler's complaint.
// Source: CSS Syntax Module Level 3, "Consume a declaration": whatever is invalid ends with the next semicolon of its block.

const TOKEN = /\/\*[^]*?(?:\*\/|$)|"(?:[^"\\\n]|\\[^])*"?|'(?:[^'\\\n]|\\[^])*'?|\burl\(\s*[^"')\s][^)]*\)|\\[^]|[{};]/g;
const GROUP = /(?:^|\*\/)\s*@(?:-moz-document|container|layer|media|scope|starting-style|supports)\b/i;

/**
 * The stylesheet with blanks in place of the declaration at a place; the stylesheet itself where no declaration is.
 * @param {string} css
 * @param {{line: number, column: number}} place from 1
 */
export function withoutDeclaration(css, { line, column }) {
  const offset = css.split("\n", line - 1).reduce((sum, text) => sum + text.length + 1, 0) + column - 1;
  /** @type {boolean[]} whether each open block holds rules, not declarations */
  const open = [];
  let start = 0;
  for (const { 0: token, index } of css.matchAll(TOKEN)) {
    if (!/^[{};]$/.test(token)) continue;
    if (index >= offset) {
      const isDeclaration = token !== "{" && open.length > 0 && !open.at(-1) && css.slice(start, index).trim() !== "";
      const end = token === ";" ? index + 1 : index;
      return isDeclaration ? css.slice(0, start) + css.slice(start, end).replace(/[^\n]/g, " ") + css.slice(end) : css;
    }
    if (token === "{") open.push(GROUP.test(css.slice(start, index)));
    if (token === "}") open.pop();
    start = index + 1;
  }
  return css;
}

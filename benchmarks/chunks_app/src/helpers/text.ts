import { marked } from "marked";

export function toHtml(markdown: string): string {
  return marked.parse(markdown, { async: false, gfm: true });
}

export function headings(markdown: string): string[] {
  return marked
    .lexer(markdown)
    .filter((token) => token.type === "heading")
    .map((token) => token.text);
}

import MarkdownIt from "markdown-it";

const markdown = new MarkdownIt({ linkify: true, typographer: true, quotes: "‘’“”" });

export type Highlighter = (code: string, language: string) => string;

export function toHtml(text: string, highlight?: Highlighter): string {
  markdown.set({ highlight: highlight ?? null });
  return markdown.render(text);
}

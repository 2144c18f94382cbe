import { chapters } from "../../data/handbook";

export interface Passage {
  readonly chapter: string;
  readonly title: string;
  readonly text: string;
}

/** Every paragraph of the handbook, without the marks of Markdown, for the search. */
export const passages: readonly Passage[] = chapters.flatMap(({ slug, title, markdown }) =>
  markdown
    .replace(/```[\s\S]*?```/g, "")
    .split(/\n\n+/)
    .map((text) =>
      text
        .replace(/[*_`>|#-]+/g, " ")
        .replace(/\s+/g, " ")
        .trim(),
    )
    .filter(Boolean)
    .map((text) => ({ chapter: slug, title, text })),
);

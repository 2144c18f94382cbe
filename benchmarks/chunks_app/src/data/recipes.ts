export interface Recipe {
  readonly slug: string;
  readonly markdown: string;
}

export const recipes: readonly Recipe[] = [
  {
    slug: "quince-paste",
    markdown: `## Quince paste

Wash **two kilos of quinces**, rub off the down and cook them whole for *forty minutes*.

1. Pass them through a mill.
2. Weigh the pulp and add the same weight of sugar.
3. Stir over a low flame until the spoon leaves a path.

> It keeps for a year, wrapped in paper.

| fruit | sugar | time |
|---|---|---|
| 2 kg | 1.8 kg | 90 min |
`,
  },
  {
    slug: "plum-cake",
    markdown: `## Plum cake

Halve the plums, leave the skin. The dough is *yeast*, not baking powder.

- 400 g of flour
- 180 ml of milk
- 70 g of butter
- 1 kg of plums

Bake at \`190 °C\` for thirty-five minutes.
`,
  },
  {
    slug: "walnut-salad",
    markdown: `## Walnut salad

Crack, don't chop. Dress with:

\`\`\`
3 oil
1 vinegar
salt
\`\`\`

Pears go with it, and a blue cheese.
`,
  },
];

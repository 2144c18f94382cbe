export const handbook = `# Handbook

## Taking an order

An order starts as a **draft**. It is *confirmed* as soon as the grower has answered, which takes two days at most.

## Picking

Picking begins at first light. Crates are labelled \`A-1000\` and so on; the number is that of the order.

## Shipping

1. Cool to four degrees.
2. Load apples last: they ripen the others.
3. Send the papers with the driver.

## When something goes wrong

> Say so at once. A crate that is late is a nuisance, a crate that is late without a word is a lost customer.

| what | whom to ask |
|---|---|
| prices | the desk |
| sensors | the workshop |
| papers | the office |
`;

export interface Chapter {
  readonly slug: string;
  readonly title: string;
  readonly markdown: string;
}

export const chapters: readonly Chapter[] = [
  {
    slug: "scanning",
    title: "Scanning",
    markdown: `Every parcel is scanned **on arrival**, when it is *sorted*, when it is loaded and at the door.

1. Hold the scanner a hand's width from the label.
2. Wait for the short tone; the long tone is a refusal.
3. Put refused parcels on the **amber** shelf.

A scan is sent as:

\`\`\`json
{
  "parcel": "RL-10042",
  "kind": "arrival",
  "depot": "harwick",
  "scanner": "S17"
}
\`\`\`
`,
  },
  {
    slug: "held",
    title: "Held parcels",
    markdown: `A parcel is held when its label cannot be read, its address does not exist or its contents leak.

| reason | first step | whom to ask |
|---|---|---|
| label | print anew from the booking | sorting desk |
| address | call the sender | customer desk |
| leak | isolate, ventilate | shift controller |

> Nothing stays on the shelf overnight without a note.
`,
  },
  {
    slug: "trunking",
    title: "Trunking",
    markdown: `Trunks leave at the minute, full or not. A lane above **95 %** for three days gets another departure.

Departures of a lane come from the planning service:

\`\`\`bash
relay lanes show millbrook saltmouth --departures
relay lanes add-departure millbrook saltmouth --at 18:40
\`\`\`
`,
  },
  {
    slug: "webhooks",
    title: "Webhooks",
    markdown: `Senders can be told of each step. Check the signature before anything else:

\`\`\`typescript
import { createHmac, timingSafeEqual } from "node:crypto";

export function genuine(body: string, signature: string, secret: string): boolean {
  const expected = createHmac("sha256", secret).update(body).digest();
  return timingSafeEqual(expected, Buffer.from(signature, "hex"));
}
\`\`\`

An answer other than \`2xx\` is tried again after 1, 5 and 25 minutes.
`,
  },
  {
    slug: "lifting",
    title: "Lifting and carrying",
    markdown: `- Up to **12 kg**: as it comes.
- Up to **25 kg**: with a trolley.
- Above: two people, or the pallet truck.

Bend the knees. Nobody was ever thanked for a back that is gone.
`,
  },
];

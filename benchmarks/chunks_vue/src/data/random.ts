/** A stream of numbers in [0, 1) that depends on nothing but the seed (sfc32). */
export function random(seed: number): () => number {
  let a = 0x9e3779b9;
  let b = 0x243f6a88;
  let c = 0xb7e15162 ^ seed;
  let count = 1;
  const next = () => {
    const sum = (a + b + count++) | 0;
    a = b ^ (b >>> 9);
    b = (c + (c << 3)) | 0;
    c = (((c << 21) | (c >>> 11)) + sum) | 0;
    return (sum >>> 0) / 4294967296;
  };
  for (let warming = 0; warming < 12; warming++) next();
  return next;
}

export function between(low: number, high: number, next: () => number): number {
  return low + Math.floor(next() * (high - low + 1));
}

export function pick<T>(list: readonly T[], next: () => number): T {
  return list[Math.floor(next() * list.length)]!;
}

/** One of the values, by how often each occurs. */
export function weighted<T>(choices: ReadonlyArray<readonly [value: T, weight: number]>, next: () => number): T {
  let left = next() * choices.reduce((sum, [, weight]) => sum + weight, 0);
  for (const [value, weight] of choices) {
    left -= weight;
    if (left < 0) return value;
  }
  return choices.at(-1)![0];
}

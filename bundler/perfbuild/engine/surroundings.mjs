// What stands around the names of a chunk, and which names stand in the same surroundings elsewhere.

/** Lengths of the pieces of text that are looked for, in characters, the name counted as one. Brotli copies nothing shorter than four
 * where it is worth something; found on real chunks, docs/design/renaming.md. */
const LENGTHS = [5, 7, 9];
/** Every piece around a name, as characters before it and after it. */
const PIECES = LENGTHS.flatMap((length) => Array.from({ length }, (_, before) => [before, length - 1 - before]));
/** Characters that a piece can reach on one side. */
export const REACH = Math.max(...LENGTHS) - 1;

/** What it is worth that a piece was found so many times: most of it with the first. */
const WORTH = Float64Array.from({ length: 4096 }, (_, times) => Math.log(1 + 20 * times));

/** The surroundings of all occurrences, and the names in them, counted. */
export class Surroundings {
  /**
   * @param {Int32Array} text UTF-16 units, a name as one number above them; `REACH` zeros at both ends
   * @param {Int32Array} places where the names stand
   * @param {number} firstName the number of the name 0
   */
  constructor(text, places, firstName) {
    this.text = text;
    this.places = places;
    this.firstName = firstName;
    /** Of each occurrence and piece the surroundings, or -1 where nothing else stands in the same. */
    this.around = new Int32Array(places.length * PIECES.length);
    this.table = new HashTable(places.length);
    /** @type {Int32Array} where the names of each surroundings begin in `names` and `counts` */
    this.begins = new Int32Array(0);
    /** @type {Int32Array} how many of them there are */
    this.lengths = new Int32Array(0);
    this.names = new Int32Array(0);
    this.counts = new Int32Array(0);
  }

  /** Counts anew, by the names that the text has now. */
  count() {
    const sizes = this.#pieces();
    this.begins = new Int32Array(sizes.length);
    this.lengths = new Int32Array(sizes.length);
    let total = 0;
    for (let each = 0; each < sizes.length; each++) {
      this.begins[each] = total;
      total += sizes[each];
    }
    this.names = new Int32Array(total);
    this.counts = new Int32Array(total);
    for (let index = 0; index < this.places.length; index++) this.add(index, this.text[this.places[index]] - this.firstName, 1);
  }

  /** Puts another name into the text; it counts from the next time on.
   * @param {number} index the occurrence's
   * @param {number} name */
  write(index, name) {
    this.text[this.places[index]] = this.firstName + name;
  }

  /** Counts a name at an occurrence in, or out again.
   * @param {number} index the occurrence's
   * @param {number} name
   * @param {1 | -1} times */
  add(index, name, times) {
    const { around, begins, lengths, names, counts } = this;
    for (let piece = index * PIECES.length; piece < (index + 1) * PIECES.length; piece++) {
      const surroundings = around[piece];
      if (surroundings < 0) continue;
      const end = begins[surroundings] + lengths[surroundings];
      let slot = begins[surroundings];
      let unused = end;
      for (; slot < end && names[slot] !== name; slot++) if (counts[slot] === 0) unused = slot;
      if (slot === end) {
        slot = unused;
        if (slot === end) lengths[surroundings]++;
        names[slot] = name;
      }
      counts[slot] += times;
    }
  }

  /** Adds to `scores`, by name, what each name is worth at an occurrence; and the names to `found`.
   * @param {number} index the occurrence's, which is not counted in
   * @param {Float64Array} scores
   * @param {number[]} found */
  weigh(index, scores, found) {
    const { around, begins, lengths, names, counts } = this;
    for (let piece = index * PIECES.length; piece < (index + 1) * PIECES.length; piece++) {
      const surroundings = around[piece];
      if (surroundings < 0) continue;
      for (let slot = begins[surroundings]; slot < begins[surroundings] + lengths[surroundings]; slot++) {
        const times = counts[slot];
        if (times === 0) continue;
        if (scores[names[slot]] === 0) found.push(names[slot]);
        scores[names[slot]] += WORTH[Math.min(times, WORTH.length - 1)];
      }
    }
  }

  /** Fills `around`.
   * @returns {number[]} how many occurrences stand in each surroundings */
  #pieces() {
    const { places, around, table } = this;
    const before = Array.from({ length: REACH + 1 }, () => new Int32Array(places.length));
    const after = Array.from({ length: REACH + 1 }, () => new Int32Array(places.length));
    for (let index = 0; index < places.length; index++) {
      for (let distance = 1; distance <= REACH; distance++) {
        before[distance][index] = mixed(before[distance - 1][index] ^ this.text[places[index] - distance]);
        after[distance][index] = mixed(after[distance - 1][index] ^ this.text[places[index] + distance]);
      }
    }
    /** @type {number[]} */
    const sizes = [];
    PIECES.forEach(([left, right], piece) => {
      table.clear();
      for (let index = 0; index < places.length; index++) {
        around[index * PIECES.length + piece] = table.add(mixed(before[left][index] + 1) ^ after[right][index]);
      }
      for (let index = 0; index < places.length; index++) {
        const at = index * PIECES.length + piece;
        around[at] = table.numbered(around[at], sizes);
      }
    });
    return sizes;
  }
}

/** @param {number} value */
function mixed(value) {
  const product = Math.imul(value, 0x5bd1e995);
  return product ^ (product >>> 15);
}

/** Hashes of 32 bits, counted; two surroundings with the same hash are taken for one. */
class HashTable {
  /** @param {number} most how many hashes there may be */
  constructor(most) {
    const size = 2 ** Math.ceil(Math.log2(most * 2 + 2));
    this.last = size - 1;
    this.hashes = new Int32Array(size);
    this.counts = new Int32Array(size);
    this.numbers = new Int32Array(size);
  }

  clear() {
    this.counts.fill(0);
    this.numbers.fill(-1);
  }

  /** @param {number} hash
   * @returns {number} its slot */
  add(hash) {
    let slot = hash & this.last;
    while (this.counts[slot] > 0 && this.hashes[slot] !== hash) slot = (slot + 1) & this.last;
    this.hashes[slot] = hash;
    this.counts[slot]++;
    return slot;
  }

  /** The number of what is in a slot, the next free one when it has none; -1 of what is there once.
   * @param {number} slot
   * @param {number[]} sizes counts by number, which grow
   * @returns {number} */
  numbered(slot, sizes) {
    if (this.counts[slot] < 2) return -1;
    if (this.numbers[slot] < 0) this.numbers[slot] = sizes.push(this.counts[slot]) - 1;
    return this.numbers[slot];
  }
}

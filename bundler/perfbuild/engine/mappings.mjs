// Leads a source map on to code in which pieces were replaced (ECMA-426, 9.2: base 64 VLQ, columns relative to the segment before).

/** Text that takes the place of other text on one line; where it is empty, what stood there is gone.
 * @typedef {{start: number, end: number, text: string}} Edit */

const DIGITS = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";

/**
 * @param {string} code as it was
 * @param {readonly Edit[]} edits in its order
 * @returns {string}
 */
export function edited(code, edits) {
  let done = 0;
  let result = "";
  for (const { start, end, text } of edits) {
    result += code.slice(done, start) + text;
    done = end;
  }
  return result + code.slice(done);
}

/**
 * @param {string} map of the code as it was, JSON
 * @param {string} code as it was
 * @param {readonly Edit[]} edits in its order
 * @returns {string} the map of the edited code
 */
export function remapped(map, code, edits) {
  const fields = JSON.parse(map);
  const shifts = new Shifts(edits);
  const owed = [0, 0, 0, 0];
  let begin = 0; // of the line
  const lines = fields.mappings.split(";").map((/** @type {string} */ line) => {
    const shifted = shiftedLine(line, begin, shifts, owed);
    begin = code.indexOf("\n", begin) + 1 || code.length;
    return shifted;
  });
  return JSON.stringify({ ...fields, mappings: lines.join(";") });
}

/** @param {string} line segments
 * @param {number} begin where the line begins in the code
 * @param {Shifts} shifts
 * @param {number[]} owed what segments that are gone add to the next one's numbers after the first: source, line, column and name */
function shiftedLine(line, begin, shifts, owed) {
  if (line === "") return line;
  const base = shifts.before(begin);
  const shifted = [];
  let column = 0;
  let last = 0; // column of the segment before, in the edited code
  for (const segment of line.split(",")) {
    const [delta, length] = decoded(segment);
    column += delta;
    const now = column + shifts.before(begin + column) - base;
    const rest = segment.slice(length);
    if (shifts.removes(begin + column)) {
      numbersOf(rest).forEach((number, place) => (owed[place] += number));
      continue;
    }
    shifted.push(encodedNumber(now - last) + (owed.some(Boolean) ? paid(numbersOf(rest), owed) : rest));
    last = now;
  }
  return shifted.join(",");
}

/** A segment's numbers with what is owed to them, which then is no more.
 * @param {number[]} numbers
 * @param {number[]} owed */
function paid(numbers, owed) {
  return numbers.map((number, place) => encodedNumber(number + owed.splice(place, 1, 0)[0])).join("");
}

/** How far on the edits move what comes after them; asked for places that do not go back. */
class Shifts {
  /** @param {readonly Edit[]} edits */
  constructor(edits) {
    this.edits = edits;
    this.next = 0;
    this.sum = 0;
  }

  /** @param {number} place in the code as it was */
  before(place) {
    for (; this.next < this.edits.length && this.edits[this.next].start < place; this.next++) {
      const { start, end, text } = this.edits[this.next];
      this.sum += text.length - (end - start);
    }
    return this.sum;
  }

  /** Whether nothing is left of the code there.
   * @param {number} place the one that `before` was asked for last */
  removes(place) {
    const [last, next] = [this.edits[this.next - 1], this.edits[this.next]];
    return (last?.end > place && last.text === "") || (next?.start === place && next.text === "");
  }
}

/** @param {string} digits
 * @returns {number[]} */
function numbersOf(digits) {
  const numbers = [];
  for (let rest = digits; rest !== "";) {
    const [number, length] = decoded(rest);
    numbers.push(number);
    rest = rest.slice(length);
  }
  return numbers;
}

/** @param {string} segment
 * @returns {[number: number, length: number]} its first number, and how many digits it takes */
function decoded(segment) {
  let value = 0;
  for (let length = 0; ; length++) {
    const digit = DIGITS.indexOf(segment[length]);
    value += (digit & 31) * 2 ** (5 * length);
    if (digit < 32) return [value % 2 ? -(value - 1) / 2 : value / 2, length + 1];
  }
}

/** @param {number} number */
function encodedNumber(number) {
  let rest = number < 0 ? -number * 2 + 1 : number * 2;
  let digits = "";
  for (; rest > 31; rest = Math.floor(rest / 32)) digits += DIGITS[32 | (rest % 32)];
  return digits + DIGITS[rest];
}

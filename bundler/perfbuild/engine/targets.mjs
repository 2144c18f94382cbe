// Browser targets: a browserslist query -> the forms that the bundler and the CSS compiler take.

/** @typedef {{script: string[], style: import("lightningcss").Targets}} Targets */

// "Baseline widely available" moves with the calendar, and output must not: the day is fixed with each release.
export const DEFAULT_QUERY = "baseline widely available on 2026-05-01";

/** What DEFAULT_QUERY gives, spelled out to spare most builds the browser tables; a test compares the two.
 * @type {Targets} */
export const DEFAULT_TARGETS = {
  script: ["chrome118", "edge118", "firefox119", "ios17.0", "safari17.0"],
  style: {
    chrome: 118 << 16, edge: 118 << 16, firefox: 119 << 16, ios_saf: 17 << 16, safari: 17 << 16,
  },
};

// Browsers whose names differ between browserslist and the JavaScript compiler; ones it does not know are left out.
/** @type {Record<string, string>} */
const SCRIPT_NAMES = {
  chrome: "chrome", and_chr: "chrome", edge: "edge", firefox: "firefox", and_ff: "firefox",
  safari: "safari", ios_saf: "ios", opera: "opera",
};

/** @param {string[]} browsers such as `ios_saf 17.4-17.5` */
function scriptTargets(browsers) {
  /** @type {Map<string, number[]>} */
  const lowest = new Map();
  for (const browser of browsers) {
    const [name, version] = browser.split(" ");
    const target = SCRIPT_NAMES[name];
    const parts = version.split("-")[0].split(".").map(Number);
    if (!target || parts.some(Number.isNaN)) continue;
    const known = lowest.get(target);
    if (!known || parts[0] < known[0] || (parts[0] === known[0] && (parts[1] ?? 0) < (known[1] ?? 0))) {
      lowest.set(target, parts);
    }
  }
  return [...lowest].map(([name, parts]) => name + parts.join(".")).sort();
}

/**
 * @param {string} query
 * @returns {Promise<Targets>}
 */
export async function queryTargets(query) {
  process.env.BROWSERSLIST_IGNORE_OLD_DATA = "true";
  const { default: browserslist } = await import("browserslist");
  const { browserslistToTargets } = await import("lightningcss");
  /** @type {string[]} */
  let browsers;
  try {
    browsers = browserslist(query, { ignoreUnknownVersions: true, config: /** @type {any} */ (false) });
  } catch (error) {
    const message = /** @type {Error} */ (error).message;
    throw Object.assign(new Error(message), { problems: [{ code: "target-query", severity: "error", message }] });
  }
  return { script: scriptTargets(browsers), style: browserslistToTargets(browsers) };
}

// The first versions with both import maps and `import.meta.resolve()`. Source: MDN's browser-compat-data.
/** @type {import("lightningcss").Targets} */
const IMPORT_MAPS = {
  android: 105 << 16, chrome: 105 << 16, edge: 105 << 16, firefox: 108 << 16, ios_saf: (16 << 16) | (4 << 8), opera: 91 << 16,
  safari: (16 << 16) | (4 << 8), samsung: 20 << 16,
};

/** Whether all targets that run modules find files by the page's import map.
 * @param {Targets} targets */
export function takesImportMaps({ style }) {
  return Object.entries(IMPORT_MAPS).every(([browser, first]) => (style[/** @type {keyof typeof style} */ (browser)] ?? first) >= first);
}

/** @param {string | null} query */
export const resolveTargets = async (query) => (query === null ? DEFAULT_TARGETS : queryTargets(query));

// --- start -------------------------------------------------------------------------------------------------------

const THEMES = ["auto", "light", "dark"];
const THEME_SIGNS = { auto: "◐", light: "☀", dark: "☾" };
const darkSystem = matchMedia("(prefers-color-scheme: dark)");
let theme = "auto";

function applyTheme() {
  document.documentElement.dataset.theme = theme === "auto" ? (darkSystem.matches ? "dark" : "light") : theme;
  const button = byId("theme");
  button.textContent = THEME_SIGNS[theme];
  button.title = `Colours: ${theme}`;
  button.setAttribute("aria-label", `Colour theme: ${theme}`);
}

function themeSwitch(redraw) {
  byId("theme").addEventListener("click", () => {
    theme = THEMES[(THEMES.indexOf(theme) + 1) % THEMES.length];
    applyTheme();
    redraw();
  });
  darkSystem.addEventListener("change", () => {
    applyTheme();
    redraw();
  });
}

applyTheme();
byId("plain").remove();
verdict();
overview();
const treemap = new TreemapSection();
routesSection((route) => treemap.showRoute(route));
tablesSection(treemap);
budgetsSection();
findingsSection();
choices(byId("encoding"), account.encodings.map((name) => [name, ENCODING_LABELS[name]]), view.encoding,
  (encoding) => encoding !== view.encoding && setEncoding(encoding));
themeSwitch(() => treemap.map.draw());

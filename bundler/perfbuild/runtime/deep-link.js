/// <reference path="./deep-link.d.ts" />
// Asks for the files of the route in the address while the page is still being read, so that they do not wait until
// the entry has run. A page has this as an inline script, minified (stages/deep_links.py), with a table of its routes
// in the place of the names in capitals. No "&", "<", "[[" or "{{" may stand in it: XHTML and templates read those.
{
  const base = new URL(BASE, document.baseURI);
  // As an application does whose files are on another origin: its routes then start at the root.
  const root = base.origin == location.origin ? base.pathname : "/";
  const whole = location.pathname + "/"; // the root itself is often written without its slash
  const below = whole.startsWith(root) ? whole.slice(root.length - 1) : whole;
  const path = location.hash[1] == "/" ? location.hash.slice(1) : below;
  (PATTERN.exec(path) || []).forEach((group, number) => {
    if (group == null) return;
    for (const place of ROUTES[number]) {
      const href = NAMES[place];
      const isStyle = href.endsWith(".css");
      document.head.append(
        Object.assign(document.createElement("link"), {
          rel: isStyle ? "preload" : "modulepreload",
          as: isStyle ? "style" : "script",
          crossOrigin: "",
          nonce: /** @type {HTMLScriptElement} */ (document.currentScript).nonce,
          href,
        }),
      );
    }
  });
}

/// <reference path="./deep-link.d.ts" />
// Asks for the files of the route in the address while the page is still being read, so that they do not wait until
// the entry has run, and leaves a function that does so for the routes that links lead to (prefetch.js). A page has this
// as an inline script, minified (stages/deep_links.py), with a table of its routes in the place of the names in
// capitals. No "&", "<", "[[" or "{{" may stand in it: XHTML and templates read those.
{
  const { nonce } = /** @type {HTMLScriptElement} */ (document.currentScript);
  const names = NAMES;
  const home = document.baseURI; // without a base element it changes with the route
  const base = new URL(BASE, home);
  // As an application does whose files are on another origin: its routes then start at the root.
  const root = base.origin == location.origin ? base.pathname : "/";
  document.perfbuildPreload = ({ pathname, hash }, level = "") => {
    const whole = pathname + "/"; // the root itself is often written without its slash
    const below = whole.startsWith(root) ? whole.slice(root.length - 1) : level ? " " : whole;
    /** @type {HTMLLinkElement[] | undefined} */
    let links;
    (PATTERN.exec(hash[1] == "/" ? hash.slice(1) : below) || []).forEach((group, number) => {
      if (group == null || level > LEVELS[number]) return;
      links = [];
      for (const place of ROUTES[number]) {
        const name = names[place];
        names[place] = "";
        if (!name) continue;
        const link = document.createElement("link");
        const isStyle = name.endsWith(".css");
        const ahead = level ? "prefetch" : "preload"; // browsers complain of a preload that nothing uses within seconds
        Object.assign(link, {
          rel: isStyle ? (link.relList.supports(ahead) ? ahead : "preload") : "modulepreload",
          as: isStyle ? "style" : "", // of modules, a script
          crossOrigin: "",
          nonce,
          href: new URL(name, home),
        });
        document.head.append(link);
        links.push(link);
      }
    });
    return links;
  };
  // On a slow line the entry comes first: it has work to do while the rest is on its way. At once where nothing is known
  // of the line; and when the entry is there earlier, it asks (preload.js).
  setTimeout(document.perfbuildPreload, WAIT / /** @type {any} */ (navigator).connection?.downlink, location);
}

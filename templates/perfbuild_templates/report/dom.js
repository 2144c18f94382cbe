/** An element; strings among the children become text. `props` are properties, `aria` and `data` go to attributes. */
function el(tag, props = {}, ...children) {
  const { aria = {}, data = {}, on = {}, role, ...rest } = props;
  const node = Object.assign(document.createElement(tag), rest);
  if (role) node.setAttribute("role", role);
  for (const [name, value] of Object.entries(aria)) node.setAttribute(`aria-${name}`, value);
  Object.assign(node.dataset, data);
  for (const [name, handler] of Object.entries(on)) node.addEventListener(name, handler);
  node.append(...children.filter((child) => child !== null && child !== undefined));
  return node;
}

const byId = (id) => document.getElementById(id);

const figures = new Intl.NumberFormat("en", { maximumFractionDigits: 2 });

function bytes(count) {
  if (count === null || count === undefined) return "-";
  if (Math.round(count) < 1000) return `${Math.round(count)} B`;
  let unit = -1;
  do {
    count /= 1000;
    unit += 1;
  } while (Math.round(count) >= 1000 && unit < 3);
  const digits = count >= 99.95 ? 0 : count >= 9.995 ? 1 : 2;
  return `${figures.format(Number(count.toFixed(digits)))} ${["kB", "MB", "GB", "TB"][unit]}`;
}

const whole = (count) => figures.format(count);
const plural = (count, noun) => `${whole(count)} ${noun}${count === 1 ? "" : "s"}`;

function percent(part, all) {
  const share = all ? (part / all) * 100 : 0;
  return share > 0 && share < 0.1 ? "<0.1\u00a0%" : `${share.toFixed(share < 10 ? 1 : 0)}\u00a0%`;
}

/** A path that loses its beginning, not its end, where there is no room. */
function pathText(text, className = "mono") {
  return el("span", { className: `cut path ${className}`, title: text }, el("bdi", {}, text));
}

function bar(part, all, tone = "") {
  const fill = el("i");
  fill.style.width = `${all ? Math.min(100, Math.max((part / all) * 100, part ? 0.6 : 0)) : 0}%`;
  return el("span", { className: `meter ${tone}`, aria: { hidden: "true" } }, fill);
}

/** Bytes by type as one bar; `scale` is the amount that fills the whole width. */
function stack(totals, scale, className = "") {
  const node = el("span", { className: `stack ${className}`, aria: { hidden: "true" } });
  for (const type of TYPES) {
    if (!totals[type]) continue;
    const part = el("i", { className: type });
    part.style.width = `${scale ? (totals[type] / scale) * 100 : 0}%`;
    node.append(part);
  }
  return node;
}

function typeTag(type) {
  return el("span", { className: "cell" }, el("i", { className: `swatch ${type}` }), TYPE_LABELS[type]);
}

/** A group of buttons of which one is chosen, by arrow keys too. Returns the function that chooses. */
function choices(host, options, chosen, onChoose, role = "radio") {
  const state = role === "tab" ? "aria-selected" : "aria-checked";
  const buttons = options.map(([value, label]) =>
    el("button", { type: "button", role, textContent: label, data: { value }, on: { click: () => choose(value) } }));
  function choose(value) {
    for (const button of buttons) {
      const on = button.dataset.value === value;
      button.setAttribute(state, String(on));
      button.tabIndex = on ? 0 : -1;
    }
    onChoose(value);
  }
  host.addEventListener("keydown", (event) => {
    const step = { ArrowRight: 1, ArrowDown: 1, ArrowLeft: -1, ArrowUp: -1 }[event.key];
    if (!step) return;
    event.preventDefault();
    const next = buttons[(buttons.indexOf(document.activeElement) + step + buttons.length) % buttons.length];
    next.focus();
    choose(next.dataset.value);
  });
  host.replaceChildren(...buttons);
  choose(chosen);
  return choose;
}

function searchBox(label, onInput) {
  let waiting = 0;
  return el("input", {
    type: "search", placeholder: label, spellcheck: false, autocomplete: "off", aria: { label },
    on: {
      input: (event) => {
        clearTimeout(waiting);
        waiting = setTimeout(() => onInput(event.target.value), 80);
      },
    },
  });
}

function picker(label, options, onPick) {
  const list = el("select", { on: { change: (event) => onPick(event.target.value) } },
    ...options.map(([value, text]) => el("option", { value, textContent: text })));
  return [el("label", { className: "field" }, label, list), list];
}

const announce = (text) => { byId("live").textContent = text; };

"""Islands in Chromium: pages that name components, built and visited."""

from __future__ import annotations

import os
from collections.abc import Callable
from pathlib import Path

import pytest
from playwright.sync_api import Page, expect

from .building import FIXTURES, Built, build
from .visiting import Visit

pytestmark = pytest.mark.browser

TOOLS = Path(__file__).parents[1] / "engine" / "tools"
#: Where the tests have the packages of the components from.
PACKAGES = {FIXTURES / "dashboard": ("react", "react-dom"), TOOLS: ("preact", "svelte", "vue")}
FAR = '<div style="height: 4000px"></div>'
BOTTOM = "() => window.scrollTo(0, document.body.scrollHeight)"

COMPONENTS = {
    "Plain.js": """
        export default async (element, { label = "no label" }) => {
          element.dataset.times = Number(element.dataset.times ?? 0) + 1;
          element.textContent = label;
        };
    """,
    "Widget.ts": """
        export default class {
          private element: HTMLElement;
          constructor(element: HTMLElement, private props: { size: number }) { this.element = element; }
          initialize() { this.element.textContent = `size ${this.props.size}`; }
        }
    """,
    "LineChart.js": """
        export default class extends HTMLElement {
          set value(value) { this.shown = `value ${value}`; this.textContent = this.shown; }
          connectedCallback() { this.textContent = this.shown ?? "without a value"; }
        }
    """,
    "own/Clock.js": """
        export default class Clock extends HTMLElement { connectedCallback() { this.textContent = "tick"; } }
        customElements.define("wall-clock", Clock);
    """,
    "Broken/index.js": 'export default () => { throw new Error("out of order"); };',
    "Custom.js": """
        export default { greeting: "Hello" };
        export const mountIsland = (element, { greeting }, { who }) => { element.textContent = `${greeting} ${who}`; };
    """,
    "ReactCounter.jsx": """
        import { useState } from "react";
        export default function Counter({ start }) {
          const [count, set] = useState(start);
          return <button className="counter" onClick={() => set(count + 1)}>{`React ${count}`}</button>;
        }
    """,
    "PreactCounter.jsx": """
        /** @jsxImportSource preact */
        import { useState } from "preact/hooks";
        export default function Counter({ start }) {
          const [count, set] = useState(start);
          return <button class="counter" onClick={() => set(count + 1)}>{`Preact ${count}`}</button>;
        }
    """,
    "VueCounter.vue": """
        <script setup lang="ts">
        import { ref } from "vue";
        const props = defineProps<{ start: number }>();
        const count = ref<number>(props.start);
        </script>
        <template><button class="counter" @click="count++">Vue {{ count as number }}</button></template>
        <style scoped>
        .counter { color: rgb(0, 128, 0) }
        </style>
    """,
    "SvelteCounter.svelte": """
        <script lang="ts">
          let { start }: { start: number } = $props();
          let count = $state((() => start)());
        </script>
        <button class="counter" onclick={() => count++}>Svelte {count}</button>
        <style>
          .counter { color: rgb(0, 128, 0) }
        </style>
    """,
}

PAGES = {
    "plain": """
        <div id="function" data-component="Plain" data-props='{"label": "a function"}'></div>
        <div id="class" data-component="Widget" data-props="{&quot;size&quot;: 3}"></div>
        <div id="element" data-component="LineChart" data-props='{"value": 7}'></div>
        <line-chart id="upgraded" data-component="LineChart" data-props='{"value": 8}'></line-chart>
        <div id="defined" data-component="Clock"></div>
        <div id="custom" data-component="Custom" data-props='{"who": "world"}'></div>
    """,
    "far": f'{FAR}<div id="far" data-component="Plain"></div>',
    "moments": f"""
        {FAR}
        <div id="load" data-component="Plain" data-on="load"></div>
        <div id="idle" data-component="Widget" data-on="idle" data-props='{{"size": 1}}'></div>
        <div id="interaction" data-component="LineChart" data-on="interaction" tabindex="0">?</div>
        <div id="media" data-component="own/Clock" data-on="media(min-width: 900px)"></div>
    """,
    "later": """
        <ul id="list"></ul>
        <template><div data-component="Plain"></div></template>
    """,
    "broken": """
        <div id="broken" data-component="Broken"></div>
        <div id="whole" data-component="Plain"></div>
    """,
    "strict": """
        <div id="island" data-component="VueCounter" data-props='{"start": 1}'></div>
    """,
    "without": "<p>Nothing to mount.</p>",
    **{
        name: f"""
            <div id="island" data-component="{name}Counter" data-props='{{"start": 3}}'>Wait …</div>
        """
        for name in ("React", "Preact", "Vue", "Svelte")
    },
    **{
        f"{name}-hydrated": f"""
            <div id="island" data-component="{name}Counter" data-hydrate data-props='{{"start": 3}}'>{html}</div>
            <script>server = document.querySelector("button")</script>
        """
        for name, html in {
            "React": '<button class="counter">React 3</button>',
            "Preact": '<button class="counter">Preact 3</button>',
            "Vue": '<button class="counter">Vue 3</button>',
            "Svelte": '<!--[--><button class="counter">Svelte 3</button><!--]-->',
        }.items()
    },
}
POLICY = """<meta http-equiv="Content-Security-Policy" content="default-src 'self'; img-src data:">"""


def _links_to_packages(project: Path) -> None:
    for folder, packages in PACKAGES.items():
        if not all((folder / "node_modules" / name).is_dir() for name in packages):
            reason = f"npm packages are missing: run `npm ci` in {folder.name}"
            if os.environ.get("CI") == "true":
                pytest.fail(reason)
            pytest.skip(reason)
        (project / "node_modules").mkdir(exist_ok=True)
        for name in packages:
            (project / "node_modules" / name).symlink_to(folder / "node_modules" / name)


def _project(folder: Path, files: dict[str, str]) -> Path:
    for name, text in files.items():
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        (folder / name).write_text(text, "utf-8")
    _links_to_packages(folder)
    return folder


def _page(body: str, head: str = "") -> str:
    head = f'<title>Islands</title><link rel="icon" href="data:,">{head}'
    return f'<!doctype html><html lang="en"><head>{head}</head><body>{body}</body></html>'


@pytest.fixture(scope="module")
def site(tmp_path_factory: pytest.TempPathFactory) -> Built:
    """One build of all pages."""
    folder = tmp_path_factory.mktemp("islands")
    pages = {f"{name}.html": _page(body, POLICY if name == "strict" else "") for name, body in PAGES.items()}
    components = {f"src/components/{name}": text for name, text in COMPONENTS.items()}
    manifest = {"package.json": '{"dependencies": {"react": "*", "preact": "*", "svelte": "*", "vue": "*"}}'}
    return build(_project(folder / "project", {**manifest, **pages, **components}), folder / "dist", "--no-compress")


@pytest.fixture
def opened(site: Built, serve: Callable[[Path], str], visit: Callable[..., Visit]) -> Callable[[str], Visit]:
    """Visits a page by its name."""

    def make(name: str) -> Visit:
        tab = visit()
        tab.open(f"{serve(site.out)}/{name}.html")
        return tab

    return make


def _mounted(page: Page, identifier: str) -> None:
    page.wait_for_selector(f"#{identifier}[data-mounted]", state="attached")


def _scripts(tab: Visit) -> list[str]:
    """Names of the chunks that were asked for."""
    return [path.rpartition("/")[2].partition("-")[0] for path in tab.paths() if path.endswith(".js")]


def test_components_without_a_library(opened: Callable[[str], Visit]) -> None:
    page = opened("plain").page
    for identifier, text in {
        "function": "a function",
        "class": "size 3",
        "element": "value 7",
        "upgraded": "value 8",
        "defined": "tick",
        "custom": "Hello world",
    }.items():
        _mounted(page, identifier)
        expect(page.locator(f"#{identifier}")).to_have_text(text)
    assert page.locator("#element > line-chart").count() == 1
    assert page.locator("#upgraded > *").count() == 0
    assert page.locator("#defined > wall-clock").count() == 1


@pytest.mark.parametrize("library", ["React", "Preact", "Vue", "Svelte"])
def test_components_of_libraries(library: str, opened: Callable[[str], Visit]) -> None:
    page = opened(library).page
    _mounted(page, "island")
    expect(page.locator("#island")).to_have_text(f"{library} 3")
    page.click("#island button")
    expect(page.locator("#island")).to_have_text(f"{library} 4")
    if library in ("Vue", "Svelte"):
        expect(page.locator("#island button")).to_have_css("color", "rgb(0, 128, 0)")


@pytest.mark.parametrize("library", ["React", "Preact", "Vue", "Svelte"])
def test_what_a_server_rendered_is_taken_over(library: str, opened: Callable[[str], Visit]) -> None:
    page = opened(f"{library}-hydrated").page
    _mounted(page, "island")
    page.click("#island button")
    expect(page.locator("#island")).to_have_text(f"{library} 4")
    assert page.evaluate("() => server === document.querySelector('#island button')")


def test_a_component_is_loaded_when_it_comes_near(opened: Callable[[str], Visit]) -> None:
    tab = opened("far")
    assert "Plain" not in _scripts(tab)
    assert tab.page.locator("[data-mounted]").count() == 0
    tab.page.evaluate(BOTTOM)
    _mounted(tab.page, "far")
    assert _scripts(tab).count("Plain") == 1


def test_the_moment_that_the_element_asks_for(opened: Callable[[str], Visit]) -> None:
    tab = opened("moments")
    page = tab.page
    _mounted(page, "load")
    _mounted(page, "idle")
    _mounted(page, "media")
    page.evaluate(BOTTOM)
    tab.settle()
    assert "LineChart" not in _scripts(tab)
    page.locator("#interaction").dispatch_event("pointerdown")
    _mounted(page, "interaction")
    assert "LineChart" in _scripts(tab)


def test_a_focus_is_an_interaction(opened: Callable[[str], Visit]) -> None:
    page = opened("moments").page
    page.focus("#interaction")
    _mounted(page, "interaction")


def test_a_media_query_that_holds_later(site: Built, serve: Callable[[Path], str], visit: Callable[..., Visit]) -> None:
    tab = visit(width=800)
    page = tab.open(f"{serve(site.out)}/moments.html")
    _mounted(page, "idle")
    assert page.locator("#media[data-mounted]").count() == 0
    page.set_viewport_size({"width": 1000, "height": 900})
    _mounted(page, "media")


def test_elements_that_come_later_are_mounted_once(opened: Callable[[str], Visit]) -> None:
    tab = opened("later")
    page = tab.page
    assert "Plain" not in _scripts(tab)
    page.evaluate(
        """() => {
          const added = document.querySelector("template").content.cloneNode(true);
          added.firstElementChild.id = "added";
          document.querySelector("#list").append(added);
        }"""
    )
    _mounted(page, "added")
    page.evaluate("() => document.body.append(document.querySelector('#added'), document.createElement('p'))")
    page.evaluate(
        """() => {
          const next = document.querySelector("template").content.cloneNode(true);
          next.firstElementChild.id = "next";
          document.body.append(next);
        }"""
    )
    _mounted(page, "next")
    assert page.get_attribute("#added", "data-times") == "1"


def test_an_island_that_fails_leaves_the_others_running(opened: Callable[[str], Visit]) -> None:
    tab = opened("broken")
    page = tab.page
    _mounted(page, "whole")
    with page.expect_console_message(lambda line: "JSON" in line.text) as said:
        page.evaluate(
            """() => {
              const bad = document.createElement("div");
              bad.dataset.component = "Plain";
              bad.dataset.props = "{label}";
              document.body.prepend(bad, Object.assign(bad.cloneNode(), { id: "good" }));
              document.querySelector("#good").dataset.props = "{}";
            }"""
        )
    assert said.value.args[1].evaluate("element => element.dataset.props") == "{label}"
    _mounted(page, "good")
    broken, bad = tab.faults
    assert "Island" in broken and "out of order" in broken
    assert "SyntaxError" in bad
    assert page.locator("#broken[data-mounted]").count() == 0
    tab.faults.clear()


def test_a_strict_content_security_policy(opened: Callable[[str], Visit]) -> None:
    page = opened("strict").page
    _mounted(page, "island")
    expect(page.locator("#island button")).to_have_css("color", "rgb(0, 128, 0)")


def test_only_pages_with_islands_are_given_a_module_and_only_for_their_names(site: Built) -> None:
    assert "<script" not in (site.out / "without.html").read_text("utf-8")
    far = (site.out / "far.html").read_text("utf-8")
    assert far.count('<script type="module" crossorigin src=') == 1
    [entry] = (site.out / "assets").glob("far-*.js")
    code = entry.read_text("utf-8")
    assert "Plain" in code
    assert "Widget" not in code and "React" not in code


def test_components_of_islands_are_no_routes(site: Built) -> None:
    reasons = {chunk["facade"]: chunk["reason"] for chunk in site.stats["chunks"]}
    assert reasons["src/components/Plain.js"] == "component"
    assert not [route for route in site.stats["routes"] if route["kind"] == "lazy"]


OUTSIDE = {
    "index.html": _page('<div id="vue"></div><div id="svelte"></div><script type="module" src="main.js"></script>'),
    "main.js": """
        import { mount } from "svelte";
        import { createApp } from "vue";
        import App from "./App.vue";
        import Note from "./Note.svelte";
        createApp(App).mount("#vue");
        mount(Note, { target: document.querySelector("#svelte") });
    """,
    "App.vue": """
        <script>
        import Part from "./Part.vue";
        export default { components: { Part }, data: () => ({ names: ["a", "b"] }) };
        </script>
        <template>
          <h1 :class="$style.title">Names</h1>
          <Part v-for="name in names" :key="name" :name="name"/>
          <img id="picture" src="./dot.svg" alt="">
        </template>
        <style module>
        .title { color: rgb(1, 2, 3) }
        </style>
        <style>
        body { background: rgb(4, 5, 6) }
        </style>
    """,
    "Part.vue": """
        <script setup>
        import { ref } from "vue";
        defineProps({ name: String });
        const margin = ref("7px");
        </script>
        <template><p class="part">{{ name }}</p></template>
        <style lang="scss" scoped>
        $size: 20px;
        .part { font-size: $size; &:first-letter { color: red } margin: v-bind(margin) }
        </style>
    """,
    "Note.svelte": """
        <script>
          import { stars } from "./stars.svelte.js";
        </script>
        <p class="note">{stars.count} stars</p>
        <button id="more" onclick={() => stars.count++}>More</button>
        <style lang="scss">
          $wide: 4px;
          .note { letter-spacing: $wide }
        </style>
    """,
    "stars.svelte.js": "export const stars = $state({ count: 2 });",
    "dot.svg": '<svg xmlns="http://www.w3.org/2000/svg" width="1" height="1"/>',
}


def test_components_are_modules_like_any_other(
    tmp_path: Path, serve: Callable[[Path], str], visit: Callable[..., Visit]
) -> None:
    project = _project(tmp_path / "project", OUTSIDE)
    (project / "node_modules" / "sass").symlink_to(TOOLS / "node_modules" / "sass")
    page = visit().open(serve(build(project, tmp_path / "dist", "--no-compress").out))
    expect(page.locator("h1")).to_have_css("color", "rgb(1, 2, 3)")
    expect(page.locator("body")).to_have_css("background-color", "rgb(4, 5, 6)")
    assert page.locator(".part").all_inner_texts() == ["a", "b"]
    expect(page.locator(".part").first).to_have_css("font-size", "20px")
    expect(page.locator(".part").first).to_have_css("margin-top", "7px")
    assert page.evaluate("() => document.querySelector('#picture').naturalWidth") == 1
    page.click("#more")
    expect(page.locator(".note")).to_have_text("3 stars")
    expect(page.locator(".note")).to_have_css("letter-spacing", "4px")

"""Components of Vue and Svelte: what is wrong with them is said with its place in the component's own file."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from perfbuild.config import CliOptions, load_config
from perfbuild.diagnostics import Diagnostic, Diagnostics, PerfbuildError
from perfbuild.engine.client import Engine
from perfbuild.pipeline import build

from .case import TOOLS, installed


@pytest.fixture(autouse=True)
def _needs_packages() -> None:
    if not (installed("vue") and installed("svelte") and installed("sass")):
        reason = "packages are missing: run `npm ci` in tests/engine/tools"
        assert not os.environ.get("CI"), reason
        pytest.skip(reason)


def built(root: Path, files: dict[str, str], *packages: str) -> list[Diagnostic]:
    """Builds a page whose script imports every file; gives what was reported."""
    for name, text in files.items():
        (root / name).write_text(text, "utf-8")
    imports = "\n".join(
        f'import x{number} from "./{name}"; console.log(x{number});' for number, name in enumerate(files)
    )
    (root / "index.html").write_text(f'<!doctype html><script type="module">{imports}</script>', "utf-8")
    for package in packages:
        (root / "node_modules").mkdir(exist_ok=True)
        (root / "node_modules" / package).symlink_to(TOOLS / "node_modules" / package)
    return reported_by(root)


def reported_by(root: Path) -> list[Diagnostic]:
    config, _ = load_config(root, CliOptions(compress=False, cache=False))
    diagnostics = Diagnostics()
    try:
        with Engine() as engine:
            build(config, diagnostics, lambda _stage: None, engine)
    except PerfbuildError as error:
        return list(error.diagnostics)
    return list(diagnostics)


def shown(diagnostics: list[Diagnostic]) -> list[str]:
    return [f"{one.code} {one.location}" for one in diagnostics]


def test_a_project_without_the_library_is_told_what_to_install(tmp_path: Path) -> None:
    (tmp_path / "pnpm-lock.yaml").write_bytes(b"")
    vue, svelte = sorted(
        built(tmp_path, {"A.vue": "<template><p/></template>", "B.svelte": "<p></p>"}),
        key=lambda one: one.message,
        reverse=True,
    )
    assert (vue.code, str(vue.location)) == ("component-compiler-missing", "A.vue")
    assert "vue 3" in vue.message and "`pnpm add vue`" in vue.hint
    assert "svelte 5" in svelte.message and "`pnpm add svelte`" in svelte.hint


def test_mistakes_in_components_have_their_places(tmp_path: Path) -> None:
    files = {
        "Script.vue": "<template><p/></template>\n<script setup>\nconst a = ;\n</script>\n",
        "Plain.vue": "<script>\nexport default {\n  data: 1 2,\n};\n</script>\n",
        "Markup.vue": "<template>\n  <p>\n</template>\n",
        "Directive.vue": "<template>\n  <p v-else>a</p>\n</template>\n<script>\nexport default {};\n</script>\n",
        "Style.vue": "<template><p/></template>\n<style>\na { color: red }\nb { } }\n</style>\n",
        "Sass.vue": '<template><p/></template>\n\n<style lang="scss">\na { color: $missing }\n</style>\n',
        "Less.vue": '<template><p/></template>\n<style lang="less">\na { color: red }\n</style>\n',
        "Markup.svelte": "<p>\n  {a b}\n</p>\n",
        "Style.svelte": "<p>a</p>\n<style>\n  p { color: }\n</style>\n",
        "rune.svelte.js": "export default 1;\nlet a = $state(;\n",
    }
    reported = shown(built(tmp_path, files, "vue", "svelte", "sass"))
    assert sorted(reported) == sorted(
        [
            "component-error Script.vue:3:11",
            "component-error Plain.vue:3:11",
            "component-error Markup.vue:2:3",
            "component-error Directive.vue:2:3",
            "component-error Style.vue:4:7",
            "sass-error Sass.vue:4:12",
            "component-error Less.vue",
            "component-error Markup.svelte:2:6",
            "component-error Style.svelte:3:7",
            "component-error rune.svelte.js:2:16",
        ]
    )


def test_what_svelte_complains_of_is_a_warning(tmp_path: Path) -> None:
    reported = built(tmp_path, {"A.svelte": '<p>a</p>\n<img src="https://example.org/a.png">\n'}, "svelte")
    assert shown(reported) == ["component-warning A.svelte:2:1"]
    assert "alt" in reported[0].message and "svelte.dev" not in reported[0].message


def test_the_same_component_is_the_same_bytes_wherever_it_lies(tmp_path: Path) -> None:
    files = {
        "A.vue": "<template><p class='a'/></template>\n<style scoped>\n.a { color: red }\n</style>\n",
        "B.svelte": "<p class='a'>b</p>\n<style>\n.a { color: red }\n</style>\n",
    }
    outputs = []
    for name in ("here", "there/below"):
        folder = tmp_path / name
        folder.mkdir(parents=True)
        assert built(folder, files, "vue", "svelte") == []
        assets = sorted((folder / "dist" / "assets").iterdir())
        outputs.append({path.name: path.read_bytes() for path in assets})
    assert outputs[0] == outputs[1]


def test_an_island_of_a_library_that_is_not_installed(tmp_path: Path) -> None:
    (tmp_path / "components").mkdir()
    (tmp_path / "components" / "Chart.jsx").write_text("export default () => <p>a</p>;", "utf-8")
    (tmp_path / "package.json").write_text('{"dependencies": {"react": "19"}}', "utf-8")
    (tmp_path / "index.html").write_text('<!doctype html><div data-component="Chart"></div>', "utf-8")
    reported = reported_by(tmp_path)
    assert {one.code for one in reported} == {"unresolved-import"}
    assert {'no package for the import "react"', 'no package for the import "react-dom/client"'} <= {
        one.message for one in reported
    }

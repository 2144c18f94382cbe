"""Names: content decides the hash, everything that mentions a file is renamed with it."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from msgspec.structs import replace
from tests.unit.chunks import chunk as any_chunk

from perfbuild.diagnostics import PerfbuildError
from perfbuild.model import Chunk, InlineResult, Linked, OutputFile, Span
from perfbuild.stages.components import strongly_connected
from perfbuild.stages.names import name_files

HASHED = re.compile(r"-[0-9A-Za-z]{8}\.")


def script(path: str, content: str) -> OutputFile:
    return OutputFile(path=path, type="script", content=content.encode(), sources=(f"src/{path}",), hashed=True)


def chunk(file: str, **fields: tuple[str, ...]) -> Chunk:
    return any_chunk(file, file=file, **fields)


def linked(*files: OutputFile, chunks: tuple[Chunk, ...] = (), inline: tuple[InlineResult, ...] = ()) -> Linked:
    return Linked(
        chunks=chunks,
        modules=(),
        files={file.path: file for file in files},
        entries={},
        references={},
        inline=inline,
        assets_of={},
    )


def named(*files: OutputFile, chunks: tuple[Chunk, ...] = ()) -> dict[str, bytes]:
    """Stem of each name -> content after naming."""
    result = name_files(linked(*files, chunks=chunks))
    return {path: file.content or b"" for path, file in result.files.items()}


def path_of(files: dict[str, bytes], stem: str) -> str:
    (path,) = (path for path in files if path.startswith(f"assets/{stem}-"))
    return path


def test_a_mention_becomes_the_final_name_of_the_same_length() -> None:
    before = 'import{a}from"./util-_bbbbbb_.js";a()'
    files = named(script("assets/main-_aaaaaa_.js", before), script("assets/util-_bbbbbb_.js", "export let a=1"))
    main, util = path_of(files, "main"), path_of(files, "util")
    assert HASHED.search(main)
    assert len(main) == len("assets/main-_aaaaaa_.js")
    assert files[main].decode() == f'import{{a}}from"./{Path(util).name}";a()'
    assert len(files[main]) == len(before)


def test_a_change_renames_the_file_and_all_that_mention_it_but_no_other() -> None:
    def build(leaf: str) -> dict[str, bytes]:
        return named(
            script("assets/top-_aaaaaa_.js", 'import"./mid-_bbbbbb_.js"'),
            script("assets/mid-_bbbbbb_.js", 'import"./leaf-_cccccc_.js"'),
            script("assets/leaf-_cccccc_.js", leaf),
            script("assets/other-_dddddd_.js", "other()"),
        )

    old, new = build("1"), build("2")
    for stem in ("top", "mid", "leaf"):
        assert path_of(old, stem) != path_of(new, stem)
    assert path_of(old, "other") == path_of(new, "other")


def test_names_do_not_depend_on_tokens_outside_cycles() -> None:
    one = named(script("assets/a-_aaaaaa_.js", 'load("b-_bbbbbb_.png")'), script("assets/b-_bbbbbb_.png", "x"))
    two = named(script("assets/a-_111111_.js", 'load("b-_222222_.png")'), script("assets/b-_222222_.png", "x"))
    assert one == two


def test_exchanging_what_two_mentioned_files_hold_renames_the_mentioner() -> None:
    def build(one: str, two: str, back: str = "") -> dict[str, bytes]:
        return named(
            script("assets/a-_aaaaaa_.js", 'f("x-_bbbbbb_.js","y-_cccccc_.js")'),
            script("assets/x-_bbbbbb_.js", one + back),
            script("assets/y-_cccccc_.js", two + back),
        )

    for back in ("", 'import"./a-_aaaaaa_.js"'):
        old, new = build("1", "2", back), build("2", "1", back)
        assert path_of(old, "a") != path_of(new, "a"), "same name, other bytes"


def test_a_cycle_is_named_as_one_and_consistently() -> None:
    def build(extra: str) -> dict[str, bytes]:
        return named(
            script("assets/a-_aaaaaa_.js", 'import"./b-_bbbbbb_.js"'),
            script("assets/b-_bbbbbb_.js", 'import("./c-_cccccc_.js")'),
            script("assets/c-_cccccc_.js", 'import"./a-_aaaaaa_.js";' + extra),
        )

    old, new = build("1"), build("2")
    for stem, mentioned in (("a", "b"), ("b", "c"), ("c", "a")):
        assert Path(path_of(old, mentioned)).name.encode() in old[path_of(old, stem)]
        assert path_of(old, stem) != path_of(new, stem)
    assert old == build("1")


def test_equal_images_share_a_name_and_remember_both_sources(tmp_path: Path) -> None:
    (tmp_path / "logo.png").write_bytes(b"image")
    result = name_files(
        linked(
            OutputFile(
                path="assets/logo-_aaaaaa_.png",
                type="image",
                copy_of=tmp_path / "logo.png",
                sources=("a/logo.png",),
                hashed=True,
            ),
            OutputFile(
                path="assets/logo-_bbbbbb_.png", type="image", content=b"image", sources=("b/logo.png",), hashed=True
            ),
        )
    )
    (file,) = result.files.values()
    assert file.sources == ("a/logo.png", "b/logo.png")


def test_equal_chunks_keep_two_names_since_their_modules_keep_two_states() -> None:
    files = named(
        script("assets/store-_aaaaaa_.js", "export let n=0"),
        script("assets/store-_bbbbbb_.js", "export let n=0"),
        chunks=(chunk("assets/store-_aaaaaa_.js"), chunk("assets/store-_bbbbbb_.js")),
    )
    assert len(files) == 2


def test_every_field_of_linked_is_renamed() -> None:
    names = [f"assets/f{i}-_aaaaa{i}_.js" for i in range(7)]
    before = Linked(
        chunks=(
            chunk(
                names[0],
                imports=(names[1],),
                dynamic_imports=(names[2],),
                css=(names[3],),
                assets=(names[4],),
                prefetch=(names[5],),
                preload=(names[6],),
            ),
        ),
        modules=(),
        files={name: script(name, name[:9]) for name in names},
        entries={"admin": names[0]},
        references={"img/x.png": names[4]},
        inline=(InlineResult(page="p", span=Span(start=0, end=1), syntax="text", code="url(f4-_aaaaa4_.js) \udcff é"),),
        assets_of={names[3]: (names[4],)},
    )
    after = name_files(before)
    (after_chunk,) = after.chunks
    paths = (after_chunk.imports, after_chunk.dynamic_imports, after_chunk.prefetch, after_chunk.preload)
    assert "-_aaaaa" not in repr((paths, list(after.files), after.entries, after.references, after.inline))
    assert after.chunks[0].file == after.entries["admin"]
    assert after.chunks[0].assets[0] == after.references["img/x.png"]
    assert all(after.files[path].path == path for path in after.files)
    assert Path(after.references["img/x.png"]).name in after.inline[0].code
    assert after.inline[0].code.endswith(" \udcff é")
    assert set(after.assets_of) == set(after.chunks[0].css)


def test_a_source_map_takes_its_scripts_name_and_does_not_decide_it() -> None:
    def build(mapped: str) -> Linked:
        code = "a()\n//# sourceMappingURL=main-_aaaaaa_.js.map"
        source_map = f'{{"file":"main-_aaaaaa_.js","sourcesContent":["{mapped}"]}}'
        return name_files(
            linked(
                script("assets/main-_aaaaaa_.js", code),
                OutputFile(path="assets/main-_aaaaaa_.js.map", type="other", content=source_map.encode(), hashed=True),
            )
        )

    old, new = build("// one"), build("// two")
    assert list(old.files) == list(new.files)
    main, source_map = old.files
    assert source_map == f"{main}.map"
    assert f"sourceMappingURL={Path(source_map).name}".encode() in (old.files[main].content or b"")
    assert Path(main).name.encode() in (old.files[source_map].content or b"")
    assert old.files[main].hashed
    assert not old.files[source_map].hashed, "its content may change under the same name"


def test_only_known_names_are_replaced() -> None:
    text = 'x="other-_aaaaaa_.js";y="-_zzzzzz_.";z="main-_aaaaaa_.css";w="n-_aaaaaa_.js"'
    files = named(script("assets/main-_aaaaaa_.js", text))
    assert files[path_of(files, "main")].decode() == text


def test_a_name_is_found_where_a_minifier_joined_it_to_other_text() -> None:
    files = named(
        script("assets/main-_aaaaaa_.js", 'f("v1logo-_bbbbbb_.pngx","%2Flogo-_bbbbbb_.png")'),
        script("assets/logo-_bbbbbb_.png", "png"),
    )
    assert b"_bbbbbb_" not in files[path_of(files, "main")]


def test_a_file_without_an_extension_is_named_too() -> None:
    files = named(
        script("assets/main-_aaaaaa_.js", 'f("LICENSE-_bbbbbb_","LICENSE-_bbbbbb_#mit")'),
        script("assets/LICENSE-_bbbbbb_", "free"),
    )
    licence = path_of(files, "LICENSE")
    assert "_bbbbbb_" not in licence
    assert files[path_of(files, "main")].decode() == f'f("{Path(licence).name}","{Path(licence).name}#mit")'


def test_the_longer_of_two_names_with_one_token_wins() -> None:
    files = named(
        script("assets/main-_aaaaaa_.js", 'f("my-icon-_bbbbbb_.js")'),
        script("assets/icon-_bbbbbb_.js", "1"),
        script("assets/my-icon-_bbbbbb_.js", "2"),
    )
    assert Path(path_of(files, "my-icon")).name in files[path_of(files, "main")].decode()


def test_files_without_a_hash_keep_their_path_and_are_still_rewritten() -> None:
    manifest = OutputFile(path="site.webmanifest", type="other", content=b'{"src":"/assets/i-_aaaaaa_.png"}')
    files = named(manifest, script("assets/i-_aaaaaa_.png", "png"))
    assert files["site.webmanifest"] == f'{{"src":"/{path_of(files, "i")}"}}'.encode()


def test_a_copied_file_that_is_gone_is_named(tmp_path: Path) -> None:
    gone = OutputFile(path="assets/i-_aaaaaa_.png", type="image", copy_of=tmp_path / "gone.png", hashed=True)
    with pytest.raises(PerfbuildError) as caught:
        name_files(linked(gone))
    assert caught.value.diagnostics[0].code == "file-unreadable"


def test_two_files_of_one_name_in_two_folders_are_refused() -> None:
    with pytest.raises(PerfbuildError) as caught:
        name_files(linked(script("a/x-_aaaaaa_.js", "1"), script("b/x-_aaaaaa_.js", "2")))
    assert caught.value.diagnostics[0].code == "output-collision"


graphs = st.dictionaries(st.integers(0, 9), st.lists(st.integers(0, 9), max_size=4), min_size=1).map(
    lambda edges: {str(node): tuple(str(to) for to in edges.get(node, ()) if to in edges) for node in edges}
)


def reachable(graph: dict[str, tuple[str, ...]], start: str) -> set[str]:
    seen = {start}
    waiting = [start]
    while waiting:
        fresh = set(graph[waiting.pop()]) - seen
        seen |= fresh
        waiting.extend(fresh)
    return seen


@given(graphs)
@settings(max_examples=300, deadline=None)
def test_components_are_mutually_reachable_and_come_after_their_successors(graph: dict[str, tuple[str, ...]]) -> None:
    components = list(strongly_connected(graph))
    assert sorted(node for component in components for node in component) == sorted(graph)
    component_of = {node: number for number, component in enumerate(components) for node in component}
    for one in graph:
        for other in reachable(graph, one):
            assert component_of[other] <= component_of[one]
            assert (component_of[other] == component_of[one]) == (one in reachable(graph, other))


def test_a_chain_of_ten_thousand_files_needs_no_recursion() -> None:
    graph = {str(i): (str(i + 1),) for i in range(10_000)} | {"10000": ("0",)}
    assert [len(component) for component in strongly_connected(graph)] == [10_001]


# --- import maps ----------------------------------------------------------------------------------

ENTRY = (
    'import("./route-_route0_.js");new Worker(import.meta.resolve(`./worker-_worker_.js`));'
    'let lists=[`route-_route0_.css`,"route-_route0_.js"],logo=import.meta.resolve("./logo-_logo00_.png"),'
    "sheet=import.meta.resolve(`./sheet-_sheet0_.css`),rule=`i{background:url(/assets/icon-_icon00_.png)}`"
)


def application(*changed: str, shared_by_worker: bool = False, import_maps: bool = True) -> Linked:
    """An entry with a lazy route that imports a shared chunk and the entry; a worker; stylesheets and pictures.

    ``changed``: names of files whose content is another one.
    """
    worker = 'import"./leaf-_leaf00_.js";import.meta.resolve("./logo-_logo00_.png")' if shared_by_worker else "1"
    contents = {
        "main-_main00_.js": ENTRY,
        "route-_route0_.js": 'import"./main-_main00_.js";import"./leaf-_leaf00_.js"',
        "worker-_worker_.js": worker,
        "leaf-_leaf00_.js": "leaf",
        "route-_route0_.css": "a{background:url(photo-_photo0_.png)}",
        "sheet-_sheet0_.css": "b{}",
        "logo-_logo00_.png": "logo",
        "icon-_icon00_.png": "icon",
        "photo-_photo0_.png": "photo",
    }
    contents |= {name: text + "!" for name, text in contents.items() if name.partition("-_")[0] in changed}
    scripts = [script(f"assets/{name}", text) for name, text in contents.items()]
    files = {file.path[7:].partition("-_")[0] + Path(file.path).suffix: file for file in scripts}
    entry, route, leaf = files["main.js"].path, files["route.js"].path, files["leaf.js"].path
    chunks = (
        replace(chunk(entry, dynamic_imports=(route,)), is_entry=True),
        chunk(route, imports=(entry, leaf), css=(files["route.css"].path,)),
        replace(chunk(files["worker.js"].path, imports=(leaf,) if shared_by_worker else ()), is_entry=True),
        chunk(leaf),
    )
    whole = linked(*scripts, chunks=chunks)
    return replace(whole, entries={"index.html#0": entry}, import_maps=import_maps)


def renamed(before: Linked, after: Linked) -> set[str]:
    """Names without hashes of the files whose path is another one."""
    one, other = name_files(before).files, name_files(after).files
    return {re.sub(HASHED, ".", path.rpartition("/")[2]) for path in one.keys() ^ other.keys()}


@pytest.mark.parametrize(
    ("changed", "names"),
    [
        ("leaf", {"leaf.js"}),
        ("logo", {"logo.png"}),
        ("sheet", {"sheet.css"}),
        ("worker", {"worker.js"}),
        ("photo", {"photo.png", "route.css"}),
        ("icon", {"icon.png", "main.js"}),
    ],
    ids=lambda value: value if isinstance(value, str) else "",
)
def test_a_changed_file_renames_what_mentions_it_past_the_import_map(changed: str, names: set[str]) -> None:
    """URLs in stylesheets, and in the text of one inside a script, are no import map's to resolve."""
    assert renamed(application(), application(changed)) == names


def test_without_import_maps_a_changed_file_renames_whatever_leads_to_it() -> None:
    before = application(import_maps=False)
    assert renamed(before, application("leaf", import_maps=False)) == {"leaf.js", "route.js", "main.js"}
    changed = renamed(before, application("photo", import_maps=False))
    assert changed == {"photo.png", "route.css", "route.js", "main.js"}


def test_stable_names_say_what_a_chunk_mentions_and_nothing_else() -> None:
    result = name_files(application())
    by_chunk = {path.partition("-")[0]: names for path, names in result.stable_names.items()}
    assert set(by_chunk["assets/route"]) == {"assets/main-________.js", "assets/leaf-________.js"}
    assert set(by_chunk["assets/main"]) == {
        f"assets/{name}"
        for name in (
            "route-________.js", "route-________.css", "worker-________.js", "logo-________.png", "sheet-________.css"
        )
    }  # fmt: skip
    assert all(path in result.files for names in by_chunk.values() for path in names.values())
    route = next(path for path in result.files if path.startswith("assets/route") and path.endswith(".js"))
    assert result.files[route].content == b'import"./main-________.js";import"./leaf-________.js"'


def test_a_text_with_a_url_keeps_the_hash() -> None:
    result = name_files(application())
    icon = next(path for path in result.files if path.startswith("assets/icon"))
    entry = next(file for path, file in result.files.items() if path.startswith("assets/main"))
    assert f"url(/{icon})".encode() in (entry.content or b"")


def test_what_a_worker_loads_mentions_others_by_hash() -> None:
    result = name_files(application(shared_by_worker=True))
    contents = {path.rpartition("-")[0]: (file.content or b"").decode() for path, file in result.files.items()}
    leaf, logo = (
        next(path for path in result.files if path.startswith(f"assets/{name}")).rpartition("/")[2]
        for name in ("leaf", "logo")
    )
    assert leaf in contents["assets/worker"]
    assert logo in contents["assets/worker"]
    assert renamed(application(shared_by_worker=True), application("leaf", shared_by_worker=True)) == {
        "leaf.js",
        "worker.js",
    }


def test_equal_files_of_one_name_get_a_stable_name_each() -> None:
    """Both end at one path; when one of them changes, its name leads to another one."""
    text = "import.meta.resolve(`./logo-_aaaaaa_.png`),import.meta.resolve(`./logo-_bbbbbb_.png`)"
    entry = script("assets/main-_main00_.js", text)
    pictures = (script("assets/logo-_aaaaaa_.png", "png"), script("assets/logo-_bbbbbb_.png", "png"))
    whole = linked(entry, *pictures, chunks=(chunk(entry.path),))
    result = name_files(replace(whole, import_maps=True))
    [names] = result.stable_names.values()
    assert list(names) == ["assets/logo-_aaaaaa_.png", "assets/logo-_bbbbbb_.png"]
    assert set(names.values()) == {path for path in result.files if path.startswith("assets/logo")}


def test_chunks_of_one_name_keep_their_tokens_apart() -> None:
    first, second = script("assets/page-_aaaaaa_.js", "1"), script("assets/page-_bbbbbb_.js", "2")
    entry = script("assets/main-_main00_.js", 'import"./page-_aaaaaa_.js";import"./page-_bbbbbb_.js"')
    chunks = (chunk(entry.path, imports=(first.path, second.path)), chunk(first.path), chunk(second.path))
    result = name_files(replace(linked(entry, first, second, chunks=chunks), import_maps=True))
    [names] = result.stable_names.values()
    assert sorted(names) == ["assets/page-_aaaaaa_.js", "assets/page-_bbbbbb_.js"]

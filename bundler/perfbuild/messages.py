"""Every message that a person may read: one constructor a message, so that the texts stand together.

A constructor takes the facts and returns a :class:`~perfbuild.diagnostics.Diagnostic`; its code is stable and
described in docs/diagnostics.md.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Literal

from perfbuild.diagnostics import Diagnostic, Location
from perfbuild.sizes import format_bytes, plural

if TYPE_CHECKING:
    from perfbuild.model import LimitBreach

# --- account and budgets --------------------------------------------------------------------------


def budget_matches_nothing(glob: str, kind: str) -> Diagnostic:
    """``kind`` is "route" or "file". A budget that guards nothing must not pass."""
    return Diagnostic(
        code="budget-matches-nothing",
        severity="error",
        message=f'no {kind} matches "{glob}"',
        hint=f"Change the budget's {kind} glob, or remove the budget.",
    )


def budget_encoding_missing(encoding: str) -> Diagnostic:
    """The account was made without the encoding that a budget is stated in."""
    return Diagnostic(
        code="budget-encoding-missing",
        severity="error",
        message=f"{encoding} sizes were not computed in this build",
        hint="Build without --no-compress, or state the budget in raw bytes.",
    )


def stats_unreadable(path: str, why: str) -> Diagnostic:
    """The stats file cannot be opened."""
    return Diagnostic(
        code="stats-unreadable",
        severity="error",
        message=f"cannot read the stats: {why}",
        hint="Run `perfbuild build` first, or name the stats.json to read.",
        location=Location(file=path),
    )


def stats_damaged(path: str, why: str) -> Diagnostic:
    """The stats file is not JSON, or not in the shape of its schema."""
    return Diagnostic(
        code="stats-damaged",
        severity="error",
        message=f"this is not a stats file that perfbuild wrote: {why}",
        hint="Run `perfbuild build` again to write it anew.",
        location=Location(file=path),
    )


def stats_schema(path: str, found: int, known: int) -> Diagnostic:
    """The stats file was written by a perfbuild with another schema."""
    return Diagnostic(
        code="stats-schema",
        severity="error",
        message=f"the stats have schema {found}, this perfbuild reads schema {known}",
        hint="Update perfbuild, or write the stats again with this version.",
        location=Location(file=path),
    )


# --- configuration and discovery ------------------------------------------------------------------


def project_not_a_folder(project: str) -> Diagnostic:
    return Diagnostic(
        code="project-not-a-folder",
        severity="error",
        message=f'"{project}" is not a folder',
        hint="Name the folder that holds the project's pages.",
    )


def unreadable_config(file: str, reason: str) -> Diagnostic:
    return Diagnostic(
        code="unreadable-config",
        severity="error",
        message=f"the configuration cannot be read: {reason}",
        hint="Check the path and its permissions.",
        location=Location(file=file),
    )


def config_syntax(reason: str, location: Location) -> Diagnostic:
    return Diagnostic(
        code="config-syntax",
        severity="error",
        message=f"the configuration cannot be parsed: {reason}",
        hint="Mend the syntax.",
        location=location,
    )


def no_config_in_file(file: str, tables: tuple[str, ...]) -> Diagnostic:
    """A file named with ``-c`` that other tools use too and that has no table for perfbuild."""
    return Diagnostic(
        code="no-config-in-file",
        severity="error",
        message=f'there is no "{".".join(tables)}" in this file',
        hint="Add it, or name another file.",
        location=Location(file=file),
    )


def second_config(file: str, used: str) -> Diagnostic:
    return Diagnostic(
        code="second-config",
        severity="warning",
        message=f"a second configuration is not used: {used} was found first",
        hint=f"Move what it says into {used} and remove it.",
        location=Location(file=file),
    )


def unknown_config_key(key: str, nearest: str | None, known: list[str], location: Location | None) -> Diagnostic:
    return Diagnostic(
        code="unknown-config-key",
        severity="error",
        message=f'there is no key "{key}"',
        hint=f'Did you mean "{nearest}"?' if nearest else f"Known here: {', '.join(known)}.",
        location=location,
    )


def bad_config_type(key: str, expected: str, location: Location | str | None) -> Diagnostic:
    return Diagnostic(
        code="bad-config-type",
        severity="error",
        message=f'"{key}" must be {expected}',
        hint="See docs/configuration.md.",
        location=Location(file=location) if isinstance(location, str) else location,
    )


def bad_config_value(what: str, reason: str, location: Location | None) -> Diagnostic:
    """``what`` is the value or the key that is at fault, ``reason`` goes on from there: "must be at least 1"."""
    return Diagnostic(
        code="bad-config-value",
        severity="error",
        message=f'"{what}" {reason}' if " " not in what else f"{what} {reason}",
        hint="See docs/configuration.md.",
        location=location,
    )


def empty_project(looked_for: str) -> Diagnostic:
    return Diagnostic(
        code="empty-project",
        severity="error",
        message=f"there is nothing to build: no {looked_for}, and no entries are configured",
        hint='Add an index.html, or name JavaScript entries: entries = { main = "src/main.js" }.',
    )


def page_glob_matches_nothing(glob: str, near: list[str]) -> Diagnostic:
    return Diagnostic(
        code="page-glob-matches-nothing",
        severity="error",
        message=f'no page matches "{glob}"',
        hint=f"There is {_listed(near)}." if near else "Globs are relative to the project: docs/**/*.html.",
    )


def entry_missing(name: str, path: str, near: list[str]) -> Diagnostic:
    return Diagnostic(
        code="entry-missing",
        severity="error",
        message=f'the entry "{name}" names {path}, which does not exist',
        hint=f"There is {_listed(near)}." if near else "Paths of entries are relative to the project.",
    )


def input_leaves_root(what: str, path: str) -> Diagnostic:
    """``what`` is "page", "entry" or "public file"; a symlink is where its target is."""
    return Diagnostic(
        code="leaves-root",
        severity="error",
        message=f"the {what} {path} lies outside the project",
        hint="Copy the file into the project: nothing outside its folder is read.",
        location=Location(file=path),
    )


def folder_leaves_root(what: str, path: str) -> Diagnostic:
    """Public files behind the symlink would be missed; a folder without pages, such as a linked package, may be
    left."""
    return Diagnostic(
        code="folder-leaves-root",
        severity="error" if what == "public file" else "warning",
        message=f"no {what} is looked for in {path}, a symlink that leads out of the project",
        hint="Copy the folder into the project" + (f', or say ignore = ["{path}"].' if what == "page" else "."),
        location=Location(file=path),
    )


def not_a_file(what: str, path: str) -> Diagnostic:
    """A symlink that leads nowhere, a pipe, a socket. ``what`` as for :func:`input_leaves_root`."""
    return Diagnostic(
        code="not-a-file",
        severity="error",
        message=f"the {what} {path} is not a file that can be read",
        hint="Remove it, or mend the symlink.",
        location=Location(file=path),
    )


def public_file_shadowed(path: str) -> Diagnostic:
    return Diagnostic(
        code="public-file-shadowed",
        severity="warning",
        message=f"the public file {path} is not copied: a page of that path is built",
        hint="Remove or rename one of them.",
        location=Location(file=path),
    )


def _listed(names: list[str]) -> str:
    return " and ".join(filter(None, [", ".join(names[:-1]), names[-1]]))


def _some(modules: Sequence[str]) -> str:
    """The first of them, and how many more there are."""
    more = len(modules) - 1
    return modules[0] if not more else f"{modules[0]} and {more:,} more"


# --- delivery: names, encodings, output, serving --------------------------------------------------


def output_collision(path: str, sources: tuple[str, ...]) -> Diagnostic:
    """Two different files want the same output path."""
    origin = f": {', '.join(sources)}" if sources else ""
    return Diagnostic(
        code="output-collision",
        severity="error",
        message=f"two sources write the same output path, {path}{origin}",
        hint="Rename one of them, or move it to another folder.",
        location=Location(file=path),
    )


def output_path_unsafe(path: str) -> Diagnostic:
    """An output path that does not stay below the output folder."""
    return Diagnostic(
        code="output-path-unsafe",
        severity="error",
        message=f"{path!r} does not name a file inside the output folder",
        hint="Output paths are relative, use / and have no empty, . or .. parts.",
    )


def file_unreadable(path: str, why: str) -> Diagnostic:
    """An input that was found before cannot be read any more."""
    return Diagnostic(
        code="file-unreadable",
        severity="error",
        message=f"cannot read the file: {why}",
        hint="Check that it still exists and that its permissions let you read it.",
        location=Location(file=path),
    )


def output_unwritable(path: str, why: str) -> Diagnostic:
    """The operating system refused to write the output; what stood there before is untouched."""
    return Diagnostic(
        code="output-unwritable",
        severity="error",
        message=f"cannot write the output: {why}",
        hint="The previous output is as it was. Check the permissions, or write elsewhere with --out.",
        location=Location(file=path),
    )


def disk_full(path: str | None) -> Diagnostic:
    """No space (or no quota) is left where the output is staged; None when the engine found no room for its own."""
    return Diagnostic(
        code="disk-full",
        severity="error",
        message="the disk is full: the output does not fit",
        hint="The previous output is as it was. Free some space, or write elsewhere with --out and --report-dir.",
        location=Location(file=path) if path else None,
    )


def out_is_file(out: str) -> Diagnostic:
    """``--out`` names something that is not a folder."""
    return Diagnostic(
        code="out-is-file",
        severity="error",
        message=f"the output folder {out} is not a folder",
        hint="Name a folder with --out.",
    )


def out_holds_input(out: str, held: str) -> Diagnostic:
    """``--out`` is or holds something that the build reads, which replacing the folder would delete."""
    return Diagnostic(
        code="out-holds-input",
        severity="error",
        message=f"the output folder {out} is or holds {held}, which the build would delete",
        hint="Name a folder that holds nothing else, such as dist, with --out.",
    )


def out_inside_public(out: str, public: str) -> Diagnostic:
    """``--out`` lies in the folder of public files, so each build would copy the one before it."""
    return Diagnostic(
        code="out-inside-public",
        severity="error",
        message=f"the output folder {out} lies inside {public}, whose files are copied into the output",
        hint="Name a folder outside it with --out.",
    )


def out_not_ours(out: str) -> Diagnostic:
    """``--out`` holds files and perfbuild did not write them."""
    return Diagnostic(
        code="out-not-ours",
        severity="error",
        message=f"the output folder {out} is not empty and perfbuild did not write it",
        hint="Empty it, name another folder with --out, or replace it with --force.",
    )


def out_is_home(out: str) -> Diagnostic:
    """``--out`` is or holds the home folder; no ``--force`` replaces that."""
    return Diagnostic(
        code="out-is-home",
        severity="error",
        message=f"the output folder {out} is or holds your home folder",
        hint="Name a folder that holds nothing else, such as dist, with --out.",
    )


def out_locked(out: str, pid: int | None) -> Diagnostic:
    """Another build is writing the same output folder."""
    by = f" (process {pid})" if pid is not None else ""
    return Diagnostic(
        code="out-locked",
        severity="error",
        message=f"another build{by} is writing to {out}",
        hint="Wait for it to end, or write elsewhere with --out.",
    )


def previous_missing(folder: str) -> Diagnostic:
    """A previous release that is not there, or an empty folder: so it is before the first release of all."""
    return Diagnostic(
        code="previous-missing",
        severity="warning",
        message=f'there is no previous release in "{folder}", so no deltas are made from it',
        hint="Before the first release this is as it should be; otherwise bring the folder of the last one there.",
    )


def previous_unreadable(path: str, why: str) -> Diagnostic:
    """A file of a previous release went away or cannot be read while deltas from it are made."""
    return Diagnostic(
        code="previous-unreadable",
        severity="warning",
        message=f"a file of a previous release cannot be read, so visitors who have it get no delta: {why}",
        hint="Check the permissions of the folder, and that nothing changes it during the build.",
        location=Location(file=path),
    )


def previous_not_ours(folder: str) -> Diagnostic:
    """A folder is named as a previous release that has no list of a build's files, or none that can be read."""
    return Diagnostic(
        code="previous-not-ours",
        severity="error",
        message=f'"{folder}" is no release that perfbuild wrote',
        hint="Name the output folder of a build, with the .perfbuild folder in it.",
    )


def cache_unwritable(folder: str, why: str) -> Diagnostic:
    """The build goes on without keeping its encodings."""
    return Diagnostic(
        code="cache-unwritable",
        severity="warning",
        message=f"nothing is kept in the cache {folder}: {why}",
        hint="Make the folder writable, free some space, or build with --no-cache.",
    )


def serve_folder_missing(folder: str) -> Diagnostic:
    """There is nothing to serve."""
    return Diagnostic(
        code="serve-folder-missing",
        severity="error",
        message=f"{folder} is not a folder",
        hint="Run `perfbuild build` first, or name the built folder.",
    )


def serve_address_refused(host: str, port: int, why: str) -> Diagnostic:
    """The port is taken, or may not be opened."""
    return Diagnostic(
        code="serve-address-refused",
        severity="error",
        message=f"cannot listen on {host}:{port}: {why}",
        hint="Choose another port with --port (0 takes any free one).",
    )


# --- pages ----------------------------------------------------------------------------------------


def undecodable_page(encoding: str, location: Location) -> Diagnostic:
    """Some bytes of a page are not valid in its encoding; they pass through as they are."""
    return Diagnostic(
        code="undecodable-page",
        severity="warning",
        message=f"the page has bytes that are not valid {encoding}; they are kept as they are",
        hint="Save the page as UTF-8, or declare its encoding with <meta charset>.",
        location=location,
    )


def missing_file(
    url: str, target: str, near: Sequence[str], severity: Literal["error", "warn"], location: Location
) -> Diagnostic:
    """A page names a local file that does not exist. ``near`` are names of files that do, the nearest first."""
    if near:
        hint = "Did you mean " + " or ".join(near) + "?"
    elif severity == "warn":
        hint = "The reference is left as it is."
    else:
        hint = (
            'Add the file, put it into the public folder, or set missing_file = "warn" to leave such references alone.'
        )
    return Diagnostic(
        code="missing-file",
        severity="error" if severity == "error" else "warning",
        message=f'"{url}" names {target}, which does not exist',
        hint=hint,
        location=location,
    )


def outside_root(url: str, location: Location) -> Diagnostic:
    """A reference, or the symbolic link that it names, leads out of the project."""
    return Diagnostic(
        code="outside-root",
        severity="error",
        message=f'"{url}" leads outside the project',
        hint="Copy the file into the project; files outside its root are never published.",
        location=location,
    )


def templated_module(location: Location) -> Diagnostic:
    """An inline module script is written by a template, so its imports cannot be linked."""
    return Diagnostic(
        code="templated-module",
        severity="warning",
        message="an inline module script holds template placeholders and imports modules; it is left as it is",
        hint='Pass the values in a <script type="application/json"> or data- attribute; move the code into a module.',
        location=location,
    )


def island_unknown(name: str, folder: str, near: Sequence[str], location: Location) -> Diagnostic:
    """``data-component`` names no component. ``near`` are names of some, the nearest first."""
    meant = "Did you mean " + " or ".join(f'"{one}"' for one in near) + "?" if near else ""
    return Diagnostic(
        code="island-unknown",
        severity="error",
        message=f'there is no component "{name}" in {folder}/',
        hint=meant or "Add it, or set runtime.islands to false where the attribute is read by something else.",
        location=location,
    )


def island_ambiguous(name: str, files: Sequence[str], location: Location) -> Diagnostic:
    """``data-component`` may mean several files."""
    return Diagnostic(
        code="island-ambiguous",
        severity="error",
        message=f'"{name}" may be {" or ".join(files)}',
        hint="Write its folder too, or rename one of them.",
        location=location,
    )


def island_props(why: str, location: Location) -> Diagnostic:
    """``data-props`` is no JSON object. ``why`` completes "data-props ..."."""
    return Diagnostic(
        code="island-props",
        severity="error",
        message=f"data-props {why}",
        hint="""Write a JSON object, within single quotes: data-props='{"label": "Send"}'.""",
        location=location,
    )


def island_moment(value: str, location: Location) -> Diagnostic:
    """``data-on`` is none of the known moments."""
    return Diagnostic(
        code="island-moment",
        severity="warning",
        message=f'data-on="{value}" is not known, so the component is mounted when it comes into view',
        hint="Known are idle, load, visible, interaction and media(...), as in media(min-width: 60em).",
        location=location,
    )


def island_templated(name: str, found: int, location: Location) -> Diagnostic:
    """A template writes the name of a component, so that ``found`` of them are in reach of the page."""
    return Diagnostic(
        code="island-templated",
        severity="info",
        message=f'a template writes the component "{name}", so the page can load {found} of them',
        hint="Each has its own chunk, which is loaded when it is wanted.",
        location=location,
    )


def islands_without_folder(folder: str | None, location: Location) -> Diagnostic:
    """There are elements with ``data-component`` and no folder of components: the configured one, or the usual ones."""
    return Diagnostic(
        code="islands-without-folder",
        severity="error" if folder else "info",
        message=f"{folder}/ is not there, in which runtime.islands_folder says that components are"
        if folder
        else "data-component mounts nothing: there is neither src/components/ nor components/",
        hint="Set runtime.islands_folder to the folder of the components, or runtime.islands to false.",
        location=location,
    )


def import_map_unreadable(why: str, location: Location) -> Diagnostic:
    """The page's import map is no JSON object with ``imports``."""
    return Diagnostic(
        code="import-map-unreadable",
        severity="warning",
        message=f"the import map cannot be read ({why}), so its names are not known as external",
        hint="Write the import map as JSON without placeholders.",
        location=location,
    )


def remote_base(href: str, location: Location) -> Diagnostic:
    """``<base href>`` leads to another site, and so do URLs that are written relative to it."""
    return Diagnostic(
        code="remote-base",
        severity="warning",
        message=f'<base href="{href}"> leads elsewhere, so the built files cannot be named below "/" or "./"',
        hint="Build with --base and the full address that the files will have.",
        location=location,
    )


def output_twice(path: str, first: str, second: str) -> Diagnostic:
    """Two inputs would be written to one output path."""
    return Diagnostic(
        code="output-twice",
        severity="error",
        message=f"{first} and {second} would both be written to {path}",
        hint="Rename or remove one of them.",
    )


# --- command line ---------------------------------------------------------------------------------


def interrupted() -> Diagnostic:
    return Diagnostic(
        code="interrupted",
        severity="error",
        message="interrupted",
        hint="The output folder is as it was before.",
    )


def system_failure(path: str | None, reason: str) -> Diagnostic:
    """The operating system refused something: no space, no permission, a port in use."""
    return Diagnostic(
        code="system-failure",
        severity="error",
        message=f"{path}: {reason}" if path else reason,
        hint="Run again with -vv to see where it happened.",
    )


def internal_error(kind: str, reason: str) -> Diagnostic:
    return Diagnostic(
        code="internal-error",
        severity="error",
        message=f"perfbuild failed by a defect of its own ({kind}: {reason})",
        hint="Run again with -vv and report what it shows.",
    )


def no_budgets() -> Diagnostic:
    return Diagnostic(
        code="no-budgets",
        severity="error",
        message="there is nothing to check: the configuration has no budgets",
        hint='Add one: [[budgets]] with route = "/**", type = "script" and max = "170 kB".',
    )


# --- client-side routes ---------------------------------------------------------------------------


def route_dynamic(why: str, location: Location | None) -> Diagnostic:
    """``why`` goes on from "a route cannot be read here: "."""
    return Diagnostic(
        code="route-dynamic",
        severity="info",
        message=f"a route cannot be read here: {why}",
        hint='State it in the configuration: [[routes]] with path = "/users/:id" and component = "src/user.js".',
        location=location,
    )


def route_component_missing(component: str, near: Sequence[str], location: Location) -> Diagnostic:
    """A configured route names a module that the build does not have."""
    return Diagnostic(
        code="route-component-missing",
        severity="error",
        message=f'the component "{component}" is no module of the build',
        hint=f"Did you mean {_listed(list(near))}?" if near else "Name the module that the route imports dynamically.",
        location=location,
    )


def route_component_static(component: str, location: Location) -> Diagnostic:
    """A configured route names a module that comes with an entry."""
    return Diagnostic(
        code="route-component-static",
        severity="warning",
        message=f'the component "{component}" is never imported with import(), so the route has no chunk of its own',
        hint="Import it dynamically where the route is declared, or remove the component.",
        location=location,
    )


def route_unknown(path: str, near: Sequence[str], location: Location) -> Diagnostic:
    """A weight for a route that neither the sources nor the pages have."""
    return Diagnostic(
        code="route-unknown",
        severity="warning",
        message=f'no route has the path "{path}", so its weight is not used',
        hint=f"Did you mean {_listed(list(near))}?" if near else "Say which module it loads: component.",
        location=location,
    )


# --- the engine -----------------------------------------------------------------------------------


def engine_not_started(node: str, why: str) -> Diagnostic:
    """Node.js cannot be run."""
    return Diagnostic(
        code="engine-not-started",
        severity="error",
        message=f"cannot start Node.js ({node}): {why}",
        hint="Install perfbuild again, or set PERFBUILD_NODE to a Node.js of 22.15 or later.",
    )


def engine_protocol(wanted: int, found: object) -> Diagnostic:
    """The two halves of the installation do not belong together."""
    return Diagnostic(
        code="engine-protocol",
        severity="error",
        message=f"the engine speaks protocol {found}, this perfbuild needs {wanted}",
        hint="Install perfbuild again; two versions are mixed.",
    )


def engine_stopped(last_words: Sequence[str]) -> Diagnostic:
    """The engine's process ended while it was needed."""
    said = "\n".join(last_words)
    return Diagnostic(
        code="engine-stopped",
        severity="error",
        message="the engine's process ended before it had answered" + (f"; its last words:\n{said}" if said else ""),
        hint="Was it killed, or out of memory? The previous output is untouched; build again.",
    )


def engine_failed(message: str, stack: str | None) -> Diagnostic:
    """The engine failed in a way that is not the project's fault."""
    return Diagnostic(
        code="engine-failed",
        severity="error",
        message=f"the engine failed: {message}" + (f"\n{stack}" if stack else ""),
        hint="This is a defect of perfbuild; please report it with the input that causes it.",
    )


def engine_problem(
    code: str, severity: Literal["error", "warning"], message: str, location: Location | None
) -> Diagnostic:
    """Anything else that the engine reports, under its own code."""
    return Diagnostic(code=f"engine/{code}", severity=severity, message=message, location=location)


def syntax_error(message: str, location: Location | None, severity: Literal["error", "warning"]) -> Diagnostic:
    """A script, stylesheet or JSON file that cannot be parsed; a warning where browsers skip what is wrong."""
    hint = "Browsers skip this; the output does not have it." if severity == "warning" else "Correct the source."
    return Diagnostic(code="syntax-error", severity=severity, message=message, hint=hint, location=location)


def unresolved_file(specifier: str, location: Location | None, near: Sequence[str]) -> Diagnostic:
    """An import of a file that is not there."""
    return Diagnostic(
        code="unresolved-import",
        severity="error",
        message=f'no file for the import "{specifier}"',
        hint=f"Did you mean {_listed(list(near))}?"
        if near
        else "Check the path; it is relative to the importing file.",
        location=location,
    )


def unresolved_package(
    specifier: str,
    package: str,
    location: Location | None,
    declared: bool,
    near: Sequence[str],
    install: str,
) -> Diagnostic:
    """An import of a package that is not installed; ``declared`` says whether package.json asks for it."""
    if declared:
        hint = f"package.json asks for {package}: run `{install.split(maxsplit=1)[0]} install`."
    elif near:
        hint = f"Did you mean {_listed(list(near))}? Otherwise install it: `{install} {package}`."
    else:
        hint = f"Install it: `{install} {package}`."
    return Diagnostic(
        code="unresolved-import",
        severity="error",
        message=f'no package for the import "{specifier}"',
        hint=hint,
        location=location,
    )


def sass_missing(location: Location | None) -> Diagnostic:
    """A Sass file in a project without a Sass compiler."""
    return Diagnostic(
        code="sass-missing",
        severity="error",
        message="this stylesheet needs a Sass compiler, and the project has none",
        hint="Install one: `npm install --save-dev sass-embedded`.",
        location=location,
    )


def postcss_missing(package: str, location: Location | None, install: str) -> Diagnostic:
    """The project's PostCSS configuration needs a package that is not installed."""
    return Diagnostic(
        code="postcss-missing",
        severity="error",
        message=f"the PostCSS configuration needs {package}, which is not installed",
        hint=f"Install it: `{install} {package}`.",
        location=location,
    )


def component_compiler_missing(wanted: str, package: str, location: Location | None, install: str) -> Diagnostic:
    """A component of Vue or Svelte in a project without it; ``wanted`` is the package with its oldest version."""
    return Diagnostic(
        code="component-compiler-missing",
        severity="error",
        message=f"this component needs {wanted} or later, and the project has none",
        hint=f"Install it: `{install} {package}`.",
        location=location,
    )


def component_error(message: str, location: Location | None) -> Diagnostic:
    """The project's compiler refuses a component of Vue or Svelte."""
    return Diagnostic(code="component-error", severity="error", message=message, location=location)


def component_warning(message: str, location: Location | None) -> Diagnostic:
    """The project's compiler complains of a component of Svelte."""
    return Diagnostic(code="component-warning", severity="warning", message=message, location=location)


def sass_error(message: str, location: Location | None) -> Diagnostic:
    """The project's Sass refuses a stylesheet."""
    return Diagnostic(code="sass-error", severity="error", message=f"Sass: {message}", location=location)


def postcss_error(message: str, location: Location | None) -> Diagnostic:
    """A PostCSS plugin of the project refuses a stylesheet."""
    return Diagnostic(code="postcss-error", severity="error", message=f"PostCSS: {message}", location=location)


def postcss_warning(message: str, location: Location | None) -> Diagnostic:
    """A PostCSS plugin of the project complains of a stylesheet."""
    return Diagnostic(code="postcss-warning", severity="warning", message=f"PostCSS: {message}", location=location)


def node_builtin(name: str, location: Location | None) -> Diagnostic:
    """A module of Node.js that a browser does not have."""
    return Diagnostic(
        code="node-builtin",
        severity="warning",
        message=f'"{name}" is a module of Node.js; the browser gets an empty one',
        hint="Harmless where the package only uses it outside browsers.",
        location=location,
    )


def bad_target(why: str) -> Diagnostic:
    """A browserslist query that does not parse."""
    return Diagnostic(
        code="bad-target",
        severity="error",
        message=f"the target is not a browserslist query: {why}",
        hint='Write it as on browserslist.dev, for example "defaults" or "baseline widely available".',
    )


def type_commonjs() -> Diagnostic:
    """package.json says that the project's modules are CommonJS."""
    return Diagnostic(
        code="type-commonjs",
        severity="warning",
        message='package.json says "type": "commonjs", so every module is wrapped: about 15 % more bytes',
        hint='Set "type": "module" in package.json, or remove the field.',
        location=Location(file="package.json"),
    )


# --- the chunk plan and its inputs ----------------------------------------------------------------


def group_empty(name: str, why: str) -> Diagnostic:
    """A configured cache group takes no module."""
    return Diagnostic(
        code="group-empty",
        severity="warning",
        message=f'the cache group "{name}" takes no module: {why}',
        hint="Its test is looked for in paths from the project's root, as in /node_modules/react/index.js.",
    )


def groups_overlap(first: str, second: str, priority: int, modules: Sequence[str]) -> Diagnostic:
    """Two configured cache groups want the same modules with the same right."""
    return Diagnostic(
        code="groups-overlap",
        severity="warning",
        message=f'the cache groups "{first}" and "{second}" have the same priority, {priority}, and both match '
        f"{_some(modules)}: the first takes them",
        hint="Give one of them a higher priority.",
    )


def group_in_cycle(name: str, modules: Sequence[str]) -> Diagnostic:
    """A configured cache group had to leave modules out."""
    return Diagnostic(
        code="group-in-cycle",
        severity="info",
        message=f'the cache group "{name}" leaves out {_some(modules)}: chunks would wait for each other',
        hint="They import modules of other chunks that import the group again; match those as well, or neither.",
    )


def limit_not_kept(breach: LimitBreach, where: str) -> Diagnostic:
    """A limit of ``[chunks]`` that no merge keeps; ``where`` it is exceeded most."""
    is_size = breach.limit == "min_size"
    limit, found = (
        (format_bytes(breach.wanted), f"the chunk of {where} has {format_bytes(breach.found)}")
        if is_size
        else (f"{breach.wanted}", f"{where} loads {breach.found}")
    )
    others = breach.count - 1
    more = (
        f"; so it is for {plural(others, 'other chunk' if is_size else 'other entry or lazy chunk')}" if others else ""
    )
    return Diagnostic(
        code="limit-not-kept",
        severity="warning",
        message=f"chunks.{breach.limit} = {limit} is not kept: {found}{more}",
        hint="What stays apart: cache groups, modules whose effects need their order, what max_size forbids to merge.",
    )


def analytics_unreadable(file: str, reason: str, line: int | None) -> Diagnostic:
    """``chunks.analytics`` gives no visits; ``line`` is where it goes wrong, if that is known."""
    return Diagnostic(
        code="analytics-unreadable",
        severity="warning",
        message=f"no visits are taken from the file of chunks.analytics: {reason}",
        hint="All routes count the same now. Export paths with their visits as CSV or JSON, or name an access log.",
        location=Location(file=file, line=line),
    )


def analytics_unknown_paths(file: str, share: float, count: int, largest: Sequence[str]) -> Diagnostic:
    """``share`` of the visits went to ``count`` paths of no route or page; the largest are named."""
    paths = "1 path that is" if count == 1 else f"{count} paths that are"
    return Diagnostic(
        code="analytics-unknown-paths",
        severity="warning" if share > 0.5 else "info",
        message=f"{share:.1%} of the visits went to {paths} no route or page: {', '.join(largest)}",
        hint="They have no part in the plan. If routes of the application are missing, add them under [[routes]].",
        location=Location(file=file),
    )


def history_cut_off() -> Diagnostic:
    """The git repository has the last commits alone, as continuous integration fetches it."""
    return Diagnostic(
        code="history-cut-off",
        severity="info",
        message="the git history is cut off, so how often files change is not known",
        hint="Fetch all of it (fetch-depth: 0 for GitHub, GIT_DEPTH: 0 for GitLab), or set chunks.history = false.",
    )


# --- plan and explain -----------------------------------------------------------------------------


def unknown_target(target: str, near: Sequence[str]) -> Diagnostic:
    """``near`` are names that the last build does have."""
    return Diagnostic(
        code="unknown-target",
        severity="error",
        message=f'the last build has no module, chunk, file or route "{target}"',
        hint=f"Near it: {', '.join(near)}." if near else "Build again if it is new; the report lists everything.",
    )


def ambiguous_target(target: str, names: Sequence[str]) -> Diagnostic:
    """``names`` are all that end like it."""
    shown = [*names[:10], *([f"{len(names) - 10} more"] if len(names) > 10 else [])]
    return Diagnostic(
        code="ambiguous-target",
        severity="error",
        message=f'"{target}" is the end of {len(names)} names',
        hint=f"Write one in full: {', '.join(shown)}.",
    )


def nothing_to_plan() -> Diagnostic:
    """No page and no entry runs a module."""
    return Diagnostic(
        code="nothing-to-plan",
        severity="warning",
        message="no page and no entry runs a module, so there are no chunks to plan",
        hint="Classic scripts are not linked; a plan needs <script type=module> or an entry.",
    )


def no_releases(why: str) -> Diagnostic:
    """``why``: no git, no repository, too few commits."""
    return Diagnostic(
        code="no-releases",
        severity="error",
        message=f"cannot replay releases: {why}",
        hint="--replay needs a git history with at least two commits of the project; leave it out for the estimates.",
    )


def releases_cut_off(found: int, wanted: int) -> Diagnostic:
    """A shallow clone ends before the releases that were asked for."""
    return Diagnostic(
        code="releases-cut-off",
        severity="warning",
        message=f"the repository is a shallow clone with {found} of the {wanted} releases to replay",
        hint="Fetch the rest: git fetch --unshallow (in CI, a checkout of full depth).",
    )


def release_skipped(commit: str, why: str) -> Diagnostic:
    """A commit that cannot be built as it was; its changes count for the next one."""
    return Diagnostic(
        code="release-skipped",
        severity="warning",
        message=f"commit {commit} is left out of the replay: {why}",
        hint="Its changes count as those of the next commit that builds.",
    )


# --- deep links -----------------------------------------------------------------------------------


def deep_links_blocked(location: Location) -> Diagnostic:
    """A page whose own policy forbids the inline script that asks for a route's files at once."""
    return Diagnostic(
        code="deep-links-blocked",
        severity="info",
        message="the page's Content-Security-Policy forbids inline scripts, so deep links wait for the entry",
        hint="Send it as a header with the hash of .perfbuild/manifest.json, or set output.deep_links = false.",
        location=location,
    )


def route_documents_relative(location: Location) -> Diagnostic:
    """``base`` is "./" and the page has no ``<base href>``."""
    return Diagnostic(
        code="route-documents-relative",
        severity="warning",
        message='with base "./" an application cannot know its root, so no route documents are written',
        hint='Set base to the path that the site is served from, such as "/shop/", or give the page a <base href>.',
        location=location,
    )


def route_document_skipped(route: str, path: str, why: str) -> Diagnostic:
    """``path`` is where the document would stand."""
    return Diagnostic(
        code="route-document-skipped",
        severity="warning",
        message=f"no document for the route {route} is written to {path}: {why}",
        hint="The route is served by the page itself, if the host answers unknown paths with that.",
    )


def unknown_priority(value: str, nearest: str | None, location: Location) -> Diagnostic:
    """``data-priority`` on a script or link has another value than the four."""
    return Diagnostic(
        code="unknown-priority",
        severity="warning",
        message=f'data-priority="{value}" is no priority, so the element is loaded as it is',
        hint=f'Did you mean "{nearest}"?' if nearest else "Known here: critical, high, normal, low.",
        location=location,
    )


# --- plugins --------------------------------------------------------------------------------------


def unknown_plugin(name: str, installed: list[str]) -> Diagnostic:
    return Diagnostic(
        code="unknown-plugin",
        severity="warning",
        message=f'plugins.disabled names "{name}", but no such plugin is installed',
        hint=f"Installed: {', '.join(installed)}." if installed else "No plugin is installed.",
    )


def plugin_not_loaded(name: str, value: str, reason: str) -> Diagnostic:
    """``value`` is the object that the entry point names."""
    return Diagnostic(
        code="plugin-not-loaded",
        severity="warning",
        message=f"the plugin cannot be used ({value}): {reason}",
        hint=f'Install a version of it that works, or leave it out: plugins.disabled = ["{name}"].',
        plugin=name,
    )


def chunk_not_minified(name: str, reason: str) -> Diagnostic:
    """The second minifier cannot read what the first one wrote."""
    return Diagnostic(
        code="not-minified-again",
        severity="warning",
        message=f'the chunk "{name}" was minified once, not twice: {reason}',
        hint='It works all the same, and is some bytes larger. minify = "quick" leaves the second minifier out.',
    )


def plugin_failed(name: str, path: str, reason: str) -> Diagnostic:
    return Diagnostic(
        code="plugin-failed",
        severity="warning",
        message=f"{path} stays as it was: {reason}",
        hint=f'Mend the file, or leave the plugin out: plugins.disabled = ["{name}"].',
        plugin=name,
    )


def bad_plugin_option(key: str, reason: str, plugin: str, location: Location | None) -> Diagnostic:
    """``reason`` as the conversion words it: "Expected `int`, got `str`"."""
    return Diagnostic(
        code="bad-plugin-option",
        severity="error",
        message=f'"{key}" cannot be used: {reason}',
        hint=f"See the options of the plugin {plugin}.",
        location=location,
    )

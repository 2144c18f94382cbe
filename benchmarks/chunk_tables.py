"""The tables of benchmarks.chunks, in Markdown."""

from __future__ import annotations

import random
from collections.abc import Callable, Mapping, Sequence
from statistics import mean, median

from benchmarks.chunk_results import IN_PAGE, Release, Results
from benchmarks.chunk_tools import Tool
from benchmarks.chunk_visits import RouteCase

REQUEST = 6000
"""What a request costs, in bytes, as perfbuild's ``chunks.request_cost`` has it."""
SESSIONS, SESSION_LENGTH = 500, 5

Found = Mapping[Tool, Results]
Files = Mapping[str, int]
"""Bytes at brotli 11 by name."""


def report(results: Found, routes: Sequence[RouteCase], seed: int) -> str:
    """All tables that there are results for, then what failed."""
    good = {tool: found for tool, found in results.items() if not found.failure}
    parts = [("First visits", first_visits(good)), ("Each route", each_route(good, routes))]
    parts.append((f"Sessions of {SESSION_LENGTH} routes with a warm cache", sessions(good, routes, seed)))
    released = {tool: found for tool, found in good.items() if found.releases}
    if released:
        parts.append(("Releases, to a visitor who has every file of the one before", releases(released)))
    timed = {tool: found for tool, found in good.items() if found.times}
    if timed:
        parts.append(("Time until content shows, s", times(timed, routes)))
    failed = [f"- {tool.name}: {found.failure}" for tool, found in results.items() if found.failure]
    text = "\n\n".join(f"## {title}\n\n{body}" for title, body in parts)
    return f"{text}\n\n## Failed\n\n" + "\n".join(failed) if failed else text


def requests(files: Files) -> int:
    """What stands in the page is not asked for."""
    return len(files.keys() - {IN_PAGE})


def cost(files: Files) -> int:
    return sum(files.values()) + REQUEST * requests(files)


def first_visits(results: Found) -> str:
    rows = []
    best = _best(results, lambda found: mean(cost(visit.files) for visit in found.visits))
    lowest = _best(results, lambda found: mean(sum(visit.files.values()) for visit in found.visits))
    for tool, found in results.items():
        sizes = [sum(visit.files.values()) for visit in found.visits]
        counts = [requests(visit.files) for visit in found.visits]
        costs = [cost(visit.files) for visit in found.visits]
        worst = max(found.visits, key=lambda visit: cost(visit.files))
        rows.append(
            [
                tool.name,
                _kb(mean(sizes)),
                f"{mean(counts):.1f}",
                _kb(mean(costs)),
                f"{mean(costs) / best:.3f}",
                f"{mean(sizes) / lowest:.3f}",
                f"{max(counts)}",
                f"{worst.path} {_kb(sum(worst.files.values()))} in {requests(worst.files)}",
                f"{found.files['index.html'].brotli / 1e3:.1f}",
            ]
        )
    head = ["tool", "kB", "requests", "kB + 6 a request", "to best peer", "kB to lowest peer", "most requests"]
    return table([*head, "worst route", "page kB"], rows, text=(0, 7))


def each_route(results: Found, routes: Sequence[RouteCase]) -> str:
    """Bytes and requests of each tool; for perfbuild also against the peer that fetches least on that route."""
    peers = [tool for tool in results if tool.is_peer]
    rows = []
    for route in routes:
        by_tool = {tool: _visit(found, route) for tool, found in results.items()}
        lowest = min((sum(by_tool[tool].values()) for tool in peers), default=0)
        cells = [route.path]
        for files in by_tool.values():
            cells.append(f"{_kb(sum(files.values()))} in {requests(files)}")
        own_bytes = [sum(files.values()) for tool, files in by_tool.items() if not tool.is_peer and lowest]
        ratios = [f"{size / lowest:.3f}" for size in own_bytes]
        rows.append([*cells, *ratios])
    own = [f"{tool.name}, kB to lowest peer" for tool in results if not tool.is_peer and peers]
    return table(["route", *(tool.name for tool in results), *own], rows)


def sessions(results: Found, routes: Sequence[RouteCase], seed: int) -> str:
    """What the same chosen sessions fetch: each file once, since content-hashed files stay in the cache."""
    chance = random.Random(seed)
    length = min(SESSION_LENGTH, len(routes))
    chosen = [chance.sample([route.path for route in routes], length) for _ in range(SESSIONS)]
    fetched = {tool: [_session(found, paths) for paths in chosen] for tool, found in results.items()}
    best = min((mean(map(cost, all_of)) for tool, all_of in fetched.items() if tool.is_peer), default=0)
    rows = [
        [
            tool.name,
            _kb(mean(sum(files.values()) for files in all_of)),
            f"{mean(requests(files) for files in all_of):.1f}",
            _kb(mean(map(cost, all_of))),
            f"{mean(map(cost, all_of)) / best:.3f}" if best else "",
        ]
        for tool, all_of in fetched.items()
    ]
    return table(["tool", "kB", "requests", "kB + 6 a request", "to best peer"], rows)


def _session(found: Results, paths: Sequence[str]) -> Files:
    return {name: size for visit in found.visits if visit.path in paths for name, size in visit.files.items()}


DELTAS = """With deltas: what Chromium-based browsers (130 and later) download from a server that answers
`Available-Dictionary` with the deltas (RFC 9842) that perfbuild makes from a copy of the release before. Other
browsers, and those at other servers, download "kB again". The peers make no deltas, so the ratio sets perfbuild's
deltas against their whole files."""


def releases(results: Found) -> str:
    """What is downloaded again over all releases together, as whole files and with deltas where there are any."""
    best = _best(results, lambda found: float(sum(release.brotli for release in found.releases)))
    whole = _best(results, lambda found: float(sum(release.brotli + release.page for release in found.releases)))
    rows = []
    for tool, found in results.items():
        again = [release.brotli for release in found.releases]
        pages = [release.page for release in found.releases]
        rows.append(
            [
                tool.name,
                f"{len(again)}",
                _kb(sum(again)),
                f"{sum(again) / best:.3f}",
                f"{mean(release.files for release in found.releases):.1f}",
                _kb(max(again)),
                _kb(sum(pages)),
                f"{(sum(again) + sum(pages)) / whole:.3f}",
                *_delta_cells(found.releases, best, whole),
            ]
        )
    head = ["tool", "releases", "kB again", "to best peer", "files a release", "most kB", "pages kB"]
    with_deltas = ["kB with deltas", "to best peer", "with pages, to best peer"]
    return f"{table([*head, 'with pages, to best peer', *with_deltas], rows)}\n\n{DELTAS}"


def _delta_cells(found: Sequence[Release], best: float, whole: float) -> list[str]:
    """Empty where the tool makes none."""
    if all(release.with_deltas is None for release in found):
        return ["", "", ""]
    size = sum(release.brotli if release.with_deltas is None else release.with_deltas for release in found)
    pages = sum(release.page for release in found)
    return [_kb(size), f"{size / best:.3f}", f"{(size + pages) / whole:.3f}"]


def times(results: Found, routes: Sequence[RouteCase]) -> str:
    """Medians over the rounds; the last column is the median over the routes of the ratio to the route's best peer."""
    middle = {tool: {path: median(kept) for path, kept in found.times.items()} for tool, found in results.items()}
    paths = [route.path for route in routes if all(route.path in kept for kept in middle.values())]
    means = {tool: mean(kept[path] for path in paths) for tool, kept in middle.items() if tool.is_peer}
    best = min(means, key=lambda tool: means[tool], default=None)
    rows = []
    for tool, kept in middle.items():
        to_best = [kept[path] / middle[best][path] for path in paths] if best else []
        fastest = [min(middle[peer][path] for peer in means) for path in paths] if best else []
        to_fastest = [kept[path] / least for path, least in zip(paths, fastest, strict=False)]
        rows.append(
            [
                tool.name,
                *(f"{kept[path]:.2f}" for path in paths),
                f"{median(kept[path] for path in paths):.2f}",
                f"{median(to_best):.3f}" if to_best else "",
                f"{median(to_fastest):.3f}" if to_fastest else "",
            ]
        )
    named = f"to {best.name}" if best else "to best peer"
    return table(["tool", *paths, "median", named, "to each route's fastest peer"], rows)


def table(head: Sequence[str], rows: Sequence[Sequence[str]], *, text: Sequence[int] = (0,)) -> str:
    """A Markdown table; the columns of ``text`` are aligned to the left."""
    rule = ["---" if index in text else "---:" for index in range(len(head))]
    return "\n".join(f"| {' | '.join(line)} |" for line in [head, rule, *rows])


def _visit(found: Results, route: RouteCase) -> Files:
    return next((visit.files for visit in found.visits if visit.path == route.path), {})


def _best(results: Found, of: Callable[[Results], float]) -> float:
    """The lowest value of a peer; of any tool where no peer was run."""
    peers = [of(found) for tool, found in results.items() if tool.is_peer]
    return min(peers or [of(found) for found in results.values()], default=1)


def _kb(size: float) -> str:
    return f"{size / 1e3:,.1f}"

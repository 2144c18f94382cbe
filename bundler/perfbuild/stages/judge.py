"""judge: the account against the budgets."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from perfbuild import messages
from perfbuild.config import Budget, BudgetType
from perfbuild.globs import matcher
from perfbuild.model import BudgetResult, FileStats, FileType, RouteStats, Sizes, Stats

_FILE_TYPES: dict[BudgetType, FileType] = {
    "script": "script",
    "stylesheet": "style",
    "image": "image",
    "font": "font",
    "document": "document",
    "other": "other",
}


def judge(stats: Stats, budgets: tuple[Budget, ...]) -> tuple[BudgetResult, ...]:
    """Judge every budget on every route or file that its glob matches, in the order of the budgets.

    Globs are those of :mod:`perfbuild.globs`. A budget that matches nothing fails, and so does one in an encoding that
    was not computed: nothing that could not be measured passes.
    """
    return tuple(result for budget in budgets for result in _judge(stats, budget))


def over_budget(results: Iterable[BudgetResult]) -> bool:
    """Whether the build fails: a budget of level ``error`` does not hold."""
    return any(not result.ok and result.level == "error" for result in results)


def _judge(stats: Stats, budget: Budget) -> Iterator[BudgetResult]:
    matched = False
    if budget.route is not None:
        matches = matcher(budget.route)
        for route in stats.routes:
            if matches(route.path):
                matched = True
                yield _result(budget, _route_value(route, budget), route=route.path)
    elif budget.file is not None:
        matches = matcher(budget.file)
        for file in stats.files:
            if matches(file.path):
                matched = True
                yield _result(budget, _file_value(file, budget), file=file.path)
    if not matched:
        yield _unmatched(budget)


def _route_value(route: RouteStats, budget: Budget) -> int | None:
    if budget.type == "requests":
        return route.requests
    if budget.type == "total":
        return _in_encoding(route.sizes, budget)
    sizes: Sizes = getattr(route.by_type, _FILE_TYPES[budget.type])
    return _in_encoding(sizes, budget)


def _file_value(file: FileStats, budget: Budget) -> int | None:
    return _in_encoding(file.sizes, budget)


def _in_encoding(sizes: Sizes, budget: Budget) -> int | None:
    value: int | None = getattr(sizes, budget.encoding)
    return value


def _result(budget: Budget, actual: int | None, *, route: str | None = None, file: str | None = None) -> BudgetResult:
    return BudgetResult(
        name=budget_name(budget),
        type=_type(budget),
        encoding=budget.encoding,
        level=budget.level,
        limit=budget.max,
        actual=actual,
        ok=actual is not None and actual <= budget.max,
        route=route,
        file=file,
        reason=messages.budget_encoding_missing(budget.encoding).message if actual is None else None,
    )


def _unmatched(budget: Budget) -> BudgetResult:
    kind = "file" if budget.route is None else "route"
    glob = budget.route if budget.route is not None else budget.file
    return BudgetResult(
        name=budget_name(budget),
        type=_type(budget),
        encoding=budget.encoding,
        level=budget.level,
        limit=budget.max,
        actual=None,
        ok=False,
        route=budget.route,
        file=budget.file,
        reason=messages.budget_matches_nothing(glob or "", kind).message,
    )


def _type(budget: Budget) -> BudgetType:
    """A file is judged whole, whatever its type is."""
    return budget.type if budget.route is not None else "total"


def budget_name(budget: Budget) -> str:
    """The budget's own name, else what it limits: ``script on /**``, ``assets/vendors-*.js``."""
    if budget.name:
        return budget.name
    return f"{budget.type} on {budget.route}" if budget.route is not None else budget.file or ""

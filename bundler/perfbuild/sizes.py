"""How amounts are written for people: decimal units, as transfer sizes are given everywhere on the web."""

from __future__ import annotations

_UNITS = ("kB", "MB", "GB", "TB")


def format_bytes(count: int) -> str:
    """``999 B``, ``1.2 kB``, ``170 kB``, ``3.41 MB``: three figures that matter, 1 kB being 1000 B."""
    if count < 1000:
        return f"{count} B"
    amount = float(count)
    unit = ""
    for unit in _UNITS:  # noqa: B007 - the unit that was reached is used
        amount /= 1000
        if round(amount) < 1000:
            break
    return f"{_three_figures(amount)} {unit}"


def format_kilobytes(count: int | None) -> str:
    """A table cell in kB: ``0.3``, ``12.4``, ``1,022``; ``-`` for an amount that is not known, empty for none."""
    if count is None:
        return "-"
    if count == 0:
        return ""
    return f"{count / 1000:,.0f}" if count >= 99_950 else f"{max(count / 1000, 0.1):.1f}"


def plural(count: int, noun: str) -> str:
    """``1 file``, ``2 files``, ``1,234 files``."""
    return f"{count:,} {noun}{'' if count == 1 else 's'}"


def downloaded_again(files: int, whole: int, with_deltas: int) -> str:
    """What a returning visitor downloads: ``3 files, 12.1 kB, or 1.2 kB with deltas``."""
    if not files:
        return "no file but the page"
    deltas = f", or {format_bytes(with_deltas)} with deltas" if with_deltas < whole else ""
    return f"{plural(files, 'file')}, {format_bytes(whole)}{deltas}"


def _three_figures(amount: float) -> str:
    if amount >= 99.95:
        return f"{amount:.0f}"
    text = f"{amount:.1f}" if amount >= 9.995 else f"{amount:.2f}"
    return text.rstrip("0").rstrip(".")

"""What server templates look like inside a page: Jinja, Django, Twig, Liquid, Handlebars, ERB, EJS, PHP, Thymeleaf.

Perfbuild renders none of them. It only has to know where they stand, to leave them and what they decide alone.
"""

from __future__ import annotations

import re

# Each pattern stops at the next opener of its own kind, so that no text, however broken, takes more than linear time.

#: Expression and statement tags, as one regular expression without groups. Bounded, so that a stray opener in a plain
#: page hides little.
ANY = (
    r"\{\{(?:[^{}]|\}(?!\})|\{(?!\{)){0,2000}+\}\}"
    r"|\{%(?:[^%{]|%(?!\})|\{(?!%)){0,2000}+%\}"
    r"|<\?(?:[^?<]++|\?(?!>)|<(?!\?))*+\?>"
    r"|<%(?:[^%<]++|%(?!>)|<(?!%))*+%>"
)

#: Stretches of a page that no tag is looked for in: comments of template languages, statements and PHP.
OPAQUE = (
    r"\{\{!?--(?:[^{-]++|-(?!-\}\})|\{(?!\{!?--))*+--\}\}"
    r"|\{\{!(?:[^{}]|\}(?!\})|\{(?!\{)){0,2000}+\}\}"
    r"|\{\#(?:[^\#{]++|\#(?!\})|\{(?!\#))*+\#\}"
    r"|\{%-?\s*comment\b(?:[^{]++|\{(?!%-?\s*(?:end)?comment\b))*+\{%-?\s*endcomment\s*-?%\}"
    r"|\{%(?:[^%{]|%(?!\})|\{(?!%)){0,2000}+%\}"
    r"|<\?(?:php|=)(?:[^?]++|\?(?!>))*+(?:\?>|\Z)"
    r"|<\?(?:[^?<]++|\?(?!>)|<(?!\?))*+\?>"
    r"|<%(?:[^%<]++|%(?!>)|<(?!%))*+%>"
)

_IN_CODE = re.compile(ANY)
_IN_URL = re.compile(r"\{\{|\{%|<\?|<%|\$\{|\[\[|[@~]\{|%[A-Z][A-Z0-9]*_[A-Z0-9_]*%")
_STATEMENT = re.compile(r"\{%|\{\{\s*(?:[#/^>]|~?\s*(?:else|end|if|range|with|block|define|template)\b)|<\?|<%")


def in_code(code: str) -> bool:
    """True for inline code that a template engine still writes to. ``${`` is JavaScript's own and does not count."""
    return ("{{" in code or "{%" in code or "<?" in code or "<%" in code) and _IN_CODE.search(code) is not None


def in_url(url: str) -> bool:
    """True for an attribute value whose URL is not known before the template is rendered."""
    return _IN_URL.search(url) is not None


def mask(value: str) -> str:
    """``value`` with every placeholder overwritten by NULs of the same length, so that positions stay true."""
    return _IN_CODE.sub(lambda match: "\0" * len(match[0]), value)


def statement_between(text: str, start: int, end: int) -> bool:
    """True when a condition, loop or block may begin or end there, so that the two sides do not belong together."""
    return _STATEMENT.search(text, start, end) is not None

"""Names given anew: modules print and export what they did, and brotli makes less of them."""

from __future__ import annotations

from pathlib import Path

import brotli
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from tests.engine.edited import Ran, ran
from tests.engine.programs import programs

#: Modules in which a name could easily be given that means something else there.
CASES = {file.stem: file.read_text() for file in sorted(Path(__file__).with_name("renamed").glob("*.js"))}
#: What a minifier leaves of two components: alike but for their names.
ALIKE = """
export const first=(e,t)=>{let{width:n,height:r}=e,[i,a]=t(n*r);return i&&e.ref.current?a(e.ref.current,n,r,i):null};
export const other=(r,n)=>{let{width:t,height:i}=r,[e,o]=n(t*i);return e&&r.ref.current?o(r.ref.current,t,i,e):null};
"""


def run(codes: list[str]) -> list[Ran]:
    return ran("renaming.mjs", "renamings", codes)


@pytest.fixture(scope="module")
def renamed() -> dict[str, Ran]:
    return dict(zip(CASES, run(list(CASES.values())), strict=True))


@pytest.mark.parametrize("name", CASES)
def test_a_module_does_what_it_did(renamed: dict[str, Ran], name: str) -> None:
    code, before, after = renamed[name]
    assert after == before
    assert (code == CASES[name]) == (name == "direct_eval")  # which may ask for any variable by its name


@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large])
@given(st.lists(programs(), min_size=10, max_size=20))
def test_generated_modules_do_what_they_did(codes: list[str]) -> None:
    for code, (_, before, after) in zip(codes, run(codes), strict=True):
        if before != ["SyntaxError"]:
            assert after == before, code


def test_code_that_is_alike_gets_the_same_names() -> None:
    ((code, _, _),) = run([ALIKE])
    assert code is not None
    first, other = code.strip().splitlines()
    assert other == first.replace("first", "other")
    assert len(brotli.compress(code.encode())) < len(brotli.compress(ALIKE.encode()))


@pytest.mark.parametrize(("whole", "inner", "depth"), [("f(0)", "{}+f(1)", 900), ("", "{{var value=1;{}}}", 900)])
def test_what_stands_too_deep_in_itself_keeps_its_names(whole: str, inner: str, depth: int) -> None:
    """On whichever thread: how much fits onto a stack differs from run to run."""
    shallow, deep = (nested(whole, inner, times) for times in (depth // 4, depth))
    (renamed, before, after), (kept, _, _) = run([shallow, deep])
    assert renamed != shallow
    assert after == before
    assert kept == deep


def nested(whole: str, inner: str, depth: int) -> str:
    for _ in range(depth):
        whole = inner.format(whole)
    return f"const longer = 1;\nfunction f(number) {{ return number + longer; }}\nlog(() => f(longer));\n{whole};"


def test_what_cannot_be_read_is_said() -> None:
    ((renamed, _, _),) = run(["let 1;"])
    assert renamed is None

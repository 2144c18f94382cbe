"""Functions that a chunk has twice: one is left where nobody can tell, and modules do what they did."""

from __future__ import annotations

import re

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from tests.engine.edited import Ran, ran
from tests.engine.programs import statements

#: What a compiler leaves in each module of a package, here in two, with the names that a minifier gave.
HELPERS = """
function a(e){return a=typeof Symbol=="function"?function(e){return typeof e}:function(){return 0},a(e)}
function b(e,t){if(a(e)!="object"||!e)return e;return String(e)+t}
function c(e,t,n){return(t=b(t,"string"))in e?Object.defineProperty(e,t,{value:n}):e[t]=n,e}
function d(){return d=Object.assign?Object.assign.bind():function(e){return arguments[1]},d.apply(null,arguments)}
log(c({},"x",1),d({},{y:2}));
function p(t){return p=typeof Symbol=="function"?function(e){return typeof e}:function(){return 0},p(t)}
function q(t,e){if(p(t)!="object"||!t)return t;return String(t)+e}
function r(n,e,t){return(e=q(e,"string"))in n?Object.defineProperty(n,e,{value:t}):n[e]=t,n}
function s(){return(s=Object.assign?Object.assign.bind():function(t){return arguments[1]}).apply(null,arguments)}
log(r({},"z",3),s({},{w:4}),s({},{v:5}));
"""
#: Two functions that say the same, and are not.
APART = {
    "each has variables of its own": "let a=0,b=10;function f(){return a++}function g(){return b++}"
    "log(f(),g(),f(),g());",
    "one is a value": "function f(){return 1}function g(){return 1}log(f(),g());log([f].includes(f)&&[f].includes(g));",
    "one is exported": "export{g};function f(){return 1}function g(){return 1}log(f(),g());",
    "one is exported where it stands": "function f(){return 1}export function g(){return 1}log(f(),g());",
    "one has properties": "function f(){return 1}function g(){return 1}g.x=2;log(f(),g(),f.x);",
    "one is another later on": "function f(){return 1}function g(){return 1}log(f(),g());g=()=>2;log(f(),g());",
    "one makes objects": "function f(){}function g(){}log(f(),new g()instanceof f);",
    "each remembers its first call": "function f(e){return f=e?()=>1:()=>2,f(e)}"
    "function g(e){return g=e?()=>1:()=>2,g(e)}log(f(1),g(0));",
    "each remembers who called it": "function f(){return f=typeof this?arguments[0]?()=>1:()=>2:0,f()}"
    "function g(){return g=typeof this?arguments[0]?()=>1:()=>2:0,g()}log(f(1),g(0));",
    "each runs once": "let n=0;function f(){return f=()=>0,n++}function g(){return g=()=>0,n++}log(f(),g(),f(),g(),n);",
    "properties have the names of variables": "function f(a){return{a}}function g(b){return{b}}log(f(1),g(1));",
    "arguments in another order": "function f(a,b){return a-b}function g(a,b){return b-a}log(f(1,2),g(1,2));",
    "a catch clause has its name": "function f(){return 1}try{throw 2}catch(g){var g=3}function g(){return 4}"
    "log(f(),g());",
    "labels": "function f(a){a:for(;;)break a;return 1}function g(b){b:for(;;)break b;return 2}log(f(),g());",
    "templates have one object each": "const seen=new Set,t=e=>seen.add(e).size;function f(){return t`x`}"
    "function g(){return t`x`}log(f(),g());",
    "anything may be asked by name": "function f(){return 1}function g(){return 1}log(f(),g(),eval('typeof g'));",
    "each calls another global": "function f(e){return isNaN(e)}function g(e){return isFinite(e)}log(f(1),g(1));",
}


def run(codes: list[str]) -> list[Ran]:
    return ran("folding.mjs", "foldings", codes)


def test_helpers_of_two_modules_are_written_once() -> None:
    ((code, before, after),) = run([HELPERS])
    assert code is not None
    assert re.findall(r"^function", code, re.M) == ["function"] * 5  # `(s = …).apply` is written in another way
    assert after == before


@pytest.mark.parametrize(
    "program",
    [
        "function f(e){return e+1}log(g(1));function g(t){return t+1}log(f(1),g?.(2));",
        "function f(e){return e?f(e-1)+2:e}function g(t){return t?g(t-1)+2:t}log(f(2),g(3));",
        "function f(e){return{e,t:[e]}}function g(e){return{e,t:[e]}}log(f(1),g(2));",
        "let n=0;function f(){return n++}function g(){return n++}log(f(),g());",
        "function f(e){return `${e}\n\n-`+e}function g(t){return `${t}\n\n-`+t}log(f(0),g(1));",
        "function*f(e){yield*[e,1]}function*g(t){yield*[t,1]}log([...f(0)],[...g(2)]);",
    ],
)
def test_functions_that_do_the_same_are_one(program: str) -> None:
    ((code, before, after),) = run([program])
    assert code is not None
    assert code.count("function") == 1
    assert after == before


@pytest.mark.parametrize("why", APART)
def test_functions_that_can_be_told_apart_stay(why: str) -> None:
    ((code, before, after),) = run([APART[why]])
    assert code == APART[why]
    assert after == before


def test_names_of_inner_variables_stand_in_nobodys_way() -> None:
    functions = "function f(e){return e+1}function g(t){return t+1}"
    program = functions + "log((f=>g(f))(1),(g=>f(g))(1),[f$0=>g(f$0)].map(h=>h(1)));"
    ((code, before, after),) = run([program])
    assert code is not None
    assert code.count("function") == 1
    assert after == before


@st.composite
def alike(draw: st.DrawFn) -> str:
    """Two functions, one with the letters of the other in another order: the same, or another program."""
    body = " ".join(draw(statements(1)).split())
    order = dict(zip("abcd", draw(st.permutations("abcd")), strict=True))
    other = re.sub(r"\b[abcd]\b", lambda found: order[found[0]], body)
    functions = f"function first(a) {{ {body} }}\nfunction other({order['a']}) {{ {other} }}"
    return f"let a = 1, b = 2, c = 3, d = 4;\n{functions}\nfirst(1); other(2); first(3); other(4);"


@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large])
@given(st.lists(alike(), min_size=20, max_size=40))
def test_generated_modules_do_what_they_did(codes: list[str]) -> None:
    for code, (_, before, after) in zip(codes, run(codes), strict=True):
        if before != ["SyntaxError"]:
            assert after == before, code

"""Generated modules that declare the same few names in every way there is, and look at them from everywhere."""

from __future__ import annotations

import re

from hypothesis import strategies as st

#: Whole statements. ``N``, ``M`` and ``O`` are names, ``V`` is a number, ``@`` are statements further in.
STATEMENTS = (
    "see(() => N);",
    "see(() => [M, typeof N, typeof undeclared]);",
    "see(() => (N = V));",
    "see(() => ({ N, M: O, [V]: N }));",
    "see(() => ([N, { M, O: N = M }] = [V, { O: undefined }]));",
    "var N = V;",
    "let N = V;",
    "const N = V, [M = N] = [];",
    "var { N, M: O = N } = { N: V };",
    "let { N = V, ...M } = { O: V }; see(() => M);",
    "{ @ }",
    "function N(M, O = () => M) { see(() => M); @ see(() => O()); } see(() => N(V));",
    "function N({ M = V, O: [O] = [M] } = {}) { var M; @ see(() => [M, O]); } see(() => N());",
    "function N(M = () => O) { var O = V; @ see(() => [M(), O]); } see(() => N());",
    "see(() => ((N, M) => [N, M])(V, V));",
    "see(() => { const N = (M = V) => { @ return M; }; return N(); });",
    "see(() => (function N(M) { @ see(() => typeof N); return M; })(V));",
    "see(() => (function (N, ...M) { @ return [N, M]; })(V, V));",
    "for (let N = 0, M = V; N < 1; N++) { @ see(() => M); }",
    "for (const N of [V]) { @ }",
    "for (var N in { V: 0 }) { @ }",
    "see(() => { for (N of [V]) break; });",
    "N: for (;;) { @ break N; }",
    "try { throw V; } catch (N) { @ see(() => N); }",
    "try { throw V; } catch (N) { var N = V; see(() => N); }",
    "try { throw { M: V }; } catch ({ M: N }) { @ } finally { @ }",
    "switch (V) { default: let M = V; @ case 1: see(() => M); }",
    "class N { M = V; static { var M = V; @ } N() { @ return [typeof N, this.M]; } } see(() => new N().N());",
    "see(() => new (class N { static M = typeof N; O = () => [typeof N, M]; })().O());",
    "see(() => ({ N() { @ return V; }, get M() { return typeof N; }, [typeof O]: O }).N());",
    "if (typeof N === 'undefined') { @ } else { @ }",
    "eval('see(() => N)');",
)
EXPORTS = ("", "export { a };\n", "export { b as a, c };\n", "export let d = 1;\n", "export default function a() {}\n")


@st.composite
def programs(draw: st.DrawFn) -> str:
    return draw(statements(2)) + draw(st.sampled_from(EXPORTS))


@st.composite
def statements(draw: st.DrawFn, depth: int) -> str:
    templates = st.sampled_from([one for one in STATEMENTS if depth > 0 or "@" not in one])
    return "".join(f"{_filled(draw, draw(templates), depth)}\n" for _ in range(draw(st.integers(1, 3))))


def _filled(draw: st.DrawFn, template: str, depth: int) -> str:
    names = dict(zip("NMO", draw(st.permutations("abcd")), strict=False))
    code = re.sub(r"\b[NMO]\b", lambda found: names[found[0]], template)
    code = re.sub(r"\bV\b", lambda _: str(draw(st.integers(0, 99))), code)
    return re.sub("@", lambda _: draw(statements(depth - 1)), code)

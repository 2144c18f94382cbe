"""The sizes that plans are made by."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from perfbuild.chunking.transfer import graded


@given(st.integers(1, 10_000_000))
def test_a_graded_size_is_near_what_it_stands_for(characters: int) -> None:
    assert abs(graded(characters) - characters) <= max(128, 0.017 * characters)


@given(st.integers(1, 10_000_000), st.integers(1, 1000))
def test_more_characters_are_never_graded_less(characters: int, more: int) -> None:
    assert 0 < graded(characters) <= graded(characters + more)


@pytest.mark.parametrize("characters", [400, 3000, 40_000, 900_000])
def test_a_text_that_changes_seldom_moves_a_size(characters: int) -> None:
    moved = sum(graded(size) != graded(size + 10) for size in range(characters, characters + 10_000))
    assert moved <= 10_000 * 10 / 250

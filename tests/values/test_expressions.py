"""
A pattern that is compiled late is used like any other.
"""

from __future__ import annotations

import copy
import pickle
import re
from typing import TYPE_CHECKING

import pytest

from browsercors.values.expressions import compiled_late

if TYPE_CHECKING:
    from collections.abc import Callable


def test_it_does_what_the_compiled_pattern_does() -> None:
    late, pattern = compiled_late(r"(?P<a>A)+", re.IGNORECASE), re.compile(r"(?P<a>A)+", re.IGNORECASE)

    for _ in range(2):
        assert [found.span() for found in late.finditer("aAb")] == [found.span() for found in pattern.finditer("aAb")]
        assert late.fullmatch("ab") is None
    assert (late.pattern, late.flags, late.groups) == (pattern.pattern, pattern.flags, pattern.groups)


def test_it_is_compiled_once_it_is_used() -> None:
    wrong = compiled_late(r"(")

    assert "compiled_late('(')" == repr(wrong)
    with pytest.raises(re.error):
        wrong.match("x")


@pytest.mark.parametrize("copied", [copy.copy, copy.deepcopy, lambda late: pickle.loads(pickle.dumps(late))])  # noqa: S301 - what it has written itself
def test_it_can_be_copied(copied: Callable[[re.Pattern[str]], re.Pattern[str]]) -> None:
    late = compiled_late(r"a+")
    assert late.match("aa")

    assert copied(late) == re.compile(r"a+")

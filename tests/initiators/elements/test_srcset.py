"""
Which image of a `srcset` is loaded.
"""

from __future__ import annotations

from typing import Final

import pytest

from browsercors import FetchTypeError
from browsercors.initiators.elements.srcset import parse_a_srcset_attribute, select_an_image_source

PARSED: Final[dict[str, tuple[str, list[tuple[str, float]]]]] = {
    "nothing": ("", []),
    "commas alone": (" , ,", []),
    "no descriptor": ("a", [("a", 1.0)]),
    "densities": ("a 1x, b 2.5x", [("a", 1.0), ("b", 2.5)]),
    "widths": ("a 640w, b 1280w 720h", [("a", 0.5), ("b", 1.0)]),
    "a comma ends the URL": ("a, b 2x", [("a", 1.0), ("b", 2.0)]),
    "many commas end the URL": ("a,,, b", [("a", 1.0), ("b", 1.0)]),
    "a comma within the URL": ("a,b 2x", [("a,b", 2.0)]),
    "a data: URL": ("data:,x 2x", [("data:,x", 2.0)]),
    "a comma in parentheses": ("a (x,y) 2x, b", [("b", 1.0)]),
    "parentheses without an end": ("a (x, b 2x", []),
    "no width": ("a 0w", []),
    "two densities": ("a 1x 2x", []),
    "a width of more digits than Python reads": (f"a {'9' * 5000}w", [("a", float("inf"))]),
}


@pytest.mark.parametrize("name", PARSED)
def test_a_source_set_is_read(name: str) -> None:
    text, expected = PARSED[name]

    assert expected == [tuple(candidate) for candidate in parse_a_srcset_attribute(text)]


SELECTED: Final[dict[str, tuple[str, str, str]]] = {
    "the nearest above": ("", "a 0.5x, b 1.5x, c 3x", "b"),
    "the densest": ("", "a 0.25x, b 0.5x", "b"),
    "the src, as density 1": ("s", "b 2x", "s"),
    "not the src, where density 1 is taken": ("s", "a 1x, b 2x", "a"),
}


@pytest.mark.parametrize("name", SELECTED)
def test_an_image_is_chosen(name: str) -> None:
    src, srcset, expected = SELECTED[name]

    assert expected == select_an_image_source(src, srcset)


def test_without_an_image_there_is_nothing_to_choose() -> None:
    with pytest.raises(FetchTypeError, match="srcset has to name images"):
        select_an_image_source("", "a 0w")

"""
The picture of a check's matrix: a drawing that holds no script and loads nothing.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from browsercors.explain.formats.html.markup import Markup, element, void_element
from browsercors.explain.words.sanitise import shown
from browsercors.policy_check.formats.text import SIGNS
from browsercors.policy_check.matrix import Mark

if TYPE_CHECKING:
    from browsercors.policy_check.matrix import Matrix

__all__ = ["matrix_as_svg"]

SIDE: Final = 26
"""How wide and high the square of a cell is."""

CHARACTER: Final = 7.3
"""How wide a character of the labels is."""

LONGEST: Final = 40
"""How many characters of a label are drawn; the whole of it is its title."""

# NB: the sign tells the same as the colour. Each pair has a contrast of 7 to 1 at least.
COLOURS: Final = {
    Mark.VIOLATED: ("#8b0000", "#ffffff"),
    Mark.TRIED: ("#cde8cf", "#0b3d12"),
    Mark.PARTLY_TRIED: ("#ffe9a8", "#4a3500"),
    Mark.NOT_TRIED: ("#ffd0a8", "#4a2300"),
    Mark.NOT_PLANNED: ("#f2f2f2", "#404040"),
}
"""The colours of the ground and of the sign."""


def matrix_as_svg(matrix: Matrix) -> Markup:
    """
    Return a matrix as an SVG document: a row for each kind of origin, a column for each path.
    """
    left = _width(matrix.origins) + SIDE
    top = _width(matrix.paths) + SIDE
    width = round(left + SIDE * max(len(matrix.paths), 1) + SIDE)
    height = round(top + SIDE * (len(matrix.origins) + 2))
    return element(
        "svg",
        element("title", "Who asked, where, and what became of that"),
        void_element("rect", width=width, height=height, fill="#ffffff"),
        *(_column(number, path, left, top) for number, path in enumerate(matrix.paths)),
        *(_row(number, origin, matrix, left, top) for number, origin in enumerate(matrix.origins)),
        element(
            "text",
            ", ".join(f"{sign} {mark.value}" for mark, sign in SIGNS.items()),
            x=8,
            y=round(top + SIDE * (len(matrix.origins) + 1)),
            fill="#202020",
        ),
        xmlns="http://www.w3.org/2000/svg",
        viewBox=f"0 0 {max(width, 470)} {height}",
        width=max(width, 470),
        height=height,
        role="img",
        font_family="ui-monospace, monospace",
        font_size=12,
    )


def _width(labels: tuple[str, ...]) -> float:
    return CHARACTER * min(max((len(shown(label)) for label in labels), default=0), LONGEST)


def _label(text: str) -> str:
    whole = shown(text)
    return whole if len(whole) <= LONGEST else f"{whole[: LONGEST - 3]}..."


def _column(number: int, path: str, left: float, top: float) -> Markup:
    x, y = round(left + SIDE * number + SIDE * 0.65), round(top - 8)
    return element(
        "text",
        element("title", shown(path)),
        _label(path),
        x=x,
        y=y,
        transform=f"rotate(-90 {x} {y})",
        fill="#202020",
    )


def _row(number: int, origin: str, matrix: Matrix, left: float, top: float) -> Markup:
    y = round(top + SIDE * number)
    label = element("text", element("title", shown(origin)), _label(origin), x=8, y=y + 18, fill="#202020")
    cells = [_cell(matrix, origin, path, round(left + SIDE * place), y) for place, path in enumerate(matrix.paths)]
    return element("g", label, *cells)


def _cell(matrix: Matrix, origin: str, path: str, x: int, y: int) -> Markup:
    mark = matrix.mark(origin, path)
    ground, ink = COLOURS[mark]
    return element(
        "g",
        element("title", f"{shown(origin)}, {shown(path)}: {mark.value}"),
        void_element("rect", x=x + 1, y=y + 1, width=SIDE - 2, height=SIDE - 2, rx=3, fill=ground),
        element("text", SIGNS[mark], x=x + SIDE // 2, y=y + 18, text_anchor="middle", fill=ink),
    )

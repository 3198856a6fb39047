"""
The matrix of a check: who asked, where, and what became of that.
"""

from __future__ import annotations

import enum
from typing import TYPE_CHECKING, Final

import attrs

from browsercors.policy.plan import Stage

if TYPE_CHECKING:
    from collections.abc import Iterable

    from browsercors.policy.plan import Cell

__all__ = ["OTHER_SPELLINGS", "Mark", "Matrix", "matrix_of"]

OTHER_SPELLINGS: Final = "(other spellings)"
"""The column of all the paths that are other spellings of paths, which would be a dozen for each."""


class Mark(enum.Enum):
    """
    What became of the requests of one kind of origin to one path; the value is the word in reports.
    """

    VIOLATED = "violated"
    TRIED = "tried"
    PARTLY_TRIED = "partly tried"
    NOT_TRIED = "not tried"
    NOT_PLANNED = "not planned"
    """The plan has no such requests."""


@attrs.frozen
class Matrix:
    """
    Who asked, where, and what became of that.

    Attributes:
        origins: The kinds of origins, in the order of the plan: the rows.
        paths: The paths, in the order of the plan: the columns.
        marks: By kind of origin and path.
    """

    origins: tuple[str, ...]
    paths: tuple[str, ...]
    marks: dict[tuple[str, str], Mark]

    def mark(self, origin: str, path: str) -> Mark:
        """
        Return what became of the requests of a kind of origin to a path.
        """
        return self.marks.get((origin, path), Mark.NOT_PLANNED)


def matrix_of(tried: Iterable[Cell], not_tried: Iterable[Cell], violated: Iterable[Cell]) -> Matrix:
    """
    Return the matrix of cells: a place that has a violation is violated, whatever else was tried there.
    """
    groups = [tuple(cells) for cells in (tried, not_tried, violated)]
    # NB: the paths in the variations of requests are those of the other stages.
    known = {cell.path for cells in groups for cell in cells if cell.stage is not Stage.VARIATIONS}
    done, left, broken = (
        dict.fromkeys((cell.origin, cell.path if cell.path in known else OTHER_SPELLINGS) for cell in cells)
        for cells in groups
    )
    marks: dict[tuple[str, str], Mark] = {}
    for place in {**done, **left, **broken}:
        if place in broken:
            marks[place] = Mark.VIOLATED
        elif place in left:
            marks[place] = Mark.PARTLY_TRIED if place in done else Mark.NOT_TRIED
        else:
            marks[place] = Mark.TRIED
    origins, paths = (tuple(dict.fromkeys(place[number] for place in marks)) for number in (0, 1))
    return Matrix(origins, tuple(sorted(paths, key=lambda path: path == OTHER_SPELLINGS)), marks)

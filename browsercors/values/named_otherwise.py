"""
Names of other tools, as attributes: an error says what to write instead.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, ClassVar

__all__ = ["NamedOtherwise"]


class NamedOtherwise:
    """
    Says what to write for a name of another tool. NB: type checkers do not see it, so that they still know all names.
    """

    _habits: ClassVar[str] = ""
    """The name of the table in `habits` that has the names."""

    if not TYPE_CHECKING:

        def __getattr__(self, name: str) -> object:
            # NB: imported late, since nobody asks for what there is not but by mistake.
            from browsercors.values import habits

            hint = getattr(habits, self._habits, {}).get(name)
            shown = type(self).__name__
            if hint is not None:
                raise AttributeError(f"{shown} has no {name!r}: {hint}", name=name, obj=self)
            known = () if name.startswith("_") else [each for each in dir(type(self)) if not each.startswith("_")]
            raise AttributeError(f"{shown} has no attribute {name!r}{habits.near(name, known)}", name=name, obj=self)

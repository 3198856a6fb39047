"""
What records and enumerations have in common that makes them cheap to import and quick to use.
"""

from __future__ import annotations

from enum import Enum
from typing import TYPE_CHECKING, Any, ClassVar, TypeVar

import attrs

if TYPE_CHECKING:
    from attrs import Attribute

__all__ = ["Record", "Rules", "quick"]

E = TypeVar("E", bound=Enum)


class Record:
    """
    A record whose repr shows its fields: the base of classes that are made with `repr=False`.

    NB: attrs writes and compiles a method for each class. Of what it costs to import a browser that was a tenth, and
    hardly a run ever shows one.
    """

    __slots__ = ()
    __attrs_attrs__: ClassVar[tuple[Attribute[Any], ...]]

    def __repr__(self) -> str:
        fields = attrs.fields(type(self))
        shown = (f"{field.name}={getattr(self, field.name)!r}" for field in fields if field.repr)
        return f"{type(self).__qualname__}({', '.join(shown)})"


class Rules(Record):
    """
    A record of a browser's rules, equal to others by its fields: the base of classes made with `eq=False` as well.

    NB: a browser's rules are compared when it is made, if ever, and not while it fetches.
    """

    __slots__ = ()

    def __eq__(self, other: object) -> bool:
        if type(other) is not type(self):
            return NotImplemented
        return self._values() == other._values()

    def __hash__(self) -> int:
        return hash((type(self), self._values()))

    def _values(self) -> tuple[object, ...]:
        return tuple(getattr(self, field.name) for field in attrs.fields(type(self)) if field.eq)


def quick(enumeration: type[E]) -> type[E]:
    """
    Make members plain attributes of their class, and hash them by identity.

    NB: Python 3.11 finds each member through a property written in Python (3.12 no longer does), and every version
    hashes them by one. A fetch looks at members some fifty times, which was a third of its time.
    """
    for name, member in enumeration.__members__.items():
        type.__setattr__(enumeration, name, member)
    type.__setattr__(enumeration, "__hash__", object.__hash__)
    return enumeration

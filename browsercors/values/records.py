"""
What the records have in common that attrs would otherwise write anew for each of them.
"""

from __future__ import annotations

import attrs

__all__ = ["Record"]


class Record:
    """
    A record whose repr shows its fields: the base of classes that are made with `repr=False`.

    NB: attrs writes and compiles a method for each class. Of what it costs to import a browser that was a tenth, and
    hardly a run ever shows one.
    """

    __slots__ = ()

    def __repr__(self) -> str:
        fields = attrs.fields(type(self))  # type: ignore[misc]  # those who inherit are attrs classes
        shown = (f"{field.name}={getattr(self, field.name)!r}" for field in fields if field.repr)
        return f"{type(self).__qualname__}({', '.join(shown)})"

"""
How values are written as the Python that makes them: the arguments that are not the default, and nothing else.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any, ClassVar

import attrs

if TYPE_CHECKING:
    from attrs import Attribute

__all__ = ["WrittenAsPython"]


class WrittenAsPython:
    """
    A record whose repr is the call that makes it.
    """

    __slots__ = ()
    __attrs_attrs__: ClassVar[tuple[Attribute[Any], ...]]

    def __repr__(self) -> str:
        arguments = []
        for field in attrs.fields(type(self)):
            given = getattr(self, field.name)
            if not field.init or given == field.default:
                continue
            written = _written(given)
            if written != "{}":
                arguments.append(f"{field.name}={written}" if field.kw_only else written)
        return f"{type(self).__name__}({', '.join(arguments)})"

    def _repr_pretty_(self, printer: Any, cycle: bool) -> None:  # noqa: ARG002 - as IPython and hypothesis call it
        """
        Write the same where hypothesis shows what it has found, which would write every field otherwise.
        """
        printer.text(repr(self))


def _written(value: object) -> str:
    if isinstance(value, Mapping):
        return "{" + ", ".join(f"{key!r}: {_written(item)}" for key, item in value.items()) + "}"
    return repr(value)

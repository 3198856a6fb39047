"""
How values are written as the Python that makes them: the arguments that are not the default, and nothing else.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING

import attrs

if TYPE_CHECKING:
    from attrs import AttrsInstance

__all__ = ["python_text"]


def python_text(value: AttrsInstance) -> str:
    """
    Return the call that makes *value*: its required arguments, and those that differ from their defaults.
    """
    arguments = []
    for field in attrs.fields(type(value)):
        given = getattr(value, field.name)
        shown = repr(dict(given)) if isinstance(given, Mapping) else repr(given)
        if not field.init or given == field.default or shown == "{}":
            continue
        arguments.append(f"{field.name}={shown}" if field.kw_only else shown)
    return f"{type(value).__name__}({', '.join(arguments)})"

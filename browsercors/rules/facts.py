"""
Facts about browsers in words, with evidence: what the standard says, and what a browser does instead.
"""

from __future__ import annotations

import attrs

from browsercors.values.records import Rules

__all__ = ["Departure", "Subject"]


@attrs.frozen(eq=False, repr=False)
class Subject(Rules):
    """
    One thing in which browsers depart from the standard.

    Attributes:
        fields: The fields of `BrowserProfile` that hold it, such as `cookies.default_same_site`.
        what: The subject, in a few words.
        standard: What the standard says; `{}` stands for the value of the first field.
    """

    fields: tuple[str, ...]
    what: str
    standard: str


@attrs.frozen(eq=False, repr=False)
class Departure(Rules):
    """
    One departure of a browser from the standard, with its evidence.

    Attributes:
        field: The field that holds it, which is one of its subject's.
        statement: What the browser does; `{}` stands for the value of the field.
        scenarios: The scenarios of `tests/evidence/recorder/corpus` whose recordings show it.
        transport: The transport on which they were recorded.
        besides: Evidence where no scenario shows it, such as a file of the browser's source.
    """

    field: str
    statement: str
    scenarios: tuple[str, ...] = ()
    transport: str = attrs.field(default="localhost", kw_only=True)
    besides: str = attrs.field(default="", kw_only=True)

"""
Which request headers need no preflight: the names, the rules for their values, and the limits of their lengths.
"""

from __future__ import annotations

import enum
from typing import TYPE_CHECKING, Final, NamedTuple, TypeAlias

import attrs

from browsercors.values.records import Rules, quick

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

__all__ = [
    "NO_UNSAFE_HEADERS",
    "HeaderRule",
    "Safelist",
    "UnsafeHeader",
    "UnsafeHeaders",
    "ValueRule",
]


@quick
class HeaderRule(enum.Enum):
    """
    Why a request header is not safelisted.
    """

    NAME = "name-not-safelisted"
    VALUE_TOO_LONG = "value-too-long"
    UNSAFE_BYTE = "value-with-unsafe-byte"
    LANGUAGE_BYTE = "value-with-byte-not-of-languages"
    CONTENT_TYPE = "content-type-not-safelisted"
    RANGE = "range-not-simple"
    VALUE = "value-not-safelisted"
    SUM_TOO_LONG = "values-too-long-in-sum"


class UnsafeHeader(NamedTuple):
    """
    One header of the request that needs a preflight.

    Attributes:
        name: As the page wrote it.
        rule: Why it is not safelisted.
    """

    name: bytes
    rule: HeaderRule


class UnsafeHeaders(NamedTuple):
    """
    The CORS-unsafe request-header names of a header list, and the reason for each.

    Attributes:
        names: Lower-case, sorted and unique: what `Access-Control-Request-Headers` lists.
        headers: Every header that made one of them, in the order of the list.
    """

    names: tuple[bytes, ...]
    headers: tuple[UnsafeHeader, ...]


NO_UNSAFE_HEADERS: Final = UnsafeHeaders((), ())

LISTS_KEPT: Final = 1024
LONGEST_KEPT: Final = 2048
"""Of how many header lists it is remembered what is unsafe in them, and of how many bytes."""


ValueRule: TypeAlias = "Callable[[bytes], HeaderRule | None]"


@attrs.frozen(eq=False, repr=False)
class Safelist(Rules):
    """
    Which request headers need no preflight.

    Attributes:
        names: The safelisted names in lower case, each with the rule for its value.
        value_bytes: The greatest length of a safelisted value, in bytes.
        sum_bytes: The greatest total length of all safelisted values, in bytes; None for no limit.
        keeps_repeated_names: Whether `Access-Control-Request-Headers` lists a name as often as the page appended it.
    """

    names: Mapping[bytes, ValueRule]
    value_bytes: int = 128
    sum_bytes: int | None = 1024
    keeps_repeated_names: bool = False
    judged: dict[tuple[tuple[bytes, bytes], ...], UnsafeHeaders] = attrs.field(
        init=False, repr=False, eq=False, factory=dict
    )
    """What was found out about header lists; `remember` bounds it."""

    def remember(self, headers: tuple[tuple[bytes, bytes], ...], unsafe: UnsafeHeaders) -> None:
        """
        Keep what was found out about a header list that a page may set again, unless it is long.
        """
        if sum([len(name) + len(value) for name, value in headers]) <= LONGEST_KEPT:
            if len(self.judged) >= LISTS_KEPT:
                self.judged.clear()
            self.judged[headers] = unsafe

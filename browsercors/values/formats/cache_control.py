"""
The header `Cache-Control`: its directives, and the seconds that they give.

https://www.rfc-editor.org/rfc/rfc9111#section-5.2
"""

from __future__ import annotations

from functools import lru_cache
from typing import TYPE_CHECKING, Final

from browsercors.values.headers import get_decode_and_split

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from browsercors.values.headers import HeaderList

__all__ = ["GREATEST_DELTA", "MAX_DIGITS", "cache_directives", "delta_seconds", "directives_of"]

GREATEST_DELTA: Final = 2**31
"""Section 1.2.2: what is longer than this is as good as for ever."""

MAX_DIGITS: Final = 10
"""A number with more digits than this is greater than that; so no hostile megabyte of digits is ever converted."""


def cache_directives(value: bytes) -> dict[str, str | None]:
    """
    Parse `Cache-Control` (section 5.2): lower-case names, with argument or None. Of repeated ones the first counts.
    """
    directives: dict[str, str | None] = {}
    for part in get_decode_and_split(value):
        name, equals, argument = part.partition("=")
        name = name.strip("\t ").lower()
        if name:
            directives.setdefault(name, argument.strip("\t ").strip('"') if equals else None)
    return directives


def directives_of(
    headers: HeaderList, parse: Callable[[bytes], Mapping[str, str | None]] = cache_directives
) -> Mapping[str, str | None]:
    """
    Return the directives of `Cache-Control` in a header list.
    """
    value = headers.get(b"cache-control")
    return {} if value is None else _parsed(parse, value)


# NB: each header is asked for its directives again and again, and a hostile one of a megabyte takes a second to parse.
@lru_cache(maxsize=32)
def _parsed(parse: Callable[[bytes], Mapping[str, str | None]], value: bytes) -> Mapping[str, str | None]:
    return parse(value)


def delta_seconds(argument: str | None) -> int:
    """
    Return the number of seconds that *argument* writes, or 2^31 if it is greater (section 1.2.2).

    What is no number is 0: a response that gives one counts as stale (section 4.2.1).
    """
    if argument is None or not (argument.isascii() and argument.isdigit()):
        return 0
    # NB: zeros in front do not make a number greater.
    significant = argument.lstrip("0")
    return GREATEST_DELTA if len(significant) > MAX_DIGITS else min(int(significant or "0"), GREATEST_DELTA)

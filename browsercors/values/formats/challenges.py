"""
Challenges: how a server asks who is there.

https://www.rfc-editor.org/rfc/rfc9110#section-11.6.1
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Final, NamedTuple

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping

__all__ = ["Challenge", "parse_challenge", "parse_challenges"]

BLANKS: Final = b" \t"
# NB: a quoted string whose end is missing goes to the end of the value.
ELEMENT: Final = re.compile(rb'(?:"(?:[^"\\]|\\.)*"?|[^",])+', re.DOTALL)
PARAMETER: Final = re.compile(rb'([^\s=",]+)[ \t]*=[ \t]*("(?:[^"\\]|\\.)*"?|[^\s",]*)', re.DOTALL)
SCHEME: Final = re.compile(rb"([!#$%&'*+.^_`|~0-9A-Za-z-]+)(?:[ \t]+(.*))?\Z", re.DOTALL)
ESCAPED: Final = re.compile(rb"\\(.)", re.DOTALL)


class Challenge(NamedTuple):
    """
    One challenge.

    Attributes:
        scheme: In lower case.
        parameters: By lower-case name, as bytes without quotes. The first of those with one name counts.
    """

    scheme: bytes
    parameters: Mapping[bytes, bytes]

    @property
    def realm(self) -> bytes:
        """
        What the user and the password are for; empty if it is not said.
        """
        return self.parameters.get(b"realm", b"")


def parse_challenges(values: Iterable[bytes]) -> list[Challenge]:
    """
    Return the challenges in the values of `WWW-Authenticate`, in order; what is none is left out.
    """
    found: list[Challenge] = []
    for value in values:
        begun: tuple[bytes, list[bytes]] | None = None
        for element in ELEMENT.findall(value):
            first, parameter = _split(element.strip(BLANKS))
            if first is not None:
                if begun is not None:
                    found.append(_made(*begun))
                begun = (first, [])
            if begun is not None:
                begun[1].append(parameter)
        if begun is not None:
            found.append(_made(*begun))
    return found


def parse_challenge(value: bytes) -> Challenge | None:
    """
    Return the one challenge that a value of `WWW-Authenticate` is taken for; None if it is none.

    NB: for browsers that take what follows a comma for a parameter of the same challenge.
    """
    match = SCHEME.match(value.strip(BLANKS))
    if match is None:
        return None
    return _made(match[1], ELEMENT.findall(match[2] or b""))


def _split(element: bytes) -> tuple[bytes | None, bytes]:
    """
    Split an element of the list into the scheme that it begins with, if it does, and what is left of it.
    """
    match = SCHEME.match(element)
    # NB: `realm = "x"` has blanks too, and is a parameter.
    if match is None or (match[2] is not None and match[2].startswith(b"=")):
        return None, element
    return match[1], match[2] or b""


def _made(scheme: bytes, elements: Iterable[bytes]) -> Challenge:
    parameters: dict[bytes, bytes] = {}
    for name, value in _parameters(elements):
        parameters.setdefault(name.lower(), value)
    return Challenge(scheme.lower(), parameters)


def _parameters(elements: Iterable[bytes]) -> Iterator[tuple[bytes, bytes]]:
    for element in elements:
        match = PARAMETER.match(element.strip(BLANKS))
        if match is None:
            continue
        name, value = match.groups()
        if value.startswith(b'"'):
            value = ESCAPED.sub(rb"\1", value[1:].removesuffix(b'"'))
        yield name, value

"""
`URLSearchParams`, and application/x-www-form-urlencoded.

https://url.spec.whatwg.org/#application/x-www-form-urlencoded
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from browsercors.initiators.bodies.blob import utf8_encode
from browsercors.initiators.bodies.pairs import pairs_of

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping

__all__ = ["URLSearchParams", "urlencoded_serializer"]

# https://url.spec.whatwg.org/#concept-urlencoded-byte-serializer
URLENCODED_SAFE: Final = frozenset(b"*-.0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ_abcdefghijklmnopqrstuvwxyz")

URLENCODED: Final = tuple(chr(byte) if byte in URLENCODED_SAFE else f"%{byte:02X}" for byte in range(256))


class URLSearchParams:
    """
    A list of names and values, sent as `application/x-www-form-urlencoded`.

    Args:
        init: A query (a leading question mark is dropped), a mapping, or pairs.

    https://url.spec.whatwg.org/#interface-urlsearchparams
    """

    __slots__ = ("_list",)

    def __init__(self, init: str | Mapping[str, str] | Iterable[tuple[str, str]] = ()) -> None:
        self._list: list[tuple[str, str]] = []
        if isinstance(init, str):
            # NB: most requests have no such body.
            from browsercors.values.formats.urlencoded import urlencoded_parser

            self._list = urlencoded_parser(utf8_encode(init.removeprefix("?")))
        else:
            for name, value in pairs_of(init, "init"):
                self.append(name, value)

    def append(self, name: str, value: str) -> None:
        """
        Add a pair.
        """
        for text in (name, value):
            if not isinstance(text, str):
                raise TypeError(
                    f"names and values of URLSearchParams have to be str, not {type(text).__name__}: {text!r}"
                )
        self._list.append((name, value))

    def __iter__(self) -> Iterator[tuple[str, str]]:
        return iter(self._list)

    def __len__(self) -> int:
        return len(self._list)

    def __str__(self) -> str:
        return urlencoded_serializer(self._list)

    def __repr__(self) -> str:
        return f"URLSearchParams({self._list!r})"


def urlencoded_serializer(pairs: Iterable[tuple[str, str]]) -> str:
    """
    Serialize as `application/x-www-form-urlencoded` (https://url.spec.whatwg.org/#concept-urlencoded-serializer).
    """
    return "&".join(f"{_urlencode(name)}={_urlencode(value)}" for name, value in pairs)


def _urlencode(text: str) -> str:
    return "".join(map(URLENCODED.__getitem__, utf8_encode(text))).replace("%20", "+")

"""
Header lists: ordered (name, value) pairs of bytes, duplicates and case kept.

https://fetch.spec.whatwg.org/#terminology-headers
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from functools import lru_cache
from typing import TYPE_CHECKING, Any, ClassVar, Final, TypeVar

from browsercors.values.arguments import ArgumentTypeError, checked_text
from browsercors.values.expressions import compiled_late

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, KeysView

__all__ = [
    "FAILURE",
    "Failure",
    "HeaderList",
    "Headers",
    "extract_list_values",
    "get_decode_and_split",
    "is_header_name",
    "is_header_value",
    "normalize_header_value",
    "sorted_lowercase_set",
]

T = TypeVar("T")

HTTP_WHITESPACE_BYTES: Final = b"\t\n\r "
HTTP_TAB_OR_SPACE: Final = "\t "
LONGEST_LIST_KEPT: Final = 1024

TOKEN = compiled_late(rb"[!#$%&'*+\-.^_`|~0-9A-Za-z]+\Z")
NEITHER_QUOTE_NOR_COMMA = compiled_late(r'[^",]*')
# NB: possessive, so that a megabyte of backslashes costs no more than a megabyte of letters. Without a closing quote
# the string runs to the end, as the standard has it.
QUOTED_STRING = compiled_late(r'"(?:[^"\\]++|\\.)*+(?:"|\\?\Z)', re.DOTALL)


NEW: Final = object.__new__


class HeaderList:
    """
    A header list of the standard: a multimap that remembers order and spelling.

    Names are compared without case, as bytes; values are never touched.
    """

    __slots__ = ("_derived", "_index", "_is_shared", "_pairs", "_spellings")

    def __init__(self, pairs: Iterable[tuple[bytes, bytes]] = ()) -> None:
        self._pairs: list[tuple[bytes, bytes]] = list(pairs)
        # NB: whether a copy has the same pairs and the same index, so that they have to stay as they are.
        self._is_shared = False
        # NB: what was made of the headers, by the function that made it; copies have it too.
        self._derived: dict[Callable[[HeaderList], Any], Any] | None = None
        # NB: by lower-case name the value, or the values where there are several; made when first asked for, since a
        # response is asked ten times and changed never.
        self._index: dict[bytes, bytes | list[bytes]] | None = None
        # NB: by lower-case name its first spelling, as long as there is an index; made when a name is repeated.
        self._spellings: dict[bytes, bytes] | None

    def __iter__(self) -> Iterator[tuple[bytes, bytes]]:
        return iter(self._pairs)

    def __len__(self) -> int:
        return len(self._pairs)

    def __eq__(self, other: object) -> bool:
        return isinstance(other, HeaderList) and self._pairs == other._pairs

    __hash__: ClassVar[None] = None  # type: ignore[assignment]  # a mutable value

    def __repr__(self) -> str:
        return f"HeaderList({self._pairs!r})"

    def copy(self) -> HeaderList:
        """
        Return an independent list with the same headers.

        NB: pairs and index are shared until one of the two is changed, which few copies ever are.
        """
        if not self._is_shared:
            self.names()
            self._derived = self._derived or {}
            self._is_shared = True
        copied = NEW(HeaderList)
        copied._pairs = self._pairs  # noqa: SLF001 - its own class
        copied._index = self._index  # noqa: SLF001
        copied._derived = self._derived  # noqa: SLF001
        copied._spellings = None  # noqa: SLF001
        copied._is_shared = True  # noqa: SLF001
        return copied

    def __reduce__(self) -> tuple[type[HeaderList], tuple[list[tuple[bytes, bytes]]]]:
        # NB: the rest is made again where it is needed.
        return HeaderList, (self._pairs,)

    def derived(self, make: Callable[[HeaderList], T]) -> T:
        """
        Return what *make* makes of the headers: made once, for this list and its copies, until one is changed.

        Args:
            make: A function of a module, which nothing but the headers decides for. What it returns stays as it is.
        """
        derived = self._derived
        if derived is None:
            derived = self._derived = {}
        try:
            made: T = derived[make]
        except KeyError:
            made = derived[make] = make(self)
        return made

    def __contains__(self, name: bytes) -> bool:
        return name.lower() in self.names()

    def names(self) -> KeysView[bytes]:
        """
        Return the lower-case names, each once, in order.
        """
        index = self._index
        return (self._make_index() if index is None else index).keys()

    def get(self, name: bytes) -> bytes | None:
        """
        Return the values of all headers of that name joined by `, `, or None (absent is not the empty value).

        https://fetch.spec.whatwg.org/#concept-header-list-get
        """
        index = self._index
        value = (self._make_index() if index is None else index).get(name.lower())
        return b", ".join(value) if isinstance(value, list) else value

    def get_all(self, name: bytes) -> list[bytes]:
        """
        Return the values of all headers of that name, one by one.
        """
        index = self._index
        value = (self._make_index() if index is None else index).get(name.lower())
        if value is None:
            return []
        return list(value) if isinstance(value, list) else [value]

    def get_decode_and_split(self, name: bytes) -> list[str] | None:
        """
        Return the comma-separated values of that name, or None; commas in quoted strings do not split.

        https://fetch.spec.whatwg.org/#concept-header-list-get-decode-split
        """
        value = self.get(name)
        return None if value is None else get_decode_and_split(value)

    def append(self, name: bytes, value: bytes) -> None:
        """
        Add a header, in the spelling that an earlier one of the same name has.

        https://fetch.spec.whatwg.org/#concept-header-list-append
        """
        if self._is_shared:
            self._pairs = self._pairs.copy()
            self._index = None
            self._is_shared = False
        self._derived = None
        index = self._index
        if index is None:
            index = self._make_index()
        lower = name.lower()
        present = index.get(lower)
        if present is None:
            index[lower] = value
            if self._spellings is not None:
                self._spellings[lower] = name
        else:
            name = self._spelling(lower)
            if isinstance(present, list):
                present.append(value)
            else:
                index[lower] = [present, value]
        self._pairs.append((name, value))

    def delete(self, name: bytes) -> None:
        """
        Remove all headers of that name.

        https://fetch.spec.whatwg.org/#concept-header-list-delete
        """
        lower = name.lower()
        self._pairs = [pair for pair in self._pairs if pair[0].lower() != lower]
        self._index = self._derived = None
        self._is_shared = False

    def set(self, name: bytes, value: bytes) -> None:
        """
        Give the first header of that name this value and remove the others, or append it.

        https://fetch.spec.whatwg.org/#concept-header-list-set
        """
        # NB: most names are new; found out by the index, so that ten thousand are not looked through for each.
        if name not in self:
            self.append(name, value)
            return
        lower = name.lower()
        pairs: list[tuple[bytes, bytes]] = []
        found = False
        for pair in self._pairs:
            if pair[0].lower() != lower:
                pairs.append(pair)
            elif not found:
                pairs.append((pair[0], value))
                found = True
        self._pairs = pairs
        self._index = self._derived = None
        self._is_shared = False

    def combine_repeated(self) -> None:
        """
        Join the values of each name to its first header with `, `, as if each had been combined and not appended.

        https://fetch.spec.whatwg.org/#concept-header-list-combine
        """
        if len(self.names()) < len(self._pairs):
            self._pairs = [(self._spelling(name), b", ".join(self.get_all(name))) for name in self.names()]
            self._index = self._derived = None
            self._is_shared = False

    def sort_and_combine(self) -> list[tuple[bytes, bytes]]:
        """
        Return what JavaScript iterates over: lower-case names in order, values joined, `Set-Cookie` apart.

        https://fetch.spec.whatwg.org/#concept-header-list-sort-and-combine
        """
        headers: list[tuple[bytes, bytes]] = []
        for name in sorted(self.names()):
            values = self.get_all(name)
            if name == b"set-cookie":
                headers += [(name, value) for value in values]
            else:
                headers.append((name, b", ".join(values)))
        return headers

    def _spelling(self, lower: bytes) -> bytes:
        """
        Return how the first header of a name that there is spells it.
        """
        # NB: found out for all names at once, so that ten thousand headers are not looked through for each.
        if self._spellings is None:
            self._spellings = {name.lower(): name for name, _ in reversed(self._pairs)}
        return self._spellings[lower]

    def _make_index(self) -> dict[bytes, bytes | list[bytes]]:
        pairs = self._pairs
        self._spellings = None
        index: dict[bytes, bytes | list[bytes]] = {name.lower(): value for name, value in pairs}
        if len(index) == len(pairs):
            self._index = index
            return index
        # NB: some name is repeated, which few lists have.
        index = {}
        for name, value in pairs:
            lower = name.lower()
            present = index.get(lower)
            if present is None:
                index[lower] = value
            elif isinstance(present, list):
                present.append(value)
            else:
                index[lower] = [present, value]
        self._index = index
        return index


def get_decode_and_split(value: bytes) -> list[str]:
    """
    Split a header value at its commas, but not inside quoted strings; spaces around the parts are removed.

    https://fetch.spec.whatwg.org/#header-value-get-decode-and-split
    """
    text = value.decode("latin-1")
    values: list[str] = []
    temporary_value = ""
    position = 0
    while True:
        plain_end = _end_of(NEITHER_QUOTE_NOR_COMMA, text, position)
        temporary_value += text[position:plain_end]
        position = plain_end
        if text.startswith('"', position):
            quoted_end = _end_of(QUOTED_STRING, text, position)
            temporary_value += text[position:quoted_end]
            position = quoted_end
            if position < len(text):
                continue
        values.append(temporary_value.strip(HTTP_TAB_OR_SPACE))
        if position == len(text):
            return values
        temporary_value = ""
        position += 1


def _end_of(pattern: re.Pattern[str], text: str, position: int) -> int:
    match = pattern.match(text, position)
    assert match is not None, "the pattern also matches nothing"
    return match.end()


def extract_list_values(value: bytes) -> tuple[bytes, ...] | Failure:
    """
    Extract header list values of a header whose ABNF is a list of tokens (`#method`, `#field-name`).

    Empty elements are skipped, as RFC 9110 section 5.6.1.2 asks of recipients.

    Args:
        value: The values of all headers of the name, joined.

    Returns:
        The tokens in order, or `FAILURE` when one is no token.

    https://fetch.spec.whatwg.org/#extract-header-list-values
    """
    # NB: servers send the same few lists again and again; a list that no server would send is not worth keeping.
    return _extract_short_list(value) if len(value) <= LONGEST_LIST_KEPT else _extract_list(value)


def _extract_list(value: bytes) -> tuple[bytes, ...] | Failure:
    tokens: list[bytes] = []
    for part in value.split(b","):
        token = part.strip(b"\t\r ")
        if token:
            if TOKEN.match(token) is None:
                return FAILURE
            tokens.append(token)
    return tuple(tokens)


_extract_short_list = lru_cache(maxsize=1024)(_extract_list)


class Failure:
    """
    The standard's third kind of result, beside a value and null.
    """

    __slots__ = ()

    def __repr__(self) -> str:
        return "FAILURE"


FAILURE: Final = Failure()


def sorted_lowercase_set(names: Iterable[bytes]) -> list[bytes]:
    """
    Convert header names to a sorted-lowercase set.

    https://fetch.spec.whatwg.org/#convert-header-names-to-a-sorted-lowercase-set
    """
    return sorted({name.lower() for name in names})


def normalize_header_value(value: bytes) -> bytes:
    """
    Remove HTTP whitespace (tab, line feed, carriage return, space) from both ends.

    https://fetch.spec.whatwg.org/#concept-header-value-normalize
    """
    return value.strip(HTTP_WHITESPACE_BYTES)


def is_header_name(name: bytes) -> bool:
    """
    Whether *name* is a header name: a token of RFC 9110.
    """
    return TOKEN.match(name) is not None


def is_header_value(value: bytes) -> bool:
    """
    Whether *value* is a header value: no spaces at its ends, no NUL, line feed or carriage return in it.

    https://fetch.spec.whatwg.org/#header-value
    """
    return not (b"\0" in value or b"\n" in value or b"\r" in value) and value == value.strip(b"\t ")


class Headers(Mapping[str, str]):
    """
    Header lines as text, for people: names without case, repeated ones joined, everything in order.

    Bytes are shown as ISO 8859-1, as JavaScript shows them. `headers["X-A"]` and `get` join repeated lines by `, `;
    `get_list` gives them one by one; `lines` are all of them as they stand.
    """

    __slots__ = ("_header_list",)

    def __init__(self, headers: Iterable[tuple[bytes, bytes]] = ()) -> None:
        if isinstance(headers, HeaderList):
            self._header_list = headers
            return
        # NB: a list needs no look at what an Iterable is, which takes its time.
        is_iterable = isinstance(headers, (list, tuple, Iterable))
        if not is_iterable or isinstance(headers, (str, bytes, Mapping)):
            raise ArgumentTypeError(f"headers has to be pairs of bytes, such as [(b'X-A', b'1')], not {headers!r:.80}")
        self._header_list = HeaderList(headers)

    @property
    def lines(self) -> list[tuple[str, str]]:
        """
        All header lines, names in the case that they have, in order.
        """
        return [(name.decode("latin-1"), value.decode("latin-1")) for name, value in self._header_list]

    def get_list(self, name: str) -> list[str]:
        """
        Return the values of all lines of that name.
        """
        return [
            value.decode("latin-1")
            for value in self._header_list.get_all(_name_bytes(checked_text("name", name, "Vary")))
        ]

    def __getitem__(self, name: str) -> str:
        value = self._header_list.get(_name_bytes(name)) if isinstance(name, str) else None
        if value is None:
            raise KeyError(name)
        return value.decode("latin-1")

    def __contains__(self, name: object) -> bool:
        return isinstance(name, str) and _name_bytes(name) in self._header_list

    def __iter__(self) -> Iterator[str]:
        return iter(dict.fromkeys(name.decode("latin-1").lower() for name, _ in self._header_list))

    def __len__(self) -> int:
        return len({name.lower() for name, _ in self._header_list})

    def __eq__(self, other: object) -> bool:
        return dict(self) == dict(other) if isinstance(other, Mapping) else NotImplemented

    __hash__: ClassVar[None] = None  # type: ignore[assignment]  # equal to mappings, which have no hash

    def __repr__(self) -> str:
        return f"Headers({self.lines!r})"


def _name_bytes(name: str) -> bytes:
    # NB: a name with other characters than these names no header, and the replacement is in none.
    return name.encode("latin-1", "replace")

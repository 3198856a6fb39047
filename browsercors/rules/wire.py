"""
The headers that browsers add to requests, and the order of all headers on the wire.
"""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING, Final

import attrs

from browsercors.values.records import Rules
from browsercors.values.trustworthiness import is_potentially_trustworthy_url

if TYPE_CHECKING:
    from collections.abc import Callable, Hashable, Mapping, Sequence, Set as AbstractSet

    from browsercors.values.headers import HeaderList
    from browsercors.values.requests import Request
    from browsercors.values.sites import Sites
    from browsercors.values.urls import URL

__all__ = ["AcceptEncoding", "Rewriting", "Shift", "WireRules"]

LISTS_KEPT: Final = 1024
LONGEST_KEPT: Final = 2048
"""How many header lists are remembered as they went out, and of how many bytes."""


@attrs.frozen(eq=False, repr=False)
class AcceptEncoding(Rules):
    """
    The content codings asked for: over http, over http from this machine, and over https.
    """

    plain: bytes
    loopback: bytes
    tls: bytes


class Places(dict[tuple[bytes, bytes], int]):
    """
    The place of each header on the wire, by its name.

    NB: a dict that learns the headers it meets, as many as it has room for: the same fourteen are put in order for
    every request, and looking them up is all that it takes.

    Args:
        order: The names in order, lower-case; `*` stands for all others, and `**` for what the page moved there.
    """

    ROOM = 4096
    LONGEST = 256

    def __init__(self, order: Sequence[bytes]) -> None:
        super().__init__()
        self._order = {name: place for place, name in enumerate(order)}
        self._of_the_page = self._order.get(b"**", self._order[b"*"])

    def __missing__(self, header: tuple[bytes, bytes]) -> int:
        place = self._order.get(header[0].lower(), self._order[b"*"])
        if len(self) < self.ROOM and len(header[0]) + len(header[1]) <= self.LONGEST:
            self[header] = place
        return place

    def with_names_moved_by_page(self, names: AbstractSet[bytes], header: tuple[bytes, bytes]) -> int:
        """
        Return the place of *header* where the page has set those *names*, lower-case.
        """
        return self._of_the_page if header[0].lower() in names else self[header]


@attrs.frozen(eq=False, repr=False)
class Shift(Rules):
    """
    A header that stands elsewhere in some requests.

    Attributes:
        applies: Whether it does in this request.
        name: Its name, lower-case.
        behind: The name that it stands right behind.
    """

    applies: Callable[[Request, Sites], bool]
    name: bytes
    behind: bytes = attrs.field(kw_only=True)

    def of(self, order: Sequence[bytes]) -> list[bytes]:
        """
        Return *order* with the name there.
        """
        names = [name for name in order if name != self.name]
        names.insert(names.index(self.behind) + 1, self.name)
        return names


@attrs.frozen(eq=False, repr=False)
class Rewriting(Rules):
    """
    How URLs are written on the wire, and shown to the page, where that is not as they are.

    Attributes:
        sign: What stands in each URL that may have to be written otherwise.
        write: Returns the URL as it is written; the same object if nothing changes.
    """

    sign: str
    write: Callable[[URL], URL]


@attrs.frozen(eq=False, repr=False)
class WireRules(Rules):
    """
    What the browser itself adds to requests.

    Attributes:
        order: The order of request headers on the wire, in lower case; `*` stands for all that are not named.
        shifts: The headers that stand elsewhere in some requests, applied one after another.
        names_moved_by_page: The names, in lower case, that stand at `**` in the order (or at `*`) if the page set them.
        user_agent: The `User-Agent`.
        accept_language: The `Accept-Language`.
        accept_encoding: The `Accept-Encoding`.
        page_headers: Returns the page's headers as they are written on the wire.
        rewriting: Which URLs are written otherwise; None for none.
        cache_headers: Whether the cache mode adds `Pragma` and `Cache-Control`.
        extra: Further headers of every request.
        trustworthy_extra: Further headers of requests to potentially trustworthy URLs.
        fetch_extra: Further headers of requests made by `fetch()`, by their priority: "auto", "high" or "low".
        fetch_metadata_to_untrustworthy_urls: The Sec-Fetch headers that go to untrustworthy URLs as well.
        starts_new_request: Whether a redirect started a new request, without the headers that the browser would add
            to the first: the Sec-Fetch headers, those of the cache mode, and `Accept-Encoding` for a `Range`.
        sec_fetch_site: The value of `Sec-Fetch-Site`.
        storage_access: Determines `Sec-Fetch-Storage-Access` of credentialed cross-site requests; None for no such
            header.
        storage_access_when_tainted: Whether it also goes with requests whose origin redirects have tainted.
        is_trustworthy: Whether a URL gets what goes to potentially trustworthy URLs only.
        keeps_origin: Whether the `Origin` of a POST stays when a redirect turns the request into a GET, and is hidden
            behind a redirect by no referrer policy.
    """

    order: tuple[bytes, ...]
    user_agent: bytes
    accept_language: bytes
    accept_encoding: AcceptEncoding
    page_headers: Callable[[Request], HeaderList]
    sec_fetch_site: Callable[[Request, Sites], bytes]
    starts_new_request: Callable[[Request, Sites], bool]
    cache_headers: bool = True
    extra: tuple[tuple[bytes, bytes], ...] = ()
    trustworthy_extra: tuple[tuple[bytes, bytes], ...] = ()
    fetch_extra: Mapping[str, tuple[tuple[bytes, bytes], ...]] = attrs.field(factory=dict)
    fetch_metadata_to_untrustworthy_urls: frozenset[bytes] = frozenset()
    storage_access: Callable[[Request, Sites], bytes | None] | None = None
    storage_access_when_tainted: bool = True
    keeps_origin: bool = False
    is_trustworthy: Callable[[URL], bool] = is_potentially_trustworthy_url
    shifts: tuple[Shift, ...] = ()
    names_moved_by_page: frozenset[bytes] = frozenset()
    rewriting: Rewriting | None = None
    usual: Mapping[tuple[bool, bool, bool], tuple[tuple[bytes, bytes], ...]] = attrs.field(init=False, repr=False)
    """The headers that are always the same: over TLS, to a trustworthy URL, of a request with `Range`."""

    overridable: frozenset[bytes] = attrs.field(init=False, repr=False)
    """Their names, lower-case; what the page itself sets comes in their place."""

    @usual.default
    def _usual(self) -> Mapping[tuple[bool, bool, bool], tuple[tuple[bytes, bytes], ...]]:
        codings = self.accept_encoding
        return {
            (over_tls, trustworthy, ranged): (
                (b"User-Agent", self.user_agent),
                (b"Accept-Language", self.accept_language),
                (
                    b"Accept-Encoding",
                    b"identity"
                    if ranged
                    else codings.tls
                    if over_tls
                    else codings.loopback
                    if trustworthy
                    else codings.plain,
                ),
                *self.extra,
                *(self.trustworthy_extra if trustworthy else ()),
            )
            for over_tls in (False, True)
            for trustworthy in (False, True)
            for ranged in (False, True)
        }

    @overridable.default
    def _overridable(self) -> frozenset[bytes]:
        return frozenset(name.lower() for headers in self.usual.values() for name, _ in headers)

    _places: dict[tuple[bool, ...], Places] = attrs.field(init=False, repr=False, eq=False, factory=dict)

    written: dict[Hashable, HeaderList] = attrs.field(init=False, repr=False, eq=False, factory=dict)
    """Header lists as they went out, in their order, by all that they depend on; `remember` bounds them."""

    def remember(self, key: Hashable, headers: HeaderList) -> None:
        """
        Keep a header list that may go out again, unless it is long.
        """
        if sum([len(name) + len(value) for name, value in headers]) <= LONGEST_KEPT:
            if len(self.written) >= LISTS_KEPT:
                self.written.clear()
            self.written[key] = headers

    def shifted(self, request: Request, sites: Sites) -> tuple[bool, ...]:
        """
        Return which of the shifts apply to *request*.
        """
        return tuple([shift.applies(request, sites) for shift in self.shifts])

    def place_on_the_wire(self, request: Request, sites: Sites) -> Callable[[tuple[bytes, bytes]], int]:
        """
        Return what gives each header of *request* its place on the wire.
        """
        shifted = self.shifted(request, sites)
        places = self._places.get(shifted)
        if places is None:
            order: Sequence[bytes] = self.order
            for shift, applies in zip(self.shifts, shifted, strict=True):
                order = shift.of(order) if applies else order
            places = self._places[shifted] = Places(order)
        if request.page_header_list and self.names_moved_by_page:
            names = self.names_moved_by_page.intersection([name.lower() for name, _ in request.page_header_list])
            if names:
                return partial(places.with_names_moved_by_page, names)
        return places.__getitem__

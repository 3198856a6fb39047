"""
Pair the entries that belong together: a request, its preflights, and the requests after redirects.

Entries come in any order: Chromium lists a preflight after its request, Firefox and proxies before it. The search is
bounded: `WINDOW` entries before and after, and `PAIR_SECONDS` between a preflight and its request.
"""

from __future__ import annotations

from collections import deque
from typing import TYPE_CHECKING, Final

import attrs

from browsercors.har.inference import request_mode

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from browsercors.har.entries import HarEntry
    from browsercors.servers.messages import RequestMessage

__all__ = ["PAIR_SECONDS", "WINDOW", "Exchanges", "paired"]

WINDOW: Final = 256
PAIR_SECONDS: Final = 300.0
MOST_HOPS: Final = 20


@attrs.frozen
class Exchanges:
    """
    The exchanges that one call of a page caused.

    Attributes:
        requests: The request, and those after redirects; empty if only a preflight was recorded.
        preflights: The preflights, each with the place in *requests* of the request that it is for.
    """

    requests: tuple[HarEntry, ...]
    preflights: tuple[tuple[int, HarEntry], ...] = ()

    @property
    def first(self) -> HarEntry:
        """
        The request itself, or the preflight if nothing else was recorded.
        """
        return self.requests[0] if self.requests else self.preflights[0][1]

    @property
    def numbers(self) -> tuple[int, ...]:
        """
        The places of all entries, in the order of the file.
        """
        entries = (*self.requests, *(entry for _, entry in self.preflights))
        return tuple(sorted(entry.number for entry in entries))


def paired(entries: Iterable[HarEntry]) -> Iterator[Exchanges]:
    """
    Yield the exchanges of each call, in the order of the requests; a preflight without its request comes later.
    """
    window = _Window()
    for entry in entries:
        window.add(entry)
        if len(window.waiting) > WINDOW:
            yield from window.settle()
        yield from window.forget(WINDOW)
    while window.waiting:
        yield from window.settle()
    yield from window.forget(0)


class _Window:
    """
    The entries within reach, without those that are paired already.
    """

    def __init__(self) -> None:
        self.waiting: deque[HarEntry] = deque()
        self._past_preflights: deque[HarEntry] = deque()
        self._preflights: dict[str, list[HarEntry]] = {}
        self._requests: dict[str, list[HarEntry]] = {}

    def add(self, entry: HarEntry) -> None:
        self.waiting.append(entry)
        by_url = self._preflights if entry.is_preflight else self._requests
        by_url.setdefault(_url_of(entry), []).append(entry)

    def settle(self) -> Iterator[Exchanges]:
        """
        Take the oldest waiting entry; yield its exchanges, unless it belongs to another call.
        """
        entry = self.waiting.popleft()
        if entry.is_preflight:
            self._past_preflights.append(entry)
            return
        if not self._take(self._requests, entry):
            return
        requests = [entry]
        while (hop := self._redirected(requests[-1])) is not None and len(requests) <= MOST_HOPS:
            self._take(self._requests, hop)
            requests.append(hop)
        preflights = []
        for place, request in enumerate(requests):
            preflight = self._preflight_of(request)
            if preflight is not None:
                self._take(self._preflights, preflight)
                preflights.append((place, preflight))
        yield Exchanges(tuple(requests), tuple(preflights))

    def forget(self, room: int) -> Iterator[Exchanges]:
        """
        Yield the preflights whose requests can no longer come.
        """
        while len(self._past_preflights) > room:
            preflight = self._past_preflights.popleft()
            if self._take(self._preflights, preflight):
                yield Exchanges((), ((0, preflight),))

    def _take(self, by_url: dict[str, list[HarEntry]], entry: HarEntry) -> bool:
        """
        Remove an entry; return whether it was there.
        """
        url = _url_of(entry)
        left = by_url.get(url, [])
        place = next((place for place, other in enumerate(left) if other is entry), None)
        if place is None:
            return False
        del left[place]
        if not left:
            del by_url[url]
        return True

    def _redirected(self, entry: HarEntry) -> HarEntry | None:
        """
        Return the request after a redirect.
        """
        if entry.location is None or request_mode(entry.request, entry.resource_type)[0] == "navigate":
            return None
        others = self._requests.get(entry.location.href_without_fragment, ())
        later = [other for other in others if other.page_url == entry.page_url and _is_later(other, entry)]
        return min(
            later, key=lambda other: (abs((other.started or 0) - (entry.started or 0)), other.number), default=None
        )

    def _preflight_of(self, entry: HarEntry) -> HarEntry | None:
        """
        Return the preflight of this request: preferably one for the same headers, otherwise the nearest.
        """
        fitting = [
            preflight
            for preflight in self._preflights.get(_url_of(entry), ())
            if _distance(entry, preflight) <= PAIR_SECONDS and _may_be_for(preflight.request, entry.request)
        ]
        return min(
            fitting,
            key=lambda preflight: (
                _requested_but_not_set(preflight.request, entry.request),
                _distance(entry, preflight),
                abs(entry.number - preflight.number),
            ),
            default=None,
        )


def _url_of(entry: HarEntry) -> str:
    return entry.request.url.href_without_fragment


def _distance(entry: HarEntry, other: HarEntry) -> float:
    """
    Return the seconds between two entries; 0 if unknown.
    """
    return 0.0 if entry.started is None or other.started is None else abs(entry.started - other.started)


def _is_later(entry: HarEntry, other: HarEntry) -> bool:
    if entry.started is None or other.started is None:
        return entry.number > other.number
    return entry is not other and (entry.started, entry.number) > (other.started, other.number)


def _may_be_for(preflight: RequestMessage, request: RequestMessage) -> bool:
    """
    Whether method and origin match, as far as they were recorded.
    """
    method = preflight.value_of("Access-Control-Request-Method")
    origin, other = preflight.value_of("Origin"), request.value_of("Origin")
    return method in (None, request.method) and (origin is None or other is None or origin == other)


def _requested_but_not_set(preflight: RequestMessage, request: RequestMessage) -> int:
    """
    Return how many of the headers that *preflight* asks for *request* does not have.
    """
    asked = {name.strip().lower() for name in (preflight.value_of("Access-Control-Request-Headers") or "").split(",")}
    return len(asked - {""} - {name.lower() for name, _ in request.headers})

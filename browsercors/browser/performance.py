"""
The performance entries of a page.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Final, NoReturn, overload

from browsercors.fetch.loads.resource_timing import ResourceTiming, missing_attribute, timing_entries
from browsercors.values.arguments import ArgumentTypeError, ArgumentValueError
from browsercors.values.urls import parse_url

if TYPE_CHECKING:
    from browsercors.fetch.loads.resource_timing import TimingFacts
    from browsercors.rules.profile import BrowserProfile
    from browsercors.values.requests import Environment

__all__ = ["Performance"]

OTHER_ENTRIES: Final = frozenset(
    {
        "back-forward-cache-restoration",
        "element",
        "event",
        "first-input",
        "largest-contentful-paint",
        "layout-shift",
        "long-animation-frame",
        "longtask",
        "mark",
        "measure",
        "navigation",
        "paint",
        "visibility-state",
    }
)
"""Types of entries that pages in browsers have as well, but no page here."""


class Performance(Sequence[ResourceTiming]):
    """
    The entries of what a page has fetched and loaded so far, by the time when each began; `page.performance` has it.

    It is a sequence, and has the methods of JavaScript's `performance` for these entries, in snake case. A page has at
    most 250 entries, as in browsers: until `clear_resource_timings` is called, what follows has none.

    https://w3c.github.io/resource-timing/#sec-extensions-performance-interface
    """

    def __init__(self, timings: list[TimingFacts], environment: Environment, profile: BrowserProfile) -> None:
        self._timings = timings
        self._base_url = environment.base_url
        # NB: those that begin at the same time stay in the order in which they ended.
        entries = timing_entries(timings, environment.origin, profile.timing)
        self._entries = sorted(entries, key=lambda entry: entry.start_time)

    def get_entries(self) -> list[ResourceTiming]:
        """
        Return all entries.
        """
        return list(self._entries)

    def get_entries_by_type(self, type: str) -> list[ResourceTiming]:  # noqa: A002 - what JavaScript calls it
        """
        Return all entries of one type.

        Args:
            type: "resource", the only type there is.

        Raises:
            ValueError: It is another one; in a browser that gives no entries, or those of something that is not
                simulated.
        """
        if type != "resource":
            what = f"{type!r} entries are not simulated" if type in OTHER_ENTRIES else f"there are no {type!r} entries"
            raise ArgumentValueError(f"type has to be 'resource', since {what}")
        return list(self._entries)

    def get_entries_by_name(self, name: str) -> list[ResourceTiming]:
        """
        Return all entries of what was asked for by one URL, whatever redirects made of it.

        Args:
            name: The URL. One that is relative to the page will do, which is not so in browsers.

        Raises:
            TypeError: It is no str.
        """
        if not isinstance(name, str):
            raise ArgumentTypeError(f"name has to be a URL, not {name!r:.80}")
        url = parse_url(name, self._base_url)
        return [] if url is None else [entry for entry in self._entries if entry.name == url.href]

    def clear_resource_timings(self) -> None:
        """
        Forget all entries, those of this object as well.
        """
        self._timings.clear()
        self._entries.clear()

    @overload
    def __getitem__(self, index: int) -> ResourceTiming: ...

    @overload
    def __getitem__(self, index: slice) -> list[ResourceTiming]: ...

    def __getitem__(self, index: int | slice) -> ResourceTiming | list[ResourceTiming]:
        return self._entries[index]

    def __len__(self) -> int:
        return len(self._entries)

    # NB: to type checkers this would be every attribute there could be.
    if not TYPE_CHECKING:

        def __getattr__(self, name: str) -> NoReturn:
            raise missing_attribute(self, "page.performance", name)

    def __repr__(self) -> str:
        return f"Performance({self._entries!r})"

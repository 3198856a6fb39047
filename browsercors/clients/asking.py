"""
What a page makes of the request of an HTTP client: which of its headers are sent, and with which options.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final, Protocol, TypeAlias

import attrs

from browsercors.fetch.safelists import forbidden_request_header
from browsercors.initiators.header_guard import dropped_of_client
from browsercors.values.records import Record
from browsercors.values.requests import CredentialsMode, RedirectMode, RequestMode

if TYPE_CHECKING:
    from collections.abc import Awaitable, Iterable, Mapping

    from browsercors.browser.result import FetchResult
    from browsercors.values.findings import Finding

__all__ = ["Asking", "AsksAsync", "AsksNow", "Options", "missing_client", "options_of", "visible_lines"]

CLIENTS_OWN: Final = frozenset({b"user-agent"})
"""What a page may set in some browsers, but a client sets unasked."""

# NB: bodies come decoded, and complete.
OF_THE_TRANSFER: Final = frozenset({"content-encoding", "content-length", "transfer-encoding"})

Options: TypeAlias = "Mapping[str, str]"

WORDS: Final[Mapping[str, tuple[str, ...]]] = {
    "mode": tuple(mode.value for mode in RequestMode if mode is not RequestMode.NAVIGATE),
    "credentials": tuple(mode.value for mode in CredentialsMode),
    "redirect": tuple(mode.value for mode in RedirectMode),
}


class AsksNow(Protocol):
    """
    What a sync page can do.
    """

    @property
    def fetch(self) -> Any:
        """
        As `Page.fetch`.
        """


class AsksAsync(Protocol):
    """
    What an async page can do.
    """

    @property
    def fetch(self) -> Any:
        """
        As `AsyncPage.fetch`.
        """


def options_of(*, mode: str, credentials: str, redirect: str) -> Options:
    """
    Return the options of every fetch of a client.

    Raises:
        ValueError: One of them is no option of `fetch()`.
    """
    options = {"mode": mode, "credentials": credentials, "redirect": redirect}
    for name, value in options.items():
        if value not in WORDS[name]:
            raise ValueError(f"{name} has to be one of {', '.join(map(repr, WORDS[name]))}, not {value!r}")
    return options


def missing_client(what: str, package: str) -> ImportError:
    """
    Return the error for a client that is not installed.
    """
    return ImportError(f"{what} needs {package}, which is not installed; pip install 'browsercors[{package}]'")


@attrs.frozen(repr=False)
class Asking(Record):
    """
    A request of a client, as a page makes it.

    Attributes:
        method: The method.
        url: Where it goes.
        headers: What the page sets.
        body: None for no body.
        dropped: What the client says of itself, and what only browsers say: not sent.
    """

    method: str
    url: str
    headers: tuple[tuple[str, str], ...]
    body: bytes | None
    dropped: tuple[Finding, ...]

    @classmethod
    def of(cls, method: str, url: str, headers: Iterable[tuple[bytes, bytes]], body: bytes) -> Asking:
        """
        Return what a page asks when the client asks this.
        """
        kept, dropped = [], []
        for name, value in headers:
            line = (name.decode("latin-1"), value.decode("latin-1"))
            if name.lower() in CLIENTS_OWN or forbidden_request_header(name, value):
                dropped.append(dropped_of_client(*line))
            else:
                kept.append(line)
        return cls(method, url, tuple(kept), body or None, tuple(dropped))

    def now(self, page: AsksNow, options: Options) -> FetchResult:
        """
        Let *page* fetch.
        """
        return self._told(page.fetch(self.url, method=self.method, headers=self.headers, body=self.body, **options))

    async def later(self, page: AsksAsync, options: Options) -> FetchResult:
        """
        Let *page* fetch, and await it.
        """
        fetching: Awaitable[FetchResult] = page.fetch(
            self.url, method=self.method, headers=self.headers, body=self.body, **options
        )
        return self._told(await fetching)

    def _told(self, result: FetchResult) -> FetchResult:
        result.findings[:0] = self.dropped
        return result


def visible_lines(result: FetchResult) -> list[tuple[str, str]]:
    """
    Return the headers that the page sees, without those that speak of a body which is decoded now.
    """
    return [line for line in result.headers.lines if line[0].lower() not in OF_THE_TRANSFER]

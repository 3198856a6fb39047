"""
What became of a fetch: what the page sees, what went over the wire, and which rules decided.
"""

from __future__ import annotations

from collections.abc import Iterable
from functools import cached_property
from typing import TYPE_CHECKING, Any

from browsercors.browser.errors import CORSBlocked, FetchBlocked, OpaqueResponse
from browsercors.fetch.failure import circumstances_of
from browsercors.fetch.timeline import exchanges_in
from browsercors.values.findings import Block, Finding, failure_among
from browsercors.values.headers import Headers
from browsercors.values.mime_types import utf8_decode
from browsercors.values.responses import is_ok_status

if TYPE_CHECKING:
    from collections.abc import Sequence

    from browsercors.explain.report import Report
    from browsercors.fetch.params import FetchParams
    from browsercors.fetch.timeline import Exchange, RememberedPreflight
    from browsercors.rules.profile import BrowserProfile
    from browsercors.values.literals import BrowserName
    from browsercors.values.origin_patterns import OriginMatcher
    from browsercors.values.responses import FilteredResponse, Response, ResponseType

__all__ = ["FetchResult"]


class FetchResult:
    """
    The result of `page.fetch()` or `page.xhr()`.

    It speaks of the page's view, as a JavaScript `Response` does; the wire is in `exchanges`.

    Attributes:
        readable: Whether the page may read the response. An opaque one is not readable, though nothing blocked it.
        exchanges: Every exchange on the wire, in order.
        timeline: The exchanges, and what the browser's caches answered in place of the wire.
        findings: Every rule that was applied, in order.
        block: None, or the one rule that kept the page from reading.
    """

    def __init__(
        self, params: FetchParams, response: FilteredResponse | Response, profiles: tuple[BrowserProfile, ...]
    ) -> None:
        self._params = params
        self._response = response
        self._profiles = profiles
        self.readable: bool = response.type in {"basic", "cors"} and response.body_failure is None

    @property
    def type(self) -> ResponseType:
        """
        One of "basic", "cors", "opaque", "opaqueredirect" and "error".
        """
        return self._response.type

    @property
    def status(self) -> int:
        """
        The status that the page sees: 0 for an error and for an opaque response.
        """
        return self._response.status

    @property
    def status_text(self) -> str:
        """
        The reason phrase that the page sees.
        """
        return self._response.status_message.decode("latin-1")

    @property
    def ok(self) -> bool:
        """
        Whether the status that the page sees is 200 to 299.
        """
        return is_ok_status(self._response.status)

    @property
    def url(self) -> str:
        """
        The response's URL without fragment; empty for an error and for an opaque response.
        """
        url_list = self._response.url_list
        return url_list[-1].href_without_fragment if url_list else ""

    @property
    def redirected(self) -> bool:
        """
        Whether the response came after at least one redirect, and the page is told so.
        """
        return len(self._response.url_list) > 1

    @cached_property
    def headers(self) -> Headers:
        """
        The headers that the page sees: lower-case, sorted, repeated ones joined.
        """
        return Headers(self._response.header_list.sort_and_combine())

    @property
    def body(self) -> bytes:
        """
        The bytes that the page can read; none for a null body.

        Raises:
            FetchBlocked: The connection broke in the middle of the body, so that reading it fails.
        """
        __tracebackhide__ = True
        if self._response.body_failure is not None:
            self.raise_for_unreadable()
        return self._response.body or b""

    def text(self) -> str:
        """
        Return the body as text: always UTF-8, whatever the headers say, as `Response.text()` does.

        Raises:
            FetchBlocked: As `body`.
        """
        __tracebackhide__ = True
        return utf8_decode(self.body)

    def json(self) -> Any:
        """
        Return the body as JSON, read as `Response.json()` does.

        An integer beyond 2**53 - 1 is the float that JavaScript makes of it; `NaN` and `Infinity` are no JSON.

        Raises:
            FetchBlocked: As `body`.
            JSONDecodeError: It is no JSON; a ValueError.
        """
        __tracebackhide__ = True
        # NB: not every page has to do with JSON.
        from browsercors.values.json_text import parse_json

        return parse_json(self.text())

    @property
    def findings(self) -> list[Finding]:
        """
        Every rule that was applied, in order.
        """
        return self._params.findings

    @property
    def timeline(self) -> list[Exchange | RememberedPreflight]:
        """
        The exchanges, and what the browser's caches answered in place of the wire, in order.
        """
        return self._params.timeline

    @property
    def exchanges(self) -> list[Exchange]:
        """
        Every exchange on the wire, in order.
        """
        return exchanges_in(self._params.timeline)

    @property
    def preflighted(self) -> bool:
        """
        Whether a preflight went over the wire.
        """
        return any(exchange.is_preflight for exchange in self.exchanges)

    @cached_property
    def block(self) -> Block | None:
        """
        None, or the one rule that kept the page from reading the response.
        """
        if not self._response.is_network_error and self._response.body_failure is None:
            return None
        finding, reason = failure_among(self._params.findings)
        circumstances = circumstances_of(self._params)
        named = {profile.name: profile.identifier(finding, circumstances) for profile in self._profiles}
        identifiers = {browser: identifier for browser, identifier in named.items() if identifier is not None}
        return Block(
            finding,
            reason,
            self._params.in_preflight,
            {browser: identifier.name for browser, identifier in identifiers.items()},
            {browser: identifier.parameter for browser, identifier in identifiers.items() if identifier.parameter},
        )

    @property
    def browser_name(self) -> str:
        """
        The browser that was simulated.
        """
        return self._params.user_agent.profile.name

    @property
    def page_origin(self) -> str:
        """
        The serialised origin of the page that asked.
        """
        return self._params.request.origin.serialized

    def raise_for_unreadable(self) -> FetchResult:
        """
        Return this result if the page may read the response.

        Raises:
            CORSBlocked: The CORS protocol decided against it.
            FetchBlocked: Something else failed the fetch.
            OpaqueResponse: Nothing failed, but the page sees nothing of the response.
        """
        __tracebackhide__ = True
        if self.readable:
            return self
        block = self.block
        if block is None:
            raise OpaqueResponse(self)
        raise (CORSBlocked if block.is_cors else FetchBlocked)(self)

    def report(
        self,
        *,
        browsers: Sequence[BrowserName | BrowserProfile] | None = None,
        compare: bool = False,
        allowed_origins: str | OriginMatcher | Iterable[str | OriginMatcher] | None = None,
    ) -> Report:
        """
        Return the report: the verdict with its evidence and rule, what else is wrong behind it, and proven fixes.

        The recorded answers are replayed to prove fixes; nothing is sent.

        Args:
            browsers: Where a fix has to be proven, beside the browser that was simulated: names or profiles; all four
                by default.
            compare: Whether the report says as well what the same request comes to in each of *browsers*.
            allowed_origins: The origins that the server is to allow, as for `Policy`: an origin or a pattern, or a list
                of them. A page of another one is offered no change of the server's; by default the page is taken to be
                meant.

        Raises:
            ValueError: One of *browsers* is none.
        """
        # NB: what explains is loaded when somebody asks, since most tests only look at the verdict.
        from browsercors.browser.replay import recording_of
        from browsercors.engines.registry import profile_named, profiles
        from browsercors.explain.compose import compose_report
        from browsercors.explain.fixes.proof import FinishedFetch

        own = self._params.user_agent.profile
        chosen = profiles().values() if browsers is None else [profile_named(browser) for browser in browsers]
        others = [profile for profile in chosen if profile.name != own.name]
        return compose_report(
            FinishedFetch(self._params, self._response, frozenset()),
            self.block,
            recording_of(self._params),
            [own, *others],
            compared=others if compare else (),
            allowed_origins=None if allowed_origins is None else _named(allowed_origins, self.page_origin),
        )

    def explain(self) -> str:
        """
        Return in words whether the page may read the response, why, and what to change.
        """
        from browsercors.explain.formats.text import as_text, brief

        return as_text(brief(self.report()))

    def to_dict(self) -> dict[str, Any]:
        """
        Return everything as JSON-serialisable data; equal fetches give equal data.
        """
        from browsercors.explain.formats.json import body_as_data, finding_as_data, report_as_data, timeline_as_data
        from browsercors.explain.formats.text import as_text, brief

        block, report = self.block, self.report()
        return {
            "browser": self.browser_name,
            "page_origin": self.page_origin,
            "readable": self.readable,
            "type": self.type,
            "status": self.status,
            "status_text": self.status_text,
            "ok": self.ok,
            "url": self.url,
            "redirected": self.redirected,
            "headers": self.headers.lines,
            "body": body_as_data(self._response.body),
            "block": None
            if block is None
            else {
                "reason": block.reason.value,
                "is_cors": block.is_cors,
                "during_preflight": block.during_preflight,
                "message": as_text(brief(report)),
                "identifiers": dict(block.identifiers),
                "parameters": dict(block.parameters),
                "finding": finding_as_data(block.finding),
            },
            "findings": [finding_as_data(finding) for finding in self.findings],
            "timeline": timeline_as_data(self.timeline),
            "report": report_as_data(report),
        }

    def __repr__(self) -> str:
        if self.block is not None:
            return f"<FetchResult blocked: {self.block.reason.value}>"
        return f"<FetchResult {self.type} {self.status} {self.url}>".replace(" >", ">")


def _named(allowed: str | OriginMatcher | Iterable[str | OriginMatcher], origin: str) -> tuple[str, ...]:
    """
    Return the texts of patterns, and *origin* by its name where one of them means it.
    """
    from browsercors.values.origin_patterns import is_origin_among

    patterns = tuple(allowed) if isinstance(allowed, Iterable) and not isinstance(allowed, str) else (allowed,)
    texts = [pattern if isinstance(pattern, str) else str(pattern) for pattern in patterns]
    if any(is_origin_among(pattern, origin) for pattern in patterns):
        texts.append(origin)
    # NB: to those who make fixes, `*` is what any origin is.
    if any(is_origin_among(pattern, "") for pattern in patterns):
        texts.append("*")
    return tuple(dict.fromkeys(texts))

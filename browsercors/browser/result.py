"""
The results of what a page asks for: what the page sees, what went over the wire, and which rules decided.
"""

from __future__ import annotations

from collections.abc import Iterable
from functools import cached_property
from typing import TYPE_CHECKING, Any, Final

from browsercors.fetch.timeline import exchanges_in
from browsercors.values.arguments import NamedOtherwise
from browsercors.values.findings import Block, Finding, failure_among
from browsercors.values.responses import is_ok_status

if TYPE_CHECKING:
    from collections.abc import Sequence
    from typing import Self

    from browsercors.explain.report import Report
    from browsercors.fetch.timeline import Exchange, RememberedPreflight
    from browsercors.initiators.page_call import PageFetchParams
    from browsercors.rules.profile import BrowserProfile
    from browsercors.values.headers import Headers
    from browsercors.values.literals import BrowserName
    from browsercors.values.origin_patterns import OriginMatcher
    from browsercors.values.responses import FilteredResponse, Response, ResponseType

__all__ = [
    "CORSBlocked",
    "FetchBlocked",
    "FetchResult",
    "OpaqueResponse",
    "PageResult",
    "UnreadableResponse",
]

MODULES: Final = frozenset({"module", "modulepreload"})
"""The calls that load modules, and what is imported as one."""


class PageResult:
    """
    What came of something that a page asked for; only ever one of its subclasses.

    Attributes:
        readable: Whether the page may read what came.
        exchanges: Every exchange on the wire, in order.
        timeline: The exchanges, and the responses of the browser's caches.
        findings: Every rule that was applied, in order.
        block: None, or the one rule that stood in the way.
    """

    readable: bool

    def __init__(
        self, params: PageFetchParams, response: FilteredResponse | Response, profiles: tuple[BrowserProfile, ...]
    ) -> None:
        self._params = params
        self._response = response
        self._profiles = profiles

    @property
    def page_header_names(self) -> tuple[str, ...]:
        """
        The lower-case names of the request headers that the page has set and the browser has taken.
        """
        return tuple(name.decode("latin-1").lower() for name, _ in self._params.request.page_header_list)

    @property
    def findings(self) -> list[Finding]:
        """
        Every rule that was applied, in order.
        """
        return self._params.findings

    @property
    def timeline(self) -> list[Exchange | RememberedPreflight]:
        """
        The exchanges, and the responses of the browser's caches, in order.
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
        None, or the one rule that stood in the way.
        """
        if not self._response.is_network_error and self._response.body_failure is None:
            return None
        # NB: imported late, since most fetches succeed.
        from browsercors.fetch.failure import failed_fetch_of

        finding, reason = failure_among(self._params.findings)
        call = self._params.page_call
        failed = failed_fetch_of(self._params, is_module=call is not None and call.api in MODULES)
        named = {profile.name: profile.identifier(finding, failed) for profile in self._profiles}
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
        The serialised origin of the page.
        """
        return self._params.request.origin.serialized

    def report(
        self,
        *,
        browsers: Sequence[BrowserName | BrowserProfile] | None = None,
        compare: bool = False,
        allowed_origins: str | OriginMatcher | Iterable[str | OriginMatcher] | None = None,
    ) -> Report:
        """
        Return the report: the verdict with its evidence and rule, further problems, and proven fixes.

        Fixes are proven by replaying the recorded responses; nothing is sent.

        Args:
            browsers: The browsers in which a fix has to work, beside the simulated one: names or profiles. All four by
                default.
            compare: Whether the report also compares the result of the same request in each of *browsers*.
            allowed_origins: The origins that the server should allow, as for `Policy`: an origin a pattern, or a list
                of them. For a page of another origin, no change to the server is suggested. By default the page is
                taken to be allowed.

        Raises:
            TypeError: *browsers* is no list, or something in *allowed_origins* is neither a text nor a pattern.
            ValueError: One of *browsers* is not a browser, or a text in *allowed_origins* is no origin and no pattern.
        """
        # NB: imported late, since most tests only look at the verdict.
        from browsercors.browser.replay import recording_of
        from browsercors.engines.registry import profile_named, profiles
        from browsercors.explain.compose import compose_report
        from browsercors.explain.fixes.proof import FinishedFetch
        from browsercors.values.arguments import ArgumentTypeError

        own = self._params.user_agent.profile
        if browsers is not None and (isinstance(browsers, (str, bytes)) or not isinstance(browsers, Iterable)):
            raise ArgumentTypeError(f"browsers has to be a list, such as ['firefox'], not {browsers!r:.80}")
        chosen = profiles().values() if browsers is None else [profile_named(browser) for browser in browsers]
        others = [profile for profile in chosen if profile.name != own.name]
        return compose_report(
            FinishedFetch(self._params, self._response, frozenset()),
            self.block,
            recording_of(self._params),
            [own, *others],
            compared=others if compare else (),
            allowed_origins=None if allowed_origins is None else _allowed_origins(allowed_origins, self.page_origin),
        )

    def explain(self) -> str:
        """
        Explain whether the page may read the response, why, and what to change.
        """
        from browsercors.explain.formats.text import as_text, brief

        return as_text(brief(self.report()))

    def raise_for_unreadable(self) -> Self:
        """
        Return this result if the page may read what came.

        Raises:
            CORSBlocked: The CORS protocol decided against it.
            FetchBlocked: The fetch failed for another reason.
            OpaqueResponse: Nothing failed, but the page may not look into what came.
        """
        __tracebackhide__ = True
        if self.readable:
            return self
        block = self.block
        if block is None:
            raise OpaqueResponse(self)
        raise (CORSBlocked if block.is_cors else FetchBlocked)(self)

    def _verdict_as_data(self) -> dict[str, Any]:
        """
        Return as JSON-serialisable data what decided, what was exchanged and what the report says.
        """
        from browsercors.explain.formats.json import finding_as_data, report_as_data, timeline_as_data

        report = self.report()
        return {
            "block": self._block_as_data(report),
            "findings": [finding_as_data(finding) for finding in self.findings],
            "timeline": timeline_as_data(self.timeline),
            "report": report_as_data(report),
        }

    def _block_as_data(self, report: Report) -> dict[str, Any] | None:
        """
        Return the block as JSON-serialisable data, with the words of its *report*.
        """
        from browsercors.explain.formats.json import finding_as_data
        from browsercors.explain.formats.text import as_text, brief

        block = self.block
        if block is None:
            return None
        return {
            "reason": block.reason.value,
            "is_cors": block.is_cors,
            "during_preflight": block.during_preflight,
            "message": as_text(brief(report)),
            "identifiers": dict(block.identifiers),
            "parameters": dict(block.parameters),
            "finding": finding_as_data(block.finding),
        }


class FetchResult(NamedOtherwise, PageResult):
    """
    The result of `page.fetch()` or `page.xhr()`.

    It shows the page's view, as a JavaScript `Response` does; the wire is in `exchanges`.

    Attributes:
        readable: Whether the page may read the response. An opaque one is not readable, though nothing blocked it.
        exchanges: Every exchange on the wire, in order.
        timeline: The exchanges, and the responses of the browser's caches.
        findings: Every rule that was applied, in order.
        block: None, or the one rule that kept the page from reading.
    """

    _habits = "RESULT_HABITS"

    def __init__(
        self, params: PageFetchParams, response: FilteredResponse | Response, profiles: tuple[BrowserProfile, ...]
    ) -> None:
        # NB: as the base has it, written out since every fetch makes one.
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
        Whether there was at least one redirect that the page can see.
        """
        return len(self._response.url_list) > 1

    @cached_property
    def headers(self) -> Headers:
        """
        The headers that the page sees: in lower case, sorted, repeated ones joined.

        NB: Firefox's XMLHttpRequest writes the type of a `data:` URL as HTTP does, `Content-Type`.

        `headers[name]` raises `HiddenHeader`, a KeyError, for one that the server sent and the page does not see.
        """
        # NB: imported late, since many tests look at the verdict alone.
        from browsercors.browser.page_headers import PageHeaders

        lines = self._response.header_list
        request, rules = self._params.request, self._params.user_agent.profile.responses
        # PROFILE: Firefox's XMLHttpRequest writes the type of data as HTTP does.
        if rules.xhr_spells_data_types and request.initiator_type == "xmlhttprequest" and self.url.startswith("data:"):
            return PageHeaders(list(lines), self.why_hidden)
        return PageHeaders(lines.sort_and_combine(), self.why_hidden)

    def why_hidden(self, name: str) -> str:
        """
        Return why the page does not see the header *name* that the response has; empty if it has none, or is seen.
        """
        sent = self.exchanges[-1].response_headers if self.exchanges else None
        if sent is None or name not in sent or name in self.headers:
            return ""
        if not self.readable:
            return "it may not read the response at all, as result.explain() says"
        if name.lower().encode() in self._params.user_agent.profile.responses.forbidden_names:
            return "no page ever sees it"
        listed = sent.get("Access-Control-Expose-Headers", "")
        if "*" in listed:
            return f"with credentials '*' is no wildcard; write Access-Control-Expose-Headers: {name}"
        value = f"{listed}, {name}" if listed else name
        return f"the response has to have Access-Control-Expose-Headers: {value}"

    @property
    def body(self) -> bytes:
        """
        The bytes that the page can read; empty for a null body.

        Raises:
            CORSBlocked: The CORS protocol keeps the page from reading.
            FetchBlocked: The fetch failed, or the connection broke in the middle of the body.
            OpaqueResponse: Nothing failed, but the page sees nothing of the response.
        """
        __tracebackhide__ = True
        if not self.readable:
            self.raise_for_unreadable()
        return self._response.body or b""

    def text(self) -> str:
        """
        Return the body as text, always decoded as UTF-8 whatever the headers say, as `Response.text()` does.

        Raises:
            UnreadableResponse: As `body`.
        """
        __tracebackhide__ = True
        # NB: imported late, with all that is known of types.
        from browsercors.values.formats.mime_types import utf8_decode

        return utf8_decode(self.body)

    def json(self) -> Any:
        """
        Return the body as JSON, read as `Response.json()` does.

        An integer above 2**53 - 1 becomes the float that JavaScript reads; `NaN` and `Infinity` are not JSON.

        Raises:
            UnreadableResponse: As `body`.
            JSONDecodeError: It is not JSON; a ValueError.
        """
        __tracebackhide__ = True
        # NB: imported late, since many pages never use JSON.
        from browsercors.values.formats.json_text import parse_json

        return parse_json(self.text())

    def to_dict(self) -> dict[str, Any]:
        """
        Return everything as JSON-serialisable data. Equal fetches give equal data.
        """
        from browsercors.explain.formats.json import body_as_data

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
            **self._verdict_as_data(),
        }

    def __repr__(self) -> str:
        if self.block is not None:
            return f"<FetchResult blocked: {self.block.reason.value}>"
        return f"<FetchResult {self.type} {self.status} {self.url}>".replace(" >", ">")


class UnreadableResponse(Exception):  # noqa: N818 - said of the response, as httpx says HTTPStatusError
    """
    The page may not read the response; raised only as one of the subclasses.

    Attributes:
        result: The result of the fetch or load.
    """

    __module__ = "browsercors"  # where its users find it

    def __init__(self, result: PageResult) -> None:
        super().__init__(result)
        self.result: PageResult = result

    def __str__(self) -> str:
        # NB: explained only when somebody reads it, since most tests only look at the type.
        return self.result.explain()

    @property
    def block(self) -> Block | None:
        """
        The rule that decided; None for an opaque response, which was not blocked.
        """
        return self.result.block


class FetchBlocked(UnreadableResponse):
    """
    The fetch failed: the page sees a `TypeError`, or the `error` event of an XMLHttpRequest or an element.
    """

    __module__ = "browsercors"  # where its users find it


class CORSBlocked(FetchBlocked):
    """
    The fetch failed because of the CORS protocol.
    """

    __module__ = "browsercors"  # where its users find it


class OpaqueResponse(UnreadableResponse):
    """
    The fetch succeeded, but the page may not look into the response.

    It asked for that: by `no-cors`, by `manual`, or by an element without `crossorigin`.
    """

    __module__ = "browsercors"  # where its users find it


def _allowed_origins(allowed: str | OriginMatcher | Iterable[str | OriginMatcher], origin: str) -> tuple[str, ...]:
    """
    Return the texts of patterns, and *origin* by its name where one of them means it.

    Raises:
        ArgumentTypeError: One of them is neither a text nor a pattern.
        ArgumentValueError: A text is neither an origin nor a pattern.
    """
    from browsercors.values.arguments import ArgumentTypeError, ArgumentValueError
    from browsercors.values.origin_patterns import is_origin_among, problem_with_written_pattern

    patterns = tuple(allowed) if isinstance(allowed, Iterable) and not isinstance(allowed, str) else (allowed,)
    for pattern in patterns:
        if not isinstance(pattern, str):
            if not callable(getattr(pattern, "matches", None)):
                right = "an origin or a pattern such as 'https://*.example.com', or a list of them"
                raise ArgumentTypeError(f"allowed_origins has to be {right}, not {pattern!r}")
        elif (problem := problem_with_written_pattern(pattern)) is not None:
            raise ArgumentValueError(f"allowed_origins: {pattern!r} {problem}")
    texts = [str(pattern) for pattern in patterns]
    if any(is_origin_among(pattern, origin) for pattern in patterns):
        texts.append(origin)
    # NB: `null` is meant by no pattern but that of any origin, which is `*` to those who make fixes.
    if any(is_origin_among(pattern, "null") for pattern in patterns):
        texts.append("*")
    return tuple(dict.fromkeys(texts))

"""
Resource Timing: what a page can learn of how long its loads took, and how large they were.

https://w3c.github.io/resource-timing/
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Final, NamedTuple, NoReturn, TypeAlias

import attrs

from browsercors.rules.elements.timing import EntryOfFailure, SizesShown
from browsercors.values.formats.mime_groups import JAVASCRIPT, JSON, SVG, XML
from browsercors.values.formats.mime_types import extract_a_mime_type
from browsercors.values.headers import Failure, extract_list_values
from browsercors.values.requests import SCRIPT_INITIATORS

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from browsercors.rules.elements.timing import TimingRules
    from browsercors.values.findings import Reason
    from browsercors.values.headers import HeaderList
    from browsercors.values.origins import Origin
    from browsercors.values.responses import ResponseType
    from browsercors.values.urls import URL

__all__ = ["FinishedLoad", "ResourceTiming", "TimingFacts", "missing_attribute", "timing_entries"]

Failed: TypeAlias = "tuple[Reason, bool] | None"
"""Why a load failed, and whether anything was sent for it."""

Lines: TypeAlias = "HeaderList | None"
Size: TypeAlias = "int | None"
FirstResponse: TypeAlias = "tuple[int, HeaderList, bool, float] | None"
TimingFacts: TypeAlias = "tuple[list[URL], str, str, float, float, float, float, bool, ResponseType, int, Failed, str, Lines, int, Size, FirstResponse]"  # noqa: E501 - a type in text is one text
"""The fields of a `FinishedLoad`: what a fetch leaves behind, for the case that its page asks."""

CAPITAL: Final = re.compile("[A-Z]")

SIZE_OF_HEAD: Final = 300
"""What a response has beside its body, in place of the true number, which would tell of cookies."""

AS_IF_GOT: Final = frozenset({EntryOfFailure.HEAD, EntryOfFailure.OPEN, EntryOfFailure.WHOLE})
"""The entries that are those of a response that the page gets, in part or as a whole."""

CODINGS: Final = frozenset({"br", "deflate", "gzip", "x-gzip", "zstd"})
"""The registered content codings that browsers know."""


class FinishedLoad(NamedTuple):
    """
    What is remembered of a fetch or load that has ended.

    Attributes:
        url_list: The URL that was asked for, and those of redirects.
        initiator_type: What asked.
        destination: The destination of the request.
        start_time: When it began.
        redirect_end: When the last redirect was there; 0 if there was none.
        request_start: When the last request was sent.
        response_end: When it ended.
        is_allowed: Whether each response of the chain let the page see the details.
        response_type: The type of the response, as `Response.type` in JavaScript.
        response_status: The status of the response, or of the last one before the failure; 0 if there is none.
        failure: Why it failed, and whether anything was sent, or asked from a cache; None if it did not fail.
        cache_state: Which cache answered: "local", "validated", "preloaded", or none.
        headers: Its headers; None if there are none.
        size: How many bytes the body has, without its content codings.
        encoded_size: How many it had with them; None if there were none.
        first_response: Of a keepalive request that was redirected: the status and the headers of its first response,
            whether the page may see the details of that, and when it was there.
    """

    url_list: list[URL]
    initiator_type: str
    destination: str
    start_time: float
    redirect_end: float
    request_start: float
    response_end: float
    is_allowed: bool
    response_type: ResponseType
    response_status: int
    failure: tuple[Reason, bool] | None
    cache_state: str
    headers: HeaderList | None
    size: int
    encoded_size: int | None
    first_response: tuple[int, HeaderList, bool, float] | None

    @property
    def is_readable(self) -> bool:
        """
        Whether the page may read the response.
        """
        return self.response_type in {"basic", "cors"}


@attrs.frozen(kw_only=True)
class ResourceTiming:
    """
    The entry of one fetch or load, as `performance.getEntriesByType("resource")` has it.

    Times are those of the browser's clock, in seconds; what the page may not know is 0, or empty. Connections take no
    time.

    Attributes:
        name: The URL that was asked for.
        initiator_type: What asked: "fetch", "xmlhttprequest", "img", "script", "link", "css", "audio", "video", ...
        details_allowed: Whether the page may see the details: each server of the chain allowed it, by
            `Timing-Allow-Origin` or because it is the page's own. An entry has no such attribute in JavaScript.
        start_time: When the load began.
        redirect_start: When the first redirect began, if there was one.
        redirect_end: When the last redirect was there.
        fetch_start: When the last URL was first asked for; *start_time* if the page may not know.
        domain_lookup_start: When the name was looked up.
        domain_lookup_end: When it was found.
        connect_start: When the connection was begun.
        connect_end: When there was one.
        secure_connection_start: When TLS was begun, over https.
        request_start: When the last request was sent; later than *fetch_start* by what a preflight took.
        response_start: When the first byte of the response was there.
        response_end: When the load ended.
        transfer_size: How many bytes came over the wire: the body as it came and 300 for the head, or 300 if a cached
            response was confirmed, or 0 if it was used as it was.
        encoded_body_size: How many bytes the body had as it came.
        decoded_body_size: How many bytes it has without its content coding.
        response_status: The status that the page sees; None where the browser has no such attribute.
        content_type: The type of a response that the page may read, without parameters; None likewise.
        content_encoding: The content coding of a response that the page may read; None likewise.

    https://w3c.github.io/resource-timing/#sec-performanceresourcetiming
    """

    name: str
    initiator_type: str
    details_allowed: bool
    start_time: float
    redirect_start: float = 0.0
    redirect_end: float = 0.0
    fetch_start: float
    domain_lookup_start: float = 0.0
    domain_lookup_end: float = 0.0
    connect_start: float = 0.0
    connect_end: float = 0.0
    secure_connection_start: float = 0.0
    request_start: float = 0.0
    response_start: float = 0.0
    response_end: float
    transfer_size: int = 0
    encoded_body_size: int = 0
    decoded_body_size: int = 0
    response_status: int | None = None
    content_type: str | None = None
    content_encoding: str | None = None

    @property
    def entry_type(self) -> str:
        """
        What kind of performance entry it is: "resource".
        """
        return "resource"

    @property
    def duration(self) -> float:
        """
        How many seconds the load took.
        """
        return self.response_end - self.start_time

    # NB: to type checkers this would be every attribute there could be.
    if not TYPE_CHECKING:

        def __getattr__(self, name: str) -> NoReturn:
            raise missing_attribute(self, "a ResourceTiming", name)

    def __repr__(self) -> str:
        shown = "all details" if self.details_allowed else "no details"
        return f"<ResourceTiming {self.initiator_type} {self.name}, {shown}>"


def missing_attribute(of: object, called: str, name: str) -> AttributeError:
    """
    Return the error for an attribute that there is not, or only in snake case.
    """
    ours = CAPITAL.sub(lambda capital: f"_{capital[0].lower()}", name)
    known = ours != name and ours in dir(of)
    return AttributeError(f"{called} has no {name}{f'; write {ours}' if known else ''}", name=name, obj=of)


def timing_entries(facts: Iterable[TimingFacts], origin: Origin, rules: TimingRules) -> Iterator[ResourceTiming]:
    """
    Yield the entries of what a page has fetched and loaded, in the order in which it ended.

    Args:
        facts: What is remembered of each.
        origin: The page's origin.
        rules: Those of the browser.
    """
    loaded: set[str] = set()
    for each in facts:
        load = FinishedLoad(*each)
        name = load.url_list[0].href
        # NB: by the standard's text this has an entry of its own, but in no browser.
        if load.cache_state == "preloaded":
            continue
        if load.initiator_type not in SCRIPT_INITIATORS:
            # PROFILE: Chromium and WebKit do not list what their memory still has.
            if load.cache_state == "local" and name in loaded and not rules.lists_repeated:
                continue
            loaded.add(name)
        # PROFILE: what is known of a failed load differs most.
        failure = rules.opaque_redirects if load.response_type == "opaqueredirect" else None
        if load.failure is not None:
            reason, was_begun = load.failure
            failure = rules.failed_for.get(reason, rules.failed) if was_begun else rules.never_sent
            # PROFILE: what Chromium's fetch() refuses by itself is no load.
            if not was_begun and load.initiator_type == "fetch" and reason in rules.unlisted_fetches:
                failure = EntryOfFailure.NONE
        # PROFILE: Firefox ends the entry of a keepalive request at its first redirect.
        if load.first_response is not None and rules.keepalive_ends_at_redirect:
            load, failure = _at_first_response(load), None
        elif failure in AS_IF_GOT:
            load, failure = _as_if_got(load, failure), None
        if failure is not EntryOfFailure.NONE:
            yield _entry(load, name, failure, origin, rules)


def _at_first_response(load: FinishedLoad) -> FinishedLoad:
    """
    Return what is remembered of the first response, a redirect.
    """
    assert load.first_response is not None, "it was asked for"
    status, headers, is_allowed, end = load.first_response
    return load._replace(
        redirect_end=0.0,
        request_start=load.start_time,
        response_end=end,
        is_allowed=is_allowed,
        response_status=status,
        headers=headers,
        size=0,
        encoded_size=None,
    )


def _as_if_got(load: FinishedLoad, failure: EntryOfFailure | None) -> FinishedLoad:
    """
    Return what would be remembered if the page had got the last response.
    """
    if failure is EntryOfFailure.WHOLE:
        return load._replace(response_type="cors")
    # NB: a redirect that was not followed is no redirect.
    redirect_end = load.redirect_end if len(load.url_list) > 2 else 0.0
    is_allowed = load.is_allowed or failure is EntryOfFailure.OPEN
    return load._replace(
        response_type="cors", redirect_end=redirect_end, size=0, encoded_size=None, is_allowed=is_allowed
    )


def _entry(
    load: FinishedLoad, name: str, failure: EntryOfFailure | None, origin: Origin, rules: TimingRules
) -> ResourceTiming:
    """
    Return an entry (https://w3c.github.io/resource-timing/#dfn-mark-resource-timing).

    Args:
        load: What is remembered.
        name: Its name.
        failure: What a failed load shows; None for one that has not failed.
        origin: The page's origin.
        rules: Those of the browser.
    """
    allowed = load.is_allowed and failure is not EntryOfFailure.BARE
    transfer_size, encoded_size, decoded_size = (
        (0, 0, 0) if failure is EntryOfFailure.UNSIZED else _sizes(load, origin, rules, with_head=allowed)
    )
    attributes = rules.attributes
    bare = ResourceTiming(
        name=name,
        # PROFILE: Firefox has another name for what loads fonts.
        initiator_type=rules.initiator_types.get(load.destination, load.initiator_type),
        details_allowed=allowed,
        start_time=load.start_time,
        fetch_start=load.start_time,
        response_end=load.response_end,
        transfer_size=transfer_size,
        encoded_body_size=encoded_size,
        decoded_body_size=decoded_size,
        response_status=(load.response_status if load.is_readable else 0) if "response_status" in attributes else None,
        content_type=_content_type(load, rules) if "content_type" in attributes else None,
        content_encoding=_content_encoding(load) if "content_encoding" in attributes else None,
    )
    if not allowed:
        return bare
    fetch_start = load.redirect_end or load.start_time
    return attrs.evolve(
        bare,
        redirect_start=load.start_time if load.redirect_end else 0.0,
        redirect_end=load.redirect_end,
        fetch_start=fetch_start,
        domain_lookup_start=fetch_start,
        domain_lookup_end=fetch_start,
        connect_start=fetch_start,
        connect_end=fetch_start,
        secure_connection_start=fetch_start if load.url_list[-1].scheme == "https" else 0.0,
        request_start=load.request_start,
        response_start=load.response_end,
    )


def _sizes(load: FinishedLoad, origin: Origin, rules: TimingRules, *, with_head: bool) -> tuple[int, int, int]:
    """
    Return what came over the wire, and how large the body is with and without its content coding, as the page sees it.

    Args:
        load: What is remembered.
        origin: The page's origin.
        rules: Those of the browser.
        with_head: Whether the page may see the details.
    """
    is_own = load.is_readable and load.url_list[0].origin.same_origin(origin)
    # PROFILE: of whose responses sizes are shown, no two browsers agree on.
    is_shown = {SizesShown.READABLE: load.is_readable, SizesShown.ALLOWED: with_head, SizesShown.OWN: is_own}[
        rules.sizes
    ]
    decoded_size = load.size if is_shown else 0
    encoded_size = decoded_size if load.encoded_size is None or not is_shown else load.encoded_size
    # NB: by its text the standard counts the head of what it hides as well; its tests want 0, as it is in all browsers.
    if not with_head or (rules.sizes is SizesShown.OWN and not is_own):
        return 0, encoded_size, decoded_size
    return _transfer_size(load, encoded_size), encoded_size, decoded_size


def _transfer_size(load: FinishedLoad, encoded_size: int) -> int:
    """
    Return https://w3c.github.io/resource-timing/#dom-performanceresourcetiming-transfersize.
    """
    # 1. What the cache had took nothing.
    if load.cache_state == "local":
        return 0
    # 2. Nor did the body of what the server confirmed.
    if load.cache_state == "validated":
        return SIZE_OF_HEAD
    # 3. All else came over the wire.
    return encoded_size + SIZE_OF_HEAD


def _content_type(load: FinishedLoad, rules: TimingRules) -> str:
    """
    Return the type, minimised (https://mimesniff.spec.whatwg.org/#minimize-a-supported-mime-type).
    """
    if load.headers is None or not load.is_readable:
        return ""
    mime_type = extract_a_mime_type(load.headers)
    if mime_type is None:
        return ""
    # 1.-2. One name for all of JavaScript, and one for all of JSON.
    if JAVASCRIPT.has(mime_type):
        return "text/javascript"
    if JSON.has(mime_type):
        return "application/json"
    # 3.-4. SVG is itself, all other XML is one.
    if SVG.has(mime_type):
        return "image/svg+xml"
    if XML.has(mime_type):
        return "application/xml"
    # 5.-6. Of the others those are named that the browser supports.
    # PROFILE: Chromium is not told so of fonts and of data that it only saves.
    return "" if rules.hidden_types.has(mime_type) else mime_type.essence


def _content_encoding(load: FinishedLoad) -> str:
    """
    Return the content coding of a response that the page may read, as HTTP-network fetch names it.
    """
    value = None if load.headers is None or not load.is_readable else load.headers.get(b"content-encoding")
    codings = () if value is None else extract_list_values(value)
    if isinstance(codings, Failure) or not codings:
        return ""
    if len(codings) > 1:
        return "multiple"
    coding = codings[0].decode("latin-1").lower()
    return coding if coding in CODINGS else "@unknown"

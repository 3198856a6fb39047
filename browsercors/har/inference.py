"""
Infer from a recorded request what the page did: which page made which call, and where each piece was inferred from.

A recording shows only what went over the wire. What cannot be inferred is listed.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Final, Literal

import attrs

from browsercors.engines.registry import real_browsers
from browsercors.fetch.safelists import cors_unsafe_request_header_names, forbidden_request_header
from browsercors.har.elements import CROSSORIGIN, ELEMENTS
from browsercors.servers.messages import RequestMessage, wire_bytes
from browsercors.values.urls import URL, parse_url

if TYPE_CHECKING:
    from collections.abc import Callable

    from browsercors.browser.browser import Browser
    from browsercors.browser.loads import LoadResult
    from browsercors.browser.page import Page
    from browsercors.browser.result import FetchResult
    from browsercors.rules.profile import BrowserProfile
    from browsercors.values.origins import Origin

__all__ = [
    "OTHER_ORIGIN",
    "PAGE_FROM_LIST",
    "Circumstances",
    "InferenceError",
    "InferredCall",
    "loaded_by_element",
    "page_call",
    "preflight_call",
    "request_mode",
]

Credentials = Literal["same-origin", "include", "omit"]

PAGE_FROM_LIST: Final = "the page from the URL of the page that the request is listed under"
"""How a page is inferred where only the recording's list of pages names it."""

MODES: Final = frozenset({"cors", "no-cors", "same-origin", "navigate", "websocket"})
CORS_TYPES: Final = frozenset({"fetch", "xhr", "eventsource", "preflight", "font", "texttrack", "manifest"})
"""Chromium's resource types in mode "cors". A script or an image may use it as well; then it has an `Origin`."""
NO_CORS_TYPES: Final = frozenset({"image", "stylesheet", "script", "media", "prefetch"})
"""Resource types in mode "no-cors", unless the headers say otherwise."""
WITHOUT_A_READER: Final = frozenset({"ping", "beacon", "cspviolationreport"})
"""Resource types whose responses nobody reads. They have an `Origin` in mode "no-cors", too."""
NAVIGATIONS: Final = frozenset({"document"})

# The destination of what elements load, by Chromium's resource type, where Sec-Fetch-Dest is missing.
# https://fetch.spec.whatwg.org/#concept-request-destination
DESTINATION_BY_TYPE: Final = {
    "font": "font",
    "image": "image",
    "manifest": "manifest",
    "media": "video",
    "script": "script",
    "stylesheet": "style",
    "texttrack": "track",
}
# NB: fonts are fetched with credentials mode "same-origin"; the others have a crossorigin attribute.
# https://drafts.csswg.org/css-fonts/#font-fetching-requirements
CREDENTIALS_BY_DESTINATION: Final[dict[str, tuple[Credentials, ...]]] = {
    "audio": ("same-origin", "include"),
    "event-source": ("same-origin", "include"),
    "font": ("same-origin",),
    "image": ("same-origin", "include"),
    "manifest": ("same-origin", "include"),
    "script": ("same-origin", "include"),
    "style": ("same-origin", "include"),
    "track": ("same-origin", "include"),
    "video": ("same-origin", "include"),
    "sharedworker": ("same-origin", "include"),
    "worker": ("same-origin", "include"),
}
"""The credentials modes that an element may use under CORS. Elements set no headers and cause no preflight."""

# Headers that browsers add and pages hardly ever set. A preflight that asks for one shows that a page set it.
BROWSER_HEADERS: Final = frozenset(
    """
    accept-language cache-control if-modified-since if-none-match last-event-id pragma priority
    upgrade-insecure-requests user-agent
    """.split()  # noqa: SIM905 - easier to read
)
USUAL_ACCEPT: Final = frozenset({"*/*", "text/event-stream"})
# Authentication schemes that browsers use by themselves; tokens come from pages.
BROWSER_SCHEMES: Final = ("basic ", "digest ", "ntlm ", "negotiate ")

# Values for headers whose own values were not recorded. The usual values of the first five would be safelisted.
UNSAFE_VALUES: Final = {
    "accept": '"(not recorded)"',
    "accept-language": '"(not recorded)"',
    "content-language": '"(not recorded)"',
    "content-type": "application/json",
    "range": "bytes=0-1,3-4",
}
NOT_RECORDED: Final = "not-recorded"


# Extensions of browsers, and the shells of applications.
OTHER_ORIGIN: Final = re.compile(r"(?!https?:)[A-Za-z][A-Za-z0-9+.-]*://")


class InferenceError(ValueError):
    """
    What the page did cannot be inferred; the message says why.
    """


@attrs.frozen
class Circumstances:
    """
    What a recording says about a request besides its message.

    Attributes:
        preflight: Its preflight, if one was recorded.
        page_url: The URL of the page that it is listed under; empty if there is none.
        initiator_url: The URL of the script or document that made it; empty if unknown.
        resource_type: Chromium's resource type; empty if unknown.
        has_cookies: Whether cookies were sent.
        is_sanitised: Whether the recorder may have left out cookies and Authorization.
    """

    preflight: RequestMessage | None = None
    page_url: str = ""
    initiator_url: str = ""
    resource_type: str = ""
    has_cookies: bool = False
    is_sanitised: bool = False


@attrs.frozen
class InferredCall:
    """
    The call of a page, or what an element of it loads, inferred from a recorded request.

    Attributes:
        api: The API that the page used, if a script asked.
        method: The method.
        url: The URL.
        headers: The headers that the page set.
        body: The body; None for none.
        mode: "cors" or "same-origin"; for an element "no-cors" as well.
        credentials: The credentials modes that fit the recording; two if both do.
        page_url: The URL of the page, or one of the same origin.
        is_opaque: Whether the page's origin is opaque.
        upload_listeners: Whether the page listens to the progress of the upload.
        element: What an element loads: the destination of the request; empty if a script asked.
        inferred_from: What page, mode and so on were inferred from, each in a sentence.
        unknown: What cannot be inferred, each in a sentence.
    """

    api: Literal["fetch", "XMLHttpRequest"]
    method: str
    url: URL
    headers: tuple[tuple[str, str], ...]
    body: bytes | None
    mode: str
    credentials: tuple[Credentials, ...]
    page_url: str
    is_opaque: bool
    upload_listeners: bool = False
    element: str = ""
    inferred_from: tuple[str, ...] = ()
    unknown: tuple[str, ...] = ()

    @property
    def page_origin(self) -> str:
        """
        The serialized origin of the page.
        """
        page = parse_url(self.page_url)
        return "null" if self.is_opaque or page is None else page.origin.serialized

    def is_cross_origin(self, url: URL) -> bool:
        """
        Whether *url* has an origin other than the page's.
        """
        return url.origin.serialized != self.page_origin

    def open(self, browser: Browser) -> Page:
        """
        Open the page in *browser*.
        """
        return browser.open(self.page_url, sandboxed=self.is_opaque)

    def make(self, page: Page, credentials: Credentials) -> FetchResult | LoadResult:
        """
        Make the call from *page*, or let an element load, with one of the credentials modes.

        Raises:
            FetchTypeError: No page could have made it.
        """
        if self.element:
            element = ELEMENTS[self.element]
            attributes = dict(element.attributes)
            if element.has_crossorigin and self.mode == "cors":
                attributes["crossorigin"] = CROSSORIGIN[credentials]
            if self.element == "event-source":
                with page.event_source(self.url.href, with_credentials=credentials == "include") as source:
                    return source.connections[-1]
            load: Callable[..., LoadResult] = getattr(page, element.method)
            return load(self.url.href, **attributes)
        if self.api == "XMLHttpRequest":
            return page.xhr(
                self.method,
                self.url.href,
                headers=self.headers,
                body=self.body,
                with_credentials=credentials == "include",
                upload_listeners=self.upload_listeners,
            )
        mode: Literal["cors", "same-origin"] = "same-origin" if self.mode == "same-origin" else "cors"
        return page.fetch(
            self.url.href,
            method=self.method,
            headers=self.headers,
            body=self.body,
            mode=mode,
            credentials=credentials,
        )


def request_mode(request: RequestMessage, resource_type: str = "") -> tuple[str, str]:
    """
    Return the mode of a recorded request, and what it was inferred from.

    Args:
        request: The request.
        resource_type: Chromium's resource type.
    """
    mode = request.value_of("Sec-Fetch-Mode")
    if mode in MODES:
        return mode, "the mode from Sec-Fetch-Mode"
    if resource_type in NAVIGATIONS:
        return "navigate", f"the mode from the resource type, {resource_type}"
    if resource_type in CORS_TYPES:
        return "cors", f"the mode from the resource type, {resource_type}"
    if resource_type == "websocket" or (request.value_of("Upgrade") or "").lower() == "websocket":
        return "websocket", "the mode from the upgrade to a WebSocket"
    if "text/html" in (request.value_of("Accept") or ""):
        return "navigate", "the mode from Accept, which lists text/html"
    if resource_type in WITHOUT_A_READER:
        return "no-cors", f"the mode from the resource type, {resource_type}"
    if request.value_of("Origin") is not None:
        return "cors", "the mode from the presence of Origin"
    if resource_type in NO_CORS_TYPES:
        return "no-cors", f"the mode from the resource type, {resource_type}"
    return "no-cors", "the mode from the absence of Origin"


def loaded_by_element(request: RequestMessage, resource_type: str = "") -> str:
    """
    Return the destination of a request that an element or a style sheet made; an empty string if a script made it.

    Args:
        request: The request.
        resource_type: Chromium's resource type.
    """
    # NB: a fetch can have the `Accept` of an event source, so only the type tells.
    if resource_type == "eventsource":
        return "event-source"
    destination = request.value_of("Sec-Fetch-Dest") or DESTINATION_BY_TYPE.get(resource_type, "")
    return destination if destination in CREDENTIALS_BY_DESTINATION else ""


def page_call(
    request: RequestMessage,
    profile: BrowserProfile,
    circumstances: Circumstances = Circumstances(),
) -> InferredCall:
    """
    Return the call of the page that caused *request*.

    Args:
        request: The recorded request; the first one if there were redirects.
        profile: The browser that sent it.
        circumstances: What else the recording says.

    Raises:
        InferenceError: The page cannot be inferred.
    """
    inferred_from: list[str] = []
    unknown: list[str] = []
    preflight = circumstances.preflight
    page_url, is_opaque = _page(request, circumstances, inferred_from)
    mode, source = request_mode(request, circumstances.resource_type)
    inferred_from.append(source)
    element = _element(request, profile, mode, circumstances.resource_type)
    if mode not in {"cors", "same-origin"} and not element:
        unknown.append(
            f"what a script would have got: the request has mode {mode}, and is judged as if fetch() had made it"
        )
    loaded = loaded_by_element(request, circumstances.resource_type)
    if loaded:
        headers: tuple[tuple[str, str], ...] = ()
        inferred_from.append(
            "no headers from the resource type: an event source sets none"
            if loaded == "event-source"
            else f"no headers from the destination, {loaded}: elements and style sheets set none"
        )
    else:
        headers = _page_headers(request, preflight, profile, inferred_from, unknown)
    is_xhr = circumstances.resource_type == "xhr"
    is_unexplained = (
        request.method in {"GET", "HEAD", "POST"} and preflight is not None and not _requested_headers(preflight)
    )
    has_listeners = is_xhr and is_unexplained
    if has_listeners:
        inferred_from.append("upload listeners from a preflight that nothing else explains")
    if circumstances.is_sanitised and not circumstances.has_cookies and loaded != "font":
        unknown.append("cookies and Authorization: exports leave them out by default")
    return InferredCall(
        api="XMLHttpRequest" if is_xhr else "fetch",
        method=request.method,
        url=request.url,
        headers=headers,
        # NB: no page can send a body with these methods, whatever the recording says.
        body=None if request.method in {"GET", "HEAD"} else request.body,
        mode=mode if mode == "same-origin" or element else "cors",
        credentials=_credentials(request, preflight, circumstances, loaded, inferred_from, unknown),
        page_url=page_url,
        is_opaque=is_opaque,
        upload_listeners=has_listeners,
        element=element,
        inferred_from=tuple(inferred_from),
        unknown=tuple(unknown),
    )


def _element(request: RequestMessage, profile: BrowserProfile, mode: str, resource_type: str) -> str:
    """
    Return the destination of what an element loads, if the browser that judges asks for it in the recorded mode.
    """
    destination = loaded_by_element(request, resource_type)
    if request.method != "GET" or mode not in {"cors", "no-cors"} or not destination:
        return ""
    # PROFILE: one browser asks for fonts without CORS, and one for no manifests.
    rules = profile.initiators
    if destination == "font" and rules.font.mode.value != mode:
        return ""
    return "" if ELEMENTS[destination].method in rules.not_loaded else destination


def preflight_call(
    preflight: RequestMessage,
    profile: BrowserProfile,
    circumstances: Circumstances = Circumstances(),
) -> InferredCall:
    """
    Return the call of the page if only the preflight of its request was recorded.

    Raises:
        InferenceError: The page cannot be inferred.
    """
    request = RequestMessage(
        method=preflight.value_of("Access-Control-Request-Method") or "GET",
        url=preflight.url,
        headers=tuple(line for line in preflight.headers if line[0].lower() in {"origin", "referer"}),
    )
    call = page_call(request, profile, attrs.evolve(circumstances, preflight=preflight))
    return attrs.evolve(call, unknown=(*call.unknown, "the request itself: only its preflight was recorded"))


def _page(request: RequestMessage, circumstances: Circumstances, inferred_from: list[str]) -> tuple[str, bool]:
    """
    Return the URL of the page, and whether its origin is opaque.
    """
    referer = _http_url(request.value_of("Referer"))
    listed = _http_url(circumstances.page_url)
    preflight = circumstances.preflight
    preflight_origin = None if preflight is None else preflight.value_of("Origin")
    for origin, source in (
        (request.value_of("Origin"), "the page from Origin"),
        (preflight_origin, "the page from the preflight's Origin"),
    ):
        if origin == "null":
            inferred_from.append(f"{source}, which is null: the page is sandboxed or has an opaque origin")
            return (referer or listed or request.url).href, True
        url = _http_url(origin)
        if url is not None:
            inferred_from.append(source)
            return _same_origin_of(url.origin, referer, listed, url).href, False
        if origin is not None and OTHER_ORIGIN.match(origin):
            raise InferenceError(f"the page has the origin {origin}, and only pages of http(s) are simulated")
    if _is_same_origin(request):
        inferred_from.append("the page from Sec-Fetch-Site, or from the absence of Origin: it is of the same origin")
        return _same_origin_of(request.url.origin, referer, listed, request.url).href, False
    for url, source in (
        (referer, "the page from Referer"),
        (listed, PAGE_FROM_LIST),
        (_http_url(circumstances.initiator_url), "the page from the URL of the initiator, which may be a script"),
    ):
        if url is not None:
            inferred_from.append(source)
            return _same_origin_of(url.origin, listed, url).href, False
    raise InferenceError("the page that made the request is unknown: there is no Origin, no Referer and no page")


def _is_same_origin(request: RequestMessage) -> bool:
    """
    Whether a request in mode "cors" goes to its page's own origin, as its headers show.
    """
    site = request.value_of("Sec-Fetch-Site")
    if site is not None:
        return site == "same-origin"
    # NB: a request to another origin has an Origin, and one that was recorded as it was sent has an Accept-Encoding.
    return request.value_of("Origin") is None and request.value_of("Accept-Encoding") is not None


def _same_origin_of(origin: Origin, *urls: URL | None) -> URL:
    """
    Return the first URL of that origin; the last one has it.
    """
    return next(url for url in urls if url is not None and url.origin.same_origin(origin))


def _http_url(text: str | None) -> URL | None:
    url = parse_url(text) if text else None
    return url if url is not None and url.is_http else None


def _requested_headers(preflight: RequestMessage) -> frozenset[str]:
    """
    Return the lower-case names of the headers that a preflight asks for.
    """
    names = (preflight.value_of("Access-Control-Request-Headers") or "").lower().split(",")
    return frozenset(stripped for name in names if (stripped := name.strip()))


def _page_headers(
    request: RequestMessage,
    preflight: RequestMessage | None,
    profile: BrowserProfile,
    inferred_from: list[str],
    unknown: list[str],
) -> tuple[tuple[str, str], ...]:
    """
    Return the headers that the page set: those of the request, without those that browsers add.
    """
    requested = frozenset() if preflight is None else _requested_headers(preflight)
    added_by_browsers = tuple(
        header.name for browser in (profile, *real_browsers()) for header in browser.recordings.adds_headers
    )
    kept: list[tuple[str, str]] = []
    for name, value in request.headers:
        lower = name.lower()
        if forbidden_request_header(wire_bytes(name), wire_bytes(value)):
            continue
        if lower in requested or not (_is_usual(lower, value) or _is_added(lower, added_by_browsers)):
            kept.append((name, value))
    if preflight is None:
        return tuple(kept)
    pairs = [(wire_bytes(name), wire_bytes(value)) for name, value in kept]
    unsafe = {name.decode("latin-1") for name in cors_unsafe_request_header_names(pairs, profile.safelist).names}
    added = sorted(unsafe - requested)
    if added:
        inferred_from.append(f"no {', '.join(added)} from the page, since the preflight does not ask for it")
    missing = sorted(requested - {name.lower() for name, _ in kept})
    if missing:
        unknown.append(f"the value of {', '.join(missing)}: the preflight asks for it, but it was not recorded")
    return (
        *((name, value) for name, value in kept if name.lower() not in added),
        *((name, UNSAFE_VALUES.get(name, NOT_RECORDED)) for name in missing),
    )


def _is_usual(lower: str, value: str) -> bool:
    """
    Whether browsers add such a header by themselves.
    """
    if lower == "accept":
        return value in USUAL_ACCEPT
    if lower == "authorization":
        return value.lower().startswith(BROWSER_SCHEMES)
    return lower in BROWSER_HEADERS or lower.startswith("access-control-request-")


def _is_added(lower: str, added_by_browsers: tuple[str, ...]) -> bool:
    """
    Whether any browser adds such a header; the recorded browser may differ from the simulated one.
    """
    return any(lower == name or (name.endswith("-") and lower.startswith(name)) for name in added_by_browsers)


def _credentials(
    request: RequestMessage,
    preflight: RequestMessage | None,
    circumstances: Circumstances,
    element: str,
    inferred_from: list[str],
    unknown: list[str],
) -> tuple[Credentials, ...]:
    """
    Return the credentials modes that fit, the default "same-origin" first.
    """
    authorization = request.value_of("Authorization") or ""
    by_browser = authorization.lower().startswith(BROWSER_SCHEMES) and (
        preflight is None or "authorization" not in _requested_headers(preflight)
    )
    for applies, source in (
        (circumstances.has_cookies or request.value_of("Cookie") is not None, "credentials from the cookies sent"),
        (request.value_of("Sec-Fetch-Storage-Access") is not None, "credentials from Sec-Fetch-Storage-Access"),
        (by_browser, "credentials from the password that the browser sent"),
    ):
        if applies:
            inferred_from.append(source)
            return ("include",)
    modes = CREDENTIALS_BY_DESTINATION.get(element, ("same-origin", "include"))
    if len(modes) == 1:
        inferred_from.append(f"credentials mode {modes[0]} from the destination, {element}")
        return modes
    if circumstances.resource_type in {"ping", "beacon"}:
        inferred_from.append("credentials from the resource type: a beacon always includes them")
        return ("include",)
    if not circumstances.is_sanitised:
        unknown.append("whether credentials were included: no cookies were sent, but there may have been none")
    return modes

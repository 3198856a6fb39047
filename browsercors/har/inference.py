"""
From a recorded request back to what the page did: which page, which call, with what; each with the ground for it.

A recording shows what went over the wire. What the page wanted is read off it here, and what cannot be told is said.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final, Literal

import attrs

from browsercors.engines.registry import real_browsers
from browsercors.fetch.safelists import cors_unsafe_request_header_names, forbidden_request_header
from browsercors.servers.messages import RequestMessage, wire_bytes
from browsercors.values.urls import URL, parse_url

if TYPE_CHECKING:
    from browsercors.browser.browser import Browser
    from browsercors.browser.page import Page
    from browsercors.browser.result import FetchResult
    from browsercors.rules.profile import BrowserProfile
    from browsercors.values.origins import Origin

__all__ = [
    "Circumstances",
    "InferenceError",
    "InferredCall",
    "loaded_by_element",
    "page_call",
    "preflight_call",
    "request_mode",
]

Credentials = Literal["same-origin", "include", "omit"]

MODES: Final = frozenset({"cors", "no-cors", "same-origin", "navigate", "websocket"})
CORS_TYPES: Final = frozenset({"fetch", "xhr", "eventsource", "preflight", "font", "texttrack", "manifest"})
"""Chromium's kinds of requests that are made under CORS; a script or an image may be, and says so by `Origin`."""
NO_CORS_TYPES: Final = frozenset(
    {"image", "stylesheet", "script", "media", "ping", "beacon", "prefetch", "cspviolationreport"}
)
"""Those that are made without CORS unless their headers say otherwise."""
NAVIGATIONS: Final = frozenset({"document"})

# The destination (Sec-Fetch-Dest) of what elements load, by Chromium's kind of request where the header is missing.
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
# NB: a fetch of fonts has the credentials mode "same-origin" by its standard; the others have a crossorigin attribute.
# https://drafts.csswg.org/css-fonts/#font-fetching-requirements
CREDENTIALS_BY_DESTINATION: Final[dict[str, tuple[Credentials, ...]]] = {
    "audio": ("same-origin", "include"),
    "font": ("same-origin",),
    "image": ("same-origin", "include"),
    "manifest": ("same-origin", "include"),
    "script": ("same-origin", "include"),
    "style": ("same-origin", "include"),
    "track": ("same-origin", "include"),
    "video": ("same-origin", "include"),
}
"""The credentials modes that an element may load with under CORS. No element sets headers or asks with a preflight."""

# What all browsers add by themselves and pages hardly ever do. A preflight that asks for one shows that a page did.
BROWSER_HEADERS: Final = frozenset(
    """
    accept-language cache-control if-modified-since if-none-match last-event-id pragma priority
    upgrade-insecure-requests user-agent
    """.split()  # noqa: SIM905 - easier to read
)
USUAL_ACCEPT: Final = frozenset({"*/*", "text/event-stream"})
# What a browser answers by itself when it is asked for a password; tokens come from pages.
BROWSER_SCHEMES: Final = ("basic ", "digest ", "ntlm ", "negotiate ")

# What stands for a header whose value was not recorded: by its value the first ones would be safelisted.
UNSAFE_VALUES: Final = {
    "accept": '"(not recorded)"',
    "accept-language": '"(not recorded)"',
    "content-language": '"(not recorded)"',
    "content-type": "application/json",
    "range": "bytes=0-1,3-4",
}
NOT_RECORDED: Final = "not-recorded"


class InferenceError(ValueError):
    """
    It cannot be told what the page did; the text says why.
    """


@attrs.frozen
class Circumstances:
    """
    What is known of a request beside itself.

    Attributes:
        preflight: Its preflight, if one was recorded.
        page_url: The URL of the page that it is listed under; empty if it is under none.
        initiator_url: The URL of the script or document that asked; empty if that is not known.
        resource_type: What Chromium calls its kind; empty if that is not known.
        has_cookies: Whether cookies went along.
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
    What a page did.

    Attributes:
        api: How it asked.
        method: The method.
        url: The URL.
        headers: The headers that the page set.
        body: The body; None for none.
        mode: "cors" or "same-origin".
        credentials: The credentials modes that fit the recording: one, or two if it cannot be told which.
        page_url: The URL of the page, or what stands for it.
        is_opaque: Whether the page's origin is opaque.
        upload_listeners: Whether the page listens to the progress of the upload.
        grounds: What all that was read off, each in a sentence.
        unknown: What cannot be told, each in a sentence.
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
    grounds: tuple[str, ...] = ()
    unknown: tuple[str, ...] = ()

    @property
    def page_origin(self) -> str:
        """
        The serialised origin of the page.
        """
        page = parse_url(self.page_url)
        return "null" if self.is_opaque or page is None else page.origin.serialized

    def is_cross_origin(self, url: URL) -> bool:
        """
        Whether *url* is of another origin than the page.
        """
        return url.origin.serialized != self.page_origin

    def open(self, browser: Browser) -> Page:
        """
        Open the page in *browser*.
        """
        return browser.open(self.page_url, sandboxed=self.is_opaque)

    def make(self, page: Page, credentials: Credentials) -> FetchResult:
        """
        Make the call from *page*, with one of the credentials modes.

        Raises:
            FetchTypeError: No page could have made it.
        """
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
    Return the mode of a recorded request, and the ground for it.

    Args:
        request: The request.
        resource_type: What Chromium calls its kind.
    """
    said = request.value_of("Sec-Fetch-Mode")
    if said in MODES:
        return said, "the mode by Sec-Fetch-Mode"
    if resource_type in NAVIGATIONS:
        return "navigate", f"the mode by the kind of request, {resource_type}"
    if resource_type in CORS_TYPES:
        return "cors", f"the mode by the kind of request, {resource_type}"
    if resource_type == "websocket" or (request.value_of("Upgrade") or "").lower() == "websocket":
        return "websocket", "the mode by the upgrade to a WebSocket"
    if "text/html" in (request.value_of("Accept") or ""):
        return "navigate", "the mode by Accept, which asks for a document"
    if request.value_of("Origin") is not None:
        return "cors", "the mode by the presence of Origin"
    if resource_type in NO_CORS_TYPES:
        return "no-cors", f"the mode by the kind of request, {resource_type}"
    return "no-cors", "the mode by the absence of Origin"


def loaded_by_element(request: RequestMessage, resource_type: str = "") -> str:
    """
    Return the destination of a request that an element or a style sheet made; an empty string if a script made it.

    Args:
        request: The request.
        resource_type: What Chromium calls its kind.
    """
    destination = request.value_of("Sec-Fetch-Dest") or DESTINATION_BY_TYPE.get(resource_type, "")
    return destination if destination in CREDENTIALS_BY_DESTINATION else ""


def page_call(
    request: RequestMessage,
    profile: BrowserProfile,
    circumstances: Circumstances = Circumstances(),
) -> InferredCall:
    """
    Return what the page did that *request* came from.

    Args:
        request: What went over the wire; of a redirect chain the first.
        profile: The browser that sent it.
        circumstances: What else is known.

    Raises:
        InferenceError: It cannot be told which page asked.
    """
    grounds: list[str] = []
    unknown: list[str] = []
    preflight = circumstances.preflight
    page_url, is_opaque = _page(request, circumstances, grounds)
    mode, ground = request_mode(request, circumstances.resource_type)
    grounds.append(ground)
    if mode not in {"cors", "same-origin"}:
        unknown.append(
            f"what a script would have got: it was sent in mode {mode}, and is judged as if fetch() had asked"
        )
    element = loaded_by_element(request, circumstances.resource_type)
    if element:
        headers: tuple[tuple[str, str], ...] = ()
        grounds.append(f"no headers of the page's own: elements and style sheets set none (destination {element})")
    else:
        headers = _page_headers(request, preflight, profile, grounds, unknown)
    is_xhr = circumstances.resource_type == "xhr"
    is_simple = request.method in {"GET", "HEAD", "POST"} and preflight is not None and not _asked_for(preflight)
    if is_xhr and is_simple:
        grounds.append("upload listeners by a preflight that asks for nothing else")
    if circumstances.is_sanitised and not circumstances.has_cookies and element != "font":
        unknown.append("cookies and Authorization: exporters leave them out unless told otherwise")
    return InferredCall(
        api="XMLHttpRequest" if is_xhr else "fetch",
        method=request.method,
        url=request.url,
        headers=headers,
        # NB: no page can send a body with these, whatever a recorder says.
        body=None if request.method in {"GET", "HEAD"} else request.body,
        mode="same-origin" if mode == "same-origin" else "cors",
        credentials=_credentials(request, preflight, circumstances, element, grounds, unknown),
        page_url=page_url,
        is_opaque=is_opaque,
        upload_listeners=is_xhr and is_simple,
        grounds=tuple(grounds),
        unknown=tuple(unknown),
    )


def preflight_call(
    preflight: RequestMessage,
    profile: BrowserProfile,
    circumstances: Circumstances = Circumstances(),
) -> InferredCall:
    """
    Return what the page did, if of its request no more than the preflight was recorded.

    Raises:
        InferenceError: It cannot be told which page asked.
    """
    request = RequestMessage(
        method=preflight.value_of("Access-Control-Request-Method") or "GET",
        url=preflight.url,
        headers=tuple(line for line in preflight.headers if line[0].lower() in {"origin", "referer"}),
    )
    call = page_call(request, profile, attrs.evolve(circumstances, preflight=preflight))
    return attrs.evolve(call, unknown=(*call.unknown, "the request itself: of it only the preflight was recorded"))


def _page(request: RequestMessage, circumstances: Circumstances, grounds: list[str]) -> tuple[str, bool]:
    """
    Return the URL of the page, and whether its origin is opaque.
    """
    referer = _http_url(request.value_of("Referer"))
    listed = _http_url(circumstances.page_url)
    preflight = circumstances.preflight
    preflight_origin = None if preflight is None else preflight.value_of("Origin")
    for origin, ground in (
        (request.value_of("Origin"), "the page by Origin"),
        (preflight_origin, "the page by the preflight's Origin"),
    ):
        if origin == "null":
            grounds.append(f"{ground}, which is null: the page is sandboxed, or has no origin of its own")
            return (referer or listed or request.url).href, True
        url = _http_url(origin)
        if url is not None:
            grounds.append(ground)
            return _same_origin_of(url.origin, referer, listed, url).href, False
    for url, ground in (
        (referer, "the page by Referer"),
        (listed, "the page by the URL of the page that the request is listed under"),
        (_http_url(circumstances.initiator_url), "the page by the URL of what asked, which may be a script's"),
    ):
        if url is not None:
            grounds.append(ground)
            return _same_origin_of(url.origin, listed, url).href, False
    raise InferenceError("it cannot be told which page asked: there is neither Origin nor Referer nor page")


def _same_origin_of(origin: Origin, *urls: URL | None) -> URL:
    """
    Return the first URL that is of that origin; the last one is.
    """
    return next(url for url in urls if url is not None and url.origin.same_origin(origin))


def _http_url(text: str | None) -> URL | None:
    url = parse_url(text) if text else None
    return url if url is not None and url.is_http else None


def _asked_for(preflight: RequestMessage) -> frozenset[str]:
    """
    Return the lower-case names of the headers that a preflight asks for.
    """
    names = (preflight.value_of("Access-Control-Request-Headers") or "").lower().split(",")
    return frozenset(stripped for name in names if (stripped := name.strip()))


def _page_headers(
    request: RequestMessage,
    preflight: RequestMessage | None,
    profile: BrowserProfile,
    grounds: list[str],
    unknown: list[str],
) -> tuple[tuple[str, str], ...]:
    """
    Return the headers that the page set: those of the request without what browsers add.
    """
    asked_for = frozenset() if preflight is None else _asked_for(preflight)
    added_by_browsers = tuple(
        header.name for browser in (profile, *real_browsers()) for header in browser.recordings.adds_headers
    )
    kept: list[tuple[str, str]] = []
    for name, value in request.headers:
        lower = name.lower()
        if forbidden_request_header(wire_bytes(name), wire_bytes(value)):
            continue
        if lower in asked_for or not (_is_usual(lower, value) or _is_added(lower, added_by_browsers)):
            kept.append((name, value))
    if preflight is None:
        return tuple(kept)
    pairs = [(wire_bytes(name), wire_bytes(value)) for name, value in kept]
    unsafe = {name.decode("latin-1") for name in cors_unsafe_request_header_names(pairs, profile.safelist).names}
    added = sorted(unsafe - asked_for)
    if added:
        grounds.append(f"{', '.join(added)} by the browser or an extension, since the preflight does not ask for it")
    missing = sorted(asked_for - {name.lower() for name, _ in kept})
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
    Whether some browser adds such a header; a recorded browser may be another than the one that judges.
    """
    return any(lower == name or (name.endswith("-") and lower.startswith(name)) for name in added_by_browsers)


def _credentials(
    request: RequestMessage,
    preflight: RequestMessage | None,
    circumstances: Circumstances,
    element: str,
    grounds: list[str],
    unknown: list[str],
) -> tuple[Credentials, ...]:
    """
    Return the credentials modes that fit; what goes along by default to the page's own origin only comes first.
    """
    authorization = request.value_of("Authorization") or ""
    by_browser = authorization.lower().startswith(BROWSER_SCHEMES) and (
        preflight is None or "authorization" not in _asked_for(preflight)
    )
    for applies, ground in (
        (circumstances.has_cookies or request.value_of("Cookie") is not None, "credentials by the cookies sent"),
        (request.value_of("Sec-Fetch-Storage-Access") is not None, "credentials by Sec-Fetch-Storage-Access"),
        (by_browser, "credentials by the password that the browser sent"),
    ):
        if applies:
            grounds.append(ground)
            return ("include",)
    modes = CREDENTIALS_BY_DESTINATION.get(element, ("same-origin", "include"))
    if len(modes) == 1:
        grounds.append(f"credentials mode {modes[0]} by the destination, {element}")
        return modes
    if circumstances.resource_type in {"ping", "beacon"}:
        grounds.append("credentials by the kind of request: a beacon always sends them")
        return ("include",)
    if not circumstances.is_sanitised:
        unknown.append("whether credentials were to go along: no cookies did, and there may have been none")
    return modes

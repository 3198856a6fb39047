"""
From a request as it was pasted to the request as a page would make it.

Commands and recordings say what goes over the wire. What a page cannot send is set apart, with the reason, and what
the page is, and in which mode it asks, is told from the headers, as for recorded traffic.
"""

from __future__ import annotations

import re
from base64 import b64encode
from typing import TYPE_CHECKING, Final
from urllib.parse import unquote_to_bytes

import attrs

from browsercors.fetch.safelists import forbidden_request_header
from browsercors.har.inference import OTHER_ORIGIN, PAGE_FROM_LIST, Circumstances, page_call, preflight_call
from browsercors.pasted.origins_of_apps import OF_APPS
from browsercors.pasted.results import Ignored, Missing, NotSent, PastedRequest, PasteError, PasteForm
from browsercors.servers.messages import RequestMessage, wire_bytes
from browsercors.values.headers import is_header_name
from browsercors.values.urls import URL, parse_url

if TYPE_CHECKING:
    from browsercors.har.inference import InferredCall
    from browsercors.rules.profile import BrowserProfile

__all__ = ["PAGE_QUESTION", "Draft", "basic_authorization", "cookies_of", "excerpt", "request_from"]

PAGE_QUESTION: Final = "Which page asks? Give its origin, such as https://app.example.com."

CALLED: Final = frozenset({PasteForm.FETCH})
RECORDED: Final = frozenset({PasteForm.RAW_HTTP, PasteForm.CURL_OUTPUT, PasteForm.HAR_ENTRY, PasteForm.PANEL})
"""What shows a request as it went out; what else has no header of a browser was written by hand."""

TELL_THE_PAGE: Final = frozenset({"origin", "referer"})
PSEUDO_HEADERS: Final = frozenset({"authority", "method", "path", "scheme"})

BY_THE_BROWSER: Final = "the browser adds its own"
FORBIDDEN: Final = "a forbidden header name: only the browser sets it"
NO_SCRIPT_SETS_IT: Final = "this browser lets no script set it"
NO_PREFLIGHT: Final = (
    "this is no preflight, and servers answer it in other ways: a preflight has the header "
    "Access-Control-Request-Method, spelt so, such as -H 'Access-Control-Request-Method: PUT'"
)
IN_NO_GET: Final = "no page can send a body with GET or HEAD: fetch() throws a TypeError"


HAS_SCHEME: Final = re.compile(r"[a-z][a-z0-9+.-]*://", re.IGNORECASE)


@attrs.define
class Draft:
    """
    A request as it was pasted.

    Attributes:
        form: In what form.
        url: Its URL as it was written.
        method: Its method; empty for the usual one.
        headers: Its header lines.
        body: Its body; None for none.
        page_url: The URL of the page, where the paste has it outside of the headers; else empty.
        mode: The mode that a call names; None if it names none.
        credentials: The credentials mode that a call names; None if it names none.
        cache: The cache mode that a call names; None if it names none.
        redirect: The redirect mode that a call names; None if it names none.
        referrer_policy: The referrer policy that a call names; None if it names none.
        resource_type: What Chromium calls its kind; else empty.
        has_cookies: Whether cookies went along that are not among the headers.
        preflight: The preflight that was pasted with it; None if there was none.
        understood: The parts that were understood.
        ignored: The parts that change nothing here.
        notes: What else there is to know.
    """

    form: PasteForm
    url: str = ""
    method: str = ""
    headers: list[tuple[str, str]] = attrs.field(factory=list)
    body: bytes | None = None
    page_url: str = ""
    mode: str | None = None
    credentials: str | None = None
    cache: str | None = None
    redirect: str | None = None
    referrer_policy: str | None = None
    resource_type: str = ""
    has_cookies: bool = False
    preflight: RequestMessage | None = None
    understood: list[str] = attrs.field(factory=list)
    ignored: list[Ignored] = attrs.field(factory=list)
    notes: list[str] = attrs.field(factory=list)

    def has_header(self, name: str) -> bool:
        """
        Whether there is a header line of that name.
        """
        return any(line_name.lower() == name.lower() for line_name, _ in self.headers)

    def add_header(self, name: str, value: str) -> None:
        """
        Add a header line unless there is one of that name.
        """
        if not self.has_header(name):
            self.headers.append((name, value))


def request_from(draft: Draft, profile: BrowserProfile, page: str = "") -> PastedRequest:
    """
    Return the request as a page would make it.

    Args:
        draft: The request as it was pasted.
        profile: The browser that makes it.
        page: The URL of the page, or its origin, where it is known otherwise; else empty.

    Raises:
        PasteError: No page could make it.
    """
    url = _url(draft, page)
    headers = _with_authorization(draft, url)
    url = url.without_credentials() if url.includes_credentials else url
    method = draft.method or ("GET" if draft.body is None else "POST")
    if not is_header_name(wire_bytes(method)):
        raise PasteError(f"{excerpt(method)} is no method; it is one word, such as PUT", tuple(draft.understood))
    wire = RequestMessage(method=method, url=url, headers=headers, body=draft.body)
    is_by_hand = draft.form not in RECORDED and not _is_of_a_browser(headers)
    call, is_page_known = _call(draft, wire, profile, page, is_by_hand=is_by_hand)
    if is_by_hand and not wire.is_preflight:
        kept = tuple(line for line in headers if not _reason_not_sent(line, profile))
        call = attrs.evolve(call, headers=kept)
    sent = {name.lower() for name, _ in call.headers}
    not_sent = tuple(
        NotSent(name, value, _reason_not_sent((name, value), profile) or BY_THE_BROWSER)
        for name, value in headers
        if name.lower() not in sent and name.lower() not in TELL_THE_PAGE and name.lower() != "cookie"
    )
    notes = list(draft.notes)
    if draft.body is not None and call.body is None and not wire.is_preflight:
        notes.append(IN_NO_GET)
    if method == "OPTIONS" and is_by_hand and not wire.is_preflight and wire.values_of("Origin"):
        notes.append(NO_PREFLIGHT)
    return PastedRequest(
        form=draft.form,
        method=call.method,
        url=call.url,
        headers=call.headers,
        body=call.body,
        cookies=cookies_of("; ".join(wire.values_of("Cookie"))),
        page_url=call.page_url if is_page_known else None,
        is_opaque=call.is_opaque,
        mode=draft.mode if draft.form in CALLED else call.mode,
        credentials=call.credentials if draft.credentials is None else (draft.credentials,),
        cache=draft.cache,
        redirect=draft.redirect,
        referrer_policy=draft.referrer_policy,
        is_preflight=wire.is_preflight,
        upload_listeners=call.upload_listeners,
        understood=tuple(draft.understood),
        ignored=tuple(draft.ignored),
        not_sent=not_sent,
        missing=() if is_page_known else (Missing("page", PAGE_QUESTION),),
        inferred_from=call.inferred_from,
        unknown=call.unknown,
        notes=tuple(notes),
    )


def cookies_of(text: str) -> tuple[tuple[str, str], ...]:
    """
    Return the names and values of a `Cookie` header.
    """
    pairs = (pair.strip().partition("=") for pair in text.split(";") if pair.strip())
    return tuple((name, value) if equals else ("", name) for name, equals, value in pairs)


def basic_authorization(user_and_password: str) -> str:
    """
    Return the value of `Authorization` (https://www.rfc-editor.org/rfc/rfc7617#section-2).
    """
    return f"Basic {b64encode(user_and_password.encode('utf-8', 'replace')).decode('ascii')}"


def excerpt(text: str, most: int = 60) -> str:
    """
    Return the beginning of *text* in quotes.
    """
    return repr(text if len(text) <= most else f"{text[:most]}...")


def _url(draft: Draft, page: str) -> URL:
    text = draft.url.strip()
    understood = tuple(draft.understood)
    base = None
    if not text:
        raise PasteError("there is no URL in it", understood)
    if draft.form in CALLED and not HAS_SCHEME.match(text):
        base = next((url for url in map(parse_url, (draft.page_url, page)) if url is not None), None)
        if base is None:
            raise PasteError(f"the URL {excerpt(text)} is relative: say which page asks, or write it whole", understood)
    elif not HAS_SCHEME.match(text):
        # NB: as curl takes it, https://curl.se/docs/manpage.html ("guess what protocol you might want").
        draft.notes.append(f"the URL {excerpt(text)} has no scheme; http:// is assumed, as curl does")
        text = f"http://{text}"
    url = parse_url(text, base)
    if url is None:
        raise PasteError(
            f"{excerpt(draft.url)} is no URL; write it whole, as in https://api.example.com/me", understood
        )
    if not url.is_http:
        raise PasteError(f"{excerpt(draft.url)} is no http(s) URL, and CORS is about these alone", understood)
    return url


def _with_authorization(draft: Draft, url: URL) -> tuple[tuple[str, str], ...]:
    """
    Return the header lines, with the password that stands in the URL.
    """
    if url.includes_credentials and draft.form not in CALLED:
        user, password = (unquote_to_bytes(part).decode("utf-8", "replace") for part in (url.username, url.password))
        draft.add_header("Authorization", basic_authorization(f"{user}:{password}"))
        draft.notes.append(
            "the URL has a user name: fetch() refuses such a URL, so it is sent in Authorization instead"
        )
    wrong = next((name for name, _ in draft.headers if not is_header_name(wire_bytes(name.removeprefix(":")))), None)
    if wrong is not None:
        raise PasteError(f"{excerpt(wrong)} is no name of a header", tuple(draft.understood))
    # NB: Chromium's "Copy as PowerShell" has HTTP/2's pseudo headers without their colons.
    is_http2 = draft.form is PasteForm.POWERSHELL and {name.lower() for name, _ in draft.headers} >= PSEUDO_HEADERS
    return tuple(
        (name, value)
        for name, value in draft.headers
        if not name.startswith(":") and not (is_http2 and name.lower() in PSEUDO_HEADERS)
    )


def _is_of_a_browser(headers: tuple[tuple[str, str], ...]) -> bool:
    """
    Whether a browser made the headers: they have what only browsers send.
    """
    return any(
        name.lower().startswith("sec-") or (name.lower() == "user-agent" and value.startswith("Mozilla/"))
        for name, value in headers
    )


def _reason_not_sent(line: tuple[str, str], profile: BrowserProfile) -> str:
    """
    Return why no page sends such a header; empty if pages can.
    """
    name, value = wire_bytes(line[0]), wire_bytes(line[1])
    if name.lower() in profile.requests.dropped_names:
        return NO_SCRIPT_SETS_IT
    if forbidden_request_header(name, value):
        return FORBIDDEN
    return BY_THE_BROWSER if name.lower() == b"user-agent" else ""


def _call(
    draft: Draft, wire: RequestMessage, profile: BrowserProfile, page: str, *, is_by_hand: bool
) -> tuple[InferredCall, bool]:
    """
    Return what the page did, and whether it is known which page it was.
    """
    told = next((text for text in (draft.page_url, page) if _is_http(text)), "")
    wire = _without_origin_of_an_app(draft, wire)
    is_known = bool(told) or any(
        value == "null" or _is_http(value)
        for name in TELL_THE_PAGE
        for message in (wire, draft.preflight)
        for value in ("" if message is None else message.value_of(name) or "",)
        if name == "origin" or value != "null"
    )
    if is_by_hand:
        # NB: no browser was asked for the password: whoever wrote it sets the header.
        others = tuple(line for line in wire.headers if line[0].lower() != "authorization")
        wire = attrs.evolve(wire, headers=others)
    is_by_script = is_by_hand or draft.preflight is not None or (draft.form is PasteForm.PANEL and not wire.headers)
    mode = draft.mode or ("cors" if is_by_script else None)
    if mode is not None:
        others = tuple(line for line in wire.headers if line[0].lower() != "sec-fetch-mode")
        wire = attrs.evolve(wire, headers=(*others, ("Sec-Fetch-Mode", mode)))
    circumstances = Circumstances(
        # NB: any URL does where the page is not known; what is told by it is taken back below.
        page_url=told or wire.url.href,
        # NB: nothing else of a page explains a preflight for such a request; it is of no use without a body.
        resource_type="xhr" if _is_of_an_upload(wire) else draft.resource_type,
        preflight=draft.preflight,
        has_cookies=draft.has_cookies or draft.credentials is not None,
    )
    call = (preflight_call if wire.is_preflight else page_call)(wire, profile, circumstances)
    page_from, mode_from, *others_from = call.inferred_from
    if mode is not None:
        mode_from = "the mode from the call" if draft.mode else "the mode as fetch() has it"
    if draft.form in CALLED and page_from == PAGE_FROM_LIST:
        page_from = "the page from the referrer of the call" if draft.page_url == told else "the page as it was given"
    if draft.credentials is not None:
        others_from[-1] = "credentials from the call"
    inferred_from = ((page_from,) if is_known else ()) + (mode_from, *others_from)
    return attrs.evolve(call, inferred_from=inferred_from), is_known


def _is_of_an_upload(wire: RequestMessage) -> bool:
    """
    Whether it is a preflight that neither the method nor a header of the request explains.
    """
    asked = wire.value_of("Access-Control-Request-Method")
    return wire.is_preflight and asked == "POST" and not (wire.value_of("Access-Control-Request-Headers") or "").strip()


def _without_origin_of_an_app(draft: Draft, wire: RequestMessage) -> RequestMessage:
    """
    Take an origin that is none of http(s) out of the request, and say so: such pages are not simulated.
    """
    origin = wire.value_of("Origin") or ""
    if not OTHER_ORIGIN.match(origin):
        return wire
    scheme = origin.partition(":")[0].lower()
    draft.notes.append(
        f"the page has the origin {origin[:120]}, and only pages of http(s) are simulated; the server has to list that "
        f"origin like any other. {OF_APPS.get(scheme, '')}".rstrip()
    )
    return attrs.evolve(wire, headers=tuple(line for line in wire.headers if line[0].lower() != "origin"))


def _is_http(text: str) -> bool:
    url = parse_url(text) if text else None
    return url is not None and url.is_http

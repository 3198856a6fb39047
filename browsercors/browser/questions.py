"""
Questions that need neither a browser nor a server: is a request preflighted, how, and is a response readable?
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING, cast

import attrs

from browsercors.browser.environment import create_environment
from browsercors.engines.registry import DEFAULT_BROWSER, profile_named
from browsercors.fetch.checks import cors_check
from browsercors.fetch.filtering import cors_exposed_header_names, cors_filtered_response
from browsercors.fetch.main_fetch import MAIN_FETCH, fetch
from browsercors.fetch.params import FetchParams, create_user_agent
from browsercors.initiators.fetch_method import create_fetch_request
from browsercors.initiators.header_guard import header_pairs
from browsercors.values.address_spaces import AddressSpace
from browsercors.values.arguments import ArgumentTypeError, ArgumentValueError, checked_text
from browsercors.values.headers import HeaderList, Headers
from browsercors.values.origins import Origin
from browsercors.values.requests import CredentialsMode
from browsercors.values.responses import Response
from browsercors.values.sites import Sites
from browsercors.values.urls import parse_url

if TYPE_CHECKING:
    from browsercors.fetch.effects import SendRequest
    from browsercors.initiators.header_guard import HeadersInit
    from browsercors.rules.profile import BrowserProfile
    from browsercors.rules.safelist import UnsafeHeader
    from browsercors.values.findings import Finding, Reason
    from browsercors.values.literals import BrowserName, RequestCredentials, RequestMode

__all__ = [
    "Classification",
    "PreflightRequest",
    "ResponseCheck",
    "check_response",
    "classify",
    "preflight_request",
    "same_origin",
    "same_site",
]


@attrs.frozen
class Classification:
    """
    Whether a request is preflighted, and every reason for it.

    Attributes:
        preflighted: Whether a preflight is due.
        cross_origin: Whether the request goes to another origin than the page's.
        unsafe_method: The method, if it is a reason for the preflight; otherwise None.
        unsafe_headers: Each header that is a reason, with the rule that it breaks.
        dropped_headers: Headers that the page may not set, and that the browser silently leaves out.
        findings: Every rule that was applied up to the first request on the wire.
    """

    preflighted: bool
    cross_origin: bool
    unsafe_method: str | None
    unsafe_headers: tuple[UnsafeHeader, ...]
    dropped_headers: tuple[str, ...]
    findings: tuple[Finding, ...] = attrs.field(repr=False)


@attrs.frozen
class PreflightRequest:
    """
    A preflight as it would go over the wire.

    Attributes:
        method: `OPTIONS`.
        url: Where it goes.
        headers: Its header lines in the order sent.
    """

    method: str
    url: str
    headers: Headers


@attrs.frozen
class ResponseCheck:
    """
    Whether the headers of a response let a page read it.

    Attributes:
        readable: Whether it may.
        reason: Why not; None if it may.
        finding: The step of the CORS check that decided, with what it compared.
        visible_headers: The lower-case names of the headers that the page would see.
    """

    readable: bool
    reason: Reason | None
    finding: Finding
    visible_headers: tuple[str, ...]


def classify(
    method: str = "GET",
    headers: HeadersInit | None = None,
    *,
    url: str,
    origin: str,
    mode: RequestMode = "cors",
    browser: BrowserName | BrowserProfile = DEFAULT_BROWSER,
) -> Classification:
    """
    Say whether a page's request would be preflighted, and why.

    Args:
        method: As given to `fetch()`.
        headers: As given to `fetch()`, `Content-Type` included.
        url: Absolute.
        origin: The page's origin, such as "https://app.example.com"; "null" for an opaque one.
        mode: "cors", "no-cors" or "same-origin".
        browser: As for `Browser`.

    Raises:
        FetchTypeError: What `fetch()` would throw for these arguments.
        ValueError: *origin* is no origin, or there is no such browser.
    """
    params, _ = _first_request(method, headers, url=url, origin=origin, mode=mode, browser=browser)
    request = params.request
    due = next((finding for finding in params.findings if finding[:2] == (MAIN_FETCH, "12.6")), None)
    unsafe_method = None if due is None else due.evidence["method"]
    unsafe_headers = () if due is None else due.evidence["headers"]
    assert isinstance(unsafe_headers, tuple)
    return Classification(
        preflighted=due is not None,
        cross_origin=not request.origin.same_origin(request.current_url.origin),
        unsafe_method=unsafe_method.decode("ascii") if isinstance(unsafe_method, bytes) else None,
        unsafe_headers=unsafe_headers,
        dropped_headers=tuple(
            dropped.decode("latin-1")
            for finding in params.findings
            if isinstance(dropped := finding.evidence.get("dropped"), bytes)
        ),
        findings=tuple(params.findings),
    )


def preflight_request(
    method: str = "GET",
    headers: HeadersInit | None = None,
    *,
    url: str,
    origin: str,
    browser: BrowserName | BrowserProfile = DEFAULT_BROWSER,
) -> PreflightRequest | None:
    """
    Return the preflight that a browser would send for a request, to the last header; None where it would send none.

    The arguments are those of `classify`.
    """
    _, effect = _first_request(method, headers, url=url, origin=origin, mode="cors", browser=browser)
    # NB: told by a header that no page can set; a page may send an OPTIONS of its own.
    if effect is None or b"access-control-request-method" not in effect.http_request.headers:
        return None
    http_request = effect.http_request
    return PreflightRequest("OPTIONS", http_request.url.href, Headers(http_request.headers))


def check_response(
    *,
    origin: str,
    headers: HeadersInit,
    credentials: RequestCredentials = "same-origin",
    browser: BrowserName | BrowserProfile = DEFAULT_BROWSER,
) -> ResponseCheck:
    """
    Say whether a page may read a cross-origin response with these headers, and which of them it sees.

    Args:
        origin: The page's origin as the `Origin` header has it; "null" for an opaque one.
        headers: The response's headers: a mapping, or pairs with repeated lines as they are.
        credentials: The credentials mode: "omit", "same-origin" or "include".
        browser: As for `Browser`.

    Raises:
        TypeError: *headers* is neither a mapping nor pairs.
        ValueError: *origin* is no origin, *credentials* no mode, or there is no such browser.
    """
    profile = profile_named(browser)
    modes = [mode.value for mode in CredentialsMode]
    if credentials not in modes:
        raise ValueError(f"credentials has to be one of {', '.join(map(repr, modes))}, not {credentials!r}")
    if not isinstance(headers, Iterable):
        raise ArgumentTypeError(f"headers has to be a mapping or pairs of name and value, not {headers!r}")
    with_credentials = credentials == CredentialsMode.INCLUDE.value
    header_list = profile.responses.header_list(HeaderList(header_pairs(headers)))
    finding = cors_check(_origin_url(origin)[1], header_list, with_credentials=with_credentials)
    exposed = cors_exposed_header_names(header_list, with_credentials=with_credentials)
    response = Response(header_list=header_list, cors_exposed_header_names=exposed)
    visible = cors_filtered_response(response, profile.responses).header_list.names() if finding.ok else ()
    return ResponseCheck(
        readable=finding.ok,
        reason=finding.reason,
        finding=finding,
        visible_headers=tuple(sorted(name.decode("latin-1") for name in visible)),
    )


def same_origin(a: str, b: str) -> bool:
    """
    Whether two URLs are same origin: scheme, host and port are equal, so that CORS has no say.

    Args:
        a: A URL, or an origin; "null" is the origin of a sandboxed page, which is like no other.
        b: Another one.

    Raises:
        TypeError: One of them is no str.
        ValueError: One of them cannot be parsed.

    https://html.spec.whatwg.org/#same-origin
    """
    return _origin_of("a", a).same_origin(_origin_of("b", b))


def same_site(a: str, b: str, *, browser: BrowserName | BrowserProfile = DEFAULT_BROWSER) -> bool:
    """
    Whether two URLs are same site: one registrable domain under one scheme, so that `SameSite` cookies are sent.

    Args:
        a: As for `same_origin`.
        b: As for `same_origin`.
        browser: As for `Browser`; some do not look at the scheme.

    Raises:
        TypeError: One of them is no str.
        ValueError: One of them cannot be parsed, or there is no such browser.

    https://html.spec.whatwg.org/#same-site
    """
    sites = Sites(ignores_schemes=profile_named(browser).sites_ignore_schemes)
    return sites.same_site(_origin_of("a", a), _origin_of("b", b))


def _origin_of(argument: str, url: str) -> Origin:
    if checked_text(argument, url, "https://app.example.com") == "null":
        return Origin()
    parsed = parse_url(url)
    if parsed is None:
        raise ArgumentValueError(f"{argument} has to be a URL such as 'https://app.example.com/', not {url!r}")
    return parsed.origin


def _first_request(
    method: str, headers: HeadersInit | None, *, url: str, origin: str, mode: str, browser: str | BrowserProfile
) -> tuple[FetchParams, SendRequest | None]:
    """
    Run a fetch up to the first request that it would put on the wire.
    """
    profile = profile_named(browser)
    sites = Sites()
    page_url, serialized = _origin_url(origin)
    environment = create_environment(page_url, sites, sandboxed=serialized == b"null")
    user_agent = create_user_agent(profile, sites)
    # NB: the questions are about CORS, and what the visitor would be asked is not.
    user_agent.address_spaces.stated = _public
    findings: list[Finding] = []
    request = create_fetch_request(environment, profile, url, findings, method=method, headers=headers, mode=mode)
    params = FetchParams(user_agent, request, 0.0, findings)
    fetching = fetch(params)
    try:
        effect = fetching.send(None)  # type: ignore[arg-type]  # a generator starts with None
    except StopIteration:
        return params, None
    else:
        # NB: what `fetch()` asks for is never a WebSocket, and no service worker is asked.
        return params, cast("SendRequest", effect)
    finally:
        fetching.close()


def _public(_: object) -> AddressSpace:
    return AddressSpace.PUBLIC


def _origin_url(origin: str) -> tuple[str, bytes]:
    """
    Return the URL of a page of that origin, and the serialised origin.
    """
    if origin == "null":
        return "about:blank", b"null"
    url = parse_url(origin) if isinstance(origin, str) else None
    if url is None or not url.is_http or url.target != "/" or url.includes_credentials or url.fragment is not None:
        raise ValueError(f"origin has to be an origin such as 'https://app.example.com', or 'null', not {origin!r}")
    return url.href, url.origin.byte_serialized

"""
What `fetch()` makes of what the page says, before anything is fetched.

https://fetch.spec.whatwg.org/#request-class
"""

from __future__ import annotations

from enum import Enum
from typing import TYPE_CHECKING, Final, TypeVar

from browsercors.fetch.referrer import REFERRER_POLICIES
from browsercors.initiators.header_guard import FetchTypeError, HeadersInit, append_header, header_pairs
from browsercors.initiators.request_init import method_of_page, not_one_of, parse_page_url, set_body
from browsercors.values.headers import HeaderList, normalize_header_value
from browsercors.values.methods import (
    is_cors_safelisted_method,
)
from browsercors.values.requests import CacheMode, CredentialsMode, Environment, RedirectMode, Request, RequestMode
from browsercors.values.urls import URL, parse_url

if TYPE_CHECKING:
    from collections.abc import Mapping

    from browsercors.initiators.bodies.extract import BodyInit
    from browsercors.rules.profile import BrowserProfile
    from browsercors.values.findings import Finding

__all__ = ["create_fetch_request"]

E = TypeVar("E", bound=Enum | None)
MODES: Final = {mode.value: mode for mode in RequestMode if mode is not RequestMode.WEBSOCKET}
CREDENTIALS_MODES: Final = {mode.value: mode for mode in CredentialsMode}
CACHE_MODES: Final = {mode.value: mode for mode in CacheMode}
PRIORITIES: Final = ("high", "low", "auto")
REDIRECT_MODES: Final = {mode.value: mode for mode in RedirectMode}
ENUMERATIONS: Final[Mapping[str, Mapping[str, Enum]]] = {
    "mode": MODES,
    "credentials": CREDENTIALS_MODES,
    "cache": CACHE_MODES,
    "redirect": REDIRECT_MODES,
}


def create_fetch_request(
    environment: Environment,
    profile: BrowserProfile,
    url: str,
    findings: list[Finding],
    *,
    method: str = "GET",
    headers: HeadersInit | None = None,
    body: BodyInit | None = None,
    mode: str = "cors",
    credentials: str = "same-origin",
    cache: str = "default",
    redirect: str = "follow",
    referrer: str = "about:client",
    referrer_policy: str = "",
    integrity: str = "",
    keepalive: bool = False,
    duplex: str | None = None,
    priority: str = "auto",
    window: None = None,
    target_address_space: str | None = None,
) -> Request:
    """
    Make a request from the arguments of `fetch()`.

    Raises:
        FetchTypeError: Where the constructor of `Request` throws.

    https://fetch.spec.whatwg.org/#dom-request
    """
    # 5. Parse the URL.
    request_url = parse_page_url(url, environment.base_url)
    if request_url.username or request_url.password:
        raise FetchTypeError(f"url {url!r} includes a user name or password; set an Authorization header instead")
    # 12. The window can only be taken away.
    # NB: without one there is nobody to ask for a password; nobody is asked here anyway.
    if window is not None:
        raise FetchTypeError(f"window has to be None, not {window!r}")
    # 13.2 Choose the referrer.
    request_referrer = "client" if referrer == "about:client" else _referrer(referrer, environment)
    # 14. Choose the referrer policy.
    if referrer_policy != "" and not (isinstance(referrer_policy, str) and referrer_policy in REFERRER_POLICIES):
        raise not_one_of("referrer_policy", referrer_policy, sorted(REFERRER_POLICIES))
    # PROFILE: Firefox and WebKit take no referrer for the policy that wants none.
    if referrer == "" and profile.requests.no_referrer_sets_policy:
        referrer_policy = "no-referrer"
    # 15.-22. Choose mode, credentials mode, cache mode and redirect mode.
    try:
        request_mode, credentials_mode = MODES[mode], CREDENTIALS_MODES[credentials]
        cache_mode, redirect_mode = CACHE_MODES[cache], REDIRECT_MODES[redirect]
    except (KeyError, TypeError):
        raise _not_enumerated(mode=mode, credentials=credentials, cache=cache, redirect=redirect) from None
    if mode == "navigate":
        raise FetchTypeError(
            "mode cannot be 'navigate': pages do not fetch documents; give 'cors', 'no-cors' or 'same-origin'"
        )
    if cache == "only-if-cached" and mode != "same-origin":
        raise FetchTypeError(f"cache 'only-if-cached' needs mode 'same-origin', not {mode!r}")
    # 23. Set integrity metadata and keepalive.
    if not isinstance(integrity, str):
        raise FetchTypeError(f"integrity has to be a str, such as 'sha256-...', not {integrity!r:.80}")
    # 23. NB: how urgent the request is, a server may hear from Firefox.
    if priority not in PRIORITIES:
        raise not_one_of("priority", priority, list(PRIORITIES))
    # 24. Choose the method.
    request = Request(
        method=method_of_page(method),
        url_list=[request_url],
        header_list=HeaderList(),
        client=environment,
        origin=environment.origin,
        mode=request_mode,
        credentials_mode=credentials_mode,
        cache_mode=cache_mode,
        redirect_mode=redirect_mode,
        unsafe_request=True,
        referrer=request_referrer,
        referrer_policy=referrer_policy,
        integrity_metadata=integrity,
        keepalive=keepalive,
        priority=priority,
    )
    # NB: Local Network Access adds this one here. PROFILE: not every browser knows it, nor the same values.
    # https://wicg.github.io/local-network-access/#fetch-api
    if target_address_space is not None:
        spaces = profile.local_network_access.target_address_spaces
        if spaces:
            request.target_address_space = _enumerated(spaces, "target_address_space", target_address_space)
    # 31. Without CORS, only what a page could always send.
    if mode == "no-cors" and not is_cors_safelisted_method(request.method):
        raise FetchTypeError(f"mode 'no-cors' allows the methods GET, HEAD and POST, not {method!r}")
    # 32. Fill in the headers.
    if headers is not None:
        _fill(request, headers, profile, findings)
    # 34.-37. Extract the body.
    if body is not None:
        set_body(request, body, profile, findings, duplex=duplex)
    return request


def _referrer(referrer: str, environment: Environment) -> URL | str | None:
    if not isinstance(referrer, str):
        raise FetchTypeError(f"referrer has to be a str, such as '/cart', or '' for none, not {referrer!r:.80}")
    # 13.2.2 The empty string is no referrer.
    if referrer == "":
        return None
    # 13.2.3 A URL of the page's own origin is taken; of another, the page's own URL is.
    parsed = parse_url(referrer, environment.base_url)
    if parsed is None:
        raise FetchTypeError(f"referrer {referrer!r} cannot be parsed; give a URL of the page's origin, or '' for none")
    return parsed if parsed.origin.same_origin(environment.origin) else "client"


def _not_enumerated(**options: str) -> FetchTypeError:
    """
    Make the error for the first option whose enumeration does not have its value.
    """
    for argument, value in options.items():
        try:
            _enumerated(ENUMERATIONS[argument], argument, value)
        except FetchTypeError as error:
            return error
    raise AssertionError("one of them is wrong")


def _enumerated(values: Mapping[str, E], argument: str, value: str) -> E:
    try:
        return values[value]
    except (KeyError, TypeError):
        raise not_one_of(argument, value, list(values)) from None


def _fill(request: Request, headers: HeadersInit, profile: BrowserProfile, findings: list[Finding]) -> None:
    """
    Fill in the page's headers (https://fetch.spec.whatwg.org/#concept-headers-fill).
    """
    for name, raw_value in header_pairs(headers):
        append_header(request, name, normalize_header_value(raw_value), profile, findings)
    # PROFILE: Chromium and WebKit join each to an earlier one of its name at once.
    # NB: done for all of them in the end, which comes to the same and takes time for each header once.
    if profile.requests.combines_repeated_headers:
        request.header_list.combine_repeated()

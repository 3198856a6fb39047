"""
What `fetch()` and `XMLHttpRequest` make of what the page says, before anything is fetched.

https://fetch.spec.whatwg.org/#request-class and https://xhr.spec.whatwg.org/
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from enum import Enum
from typing import TYPE_CHECKING, Final, TypeVar

import attrs

from browsercors.fetch.bodies import FORM_TYPE, BodyInit, ReadableStream, URLSearchParams, extract_body
from browsercors.fetch.referrer import REFERRER_POLICIES
from browsercors.fetch.safelists import (
    NO_CORS_SAFELISTED_NAMES,
    PRIVILEGED_NO_CORS_NAMES,
    cors_safelisted_request_header,
    forbidden_request_header,
)
from browsercors.rules.requests import StreamBody
from browsercors.values.findings import Algorithm, Finding
from browsercors.values.headers import HeaderList, is_header_name, is_header_value, normalize_header_value
from browsercors.values.methods import (
    NORMALIZED_METHODS,
    is_cors_safelisted_method,
    is_forbidden_method,
    normalize_method,
)
from browsercors.values.requests import CacheMode, CredentialsMode, Environment, RedirectMode, Request, RequestMode
from browsercors.values.urls import URL, parse_url

if TYPE_CHECKING:
    from browsercors.rules.profile import BrowserProfile

__all__ = ["FetchTypeError", "HeadersInit", "create_fetch_request", "create_xhr_request", "header_pairs"]

E = TypeVar("E", bound=Enum)

HeadersInit = Mapping[str, str] | Iterable[tuple[str, str]]

VALIDATE_HEADER = Algorithm("validate a header", "https://fetch.spec.whatwg.org/#headers-validate")
APPEND_HEADER = Algorithm("append a header", "https://fetch.spec.whatwg.org/#concept-headers-append")

MODES: Final = {mode.value: mode for mode in RequestMode}
CREDENTIALS_MODES: Final = {mode.value: mode for mode in CredentialsMode}
CACHE_MODES: Final = {mode.value: mode for mode in CacheMode}
REDIRECT_MODES: Final = {mode.value: mode for mode in RedirectMode}

# NB: the methods that most requests have, so that they need not be looked at any closer.
NORMALIZED: Final = {method.decode("ascii"): method for method in NORMALIZED_METHODS}

STREAM_AS_TEXT: Final = "[object ReadableStream]"


class FetchTypeError(TypeError):
    """
    What JavaScript would throw: the page's call breaks a rule of the API, and nothing is fetched.

    The message gives the rule, the value and what would be right.
    """

    __module__ = "browsercors"  # where its users find it


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
) -> Request:
    """
    Make a request from the arguments of `fetch()`.

    Raises:
        FetchTypeError: Where the constructor of `Request` throws.

    https://fetch.spec.whatwg.org/#dom-request
    """
    # 5. Parse the URL.
    request_url = _parse_request_url(url, environment.base_url)
    request = Request(
        method=b"GET",
        url_list=[request_url],
        header_list=HeaderList(),
        client=environment,
        origin=environment.origin,
        unsafe_request=True,
    )
    # 13.2 Choose the referrer.
    if referrer != "about:client":
        request.referrer = _referrer(referrer, environment)
    # 14. Choose the referrer policy.
    if referrer_policy not in REFERRER_POLICIES:
        raise _not_one_of("referrer_policy", referrer_policy, sorted(REFERRER_POLICIES))
    request.referrer_policy = referrer_policy
    # PROFILE: Firefox and WebKit take no referrer for the policy that wants none.
    if referrer == "" and profile.requests.takes_no_referrer_as_policy:
        request.referrer_policy = "no-referrer"
    # 15.-17. Choose the mode.
    request.mode = _enumerated(MODES, "mode", mode)
    if request.mode is RequestMode.NAVIGATE:
        raise FetchTypeError(
            "mode cannot be 'navigate': pages do not fetch documents; give 'cors', 'no-cors' or 'same-origin'"
        )
    # 18.-23. Choose credentials mode, cache mode, redirect mode, integrity metadata and keepalive.
    request.credentials_mode = _enumerated(CREDENTIALS_MODES, "credentials", credentials)
    request.cache_mode = _enumerated(CACHE_MODES, "cache", cache)
    if request.cache_mode is CacheMode.ONLY_IF_CACHED and request.mode is not RequestMode.SAME_ORIGIN:
        raise FetchTypeError(f"cache 'only-if-cached' needs mode 'same-origin', not {mode!r}")
    request.redirect_mode = _enumerated(REDIRECT_MODES, "redirect", redirect)
    request.integrity_metadata = integrity
    request.keepalive = keepalive
    # 24. Choose the method.
    request.method = _method(method)
    # 31. Without CORS, only what a page could always send.
    no_cors = request.mode is RequestMode.NO_CORS
    if no_cors and not is_cors_safelisted_method(request.method):
        raise FetchTypeError(f"mode 'no-cors' allows the methods GET, HEAD and POST, not {method!r}")
    # 32. Fill in the headers.
    if headers is not None:
        _fill(request, headers, profile, findings)
    # 34.-37. Extract the body.
    if body is not None:
        _set_body(request, body, profile, findings, duplex=duplex)
    return request


def create_xhr_request(
    environment: Environment,
    profile: BrowserProfile,
    url: str,
    findings: list[Finding],
    *,
    method: str,
    headers: HeadersInit | None = None,
    body: BodyInit | None = None,
    with_credentials: bool = False,
    upload_listeners: bool = False,
) -> Request:
    """
    Make a request as `open()`, `setRequestHeader()` and `send()` of an XMLHttpRequest do.

    Raises:
        FetchTypeError: Where one of them throws.

    https://xhr.spec.whatwg.org/#the-send()-method
    """
    parsed_url = _parse_url(url, environment.base_url)
    # PROFILE: WebKit takes user name and password out.
    if parsed_url.includes_credentials and not profile.requests.keeps_credentials_in_url:
        parsed_url = parsed_url.without_credentials()
    request = Request(
        # open(), steps 2-4. NB: what is a SyntaxError or SecurityError there is one kind of error here.
        method=_method(method),
        # open(), steps 5-7.
        url_list=[parsed_url],
        header_list=HeaderList(),
        client=environment,
        origin=environment.origin,
        mode=RequestMode.CORS,
        credentials_mode=CredentialsMode.INCLUDE if with_credentials else CredentialsMode.SAME_ORIGIN,
        unsafe_request=True,
        initiator_type="xmlhttprequest",
    )
    # setRequestHeader(), steps 3-6: headers of the same name are combined.
    for name, value in header_pairs(headers) if headers is not None else ():
        _check_header(name, normalized := normalize_header_value(value))
        if _is_dropped(name, normalized, profile, findings):
            continue
        request.header_list.append(name, normalized)
    request.header_list.combine_repeated()
    # send(), steps 3 and 4: GET and HEAD have no body; the body's type is the default.
    if body is not None and request.method not in {b"GET", b"HEAD"}:
        if isinstance(body, ReadableStream):
            raise FetchTypeError("XMLHttpRequest cannot send a ReadableStream; give its bytes")
        _set_body(request, body, profile, findings, duplex=None, upload_listeners=upload_listeners)
        if isinstance(body, str):
            _state_utf8(request.header_list)
    # PROFILE: WebKit states the type of a form that it does not send.
    elif (
        profile.requests.states_type_of_unsent_form
        and isinstance(body, URLSearchParams)
        and b"content-type" not in request.header_list
    ):
        request.header_list.append(b"Content-Type", FORM_TYPE)
    # send(), step 5: upload listeners set the use-CORS-preflight flag.
    # PROFILE: in Chromium only if there is something to upload.
    if upload_listeners and (request.body is not None or not profile.requests.upload_listeners_need_body):
        request.use_cors_preflight = True
    return request


def _state_utf8(headers: HeaderList) -> None:
    """
    State the charset in which XMLHttpRequest sends text, where the page states another one (send(), step 4.4).
    """
    from browsercors.values.mime_types import parse_mime_type, serialize_mime_type_to_bytes

    value = headers.get(b"content-type")
    mime_type = None if value is None else parse_mime_type(value.decode("latin-1"))
    if mime_type is None:
        return
    charset = mime_type.parameters.get("charset")
    if charset is not None and charset.lower() != "utf-8":
        parameters = {**mime_type.parameters, "charset": "UTF-8"}
        headers.set(b"Content-Type", serialize_mime_type_to_bytes(attrs.evolve(mime_type, parameters=parameters)))


def _parse_url(url: str, base_url: URL) -> URL:
    if not isinstance(url, str):
        raise FetchTypeError(f"url has to be a str, not {type(url).__name__}")
    parsed = parse_url(url, base_url)
    if parsed is None:
        raise FetchTypeError(f"url {url!r} cannot be parsed, neither alone nor relative to {base_url}")
    return parsed


def _parse_request_url(url: str, base_url: URL) -> URL:
    parsed = _parse_url(url, base_url)
    if parsed.includes_credentials:
        raise FetchTypeError(f"url {url!r} includes a user name or password; set an Authorization header instead")
    return parsed


def _referrer(referrer: str, environment: Environment) -> URL | str | None:
    # 13.2.2 The empty string is no referrer.
    if referrer == "":
        return None
    # 13.2.3 A URL of the page's own origin is taken; of another, the page's own URL is.
    parsed = parse_url(referrer, environment.base_url)
    if parsed is None:
        raise FetchTypeError(f"referrer {referrer!r} cannot be parsed; give a URL of the page's origin, or '' for none")
    return parsed if parsed.origin.same_origin(environment.origin) else "client"


def _method(method: str) -> bytes:
    normalized = NORMALIZED.get(method) if isinstance(method, str) else None
    if normalized is not None:
        return normalized
    name = _byte_string("method", method)
    if not is_header_name(name):
        raise FetchTypeError(f"method {method!r} is no token, as HTTP wants it")
    if is_forbidden_method(name):
        raise FetchTypeError(f"method {method!r} is forbidden: pages cannot send CONNECT, TRACE or TRACK")
    return normalize_method(name)


def _enumerated(values: Mapping[str, E], argument: str, value: str) -> E:
    try:
        return values[value]
    except (KeyError, TypeError):
        raise _not_one_of(argument, value, list(values)) from None


def _not_one_of(argument: str, value: object, values: list[str]) -> FetchTypeError:
    return FetchTypeError(f"{argument} has to be one of {', '.join(map(repr, values))}, not {value!r}")


def _byte_string(argument: str, text: str | bytes) -> bytes:
    """
    Convert to a ByteString of Web IDL: each character is a byte.
    """
    if isinstance(text, bytes):
        return text
    if not isinstance(text, str):
        raise FetchTypeError(f"{argument} has to be a str, not {type(text).__name__}: {text!r}")
    try:
        return text.encode("latin-1")
    except UnicodeEncodeError as error:
        raise FetchTypeError(
            f"{argument} {text!r} has a character beyond ISO 8859-1, {text[error.start]!r}; encode it first"
        ) from None


def header_pairs(headers: HeadersInit) -> Iterable[tuple[bytes, bytes]]:
    """
    Yield the headers as pairs of bytes.

    Raises:
        FetchTypeError: They are neither a mapping nor pairs, or have characters that are no bytes.
    """
    items = headers.items() if isinstance(headers, Mapping) else headers
    if isinstance(items, (str, bytes)):
        raise FetchTypeError(f"headers has to be a mapping or pairs, not {type(headers).__name__}")
    for item in items:
        if isinstance(item, (str, bytes)) or not isinstance(item, Iterable):
            raise FetchTypeError(f"headers has to be a mapping or pairs of name and value, and {item!r} is no pair")
        pair = tuple(item)
        if len(pair) != 2:
            raise FetchTypeError(f"headers has to be a mapping or pairs of name and value, and {item!r} is no pair")
        yield _byte_string("header name", pair[0]), _byte_string(f"value of header {pair[0]!r}", pair[1])


def _check_header(name: bytes, value: bytes) -> None:
    """
    Refuse what is no header (validate a header, step 1).
    """
    if not is_header_name(name):
        raise FetchTypeError(f"header name {name.decode('latin-1')!r} is no token, as HTTP wants it")
    if not is_header_value(value):
        raise FetchTypeError(
            f"value of header {name.decode('latin-1')!r} has a NUL, line feed or carriage return: "
            f"{value.decode('latin-1')!r}"
        )


def _is_dropped(name: bytes, value: bytes, profile: BrowserProfile, findings: list[Finding]) -> bool:
    """
    Whether the page may not set this header, so that it is dropped without a word (validate a header, step 3).
    """
    # PROFILE: Chromium lets no script set User-Agent.
    if forbidden_request_header(name, value) or name.lower() in profile.requests.dropped_names:
        findings.append(VALIDATE_HEADER.noted("3", dropped=name, value=value))
        return True
    return False


def _fill(request: Request, headers: HeadersInit, profile: BrowserProfile, findings: list[Finding]) -> None:
    """
    Fill in the page's headers (https://fetch.spec.whatwg.org/#concept-headers-fill).
    """
    for name, raw_value in header_pairs(headers):
        _append(request, name, normalize_header_value(raw_value), profile, findings)
    # PROFILE: Chromium and WebKit join each to an earlier one of its name at once.
    # NB: done for all of them in the end, which comes to the same and takes time for each header once.
    if profile.requests.combines_repeated_headers:
        request.header_list.combine_repeated()


def _append(request: Request, name: bytes, value: bytes, profile: BrowserProfile, findings: list[Finding]) -> None:
    """
    Append a header, under the guard "request" or "request-no-cors".

    https://fetch.spec.whatwg.org/#concept-headers-append
    """
    header_list = request.header_list
    # 2. Validate it.
    _check_header(name, value)
    if _is_dropped(name, value, profile, findings):
        return
    # 3. Without CORS, only safelisted headers, and they stay safelisted when they are joined.
    if request.mode is RequestMode.NO_CORS:
        present = header_list.get(name)
        temporary_value = value if present is None else present + b", " + value
        lower = name.lower()
        if (
            lower not in NO_CORS_SAFELISTED_NAMES
            or lower in PRIVILEGED_NO_CORS_NAMES
            or cors_safelisted_request_header(name, temporary_value, profile.safelist) is not None
        ):
            findings.append(APPEND_HEADER.noted("3", dropped=name, value=value))
            return
    # 4. Append it.
    header_list.append(name, value)


def _set_body(
    request: Request,
    body: BodyInit,
    profile: BrowserProfile,
    findings: list[Finding],
    *,
    duplex: str | None,
    upload_listeners: bool = False,
) -> None:
    """
    Give the request its body and the body's type (steps 34-37 of the constructor of `Request`).
    """
    # 34. GET and HEAD have no body.
    if request.method in {b"GET", b"HEAD"}:
        raise FetchTypeError(f"a {request.method.decode()} request cannot have a body")
    # PROFILE: what does not know streams does not know `duplex` either.
    if duplex not in {None, "half"} and profile.requests.stream_body is StreamBody.UPLOADED:
        raise _not_one_of("duplex", duplex, ["half"])
    if isinstance(body, ReadableStream):
        # PROFILE: Firefox does not know streams as bodies, and WebKit refuses them.
        if profile.requests.stream_body is StreamBody.STRINGIFIED:
            body = STREAM_AS_TEXT
        elif profile.requests.stream_body is StreamBody.REFUSED:
            raise FetchTypeError(f"{profile.name} does not support a ReadableStream as body (NotSupportedError)")
        # 37. A stream needs to be named as one, and is not for every mode.
        elif duplex is None:
            raise FetchTypeError("a ReadableStream as body needs duplex='half'")
        elif request.mode not in {RequestMode.SAME_ORIGIN, RequestMode.CORS}:
            raise FetchTypeError("a ReadableStream as body needs mode 'cors' or 'same-origin'")
        else:
            request.use_cors_preflight = True
    # 36. Extract it.
    try:
        extracted, type_ = extract_body(body, profile.requests.multipart_boundary_prefix, keepalive=request.keepalive)
    except TypeError as error:
        raise FetchTypeError(str(error)) from None
    if type_ is not None and b"content-type" not in request.header_list:
        # PROFILE: in WebKit the mode "no-cors" does not look at the type of a body.
        if profile.requests.guards_body_types:
            _append(request, b"Content-Type", type_, profile, findings)
        else:
            request.header_list.append(b"Content-Type", type_)
    # 38.-40. Set it.
    # PROFILE: WebKit sends nothing of what is empty, but for text and bytes; under upload listeners nothing of these.
    if extracted.data == b"" and profile.requests.drops_empty_body(body, request.initiator_type, upload_listeners):
        return
    request.body = extracted.data
    request.body_source_is_null = extracted.source_is_null

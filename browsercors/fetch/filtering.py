"""
What a page sees of a response: basic, CORS, opaque and opaque-redirect filtered responses.

https://fetch.spec.whatwg.org/#concept-filtered-response
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from browsercors.values.headers import Failure, HeaderList, extract_list_values
from browsercors.values.responses import Response, ResponseType

if TYPE_CHECKING:
    from browsercors.engines.profile import ResponseRules

__all__ = [
    "basic_filtered_response",
    "cors_exposed_header_names",
    "cors_filtered_response",
    "opaque_filtered_response",
    "opaque_redirect_filtered_response",
]

CORS_SAFELISTED_RESPONSE_HEADER_NAMES: Final = frozenset(
    {
        b"cache-control",
        b"content-language",
        b"content-length",
        b"content-type",
        b"expires",
        b"last-modified",
        b"pragma",
    }
)
FORBIDDEN_RESPONSE_HEADER_NAMES: Final = frozenset({b"set-cookie", b"set-cookie2"})


def cors_exposed_header_names(headers: HeaderList, *, with_credentials: bool) -> frozenset[bytes] | None:
    """
    Return the CORS-exposed header names that a response asks for (main fetch, step 14.1).

    Returns:
        Lower-case names; None for all of them.
    """
    # 14.1.1 Extract the list.
    value = headers.get(b"access-control-expose-headers")
    names = () if value is None else extract_list_values(value)
    # NB: a malformed list exposes nothing.
    if not names or isinstance(names, Failure):
        return frozenset()
    # 14.1.2 Without credentials the wildcard exposes all.
    if not with_credentials and b"*" in names:
        return None
    # 14.1.3 Otherwise the names are exposed, and a `*` is the name of a header called `*`.
    return frozenset(name.lower() for name in names)


def basic_filtered_response(response: Response) -> Response:
    """
    Hide only the headers that no page may see (https://fetch.spec.whatwg.org/#concept-filtered-response-basic).
    """
    headers = response.header_list
    return _filtered(
        "basic",
        response,
        HeaderList(pair for pair in headers if pair[0].lower() not in FORBIDDEN_RESPONSE_HEADER_NAMES),
    )


def cors_filtered_response(response: Response, rules: ResponseRules) -> Response:
    """
    Hide all headers that are neither safelisted nor exposed.

    https://fetch.spec.whatwg.org/#concept-filtered-response-cors
    """
    exposed = response.cors_exposed_header_names
    safelisted = rules.safelisted_names
    visible = []
    for pair in response.header_list:
        name = pair[0].lower()
        if name in safelisted or ((exposed is None or name in exposed) and name not in FORBIDDEN_RESPONSE_HEADER_NAMES):
            visible.append(pair)
    return _filtered("cors", response, HeaderList(visible))


def opaque_filtered_response(response: Response) -> Response:
    """
    Hide everything (https://fetch.spec.whatwg.org/#concept-filtered-response-opaque).
    """
    return Response("opaque", 0, internal_response=response)


def opaque_redirect_filtered_response(response: Response) -> Response:
    """
    Hide everything but where the redirect came from.

    https://fetch.spec.whatwg.org/#concept-filtered-response-opaque-redirect
    """
    return Response("opaqueredirect", 0, url_list=response.url_list, internal_response=response)


def _filtered(type_: ResponseType, response: Response, header_list: HeaderList) -> Response:
    return Response(
        type_,
        response.status,
        response.status_message,
        header_list,
        response.body,
        response.url_list,
        response.body_failure,
        timing_allow_passed=response.timing_allow_passed,
        internal_response=response,
    )

"""
What a page sees of a response: basic, CORS, opaque and opaque-redirect filtered responses.

https://fetch.spec.whatwg.org/#concept-filtered-response
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from browsercors.values.headers import Failure, HeaderList, extract_list_values
from browsercors.values.responses import FilteredResponse, Response, ResponseType

if TYPE_CHECKING:
    from collections.abc import Callable

    from browsercors.rules.responses import ResponseRules

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


def cors_exposed_header_names(headers: HeaderList, *, with_credentials: bool) -> frozenset[bytes] | None:
    """
    Return the CORS-exposed header names that a response asks for (main fetch, step 14.1).

    Returns:
        Lower-case names; None for all of them.
    """
    # 14.1.1 Extract the list.
    names = headers.derived(_listed_names)
    # 14.1.2 Without credentials the wildcard exposes all.
    if not with_credentials and b"*" in names:
        return None
    # 14.1.3 Otherwise the names are exposed, and a `*` is the name of a header called `*`.
    return names


def _listed_names(headers: HeaderList) -> frozenset[bytes]:
    value = headers.get(b"access-control-expose-headers")
    names = () if value is None else extract_list_values(value)
    # NB: a malformed list exposes nothing.
    return frozenset() if isinstance(names, Failure) else frozenset(name.lower() for name in names)


def basic_filtered_response(response: Response, rules: ResponseRules) -> FilteredResponse:
    """
    Hide only the headers that no page may see (https://fetch.spec.whatwg.org/#concept-filtered-response-basic).
    """
    return _view_of(response, "basic", rules.forbidden_names.__contains__)


def cors_filtered_response(response: Response, rules: ResponseRules) -> FilteredResponse:
    """
    Hide all headers that are neither safelisted nor exposed.

    https://fetch.spec.whatwg.org/#concept-filtered-response-cors
    """
    return _view_of(response, "cors", _HiddenByCORS(response.cors_exposed_header_names, rules))


class _HiddenByCORS:
    """
    Which headers a CORS filtered response hides. NB: no function in a function, which could not be pickled.
    """

    __slots__ = ("_exposed", "_rules")

    def __init__(self, exposed: frozenset[bytes] | None, rules: ResponseRules) -> None:
        self._exposed, self._rules = exposed, rules

    def __call__(self, name: bytes) -> bool:
        if name in self._rules.safelisted_names:
            return False
        return (self._exposed is not None and name not in self._exposed) or name in self._rules.forbidden_names


def opaque_filtered_response(response: Response) -> FilteredResponse:
    """
    Hide everything (https://fetch.spec.whatwg.org/#concept-filtered-response-opaque).
    """
    return FilteredResponse("opaque", response, _hides_everything)


def opaque_redirect_filtered_response(response: Response) -> FilteredResponse:
    """
    Hide everything but where the redirect came from.

    https://fetch.spec.whatwg.org/#concept-filtered-response-opaque-redirect
    """
    return FilteredResponse("opaqueredirect", response, _hides_everything, url_list=response.url_list)


def _view_of(response: Response, type_: ResponseType, hides: Callable[[bytes], bool]) -> FilteredResponse:
    return FilteredResponse(
        type_,
        response,
        hides,
        response.status,
        response.status_message,
        response.body,
        response.url_list,
        response.body_failure,
    )


def _hides_everything(name: bytes) -> bool:  # noqa: ARG001 - the signature of all of these
    return True

"""
What a page sees of a response.
"""

from __future__ import annotations

import pytest
from hypothesis import given, strategies as st

from browsercors.engines.standard.profile import STANDARD
from browsercors.fetch.filtering import (
    basic_filtered_response,
    cors_exposed_header_names,
    cors_filtered_response,
    opaque_filtered_response,
    opaque_redirect_filtered_response,
)
from browsercors.values.headers import HeaderList
from browsercors.values.responses import FilteredResponse, Response
from tests.fetch.engine import API, APP, header_list, parsed

EXPOSED_CASES = [
    # Access-Control-Expose-Headers    credentials  names (None: all)
    ([], False, set()),
    ([""], False, set()),
    ([","], False, set()),
    (["X-A"], False, {b"x-a"}),
    (["X-A, x-b,,\tX-C"], False, {b"x-a", b"x-b", b"x-c"}),
    (["X-A", "X-B"], False, {b"x-a", b"x-b"}),
    (["*"], False, None),
    (["X-A, *"], False, None),
    (["*"], True, {b"*"}),
    (["X-A, *"], True, {b"x-a", b"*"}),
    (["X A"], False, set()),
    (["X-A, X B"], False, set()),
    (["X-A, (*)"], True, set()),
    (["X-A:"], False, set()),
    (["X-A\xe9"], False, set()),
]


@pytest.mark.parametrize(("values", "with_credentials", "expected"), EXPOSED_CASES)
def test_the_server_says_which_headers_are_exposed(
    values: list[str], with_credentials: bool, expected: set[bytes] | None
) -> None:
    headers = header_list(*(f"Access-Control-Expose-Headers: {value}" for value in values))
    names = cors_exposed_header_names(headers, with_credentials=with_credentials)

    assert expected == (None if names is None else set(names))


# A response with everything in it, names in odd cases.
LINES = (
    "cache-CONTROL: 1",
    "Content-Language: 2",
    "Content-Length: 3",
    "Content-Type: 4",
    "Expires: 5",
    "Last-Modified: 6",
    "Pragma: 7",
    "Accept: 8",
    "X-A: 9",
    "x-a: 10",
    "*: 11",
    "Set-Cookie: 12",
    "set-cookie2: 13",
    "ETag: 14",
)
SAFELISTED = ["1", "2", "3", "4", "5", "6", "7"]


def make_response(exposed: frozenset[bytes] | None = frozenset()) -> Response:
    response = Response(status=201, status_message=b"Made", header_list=header_list(*LINES), body=b"body")
    response.url_list = [parsed(APP), parsed(API)]
    response.cors_exposed_header_names = exposed
    return response


def values_of(response: FilteredResponse) -> list[str]:
    return [value.decode() for _, value in response.header_list]


CORS_CASES = [
    # exposed names                                   further values that the page sees
    (frozenset(), []),
    (frozenset({b"x-a"}), ["9", "10"]),
    (frozenset({b"*"}), ["11"]),
    (frozenset({b"etag", b"x-unknown"}), ["14"]),
    (frozenset({b"set-cookie", b"set-cookie2"}), []),
    (frozenset({b"accept"}), ["8"]),
    (None, ["8", "9", "10", "11", "14"]),
]


@pytest.mark.parametrize(("exposed", "more"), CORS_CASES)
def test_a_cors_response_shows_safelisted_and_exposed_headers(
    exposed: frozenset[bytes] | None, more: list[str]
) -> None:
    filtered = cors_filtered_response(make_response(exposed), STANDARD.responses)

    assert SAFELISTED + more == values_of(filtered)
    assert (filtered.type, filtered.status, filtered.status_message, filtered.body) == ("cors", 201, b"Made", b"body")


def test_a_basic_response_shows_all_but_cookies() -> None:
    filtered = basic_filtered_response(make_response(), STANDARD.responses)

    assert [*SAFELISTED, "8", "9", "10", "11", "14"] == values_of(filtered)
    assert (filtered.type, filtered.status, filtered.status_message, filtered.body) == ("basic", 201, b"Made", b"body")
    assert filtered.url_list == [parsed(APP), parsed(API)]


def test_an_opaque_response_shows_nothing() -> None:
    response = make_response()
    filtered = opaque_filtered_response(response)

    assert (filtered.type, filtered.status, filtered.status_message, filtered.body) == ("opaque", 0, b"", None)
    assert (list(filtered.header_list), filtered.url_list) == ([], [])
    assert filtered.internal_response is response


def test_an_opaque_redirect_shows_where_it_was() -> None:
    response = make_response()
    filtered = opaque_redirect_filtered_response(response)

    assert (filtered.type, filtered.status, filtered.body) == ("opaqueredirect", 0, None)
    assert (list(filtered.header_list), filtered.url_list) == ([], response.url_list)
    assert filtered.internal_response is response


NAMES = st.sampled_from([b"X-A", b"x-a", b"Set-Cookie", b"ETag", b"Content-Type", b"*", b"x-b"])


@given(
    st.lists(st.tuples(NAMES, st.binary(max_size=3)), max_size=8),
    st.one_of(st.none(), st.frozensets(NAMES.map(bytes.lower))),
)
def test_no_cors_response_shows_more_than_a_basic_one(
    pairs: list[tuple[bytes, bytes]], exposed: frozenset[bytes] | None
) -> None:
    response = Response(header_list=HeaderList(pairs))
    response.cors_exposed_header_names = exposed
    basic = list(basic_filtered_response(response, STANDARD.responses).header_list)

    assert [
        pair for pair in cors_filtered_response(response, STANDARD.responses).header_list if pair not in basic
    ] == []

"""
WebKit's sub-algorithms, each for itself.
"""

from __future__ import annotations

from typing import Final

import attrs
import pytest

from browsercors.engines.webkit.profile import WEBKIT, drops_empty_body, is_new_after_redirect, origin_key
from browsercors.initiators.bodies.blob import Blob
from browsercors.initiators.bodies.url_search_params import URLSearchParams
from browsercors.values.headers import HeaderList
from browsercors.values.origins import Origin
from browsercors.values.requests import Request, RequestMode
from browsercors.values.sites import Sites
from tests.fetch.engine import API, APP, OTHER, make_environment, parsed

SITES: Final = Sites()


def request(*urls: str, mode: RequestMode = RequestMode.CORS) -> Request:
    page = make_environment()
    return Request(
        method=b"PUT",
        url_list=[parsed(url) for url in urls],
        header_list=HeaderList(),
        client=page,
        origin=page.origin,
        mode=mode,
    )


def test_the_origin_of_a_preflight_is_asked_without_changing_the_request() -> None:
    own, tainted, other = request(API), request(API, OTHER), request(API, OTHER)
    tainted.redirect_taint = other.redirect_taint = "cross-site"
    tainted.tainted_origin, other.tainted_origin = Origin(), Origin()
    before = [attrs.asdict(each, recurse=False) for each in (own, tainted, other)]
    keys = [origin_key(each) for each in (own, tainted, tainted, other)]

    assert keys[0] == own.origin.byte_serialized
    assert keys[1] == keys[2]
    assert len({*keys}) == 3
    assert before == [attrs.asdict(each, recurse=False) for each in (own, tainted, other)]


ANEW_CASES = [
    # what                                   URLs                        mode                   made anew?
    ("the first request", (API,), RequestMode.CORS, False),
    ("redirected within an origin", (API, f"{API}/2"), RequestMode.CORS, False),
    ("redirected to another origin", (API, OTHER), RequestMode.CORS, True),
    ("the hop after that", (API, OTHER, f"{OTHER}/2"), RequestMode.CORS, False),
    ("home again", (APP, API, APP), RequestMode.CORS, True),
    ("without CORS", (API, OTHER), RequestMode.NO_CORS, False),
]


@pytest.mark.parametrize(
    ("urls", "mode", "expected"), [case[1:] for case in ANEW_CASES], ids=[case[0] for case in ANEW_CASES]
)
def test_a_redirect_under_cors_to_another_origin_makes_a_request_anew(
    urls: tuple[str, ...], mode: RequestMode, expected: bool
) -> None:
    asked = request(*urls, mode=mode)

    assert expected is is_new_after_redirect(asked, SITES)
    assert expected is WEBKIT.wire.starts_new_request(asked, SITES)
    assert not WEBKIT.preflight_wire.starts_new_request(asked, SITES)


EMPTY_CASES = [
    # what        initiator         upload listeners    dropped?
    (Blob(b""), "fetch", False, True),
    (Blob(b""), "xmlhttprequest", False, True),
    (URLSearchParams(""), "fetch", False, False),
    (URLSearchParams(""), "xmlhttprequest", False, True),
    ("", "fetch", False, False),
    ("", "xmlhttprequest", False, False),
    ("", "xmlhttprequest", True, True),
    (b"", "xmlhttprequest", False, False),
    (b"", "xmlhttprequest", True, True),
]


@pytest.mark.parametrize(("init", "initiator_type", "upload_listeners", "expected"), EMPTY_CASES)
def test_which_empty_bodies_are_none(init: object, initiator_type: str, upload_listeners: bool, expected: bool) -> None:
    assert expected is drops_empty_body(init, initiator_type, upload_listeners)

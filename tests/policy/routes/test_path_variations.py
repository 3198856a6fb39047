"""
Variations of paths and requests: each kind by one that shows it, and what all of them keep.
"""

from __future__ import annotations

import json
from typing import Any

import pytest
from hypothesis import given, strategies as st

from browsercors.policy.routes.path_variations import (
    LARGE_BODY_BYTES,
    PathVariationKind,
    RequestVariationKind,
    path_variations,
    request_variations,
)
from browsercors.values.urls import parse_url

CASES = [
    # path         kind                 among its variations
    ("/items", "slash", "/items/"),
    ("/items/", "slash", "/items"),
    ("/items?a=1", "slash", "/items/?a=1"),
    ("/items", "format-suffix", "/items.json"),
    ("/items/", "format-suffix", "/items.json"),
    ("/items?a=1", "format-suffix", "/items.json?a=1"),
    ("/items", "callback-query", "/items?callback=x"),
    ("/items?a=1", "callback-query", "/items?a=1&callback=x"),
    ("/items", "format-query", "/items?format=json"),
    ("/items", "debug-query", "/items?debug=1"),
    ("/items", "method-query", "/items?_method=DELETE"),
    ("/items", "origin-query", "/items?origin=https%3A%2F%2Fattacker.example"),
    ("/items", "double-slash", "//items"),
    ("/items/7", "double-slash", "/items//7"),
    ("/items", "upper-case", "/ITEMS"),
    ("/items", "encoded-letter", "/item%73"),
    ("/a%41", "encoded-letter", "/%61%41"),
    ("/items/7", "encoded-slash", "/items%2f7"),
    ("/items", "encoded-slash", "/items%2f"),
    ("/public/x", "encoded-traversal", "/public/..%2fx"),
    ("/public/x", "encoded-traversal", "/public/..%2fme"),
    ("/public/a/x", "encoded-traversal", "/public/a/..%2f..%2fadmin%2Fusers"),
    ("/items", "path-parameter", "/items;v=1"),
]


@pytest.mark.parametrize(("path", "kind", "expected"), CASES)
def test_a_variation_of_each_kind(path: str, kind: str, expected: str) -> None:
    found = {
        variation.path: variation.kind.value for variation in path_variations(path, others=["/me", "/admin/users"])
    }

    assert kind == found.get(expected)


def test_every_kind_of_path_is_in_the_table() -> None:
    assert {kind.value for kind in PathVariationKind} == {kind for _, kind, _ in CASES}


def test_a_traversal_leads_to_the_other_path_where_it_is_decoded_and_resolved() -> None:
    found = [v.path for v in path_variations("/a/b/c", others=["/me"]) if v.kind is PathVariationKind.ENCODED_TRAVERSAL]
    url = parse_url(f"https://host.example{found[0].replace('%2f', '/')}")

    assert url is not None
    assert "/me" == url.path


PATHS = st.lists(st.sampled_from(["a", "7", "%41", "%2e.", "ü", ".json", "/", "~"]), max_size=6).map("".join)


@given(path=PATHS, others=st.lists(PATHS, max_size=2), query=st.sampled_from(["", "?", "?a=1"]))
def test_browsers_send_each_as_it_stands_and_none_twice(path: str, others: list[str], query: str) -> None:
    url = parse_url(f"https://host.example/{path}")
    assert url is not None
    asked = f"{url.path}{query}"
    found = [v.path for v in path_variations(asked, others=[f"/{other}" for other in others])]

    assert asked not in found
    assert len(set(found)) == len(found)
    for varied in found:
        sent = parse_url(f"https://host.example{varied}")
        assert sent is not None
        assert varied == sent.target


def test_each_has_a_reason_in_one_sentence() -> None:
    for reason in [v.reason for v in path_variations("/a/b")] + [v.reason for v in request_variations("PUT")]:
        assert reason.endswith(".")
        assert ". " not in reason


@pytest.mark.parametrize("path", ["items", "", None, "https://a.example/"])
def test_what_is_no_path_is_refused(path: Any) -> None:
    with pytest.raises(ValueError, match="path has to begin with '/', as in '/items/7', not "):
        path_variations(path)
    with pytest.raises(ValueError, match="path has to begin with '/', as in '/items/7', not "):
        path_variations("/", others=[path])


def test_every_kind_of_request_is_there_once() -> None:
    assert sorted(kind.value for kind in RequestVariationKind) == sorted(
        v.kind.value for v in request_variations("PUT")
    )


@pytest.mark.parametrize("method", ["GET", "HEAD", "get"])
def test_a_request_without_a_body_varies_in_what_it_accepts(method: str) -> None:
    found = request_variations(method)

    assert all(variation.body is None for variation in found)
    assert {"text/event-stream", "application/xml", "application/vnd.api+json", "text/html"} == {
        value for variation in found for _, value in variation.headers
    }


def test_bodies_are_what_their_names_say() -> None:
    bodies = {variation.kind.value: variation.body for variation in request_variations("POST")}

    assert b"" == bodies["empty-body"]
    large = bodies["large-body"]
    assert large is not None
    assert LARGE_BODY_BYTES == len(large) == 1024 * 1024 + 1
    broken = bodies["broken-json"]
    assert broken is not None
    with pytest.raises(ValueError, match="Expecting value"):
        json.loads(broken)


def test_only_the_large_body_is_costly() -> None:
    assert ["large-body"] == [v.kind.value for v in request_variations("POST") if v.is_costly]

"""
Headers that libraries add: named where the preflight response does not allow them, and not where it is about others.
"""

from __future__ import annotations

import pytest

from browsercors import Answer
from browsercors.explain.causes.added_headers import ADDED, AddedHeader
from tests.explain.pages import ALLOW, fetched

NAMES = {row.begins: f"{row.begins}id" if row.begins.endswith("-") else row.begins for row in ADDED} | {
    "trace": "traceparent"
}


@pytest.mark.parametrize("row", ADDED, ids=[row.begins for row in ADDED])
def test_the_library_that_adds_a_header_is_named(row: AddedHeader) -> None:
    name = NAMES[row.begins]

    (cause,) = fetched({"*": Answer(204, ALLOW)}, headers={name: "1"}).report().causes

    assert ("header-set-by-library", f"{row.who}, in the page") == (cause.code, cause.who)
    assert f"the header {name} " in cause.meaning
    assert cause.remedy.endswith(f"; or {row.remedy}.")
    assert (row.sure, row.source) == (cause.sure, cause.source)


def test_a_header_of_the_page_names_no_library() -> None:
    assert () == fetched({"*": Answer(204, ALLOW)}, headers={"X-Own": "1"}).report().causes


def test_an_allowed_header_names_no_library() -> None:
    allowed = Answer(204, {**ALLOW, "Access-Control-Allow-Headers": "sentry-trace"})
    report = fetched({"OPTIONS /": allowed, "*": Answer(200)}, headers={"Sentry-Trace": "1"}).report()

    assert () == report.causes


def test_a_header_of_responses_on_a_request_is_the_page_s_own_mistake() -> None:
    answer = Answer(204, {**ALLOW, "Access-Control-Allow-Headers": "content-type"})

    (cause,) = fetched({"*": answer}, headers={"Access-Control-Allow-Origin": "*"}).report().causes

    assert ("response-header-on-request", "Access-Control-Request-Headers: access-control-allow-origin") == (
        cause.code,
        cause.sign,
    )

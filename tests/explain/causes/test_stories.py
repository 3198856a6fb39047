"""
What redirects did, what is said twice, and what is nearly right.
"""

from __future__ import annotations

from typing import Any

import pytest

from browsercors import Answer
from browsercors.explain.causes.near_misses import near_miss
from tests.explain.pages import ALLOW, API, PAGE, fetched
from tests.traps.pages import ask

LEADS = "https://api.example.com"


def answers(location: str, headers: dict[str, str] = ALLOW) -> dict[str, Any]:
    return {"/items": Answer(307, {"Location": location, **headers}), "/items/": Answer(200, ALLOW)}


REDIRECTS = [
    ("lost https, with the slash", "http://api.example.com/items/", ["redirect-lost-https", "redirect-slash"]),
    ("lost https", "http://api.example.com/items", ["redirect-lost-https"]),
    ("a slash", "/items/", ["redirect-slash"]),
    ("the same host with www", "https://www.api.example.com/items", ["redirect-www"]),
    ("another path", "/things", []),
    ("http on another host", "http://cdn.example.com/items", []),
]


@pytest.mark.parametrize(("_story", "location", "expected"), REDIRECTS, ids=[row[0] for row in REDIRECTS])
def test_a_preflight_that_is_redirected_tells_how(_story: str, location: str, expected: list[str]) -> None:
    report = fetched(answers(location), "/items", method="PUT").report()

    assert "preflight-redirected" == report.code
    assert expected == [cause.code for cause in report.causes]


def test_a_redirect_that_lost_https_is_shown_and_the_final_path_is_proposed() -> None:
    report = fetched(answers("http://api.example.com/items/"), "/items").report()

    assert "mixed-content" == report.code
    assert ["redirect-lost-https", "redirect-slash"] == [cause.code for cause in report.causes]
    assert "Location: http://api.example.com/items/" in [excerpt.line for excerpt in report.evidence]
    assert "--proxy-headers" in report.causes[0].remedy
    assert f'"{LEADS}/items/"' == report.fixes[0].requests[0].after
    assert "" == report.advice


def test_a_preflight_whose_redirect_lost_https_is_mended_by_the_final_path_over_https() -> None:
    report = fetched(answers("http://api.example.com/items/"), "/items", method="PUT").report()

    assert f'"{LEADS}/items/"' in [change.after for fix in report.fixes for change in fix.requests]


def test_a_redirect_that_is_followed_well_has_no_cause() -> None:
    report = fetched(answers("/items/"), "/items").report()

    assert "readable" == report.verdict
    assert () == report.causes


TRUE = ("Access-Control-Allow-Credentials", "true")
ORIGIN = ("Access-Control-Allow-Origin", PAGE)


@pytest.mark.parametrize(
    ("headers", "expected"),
    [
        ([ORIGIN, TRUE, TRUE], "Access-Control-Allow-Credentials is sent twice"),
        (
            [ORIGIN, ("Access-Control-Allow-Credentials", "true, true")],
            "Access-Control-Allow-Credentials is sent twice",
        ),
        ([ORIGIN, TRUE, TRUE, TRUE], "Access-Control-Allow-Credentials is sent 3 times"),
        ([ORIGIN, ORIGIN, TRUE], "Access-Control-Allow-Origin is sent twice"),
        ([("Access-Control-Allow-Origin", f"*, {PAGE}"), TRUE], "Access-Control-Allow-Origin is sent twice"),
    ],
    ids=["two lines", "one line", "three lines", "two origins", "a wildcard and an origin"],
)
def test_repetition_is_named(headers: list[tuple[str, str]], expected: str) -> None:
    (cause,) = fetched({"*": Answer(200, headers)}, credentials="include").report().causes

    assert "header-repeated" == cause.code
    assert cause.meaning.startswith(expected)


@pytest.mark.parametrize(
    ("headers", "summary"),
    [
        ([ORIGIN, TRUE, TRUE], "Send Access-Control-Allow-Credentials only once."),
        ([ORIGIN, ORIGIN, TRUE], "Send Access-Control-Allow-Origin only once."),
        ([ORIGIN], "Allow credentials."),
    ],
    ids=["credentials twice", "the origin twice", "no credentials"],
)
def test_the_fix_of_a_repetition_is_to_say_it_once(headers: list[tuple[str, str]], summary: str) -> None:
    fixes = fetched({"*": Answer(200, headers)}, credentials="include").report().fixes

    assert fixes[0].summary == summary


def test_a_list_of_origins_is_no_repetition() -> None:
    headers = {"Access-Control-Allow-Origin": "https://a.example, https://b.example"}

    assert () == fetched({"*": Answer(200, headers)}).report().causes


NEAR = [
    ("https://app.example.com/", "not even a slash"),
    ("https://app.example.com/index.html", "not even a slash"),
    ("https://app.example.com:443", "default port"),
    ("https://App.Example.com", "small letters"),
    ("https://app.example.com;", "semicolons count"),
    ('"https://app.example.com"', "quotes"),
    ("[https://app.example.com]", "brackets"),
    ("app.example.com", "begins with its scheme"),
    ("https://*.example.com", "no patterns"),
    ("*.example.com", "no patterns"),
    ("https://app.example.com:*", "no patterns"),
    ("http://app.example.com", "another scheme"),
    ("https://app.example.com:8443", "another port"),
    ("https://www.app.example.com", "www."),
]


@pytest.mark.parametrize(("value", "expected"), NEAR, ids=[row[0] for row in NEAR])
def test_a_near_miss_is_named(value: str, expected: str) -> None:
    report = fetched({"*": Answer(200, {"Access-Control-Allow-Origin": value})}).report()

    (cause,) = report.causes
    assert "allow-origin-near-miss" == cause.code
    assert expected in cause.meaning
    assert f"Access-Control-Allow-Origin: {value}" == cause.sign


@pytest.mark.parametrize(
    "value", [PAGE, "*", "null", "https://other.example", "https://app.example.com.evil.example", "x" * 1000]
)
def test_other_values_are_no_near_misses(value: str) -> None:
    assert near_miss(value, PAGE) is None


def test_loopback_has_several_names() -> None:
    miss = near_miss("http://127.0.0.1:3000", "http://localhost:3000")

    assert miss is not None
    assert not miss.is_same


@pytest.mark.parametrize(
    ("value", "is_warned"), [(f"{PAGE}/", False), ("https://App.example.com", False), ("https://b.example", True)]
)
def test_the_same_origin_spelt_otherwise_needs_no_warning(value: str, is_warned: bool) -> None:
    fix = fetched({"*": Answer(200, {"Access-Control-Allow-Origin": value})}).report().fixes[0]

    assert is_warned is any("is meant to be allowed" in warning for warning in fix.warnings)


def test_a_row_is_named_once_for_all_redirects_that_show_it() -> None:
    login = "https://shop.auth.eu-west-1.amazoncognito.com"
    servers: dict[str, Any] = {
        API: {"*": Answer(302, {**ALLOW, "Location": f"{login}/oauth2/authorize?x=1"})},
        login: {"*": Answer(302, {"Location": f"{login}/login?x=1"})},
    }

    assert ["cognito-login"] == [cause.code for cause in ask(servers).report().causes]


def test_a_log_in_of_another_host_is_one_wherever_the_request_went() -> None:
    answer = Answer(302, {"Location": "https://id.example.com/connect/authorize?x=1"})

    advice = fetched({"*": answer}, "/oauth2/authorization/shop").report().advice

    assert advice.startswith("The server redirects to a log-in, https://id.example.com/connect/authorize?x=1.")


def test_an_api_of_tokens_that_redirects_to_itself_is_no_log_in() -> None:
    answer = Answer(308, {"Location": "/oauth2/token/"})

    assert "log-in" not in fetched({"*": answer}, "/oauth2/token").report().advice

"""
A report as text: readable at 80 columns and without colour.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

from browsercors.browser.browser import Browser
from browsercors.explain.formats.text import as_text, brief, describe_entry, report_lines, verdict_line
from browsercors.explain.words.sanitise import MOST_ITEMS
from browsercors.servers.scripted import Answer, ScriptedServer
from tests.explain.pages import ALLOW, API, PAGE, SUFFIXES, fetched, fetched_again

if TYPE_CHECKING:
    from browsercors.browser.result import FetchResult


def test_a_blocked_fetch_is_told_with_evidence_rule_names_fixes_and_what_to_consider() -> None:
    result = fetched({"/cart": Answer(headers={"Access-Control-Allow-Origin": "*"})}, "/cart", credentials="include")

    assert """\
https://app.example.com may not read https://api.example.com/cart: the response allows any origin (*), but the \
request was made with credentials.

    GET https://api.example.com/cart -> 200 OK
    Access-Control-Allow-Origin: *
                                 ^ has to be exactly: https://app.example.com

Rule:   a wildcard does not match a request made with credentials (CORS check,
        step 4).
        https://fetch.spec.whatwg.org/#concept-cors-check
Names:  allow-origin-wildcard-with-credentials (browsercors)
        WildcardOriginNotAllowed (Chromium)
        CORSNotSupportingCredentials (Firefox)
        wildcard-with-credentials (WebKit)
Next:   the request was made with credentials, and the response does not allow
        them (allow-credentials-not-true)
Fix:    Allow https://app.example.com and allow credentials.
        in the response to GET https://api.example.com/cart:
          Access-Control-Allow-Origin: https://app.example.com
          Vary: Origin
          Access-Control-Allow-Credentials: true
          (proven by replay in every browser)
Or:     Send the request without credentials.
          credentials: "same-origin"
          (proven by replay in every browser)
          ! Cookies are then not sent, and cookies of the response are not
          stored.""" == result.explain()


VERDICTS: list[tuple[str, FetchResult, str]] = [
    ("readable", fetched({"/": Answer(201, ALLOW)}), "READABLE  201 Created"),
    ("readable without a phrase", fetched({"/": Answer(299, ALLOW, reason="")}), "READABLE  299"),
    ("blocked", fetched({"/": Answer()}), "BLOCKED  allow-origin-missing"),
    ("opaque", fetched({"/": Answer()}, mode="no-cors"), "OPAQUE  opaque-response"),
    (
        "undecided",
        fetched({"/": Answer(302, {"Location": "https://nowhere.example/", **ALLOW})}),
        "NO VERDICT  not-mounted",
    ),
]


@pytest.mark.parametrize(("_story", "result", "line"), VERDICTS, ids=[row[0] for row in VERDICTS])
def test_the_verdict_is_a_word_and_its_code(_story: str, result: FetchResult, line: str) -> None:
    assert line == verdict_line(result.report()).text


@pytest.mark.parametrize(("_story", "result", "line"), VERDICTS, ids=[row[0] for row in VERDICTS])
def test_only_what_is_copied_is_wider_than_80_columns(_story: str, result: FetchResult, line: str) -> None:
    lines = [each.text for each in report_lines(result.report(compare=True))]

    assert [] == [text for text in lines if len(text) > 80 and " " in text.strip()]


def test_success_is_explained_as_well() -> None:
    allow = {
        **ALLOW, "Access-Control-Allow-Methods": "PUT", "Access-Control-Max-Age": "600", "X-Total": "3",
        "Content-Type": "text/plain", "Vary": "Origin",
    }  # fmt: skip

    assert """\
https://app.example.com may read https://api.example.com/: 200 OK.

Seen:   content-type
Hidden: X-Total
Note:   The page does not see X-Total: the response does not expose it. Name the
        headers that the page needs in Access-Control-Expose-Headers. DevTools
        shows all headers, but pages see only a few. (header-hidden)
Fix:    Expose X-Total to the page.
        in the response to PUT https://api.example.com/:
          Access-Control-Expose-Headers: X-Total
          (proven by replay in every browser)

Why a preflight
  PUT: it is not GET, HEAD or POST
  The preflight response is remembered for this URL: chromium 600 s, firefox
    600 s, webkit 600 s, standard 600 s.""" == as_text(
        brief(fetched({"/": Answer(headers=allow)}, method="PUT").report())
    )


def test_what_a_browser_would_do_otherwise_is_told_with_its_cause() -> None:
    allow = {"Access-Control-Allow-Origin": "*", "Access-Control-Allow-Headers": "*"}
    result = fetched({"/": Answer(headers=allow)}, headers={"Authorization": "x"})

    text = as_text(report_lines(result.report(compare=True)))

    assert (
        """
In other browsers
  Firefox: the same
  WebKit: the same
  the standard: blocked (header-not-allowed); Authorization with
    Access-Control-Allow-Headers: *: allowed in Chromium, not allowed in the
    standard
"""
        in text
    )


class TestEntries:
    """
    Exchanges as lines.
    """

    def test_an_exchange_shows_the_headers_that_cors_is_about(self) -> None:
        (entry,) = fetched({"/": Answer(headers={"X-A": "1", **ALLOW})}).report().timeline

        assert [
            "actual     GET https://api.example.com/ -> 200 OK",
            "  > Origin: https://app.example.com",
            "  > Sec-Fetch-Site: same-site",
            "  < Access-Control-Allow-Origin: https://app.example.com",
        ] == describe_entry(entry)

    def test_it_shows_every_header_on_demand(self) -> None:
        (entry,) = fetched({"/": Answer(headers={"X-A": "1"})}).report().timeline

        lines = describe_entry(entry, verbose=True)

        assert "  > Host: api.example.com" in lines
        assert "  < X-A: 1" in lines

    def test_it_does_not_show_them_without_end(self) -> None:
        headers = [("Vary", str(number)) for number in range(MOST_ITEMS + 5)]
        (entry,) = fetched({"/": Answer(headers=headers)}).report().timeline

        assert "  < ... and 5 more lines" == describe_entry(entry)[-1]

    def test_an_exchange_without_response_says_so(self) -> None:
        (entry,) = fetched({"/": Answer.broken()}).report().timeline

        assert "actual     GET https://api.example.com/ -> no response" == describe_entry(entry)[0]

    @pytest.mark.parametrize(
        ("headers", "line"),
        [
            ({}, "remembered  PUT https://api.example.com/: no preflight is sent"),
            ({"X-A": "1"}, "remembered  PUT https://api.example.com/ with x-a: no preflight is sent"),
        ],
    )
    def test_a_remembered_preflight_is_one_line(self, headers: dict[str, str], line: str) -> None:
        allow: dict[str, Any] = {**ALLOW, "Access-Control-Allow-Methods": "PUT", "Access-Control-Allow-Headers": "x-a"}
        with Browser(public_suffix_list=SUFFIXES) as browser:
            browser.mount(API, ScriptedServer({"/": Answer(headers=allow)}))
            page = browser.open(PAGE)
            page.fetch(API, method="PUT", headers=headers)
            entry = page.fetch(API, method="PUT", headers=headers).report().timeline[0]

        assert [line] == describe_entry(entry)

    def test_of_an_answer_out_of_the_cache_it_shows_the_exchange_that_was_stored(self) -> None:
        answer = Answer(200, {"Cache-Control": "max-age=600", "Vary": "Accept"})
        (entry,) = fetched_again({"/": answer}).report().timeline

        assert [
            "cached     GET https://api.example.com/ -> 200 OK",
            "  (5 s old, stored for a request without Origin)",
            "  > Sec-Fetch-Site: same-site",
            "  < Vary: Accept",
        ] == describe_entry(entry)

    def test_what_is_asked_behind_the_pages_back_is_called_so(self) -> None:
        stale = {"Cache-Control": "max-age=60, stale-while-revalidate=600"}
        entry = fetched_again({"/": Answer(200, stale)}, seconds=70).report().timeline[0]

        assert [
            "refresh    GET https://api.example.com/ -> 200 OK",
            "  (sent in the background, to refresh the cache)",
        ] == describe_entry(entry)[:2]


def test_what_has_to_change_in_a_stored_answer_has_to_in_every_one() -> None:
    result = fetched_again({"/": Answer(200, {"Cache-Control": "max-age=600"})})

    assert """\
Fix:    Allow https://app.example.com.
        in the response to GET https://api.example.com/ (the stored one, and so
        every response of this URL, including those to requests without Origin):
          Access-Control-Allow-Origin: https://app.example.com
          Vary: Origin
          (proven by replay in every browser)
          ! Browsers keep a stored response until it expires.
""" in result.explain()

"""
Fixes: how what was proven is worded, in which order, and with what to consider.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

from browsercors import Answer, Blob, Browser, ScriptedServer
from browsercors.engines.registry import profiles
from browsercors.explain.fixes.find import _where_it_fails
from browsercors.explain.report import AnswerChange, HeaderChange, Needs
from tests.explain.pages import ALLOW, ALLOW_CREDENTIALS, API, PAGE, SUFFIXES, fetched, fetched_again
from tests.traps.pages import ask, surprise

if TYPE_CHECKING:
    from browsercors.explain.report import Report

ANY = {"Access-Control-Allow-Origin": "*"}
NULL = {"Access-Control-Allow-Origin": "null"}
METHODS = "Access-Control-Allow-Methods"
HEADERS = "Access-Control-Allow-Headers"

SUMMARIES: list[tuple[str, dict[str, Any], dict[str, Any], list[tuple[str, str]]]] = [
    (
        "an origin that is missing: this page's, or every one",
        {"/": Answer()},
        {},
        [("server", f"Allow {PAGE}."), ("server", "Allow every origin.")],
    ),
    (
        "with credentials never every one",
        {"/": Answer()},
        {"credentials": "include"},
        [("server", f"Allow {PAGE} and allow credentials.")],
    ),
    (
        "leave for credentials, or a request without",
        {"/": Answer(headers=ALLOW)},
        {"credentials": "include"},
        [("server", "Allow credentials."), ("page", "Send the request without credentials.")],
    ),
    (
        "a method",
        {"OPTIONS /": Answer(204, ALLOW), "/": Answer(headers=ALLOW)},
        {"method": "PUT"},
        [("server", "Allow the method PUT.")],
    ),
    (
        "a list of methods that is none, for a method that needs no listing",
        {"OPTIONS /": Answer(204, {**ALLOW, METHODS: "a b", HEADERS: "x-a"})},
        {"headers": {"X-A": "1"}},
        [("server", "Allow the method GET.")],
    ),
    (
        "a list of headers that is none",
        {"OPTIONS /": Answer(204, {**ALLOW, HEADERS: "x a"})},
        {"headers": {"X-A": "1"}},
        [("server", "Allow the requested headers.")],
    ),
    (
        "the status of the preflight",
        {"OPTIONS /": Answer(404, {**ALLOW, METHODS: "PUT"})},
        {"method": "PUT"},
        [("server", "Respond to the preflight with 204.")],
    ),
    (
        "a redirect with a password in it",
        {"/": Answer(302, {**ALLOW, "Location": "https://user:pass@api.example.com/there"}), "/there": Answer()},
        {"redirect": "follow"},
        [("server", "Redirect to a URL without user name and password.")],
    ),
    (
        "a resource policy, or CORS",
        {"/": Answer(headers={"Cross-Origin-Resource-Policy": "same-origin", **ANY})},
        {"mode": "no-cors"},
        [("server", "Allow other origins to load the response."), ("page", 'Use mode "cors".')],
    ),
    (
        "a status that is a proxy's",
        {"/": Answer(407, ALLOW)},
        {},
        [("server", "Respond with 401 instead of 407.")],
    ),
    (
        "the page's mode",
        {"/": Answer(headers=ALLOW)},
        {"mode": "same-origin"},
        [("page", 'Use mode "cors".')],
    ),
    (
        "the page's mode and the server together, where neither alone would do",
        {"/": Answer()},
        {"mode": "no-cors", "redirect": "manual"},
        [("page", "Follow redirects."), ("page", 'Use mode "cors".')],
    ),
    ("nothing where no answer came", {"/": Answer.broken()}, {}, []),
]


@pytest.mark.parametrize(("_story", "answers", "options", "fixes"), SUMMARIES, ids=[row[0] for row in SUMMARIES])
def test_what_is_to_be_done_is_said_in_one_sentence(
    _story: str, answers: dict[str, Any], options: dict[str, Any], fixes: list[tuple[str, str]]
) -> None:
    assert fixes == [(fix.where, fix.summary) for fix in fetched(answers, **options).report().fixes]


def test_a_change_says_what_was_there_before_and_what_nobody_saw() -> None:
    answers = {"OPTIONS /": Answer(404, {"Vary": "Accept", "Access-Control-Allow-Origin": "null"})}

    fix = fetched(answers, method="PUT").report().fixes[0]

    assert (
        AnswerChange(
            "preflight",
            "OPTIONS",
            f"{API}/",
            204,
            (
                HeaderChange("Access-Control-Allow-Origin", PAGE, "null"),
                HeaderChange("Vary", "Accept, Origin", "Accept"),
                HeaderChange(METHODS, "PUT"),
            ),
        ),
        AnswerChange(
            "actual",
            "PUT",
            f"{API}/",
            None,
            (HeaderChange("Access-Control-Allow-Origin", PAGE), HeaderChange("Vary", "Origin")),
            is_assumed=True,
        ),
    ) == fix.answers


def test_a_redirect_on_the_way_is_told_from_the_last_answer() -> None:
    fix = fetched({"/": Answer(302, {"Location": "/there"}), "/there": Answer()}).report().fixes[0]

    assert ["redirect", "actual"] == [answer.kind for answer in fix.answers]


def test_what_a_url_answers_once_and_not_again_changes_all_the_same() -> None:
    vary = {**ALLOW, "Vary": "Origin"}
    answers = {
        "/": [Answer(302, {**vary, "Location": "/there"}), Answer()],
        "/there": Answer(302, {**vary, "Location": "/"}),
    }

    (change,) = fetched(answers).report().fixes[0].answers

    assert (f"{API}/", (("Access-Control-Allow-Origin", PAGE), ("Vary", "Origin"))) == (
        change.url,
        tuple((header.name, header.value) for header in change.headers),
    )


def test_a_long_list_is_proposed_whole() -> None:
    listed = ", ".join(f"x-header-{number}" for number in range(100))

    fix = fetched({"OPTIONS /": Answer(204, {**ALLOW, HEADERS: listed})}, headers={"X-A": "1"}).report().fixes[0]

    assert f"{listed}, x-a" == fix.answers[0].headers[0].value


def test_a_browser_in_which_the_page_cannot_make_the_call_is_a_warning() -> None:
    assert ["In WebKit the page cannot make this call at all."] == list(_where_it_fails({"webkit": None}))


def test_a_browser_in_which_it_stays_blocked_is_a_warning() -> None:
    with Browser(public_suffix_list=SUFFIXES) as browser:
        browser.mount("*", ScriptedServer({"/": Answer()}))
        browser.grant("loopback-network")
        report = browser.open(PAGE).fetch("http://localhost:8000/").report()

    assert ("In WebKit the request is still blocked: mixed-content.",) == report.fixes[0].warnings
    assert "webkit" not in report.fixes[0].proven_in


def test_a_browser_that_asks_the_visitor_has_no_verdict_yet() -> None:
    with Browser("webkit", public_suffix_list=SUFFIXES) as browser:
        browser.mount("*", ScriptedServer({"/": Answer(200, ALLOW)}))
        report = browser.open("https://app.example.com/").fetch("http://localhost:8000/").report()

    assert "In Chromium there is no verdict yet: local-network-access-prompt." in report.fixes[0].warnings


def test_another_origin_that_the_server_names_is_a_warning() -> None:
    fix = fetched({"/": Answer(headers={"Access-Control-Allow-Origin": "https://other.example"})}).report().fixes[0]

    assert (
        f"The server names https://other.example. Make this change only if {PAGE} is meant to be allowed as well.",
    ) == fix.warnings


BEHIND: list[tuple[str, dict[str, Any], dict[str, Any], list[str]]] = [
    ("nothing where nothing else is wrong", {"/": Answer()}, {}, []),
    ("what fails next", {"/": Answer()}, {"credentials": "include"}, ["allow-credentials-not-true"]),
    (
        "one after the other, and nothing of answers that nobody saw",
        {"OPTIONS /": Answer(404)},
        {"method": "PUT", "headers": {"X-A": "1"}},
        ["preflight-status-not-ok", "method-not-allowed", "header-not-allowed"],
    ),
    (
        "every header of several",
        {"OPTIONS /": Answer(204, ALLOW)},
        {"headers": {"X-A": "1", "X-B": "1", "X-C": "1"}},
        ["header-not-allowed", "header-not-allowed"],
    ),
    ("nothing where nothing helps", {"/": Answer.broken()}, {}, []),
    (
        "what no server can prove, in the end",
        {},
        {"method": "POST", "body": Blob(b"a" * 70_000), "keepalive": True, "headers": {"X-A": "1"}},
        ["keepalive-body-too-large"],
    ),
]


@pytest.mark.parametrize(("_story", "answers", "options", "codes"), BEHIND, ids=[row[0] for row in BEHIND])
def test_behind_the_first_failure_stands(
    _story: str, answers: dict[str, Any], options: dict[str, Any], codes: list[str]
) -> None:
    assert codes == [obstacle.code for obstacle in fetched(answers, **options).report().behind]


NEEDS: list[tuple[str, dict[str, Any], dict[str, Any], Needs | None]] = [
    ("the page's origin", {"/": Answer()}, {}, Needs(PAGE, API, "/")),
    ("that it is an error page", {"/": Answer(500)}, {}, Needs(PAGE, API, "/", on_errors=True)),
    (
        "methods, headers and credentials",
        {"OPTIONS /": Answer()},
        {"method": "PUT", "headers": {"X-A": "1"}, "credentials": "include"},
        Needs(PAGE, API, "/", "PUT", ("PUT",), ("x-a",), credentials=True),
    ),
    (
        "what is exposed already",
        {"/": Answer(headers={"Access-Control-Expose-Headers": "X-B, *"})},
        {},
        Needs(PAGE, API, "/", expose=("X-B",)),
    ),
    (
        "that what is open stays open",
        {"OPTIONS /": Answer(204, ANY), "/": Answer(headers=ANY)},
        {"headers": {"X-A": "1"}},
        Needs("*", API, "/", headers=("x-a",)),
    ),
    (
        "every origin, where the page has none",
        {"OPTIONS /": Answer(204, {"Access-Control-Allow-Origin": "null"}), "/": Answer(headers=ANY)},
        {"headers": {"X-A": "1"}, "sandboxed": True},
        Needs("*", API, "/", headers=("x-a",)),
    ),
    (
        "nothing where null alone is let in",
        {"OPTIONS /": Answer(403, NULL), "/": Answer(500, {**NULL, "Access-Control-Allow-Credentials": "1"})},
        {"credentials": "include", "sandboxed": True},
        None,
    ),
    ("nothing where it is not about CORS", {"/": Answer(407, ALLOW)}, {}, None),
]


@pytest.mark.parametrize(("_story", "answers", "options", "needs"), NEEDS, ids=[row[0] for row in NEEDS])
def test_a_configuration_needs(
    _story: str, answers: dict[str, Any], options: dict[str, Any], needs: Needs | None
) -> None:
    found = fetched(answers, **options).report().fixes[0].needs

    assert needs == found


class TestAllowedOrigins:
    """
    What is offered if it is known whom the server is to allow.
    """

    RESULT = fetched({"/": Answer(headers=ANY)}, credentials="include")

    def test_a_page_of_another_origin_is_offered_no_change_of_the_servers(self) -> None:
        report = self.RESULT.report(allowed_origins=["https://www.example.com"])

        assert ["page"] == [fix.where for fix in report.fixes]
        assert f"{PAGE} is not one of the origins to be allowed (https://www.example.com)" in report.advice

    def test_nobody_else_is_let_in_with_the_page(self) -> None:
        report = fetched({"/": Answer()}).report(allowed_origins=[PAGE])

        assert [f"Allow {PAGE}."] == [fix.summary for fix in report.fixes]

    def test_where_everybody_is_to_be_let_in_so_is_the_page(self) -> None:
        report = fetched({"/": Answer()}).report(allowed_origins=["*"])

        assert [f"Allow {PAGE}.", "Allow every origin."] == [fix.summary for fix in report.fixes]


class TestExpose:
    """
    The fix for headers that the page does not see.
    """

    def test_what_is_exposed_already_stays_so(self) -> None:
        headers = {**ALLOW, "Access-Control-Expose-Headers": "X-A", "X-A": "1", "X-B": "2"}

        fix = fetched({"/": Answer(headers=headers)}).report().surprises[0].fix

        assert fix is not None
        assert (HeaderChange("Access-Control-Expose-Headers", "X-A, X-B", "X-A"),) == fix.answers[0].headers
        assert fix.needs is not None
        assert ("X-B", "X-A") == fix.needs.expose

    def test_a_remembered_preflight_changes_nothing_about_it(self) -> None:
        allow = {**ALLOW, METHODS: "PUT"}
        with Browser(public_suffix_list=SUFFIXES) as browser:
            browser.mount(
                API, ScriptedServer({"OPTIONS /": Answer(204, allow), "/": Answer(200, {**ALLOW, "X-A": "1"})})
            )
            page = browser.open(PAGE)
            fixes = [page.fetch(API, method="PUT").report().surprises[0].fix for _ in range(2)]

        assert fixes[0] is not None
        assert fixes[1] is not None
        assert fixes[0].answers == fixes[1].answers

    def test_with_credentials_a_wildcard_is_replaced(self) -> None:
        headers = {**ALLOW_CREDENTIALS, "Access-Control-Expose-Headers": "*", "X-A": "1"}

        fix = fetched({"/": Answer(headers=headers)}, credentials="include").report().surprises[0].fix

        assert fix is not None
        assert "X-A" == fix.answers[0].headers[0].value

    @pytest.mark.parametrize("name", [b"X A", b"X:A", b"\xe9"])
    def test_a_name_that_no_list_can_hold_has_no_fix(self, name: bytes) -> None:
        report = fetched({"/": Answer(headers=[*ALLOW.items(), (name, "1")])}).report()

        assert [] == [each.fix for each in report.surprises if each.code == "header-hidden" and each.fix is not None]


class TestReadInModeCors:
    """
    The fix for an opaque response.
    """

    def test_where_the_server_allows_the_page_it_is_the_pages_alone(self) -> None:
        fix = fetched({"/": Answer(headers=ALLOW)}, mode="no-cors").report().surprises[0].fix

        assert fix is not None
        assert ("page", ()) == (fix.where, fix.answers)

    def test_where_no_change_helps_there_is_none(self) -> None:
        assert fetched({"/": Answer(302, {"Location": "data:,x"})}, mode="no-cors").report().verdict == "blocked"
        assert fetched({"/": Answer()}, mode="no-cors", sandboxed=True).report().surprises[0].fix is None


LASTS = {"Cache-Control": "max-age=600"}
EVERY_ORIGIN: dict[str, str | None] = {"Access-Control-Allow-Origin": "*"}
STORED: list[tuple[str, dict[str, str], dict[str, Any], list[dict[str, str | None]]]] = [
    ("an origin", {}, {}, [{**ALLOW, "Vary": "Origin"}, EVERY_ORIGIN]),
    ("* for a request with credentials", ANY, {"credentials": "include"}, [{**ALLOW_CREDENTIALS, "Vary": "Origin"}]),
    (
        "credentials, where an origin is named",
        ALLOW,
        {"credentials": "include"},
        [{"Access-Control-Allow-Credentials": "true", "Vary": "Origin"}],
    ),
    (
        "credentials, where an origin is named and Vary does not say so",
        {**ALLOW, "Vary": "Accept-Encoding"},
        {"credentials": "include"},
        [{"Access-Control-Allow-Credentials": "true", "Vary": "Accept-Encoding, Origin"}],
    ),
]


class TestStored:
    """
    The fix for an answer that came out of the HTTP cache.
    """

    @pytest.mark.parametrize(("_story", "headers", "options", "changes"), STORED, ids=[row[0] for row in STORED])
    def test_what_names_an_origin_says_that_it_is_for_that_one(
        self, _story: str, headers: dict[str, str], options: dict[str, Any], changes: list[dict[str, str | None]]
    ) -> None:
        report = fetched_again({"/": Answer(200, {**LASTS, **headers})}, **options).report()
        fixes = [fix for fix in report.fixes if fix.where == "server"]

        assert changes == [{each.name: each.value for each in fix.answers[0].headers} for fix in fixes]
        assert [(True, tuple(profiles()))] * len(fixes) == [(fix.answers[0].is_stored, fix.proven_in) for fix in fixes]
        assert all("Browsers keep a stored response until it expires." in fix.warnings for fix in fixes)

    def test_where_vary_was_missing_it_is_not_asked_for_of_an_answer_that_was_not_stored(self) -> None:
        fix = fetched({"/": Answer(200, {**LASTS, **ALLOW})}, credentials="include").report().fixes[0]

        assert (["Access-Control-Allow-Credentials"], False, ()) == (
            [each.name for each in fix.answers[0].headers], fix.answers[0].is_stored, fix.warnings
        )  # fmt: skip

    def test_the_value_before_is_that_of_what_was_stored_and_not_of_the_304(self) -> None:
        other = {"Access-Control-Allow-Origin": "https://other.example", "Cache-Control": "no-cache", "ETag": '"1"'}
        report = fetched_again({"/": [Answer(200, other), Answer(304)]}).report()

        assert "https://other.example" == report.fixes[0].answers[0].headers[0].before

    def test_what_is_asked_behind_the_pages_back_needs_no_change(self) -> None:
        stale = {"Cache-Control": "max-age=60, stale-while-revalidate=600"}
        report = fetched_again({"/": [Answer(200, stale), Answer(500, ANY)]}, seconds=70).report()

        assert [["Access-Control-Allow-Origin", "Vary"], ["Access-Control-Allow-Origin"]] == [
            [each.name for each in fix.answers[0].headers] for fix in report.fixes
        ]
        assert [None, None] == [fix.answers[0].headers[0].before for fix in report.fixes]
        assert [False, False] == [fix.needs.on_errors for fix in report.fixes if fix.needs is not None]

    def test_what_is_behind_is_of_the_stored_answer_too(self) -> None:
        report = fetched_again({"/": Answer(200, LASTS)}, credentials="include").report()

        assert ["allow-credentials-not-true"] == [obstacle.code for obstacle in report.behind]

    def test_the_header_that_shows_others_is_of_the_stored_answer(self) -> None:
        report = fetched_again({"/": Answer(200, {**LASTS, **ANY, "X-A": "1"})}).report()
        fix = report.surprises[0].fix

        assert fix is not None
        assert fix.answers[0].is_stored
        assert ("Browsers keep a stored response until it expires.",) == fix.warnings


def redirected(target: str, headers: dict[str, str]) -> Report:
    """
    Return the report on a fetch that the API redirects to *target*, which answers with *headers*.
    """
    origin = "/".join(target.split("/")[:3])
    detour = {"*": Answer(302, {**ALLOW, "Location": target})}
    return ask({API: detour, origin: {"*": Answer(200, headers)}}, f"{API}/x").report()


@pytest.mark.parametrize("headers", [{}, ALLOW], ids=["without a header", "with the page's origin"])
def test_a_redirect_back_to_the_page_is_no_reason_to_open_the_pages_own_server(headers: dict[str, str]) -> None:
    report = redirected(f"{PAGE}/done", headers)

    assert [("page", f"Request {PAGE}/done directly, where the redirect leads.")] == [
        (fix.where, fix.summary) for fix in report.fixes
    ]
    assert "" == report.curl
    assert "redirected back to the page" in surprise(report, "origin-became-null")


@pytest.mark.parametrize(
    ("headers", "where"), [({}, "both"), (ALLOW, "page")], ids=["without a header", "with the page's origin"]
)
def test_after_a_redirect_to_a_third_origin_the_page_is_changed_first(headers: dict[str, str], where: str) -> None:
    report = redirected("https://files.example.com/x", headers)

    assert [where, "server"] == [fix.where for fix in report.fixes]
    assert report.fixes[0].summary.startswith("Request https://files.example.com/x directly")
    assert "Allow every origin." == report.fixes[1].summary
    assert "redirected to a different origin" in surprise(report, "origin-became-null")

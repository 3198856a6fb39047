"""
Verdicts on recordings of each browser, and what is said where recording and simulation do not agree.
"""

from __future__ import annotations

import io
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

from browsercors.har import replaying
from browsercors.har.replaying import HarError, read_har
from browsercors.har.verdicts import is_let_through
from tests.har.build import API, PAGE, chromium_entry, firefox_entry, har_bytes, webkit_entry

if TYPE_CHECKING:
    from browsercors.har.reading import HarProblem
    from browsercors.har.verdicts import HarReading, HarVerdict
    from browsercors.values.literals import BrowserName

SAMPLES = Path(__file__).parent / "samples"

ANYBODY = {"access-control-allow-origin": "*"}
ALLOWED = {"access-control-allow-origin": PAGE}
WITH_COOKIES = {**ALLOWED, "access-control-allow-credentials": "true"}
ASKED = {"access-control-request-method": "PUT", "access-control-request-headers": "x-a"}
GRANTED = {**ALLOWED, "access-control-allow-methods": "PUT", "access-control-allow-headers": "x-a"}


def judged(*entries: Any, **options: Any) -> list[HarVerdict]:
    return list(
        read_har(io.BytesIO(har_bytes(*entries, **options)), on_problem=lambda problem: pytest.fail(str(problem)))
    )


def one(*entries: Any, **options: Any) -> HarVerdict:
    (verdict,) = judged(*entries, **options)
    return verdict


def code(verdict: HarVerdict) -> str:
    block = verdict.result.block
    return "readable" if is_let_through(verdict.result) else block.reason.value if block is not None else "opaque"


def rows(reading: HarReading) -> list[tuple[tuple[int, ...], str, str, str]]:
    return [(verdict.entries, code(verdict), verdict.credentials, verdict.recorded.outcome) for verdict in reading]


SAMPLE_CASES = [
    (
        "chromium",
        "chromium",
        [
            ((2, 3), "allow-origin-wildcard-with-credentials", "include", "failed"),
            ((4, 5), "allow-origin-missing", "same-origin", "failed"),
            ((6,), "readable", "include", "answered"),
            ((7, 8), "readable", "same-origin", "answered"),
            ((12,), "connection-failed", "same-origin", "failed"),
            ((13,), "readable", "same-origin", "answered"),
        ],
        {"data:": 1, "navigate": 1, "no-cors": 1, "same-origin": 1, "websocket": 1},
    ),
    (
        "chromium-sanitised",
        "chromium",
        [
            ((0,), "readable", "same-origin", "answered"),
            ((1,), "allow-origin-wildcard-with-credentials", "include", "failed"),
            ((2, 3), "readable", "same-origin", "answered"),
        ],
        {},
    ),
    (
        "firefox",
        "firefox",
        [
            ((1, 2), "method-not-allowed", "same-origin", "failed"),
            ((3,), "allow-origin-missing", "same-origin", "unknown"),
            ((4,), "allow-origin-wildcard-with-credentials", "include", "unknown"),
        ],
        {"navigate": 1},
    ),
    (
        "webkit",
        "webkit",
        [
            ((1,), "readable", "same-origin", "answered"),
            ((2,), "not-recorded", "same-origin", "failed"),
            ((3,), "readable", "same-origin", "answered"),
        ],
        {"navigate": 1},
    ),
]


@pytest.mark.parametrize(
    ("name", "browser", "verdicts", "left_out"), SAMPLE_CASES, ids=[row[0] for row in SAMPLE_CASES]
)
def test_the_recording_of_each_browser_is_judged(
    name: str, browser: str, verdicts: list[Any], left_out: dict[str, int]
) -> None:
    reading = read_har(SAMPLES / f"{name}.har")

    assert verdicts == rows(reading)
    assert (browser, left_out, 0) == (reading.browser, dict(reading.counts), reading.problems)


@pytest.mark.parametrize("browser", ["chromium", "firefox", "webkit", "standard"])
def test_any_browser_can_judge_any_recording(browser: BrowserName) -> None:
    reading = read_har(SAMPLES / "chromium.har", browser=browser)

    assert {browser} == {verdict.result.browser_name for verdict in reading}
    assert browser == reading.browser


CONTRADICTIONS = [
    (
        "failed for no reason",
        [chromium_entry("GET", f"{API}/a", 200, {"cookie": "a=b"}, WITH_COOKIES, error="net::ERR_FAILED")],
        "the recording says that it failed (net::ERR_FAILED); by its responses the page could read it",
    ),
    (
        "failed for another reason",
        [chromium_entry("GET", f"{API}/a", 200, {"cookie": "a=b"}, WITH_COOKIES, error="net::ERR_CONTENT_DECODING")],
        "(net::ERR_CONTENT_DECODING, which CORS may have nothing to do with)",
    ),
    (
        "did not fail though it had to",
        [chromium_entry("GET", f"{API}/a")],
        "the recording does not say that it failed; by its responses it fails (allow-origin-missing)",
    ),
    (
        "a preflight that none needs",
        [
            chromium_entry("OPTIONS", f"{API}/a", 204, {"access-control-request-method": "GET"}, ALLOWED),
            chromium_entry("GET", f"{API}/a", 200, {}, ALLOWED),
        ],
        "the recording has a preflight (entry 0), the simulated browser needs none",
    ),
    (
        "no Origin",
        [chromium_entry("GET", f"{API}/a", 200, {}, ALLOWED, origin=None)],
        f"entry 0 has no Origin, the simulated browser sends Origin: {PAGE}",
    ),
    (
        "an Origin that got lost on a redirect",
        [
            chromium_entry("GET", f"{API}/a", 302, {}, {**ANYBODY, "location": f"{API}/b"}),
            chromium_entry("GET", f"{API}/b", 200, {}, ANYBODY, origin="null"),
        ],
        f"entry 1 has Origin: null, the simulated browser sends Origin: {PAGE}",
    ),
]


@pytest.mark.parametrize(("_story", "entries", "said"), CONTRADICTIONS, ids=[row[0] for row in CONTRADICTIONS])
def test_where_recording_and_simulation_do_not_agree_is_said(_story: str, entries: list[Any], said: str) -> None:
    verdict = judged(*entries)[-1]

    assert any(said in contradiction for contradiction in verdict.contradictions), verdict.contradictions


MISSING_PREFLIGHTS = [
    (
        "none is in the file",
        [chromium_entry("PUT", f"{API}/a", 200, {}, ALLOWED)],
        {},
        "the export may have left it out, or the browser remembered one from before the recording",
        (0, 1),
    ),
    (
        "one that may have been remembered",
        [
            chromium_entry("PUT", f"{API}/a", 200, {"x-a": "1"}, ALLOWED),
            chromium_entry("OPTIONS", f"{API}/a", 204, ASKED, GRANTED, kind="preflight"),
            chromium_entry("PUT", f"{API}/a", 200, {"x-a": "1"}, ALLOWED),
        ],
        {},
        "the browser may have remembered the response of entry 1",
        (1, 1),
    ),
    (
        "the browser's tools list none",
        [webkit_entry("PUT", f"{API}/a", 200, {}, ALLOWED)],
        {"creator": "WebKit Web Inspector"},
        "Safari's Web Inspector does not list them",
        (0, 1),
    ),
    (
        "the recorder lists none",
        [chromium_entry("PUT", f"{API}/a", 200, {}, ALLOWED)],
        {"creator": "Playwright", "browser": {"name": "chromium"}},
        "Playwright does not list them",
        (0, 1),
    ),
]


@pytest.mark.parametrize(
    ("_story", "entries", "log", "said", "counted"), MISSING_PREFLIGHTS, ids=[row[0] for row in MISSING_PREFLIGHTS]
)
def test_a_preflight_that_was_not_recorded_is_unknown_and_no_disagreement(
    _story: str, entries: list[Any], log: dict[str, Any], said: str, counted: tuple[int, int]
) -> None:
    reading = read_har(io.BytesIO(har_bytes(*entries, **log)))
    verdict = list(reading)[-1]

    assert ("readable", ()) == (verdict.outcome, verdict.contradictions)
    assert f"the response to the preflight: {said}. It counts as allowed" in verdict.unknown
    assert counted == (reading.preflights, reading.missing_preflights)


def test_where_they_agree_nothing_is_said() -> None:
    entries = [
        chromium_entry("PUT", f"{API}/a", 200, {"x-a": "1", "cookie": "a=b"}, WITH_COOKIES),
        chromium_entry(
            "OPTIONS", f"{API}/a", 204, ASKED, {**GRANTED, "access-control-allow-credentials": "true"}, kind="preflight"
        ),
    ]
    verdict = one(*entries)

    assert ((), (), True, None) == (
        verdict.contradictions,
        verdict.unknown,
        is_let_through(verdict.result),
        verdict.otherwise,
    )


MODES = [
    # answer         recorded error      verdict                                   mode           known  otherwise
    (ANYBODY, None, "readable", "same-origin", True, True),
    (ANYBODY, "net::ERR_FAILED", "allow-origin-wildcard-with-credentials", "include", True, True),
    (WITH_COOKIES, None, "readable", "same-origin", False, False),
    ({}, "net::ERR_FAILED", "allow-origin-missing", "same-origin", False, False),
]


@pytest.mark.parametrize(("received", "error", "expected", "mode", "known", "differs"), MODES)
def test_of_two_credentials_modes_the_one_that_fits_the_recording_is_taken(
    received: dict[str, str], error: str | None, expected: str, mode: str, known: bool, differs: bool
) -> None:
    verdict = one(chromium_entry("GET", f"{API}/a", 200, {}, received, error=error))

    assert (expected, mode, known) == (code(verdict), verdict.credentials, verdict.knows_credentials)
    assert differs == (verdict.otherwise is not None)
    assert "cookies and Authorization: exports leave them out by default" in verdict.unknown


def test_where_the_recording_does_not_say_how_it_ended_both_are_possible() -> None:
    verdict = one(firefox_entry("GET", f"{API}/a", 200, {}, ANYBODY), creator="Firefox")

    assert ("readable", "same-origin", False) == (code(verdict), verdict.credentials, verdict.knows_credentials)
    assert verdict.otherwise is not None
    assert verdict.otherwise.block is not None
    assert "allow-origin-wildcard-with-credentials" == verdict.otherwise.block.reason.value


FAILURES = [
    # what the recording says                                  outcome      code
    ("net::ERR_FAILED", "undecided", "not-recorded"),
    ("net::ERR_ABORTED", "undecided", "not-recorded"),
    ("net::ERR_NAME_NOT_RESOLVED", "blocked", "connection-failed"),
    ("net::ERR_CONNECTION_TIMED_OUT", "blocked", "timed-out"),
    ("net::ERR_BLOCKED_BY_CLIENT", "stopped", "blocked-by-client"),
    ("net::ERR_BLOCKED_BY_CSP", "blocked", "content-security-policy"),
    ("net::ERR_BLOCKED_BY_LOCAL_NETWORK_ACCESS_CHECKS", "blocked", "local-network-access"),
    ("Preflight response is not successful. Status code: 404", "blocked", "preflight-status-not-ok"),
    ("NS_BINDING_ABORTED", "undecided", "not-recorded"),
    (None, "undecided", "not-recorded"),
]


@pytest.mark.parametrize(("error", "outcome", "expected"), FAILURES)
def test_without_a_response_the_failure_decides_if_it_tells_enough(
    error: str | None, outcome: str, expected: str
) -> None:
    verdict = one(chromium_entry("GET", f"{API}/a", 0, {}, {}, error=error, whole=False))

    assert (outcome, expected) == (verdict.outcome, verdict.code)
    assert (outcome == "blocked") == verdict.is_problem
    assert (error or "the recording has no response") in f"{verdict.recorded.error} {verdict.result.explain()}"


WITH_A_RESPONSE = [
    # response headers, what the recording says    outcome     code                              the recording ended
    (ANYBODY, "net::ERR_ABORTED", "readable", "", "answered"),
    ({}, "net::ERR_ABORTED", "undecided", "allow-origin-missing", "answered"),
    (ANYBODY, "net::ERR_BLOCKED_BY_RESPONSE.NotSameOrigin", "blocked", "cross-origin-resource-policy", "failed"),
    (ANYBODY, "net::ERR_FAILED", "blocked", "allow-origin-wildcard-with-credentials", "failed"),
    ({}, "Origin https://a.example is not allowed", "blocked", "allow-origin-missing", "failed"),
]


@pytest.mark.parametrize(("received", "error", "outcome", "expected", "ended"), WITH_A_RESPONSE)
def test_with_a_response_the_failure_says_whether_the_page_has_it(
    received: dict[str, str], error: str, outcome: str, expected: str, ended: str
) -> None:
    verdict = one(chromium_entry("GET", f"{API}/a", 200, {}, received, error=error))

    assert (outcome, expected, ended) == (verdict.outcome, verdict.code, verdict.recorded.outcome)


ELEMENTS = [
    # kind         destination  headers                           error                     outcomes
    ("font", "font", {"x-browser-year": "2026"}, None, ["readable"]),
    ("font", None, {"x-client-data": "CI"}, None, ["readable"]),
    ("script", "script", {}, None, ["readable"]),
    ("image", "image", {"sec-fetch-mode": "no-cors"}, None, []),
    ("image", "image", {"sec-fetch-mode": "no-cors"}, "net::ERR_BLOCKED_BY_ORB", ["blocked"]),
    ("script", "script", {"sec-fetch-mode": "no-cors"}, "net::ERR_BLOCKED_BY_CLIENT", []),
]


@pytest.mark.parametrize(("kind", "destination", "headers", "error", "outcomes"), ELEMENTS)
def test_what_elements_load_is_judged_as_such(
    kind: str, destination: str | None, headers: dict[str, str], error: str | None, outcomes: list[str]
) -> None:
    sent = {**headers, "x-added": "by an extension", "sec-fetch-dest": destination or ""}
    verdicts = judged(chromium_entry("GET", f"{API}/a", 200, sent, ANYBODY, kind=kind, error=error))

    assert outcomes == [verdict.outcome for verdict in verdicts]


def test_headers_that_browsers_add_need_no_preflight() -> None:
    sent = {f"x-browser-{name}": "1" for name in ("channel", "copyright", "validation", "year")}
    verdict = one(chromium_entry("GET", f"{API}/a", 200, {**sent, "x-client-data": "CI"}, ANYBODY))

    assert ("readable", False, ()) == (verdict.outcome, verdict.result.preflighted, verdict.contradictions)


USER_AGENTS = [
    # creator, User-Agent                                                                          judged as
    ("mitmproxy", "Mozilla/5.0 (X11; Linux x86_64; rv:153.0) Gecko/20100101 Firefox/153.0", "firefox"),
    (
        "Charles Proxy",
        "Mozilla/5.0 (X11) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/148.0 Safari/537.36",
        "chromium",
    ),
    ("Fiddler", "Mozilla/5.0 (iPhone) AppleWebKit/605.1.15 (KHTML, like Gecko) CriOS/148.0 Safari/604.1", "webkit"),
    ("Nightly", "Mozilla/5.0 (X11) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/148.0 Safari/537.36", "firefox"),
    ("LibreWolf", "", "firefox"),
    ("Somebody", "curl/8", "chromium"),
]


@pytest.mark.parametrize(("creator", "user_agent", "browser"), USER_AGENTS)
def test_the_browser_is_told_by_the_file_or_else_by_the_user_agent(creator: str, user_agent: str, browser: str) -> None:
    entry = chromium_entry("GET", f"{API}/a", 200, {"user-agent": user_agent}, ANYBODY)
    reading = read_har(io.BytesIO(har_bytes(entry, creator=creator)))

    assert [browser] == [verdict.result.browser_name for verdict in reading]
    assert browser == reading.browser


ANSWERS = [
    # fields of the entry or of its answer, what is said
    ({"_fromCache": "disk"}, {}, "it is from the browser's cache"),
    ({}, {"_fetchedViaServiceWorker": True}, "what the service worker did"),
    ({}, {"status": 0}, "the status of the response of entry 0: 200 is assumed"),
]


@pytest.mark.parametrize(("fields", "answer", "said"), ANSWERS)
def test_what_an_answer_leaves_open_is_said(fields: dict[str, Any], answer: dict[str, Any], said: str) -> None:
    entry = chromium_entry("GET", f"{API}/a", 200, {}, ALLOWED)
    entry.update(fields)
    entry["response"].update(answer)

    assert said in " ".join(one(entry).unknown)


def test_an_answer_that_says_not_modified_tells_nothing_of_the_one_that_was_stored() -> None:
    bare = one(chromium_entry("GET", f"{API}/a", 304))
    whole = one(chromium_entry("GET", f"{API}/a", 304, {}, ALLOWED))

    assert ("not-recorded", "readable") == (code(bare), code(whole))
    assert "304 (Not Modified)" in bare.result.explain()


def test_an_export_with_any_credentials_in_it_left_none_out() -> None:
    signed_in = chromium_entry("GET", f"{PAGE}/login", 200, {}, {"set-cookie": "a=b"}, origin=None)
    verdict = one(signed_in, chromium_entry("GET", f"{API}/a", 200, {}, ALLOWED))

    assert ("whether credentials were included: no cookies were sent, but there may have been none",) == verdict.unknown


def test_of_many_preflights_the_last_ones_are_kept_in_mind(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(replaying, "MOST_PREFLIGHTS_IN_MIND", 1)
    preflights = [chromium_entry("OPTIONS", f"{API}/{path}", 204, ASKED, GRANTED, kind="preflight") for path in "ab"]
    requests = [chromium_entry("PUT", f"{API}/{path}", 200, {"x-a": "1"}, ALLOWED) for path in "abab"]
    verdicts = judged(*preflights, *requests)

    assert [[], [], ["before the recording"], ["of entry 1"]] == [
        [part for part in ("before the recording", "of entry 1") if part in " ".join(verdict.unknown)]
        for verdict in verdicts
    ]


def test_what_was_not_recorded_is_no_verdict() -> None:
    verdict = one(chromium_entry("GET", f"{API}/a", 302, {}, {**ANYBODY, "location": f"{API}/b"}))

    assert (True, False) == (verdict.is_undecided, verdict.is_problem)
    assert f"no answer to the request GET {API}/b was recorded" in verdict.result.explain()


def test_a_redirect_away_from_the_page_s_own_origin_is_judged() -> None:
    verdict = one(
        chromium_entry("GET", f"{PAGE}/a", 302, {}, {"location": f"{API}/b"}, origin=None),
        chromium_entry("GET", f"{API}/b", 200, {}, {}, second=0.1, error="net::ERR_FAILED"),
    )

    assert ((0, 1), "allow-origin-missing") == (verdict.entries, code(verdict))


def test_a_page_of_opaque_origin_is_judged_as_one() -> None:
    allowed = {"access-control-allow-origin": "null"}
    simple = one(chromium_entry("GET", f"{API}/a", 200, {}, allowed, origin="null"))
    # NB: no browser remembers preflights for such a page.
    preflighted = one(chromium_entry("PUT", f"{API}/a", 200, {}, allowed, origin="null"))

    assert ("null", "readable", "not-recorded") == (simple.page_origin, code(simple), code(preflighted))


def test_of_a_preflight_alone_the_verdict_is_that_of_the_preflight() -> None:
    refused = one(firefox_entry("OPTIONS", f"{API}/a", 403, ASKED), creator="Firefox")
    granted = one(firefox_entry("OPTIONS", f"{API}/a", 204, ASKED, GRANTED), creator="Firefox")

    assert ("PUT", "allow-origin-missing") == (refused.method, code(refused))
    assert "not-recorded" == code(granted)


def test_each_request_takes_its_own_answer() -> None:
    verdicts = judged(
        webkit_entry("GET", f"{API}/a", 200, {}, ANYBODY),
        webkit_entry("GET", f"{API}/a", 200, {}, {}, error="not allowed", second=1),
        webkit_entry("GET", f"{API}/a?b", 200, {}, ANYBODY, second=2),
        creator="WebKit Web Inspector",
    )

    assert ["readable", "allow-origin-missing", "readable"] == [code(verdict) for verdict in verdicts]


FORBIDDEN = "pages cannot send CONNECT, TRACE or TRACK"


def test_what_no_page_could_have_sent_and_what_no_page_is_known_for_is_told() -> None:
    problems: list[HarProblem] = []
    alone = chromium_entry("GET", f"{API}/b", whole=False)
    alone["request"]["headers"] = []
    alone["_initiator"] = None
    del alone["pageref"]
    entries = [chromium_entry("TRACE", f"{API}/a"), alone]

    assert [] == list(read_har(io.BytesIO(har_bytes(*entries)), on_problem=problems.append))
    assert [
        f"entry 0 ({API}/a): no page could have sent it: method 'TRACE' is forbidden: {FORBIDDEN}",
        f"entry 1 ({API}/b): the page that made the request is unknown: there is no Origin, no Referer and no page",
    ] == [str(problem) for problem in problems]


def test_a_wrong_call_raises_at_once(tmp_path: Path) -> None:
    with pytest.raises(ValueError, match="browser has to be one of"):
        read_har(io.BytesIO(b"{}"), browser="safari")  # type: ignore[arg-type]
    with pytest.raises(FileNotFoundError):
        next(read_har(tmp_path / "nothing.har"))
    with pytest.raises(HarError, match="it is not JSON"):
        next(read_har(io.BytesIO(b"<html>")))


def test_equal_files_give_equal_verdicts() -> None:
    first, second = ([verdict.to_dict() for verdict in read_har(SAMPLES / "chromium.har")] for _ in range(2))

    assert first == second

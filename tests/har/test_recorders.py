"""
Files as each recorder writes them: who wrote them is known, and what it leaves out is no failure.
"""

from __future__ import annotations

import io
import json
from typing import TYPE_CHECKING, Any

import pytest

from browsercors.engines.registry import real_browsers
from browsercors.har.error_codes import ERROR_CODES, Ending, error_code
from browsercors.har.recorders import OTHER_RECORDERS, engine_of_name, engine_of_user_agent, recorder_of
from browsercors.har.replaying import read_har
from tests.har.build import API, PAGE, har_bytes, pairs

if TYPE_CHECKING:
    from collections.abc import Callable

    from browsercors.har.error_codes import ErrorCode
    from browsercors.har.reading import HarProblem

CHROME = "Mozilla/5.0 (X11; Linux x86_64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/148.0.0.0 Safari/537.36"

RECORDERS = [
    # creator                      User-Agent                name
    ("WebInspector", CHROME, "Chrome DevTools"),
    ("WebInspector", f"{CHROME} Edg/148.0.0.0", "Edge DevTools"),
    ("Firefox", "", "Firefox's Network Monitor"),
    ("Nightly", "", "Firefox's Network Monitor"),
    ("WebKit Web Inspector", "", "Safari's Web Inspector"),
    ("Playwright", CHROME, "Playwright"),
    ("chrome-har", CHROME, "Puppeteer (chrome-har)"),
    ("Charles Proxy", CHROME, "Charles"),
    ("Fiddler", CHROME, "Fiddler"),
    ("mitmproxy", CHROME, "mitmproxy"),
    ("WebPagetest", CHROME, "WebPageTest"),
    ("Insomnia REST Client", "insomnia/11.0", "Insomnia"),
    ("HTTP Toolkit", CHROME, "HTTP Toolkit"),
]


@pytest.mark.parametrize(("creator", "user_agent", "name"), RECORDERS)
def test_each_recorder_is_known_with_what_it_leaves_out(creator: str, user_agent: str, name: str) -> None:
    recorder = recorder_of(creator, user_agent)

    assert recorder is not None
    assert (name, True, True) == (recorder.name, bool(recorder.leaves_out), bool(recorder.source))


def test_nobody_else_is_taken_for_one_of_them() -> None:
    assert (None, "", "") == (recorder_of("My script", "curl/8"), engine_of_name("My script"), engine_of_user_agent(""))


def test_the_table_has_a_row_for_each_recorder_here() -> None:
    names = {recorder.name for recorder in OTHER_RECORDERS}
    names |= {tool.name for browser in real_browsers() for tool in browser.recordings.tools}

    assert names - {name for *_, name in RECORDERS} == {"Opera DevTools"}


def entry(method: str, path: str, status: int, sent: dict[str, str], received: dict[str, str]) -> dict[str, Any]:
    """
    Make an entry with no more than HAR 1.2 asks for.
    """
    return {
        "startedDateTime": "2026-11-20T10:00:00.000Z",
        "request": {"method": method, "url": f"{API}{path}", "headers": pairs({"User-Agent": CHROME, **sent})},
        "response": {"status": status, "headers": pairs(received)},
    }


ASKED = {"Access-Control-Request-Method": "PUT"}
ALLOWED = {"Access-Control-Allow-Origin": PAGE, "Access-Control-Allow-Methods": "PUT"}

SHAPES = [
    (
        "a proxy has the preflight before its request",
        "mitmproxy",
        [entry("OPTIONS", "/a", 204, {"Origin": PAGE, **ASKED}, ALLOWED),
         entry("PUT", "/a", 200, {"Origin": PAGE}, ALLOWED)],
        ["readable"],
    ),
    (
        "a proxy has a preflight that was refused, and no request",
        "mitmproxy",
        [entry("OPTIONS", "/a", 403, {"Origin": PAGE, **ASKED}, {})],
        ["blocked"],
    ),
    (
        "Playwright has a failure without a response",
        "Playwright",
        [entry("PUT", "/a", -1, {"Origin": PAGE}, {})
         | {"response": {"status": -1, "_failureText": "net::ERR_FAILED"}}],
        ["undecided"],
    ),
    (
        "Playwright has no preflight",
        "Playwright",
        [entry("PUT", "/a", 200, {"Origin": PAGE}, ALLOWED)],
        ["readable"],
    ),
    (
        "Playwright has what was cancelled after the response",
        "Playwright",
        [entry("GET", "/a", 200, {"Origin": PAGE}, ALLOWED)
         | {"response": {"status": 200, "headers": pairs(ALLOWED), "_failureText": "net::ERR_ABORTED"}}],
        ["readable"],
    ),
    (
        "Insomnia is no browser",
        "Insomnia REST Client",
        [entry("GET", "/a", 200, {"User-Agent": "insomnia/11.0"}, {})],
        [],
    ),
]  # fmt: skip


@pytest.mark.parametrize(("_story", "creator", "entries", "outcomes"), SHAPES, ids=[row[0] for row in SHAPES])
def test_what_each_recorder_writes_is_read(_story: str, creator: str, entries: list[Any], outcomes: list[str]) -> None:
    problems: list[HarProblem] = []
    reading = read_har(io.BytesIO(har_bytes(*entries, creator=creator)), on_problem=problems.append)

    assert outcomes == [verdict.outcome for verdict in reading]


def as_charles_writes(*entries: dict[str, Any]) -> dict[str, Any]:
    """
    Make a file as Charles 4.6.3 does: without pages, and with a status of its own.
    """
    for each in entries:
        each["response"] |= {"_charlesStatus": "COMPLETE" if each["response"]["status"] else "FAILED"}
    return {"log": {"version": "1.2", "creator": {"name": "Charles Proxy", "version": "4.6.3"}, "entries": [*entries]}}


def as_fiddler_writes(*entries: dict[str, Any]) -> dict[str, Any]:
    return {"log": {"version": "1.2", "creator": {"name": "Fiddler", "version": "5.0"}, "pages": None,
                    "entries": [*entries]}}  # fmt: skip


def as_webpagetest_writes(*entries: dict[str, Any]) -> dict[str, Any]:
    """
    Make a file as WebPageTest does: HAR 1.1, a page for each run and view, no text of statuses, and its own fields.
    """
    pages = [{"startedDateTime": "2026-11-20T10:00:00.000+00:00", "id": "page_1_0_1", "pageTimings": {"onLoad": 900},
              "title": f"Run 1, First View for {PAGE}/cart", "_URL": f"{PAGE}/cart"}]  # fmt: skip
    for each in entries:
        each |= {"pageref": "page_1_0_1", "_run": 1, "_cached": 0, "_request_id": "7", "cache": {}}
        each["response"] |= {"statusText": "", "httpVersion": "", "redirectURL": "", "cookies": []}
        if each["request"]["method"] == "POST":
            each["request"]["postData"] = {"mimeType": "", "text": ""}
    browser = {"name": "Chrome", "version": "148.0.0.0"}
    creator = {"name": "WebPagetest", "version": "21.07"}
    return {"log": {"version": "1.1", "creator": creator, "browser": browser, "pages": pages, "entries": [*entries]}}


def as_insomnia_writes(*entries: dict[str, Any]) -> dict[str, Any]:
    for each in entries:
        each["request"] |= {"postData": {"mimeType": "", "text": "", "params": []}, "settingEncodeUrl": True}
    creator = {"name": "Insomnia REST Client", "version": "insomnia.desktop.app:v2022.1.1"}
    return {"log": {"version": "1.2", "creator": creator, "entries": [*entries]}}


def as_http_toolkit_writes(*entries: dict[str, Any]) -> dict[str, Any]:
    """
    Make a file as HTTP Toolkit does: the page is the program that sent it, and what was cut off has no answer at all.
    """
    for each in entries:
        each |= {"pageref": "Chrome", "cache": {}}
        if not each["response"]["status"]:
            each["response"] = {"status": 0, "statusText": "", "httpVersion": "", "headers": [], "cookies": [],
                                "content": {"size": 0, "mimeType": "application/x-unknown"}, "redirectURL": "",
                                "headersSize": -1, "bodySize": -1}  # fmt: skip
    pages = [{"id": "Chrome", "title": "Chrome", "startedDateTime": "2026-11-20T10:00:00.000Z", "pageTimings": {}}]
    creator = {"name": "HTTP Toolkit", "version": "1.0.0"}
    return {"log": {"version": "1.2", "creator": creator, "pages": pages, "entries": [*entries]}}


READ = {"Access-Control-Allow-Origin": PAGE}
TWICE = {"Access-Control-Allow-Origin": f"{PAGE},{PAGE}"}
OF_A_PAGE = {"Origin": PAGE}

AS_WRITTEN = [
    # what it is                          how it is written          entries, outcomes
    ("Charles: read", as_charles_writes, [entry("GET", "/a", 200, OF_A_PAGE, READ)], ["readable"]),
    ("Charles: refused", as_charles_writes, [entry("GET", "/a", 200, OF_A_PAGE, {})], ["blocked"]),
    ("Charles: no answer", as_charles_writes, [entry("GET", "/a", 0, OF_A_PAGE, {})], ["undecided"]),
    ("Fiddler: read", as_fiddler_writes, [entry("GET", "/a", 200, OF_A_PAGE, READ)], ["readable"]),
    ("Fiddler: refused", as_fiddler_writes, [entry("GET", "/a", 200, OF_A_PAGE, {})], ["blocked"]),
    ("WebPageTest: read", as_webpagetest_writes, [entry("GET", "/a", 200, OF_A_PAGE, READ)], ["readable"]),
    ("WebPageTest: refused", as_webpagetest_writes, [entry("POST", "/a", 200, OF_A_PAGE, {})], ["blocked"]),
    ("WebPageTest: no answer", as_webpagetest_writes, [entry("GET", "/a", -1, OF_A_PAGE, {})], ["undecided"]),
    ("Insomnia: never sent", as_insomnia_writes, [entry("GET", "/a", 0, {"User-Agent": ""}, {})], []),
    ("HTTP Toolkit: read", as_http_toolkit_writes, [entry("GET", "/a", 200, OF_A_PAGE, READ)], ["readable"]),
    ("HTTP Toolkit: joined lines", as_http_toolkit_writes, [entry("GET", "/a", 200, OF_A_PAGE, TWICE)], ["blocked"]),
    ("HTTP Toolkit: cut off", as_http_toolkit_writes, [entry("GET", "/a", 0, OF_A_PAGE, {})], ["undecided"]),
]


@pytest.mark.parametrize("mark", [b"", b"\xef\xbb\xbf"], ids=["as it is", "with a byte order mark"])
@pytest.mark.parametrize(("_story", "write", "entries", "outcomes"), AS_WRITTEN, ids=[row[0] for row in AS_WRITTEN])
def test_what_proxies_and_other_programs_write_is_judged(
    _story: str,
    write: Callable[..., dict[str, Any]],
    entries: list[dict[str, Any]],
    outcomes: list[str],
    mark: bytes,
) -> None:
    problems: list[HarProblem] = []
    written = write(*json.loads(json.dumps(entries)))

    reading = read_har(io.BytesIO(mark + json.dumps(written).encode()), on_problem=problems.append)

    assert outcomes == [verdict.outcome for verdict in reading]
    assert [] == problems


# ---- Error codes ---------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("row", ERROR_CODES, ids=[row.code for row in ERROR_CODES])
def test_each_error_code_is_found_by_what_recorders_write(row: ErrorCode) -> None:
    assert row is error_code(f"{row.code}")
    assert (row.ending is Ending.NO_RESPONSE) == (row.failure is not None)


TEXTS = [
    # what the recorder wrote                                     name                              ending
    ("net::ERR_BLOCKED_BY_RESPONSE.NotSameOrigin", "cross-origin-resource-policy", Ending.BLOCKED),
    ("net::ERR_CERT_AUTHORITY_INVALID", "connection-failed", Ending.NO_RESPONSE),
    ("net::ERR_QUIC_PROTOCOL_ERROR", "connection-failed", Ending.NO_RESPONSE),
    ("Preflight response is not successful. Status code: 404", "preflight-status-not-ok", Ending.EXPLAINED),
]


@pytest.mark.parametrize(("text", "name", "ending"), TEXTS)
def test_an_error_says_what_it_means(text: str, name: str, ending: Ending) -> None:
    code = error_code(text)

    assert code is not None
    assert (name, ending) == (code.name, code.ending)


@pytest.mark.parametrize("text", ["", "whatever", "Failed to fetch"])
def test_what_says_nothing_is_no_error_code(text: str) -> None:
    assert error_code(text) is None

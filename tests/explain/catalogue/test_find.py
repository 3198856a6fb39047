"""
The catalogue of reasons: how pages are read, and how they are found.
"""

from __future__ import annotations

import textwrap
import time
from typing import TYPE_CHECKING, Final

import pytest

from browsercors.explain.catalogue.console_messages import console_messages
from browsercors.explain.catalogue.find import CODES, find, grouped, parse_page
from tests.evidence.agreement.reasons import WARNINGS, is_warning
from tests.evidence.facts.evidence import recording
from tests.evidence.reasons.pages import BROWSERS, pages

if TYPE_CHECKING:
    from browsercors.explain.catalogue.find import ReasonPage
    from browsercors.rules.console import ConsoleMessage
    from tests.evidence.recorder.scenario import Json

PAGES: Final = pages()

PAGE: Final = """\
# allow-origin-missing

What people
meet.

## Meaning

A rule.

## Smallest failing exchange

One.

## Fixed

Another.

## What browsers call it

- Chromium: `A`, `PreflightA`
- Firefox: `CORSA2`
- WebKit: nothing

Words of their consoles:

- No `B` is present

## Questions people ask

### Why?

Because.

### And then?

Nothing.
"""


def codes(text: str) -> list[str]:
    return [page.code for page in find(text, PAGES).pages]


def test_a_page_is_read_into_its_parts() -> None:
    page = parse_page(PAGE)

    assert ("allow-origin-missing", "What people meet.") == (page.code, page.symptom)
    assert ("A rule.", "One.", "Another.") == (page.meaning, page.failing, page.fixed)
    assert {"Chromium": ("A", "PreflightA"), "Firefox": ("CORSA2",), "WebKit": ()} == page.identifiers
    assert (("Why?", "Because."), ("And then?", "Nothing.")) == page.questions
    assert PAGE == page.text


WRONG_PAGES = [
    ("", "a page begins with '# ' and its code, not with ''"),
    (PAGE.removeprefix("# "), "a page begins with '# ' and its code, not with 'allow-origin-missing"),
    (PAGE.replace("What people\nmeet.\n", ""), "the page of allow-origin-missing has to say below its title"),
    (PAGE.replace("## Fixed", "## Mended"), "have to be Meaning, .*, Fixed, .*, not Meaning, .*, Mended,"),
    (PAGE.replace("## Fixed\n\nAnother.\n", ""), "the sections of allow-origin-missing have to be"),
]


@pytest.mark.parametrize(("text", "message"), WRONG_PAGES)
def test_a_page_that_lacks_something_is_refused(text: str, message: str) -> None:
    with pytest.raises(ValueError, match=message):
        parse_page(text)


def test_groups_follow_the_order_of_the_codes() -> None:
    groups = grouped(reversed(PAGES))

    assert list(CODES) == [page.code for members in groups.values() for page in members]
    assert ["The CORS check", "The preflight", "Redirects"] == list(groups)[:3]
    assert ["Redirects"] == list(grouped([page for page in PAGES if page.code == "redirect-limit"]))


@pytest.mark.parametrize("code", CODES)
def test_a_code_finds_its_page(code: str) -> None:
    assert [code] == codes(code)
    assert [code] == codes(f"  {code.upper()}\n")


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.code)
def test_what_a_browser_calls_it_finds_the_page(page: ReasonPage) -> None:
    names = [name for named in page.identifiers.values() for name in named]

    # NB: some of WebKit's kinds are codes of other pages as well, and codes come first.
    assert [] == [name for name in names if page.code not in codes(name) and name not in CODES]


OF_SERVICE_WORKERS: Final = (
    "service-worker-cors",
    "service-worker-error",
    "service-worker-fetch-failed",
    "service-worker-opaque",
    "service-worker-opaque-redirect",
    "service-worker-redirected",
)
"""What Chromium has the same name for."""

NAMES = [
    # what a browser calls it              pages
    ("PreflightMissingAllowOriginHeader", ["allow-origin-missing"]),
    ("preflightmissingalloworiginheader", ["allow-origin-missing"]),
    ("MultipleAllowOriginValues", ["allow-origin-repeated", "allow-origin-list", "allow-origin-space-separated"]),
    ("CORSMissingAllowOrigin2", ["allow-origin-missing", "service-worker-fetch-failed"]),
    ("CORSMissingAllowOrigin", ["allow-origin-missing", "service-worker-fetch-failed"]),  # as MDN calls it
    ("CORSMissingAllowOrigin3", ["allow-origin-missing", "service-worker-fetch-failed"]),  # as a later release may
    ("corp-not-same-origin", ["cross-origin-resource-policy"]),
    ("net::ERR_UNSAFE_PORT", ["bad-port"]),
    ("net::ERR_FAILED", ["redirect-mode-error", *OF_SERVICE_WORKERS]),
    ("preflight-status", ["preflight-redirected", "preflight-status-not-ok"]),
    ("GET https://api.example.com:6000/ net::ERR_UNSAFE_PORT", ["bad-port"]),
    ("corsError: PreflightInvalidStatus.", ["preflight-status-not-ok"]),
]


@pytest.mark.parametrize(("name", "expected"), NAMES)
def test_a_name_is_found_however_it_is_written(name: str, expected: list[str]) -> None:
    assert expected[:1] == codes(name)[:1]
    assert set(expected) == set(codes(name))


FROM_CHROMIUM: Final = (
    "Access to fetch at 'https://api.example.com/me' (redirected from 'https://api.example.com/') from origin "
    "'https://app.example.com' has been blocked by CORS policy: "
)
OF_THE_PREFLIGHT: Final = "Response to preflight request doesn't pass access control check: "

SAID_BY_CHROMIUM = [
    # what follows "has been blocked by CORS policy: "           pages
    (
        "The header must not be the wildcard '*' when the request's credentials mode is 'include'. The credentials",
        ["allow-origin-wildcard-with-credentials"],
    ),
    (
        "No 'Access-Control-Allow-Origin' header is present on the requested resource. If an opaque response",
        ["allow-origin-missing"],
    ),
    (
        "The 'Access-Control-Allow-Origin' header contains multiple values '*, *', but only one is allowed.",
        ["allow-origin-repeated", "allow-origin-list", "allow-origin-space-separated"],
    ),
    (
        "The 'Access-Control-Allow-Origin' header contains the invalid value 'app.example.com'.",
        ["allow-origin-invalid"],
    ),
    (
        "The header has a value 'https://a.example' that is not equal to the supplied origin. Have the server",
        ["allow-origin-mismatch"],
    ),
    (
        "The value of the 'Access-Control-Allow-Credentials' header in the response is '' which must be 'true'",
        ["allow-credentials-not-true"],
    ),
    ("Redirect is not allowed for a preflight request.", ["preflight-redirected"]),
    ("It does not have HTTP ok status.", ["preflight-status-not-ok"]),
    ("Cannot parse Access-Control-Allow-Methods response header field", ["allow-methods-invalid"]),
    ("Cannot parse Access-Control-Allow-Headers response header field", ["allow-headers-invalid"]),
    ("Method PATCH is not allowed by Access-Control-Allow-Methods in preflight response.", ["method-not-allowed"]),
    ("Request header field x-a is not allowed by Access-Control-Allow-Headers in preflight", ["header-not-allowed"]),
    ("Redirect location '' contains a username and password, which is disallowed", ["redirect-with-credentials"]),
    ("Cross origin requests are not allowed by request mode.", ["same-origin-mode"]),
    (
        "Cross origin requests are only supported for protocol schemes: chrome, data, http, https.",
        ["redirect-scheme-not-http", "scheme-not-supported"],
    ),
]


@pytest.mark.parametrize(("words", "expected"), SAID_BY_CHROMIUM)
def test_a_line_of_chromium_finds_its_pages(words: str, expected: list[str]) -> None:
    assert sorted(expected) == sorted(codes(FROM_CHROMIUM + words))
    assert sorted(expected) == sorted(codes(FROM_CHROMIUM + OF_THE_PREFLIGHT + words))
    assert sorted(expected) == sorted(codes(textwrap.fill(FROM_CHROMIUM + words, 60, break_on_hyphens=False)))


def line_of(said: Json) -> str:
    """
    Return the line that a browser's console shows for what was recorded of it.
    """
    if "text" in said:
        return str(said["text"])
    status = f" Status code: {said['status']}." if "status" in said else ""
    return (
        "Cross-Origin Request Blocked: The Same Origin Policy disallows reading the remote resource at "
        f"{said['url']}. (Reason: {said['reason']}).{status}"
    )


def is_cut_off(line: str) -> bool:
    return line.startswith("Cross-Origin Request Blocked") and "Reason:" not in line


# Of elements, of the page as such, or about nothing that failed.
OF_OTHERS: Final = WARNINGS | {
    "CSS Loader",
    "Event Source",
    "MIMEMISMATCH",
    "HTML_PARSER__DOCTYPE",
    "malformed-xml",
    "content javascript",
    "Script Loader",
    "Web Worker",
    "cannot-load",
    "element-denied",
    "event-source-type",
    "other",
    "request-refused",
}


OF_FRAMES: Final = (
    "Failed to uncompress incoming frame",
    "Received invalid WebSocket data",
    "larger than configured max-incoming-payload-size",
)


@pytest.mark.parametrize(("browser", "key"), [("firefox", "category"), ("webkit", "kind")])
def test_every_recorded_line_finds_a_page_that_has_its_name(browser: str, key: str) -> None:
    recorded = {
        (str(said[key]).removeprefix("redirect:"), line_of(said))
        for observation in recording(browser, "localhost").observations
        for said in observation.reasons
        # NB: what is wrong with frames is told in the words of a broken connection.
        if said[key] not in OF_OTHERS
        and not any(words in str(said.get("text", "")) for words in OF_FRAMES)
        and not is_warning(said[key], str(said.get("text", "")))
    }
    lost = {
        name: line
        for name, line in recorded
        if not any(
            {name, f"redirect:{name}"} & set(page.identifiers[BROWSERS[browser]]) for page in find(line, PAGES).pages
        )
    }

    assert len(recorded) > 100
    assert [] == [line for line in lost.values() if not is_cut_off(line)]


OTHER_LINES = [
    ('Refused to set unsafe header "Cookie"', ["header-dropped"]),
    ("Blocked loading mixed active content “http://api.example.com/me”", ["mixed-content"]),
    (
        "Content-Security-Policy: (Report-Only policy) The page's settings would block the loading",
        ["policy-would-block"],
    ),
    ("Content-Security-Policy: Upgrading insecure request 'http://a/' to use 'https'", ["upgraded-to-https"]),
    ("Content-Security-Policy: Couldn't parse invalid host a_b", ["policy-ignored"]),
    ("Clear-Site-Data header forced the clean up of “cookies” data.", ["site-data-cleared"]),
    ("[Report Only] Refused to connect to http://a/ because it does not appear in", ["policy-would-block"]),
    ("GET https://api.example.com/ net::ERR_NAME_NOT_RESOLVED", ["connection-failed"]),
    ("Failed to load resource: net::ERR_BLOCKED_BY_RESPONSE.NotSameSite", ["cross-origin-resource-policy"]),
    (
        "Failed to load resource: net::ERR_FAILED\nUncaught TypeError: Failed to fetch",
        ["redirect-mode-error", *OF_SERVICE_WORKERS],
    ),
    ("TypeError: Failed to fetch\nMethod PUT is not allowed by Access-Control-Allow-Methods.", ["method-not-allowed"]),
    (
        "[Error] Preflight response is not successful. Status code: 401",
        ["preflight-redirected", "preflight-status-not-ok"],
    ),
]


@pytest.mark.parametrize(("line", "expected"), OTHER_LINES)
def test_other_lines_find_their_pages(line: str, expected: list[str]) -> None:
    assert sorted(expected) == sorted(codes(line))


@pytest.mark.parametrize(
    "line",
    [
        "Uncaught (in promise) TypeError: Failed to fetch",
        "TypeError: NetworkError when attempting to fetch resource.",
        "TypeError: Load failed",
        "XMLHttpRequest cannot load https://api.example.com/ due to access control checks.",
    ],
)
def test_what_is_said_whatever_the_reason_finds_no_page_but_a_hint(line: str) -> None:
    found = find(line, PAGES)

    assert () == found.pages
    assert found.hint.startswith("JavaScript gets the same message for every reason")


def test_a_line_of_firefox_that_is_cut_off_is_said_to_be() -> None:
    found = find(
        "Cross-Origin Request Blocked: The Same Origin Policy disallows reading the remote resource at x", PAGES
    )

    assert ((), True) == (found.pages, "at the end of this line" in found.hint)


def test_a_hint_stands_beside_what_may_mean_less_than_it_seems() -> None:
    assert "after each block by CORS" in find("net::ERR_FAILED", PAGES).hint


OF_OUR_OWN = [
    ("Reason.BAD_PORT", ["bad-port"]),
    ("HEADER_HIDDEN", ["header-hidden"]),
    ("BLOCKED  allow-origin-missing  (chromium)", ["allow-origin-missing"]),
    ("<FetchResult blocked: not-mounted>", ["not-mounted"]),
    ("<Reason.TOO_LARGE: 'too-large'>", ["too-large"]),
    ("X-Content-Type-Options: nosniff", ["nosniff"]),
]


@pytest.mark.parametrize(("text", "expected"), OF_OUR_OWN)
def test_what_this_library_writes_finds_its_page_as_well(text: str, expected: list[str]) -> None:
    assert expected == codes(text)


NEAR_MISSES = [
    ("allow-orign-missing", "allow-origin-missing"),
    ("PreflightMissingAllowOrigin", "PreflightMissingAllowOriginHeader"),
    ("CORSMissingAllowOrigins", "CORSMissingAllowOrigin2"),
]


@pytest.mark.parametrize(("name", "near"), NEAR_MISSES)
def test_what_is_misspelt_has_near_misses(name: str, near: str) -> None:
    found = find(name, PAGES)

    assert () == found.pages
    assert near in found.near_misses


@pytest.mark.parametrize("text", ["", "zzzz", "the origin is another", "no such thing at all, and no end of it " * 9])
def test_what_is_like_nothing_has_none(text: str) -> None:
    found = find(text, PAGES)

    assert ((), "", ()) == (found.pages, found.hint, found.near_misses)


def test_every_message_leads_to_pages_or_says_something() -> None:
    assert [] == [message for message in console_messages() if not set(message.codes) <= set(CODES)]
    assert [] == [message for message in console_messages() if not message.codes and not message.hint]


@pytest.mark.parametrize("message", console_messages(), ids=lambda message: message.words[:50])
def test_no_message_stands_behind_one_that_says_less(message: ConsoleMessage) -> None:
    words = message.words.replace("...", "X")

    assert set(message.codes) == set(codes(words))


HOSTILE: Final = [
    "Method " * 100_000,
    "invalid token " * 100_000,
    "Refused to execute script from " * 50_000,
    "net::ERR_" * 100_000,
    "a" * 1_000_000,
    "\n" * 100_000,
    "' " * 300_000,
    "Cookie “x” \n" * 30_000,
]


@pytest.mark.parametrize("text", HOSTILE, ids=lambda text: repr(text[:20]))
def test_a_hostile_line_takes_no_more_time_than_its_length(text: str) -> None:
    start = time.process_time()
    find(text, PAGES)

    assert time.process_time() - start < 10

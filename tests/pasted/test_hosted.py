"""
What the host in a line of a console tells beside the line, and what Chromium adds to its lines.
"""

from __future__ import annotations

import pytest
from click.testing import CliRunner

from browsercors.cli.main import cli
from browsercors.pasted.reader import read_pasted
from browsercors.pasted.results import PastedMessage, PastedTopic

NO_CORS = (
    " If an opaque response serves your needs, set the request's mode to 'no-cors' to fetch the resource with CORS "
    "disabled."
)
MISSING = "No 'Access-Control-Allow-Origin' header is present on the requested resource."
HAS_VALUE = "The 'Access-Control-Allow-Origin' header has a value"
HAVE_IT_SEND = "Have the server send the header with a valid value, or,"
FIREFOX = "Cross-Origin Request Blocked: The Same Origin Policy disallows reading the remote resource at"
PREFLIGHT = "Response to preflight request doesn't pass access control check: "


def line_about(url: str, why: str = MISSING, *, origin: str = "https://app.example.com", after: str = "") -> str:
    return f"Access to fetch at '{url}'{after} from origin '{origin}' has been blocked by CORS policy: {why}"


def read(text: str) -> PastedMessage:
    pasted = read_pasted(text)
    assert isinstance(pasted, PastedMessage), pasted
    return pasted


WITH_ADVICE = [
    (MISSING, "allow-origin-missing"),
    (f"{PREFLIGHT}{MISSING}", "allow-origin-missing"),
    (
        f"{HAS_VALUE} 'https://b.example' that is not equal to the supplied origin. {HAVE_IT_SEND}",
        "allow-origin-mismatch",
    ),
    (
        f"The 'Access-Control-Allow-Origin' header contains the invalid value 'b.example'. {HAVE_IT_SEND}",
        "allow-origin-invalid",
    ),
]


@pytest.mark.parametrize(("why", "code"), WITH_ADVICE, ids=[str(number) for number in range(len(WITH_ADVICE))])
def test_what_chromium_advises_is_not_what_it_says(why: str, code: str) -> None:
    message = read(line_about("https://api.example.com/me", f"{why}{NO_CORS}"))

    assert code == message.meanings[0].name
    assert message.said_by.startswith("Chromium")


@pytest.mark.parametrize(
    "text",
    [
        f"{FIREFOX} https://api.example.com/. (Reason: CORS disabled).",
        "(Reason: CORS disabled)",
    ],
    ids=["line", "reason"],
)
def test_the_switch_of_firefox_is_still_known(text: str) -> None:
    assert "cors-disabled" == read(text).meanings[0].name


def test_the_words_of_the_switch_alone_are_a_topic() -> None:
    assert PastedTopic("cors-disabled") == read_pasted("CORS disabled")


HOSTED = [
    ("script", line_about("https://script.google.com/macros/s/A/exec", f"{PREFLIGHT}{MISSING}"),
     ("apps-script-preflight", "apps-script")),
    ("script without a preflight", line_about("https://script.google.com/macros/s/A/exec"),
     ("apps-script-error", "apps-script")),
    ("a row of headers", line_about("https://hooks.slack.com/services/x",
                                    "Request header field content-type is not allowed by Access-Control-Allow-Headers "
                                    "in preflight response."), ("slack-webhook", "slack")),
    ("not its reason", line_about("https://hooks.slack.com/services/x", f"{PREFLIGHT}{MISSING}"), ("slack",)),
    ("a redirected preflight", line_about("https://us-central1-x.cloudfunctions.net/f",
                                          f"{PREFLIGHT}Redirect is not allowed for a preflight request."),
     ("cloud-functions-redirect", "cloud-functions")),
    ("never answers", line_about("https://api.notion.com/v1/pages", f"{PREFLIGHT}{MISSING}"), ("not-for-pages",)),
    ("where it was redirected", line_about("https://codeload.github.com/o/r", after=" (redirected from "
                                           "'https://api.github.com/repos/o/r/zipball/main')"),
     ("github-downloads", "github-releases")),
    ("a path", line_about("https://github.com/o/r/releases/download/1/a.zip"), ("github-releases",)),
    ("a port", line_about("http://localhost:11434/api/tags"), ("ollama",)),
    ("nobody's", line_about("https://api.example.com/me"), ()),
    ("the page's own host", line_about("https://api.example.com/me", origin="https://shop.vercel.app"), ()),
]  # fmt: skip


@pytest.mark.parametrize(("line", "told"), [row[1:] for row in HOSTED], ids=[row[0] for row in HOSTED])
def test_the_host_that_was_asked_tells_where_to_look(line: str, told: tuple[str, ...]) -> None:
    assert told == read(line).hosted


def test_reason_shows_what_the_host_tells_first() -> None:
    shown = CliRunner().invoke(cli, ["reason", line_about("https://api.notion.com/v1/pages")]).stdout

    assert shown.startswith("  Probably an API that is meant for servers\n")
    assert shown.index("Call it from a server") < shown.index("Smallest failing exchange")


APPS = [
    ("Origin capacitor://localhost is not allowed by Access-Control-Allow-Origin.", "native HTTP"),
    (line_about("http://192.168.1.5/api", origin="chrome-extension://abcdef"), "host_permissions"),
    (line_about("http://192.168.1.5/api", origin="moz-extension://abc-def"), "host_permissions"),
]


@pytest.mark.parametrize(("line", "way"), APPS, ids=["app", "Chromium's extension", "Firefox's extension"])
def test_the_origin_of_an_app_or_an_extension_is_named_with_its_other_way(line: str, way: str) -> None:
    hint = read(line).hint

    assert way in hint
    assert "which the server has to list like any other" in hint


def test_a_page_has_no_such_way() -> None:
    assert "" == read(line_about("https://api.example.com/me")).hint


REDIRECTED = f"{PREFLIGHT}Redirect is not allowed for a preflight request."


def test_a_preflight_over_http_may_have_been_sent_to_https_by_the_browser_itself() -> None:
    assert "Strict-Transport-Security" in read(line_about("http://localhost:7071/api/negotiate", REDIRECTED)).hint
    assert "" == read(line_about("https://api.example.com/negotiate", REDIRECTED)).hint

"""
`browsercors reason`: pages in the terminal, by code, by a browser's name and by a line of its console.
"""

from __future__ import annotations

import re
import tomllib
from typing import TYPE_CHECKING

import pytest
from click.testing import CliRunner, Result

from browsercors.cli import reason as reason_module
from browsercors.cli.main import cli
from browsercors.explain.catalogue.find import CODES
from tests.evidence.reasons.pages import DIRECTORY

if TYPE_CHECKING:
    from pathlib import Path


def run(*arguments: str, typed: bytes | None = None) -> Result:
    return CliRunner().invoke(cli, ["reason", *arguments], input=typed)


PAGE = """\
redirect-limit

The server keeps redirecting, and after 20 redirects the browser gives up.

Meaning

A fetch follows at most 20 redirects (HTTP-redirect fetch, step 7
<https://fetch.spec.whatwg.org/#concept-http-redirect-fetch>). More than that is
nearly always a loop.

Smallest failing exchange

  page https://app.example.com/
  fetch("https://api.example.com/me")

  > GET /me (21 times)
  < 302
  < Location: https://api.example.com/me
  < Access-Control-Allow-Origin: https://app.example.com

  = blocked redirect-limit

Fixed
"""

QUESTION = """
Questions people ask

Why does it loop only in the browser?

  The browser may not send the cookie that would end the loop: see
  cookie-not-sent and cookie-not-stored. Or a proxy ends TLS, and the server
  behind it redirects to https for ever.
"""


def test_a_page_is_prose_that_is_wrapped_and_exchanges_as_they_are() -> None:
    result = run("redirect-limit")

    assert 0 == result.exit_code
    assert result.stdout.startswith(PAGE)
    assert result.stdout.endswith(QUESTION)


@pytest.mark.parametrize("code", CODES)
def test_every_page_fits_a_terminal_and_is_plain(code: str) -> None:
    result = run(code)
    lines = result.stdout.splitlines()

    assert 0 == result.exit_code
    assert [] == [line for line in lines if line != line.rstrip() or (len(line) > 80 and " " in line.strip())]
    assert result.stdout.isascii()
    assert code == lines[0]
    assert [] == [line for line in lines if line.startswith(("#", "```")) or "`" in line or "](" in line]


def test_without_an_argument_all_codes_are_listed_with_what_people_meet() -> None:
    result = run()

    assert 0 == result.exit_code
    assert list(CODES) == [
        line.strip() for line in result.stdout.splitlines() if line.startswith("  ") and line[2] != " "
    ]
    assert "\n\nTopics\n      access-control-allow-origin, " in result.stdout
    assert re.search(r"\n\nProducts\n      (?:.|\n)* cloudflare,(?:.|\n)* spring-security,", result.stdout)
    assert "\n\nThe preflight\n  preflight-redirected\n      The server redirects the preflight, so" in result.stdout
    assert [] == [line for line in result.stdout.splitlines() if len(line) > 80]


SEVERAL = """\
This is a message of WebKit.

It can mean one of these, the likeliest first; see browsercors reason NAME.
  preflight-status-not-ok
      The preflight's response has an error status, such as 401, 403, 404, 405
      or 500, although its CORS headers may be right.
  preflight-redirected
      The server redirects the preflight, so the browser never sends the request
      itself.

To find out which: Which status has the OPTIONS request in the network panel?
3xx is a redirect.
"""


def test_several_that_it_may_be_are_listed_with_what_tells_them_apart() -> None:
    result = run("Preflight response is not successful.")

    assert (0, SEVERAL) == (result.exit_code, result.stdout)


def test_the_status_in_a_line_tells_them_apart() -> None:
    result = run("Preflight response is not successful. Status code: 401")

    assert (0, True) == (result.exit_code, "\n\npreflight-status-not-ok\n\nThe preflight" in result.stdout)
    assert result.stdout.startswith("What this line tells\n\n- 401 to the preflight: ")


def test_what_is_said_whatever_the_reason_names_the_likeliest_and_asks() -> None:
    result = run("TypeError: Failed to fetch")

    assert 0 == result.exit_code
    assert "\n  network-error\n" in result.stdout
    assert "To find out which: Which other line did the browser's console write for it?" in result.stdout


TOPICS = """\
This is a message of Chromium.

blocked-by-client

An extension of the browser, most often an ad blocker, did not let the request
out. It is not CORS.

What to do: Try a window without extensions. Blockers go by names in URLs, such
as ads, track and analytics.

browsercors does not simulate this.

<https://source.chromium.org/chromium/chromium/src/+/main:net/base/net_error_list.h>
"""


def test_what_is_not_simulated_is_named_with_its_remedy() -> None:
    result = run("net::ERR_BLOCKED_BY_CLIENT")

    assert (0, TOPICS) == (result.exit_code, result.stdout)


@pytest.mark.parametrize(
    "name",
    [
        "preflight",
        "Vary",
        "access-control-max-age",
        "SameSite",
        "csp",
        "credentials",
        "express",
        "ollama",
        "spring-cors",
    ],
)
def test_headers_and_topics_are_looked_up(name: str) -> None:
    result = run(name)

    assert 0 == result.exit_code
    assert [] == [line for line in result.stdout.splitlines() if len(line) > 80]


def test_a_product_is_shown_with_all_its_rows() -> None:
    result = run("hapi")

    assert result.stdout.startswith("hapi\n\nWhat a response shows of hapi, and what to change there.\n\n  Hapi\n")
    assert "      Sign: a response to a preflight whose body has CORS error: Origin not\n" in result.stdout
    assert ["hapi-origin", "hapi-headers", "hapi-disabled", "hapi-request-method"] == re.findall(
        r"hapi lib/cors\.js\); ([\w-]+)", result.stdout
    )


def test_other_lines_of_the_paste_are_named() -> None:
    result = run(
        "-",
        typed=b"No 'Access-Control-Allow-Origin' header is present\nRefused to connect to 'x' because it violates the "
        b"following Content Security Policy directive\n",
    )

    assert "allow-origin-missing" == result.stdout.partition("\n")[0]
    assert "Another line is about content-security-policy: Refused to connect" in result.stdout


ARGUMENTS = [
    (["PreflightMissingAllowOriginHeader"], "allow-origin-missing"),
    (["Redirect", "is", "not", "allowed", "for", "a", "preflight", "request."], "preflight-redirected"),
    (
        ["(Reason: CORS header \u2018Access-Control-Allow-Origin\u2019 missing). Status code: 200."],
        "allow-origin-missing",
    ),
]


@pytest.mark.parametrize(("arguments", "code"), ARGUMENTS)
def test_a_line_is_taken_as_one_argument_or_as_many(arguments: list[str], code: str) -> None:
    assert code == run(*arguments).stdout.partition("\n")[0]


def test_a_line_can_come_by_standard_input_whatever_its_bytes() -> None:
    result = run(
        "-", typed=b"\xff\x1b[31m Method PUT is not allowed by Access-Control-Allow-Methods in preflight response.\n"
    )

    lines = result.stdout.splitlines()
    assert (0, "What this line tells") == (result.exit_code, lines[0])
    assert "method-not-allowed" in lines


def test_what_is_left_unread_is_said() -> None:
    result = run("-", typed=b"It does not have HTTP ok status.\n" + b"x" * reason_module.MOST_BYTES)

    assert "preflight-status-not-ok" == result.stdout.partition("\n")[0]
    assert "Note: only the first 1,000,000 bytes were read\n" == result.stderr


def test_a_hint_comes_before_the_page() -> None:
    result = run("net::ERR_FAILED")

    note, _, page = result.stdout.partition("before it says why.\n\n")
    assert "Note: Chromium writes net::ERR_FAILED after each block by CORS as well; the line\n" in note
    assert "redirect-mode-error\n" in page


NOTHING_FOUND = [
    ("allow-orign-missing", "nothing matches allow-orign-missing; did you mean allow-origin-missing or"),
    ("cloudflar", "nothing matches cloudflar; did you mean cloudflare or"),
    ("zzzz", "nothing matches zzzz; without TEXT, all codes are listed"),
    ("", "nothing matches (empty); without TEXT, all codes are listed"),
    ("\x1b[31mzzzz", "nothing matches \\x1b[31mzzzz;"),
    ("z" * 5000, f"nothing matches {'z' * 300}... (5000 characters in all);"),
]


@pytest.mark.parametrize(("text", "message"), NOTHING_FOUND)
def test_what_finds_nothing_ends_with_2_and_one_message(text: str, message: str) -> None:
    result = run(text)

    assert (2, "") == (result.exit_code, result.stdout)
    assert message in result.stderr
    assert "\x1b" not in result.stderr


def test_pages_come_from_the_package_if_they_are_in_it(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    assert DIRECTORY == reason_module._directory()

    package = tmp_path / "browsercors"
    (package / "reasons").mkdir(parents=True)
    monkeypatch.setattr("importlib.resources.files", lambda _: package)

    assert package / "reasons" == reason_module._directory()


def test_the_wheel_has_the_pages() -> None:
    project = tomllib.loads((DIRECTORY.parents[1] / "pyproject.toml").read_text("utf-8"))
    wheel = project["tool"]["hatch"]["build"]["targets"]["wheel"]

    assert {"spec_notes/reasons": "browsercors/reasons"} == wheel["force-include"]


def test_pages_that_are_missing_end_the_command(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(reason_module, "_directory", lambda: tmp_path)
    result = run("nosniff")

    assert 2 == result.exit_code
    assert "Error: the pages of the catalogue cannot be read: " in result.stderr

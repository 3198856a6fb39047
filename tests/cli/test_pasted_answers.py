"""
`browsercors explain` with pastes that have no verdict, or only one half of what happened.
"""

from __future__ import annotations

import pytest
from click.testing import CliRunner, Result

from browsercors.cli.main import cli

ASKED = "> {} /items HTTP/1.1\n> Host: api.example.com\n> Origin: https://app.example.com\n"
FOR_PUT = "> Access-Control-Request-Method: PUT\n"
NGINX_413 = (
    "<html>\n<head><title>413 Request Entity Too Large</title></head>\n<body>\n"
    "<center><h1>413 Request Entity Too Large</h1></center>\n<hr><center>nginx/1.25.3</center>\n</body>\n</html>"
)


def run(text: str) -> Result:
    return CliRunner().invoke(cli, ["explain"], input=text)


def words(result: Result) -> str:
    return " ".join(result.output.split())


ALONE = {
    "it has no header": ("HTTP/1.1 200 OK\nServer: nginx\n\n{}", "It has no Access-Control-Allow-Origin: no page"),
    "it allows": ("HTTP/1.1 200 OK\nAccess-Control-Allow-Origin: *\n\n{}", "It allows pages of *."),
    "its value is empty": ("HTTP/1.1 200 OK\nAccess-Control-Allow-Origin:\n\n{}", "is empty, which allows nobody"),
    "what it says": (
        'HTTP/1.1 404 Not Found\nContent-Type: application/json\n\n{"message": "no item 7"}',
        'The server says: {"message": "no item 7"}',
    ),
    "a sign of every request": (
        "HTTP/1.1 413 Request Entity Too Large\nServer: nginx/1.25.3\nContent-Type: text/html\n\n" + NGINX_413,
        "client_max_body_size",
    ),
    "header lines alone": ("Access-Control-Allow-Origin: null\nAccess-Control-Max-Age: 60", "NelmioCorsBundle"),
    "a sign of preflights": (
        "HTTP/1.1 403 Forbidden\nContent-Length: 20\n\nInvalid CORS request",
        "The CORS layer of Spring",
    ),
}


@pytest.mark.parametrize(("text", "told"), ALONE.values(), ids=ALONE)
def test_a_response_alone_is_told_without_a_verdict(text: str, told: str) -> None:
    result = run(text)

    assert 2 == result.exit_code
    assert "What the response shows" in result.stdout
    assert told in words(result)


def test_a_request_without_an_origin_tells_nothing_about_cors() -> None:
    asked = "> GET /items HTTP/1.1\n> Host: api.example.com\n>\n< HTTP/1.1 200 OK\n< Server: nginx\n<\n{}"
    options = asked.replace("GET", "OPTIONS")
    refused = options.replace("200 OK", "401 Unauthorized")

    assert "The request had no Origin, so this tells nothing about CORS" in words(run(asked))
    assert "It was no preflight" not in words(run(asked))
    assert "It was no preflight" in words(run(options))
    assert "A preflight that gets this status fails" in words(run(refused))
    assert "A preflight that gets this status fails" not in words(run(options))


def test_a_preflight_that_is_missing_is_taken_to_have_passed() -> None:
    asked = f"{ASKED.format('PUT')}>\n< HTTP/1.1 200 OK\n< Server: nginx\n<\n{{}}"
    result = run(asked)

    assert (1, "BLOCKED  allow-origin-missing  (chromium)") == (result.exit_code, result.stdout.partition("\n")[0])
    assert "OPTIONS" not in result.stdout.partition("Rule:")[0]


def test_what_could_be_read_by_hand_is_no_verdict_on_the_page() -> None:
    result = run(f"{ASKED.format('PUT')}>\n< HTTP/1.1 200 OK\n< Access-Control-Allow-Origin: *\n<\n{{}}")

    assert (2, "NO VERDICT  not-recorded  (chromium)") == (result.exit_code, result.stdout.partition("\n")[0])
    assert "--preflight-response FILE" in result.stderr


def test_a_preflight_that_passes_is_said_to_pass() -> None:
    result = run(
        f"{ASKED.format('OPTIONS')}{FOR_PUT}>\n< HTTP/1.1 204 No Content\n< Access-Control-Allow-Origin: *\n"
        "< Access-Control-Allow-Methods: PUT\n<\n"
    )

    assert 2 == result.exit_code
    assert "the preflight lets the request pass" in words(result)


@pytest.mark.parametrize("origin", ["chrome-extension://abcdefghijklmnopabcdefghijklmnop", "capacitor://localhost"])
def test_the_origin_of_an_app_is_no_internal_error(origin: str) -> None:
    text = ASKED.format("GET").replace("https://app.example.com", origin)
    result = run(f"{text}>\n< HTTP/1.1 200 OK\n< Server: nginx\n<\n{{}}")

    assert result.exit_code in {1, 2}
    assert origin in result.output


def test_what_the_browser_would_not_have_asked_for_is_still_told() -> None:
    text = ASKED.format("GET").replace("> Host", "> Referer: https://app.example.com/\n> Host")
    call = f"{text}>\n< HTTP/1.1 200 OK\n< Access-Control-Allow-Origin: https://other.example\n<\n{{}}"
    result = CliRunner().invoke(cli, ["explain", "http://api.example.com/items", "--request", "-"], input=call)

    assert (1, "BLOCKED  mixed-content  (chromium)") == (result.exit_code, result.stdout.partition("\n")[0])
    assert "It allows pages of https://other.example." in words(result)

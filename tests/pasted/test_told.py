"""
What a line of the console tells of its own case: told where it is so, and left out beside it.
"""

# ruff: noqa: E501, RUF001 - lines stand as consoles write them

from __future__ import annotations

from typing import NamedTuple

import pytest

from browsercors.explain.causes.table import SIGNS
from browsercors.explain.causes.usual import USUAL, usual_rows
from browsercors.pasted.products import PRODUCT_TOPICS
from browsercors.pasted.reader import read_pasted
from browsercors.pasted.results import PastedMessage

MISSING = "No 'Access-Control-Allow-Origin' header is present on the requested resource."
PREFLIGHT = "Response to preflight request doesn't pass access control check: "


def line(
    why: str,
    url: str = "https://api.example.com/me",
    origin: str = "https://app.example.com",
    *,
    what: str = "fetch",
    after: str = "",
) -> str:
    return f"Access to {what} at '{url}'{after} from origin '{origin}' has been blocked by CORS policy: {why}"


def message_of(text: str) -> PastedMessage:
    pasted = read_pasted(text)
    assert isinstance(pasted, PastedMessage), pasted
    return pasted


class Told(NamedTuple):
    """
    A line, the words that are told of it, and a line beside it of which they are not.
    """

    line: str
    words: str
    beside: str


NOT_ALLOWED = "is not allowed by Access-Control-Allow-Headers in preflight response."
TOLD = {
    "the header of a library": Told(line(f"Request header field baggage {NOT_ALLOWED}"), "Sentry or OpenTelemetry", line(f"Request header field x-a {NOT_ALLOWED}")),
    "a header of responses": Told(line(f"Request header field access-control-allow-origin {NOT_ALLOWED}"), "Take it out of the request", line(f"Request header field x-a {NOT_ALLOWED}")),
    "a header of MCP": Told(line(f"Request header field `mcp-protocol-version` {NOT_ALLOWED}"), "MCP clients send it", line(f"Request header field x-a {NOT_ALLOWED}")),
    "the page's own header": Told(line(f"Request header field x-a {NOT_ALLOWED}"), "The header is x-a.", line(MISSING)),
    "Firefox names it": Told("Cross-Origin Request Blocked: The Same Origin Policy disallows reading the remote resource at https://a.example/. (Reason: header ‘x-a’ is not allowed according to header ‘Access-Control-Allow-Headers’ from CORS preflight response).", "The header is x-a.", line(MISSING)),
    "the method": Told(line("Method PATCH is not allowed by Access-Control-Allow-Methods in preflight response."), "PATCH", line(MISSING)),
    "a slash": Told(line("The 'Access-Control-Allow-Origin' header has a value 'https://app.example.com/' that is not equal to the supplied origin."), "no path, not even a slash", line("The 'Access-Control-Allow-Origin' header has a value 'https://other.example' that is not equal to the supplied origin.")),
    "an empty value": Told(line("The 'Access-Control-Allow-Origin' header contains the invalid value ''."), "there and empty", line("The 'Access-Control-Allow-Origin' header contains the invalid value 'yes'.")),
    "another page's": Told(line("The 'Access-Control-Allow-Origin' header has a value 'https://other.example' that is not equal to the supplied origin."), "Vary: Origin", line("The 'Access-Control-Allow-Origin' header has a value 'https://other.example' that is not equal to the supplied origin.", origin="null")),
    "a slash by redirect": Told(line(MISSING, "https://api.example.com/me/", after=" (redirected from 'https://api.example.com/me')"), "slash at the end", line(MISSING, "https://api.example.com/you", after=" (redirected from 'https://api.example.com/me')")),
    "lost https": Told(line(MISSING, "http://api.example.com/me/", after=" (redirected from 'https://api.example.com/me')"), "does not know that it is behind TLS", line(MISSING, "https://api.example.com/me/", after=" (redirected from 'https://api.example.com/me')")),
    "an older redirect": Told("Redirect from 'http://a.example/x/' to 'http://a.example/x' has been blocked by CORS policy: " + MISSING + " Origin 'http://b.example' is therefore not allowed access.", "slash at the end", line(MISSING)),
    "a log-in by redirect": Told(line(MISSING, "https://api.example.com/login/", after=" (redirected from 'https://api.example.com/me')"), "redirects to a log-in", line(MISSING, "https://api.example.com/me/", after=" (redirected from 'https://api.example.com/me')")),
    "a log-in that is known": Told(line(MISSING, "https://accounts.google.com/o/oauth2/auth", after=" (redirected from 'https://api.example.com/me')"), "sign-in page", line(MISSING, "https://api.example.com/me/", after=" (redirected from 'https://api.example.com/me')")),
    "another host by redirect": Told(line(MISSING, "https://errors.example/404", after=" (redirected from 'https://api.example.com/me')"), "https://errors.example, whose response has to allow", line(MISSING, "https://api.example.com/you", after=" (redirected from 'https://api.example.com/me')")),
    "a redirect that is not seen": Told(line(f"{PREFLIGHT}Redirect is not allowed for a preflight request."), "does not say where the redirect leads", line(f"{PREFLIGHT}{MISSING}")),
    "two slashes": Told(line(f"{PREFLIGHT}Redirect is not allowed for a preflight request.", "https://api.example.com//me"), "The path has // in it", line(f"{PREFLIGHT}Redirect is not allowed for a preflight request.")),
    "by http": Told(line(f"{PREFLIGHT}Redirect is not allowed for a preflight request.", "http://api.example.com/me"), "asks by http", line(f"{PREFLIGHT}Redirect is not allowed for a preflight request.", "http://localhost:5000/me")),
    "too large": Told("POST https://api.example.com/me 413\n" + line(MISSING), "client_max_body_size", "POST https://api.example.com/other 413\n" + line(MISSING)),
    "a status of Cloudflare": Told(f"{MISSING} Origin 'https://app.example.com' is therefore not allowed access. The response had HTTP status code 520.", "Cloudflare alone", f"{MISSING} Origin 'https://app.example.com' is therefore not allowed access. The response had HTTP status code 500."),
    "no route for OPTIONS": Told("OPTIONS https://api.example.com/me 405 (Method Not Allowed)\n" + line(f"{PREFLIGHT}It does not have HTTP ok status."), "nothing takes OPTIONS there", "OPTIONS https://api.example.com/me 500\n" + line(f"{PREFLIGHT}It does not have HTTP ok status.")),
    "a 403 is no log-in": Told("OPTIONS https://api.example.com/me 403\n" + line(f"{PREFLIGHT}It does not have HTTP ok status."), "does not say what", "OPTIONS https://api.example.com/me 401\n" + line(f"{PREFLIGHT}It does not have HTTP ok status.")),
    "a preflight that wants a log-in": Told("OPTIONS https://api.example.com/me 401\n" + line(f"{PREFLIGHT}It does not have HTTP ok status."), "never carries any", "OPTIONS https://api.example.com/me 403\n" + line(f"{PREFLIGHT}It does not have HTTP ok status.")),
    "the status in another line": Told("OPTIONS https://api.example.com/me 404 (Not Found)\n" + line(MISSING), "nothing takes OPTIONS there", "GET https://api.example.com/me 404 (Not Found)\n" + line(MISSING)),
    "an older Firefox names the header": Told("Cross-Origin Request Blocked: The Same Origin Policy disallows reading the remote resource at https://a.example/. (Reason: missing token ‘x-a’ in CORS header ‘Access-Control-Allow-Headers’ from CORS preflight channel).", "The header is x-a.", line(MISSING)),
    "a preflight without it": Told(line(f"{PREFLIGHT}{MISSING}"), "It is the preflight that failed", line(MISSING)),
    "a response without it": Told(line(MISSING), "curl -i -H 'Origin: https://app.example.com' https://api.example.com/me", line(MISSING, "https://errors.example/404", after=" (redirected from 'https://api.example.com/me')")),
    "a host that allows all": Told(line(MISSING, "https://fonts.gstatic.com/a.woff2"), "so something else answered", line(MISSING, "https://fonts.example/a.woff2")),
    "a wildcard beside a list": Told(line("The value of the 'Access-Control-Allow-Origin' header in the response must not be the wildcard '*' when the request's credentials mode is 'include'."), "the * is of another layer", line(MISSING)),
    "a private address": Told("Mixed Content: The page at 'https://a.example/' was loaded over HTTPS, but requested an insecure resource 'http://192.168.1.2/x'.", "inside a private network", "Mixed Content: The page at 'https://a.example/' was loaded over HTTPS, but requested an insecure resource 'http://b.example/x'."),
    "an older line about a font": Told(f"Font from origin 'http://cdn.example' has been blocked from loading by Cross-Origin Resource Sharing policy: {MISSING} Origin 'http://page.example' is therefore not allowed access.", "Fonts always take CORS", line(MISSING)),
    "a status that is not seen": Told(line(f"{PREFLIGHT}It does not have HTTP ok status."), "See it by curl -i -X OPTIONS", "OPTIONS https://api.example.com/me 405\n" + line(f"{PREFLIGHT}It does not have HTTP ok status.")),
    "a session that has ended": Told(line(MISSING, "https://login.example/a", "https://api.example.com", after=" (redirected from 'https://api.example.com/me')"), "session that has ended", line(MISSING, "https://login.example/a", after=" (redirected from 'https://api.example.com/me')")),
    "a manifest": Told(line(MISSING, "https://login.example/a", what="manifest", after=" (redirected from 'https://api.example.com/m.json')"), 'crossorigin="use-credentials"', line(MISSING, what="script")),
    "names of one machine, and ports": Told(line(MISSING, "http://127.0.0.1:8000/x", "http://localhost:5173"), "two names in a list of origins", line(MISSING, "http://127.0.0.1:5173/x", "http://localhost:5173")),
    "a preflight whose URL is not said": Told(f"{PREFLIGHT}{MISSING} Origin 'http://localhost:4110' is therefore not allowed access.", "The network panel has it", f"{MISSING} Origin 'http://localhost:4110' is therefore not allowed access."),
    "a line of its own for the status": Told(f"{PREFLIGHT}{MISSING}\nStatus code: 404", "nothing takes OPTIONS there. Let", f"{PREFLIGHT}{MISSING}\nStatus code: 200"),
    "no answer": Told("Cross-Origin Request Blocked: The Same Origin Policy disallows reading the remote resource at https://localhost:5001/x. (Reason: CORS request did not succeed).", "warns of the certificate", line(MISSING)),
    "one host, two schemes": Told(line(MISSING, "https://a.example/x", "http://a.example"), "differ in the scheme", line(MISSING)),
    "who has to send it, but not where a redirect leads": Told(line(MISSING), "to this request has no", line(MISSING, "https://login.example.com/", after=" (redirected from 'https://app.example.com/x')")),
    "the status of the request": Told(f"{line(MISSING)} The response had HTTP status code 401.", "401 without the header", line(f"{PREFLIGHT}{MISSING} The response had HTTP status code 401.")),
    "a status in words": Told(f"The server keeps returning status `502`\n{line(MISSING)}", "502: a proxy", f"The server has 502 users\n{line(MISSING)}"),
    "one host, two ports": Told(line(MISSING, "http://localhost:7071/x", "http://localhost:1234"), "differ in the port", line(f"Request header field x-a {NOT_ALLOWED}", "http://localhost:7071/x", "http://localhost:1234")),
    "one machine, two names": Told(line(MISSING, "http://127.0.0.1:8082/x", "http://localhost:8082"), "one machine, and two origins", line(MISSING, "http://192.168.0.2:8082/x", "http://localhost:8082")),
    "www": Told(line(MISSING, "https://a.example/x", "https://www.a.example"), "without www.", line(MISSING)),
    "a font": Told(line(MISSING, what="font"), "Fonts always take CORS", line(MISSING)),
    "a font by its name": Told("Cross-Origin Request Blocked: The Same Origin Policy disallows reading the remote resource at https://cdn.example/a.woff2. (Reason: CORS header ‘Access-Control-Allow-Origin’ missing).", "Fonts always take CORS", "Cross-Origin Request Blocked: The Same Origin Policy disallows reading the remote resource at https://cdn.example/a.json. (Reason: CORS header ‘Access-Control-Allow-Origin’ missing)."),
    "an image": Told(line(MISSING, what="image"), "crossorigin attribute", line(MISSING)),
    "a null origin": Told(line(MISSING, origin="null"), "opened from a file", line(MISSING)),
    "a file": Told("Access to script at 'file:///C:/a/index.js' from origin 'null' has been blocked by CORS policy: Cross origin requests are only supported for protocol schemes: http, data, https.", "python -m http.server", line("Cross origin requests are only supported for protocol schemes: http, data, https.", "localhost:8080/x")),
    "a page for people": Told(line(MISSING, "https://id.example/oauth2/authorize"), "a page for people", line(MISSING, "https://id.example/oauth2/token")),
    "whose header it is": Told(line(MISSING), "The response of https://api.example.com to this request has no", line(MISSING, "https://api.notion.com/v1/pages")),
    "a local network": Told(line("Permission was denied for this request to access the `loopback` address space.", "http://localhost:5700/"), "no header of the server helps", line(MISSING)),
}  # fmt: skip


@pytest.mark.parametrize("row", TOLD.values(), ids=TOLD)
def test_a_line_tells_what_is_its_own(row: Told) -> None:
    assert row.words in " ".join(message_of(row.line).told)


@pytest.mark.parametrize("row", TOLD.values(), ids=TOLD)
def test_and_not_what_is_beside_it(row: Told) -> None:
    assert row.words not in " ".join(message_of(row.beside).told)


def test_the_server_of_an_older_line_about_a_font_is_not_the_page() -> None:
    older = f"Font from origin 'http://cdn.example' has been blocked from loading by Cross-Origin Resource Sharing policy: {MISSING} Origin 'http://page.example' is therefore not allowed access."

    message = message_of(older)

    assert "http://page.example" == message.origin
    assert "The response of http://cdn.example to this request has no" in " ".join(message.told)


def test_a_line_that_was_broken_keeps_its_urls_and_its_status() -> None:
    message = message_of(
        "XMLHttpRequest cannot load http://api.example/me. \nNo 'Access-Control-Allow-Origin' header is present on the "
        "requested resource. \nOrigin 'http://page.example' is therefore not allowed access. \nThe response had HTTP "
        "status code 500."
    )

    assert (("http://api.example/me", "http://page.example"), 500) == (message.urls, message.status)
    assert "http://page.example" == message.origin


def test_hosts_that_were_taken_out_still_tell_by_their_path() -> None:
    message = message_of(
        "Cross-Origin Request Blocked: The Same Origin Policy disallows reading the remote resource at "
        "https://[redacted]:8443/auth/realms/[redacted]/protocol/openid-connect/token. "
        "(Reason: CORS header ‘Access-Control-Allow-Origin’ missing)."
    )

    assert ("keycloak-token",) == message.usual


def test_the_log_of_a_server_that_refuses_its_settings_says_more_than_the_console() -> None:
    refused = 'java.lang.IllegalArgumentException: When allowCredentials is true, allowedOrigins cannot contain the special value "*"'
    message = message_of(f"> {line(f'{PREFLIGHT}{MISSING}')}\n\nAnd in the log:\n{refused}")

    assert ("Spring", "wildcard-setting-refused") == (message.said_by, message.meanings[0].name)
    assert () == message.told


def test_a_line_that_was_cut_off_still_tells_of_its_host() -> None:
    message = message_of(
        "Access to fetch at 'https://ollama-1/api/tags' from origin 'chrome-extension://abc' has been blocked by CORS policy"
    )

    assert "ollama" in message.hosted
    assert "chrome-extension://abc" in message.hint


def test_a_line_that_names_the_page_alone_tells_of_no_server() -> None:
    assert () == message_of("Origin https://app.example.com is not allowed by Access-Control-Allow-Origin.").told


def test_every_usual_row_is_there_and_every_product_is_a_topic() -> None:
    codes = {sign.code for sign in SIGNS}

    assert set() == {code for usual in USUAL.values() for code in (*usual.preflight, *usual.request)} - codes
    assert set() == set(USUAL) - set(PRODUCT_TOPICS)


USUAL_CASES = [
    # URL, whether a preflight, what is usual
    ("https://a.supabase.co/functions/v1/x", True, ("supabase-no-headers",)),
    ("https://a.supabase.co/rest/v1/x", True, ()),
    ("https://id.example/realms/a/protocol/openid-connect/token", False, ("keycloak-token",)),
    ("https://id.example/realms/a/protocol/openid-connect/token", True, ()),
    ("https://b.s3.amazonaws.com/x", True, ("s3-no-rules",)),
    ("https://api.example.com/x", True, ()),
]


@pytest.mark.parametrize(("url", "is_preflight", "usual"), USUAL_CASES)
def test_what_is_usual_on_a_platform_is_named_and_not_claimed(
    url: str, is_preflight: bool, usual: tuple[str, ...]
) -> None:
    message = message_of(line(f"{PREFLIGHT if is_preflight else ''}{MISSING}", url))

    assert usual == message.usual


def test_nothing_is_usual_of_a_product_that_is_not_known() -> None:
    assert () == usual_rows("nobody", "/", is_preflight=True)

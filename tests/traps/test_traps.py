"""
Traps that people fall into, each from public threads: the report names the true cause, and what mends it is proven.

Each test reproduces the symptom through the public interface. The threads are named above it.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

from browsercors import Answer, FetchTypeError, ScriptedServer
from tests.explain.pages import ALLOW, ALLOW_CREDENTIALS, API, PAGE
from tests.traps.pages import ALL, ask, changes, is_mended, surprise

if TYPE_CHECKING:
    from starlette.requests import Request
    from starlette.responses import Response

    from browsercors import Browser, Page
    from browsercors.values.literals import BrowserName
    from browsercors.values.wire import HTTPRequest

LOGO = "https://img.example.com/logo.png"
ANY = {"Access-Control-Allow-Origin": "*"}
JSON: dict[str, Any] = {"headers": {"Content-Type": "application/json"}, "method": "POST", "body": "{}"}


def preflight(common: dict[str, str], **allowed: str) -> Answer:
    """
    Return an answer to a preflight: `methods="PUT"` is Access-Control-Allow-Methods: PUT.
    """
    return Answer(204, {**common, **{f"Access-Control-Allow-{name.title()}": value for name, value in allowed.items()}})


# https://github.com/JakeChampion/fetch/issues/254, https://github.com/matthew-andrews/isomorphic-fetch/issues/62
def test_01_patch_in_small_letters_is_mended_at_the_page_alone() -> None:
    answers = {"OPTIONS /": preflight(ALLOW, methods="GET, PATCH"), "/": Answer(200, ALLOW)}

    report = ask({API: answers}, method="patch").report()

    (fix,) = report.fixes
    assert "method-not-allowed" == report.code
    assert "methods are compared case-sensitively" in report.notes[0]
    assert ("page", 'method: "PATCH"') == (fix.where, fix.requests[0].after)
    assert is_mended(report)


# https://github.com/auth0/nextjs-auth0/issues/1603, https://github.com/vllm-project/vllm/issues/4862,
# https://github.com/node-red/node-red/issues/793
def test_02_an_application_that_wants_a_log_in_for_options_is_told_to_answer_it_first() -> None:
    import flask

    app = flask.Flask("guarded")

    @app.before_request
    def guard() -> tuple[str, int] | None:
        return None if "Authorization" in flask.request.headers else ("log in", 401)

    @app.get("/")
    def index() -> flask.Response:
        return flask.Response("data", headers=ALLOW)

    report = ask({API: app}, headers={"Authorization": "Bearer t"}).report()

    assert "the server refused the preflight (401). A preflight never carries credentials" in report.advice
    assert "preflights never carry cookies or Authorization" in report.notes[0]
    assert 204 == report.fixes[0].answers[0].status
    assert is_mended(report)


# https://github.com/NousResearch/hermes-agent/issues/104104
def test_03_what_curl_does_not_see_is_the_preflight() -> None:
    report = ask({API: {"OPTIONS /": Answer(405, {"Allow": "POST"}), "/": Answer(200, ALLOW)}}, **JSON).report()

    assert ("sent", "Content-Type") == (report.preflight.outcome, report.preflight.causes[0].subject)
    assert "the preflight response has status 405" in report.advice
    assert "where no route takes OPTIONS" in report.advice
    assert "A plain curl works all the same" in report.advice
    assert is_mended(report)


# https://github.com/adamchainz/django-cors-headers/issues/512, https://github.com/dotnet/aspnetcore/issues/2378
# https://github.com/dotnet/aspnetcore/issues/8463
def test_04_an_error_page_made_outside_of_the_cors_layer_is_told_to_be_an_error_first() -> None:
    from starlette.applications import Starlette
    from starlette.middleware import Middleware
    from starlette.middleware.cors import CORSMiddleware
    from starlette.routing import Route

    def fail(request: Request) -> Response:
        raise RuntimeError("no database")

    layer = Middleware(CORSMiddleware, allow_origins=[PAGE])
    report = ask({API: Starlette(routes=[Route("/", fail)], middleware=[layer])}).report()

    assert "allow-origin-missing" == report.code
    assert ["plain-internal-server-error"] == [cause.code for cause in report.causes]
    assert "the application raised RuntimeError: no database" in report.notes
    assert is_mended(report)
    assert report.fixes[0].needs is not None
    assert report.fixes[0].needs.on_errors


# https://github.com/aspnet/CORS/issues/129, https://github.com/RubaXa/nginx-cors/issues/7,
# https://github.com/decred/dcrwebapi/issues/8
@pytest.mark.parametrize(
    "lines",
    [["*", "*"], [PAGE, "*"], [PAGE, PAGE], ["*, *"], [f"{PAGE}, *"], [f"{PAGE}, {PAGE}"]],
)
def test_05_a_header_that_two_layers_add_is_to_be_added_by_one(lines: list[str]) -> None:
    report = ask({API: {"/": Answer(200, [("Access-Control-Allow-Origin", line) for line in lines])}}).report()

    assert report.code in {"allow-origin-repeated", "allow-origin-list"}
    assert "by a proxy and by the application: let only one of them add it" in report.notes[0]
    assert {("GET", "/"): {"Access-Control-Allow-Origin": PAGE, "Vary": "Origin"}} == changes(report.fixes[0])
    assert is_mended(report)


# https://github.com/cloudendpoints/endpoints-tools/issues/58,
# https://github.com/NginxProxyManager/nginx-proxy-manager/issues/2260
@pytest.mark.parametrize("value", [f"https://www.example.com, {PAGE}", f"https://www.example.com {PAGE}"])
def test_06_of_two_allowed_origins_the_pages_is_echoed(value: str) -> None:
    report = ask({API: {"/": Answer(200, {"Access-Control-Allow-Origin": value})}}).report()

    assert "the header can hold one origin only" in report.notes[0]
    assert {("GET", "/"): {"Access-Control-Allow-Origin": PAGE, "Vary": "Origin"}} == changes(report.fixes[0])
    assert is_mended(report)


# https://github.com/rwth-iat/basyx-python-sdk/issues/50
def test_07_a_preflight_that_is_redirected_for_a_slash_is_asked_at_the_canonical_url() -> None:
    import flask

    app = flask.Flask("slashes")

    @app.route("/items/", methods=["POST", "OPTIONS"])
    def items() -> flask.Response:
        return flask.Response(headers={**ALLOW, "Access-Control-Allow-Headers": "content-type"})

    report = ask({API: app}, f"{API}/items", **JSON).report()

    server, page = report.fixes
    assert "preflight-redirected" == report.code
    assert "Request the URL that the redirect leads to" in report.advice
    assert ("server", 204) == (server.where, server.answers[0].status)
    assert ("page", f'"{API}/items/"') == (page.where, page.requests[0].after)
    assert is_mended(report)
    assert ask({API: app}, f"{API}/items/", **JSON).readable


# https://github.com/sohamkamani/go-oauth-example/issues/3
def test_08_a_preflight_that_is_redirected_to_https_is_asked_there() -> None:
    plain = {"*": Answer(301, {"Location": f"{API}/"})}
    report = ask({"http://api.example.com": plain}, "http://api.example.com/", page="http://localhost", **JSON).report()

    _, page = report.fixes
    assert "preflight-redirected" == report.code
    assert ("page", f'"{API}/"') == (page.where, page.requests[0].after)
    assert set(ALL) == set(page.proven_in)


def test_08_a_page_of_https_is_told_to_ask_over_https() -> None:
    report = ask({}, "http://api.example.com/").report()

    assert ("mixed-content", "Use https.") == (report.code, report.fixes[0].summary)
    assert is_mended(report)


# https://github.com/spring-guides/tut-spring-boot-oauth2/issues/48, https://github.com/axios/axios/issues/2616
@pytest.mark.parametrize("allow", [{}, ALLOW_CREDENTIALS], ids=["without CORS", "with CORS"])
@pytest.mark.parametrize("idp", [{}, {"https://idp.example": {"*": Answer(200)}}], ids=["unknown", "known"])
@pytest.mark.parametrize("method", ["GET", "PUT"])
def test_09_an_api_that_redirects_to_a_log_in_is_told_to_answer_401(
    allow: dict[str, str], idp: dict[str, Any], method: str
) -> None:
    location = "https://idp.example/oauth2/authorize?client=1"
    servers = {API: {"*": Answer(302, {"Location": location, **allow})}, **idp}

    report = ask(servers, f"{API}/me", xhr=True, method=method, with_credentials=True).report()

    assert f"The server redirects to a log-in, {location}" in report.advice
    assert "Respond to scripts with 401" in report.advice
    assert () == report.fixes


def test_09_an_api_of_accounts_that_redirects_for_a_slash_asks_nobody_to_log_in() -> None:
    report = ask({API: {"/accounts": Answer(301, {"Location": "/accounts/"})}}, f"{API}/accounts", **JSON).report()

    assert "log-in" not in report.advice
    assert f'"{API}/accounts/"' in [change.after for fix in report.fixes for change in fix.requests]


# https://github.com/eugenp/tutorials/issues/12166, https://github.com/dotnet/aspnetcore/issues/7079
def test_10_an_origin_that_redirects_turned_into_null_is_never_to_be_allowed_as_null() -> None:
    servers = {
        API: {"/": Answer(302, {"Location": "https://cdn.example/", **ALLOW})},
        "https://cdn.example": {"/": Answer(200, ALLOW)},
    }

    report = ask(servers).report()

    page, public = report.fixes
    assert "Allowing null allows every sandboxed page" in report.advice
    assert "is compared with null, which no server should allow" == report.evidence[-1].remark
    assert {("GET", "/"): {"Access-Control-Allow-Origin": "*"}} == changes(public)
    assert ("page", '"https://cdn.example/"') == (page.where, page.requests[0].after)
    assert is_mended(report)


# https://github.com/getsentry/sentry-javascript/issues/6077, https://github.com/contentful/contentful.js/issues/1381
def test_11_headers_of_tracing_are_allowed_or_left_out() -> None:
    answers = {"OPTIONS /": preflight(ALLOW, headers="content-type"), "/": Answer(200, ALLOW)}

    report = ask({API: answers}, headers={"sentry-trace": "1", "baggage": "2"}).report()

    server, page = report.fixes
    assert "content-type, baggage, sentry-trace" == server.answers[0].headers[0].value
    assert "it is for tracing; limit tracing to servers that expect it" in page.summary
    assert "without sentry-trace, baggage" == page.requests[0].after
    assert is_mended(report)


# https://github.com/axios/axios/issues/895, https://github.com/axios/axios/issues/7142
def test_12_a_header_that_devtools_show_and_the_page_does_not_see_is_to_be_exposed() -> None:
    report = ask({API: {"/": Answer(200, {**ALLOW, "X-Total-Count": "7"})}}).report()

    found = report.surprises[0]
    assert ("header-hidden", ("X-Total-Count",)) == (found.code, report.hidden_headers)
    assert found.fix is not None
    assert {("GET", "/"): {"Access-Control-Expose-Headers": "X-Total-Count"}} == changes(found.fix)
    assert set(ALL) == set(found.fix.proven_in)


# https://github.com/axios/axios/issues/895, https://github.com/adamchainz/django-cors-headers/issues/296
@pytest.mark.parametrize("answer", [Answer(200), preflight(ALLOW), Answer(404)], ids=["no CORS", "CORS", "no OPTIONS"])
def test_13_headers_of_responses_in_a_request_are_to_be_left_out_and_not_allowed(answer: Answer) -> None:
    headers = {"Access-Control-Allow-Origin": "*"}

    report = ask({API: {"OPTIONS /": answer, "/": Answer(200, ALLOW)}}, headers=headers).report()

    (fix,) = report.fixes
    assert "In a request it only causes a preflight" in surprise(report, "response-header-in-request")
    assert ("page", "without Access-Control-Allow-Origin") == (fix.where, fix.requests[0].after)
    assert is_mended(report)


def test_13_what_else_the_preflight_does_not_allow_is_the_servers() -> None:
    headers = {"Access-Control-Allow-Origin": "*", "X-A": "1"}

    report = ask({API: {"OPTIONS /": preflight(ALLOW), "/": Answer(200, ALLOW)}}, headers=headers).report()

    (fix,) = report.fixes
    assert ("both", "without Access-Control-Allow-Origin") == (fix.where, fix.requests[0].after)
    assert {"Access-Control-Allow-Headers": "x-a"} == changes(fix)["OPTIONS", "/"]


# https://github.com/Skullabs/kikaha/issues/220
def test_14_a_wildcard_with_cookies_becomes_the_pages_origin_and_leave_for_credentials() -> None:
    report = ask({API: {"/": Answer(200, ANY)}}, credentials="include").report()

    server, page = report.fixes
    allow = {"Access-Control-Allow-Origin": PAGE, "Vary": "Origin", "Access-Control-Allow-Credentials": "true"}
    assert "allow-origin-wildcard-with-credentials" == report.code
    assert {("GET", "/"): allow} == changes(server)
    assert "Send the request without credentials." == page.summary
    assert is_mended(report)


# https://github.com/ollama/ollama/issues/3983
def test_15_with_credentials_a_wildcard_for_headers_is_replaced_by_a_list() -> None:
    answers = {"OPTIONS /": preflight(ALLOW_CREDENTIALS, headers="*"), "/": Answer(200, ALLOW_CREDENTIALS)}

    report = ask({API: answers}, credentials="include", **JSON).report()

    assert "so * is not a wildcard here but a name like any other" in report.notes[0]
    assert {"Access-Control-Allow-Headers": "content-type"} == changes(report.fixes[0])["OPTIONS", "/"]
    assert is_mended(report)


# https://github.com/whatwg/fetch/issues/1919, https://github.com/mostlygeek/llama-swap/issues/81
@pytest.mark.parametrize("browser", ["chromium", "firefox", "webkit"])
def test_16_authorization_passes_under_a_wildcard_with_a_warning(browser: BrowserName) -> None:
    answers = {"OPTIONS /": preflight(ANY, headers="*"), "/": Answer(200, ANY)}

    report = ask({API: answers}, browser=browser, headers={"Authorization": "Bearer t"}).report()

    assert ("readable", "authorization-under-wildcard") == (report.verdict, report.surprises[0].code)
    assert "List Authorization by name" in report.surprises[0].advice


def test_16_by_the_standard_authorization_is_to_be_listed() -> None:
    answers = {"OPTIONS /": preflight(ANY, headers="*"), "/": Answer(200, ANY)}

    report = ask({API: answers}, browser="standard", headers={"Authorization": "Bearer t"}).report()

    assert "does not allow the request header authorization" in report.headline
    assert {"Access-Control-Allow-Headers": "*, authorization"} == changes(report.fixes[0])["OPTIONS", "/"]
    assert is_mended(report)


# https://github.com/getprobo/probo/issues/1714, https://github.com/getmunin/munin/issues/400
def test_17_what_a_beacon_sends_as_json_needs_leave_for_credentials() -> None:
    answers = {"OPTIONS /": preflight(ANY, headers="content-type"), "/": Answer(200, ANY)}
    call: dict[str, Any] = {"method": "POST", "json": {"a": 1}, "keepalive": True}

    report = ask({API: answers}, credentials="include", **call).report()

    server, page = report.fixes
    assert "allow-origin-wildcard-with-credentials" == report.code
    assert "true" == changes(server)["OPTIONS", "/"]["Access-Control-Allow-Credentials"]
    assert "Send the request without credentials." == page.summary
    assert is_mended(report)
    assert ask({API: answers}, **call).readable


# https://github.com/whatwg/fetch/issues/769, https://github.com/mdn/content/issues/7025,
# https://github.com/adamchainz/django-cors-headers/issues/344
@pytest.mark.parametrize(
    ("same_site", "sentence"), [(None, "it has no SameSite and counts as Lax"), ("strict", "it is SameSite=strict")]
)
def test_18_a_cookie_that_same_site_keeps_back_is_named_with_its_reason(same_site: str | None, sentence: str) -> None:
    def log_in(browser: Browser, page: Page) -> None:
        browser.set_cookie("sid", "1", domain="api.other.com", secure=True, same_site=same_site)  # type: ignore[arg-type]

    servers = {"https://api.other.com": {"/": Answer(200, ALLOW_CREDENTIALS)}}
    report = ask(servers, "https://api.other.com/", credentials="include", before=log_in).report()

    assert ("readable", "cookie-not-sent") == (report.verdict, report.surprises[0].code)
    assert f"The cookie sid was not sent: {sentence}" in report.surprises[0].sentence
    assert (
        "SameSite=None; Secure, and protect the server against CSRF then; or serve the page and the API from one site"
        in report.surprises[0].advice
    )


# https://github.com/aaronpk/sample-oauth2-client/issues/3
def test_19_localhost_and_127_0_0_1_are_two_sites() -> None:
    def log_in(browser: Browser, page: Page) -> None:
        browser.set_cookie("sid", "1", domain="127.0.0.1")

    allow = {"Access-Control-Allow-Origin": "http://localhost:3000", "Access-Control-Allow-Credentials": "true"}
    servers = {"http://127.0.0.1:8000": {"/": Answer(200, allow)}}
    report = ask(
        servers, "http://127.0.0.1:8000/", page="http://localhost:3000", credentials="include", before=log_in
    ).report()

    assert "localhost and 127.0.0.1 are two" in surprise(report, "cookie-not-sent")


# https://github.com/JakeChampion/fetch/issues/342
def test_20_a_remembered_preflight_is_one_of_its_url_and_capped() -> None:
    allow = {**ALLOW, "Access-Control-Max-Age": "86400"}
    answers = {"OPTIONS *": preflight(allow, methods="PUT"), "*": Answer(200, ALLOW)}

    def ask_for_another(browser: Browser, page: Page) -> None:
        page.fetch(f"{API}/items/1", method="PUT")

    report = ask({API: answers}, f"{API}/items/2", method="PUT", before=ask_for_another).report()

    remembered = {each.browser: each.seconds for each in report.preflight.remembered}
    assert "sent" == report.preflight.outcome
    assert "A response applies to its exact URL, including the query" in surprise(report, "max-age-capped")
    assert {"chromium": 7200, "firefox": 86400, "webkit": 600, "standard": 86400} == remembered


# https://github.com/theopensystemslab/planx-new/issues/6451
def test_21_a_remembered_preflight_outlives_a_change_of_policy() -> None:
    allow = {**ALLOW, "Access-Control-Max-Age": "7200"}
    answers = {"OPTIONS /": [preflight(allow, methods="PUT"), Answer(403)], "/": [Answer(200, ALLOW), Answer(403)]}

    def ask_once(browser: Browser, page: Page) -> None:
        page.fetch(f"{API}/", method="PUT")

    report = ask({API: answers}, method="PUT", before=ask_once).report()

    assert ("blocked", "remembered") == (report.verdict, report.preflight.outcome)
    assert "still remembered an earlier permission" in surprise(report, "preflight-remembered")
    assert "at most until Access-Control-Max-Age is over" in surprise(report, "preflight-remembered")
    assert is_mended(report)


# https://blog.codepen.io/2017/01/06/codepen-hosted-asset-cors-gotcha/, https://github.com/cyu/rack-cors/issues/127,
# https://github.com/exupero/saveSvgAsPng/pull/164; a fetch in mode "no-cors" is what an <img> does.
def image_server(vary: dict[str, str]) -> dict[str, Any]:
    """
    Return a server that allows only who says `Origin`, as many stores of files do.
    """

    def answer(request: HTTPRequest) -> Answer:
        return Answer(200, {**(ALLOW if b"origin" in request.headers else {}), **vary, "Cache-Control": "max-age=600"})

    return {"https://img.example.com": ScriptedServer(default=answer)}


def load_image(browser: Browser, page: Page) -> None:
    page.fetch(LOGO, mode="no-cors", credentials="include")
    browser.clock.advance(5)


@pytest.mark.parametrize("browser", ["chromium", "webkit", "standard"])
def test_22_an_image_in_the_http_cache_blocks_the_fetch_of_its_url(browser: BrowserName) -> None:
    result = ask(image_server({}), LOGO, browser=browser, before=load_image)
    report = result.report()

    assert [] == result.exchanges
    assert f"{PAGE} may not read {LOGO}: the response came from the browser's HTTP cache " in report.headline
    assert "(5 s old, stored for a request without Origin)" in report.headline
    assert "Send Vary: Origin with every response of this URL" in surprise(report, "cached-response")
    assert {("GET", "/logo.png"): {"Access-Control-Allow-Origin": PAGE, "Vary": "Origin"}} == changes(report.fixes[0])
    assert report.fixes[0].answers[0].is_stored
    assert is_mended(report)


@pytest.mark.parametrize(("browser", "vary"), [*((name, {"Vary": "Origin"}) for name in ALL), ("firefox", {})])
def test_22_with_vary_the_server_is_asked_and_firefox_asks_it_anyway(
    browser: BrowserName, vary: dict[str, str]
) -> None:
    result = ask(image_server(vary), LOGO, browser=browser, before=load_image)

    assert (True, ["GET"]) == (result.readable, [exchange.method for exchange in result.exchanges])


@pytest.mark.parametrize("browser", ["chromium", "webkit"])
def test_22_it_helps_to_load_the_image_with_crossorigin(browser: BrowserName) -> None:
    def load(browser: Browser, page: Page) -> None:
        page.fetch(LOGO)

    result = ask(image_server({}), LOGO, browser=browser, before=load)

    assert (True, []) == (result.readable, result.exchanges)


def test_22_until_it_expires_another_url_a_reload_or_an_empty_cache_gets_around_it() -> None:
    def load_and_forget(browser: Browser, page: Page) -> None:
        load_image(browser, page)
        browser.http_cache.clear()

    assert ask(image_server({}), f"{LOGO}?2", before=load_image).readable
    assert ask(image_server({}), LOGO, before=load_image, cache="reload").readable
    assert ask(image_server({}), LOGO, before=load_and_forget).readable


# The answer to a request with Origin can be the wrong one, too: for the next page.
def test_22_an_answer_to_one_origin_that_a_cache_may_give_to_another_is_pointed_out() -> None:
    report = ask({API: {"/": Answer(200, {**ALLOW, "Cache-Control": "max-age=600"})}}).report()

    assert "Send Vary: Origin" in surprise(report, "vary-missing")


# https://github.com/w3c/preload/issues/32; a preload without crossorigin asks as an <img> does, and a font as fetch().
@pytest.mark.parametrize(("browser", "sent"), [("chromium", 0), ("firefox", 1), ("webkit", 0)])
def test_23_what_is_preloaded_without_crossorigin_is_in_the_way_or_fetched_twice(
    browser: BrowserName, sent: int
) -> None:
    font = f"{API}/font.woff2"

    def preload(browser: Browser, page: Page) -> None:
        page.fetch(font, mode="no-cors", credentials="include")

    server = {"/font.woff2": Answer(200, {"Cache-Control": "max-age=600", "Content-Type": "font/woff2"})}
    result = ask({API: server}, font, browser=browser, before=preload)
    report = result.report()

    assert ("allow-origin-missing", sent) == (report.code, len(result.exchanges))
    assert (not sent) is any(each.code == "cached-response" for each in report.surprises)
    assert {"Access-Control-Allow-Origin": PAGE, "Vary": "Origin"} == changes(report.fixes[0])["GET", "/font.woff2"]
    assert is_mended(report)


# https://github.com/scottbarnesg/smart-sec-cam/issues/14,
# https://github.com/spenibus/cors-everywhere-firefox-addon/issues/48
def test_24_without_any_answer_no_header_is_blamed() -> None:
    report = ask({API: {"/": Answer.broken()}}, browser="firefox").report()

    assert ("connection-failed", ()) == (report.code, report.fixes)
    assert "that its certificate is trusted" in report.advice
    assert "JavaScript gets the same error for every failure" in report.advice


# https://github.com/dynamsoft-docs/web-twain-docs/issues/938,
# https://github.com/tubearchivist/browser-extension/issues/59, https://github.com/lazjedi/Save-to-Anytype/issues/21
@pytest.mark.parametrize("browser", ["chromium", "firefox"])
def test_25_and_26_a_server_of_the_visitor_has_no_verdict_before_the_visitor_answers(browser: BrowserName) -> None:
    servers = {"http://127.0.0.1:8000": {"/": Answer(200, ANY)}}

    report = ask(servers, "http://127.0.0.1:8000/", browser=browser).report()

    assert ("undecided", "local-network-access-prompt", ()) == (report.verdict, report.code, report.fixes)
    assert "the browser asks the visitor" in report.advice


@pytest.mark.parametrize("browser", ["chromium", "firefox"])
def test_25_and_26_a_server_of_the_visitor_is_read_with_permission(browser: BrowserName) -> None:
    servers = {"http://127.0.0.1:8000": {"/": Answer(200, ANY)}}

    granted = ask(
        servers,
        "http://127.0.0.1:8000/",
        browser=browser,
        before=lambda simulated, _page: simulated.grant("loopback-network"),
    )
    denied = ask(
        servers,
        "http://127.0.0.1:8000/",
        browser=browser,
        before=lambda simulated, _page: simulated.deny("loopback-network"),
    ).report()

    assert granted.readable
    assert "blocked" == denied.verdict


# https://github.com/JakeChampion/fetch/issues/397, https://github.com/JakeChampion/fetch/issues/523
def test_27_mode_no_cors_gets_around_nothing() -> None:
    report = ask({API: {"/": Answer(200)}}, mode="no-cors").report()

    found = report.surprises[0]
    assert ("opaque", "opaque-response") == (report.verdict, found.code)
    assert "This mode does not get around CORS" in found.advice
    assert found.fix is not None
    assert ("both", 'mode: "cors"', set(ALL)) == (
        found.fix.where,
        found.fix.requests[0].after,
        set(found.fix.proven_in),
    )
    assert {("GET", "/"): {"Access-Control-Allow-Origin": PAGE, "Vary": "Origin"}} == changes(found.fix)


def test_27_mode_no_cors_takes_neither_other_methods_nor_other_headers() -> None:
    with pytest.raises(FetchTypeError, match="'no-cors' allows the methods GET, HEAD and POST, not 'PUT'"):
        ask({API: {"/": Answer(200)}}, mode="no-cors", method="PUT")

    report = ask({API: {"/": Answer(200)}}, mode="no-cors", headers={"X-A": "1"}).report()

    assert "X-A was not sent" in surprise(report, "header-dropped")


# https://github.com/whatwg/fetch/issues/609, https://github.com/web-platform-tests/wpt/issues/23176
def test_28_content_type_goes_with_the_body_and_only_older_browsers_kept_it() -> None:
    answers = {
        "OPTIONS /": preflight(ALLOW, headers="content-type"),
        "/": Answer(303, {**ALLOW, "Location": "/done"}),
        "OPTIONS /done": Answer(404),
        "/done": Answer(200, ALLOW),
    }

    report = ask({API: answers}, **JSON).report()

    assert ["preflight", "redirect", "actual"] == [entry.kind for entry in report.timeline]
    assert "older browsers kept it, and sent a preflight for it" in surprise(report, "method-became-get")


# https://github.com/corydolphin/flask-cors/issues/413
def test_29_a_new_method_has_to_be_listed() -> None:
    import flask
    import flask_cors

    app = flask.Flask("methods")
    flask_cors.CORS(app, origins=[PAGE])
    app.add_url_rule("/", methods=["QUERY"], view_func=lambda: "rows", endpoint="query")

    report = ask({API: app}, method="QUERY", body="x").report()

    assert "method-not-allowed" == report.code
    assert "Allow the method QUERY." == report.fixes[0].summary
    assert {"Access-Control-Allow-Methods": "QUERY"} == changes(report.fixes[0])["OPTIONS", "/"]
    assert is_mended(report)


# https://github.com/WebKit/WebKit/pull/71202
@pytest.mark.parametrize("browser", ALL)
def test_30_a_preflight_whose_body_never_ends_is_said_to_hang_older_browsers(browser: BrowserName) -> None:
    allow = {**ALLOW, "Access-Control-Allow-Methods": "PUT"}

    report = ask(
        {API: {"OPTIONS /": Answer.stalled(204, allow), "/": Answer(200, ALLOW)}}, browser=browser, method="PUT"
    )

    assert "no Safari release is known to contain it" in surprise(report.report(), "preflight-body-unfinished")


def test_30_a_preflight_that_is_never_answered_times_out() -> None:
    report = ask(
        {API: {"OPTIONS /": Answer.stalled(), "/": Answer(200, ALLOW)}}, browser="webkit", method="PUT"
    ).report()

    assert ("timed-out", ()) == (report.code, report.fixes)
    assert "one cause is a response to OPTIONS whose body never ends" in report.advice


# Firefox's nsCORSListenerProxy.cpp looks for each name in what it remembers, and * is one.
@pytest.mark.parametrize(("browser", "again"), [("chromium", False), ("firefox", True), ("webkit", False)])
def test_31_firefox_asks_again_where_a_wildcard_was_remembered(browser: BrowserName, again: bool) -> None:
    answers = {"OPTIONS /": preflight({**ANY, "Access-Control-Max-Age": "600"}, methods="*"), "/": Answer(200, ANY)}

    def ask_once(browser: Browser, page: Page) -> None:
        page.fetch(f"{API}/", method="PUT")

    report = ask({API: answers}, browser=browser, method="PUT", before=ask_once).report()

    assert ("sent" if again else "remembered") == report.preflight.outcome
    assert ([surprise(report, "preflight-not-cached")] if again else []) == [
        f"{each.sentence} {each.advice}" for each in report.surprises if "accepts * in a response" in each.sentence
    ]


# https://developer.mozilla.org/en-US/docs/Web/HTTP/Guides/CORS#simple_requests
def test_32_a_listener_on_the_upload_makes_a_simple_post_one_with_a_preflight() -> None:
    servers = {API: {"OPTIONS /": Answer(404), "/": Answer(200, ALLOW)}}

    report = ask(servers, xhr=True, method="POST", body="text", upload_listeners=True).report()

    assert "the page listens for upload events, or sends a stream" == report.preflight.causes[0].sentence
    assert "the preflight response has status 404" in report.advice
    assert ("page", "no listener on xhr.upload") == (report.fixes[-1].where, report.fixes[-1].requests[0].after)
    assert is_mended(report)
    assert ask(servers, xhr=True, method="POST", body="text").readable


JOINS_WITH_ITS_CONSUMER = {
    "17": "navigator.sendBeacon(): the same request is asked by fetch() above, with keepalive and credentials",
}
"""What of the traps waits for a consumer that is not simulated yet, by number, with the reason."""


def test_every_trap_is_tested_or_waits_for_its_consumer() -> None:
    tested = {word for name in globals() if name.startswith("test_") for word in name.split("_") if word.isdecimal()}

    assert {f"{number:02}" for number in range(1, 33)} <= tested | set(JOINS_WITH_ITS_CONSUMER)

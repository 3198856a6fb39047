"""
Lines of consoles and exceptions: who says them, and what each may stand for.
"""

# ruff: noqa: E501, RUF001 - lines stand as consoles write them

from __future__ import annotations

import re
import time

import pytest

from browsercors.explain.catalogue.find import CODES
from browsercors.pasted.messages import LANGUAGES, MESSAGES, MESSAGES_WHATEVER_THE_REASON, QUESTIONS, QUESTIONS_BY_WORDS
from browsercors.pasted.reader import MOST_CHARACTERS, read_pasted
from browsercors.pasted.results import PastedHeader, PastedMessage, PastedTopic, Unreadable
from browsercors.pasted.topics import TOPICS

API = "https://api.example.com/me"
ORIGIN = "https://app.example.com"
CHROMIUM = f"Access to fetch at '{API}' from origin '{ORIGIN}' has been blocked by CORS policy: "
OF_THE_PREFLIGHT = "Response to preflight request doesn't pass access control check: "


def message_of(text: str) -> PastedMessage:
    pasted = read_pasted(text)
    assert isinstance(pasted, PastedMessage), pasted
    return pasted


def names(message: PastedMessage) -> list[str]:
    return [meaning.name for meaning in message.meanings]


LINES = [
    # line                                                          said by        the likeliest meaning
    (f"{CHROMIUM}No 'Access-Control-Allow-Origin' header is present on the requested resource.", "Chromium", "allow-origin-missing"),
    (f"{CHROMIUM}{OF_THE_PREFLIGHT}It does not have HTTP ok status.", "Chromium", "preflight-status-not-ok"),
    (f"{CHROMIUM}{OF_THE_PREFLIGHT}Redirect is not allowed for a preflight request.", "Chromium", "preflight-redirected"),
    (f"{CHROMIUM}The 'Access-Control-Allow-Origin' header contains multiple values '*, *', but only one is allowed.", "Chromium", "allow-origin-repeated"),
    (f"{CHROMIUM}Request header field x-a is not allowed by Access-Control-Allow-Headers in preflight response.", "Chromium or WebKit", "header-not-allowed"),
    (f"{CHROMIUM}Permission was denied for this request to access the `loopback` address space.", "Chromium", "local-network-access-denied"),
    (f"{CHROMIUM}The request client is not a secure context and the resource is in more-private address space `local`.", "Chromium", "local-network-access-insecure"),
    ("GET http://127.0.0.1/ net::ERR_BLOCKED_BY_LOCAL_NETWORK_ACCESS_CHECKS", "Chromium", "local-network-access-denied"),
    ("Failed to load resource: net::ERR_BLOCKED_BY_CLIENT", "Chromium", "blocked-by-client"),
    ("GET https://a.example/ net::ERR_BLOCKED_BY_ORB", "Chromium", "opaque-response-blocked"),
    ("net::ERR_BLOCKED_BY_RESPONSE.NotSameOrigin 200 (OK)", "Chromium", "cross-origin-resource-policy"),
    ("Uncaught (in promise) TypeError: Failed to fetch", "Chromium", "network-error"),
    ("GET https://a.example/ net::ERR_FAILED 200 (OK)", "Chromium", "network-error"),
    ("Refused to connect to 'https://a.example/' because it violates the following Content Security Policy directive: \"connect-src 'self'\".", "Chromium", "content-security-policy"),
    ("Mixed Content: The page at 'https://a.example/' was loaded over HTTPS, but requested an insecure resource 'http://b.example/'.", "Chromium", "mixed-content"),
    ("SecurityError: Failed to execute 'getImageData': The canvas has been tainted by cross-origin data.", "Chromium", "tainted-canvas"),
    ("SecurityError: The image element contains cross-origin data, and may not be loaded.", "Chromium", "tainted-canvas"),
    ("SecurityError: Blocked a frame with origin \"https://a.example\" from accessing a cross-origin frame.", "Chromium or WebKit", "cross-origin-frame"),
    ("Cross-Origin-Opener-Policy policy would block the window.closed call.", "Chromium", "cross-origin-opener-policy"),
    ("The target origin provided ('https://a.example') does not match the recipient window's origin ('null').", "Chromium", "post-message-origin"),
    ("Unexpected token '<', \"<!DOCTYPE \"... is not valid JSON", "Chromium", "not-json"),
    ("GET https://a.example/ 404 (Not Found)", "Chromium", "http-error"),
    ("Failed to load resource: the server responded with a status of 500 ()", "Chromium", "http-error"),
    ("Script error.", "any browser", "muted-errors"),
    ("Origin https://app.example.com is not allowed by Access-Control-Allow-Origin. Status code: 502", "WebKit", "allow-origin-missing"),
    ("Fetch API cannot load https://api.example.com/ due to access control checks.", "WebKit", "network-error"),
    ("Preflight response is not successful. Status code: 401", "WebKit", "preflight-status-not-ok"),
    ("Preflight response is not successful. Status code: 302", "WebKit", "preflight-redirected"),
    ("TypeError: Load failed", "WebKit", "network-error"),
    ("TypeError: NetworkError when attempting to fetch resource.", "Firefox", "network-error"),
    ("A resource is blocked by OpaqueResponseBlocking, please check browser console for details.", "Firefox", "opaque-response-blocked"),
    ("The resource at “https://t.example/” was blocked because Enhanced Tracking Protection is enabled.", "Firefox", "tracking-protection"),
    ("CORS Missing Allow Origin", "Firefox", "allow-origin-missing"),
    ("CORS Preflight Did Not Succeed", "Firefox", "preflight-status-not-ok"),
    ("CORS Failed", "Firefox", "connection-failed"),
    ("AxiosError: Network Error ERR_NETWORK", "axios", "network-error"),
    ("AxiosError: timeout of 5000ms exceeded", "axios", "timeout"),
    ("AxiosError: Request failed with status code 403", "axios", "http-error"),
    ("HttpErrorResponse: Http failure response for (unknown url): 0 Unknown Error", "Angular", "network-error"),
    ("Http failure response for https://a.example/: 500 Internal Server Error", "Angular", "http-error"),
    ('{"readyState":0,"status":0,"statusText":"error"}', "jQuery", "network-error"),
    ("{readyState: 0, getResponseHeader: ƒ, status: 0, statusText: 'error'}", "jQuery", "network-error"),
    ("Error: Request has been terminated\nPossible causes: the network is offline, Origin is not allowed by Access-Control-Allow-Origin, the page is being unloaded, etc.", "superagent", "network-error"),
    ("TypeError: Network request failed", "React Native or whatwg-fetch", "native-app-fetch"),
    ('FetchError: [GET] "https://a.example/": <no response> Failed to fetch', "ofetch", "network-error"),
    ('FetchError: [GET] "https://a.example/": 404 Not Found', "ofetch", "http-error"),
    ("HTTPError: Request failed with status code 404 Not Found", "ky", "http-error"),
    ("TRPCClientError: Failed to fetch", "tRPC", "network-error"),
    ("[Network error]: TypeError: Failed to fetch", "Apollo Client", "network-error"),
    ("FunctionsFetchError: Failed to send a request to the Edge Function", "supabase", "edge-function"),
    ("FunctionsHttpError: Edge Function returned a non-2xx status code", "supabase", "http-error"),
    ("FirebaseError: Firebase: Error (auth/network-request-failed).", "Firebase", "blocked-by-client"),
    ("FirebaseError: Firebase Storage: Max retry time for operation exceeded (storage/retry-limit-exceeded)", "Firebase", "storage-bucket"),
    ("APIConnectionError: Connection error.", "the OpenAI or Anthropic SDK", "network-error"),
    ("Failed to complete negotiation with the server: TypeError: Failed to fetch", "SignalR", "allow-origin-missing"),
    ("ClientException: Failed to fetch, uri=https://a.example/", "Dart (Flutter)", "network-error"),
    ("XMLHttpRequest error.", "Dart (Flutter)", "network-error"),
    ("DioException: The XMLHttpRequest onError callback was called.", "Dio (Flutter)", "network-error"),
    ("UnityWebRequest error: ConnectionError", "Unity", "network-error"),
    ("hls.js: networkError manifestLoadError", "hls.js", "network-error"),
    ("TypeError: fetch failed\n    at node:internal/deps/undici", "Node", "server-side-fetch"),
    ("error sending request for url (https://a.example/)", "Deno", "server-side-fetch"),
    ("Disallowed CORS headers", "The CORS layer of Starlette, FastAPI or Litestar", "starlette-headers"),
    ("Invalid CORS request", "The CORS layer of Spring", "spring-cors"),
    ("TypeError: Missing parameter name at index 1: *; visit https://git.new/pathToRegexpError for info", "Express 5", "express-5"),
    ("Invalid CORS request; Origin=https://a.example;Method=PUT", "Tomcat", "tomcat-cors"),
    ("Reject: 'https://a.example' origin is not allowed", "Spring", "spring-cors"),
    ("[cors] 2026/12/01 10:00:00   Preflight aborted: origin 'https://a.example' not allowed", "rs/cors (Go)", "three-vary-names"),
    ("Request origin https://a.example does not have permission to access the resource.", "ASP.NET Core", "aspnet-origin"),
    ("panic: bad origin: origins must contain '*' or include http://,https://", "gin-contrib/cors", "gin-contrib-cors"),
    ("WebSocket connection to 'wss://a.example/' failed: Error during WebSocket handshake: Unexpected response code: 403", "Chromium or WebKit", "websocket-handshake"),
    ("The FetchEvent for \"https://a.example/\" resulted in a network error response: an \"opaque\" response was used", "Chromium", "service-worker-opaque"),
    ("Response served by service worker is opaque redirect", "WebKit", "service-worker-opaque-redirect"),
    ("Failed to load ‘https://a.example/’. A ServiceWorker passed a promise to FetchEvent.respondWith() that rejected with ‘Error: boom’.", "Firefox", "service-worker-error"),
    ("EventSource's response has a MIME type (\"text/html\") that is not \"text/event-stream\".", "Chromium or WebKit", "event-source-media-type"),
    ("The FetchEvent for \"https://a.example/\" resulted in a network error response: a redirected response was used for a request whose redirect mode is not \"follow\".", "Chromium", "service-worker-redirected"),
    ("Response served by service worker has redirections", "WebKit", "service-worker-redirected"),
    ("The FetchEvent for \"https://a.example/\" resulted in a network error response: the promise was rejected.", "Chromium", "service-worker-error"),
    ("Failed to load ‘https://a.example/’. A ServiceWorker passed a promise to FetchEvent.respondWith() that rejected with ‘TypeError: x’.", "Firefox", "service-worker-error"),
    ("Failed to load ‘https://a.example/’. A ServiceWorker passed an opaque Response to FetchEvent.respondWith() while handling a ‘cors’ FetchEvent.", "Firefox", "service-worker-opaque"),
    ("GET https://a.example/ net::ERR_BLOCKED_BY_RESPONSE.NotSameOriginAfterDefaultedToSameOriginByCoep 200 (OK)", "Chromium", "cross-origin-embedder-policy"),
    ("Failed to load https://a.example/: Response for preflight has invalid HTTP status code 405", "an older Chromium", "preflight-status-not-ok"),
    ("XMLHttpRequest cannot load https://a.example/. Response for preflight is invalid (redirect)", "an older Chromium", "preflight-redirected"),
    ("XMLHttpRequest cannot load https://a.example/. Cannot use wildcard in Access-Control-Allow-Origin when credentials flag is true.", "an older Chromium or Safari", "allow-origin-wildcard-with-credentials"),
    ("SEC7120: Origin https://app.example not found in Access-Control-Allow-Origin header.", "Internet Explorer or old Edge", "allow-origin-missing"),
    ("SEC7123: Request header content-type was not present in the Access-Control-Allow-Headers list.", "Internet Explorer or old Edge", "header-not-allowed"),
    ("Referrer Policy: strict-origin-when-cross-origin", "Chromium", "referrer-policy"),
    ("curl: (7) Failed to connect to localhost port 8000: Connection refused", "curl", "connection-failed"),
    ("(blocked:cors)", "Chromium", "allow-origin-missing"),
    ("Error: tus: invalid or missing Location header, originated from request", "tus-js-client (Uppy)", "header-hidden"),
]  # fmt: skip


@pytest.mark.parametrize(("line", "said_by", "meaning"), LINES, ids=[row[0][-40:] for row in LINES])
def test_a_line_says_who_wrote_it_and_what_it_most_likely_stands_for(line: str, said_by: str, meaning: str) -> None:
    message = message_of(line)

    assert (said_by, meaning) == (message.said_by, names(message)[0])


# Whole lines as Firefox's language packs write them.
TRANSLATED = [
    (
        "de",
        (
            "Quellübergreifende (Cross-Origin) Anfrage blockiert: Die Gleiche-Quelle-Regel verbietet das Lesen der externen "
            f"Ressource auf {API}. (Grund: CORS-Kopfzeile 'Access-Control-Allow-Origin' fehlt). Statuscode: 200."
        ),
        ["allow-origin-missing"],
        200,
    ),
    (
        "de",
        f"Anfrage auf {API}. (Grund: CORS-Preflight-Antwort schlug fehl). Statuscode: 403.",
        ["preflight-status-not-ok"],
        403,
    ),
    (
        "fr",
        (
            "Blocage d\u2019une requête multiorigines (Cross-Origin Request)\u00a0: la politique «\u00a0Same Origin\u00a0» ne "
            f"permet pas de consulter la ressource distante située sur {API}. Raison\u00a0: l\u2019en-tête CORS "
            "«\u00a0Access-Control-Allow-Origin\u00a0» est manquant. Code d\u2019état\u00a0: 200."
        ),
        ["allow-origin-missing"],
        200,
    ),
    (
        "fr",
        (
            f"La requête sur {API}. Raison\u00a0: échec de la réponse de pré-vérification des requêtes CORS. "
            "Code d\u2019état\u00a0: 302."
        ),
        ["preflight-redirected"],
        302,
    ),
    (
        "es",
        (
            "Solicitud de origen cruzado bloqueada: La política de mismo origen no permite leer el recurso remoto en "
            f"{API}. (Razón: falta la cabecera CORS 'Access-Control-Allow-Origin'). Código de estado: 404."
        ),
        ["allow-origin-missing"],
        404,
    ),
    (
        "zh",
        f"已拦截跨源请求：同源策略禁止读取位于 {API} 的远程资源。（原因：CORS 头缺少 'Access-Control-Allow-Origin'）。状态码：200。",
        ["allow-origin-missing"],
        200,
    ),
    (
        "ja",
        (
            f"クロスオリジン要求をブロックしました: 同一生成元ポリシーにより、{API} にあるリモートリソースの読み込みは拒否されます "
            "(理由: CORS ヘッダー ‘Access-Control-Allow-Origin’ が足りない)。ステータスコード: 200"
        ),
        ["allow-origin-missing"],
        200,
    ),
]


@pytest.mark.parametrize(("language", "line", "meanings", "status"), TRANSLATED)
def test_a_line_of_firefox_is_known_in_its_language(language: str, line: str, meanings: list[str], status: int) -> None:
    message = message_of(line)

    assert meanings == names(message)
    assert status == message.status
    assert (API,) == message.urls
    assert f"Firefox ({LANGUAGES[language]})" == message.said_by


@pytest.mark.parametrize("row", MESSAGES, ids=lambda row: f"{row.said_by}: {row.words[:40]}")
def test_every_row_is_found_by_its_own_words(row: object) -> None:
    assert isinstance(row, tuple)
    words, _, meanings, *_ = row
    for quoted in (words, words.replace("'", "\u2019"), words.replace("'", "\u201d"), words.replace(" ", "\u00a0")):
        message = message_of(f"x {quoted.replace('...', 'Y')} x")

        assert set(meanings) == set(names(message))


def test_the_network_panel_of_chromium_tells_the_reason_by_its_name() -> None:
    line = "Cross-Origin Resource Sharing error: PreflightMissingAllowOriginHeader"

    assert ["allow-origin-missing"] == names(message_of(line))
    assert ["allow-origin-missing"] == names(message_of("PreflightMissingAllowOriginHeader"))
    assert ["preflight-status-not-ok"] == names(message_of(f"items 403 cors error {line[:36]}PreflightInvalidStatus"))


def test_every_meaning_is_a_code_or_a_topic() -> None:
    rows = (*MESSAGES, *MESSAGES_WHATEVER_THE_REASON)

    assert [] == [name for row in rows for name in row.meanings if name not in TOPICS and name not in CODES]
    assert [] == [row.words for row in rows if not row.source]
    assert [] == [name for topic in TOPICS.values() for name in topic.codes if name not in CODES]


def test_where_several_are_meant_a_question_tells_them_apart() -> None:
    rows = [row for row in (*MESSAGES, *MESSAGES_WHATEVER_THE_REASON) if len(row.meanings) > 1]

    assert [] == [row.words for row in rows if not row.question.endswith(("?", "."))]
    assert [] == [text for text in (*QUESTIONS.values(), *QUESTIONS_BY_WORDS.values()) if "?" not in text]


def test_what_is_not_simulated_says_what_it_is_and_what_to_do() -> None:
    assert [] == [topic.name for topic in TOPICS.values() if not topic.is_simulated and not topic.remedy]


def test_no_sentence_of_a_topic_shows_a_number_for_how_likely_it_is() -> None:
    assert not any(re.search(r"\d ?%", topic.meaning + topic.remedy) for topic in TOPICS.values())


def test_a_line_gives_urls_origin_and_status() -> None:
    message = message_of(f"{CHROMIUM}{OF_THE_PREFLIGHT}It does not have HTTP ok status.")

    assert ((API, ORIGIN), ORIGIN, None) == (message.urls, message.origin, message.status)


def test_the_status_of_an_error_is_the_first_thing_to_mend() -> None:
    message = message_of(
        "Origin https://app.example.com is not allowed by Access-Control-Allow-Origin. Status code: 502"
    )

    assert (502, ORIGIN) == (message.status, message.origin)
    assert message.hint.startswith("The response has the status 502: mend that first.")


def test_of_several_lines_the_one_that_says_why_counts() -> None:
    message = message_of(
        f"{CHROMIUM}No 'Access-Control-Allow-Origin' header is present on the requested resource.\n"
        f"GET {API} net::ERR_FAILED 200 (OK)\nUncaught (in promise) TypeError: Failed to fetch\n"
        "Refused to connect to 'x' because it violates the following Content Security Policy directive"
    )

    assert ["allow-origin-missing"] == names(message)
    assert [["content-security-policy"]] == [names(other) for other in message.further]


def test_a_line_that_was_broken_is_put_together() -> None:
    assert ["preflight-redirected"] == names(message_of("Redirect is not allowed\n for a preflight\nrequest."))


NAMES = [
    ("Access-Control-Allow-Origin", PastedHeader("Access-Control-Allow-Origin", None, "access-control-allow-origin")),
    ("vary: Origin", PastedHeader("Vary", "Origin", "vary")),
    ("Sec-Fetch-Mode", PastedHeader("Sec-Fetch-Mode")),
    ("preflight", PastedTopic("preflight")),
    ("Preflight request", PastedTopic("preflight")),
    ("CSP", PastedTopic("csp")),
    ("allow-origin-missing", PastedTopic("allow-origin-missing")),
    ("Reason.BAD_PORT", PastedTopic("bad-port")),
]


@pytest.mark.parametrize(("text", "expected"), NAMES, ids=[row[0] for row in NAMES])
def test_names_of_headers_and_topics_are_known(text: str, expected: object) -> None:
    assert expected == read_pasted(text)


def test_what_is_misspelt_has_near_misses() -> None:
    pasted = read_pasted("preflite")

    assert isinstance(pasted, Unreadable)
    assert "did you mean preflight" in pasted.problem


HOSTILE = {
    "50 MB of console": "Something happened at https://a.example/x.js:1\n" * 1_000_000,
    "one line": "Failed to " * 500_000,
    "quotes": "'" * 4_000_000,
    "curl of quotes": "curl " + "'a' " * 1_000_000,
    "curl of expansions": "curl " + "$(" * 1_000_000,
    "curl of backslashes": "curl ^\n" + "\\" * 2_000_000,
    "curl of carets": 'curl ^"' + "^" * 2_000_000,
    "fetch of brackets": "fetch([" + "(" * 2_000_000,
    "fetch of comments": "fetch(" + "/*" * 1_000_000,
    "fetch of strings": 'fetch("' + "\\" * 2_000_000,
    "fetch of holes": "fetch(`" + "${a}" * 500_000,
    "PowerShell of backticks": "Invoke-WebRequest " + "`" * 2_000_000,
    "JSON": '{"item": ' + "[" * 1_000_000,
    "origins": "from origin '" * 300_000,
    "HTTP": "GET / HTTP/1.1\n" + "a: b\n" * 500_000,
    "responses": "GET / HTTP/1.1\nHost: a.example\n\n" + "HTTP/1.1 200 OK\n" * 200_000,
    "HTTPie": "http PUT a.example " + "a" * 2_000_000,
}


@pytest.mark.parametrize("text", HOSTILE.values(), ids=HOSTILE)
def test_a_hostile_paste_is_read_in_time(text: str) -> None:
    start = time.process_time()
    read_pasted(text)

    assert time.process_time() - start < 10


def test_what_is_left_unread_is_said() -> None:
    pasted = read_pasted("TypeError: Failed to fetch\n" + "x" * MOST_CHARACTERS)

    assert isinstance(pasted, PastedMessage)
    assert ("only the first and the last 2,000,000 characters were looked at",) == pasted.notes


@pytest.mark.parametrize("is_bytes", [False, True])
def test_of_a_long_console_the_end_is_looked_at_as_well(is_bytes: bool) -> None:
    noise = "".join(f"[HMR] Waiting for update {number}\n" for number in range(700_000))
    text = f"{noise}TypeError: Failed to fetch\n"
    pasted = read_pasted(text.encode() if is_bytes else text)

    assert len(text) > 4 * MOST_CHARACTERS
    assert isinstance(pasted, PastedMessage)
    assert "TypeError: Failed to fetch" == pasted.line

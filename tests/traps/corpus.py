"""
Failing exchanges by the thousand: calls, answers to preflights and actual answers, each with each, in each browser.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

from browsercors import Answer, AsyncBrowser, Blob, FetchTypeError, ReadableStream
from browsercors.engines.registry import profile_named
from tests.agreement.comparison import recordings
from tests.agreement.simulation import NotSimulated, _event_loop, _simulate
from tests.explain.pages import ALLOW, ALLOW_CREDENTIALS, API, PAGE
from tests.recorder.corpus.all import scenarios
from tests.recorder.observation import read
from tests.traps.pages import ask

if TYPE_CHECKING:
    from collections.abc import Iterator

    from browsercors import FetchResult
    from browsercors.values.literals import BrowserName

BROWSERS: Final = ("chromium", "firefox", "webkit")
CDN: Final = "https://cdn.example"

ORIGINS: Final[tuple[dict[str, str] | list[tuple[str, str]], ...]] = (
    {},
    {"Access-Control-Allow-Origin": "*"},
    {"Access-Control-Allow-Origin": "null"},
    {"Access-Control-Allow-Origin": "https://other.example"},
    {"Access-Control-Allow-Origin": f"{PAGE}/", "Vary": "Accept-Encoding"},
    {"Access-Control-Allow-Origin": f"https://other.example, {PAGE}", "Vary": "Accept, Origin"},
    {"Access-Control-Allow-Origin": f"{PAGE} https://other.example", "Vary": "*"},
    [("Access-Control-Allow-Origin", "*"), ("Access-Control-Allow-Origin", PAGE)],
    {"Access-Control-Allow-Origin": "*", "Access-Control-Allow-Credentials": "true"},
    {**ALLOW, "Access-Control-Allow-Credentials": "True"},
)
LISTS: Final[tuple[dict[str, str], ...]] = (
    {},
    {"Access-Control-Allow-Methods": "GET, PATCH"},
    {"Access-Control-Allow-Methods": "*", "Access-Control-Allow-Headers": "*"},
    {"Access-Control-Allow-Methods": "PUT;DELETE", "Access-Control-Allow-Headers": "x-a, authorization"},
    {"Access-Control-Allow-Methods": "PUT, PATCH, DELETE", "Access-Control-Allow-Headers": "x a"},
    {"Access-Control-Allow-Methods": "PUT, patch", "Access-Control-Allow-Headers": "content-type, *"},
)
FULL: Final = {
    "Access-Control-Allow-Methods": "PUT, PATCH, DELETE, QUERY, patch",
    "Access-Control-Allow-Headers": "authorization, baggage, content-type, sentry-trace, x-a",
}

PREFLIGHTS: Final = (
    *(Answer(204, headers) for headers in ORIGINS),
    *(Answer(204, {**ALLOW_CREDENTIALS, **lists}) for lists in LISTS),
    *(Answer(200, {"Access-Control-Allow-Origin": "*", **lists}) for lists in LISTS),
    *(Answer(status) for status in (301, 401, 403, 404, 405, 500)),
    Answer(404, {**ALLOW_CREDENTIALS, **FULL}),
    Answer(407, {**ALLOW_CREDENTIALS, **FULL}),
    Answer(307, {**ALLOW_CREDENTIALS, "Location": "/canonical/"}),
    Answer(302, {"Location": "https://idp.example/login"}),
    Answer.broken(),
    Answer.stalled(),
    Answer.broken(204, {**ALLOW_CREDENTIALS, **FULL}),
)
ALLOWING: Final = (
    Answer(204, {**ALLOW_CREDENTIALS, **FULL}),
    Answer(204, {"Access-Control-Allow-Origin": "*", **FULL}),
)
ACTUALS: Final = (
    *(Answer(200, headers) for headers in ORIGINS),
    Answer(200, ALLOW_CREDENTIALS),
    Answer(500),
    Answer(403, {"Access-Control-Allow-Origin": "*"}),
    Answer(407, ALLOW_CREDENTIALS),
    Answer(200, {"Cross-Origin-Resource-Policy": "same-origin"}),
    Answer(302, {**ALLOW_CREDENTIALS, "Location": f"{CDN}/there"}),
    Answer(302, {"Access-Control-Allow-Origin": "*", "Location": "https://user:pass@cdn.example/there"}),
    Answer(307, {**ALLOW_CREDENTIALS, "Location": f"{API}/canonical/"}),
    Answer(303, {**ALLOW_CREDENTIALS, "Location": "https://api.example.com:443/canonical/?a=b"}),
    Answer(301, {**ALLOW_CREDENTIALS, "Location": "http://api.example.com/"}),
    Answer(301, {"Location": "/canonical/"}),
    Answer(302, {**ALLOW_CREDENTIALS, "Location": "ftp://api.example.com/"}),
    Answer(302, {**ALLOW_CREDENTIALS, "Location": "https://["}),
    Answer(302, {**ALLOW_CREDENTIALS, "Location": "/item"}),
    Answer.broken(),
    Answer.broken(200, ALLOW_CREDENTIALS, "half"),
)
AFTER_REDIRECTS: Final = (
    Answer(200),
    Answer(200, {"Access-Control-Allow-Origin": "*"}),
    Answer(200, {"Access-Control-Allow-Origin": "null", "Access-Control-Allow-Credentials": "true"}),
    Answer(200, {**ALLOW_CREDENTIALS, **FULL}),
)
CALLS: Final[tuple[dict[str, Any], ...]] = (
    {},
    {"credentials": "include"},
    {"method": "patch"},
    {"method": "PUT", "credentials": "include"},
    {"headers": {"X-A": "1", "Authorization": "Bearer t"}},
    {"headers": {"Access-Control-Allow-Origin": "*", "baggage": "1"}, "credentials": "include"},
    {"method": "POST", "json": {"a": 1}},
    {"method": "POST", "body": ReadableStream([b"a"]), "duplex": "half"},
    {"method": "POST", "body": Blob(b"a" * 70_000, "text/plain"), "keepalive": True},
    {"mode": "no-cors"},
    {"mode": "same-origin"},
    {"redirect": "error"},
    {"redirect": "manual"},
    {"cache": "no-store", "headers": [("X-A", "1"), ("x-a", "2"), ("Sentry-Trace", "3")]},
    {"xhr": True, "method": "POST", "body": "text", "upload_listeners": True},
    {"xhr": True, "method": "delete", "with_credentials": True},
)
# One of opaque origin is among them, and one of another site.
PAGES: Final = (PAGE, "data:text/html,x", "http://localhost:3000")


def exchanges(step: int = 1, start: int = 0) -> Iterator[FetchResult]:
    """
    Yield every fetch of the product that failed or is opaque, each exchange once; only one in *step*, from *start* on.
    """
    seen = set()
    number = 0
    for browser in BROWSERS:
        for page in PAGES:
            for call_number, call in enumerate(CALLS):
                for preflight, actual, after in _answers():
                    number += 1
                    if (number - start) % step:
                        continue
                    try:
                        result = _result(browser, page, call, preflight, actual, after)
                    except FetchTypeError:
                        continue
                    key = (browser, page, call_number, *((each.url, _answer_of(each)) for each in result.exchanges))
                    if not result.readable and key not in seen:
                        seen.add(key)
                        yield result


def _answers() -> Iterator[tuple[Answer, Answer, Answer]]:
    for preflight in PREFLIGHTS:
        yield preflight, ACTUALS[0], AFTER_REDIRECTS[0]
    for preflight in ALLOWING:
        for actual in ACTUALS:
            redirects = any(name == b"Location" for name, _ in actual.headers)
            for after in AFTER_REDIRECTS if redirects else AFTER_REDIRECTS[:1]:
                yield preflight, actual, after


def _answer_of(exchange: Any) -> object:
    return exchange.status, tuple(exchange.response_headers.lines)


def _result(
    browser: BrowserName, page: str, call: dict[str, Any], preflight: Answer, actual: Answer, after: Answer
) -> FetchResult:
    body = call.get("body")
    if isinstance(body, ReadableStream):
        call = {**call, "body": ReadableStream(body.chunks)}
    api = {"OPTIONS /item": preflight, "/item": actual, "*": after}
    return ask({API: api, CDN: {"*": after}, "http://api.example.com": {"*": after}}, f"{API}/item", page=page,
               browser=browser, **call)  # fmt: skip


class _Collecting(AsyncBrowser):
    """
    A browser that keeps what comes of its fetches.
    """

    def __init__(self, browser: str) -> None:
        super().__init__(profile_named(browser))
        self.results: list[FetchResult] = []

    def _result(self, params: Any, response: Any) -> FetchResult:
        result = super()._result(params, response)
        self.results.append(result)
        return result


def recorded(step: int = 1, start: int = 0) -> Iterator[FetchResult]:
    """
    Yield what failed or is opaque in the simulation of the scenarios that were recorded; one scenario in *step*.
    """
    known = {scenario.id: scenario for scenario in scenarios()}
    for path in recordings():
        recording = read(path)
        for observation in recording.observations[start::step]:
            scenario = known.get(observation.id)
            if scenario is None or scenario.needs:
                continue
            browser = _Collecting(recording.engine)
            try:
                _event_loop().run_until_complete(_simulate(scenario, browser, recording.transport))
            except NotSimulated:
                continue
            yield from (result for result in browser.results if not result.readable)

"""
Whether proposed fixes are fixes: tried once more, from what a report says and through the public interface alone.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final, NamedTuple

from browsercors import Answer, Blob, Browser, FetchTypeError, ReadableStream, ScriptedServer
from browsercors.engines.registry import profile_named
from browsercors.explain.fixes.proof import FinishedFetch
from browsercors.explain.words.sanitise import shown
from browsercors.fetch.timeline import RememberedPreflight

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from browsercors import FetchResult
    from browsercors.explain.report import AnswerChange, Fix, Report, RequestChange
    from browsercors.fetch.timeline import Exchange
    from browsercors.initiators.page_call import PageCall
    from browsercors.values.wire import HTTPRequest

ASK: Final = "Access-Control-Request-Method"
EXPOSED: Final = "access-control-allow-origin"


class Verdict(NamedTuple):
    """
    What came of checking a report.

    Attributes:
        fixes: How many fixes were tried.
        fetches: In how many browsers, all together.
        faults: What was not as it has to be.
    """

    fixes: int
    fetches: int
    faults: list[str]


def check(result: FetchResult, suffixes: Sequence[str] | None = None) -> Verdict:
    """
    Try every fix of the report on *result*, and hold the report to what has to be true of all fixes.
    """
    report = result.report()
    faults = list(_faults(report, hides_page=_hides_page(result)))
    fetches = 0
    fixes = [*report.fixes, *(each.fix for each in report.surprises if each.fix is not None)]
    for fix in fixes:
        for browser in fix.proven_in:
            fetches += 1
            again = _tried(result, fix, browser, suffixes)
            if again is None or again.block is not None:
                cause = "the page cannot make this call" if again is None else again.block
                faults.append(f"{_story(result)}\n  {fix}\n  fails in {browser}: {cause}")
    return Verdict(len(fixes), fetches, faults)


def _story(result: FetchResult) -> str:
    entries = [f"{each!r} {each.response_headers.lines}" for each in result.exchanges]
    return f"{result.browser_name}: {result.page_origin}: {result._params.page_call} {entries}"


def _hides_page(result: FetchResult) -> bool:
    """
    Whether a redirect turned the origin of the last request into null, and this blocked the response.

    Its server cannot see which page asked. So the page has to leave out the detour, and that fix comes first.
    """
    is_null = bool(result.exchanges) and result.exchanges[-1].request_headers.get("Origin") == "null"
    return is_null and result.page_origin != "null" and result.report().code.startswith("allow-origin-")


def _faults(report: Report, *, hides_page: bool) -> Iterable[str]:
    """
    Yield what a report says, and no report may say.
    """
    wheres = [fix.where == "server" for fix in report.fixes]
    if wheres != sorted(wheres, reverse=not hides_page):
        first, last = ("server", "page") if hides_page else ("page", "server")
        yield f"a fix of the {first} comes before one of the {last}: {report.fixes}"
    opens = [any(_allowed(answer) == "*" for answer in fix.answers) for fix in report.fixes if fix.where == "server"]
    if opens != sorted(opens):
        yield f"a fix that allows everybody comes before one that does not: {report.fixes}"
    if report.verdict == "blocked" and report.behind and report.behind[0].code == report.code:
        first = report.headline.rstrip(".")
        if first.endswith(report.behind[0].sentence):
            yield f"what is behind repeats what is in front: {report.behind}"
    if len(set(report.behind)) < len(report.behind):
        yield f"what is behind repeats itself: {report.behind}"
    for fix in (*report.fixes, *(each.fix for each in report.surprises if each.fix is not None)):
        yield from _faults_of_fix(report, fix)


def _faults_of_fix(report: Report, fix: Fix) -> Iterable[str]:
    if report.browser not in fix.proven_in:
        yield f"not proven in the browser of the report: {fix}"
    if fix.needs is not None and fix.needs.origin not in {report.tried.page_origin, "*"} - {"null"}:
        yield f"a server is to allow {fix.needs.origin}: {fix}"
    if not (fix.answers or fix.requests):
        yield f"nothing changes: {fix}"
    if any(not answer.headers and answer.status is None for answer in fix.answers):
        yield f"an answer does not change: {fix}"
    for answer in fix.answers:
        allowed = _allowed(answer)
        if allowed is None:
            continue
        if allowed == "null" or allowed not in {report.tried.page_origin, "*"}:
            yield f"allows {allowed}: {fix}"
        if allowed == "*" and not fix.warnings:
            yield f"allows everybody without a warning: {fix}"
        if allowed != "*" and not _varies(report, answer):
            yield f"names an origin without Vary: Origin: {fix}"


def _allowed(answer: AnswerChange) -> str | None:
    return next((change.value for change in answer.headers if change.name.lower() == EXPOSED), None)


def _varies(report: Report, answer: AnswerChange) -> bool:
    """
    Whether the answer says `Vary: Origin`, by the change or by itself.
    """
    said = [change.value or "" for change in answer.headers if change.name.lower() == "vary"] or [
        value
        for entry in report.timeline
        if (entry.method, entry.url) == (answer.method, answer.url)
        for name, value in entry.response_headers
        if name.lower() == "vary"
    ]
    return bool({"origin", "*"} & {name.strip().lower() for value in said for name in value.split(",")})


def _tried(result: FetchResult, fix: Fix, browser: str, suffixes: Sequence[str] | None) -> FetchResult | None:
    """
    Return what comes of the call when both sides have made the change; None if the page cannot make it.
    """
    call = result._params.page_call
    assert call is not None
    for change in fix.requests:
        call = _changed(call, change)
    environment = result._params.request.client
    with Browser(profile_named(browser), public_suffix_list=suffixes) as simulated:
        simulated.mount("*", _server(result, fix))
        above = f"{environment.top_level_origin.serialized}/" if environment.url.href.startswith("about:") else None
        page = simulated.open(
            environment.url.href,
            top_level=above,
            sandboxed=environment.origin.is_opaque and not environment.url.href.startswith("data:"),
        )
        options: Any = dict(call.options)
        try:
            if call.api == "fetch":
                return page.fetch(call.url, method=call.method, headers=call.headers, body=call.body, **options)
            return page.xhr(call.method, call.url, headers=call.headers, body=call.body, **options)
        except FetchTypeError:
            return None


def _server(result: FetchResult, fix: Fix) -> ScriptedServer:
    """
    Return a server that answers as was recorded, with the changes of *fix*, and 200 where nothing was.
    """
    answers: dict[tuple[str, str], list[Answer]] = {}
    remembered = {entry.url for entry in result.timeline if isinstance(entry, RememberedPreflight)}
    for entry in FinishedFetch(result._params, result._response, frozenset()).answers:
        key = ("preflight" if entry.is_preflight else entry.method, entry.url)
        answers.setdefault(key, []).append(_recorded(entry))
    for change in fix.answers:
        kind = "preflight" if change.kind == "preflight" else change.method
        keys = [key for key in answers if key[0] == kind and shown(key[1]) == change.url] or [(kind, change.url)]
        for key in keys:
            answers[key] = [_with(change, answer) for answer in answers.get(key, [Answer()])]
    given: dict[tuple[str, str], int] = {}

    def answer(request: HTTPRequest) -> Answer:
        is_preflight = request.method == b"OPTIONS" and ASK.lower().encode() in request.headers
        key = ("preflight" if is_preflight else request.method.decode("latin-1"), request.url.href)
        if is_preflight and key not in answers and request.url.href in remembered:
            return _consent(request)
        number = given[key] = given.get(key, -1) + 1
        script = answers.get(key, [Answer()])
        return script[min(number, len(script) - 1)]

    return ScriptedServer(default=answer)


def _recorded(exchange: Exchange) -> Answer:
    response = exchange.http_response
    if response is None:
        return Answer.broken()
    if response.body_failure is not None:
        return Answer.broken(response.status, response.headers, response.body)
    return Answer(response.status, response.headers, response.body, reason=response.reason)


def _with(change: AnswerChange, answer: Answer) -> Answer:
    names = {header.name.lower().encode() for header in change.headers}
    kept = [line for line in answer.headers if line[0].strip().lower() not in names]
    added = [(header.name, header.value) for header in change.headers if header.value is not None]
    status = answer.status if change.status is None else change.status
    if answer._failure:
        return Answer.broken(status, [*kept, *added], answer.body)
    return Answer(status, [*kept, *added], answer.body)


def _consent(request: HTTPRequest) -> Answer:
    def asked(name: str) -> bytes:
        return request.headers.get(name.lower().encode()) or b""

    headers = [
        ("Access-Control-Allow-Origin", asked("Origin")),
        ("Access-Control-Allow-Credentials", b"true"),
        ("Access-Control-Allow-Methods", asked(ASK)),
        ("Access-Control-Allow-Headers", asked("Access-Control-Request-Headers")),
    ]
    return Answer(204, headers)


def _changed(call: PageCall, change: RequestChange) -> PageCall:
    """
    Return *call* as the report says that it has to be, from the JavaScript of the change.
    """
    if change.argument == "url":
        return call._replace(url=change.after.strip('"'))
    if change.argument == "method":
        return call._replace(method=change.after.removeprefix("method: ").strip('"'))
    if change.argument == "headers":
        without = {name.lower() for name in change.after.removeprefix("without ").split(", ")}
        headers: Any = call.headers
        pairs = headers.items() if isinstance(headers, dict) else headers
        return call._replace(headers=[pair for pair in pairs if pair[0].lower() not in without])
    if change.argument == "body":
        assert isinstance(call.body, ReadableStream)
        options = {name: value for name, value in call.options.items() if name != "duplex"}
        return call._replace(body=Blob(b"".join(call.body.chunks)), options=options)
    value = OPTIONS.get(change.after, change.after.rpartition(": ")[2].strip('"'))
    return call._replace(options={**call.options, change.argument: value})


OPTIONS: Final[dict[str, object]] = {
    "xhr.withCredentials = false": False,
    "no listener on xhr.upload": False,
    "keepalive: false": False,
}

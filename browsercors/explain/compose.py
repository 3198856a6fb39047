"""
From the findings of a fetch to its report.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final, Literal

from browsercors.explain.causes.curl import curl_of, where_to_look
from browsercors.explain.causes.find import find_causes, is_known
from browsercors.explain.causes.refusal import quoted_body
from browsercors.explain.compose_preflight import preflight_story
from browsercors.explain.configurations.choose import recognise_server
from browsercors.explain.differences import cached_note, find_differences
from browsercors.explain.fixes.advice import advice_of
from browsercors.explain.fixes.find import find_remedies
from browsercors.explain.formats.text import report_as_text
from browsercors.explain.report import (
    Attempt,
    BrowserName,
    Entry,
    EntryKind,
    Excerpt,
    Report,
    Rule,
    Step,
)
from browsercors.explain.surprises.codes import SurpriseCode
from browsercors.explain.surprises.find import find_surprises
from browsercors.explain.surprises.headers import hidden_header_names
from browsercors.explain.words.cached_answers import (
    OUT_OF_CACHE,
    OUT_OF_PRELOAD,
    OUT_OF_WORKER,
    cached_of,
    describe_cached,
    last_cached,
)
from browsercors.explain.words.findings import finding_sentence
from browsercors.explain.words.load_fields import fields_of_failure, fields_of_load
from browsercors.explain.words.load_reasons import sentences_of
from browsercors.explain.words.loads import ALWAYS_CORS, element_of, load_words, markup, restriction_of, thing_of
from browsercors.explain.words.notes import NOTES, NoteContext
from browsercors.explain.words.reasons import (
    ALLOW_ORIGIN,
    NO_VERDICT,
    OPAQUE,
    PREFLIGHT_RESPONSE,
    Fields,
    page_label,
)
from browsercors.explain.words.sanitise import MOST_ITEMS, shown
from browsercors.explain.words.templates import Template
from browsercors.explain.words.what_came import answered, status_line
from browsercors.fetch.loads.preloaded import PreloadedResponse
from browsercors.fetch.service_workers.calls import WorkerResponse
from browsercors.fetch.timeline import CachedResponse, Exchange, ExchangeKind
from browsercors.initiators.elements.image import UPDATE_THE_IMAGE_DATA
from browsercors.initiators.elements.script import FETCH_A_SINGLE_MODULE_SCRIPT
from browsercors.values.findings import Outcome, Reason
from browsercors.values.headers import Headers
from browsercors.values.requests import ResponseTainting
from browsercors.values.responses import REDIRECT_STATUSES

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable, Mapping, Sequence

    from browsercors.explain.fixes.proof import FetchFailure, FinishedFetch, Replay
    from browsercors.explain.report import ServerCause
    from browsercors.explain.words.reasons import Sentences
    from browsercors.fetch.timeline import RememberedPreflight
    from browsercors.initiators.page_call import PageFetchParams
    from browsercors.rules.profile import BrowserProfile
    from browsercors.values.findings import Block, Finding

__all__ = ["compose_report"]

# NB: imports point one way, and `print(report)` comes from below: whoever makes a report lets it be written.
Report.written = report_as_text

CODES: Final = {
    "basic": "readable",
    "cors": "readable",
    "opaque": SurpriseCode.OPAQUE_RESPONSE.value,
    "opaqueredirect": SurpriseCode.OPAQUE_REDIRECT.value,
}
"""The code of a fetch that did not fail, by the type of the response."""

IN_MEMORY: Final = (UPDATE_THE_IMAGE_DATA, FETCH_A_SINGLE_MODULE_SCRIPT)
"""What finds that a page has something in its memory, and asks for nothing."""

COMPARED_WITH_NULL: Final = "is compared with null, which no server should allow"
MAY_NOT_SEND: Final = Template("may not send {asked_method} {url}")
FROM_CACHE: Final = Template("the response came {out_of_cache} ({cached}); ")
FIRST_ERROR: Final = 400
MOST_HOPS: Final = 10
"""How many of the last entries of the timeline are looked through for redirects."""
NOT_ASKED: Final = "the server was not asked, and may respond differently by now."


def compose_report(
    fetch: FinishedFetch,
    block: Block | None,
    replay: Replay,
    browsers: Sequence[BrowserProfile],
    *,
    compared: Sequence[BrowserProfile] = (),
    allowed_origins: Collection[str] | None = None,
) -> Report:
    """
    Make the report on a fetch.

    Args:
        fetch: The fetch, and what the page got.
        block: What blocked it, with the browsers' names for it; None if nothing did.
        replay: Fetches once more, from the answers that were recorded.
        browsers: Where a fix has to be proven; the first one is the browser that was simulated.
        compared: Browsers whose verdict is said next to that of the first.
        allowed_origins: The origins that the server is to allow; None if nobody says.
    """
    params = fetch.params
    failure = fetch.failure
    exchange = None if failure is None else failure.exchange
    verdict = fetch.verdict
    fields = _fields(failure, exchange) if failure is not None else Fields({})
    words = load_words(params.page_call)
    code = _code(fetch) if failure is None else failure.reason.value
    causes = find_causes(fetch)
    remedies = None
    if failure is not None and verdict == "blocked":
        remedies = find_remedies(failure, replay, browsers, allowed_origins, has_cause=bool(causes))
    return Report(
        verdict=verdict,
        code=code,
        browser=params.user_agent.profile.name,
        headline=_headline(fetch, failure, fields),
        tried=_attempt(fetch),
        preflight=preflight_story(fetch, replay, browsers),
        evidence=()
        if failure is None
        else tuple(_evidence(_sentences(failure.reason, params), fields, exchange, params.timeline)),
        rule=None if failure is None else _rule(failure, fields),
        names=() if block is None else _names(block),
        notes=(
            *_notes(fetch, failure, exchange, fields),
            *_whereabouts(failure, causes),
            *cached_note(fetch, compared),
        ),
        behind=() if remedies is None else remedies.behind,
        fixes=() if remedies is None else remedies.fixes,
        advice=remedies.advice
        if remedies is not None
        else ""
        if failure is None
        else advice_of(failure, has_cause=bool(causes)),
        # NB: scripts see no headers of what an element loads.
        visible_headers=()
        if words is not None
        else tuple(sorted(shown(name) for name in fetch.response.header_list.names()))[:MOST_ITEMS],
        hidden_headers=tuple(shown(name) for name in hidden_header_names(fetch)),
        surprises=find_surprises(fetch, replay, browsers),
        differences=find_differences(fetch, replay, compared),
        timeline=tuple(_entry(entry) for entry in params.timeline[: 2 * MOST_ITEMS]),
        steps=tuple(_step(finding) for finding in params.findings[: 10 * MOST_ITEMS]),
        server=_server(fetch),
        causes=causes,
        curl="" if failure is None or is_known(causes) else curl_of(failure),
    )


def _sentences(reason: Reason, params: PageFetchParams) -> Sentences:
    return sentences_of(reason, params.page_call, in_worker=params.request.client.is_worker)


def _whereabouts(failure: FetchFailure | None, causes: Iterable[ServerCause]) -> Iterable[str]:
    where = "" if failure is None or is_known(causes) else where_to_look(failure)
    if where:
        yield where


def _server(fetch: FinishedFetch) -> str:
    """
    Return the kind of server that the answers tell of, the last one first.
    """
    names = (recognise_server(answer.response_headers.lines) for answer in reversed(fetch.answers))
    return next((name for name in names if name), "")


def _code(fetch: FinishedFetch) -> str:
    """
    Return the code of a fetch that did not fail.
    """
    words = load_words(fetch.params.page_call)
    if words is None:
        return CODES[fetch.response.type]
    if fetch.missed is not None:
        return SurpriseCode.WRONG_CONTENT.value
    return words.code.value if words.code is not None and fetch.verdict == "restricted" else "loaded"


def _headline_of_load(fetch: FinishedFetch, failure: FetchFailure | None, fields: Fields) -> str:
    """
    Return the verdict on what an element loads in one sentence.
    """
    params = fetch.params
    call, words = params.page_call, load_words(params.page_call)
    assert call is not None
    assert words is not None
    page = page_label(params.request.origin.serialized)
    first = params.request.url_list[0]
    is_socket = call.api == "websocket"
    url = call.url if first.scheme == "about" else first.as_socket_url().href if is_socket else first.href
    what = f"The {thing_of(call)} {shown(url)}"
    if failure is not None:
        cached = FROM_CACHE.fill(fields) if "cached" in fields else ""
        is_told = failure.reason is Reason.STATUS_NOT_OK
        error = "" if is_told else answered(failure.exchange)
        because = error + _sentences(failure.reason, params).because.fill(fields)
        gets = "is not yet" if failure.reason in NO_VERDICT else "is not"
        became = words.refused if words.refused and _is_answered(fetch) else f"{gets} {words.done}"
        if failure.reason is Reason.WEBSOCKET_FRAME_INVALID:
            became = "was opened, and then failed"
        return f"{what} {became} in {page}: {cached}{because}."
    unresolved = next((found.evidence["unresolved"] for found in params.findings if "unresolved" in found.evidence), "")
    if unresolved:
        return f"{what} is not {words.done} in {page}: it imports {shown(unresolved)}, which is no URL."
    last = params.timeline[-1] if params.timeline else None
    origin = ""
    if isinstance(last, PreloadedResponse):
        origin = f", {OUT_OF_PRELOAD}"
    elif isinstance(last, WorkerResponse):
        origin = f", {OUT_OF_WORKER}"
    elif last_cached(fetch) is not None:
        origin = f", {OUT_OF_CACHE}"
    elif any(finding.algorithm in IN_MEMORY for finding in params.findings):
        origin = ", which had loaded it before"
    but = f", but {restriction_of(call)}" if fetch.verdict == "restricted" else ""
    missed = fetch.missed
    if missed is not None:
        wrong = fields_of_failure(params, missed.finding, missed.exchange)
        error = "" if missed.reason is Reason.STATUS_NOT_OK else answered(missed.exchange)
        but = f", but {error}{sentences_of(missed.reason, call).because.fill(wrong)}"
    return f"{what} is {words.done} in {page}{origin}{but}."


def _is_answered(fetch: FinishedFetch) -> bool:
    """
    Whether the request itself has got a response.
    """
    return any(exchange.http_response is not None and not exchange.is_preflight for exchange in fetch.exchanges)


def _headline(fetch: FinishedFetch, failure: FetchFailure | None, fields: Fields) -> str:
    if load_words(fetch.params.page_call) is not None:
        return _headline_of_load(fetch, failure, fields)
    response = fetch.response
    page = page_label(fetch.params.request.origin.serialized, capital=True)
    if failure is not None:
        words = _sentences(failure.reason, fetch.params)
        consequence = (MAY_NOT_SEND if fetch.params.in_preflight else words.consequence).fill(fields)
        cached = FROM_CACHE.fill(fields) if "cached" in fields else ""
        return f"{page} {consequence}: {cached}{words.because.fill(fields)}."
    is_cached = last_cached(fetch) is not None
    if response.type not in {"basic", "cors"}:
        return OPAQUE[response.type] + (f" The response came {OUT_OF_CACHE}." if is_cached else "")
    status = " ".join(part for part in (str(response.status), _phrase(response.status_message)) if part)
    origin = f", {OUT_OF_CACHE}" if is_cached else ""
    if fetch.params.timeline and isinstance(fetch.params.timeline[-1], WorkerResponse):
        origin = f", {OUT_OF_WORKER}"
    return f"{page} may read {shown(fetch.params.request.current_url.href)}: {status}{origin}."


def _phrase(message: bytes) -> str:
    return shown(message) if message else ""


def _api(fetch: FinishedFetch) -> str:
    call = fetch.params.page_call
    if call is not None and load_words(call) is not None:
        return markup(call)
    return "fetch" if fetch.params.request.initiator_type == "fetch" else "XMLHttpRequest"


def _attempt(fetch: FinishedFetch) -> Attempt:
    params = fetch.params
    request = params.request
    first = next((exchange for exchange in fetch.exchanges if not exchange.is_preflight), None)
    body = request.body if first is None else first.request_body
    return Attempt(
        page_origin=shown(request.origin.serialized),
        page_url=shown(request.client.url.href),
        api=_api(fetch),
        method=shown(params.request.page_method),
        url=shown(request.url_list[0].href),
        mode=request.mode.value,
        credentials=request.credentials_mode.value,
        headers=tuple((shown(name), shown(value)) for name, value in params.request.page_header_list[:MOST_ITEMS]),
        body_length=None if body is None else len(body),
    )


def _fields(failure: FetchFailure, exchange: Exchange | None) -> Fields:
    """
    Return what the words are filled in with: the evidence, and the circumstances.
    """
    params = failure.fetch.params
    page_origin = params.request.origin.serialized
    values: dict[str, object] = {
        "who": page_label(page_origin),
        "page_origin": page_origin,
        "url": params.request.current_url.href if exchange is None else exchange.url,
        "response": PREFLIGHT_RESPONSE if params.in_preflight else "the response",
        "asked_method": params.request.method,
    }
    if isinstance(exchange, CachedResponse):
        values["response"] = "that response"
        values["out_of_cache"] = OUT_OF_CACHE
        values["cached"] = describe_cached(cached_of(exchange))
    values.update(fields_of_load(params, failure.finding, exchange))
    if exchange is not None:
        values["status"] = exchange.status
        if exchange.traceback:
            values["raised"] = exchange.traceback.strip().rpartition("\n")[2]
    elif params.timeline and isinstance(last := params.timeline[-1], Exchange) and last.kind is ExchangeKind.REDIRECT:
        values["url"] = f"the URL that {last.url} redirects to"
    return Fields({**values, **failure.finding.evidence})


def _evidence(
    words: Sentences, fields: Fields, exchange: Exchange | None, timeline: Sequence[Exchange | RememberedPreflight]
) -> Iterable[Excerpt]:
    for number, entry in list(enumerate(timeline))[-MOST_HOPS:]:
        if isinstance(entry, Exchange) and entry.kind is ExchangeKind.REDIRECT and entry is not exchange:
            yield from _redirect_lines(entry, number)
    if exchange is None:
        yield Excerpt("(the service worker was asked)" if "how" in fields else "(this request was not sent)")
        return
    number = next(number for number, entry in enumerate(timeline) if entry is exchange)
    if exchange.status in REDIRECT_STATUSES and words.header != "Location":
        yield from _redirect_lines(exchange, number)
    else:
        yield Excerpt(_request_line(exchange), entry=number)
    if (exchange.is_preflight or (exchange.status or 0) >= FIRST_ERROR) and (text := quoted_body(exchange)):
        yield Excerpt(f"The server says: {text}", entry=number)
    if not words.header or exchange.http_response is None:
        return
    lines = [
        (f"{shown(name)}: ", shown(value))
        for name, value in exchange.response_headers.lines
        if name.lower().strip() == words.header.lower()
    ][:MOST_ITEMS]
    # NB: who is told to send null sends it, and lets every sandboxed page in.
    is_null = words.header == ALLOW_ORIGIN and fields["wanted"] == "null"
    remark = COMPARED_WITH_NULL if is_null else words.requirement.fill(fields)
    # NB: a header that does not decide is shown for what it says.
    if not lines and remark:
        yield Excerpt(f"({words.header} is missing)", 1, 1 + len(words.header), remark, number)
    for position, (name, value) in enumerate(lines, 1):
        start = len(name)
        yield Excerpt(name + value, start, start + len(value), remark if position == len(lines) else "", number)


def _redirect_lines(exchange: Exchange, number: int) -> Iterable[Excerpt]:
    yield Excerpt(_request_line(exchange), entry=number)
    location = exchange.response_headers.get("Location")
    if location is not None:
        yield Excerpt(f"Location: {shown(location)}", entry=number)


def _request_line(exchange: Exchange) -> str:
    response = exchange.http_response
    outcome = "no response" if response is None else status_line(response)
    if isinstance(exchange, CachedResponse):
        outcome += ", from the HTTP cache"
    if isinstance(exchange, WorkerResponse):
        outcome += f", {OUT_OF_WORKER}"
    if isinstance(exchange, PreloadedResponse):
        outcome += f", {OUT_OF_PRELOAD}"
    return f"{shown(exchange.method)} {shown(exchange.url)} -> {outcome}"


def _rule(failure: FetchFailure, fields: Fields) -> Rule:
    algorithm = failure.finding.algorithm
    rule = _sentences(failure.reason, failure.fetch.params).rule
    return Rule(rule.fill(fields), algorithm.name, failure.finding.step, algorithm.url)


def _names(block: Block) -> tuple[BrowserName, ...]:
    return tuple(
        BrowserName(browser, shown(name), shown(block.parameters[browser]) if block.parameters.get(browser) else "")
        for browser, name in block.identifiers.items()
    )


def _notes(
    fetch: FinishedFetch, failure: FetchFailure | None, exchange: Exchange | None, fields: Fields
) -> Iterable[str]:
    if failure is None:
        cached = last_cached(fetch)
        if cached is not None:
            yield f"the response is {describe_cached(cached_of(cached))}."
        return
    if isinstance(exchange, CachedResponse) and not exchange.is_confirmed:
        yield NOT_ASKED
    status = (exchange.status if exchange is not None else None) or 0
    element = element_of(fetch.params.page_call)
    is_opaque = fetch.params.request.response_tainting is ResponseTainting.OPAQUE
    case = NoteContext(failure.reason, failure.fetch.params.in_preflight, status, fields, element, is_opaque)
    named = Fields({**fields, "always_cors": ALWAYS_CORS.get(element, "")})
    yield from (note.fill(named) for applies, note in NOTES if applies(case))


def _entry(entry: Exchange | RememberedPreflight) -> Entry:
    if not isinstance(entry, Exchange):
        names = tuple(shown(name) for name in entry.header_names)
        asked = (("Access-Control-Request-Headers", ", ".join(names)),) if names else ()
        return Entry("remembered-preflight", entry.method, shown(entry.url), request_headers=asked, time=entry.time)
    response = entry.http_response
    failure = "" if entry.transport_failure is None else shown(entry.transport_failure.detail)
    if response is not None and response.body_failure is not None:
        failure = shown(response.body_failure)
    cached = cached_of(entry) if isinstance(entry, CachedResponse) else None
    kind: EntryKind = entry.kind.value
    if isinstance(entry, PreloadedResponse):
        kind = "preloaded-response"
    elif isinstance(entry, WorkerResponse):
        kind = "worker-response"
    return Entry(
        kind if cached is None else "cached-response",
        shown(entry.method),
        shown(entry.url),
        None if response is None else response.status,
        "" if response is None else _phrase(response.reason),
        failure,
        _lines(_sent_for(entry).lines),
        _lines(entry.response_headers.lines),
        entry.time,
        cached,
    )


def _sent_for(exchange: Exchange) -> Headers:
    """
    Return the header lines to which a server answered: those of a request, or of the one that an answer was stored for.
    """
    return (
        Headers(exchange.stored.request.headers) if isinstance(exchange, CachedResponse) else exchange.request_headers
    )


def _lines(lines: Sequence[tuple[str, str]]) -> tuple[tuple[str, str], ...]:
    kept = tuple((shown(name), shown(value)) for name, value in lines[:MOST_ITEMS])
    return kept if len(lines) <= MOST_ITEMS else (*kept, ("...", f"and {len(lines) - MOST_ITEMS} more lines"))


def _step(finding: Finding) -> Step:
    outcomes: Mapping[Outcome, Literal["passed", "failed", "noted"]] = {
        Outcome.PASSED: "passed", Outcome.FAILED: "failed", Outcome.NOTED: "noted",
    }  # fmt: skip
    algorithm = finding.algorithm
    return Step(outcomes[finding.outcome], algorithm.name, finding.step, finding_sentence(finding), algorithm.url)

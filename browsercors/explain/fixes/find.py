"""
Fixes: the changes after which a replay succeeded, described as changes to responses and to the page's call.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final, Literal, NamedTuple

from browsercors.explain.causes.near_misses import near_miss
from browsercors.explain.fixes.advice import advice_of, login_of
from browsercors.explain.fixes.load_changes import changes_of_page, with_cors
from browsercors.explain.fixes.page_changes import PageChange, page_mistakes
from browsercors.explain.fixes.proof import FetchFailure, Proof, ResponseChange, prove, request_key
from browsercors.explain.fixes.said_before import headers_before, said_more_than_once
from browsercors.explain.fixes.server_changes import (
    allow_every_origin,
    allow_if_unrecorded,
    allow_this_request,
    change_nothing,
    copyable,
    for_every_origin,
    missing_header_names,
    with_vary_origin,
)
from browsercors.explain.report import AnswerChange, Fix, HeaderChange, Needs, Obstacle
from browsercors.explain.words.cached_answers import STAYS_STORED, stored_keys
from browsercors.explain.words.load_fields import fields_of_failure, unsupported
from browsercors.explain.words.load_reasons import sentences_of
from browsercors.explain.words.loads import load_words, thing_of
from browsercors.explain.words.reasons import (
    ALLOW_CREDENTIALS,
    ALLOW_HEADERS,
    ALLOW_METHODS,
    ALLOW_ORIGIN,
    ALLOW_ORIGIN_REASONS,
    NO_VERDICT,
    PREFLIGHT_RESPONSE,
    browser_label,
)
from browsercors.explain.words.sanitise import MOST_ITEMS, shown
from browsercors.fetch.timeline import ExchangeKind
from browsercors.values.findings import Reason
from browsercors.values.headers import Failure as Malformed, extract_list_values
from browsercors.values.requests import CredentialsMode
from browsercors.values.urls import parse_url

if TYPE_CHECKING:
    from collections.abc import Callable, Collection, Iterable, Mapping, Sequence

    from browsercors.explain.fixes.proof import FinishedFetch, Replay, RequestKey
    from browsercors.fetch.timeline import Exchange
    from browsercors.initiators.page_call import PageCall
    from browsercors.rules.profile import BrowserProfile

__all__ = ["Remedies", "allow_elsewhere", "expose", "find_remedies", "read_in_mode_cors"]

EXPOSE_HEADERS: Final = "Access-Control-Expose-Headers"
OPENED: Final = "Every page on the web can then read this response. Do this for public data only."

IS_SAFELISTED: Final = frozenset({"GET", "HEAD", "POST"})


class Remedies(NamedTuple):
    """
    What can be done about a failure.

    Attributes:
        fixes: Proven fixes, the best first.
        behind: What would fail next.
        advice: What can be done beyond headers.
    """

    fixes: tuple[Fix, ...]
    behind: tuple[Obstacle, ...]
    advice: str


def find_remedies(
    failure: FetchFailure,
    replay: Replay,
    browsers: Sequence[BrowserProfile],
    allowed_origins: Collection[str] | None = None,
    *,
    has_cause: bool = False,
) -> Remedies:
    """
    Find what fixes *failure*.

    Args:
        failure: What failed, in the first one of *browsers*.
        replay: Repeats the fetch with the recorded responses.
        browsers: Where a fix has to be proven.
        allowed_origins: The origins that the server is meant to allow; None if that is not known. For a page of another
            origin no change to the server is offered.
        has_cause: Whether a response shows who answered, and so what to change there.
    """
    call = failure.fetch.params.page_call
    assert call is not None, "a page's script asked"
    page_origin = failure.fetch.params.request.origin.serialized
    advice = advice_of(failure, has_cause=has_cause)
    # NB: what runs already, no replay knows of. No header that one could add makes a server speak another protocol.
    if failure.reason is Reason.SHARED_WORKER_MISMATCH or call.api == "websocket":
        return Remedies((), (), advice)
    narrow = with_vary_origin(allow_this_request, stored_keys(failure.fetch))
    proof = prove(replay, call, browsers, narrow)
    behind = _obstacles(failure, proof)
    fixes: list[Fix] = []
    may_be_open = allowed_origins is None or "*" in allowed_origins
    is_denied = allowed_origins is not None and not {page_origin, "*"} & set(allowed_origins)
    if is_denied:
        advice = (
            f"{shown(page_origin)} is not one of the origins to be allowed "
            f"({shown(tuple(allowed_origins or ()))}), so it is blocked rightly."
        )
    # NB: headers would only open the log-in page to other origins, and no script can use it.
    login = login_of(failure)
    if is_denied or login:
        changes = changes_of_page(failure, call)
        fixes += _page_fixes(failure, changes, replay, browsers, change_nothing, never_assumed=login)
        return Remedies(tuple(fixes), behind, advice)
    if failure.reason in ALLOW_ORIGIN_REASONS and _is_tainted(failure):
        # NB: the page that asked is hidden from the last server, so only the page can leave out the detour.
        fixes += _page_fixes(failure, changes_of_page(failure, call), replay, browsers, narrow)
        if not _leads_home(failure):
            fixes += _server_fixes(failure, proof, call, replay, browsers, may_be_open=may_be_open)
        return Remedies(tuple(fixes), behind, advice)
    fixes += _page_fixes(failure, page_mistakes(failure, call), replay, browsers, narrow)
    if not fixes:
        fixes += _server_fixes(failure, proof, call, replay, browsers, may_be_open=may_be_open)
        # NB: a change to the page that needs the server as well is not an alternative to changing only the server.
        fixes += _page_fixes(
            failure, changes_of_page(failure, call), replay, browsers, allow_if_unrecorded if fixes else narrow
        )
    return Remedies(tuple(fixes), behind, advice)


def _is_tainted(failure: FetchFailure) -> bool:
    """
    Whether a redirect turned the request's origin into null.
    """
    request = failure.fetch.params.request
    return request.byte_serialized_origin() == b"null" and not request.origin.is_opaque


def _leads_home(failure: FetchFailure) -> bool:
    """
    Whether the last redirect leads to the page's own origin, whose responses no other page has to read.
    """
    request = failure.fetch.params.request
    return request.current_url.origin.serialized == request.origin.serialized


def _server_fixes(
    failure: FetchFailure,
    proof: Proof | FetchFailure | None,
    call: PageCall,
    replay: Replay,
    browsers: Sequence[BrowserProfile],
    *,
    may_be_open: bool,
) -> Iterable[Fix]:
    if isinstance(proof, Proof):
        yield _fix("server", _summary(failure.fetch, proof), failure.fetch, proof, _origin_warnings(failure))
    with_credentials = failure.fetch.params.request.credentials_mode is CredentialsMode.INCLUDE
    # NB: a page with an opaque origin can only be allowed by allowing every origin.
    is_about_origins = failure.reason in ALLOW_ORIGIN_REASONS or not isinstance(proof, Proof)
    if not is_about_origins or with_credentials or not may_be_open:
        return
    begin = {key: for_every_origin(change) for key, change in proof.changes.items()} if isinstance(proof, Proof) else {}
    wide = prove(replay, call, browsers, allow_every_origin, begin)
    if isinstance(wide, Proof) and any(change.headers.get(ALLOW_ORIGIN) == "*" for change in wide.changes.values()):
        yield _fix("server", _summary(failure.fetch, wide), failure.fetch, wide, (OPENED,))


def _page_fixes(
    failure: FetchFailure,
    changes: Iterable[PageChange],
    replay: Replay,
    browsers: Sequence[BrowserProfile],
    change_for: Callable[[FetchFailure], ResponseChange | None],
    *,
    never_assumed: str = "",
) -> Iterable[Fix]:
    """
    Yield the changes that are proven to help; *change_for* says what may change at the server with them.

    *never_assumed* is a URL of which it is known that no response would do, such as that of a log-in.
    """
    for change in changes:
        proof = prove(replay, change.call, browsers, change_for)
        if isinstance(proof, Proof) and never_assumed not in {shown(key.url) for key in proof.fetch.assumed}:
            yield _page_fix(failure.fetch, change, proof)


def _page_fix(fetch: FinishedFetch, change: PageChange, proof: Proof) -> Fix:
    where: Literal["page", "both"] = "page" if proof.changes.keys() <= proof.fetch.assumed else "both"
    summary = change.request_change.sentence
    if where == "both":
        summary += f" Then: {_summary(fetch, proof)}"
    warnings: tuple[str, ...] = (change.warning,) if change.warning else ()
    unseen = dict.fromkeys(shown(key.url) for key in _first_exchanges(proof.fetch) if key in proof.fetch.assumed)
    for url in unseen:
        asked = ", and its headers may already be as described here" if where == "page" and proof.changes else ""
        warnings += (f"The response of {url} was not recorded: its status is assumed to be 200{asked}.",)
    fix = _fix(where, summary, fetch, proof, warnings)
    return Fix(fix.where, fix.summary, fix.answers, (change.request_change,), fix.warnings, fix.proven_in, fix.needs)


def _origin_warnings(failure: FetchFailure) -> tuple[str, ...]:
    if failure.reason is not Reason.ALLOW_ORIGIN_MISMATCH:
        return ()
    named = shown(failure.finding.evidence.get("origin"))
    miss = near_miss(named, failure.fetch.params.request.origin.serialized)
    if miss is not None and miss.is_same:
        return ()
    page = shown(failure.finding.evidence.get("wanted"))
    return (f"The server names {named}. Make this change only if {page} is meant to be allowed as well.",)


def _obstacles(failure: FetchFailure, proof: Proof | FetchFailure | None) -> tuple[Obstacle, ...]:
    """
    Return what would fail after *failure*, one after the other, except in responses that were not recorded.
    """
    later = []
    if isinstance(proof, Proof):
        later = [each for each in proof.behind if _is_recorded(each)]
    elif proof is not None and (proof.reason, proof.key) != (failure.reason, failure.key) and _is_recorded(proof):
        # NB: no server can fix this one, so it is the last.
        later = [proof]
    obstacles = _further_names(failure)
    for each in later:
        params = each.fetch.params
        fields = fields_of_failure(params, each.finding, each.exchange)
        because = sentences_of(each.reason, params.page_call).because.fill(fields)
        obstacles += [_obstacle(each, because), *_further_names(each)]
    return tuple(obstacles[:MOST_ITEMS])


def _is_recorded(failure: FetchFailure) -> bool:
    return failure.key not in failure.fetch.assumed


def _obstacle(failure: FetchFailure, sentence: str) -> Obstacle:
    return Obstacle(failure.reason.value, sentence, failure.fetch.params.in_preflight)


def _further_names(failure: FetchFailure) -> list[Obstacle]:
    """
    Return the other request headers that are not allowed: the check stops at the first one.
    """
    if failure.reason is not Reason.HEADER_NOT_ALLOWED:
        return []
    first = shown(failure.finding.evidence.get("name")).lower()
    further = [name for name in missing_header_names(failure) if name.lower() != first]
    return [
        _obstacle(failure, f"{PREFLIGHT_RESPONSE} does not allow the request header {shown(name)}")
        for name in further[:MOST_ITEMS]
    ]


def _fix(
    where: Literal["server", "page", "both"],
    summary: str,
    fetch: FinishedFetch,
    proof: Proof,
    warnings: tuple[str, ...],
) -> Fix:
    return Fix(
        where,
        summary,
        answers=tuple(_answer_changes(fetch, proof)),
        warnings=(*warnings, *_where_it_fails(proof.failed_in), *_what_stays_stored(fetch, proof)),
        proven_in=proof.proven_in,
        needs=_needs(proof),
    )


def _where_it_fails(failed_in: Mapping[str, FetchFailure | None]) -> Iterable[str]:
    for browser, failure in failed_in.items():
        name = browser_label(browser)
        call = None if failure is None else failure.fetch.params.page_call
        words = load_words(call)
        if failure is None:
            yield f"In {name} the page cannot make this call at all."
        elif failure.reason is Reason.LOAD_NOT_SUPPORTED and call is not None:
            yield f"{unsupported(call, name)}: nothing is sent there."
        elif words is not None and call is not None and failure.reason not in NO_VERDICT:
            yield f"In {name} the {thing_of(call)} is still not {words.done}: {failure.reason.value}."
        elif failure.reason in NO_VERDICT:
            yield f"In {name} there is no verdict yet: {failure.reason.value}."
        else:
            yield f"In {name} the request is still blocked: {failure.reason.value}."


def _what_stays_stored(fetch: FinishedFetch, proof: Proof) -> Iterable[str]:
    if not stored_keys(fetch).isdisjoint(proof.changes):
        yield STAYS_STORED


def _summary(fetch: FinishedFetch, proof: Proof) -> str:
    """
    Say in one sentence what the server has to do.
    """
    # NB: only what is known to be wrong; a response that was not recorded may already be right.
    seen = [change for key, change in proof.changes.items() if key not in proof.fetch.assumed]
    names = {name for change in seen or proof.changes.values() for name in change.headers}
    request = fetch.params.request
    parts = []
    repeated = said_more_than_once(fetch, proof)
    if repeated:
        parts.append(f"send {' and '.join(repeated)} only once")
        names -= {*repeated, *(() if ALLOW_ORIGIN not in repeated else {"Vary"})}
    if any(change.status is not None for key, change in proof.changes.items() if key.is_preflight):
        parts.append("respond to the preflight with 204")
    if ALLOW_ORIGIN in names:
        is_open = any(change.headers.get(ALLOW_ORIGIN) == "*" for change in proof.changes.values())
        parts.append("allow every origin" if is_open else f"allow {shown(request.origin.serialized)}")
    if ALLOW_CREDENTIALS in names:
        parts.append("allow credentials")
    if ALLOW_METHODS in names:
        parts.append(f"allow the method {shown(request.method)}")
    if ALLOW_HEADERS in names:
        parts.append("allow the requested headers")
    if "Location" in names and not any("preflight" in part for part in parts):
        parts.append("redirect to a URL without user name and password")
    if "Cross-Origin-Resource-Policy" in names:
        parts.append("allow other origins to load the response")
    types = {change.headers["Content-Type"] for change in proof.changes.values() if "Content-Type" in change.headers}
    parts += [f"send the response as {shown(content_type)}" for content_type in sorted(filter(None, types))]
    if any(change.status == 401 for change in proof.changes.values()):
        parts.append("respond with 401 instead of 407")
    text = ", ".join(parts[:-1]) + " and " + parts[-1] if len(parts) > 1 else "".join(parts)
    return f"{text[:1].upper()}{text[1:]}."


def _answer_changes(original: FinishedFetch, proof: Proof) -> Iterable[AnswerChange]:
    replayed = _first_exchanges(proof.fetch)
    stored = stored_keys(original)
    order = dict.fromkeys([*replayed, *proof.changes])
    for key in (key for key in order if key in proof.changes):
        change = proof.changes[key]
        before = headers_before(original, key)
        exchange = replayed.get(key)
        kind: Literal["redirect", "actual"] = "actual"
        if exchange is not None and exchange.kind is ExchangeKind.REDIRECT:
            kind = "redirect"
        changes = tuple(
            HeaderChange(name, None if value is None else copyable(value), None if said is None else shown(said))
            for name, value in change.headers.items()
            for said in [headers.get(name) for headers in before if headers.get(name) != value][:1]
        )
        yield AnswerChange(
            "preflight" if key.is_preflight else kind,
            "OPTIONS" if key.is_preflight else key.method,
            shown(key.url),
            change.status,
            changes,
            is_assumed=key in proof.fetch.assumed,
            is_stored=key in stored,
        )


def _first_exchanges(fetch: FinishedFetch) -> dict[RequestKey, Exchange]:
    """
    Return the first exchange of each key, in order.
    """
    exchanges: dict[RequestKey, Exchange] = {}
    for answer in fetch.answers:
        exchanges.setdefault(request_key(answer), answer)
    return exchanges


def _needs(proof: Proof) -> Needs | None:
    """
    Return what a configuration of the first server that has to change must allow; None if that is not about CORS.
    """
    if not any(name.startswith("Access-Control-") for change in proof.changes.values() for name in change.headers):
        return None
    return _needs_at(proof.fetch, next(iter(proof.changes)), proof.changes)


def _needs_at(
    fetch: FinishedFetch, key: RequestKey, changes: Mapping[RequestKey, ResponseChange], exposed: Iterable[str] = ()
) -> Needs | None:
    url = parse_url(key.url)
    assert url is not None, "it was fetched"
    request = fetch.params.request
    methods: dict[str, None] = {}
    headers: dict[str, None] = {}
    expose_names: dict[str, None] = dict.fromkeys(exposed)
    seen = [change for changed, change in changes.items() if changed not in fetch.assumed]
    allowed = {change.headers.get(ALLOW_ORIGIN) for change in seen} - {None}
    said: set[str | None] = set()
    asked_as: set[str | None] = set()
    status = 200
    for entry in fetch.answers:
        if not entry.http_request.url.origin.same_origin(url.origin):
            continue
        if entry.is_preflight:
            methods[entry.request_headers.get("Access-Control-Request-Method", "")] = None
            asked = entry.request_headers.get("Access-Control-Request-Headers", "")
            headers.update(dict.fromkeys(name.strip() for name in asked.split(",") if name.strip()))
        else:
            status = max(status, entry.status or 0)
            expose_names.update(dict.fromkeys(_tokens(entry.response_headers.get(EXPOSE_HEADERS, ""))))
        said.add(entry.response_headers.get(ALLOW_ORIGIN))
        asked_as.add(entry.request_headers.get("Origin"))
    # NB: a server that allows every origin keeps doing so; one that allows only null is not configured.
    is_open = "*" in (allowed or said)
    if "null" in asked_as and not is_open:
        return None
    return Needs(
        origin="*" if is_open else request.origin.serialized,
        server_origin=url.origin.serialized,
        path=copyable(url.path),
        method=fetch.params.request.page_method.decode("ascii"),
        methods=tuple(method for method in methods if method not in IS_SAFELISTED),
        headers=tuple(headers),
        expose=tuple(expose_names),
        credentials=request.credentials_mode is CredentialsMode.INCLUDE,
        on_errors=status >= 400,
    )


def _tokens(value: str) -> list[str]:
    items = extract_list_values(value.encode("latin-1")) if value else ()
    return [] if isinstance(items, Malformed) else [item.decode("ascii") for item in items if item != b"*"]


def read_in_mode_cors(fetch: FinishedFetch, replay: Replay, browsers: Sequence[BrowserProfile]) -> Fix | None:
    """
    Return the fix after which the page can look into what it got without CORS, including the change to the server.
    """
    call = fetch.params.page_call
    assert call is not None, "a page asked"
    change = with_cors(call)
    proof = None if change is None else prove(replay, change.call, browsers, allow_this_request)
    return _page_fix(fetch, change, proof) if change is not None and isinstance(proof, Proof) else None


def allow_elsewhere(fetch: FinishedFetch, replay: Replay, browsers: Sequence[BrowserProfile]) -> Fix | None:
    """
    Return the fix for browsers that ask with CORS for what the browser of *fetch* got without; None if none fails.
    """
    call = fetch.params.page_call
    assert call is not None, "a page asked"
    replays = {browser.name: replay(call, {}, browser) for browser in browsers[1:]}
    failing = [
        browser
        for browser in browsers[1:]
        if (again := replays[browser.name]) is not None and again.failure is not None
    ]
    proof = prove(replay, call, failing, allow_this_request) if failing else None
    return _fix("server", _summary(fetch, proof), fetch, proof, ()) if isinstance(proof, Proof) else None


def expose(
    fetch: FinishedFetch, replay: Replay, browsers: Sequence[BrowserProfile], names: Sequence[str]
) -> Fix | None:
    """
    Return the fix that exposes the response headers *names*, if a replay proves it.
    """
    call = fetch.params.page_call
    assert call is not None, "a page's script asked"
    exchange = next(reversed(_first_exchanges(fetch).values()))
    before = exchange.response_headers.get(EXPOSE_HEADERS)
    kept = _tokens(before or "")
    value = ", ".join([*kept, *(name for name in names if name.lower() not in {each.lower() for each in kept})])
    key = request_key(exchange)
    changes = {key: ResponseChange({EXPOSE_HEADERS: value})}
    wanted = {name.lower().encode("latin-1") for name in names}
    proven_in = []
    for browser in browsers:
        again = replay(call, changes, browser)
        if again is not None and again.failure is None and wanted <= again.response.header_list.names():
            proven_in.append(browser.name)
    if browsers[0].name not in proven_in:
        return None
    header = HeaderChange(EXPOSE_HEADERS, copyable(value), None if before is None else shown(before))
    is_stored = key in stored_keys(fetch)
    change = AnswerChange("actual", key.method, shown(key.url), headers=(header,), is_stored=is_stored)
    summary = f"Expose {shown(tuple(names))} to the page."
    needs = _needs_at(fetch, key, {}, names)
    warnings = (STAYS_STORED,) if is_stored else ()
    return Fix("server", summary, (change,), warnings=warnings, proven_in=tuple(proven_in), needs=needs)

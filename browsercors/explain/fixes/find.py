"""
Fixes: what was proven to mend a failure, worded as changes to answers and to the page's call.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final, Literal, NamedTuple

from browsercors.explain.causes.near_misses import near_miss
from browsercors.explain.fixes.advice import advice_of, login_of
from browsercors.explain.fixes.page_changes import PageRepair, own_repairs, page_repairs
from browsercors.explain.fixes.proof import Failure, Proof, Repair, mend, slot_of
from browsercors.explain.fixes.server_changes import (
    NARROW,
    NOTHING_HELPS,
    OPEN,
    ORIGIN_REASONS,
    UNSEEN,
    copyable,
    missing_header_names,
    opened,
    varying,
)
from browsercors.explain.report import AnswerChange, Fix, HeaderChange, Needs, Obstacle, RequestChange
from browsercors.explain.words.cached_answers import STAYS_STORED, stored_slots
from browsercors.explain.words.reasons import (
    ALLOW_CREDENTIALS,
    ALLOW_HEADERS,
    ALLOW_METHODS,
    ALLOW_ORIGIN,
    because,
    browser_label,
    fields_of,
)
from browsercors.explain.words.sanitise import MOST_ITEMS, shown
from browsercors.fetch.timeline import ExchangeKind
from browsercors.values.findings import Reason
from browsercors.values.headers import Failure as Malformed, extract_list_values
from browsercors.values.requests import CredentialsMode
from browsercors.values.urls import parse_url

if TYPE_CHECKING:
    from collections.abc import Callable, Collection, Iterable, Mapping, Sequence

    from browsercors.explain.fixes.proof import Replay, Slot, Trial
    from browsercors.fetch.page_call import PageCall
    from browsercors.fetch.timeline import Exchange
    from browsercors.rules.profile import BrowserProfile

__all__ = ["Remedies", "expose", "find_remedies", "read_in_mode_cors"]

EXPOSE_HEADERS: Final = "Access-Control-Expose-Headers"
OPENED: Final = "Every page on the web can read this response then: right for public data only."
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
    failure: Failure,
    replay: Replay,
    browsers: Sequence[BrowserProfile],
    allowed_origins: Collection[str] | None = None,
    *,
    has_cause: bool = False,
) -> Remedies:
    """
    Find out what mends *failure*.

    Args:
        failure: What failed, in the first one of *browsers*.
        replay: Fetches from the answers that were recorded.
        browsers: Where a fix has to be proven.
        allowed_origins: The origins that the server is to allow; None if nobody says. A page of another origin is
            offered no change of the server's.
        has_cause: Whether a response shows who answered, and so what to change there.
    """
    call = failure.trial.params.page_call
    assert call is not None, "a page's script asked"
    page_origin = failure.trial.params.request.origin.serialized
    advice = advice_of(failure, has_cause=has_cause)
    narrow = varying(NARROW, stored_slots(failure.trial))
    proof = mend(replay, call, browsers, narrow)
    behind = _obstacles(failure, proof)
    fixes: list[Fix] = []
    may_be_open = allowed_origins is None or "*" in allowed_origins
    is_denied = allowed_origins is not None and not {page_origin, "*"} & set(allowed_origins)
    if is_denied:
        advice = (
            f"{shown(page_origin)} is none of the origins that are to be allowed "
            f"({shown(tuple(allowed_origins or ()))}): that it is blocked is right."
        )
    # NB: headers would only open the log-in page to others, and no script gets through it.
    if is_denied or login_of(failure):
        fixes += _page_fixes(failure, page_repairs(failure, call), replay, browsers, NOTHING_HELPS)
        return Remedies(tuple(fixes), behind, advice)
    fixes += _page_fixes(failure, own_repairs(failure, call), replay, browsers, narrow)
    if not fixes:
        fixes += _server_fixes(failure, proof, call, replay, browsers, may_be_open=may_be_open)
        # NB: a page that changes something and needs the server as well is no alternative to the server alone.
        fixes += _page_fixes(failure, page_repairs(failure, call), replay, browsers, UNSEEN if fixes else narrow)
    return Remedies(tuple(fixes), behind, advice)


def _server_fixes(
    failure: Failure,
    proof: Proof | Failure | None,
    call: PageCall,
    replay: Replay,
    browsers: Sequence[BrowserProfile],
    *,
    may_be_open: bool,
) -> Iterable[Fix]:
    if isinstance(proof, Proof):
        yield _fix("server", _summary(failure.trial, proof), failure.trial, proof, _origin_warnings(failure))
    with_credentials = failure.trial.params.request.credentials_mode is CredentialsMode.INCLUDE
    # NB: a page of opaque origin has no origin that could be allowed, and so every one has to be, whatever fails.
    is_about_origins = failure.reason in ORIGIN_REASONS or not isinstance(proof, Proof)
    if not is_about_origins or with_credentials or not may_be_open:
        return
    begin = {slot: opened(repair) for slot, repair in proof.repairs.items()} if isinstance(proof, Proof) else {}
    wide = mend(replay, call, browsers, OPEN, begin)
    if isinstance(wide, Proof) and any(repair.headers.get(ALLOW_ORIGIN) == "*" for repair in wide.repairs.values()):
        yield _fix("server", _summary(failure.trial, wide), failure.trial, wide, (OPENED,))


def _page_fixes(
    failure: Failure,
    repairs: Iterable[PageRepair],
    replay: Replay,
    browsers: Sequence[BrowserProfile],
    repair_of: Callable[[Failure], Repair | None],
) -> Iterable[Fix]:
    """
    Yield what of *repairs* is proven to help; *repair_of* says what of the server may change with it.
    """
    for repair in repairs:
        proof = mend(replay, repair.call, browsers, repair_of)
        if isinstance(proof, Proof):
            yield _page_fix(failure.trial, repair, proof)


def _page_fix(trial: Trial, repair: PageRepair, proof: Proof) -> Fix:
    where: Literal["page", "both"] = "page" if proof.repairs.keys() <= proof.trial.assumed else "both"
    summary = repair.change.sentence
    if where == "both":
        summary += f" Then: {_summary(trial, proof)}"
    warnings: tuple[str, ...] = (repair.warning,) if repair.warning else ()
    unseen = dict.fromkeys(shown(slot.url) for slot in _first_exchanges(proof.trial) if slot in proof.trial.assumed)
    for url in unseen:
        asked = ", and what is said here of its headers may be so already" if where == "page" and proof.repairs else ""
        warnings += (f"What {url} answers was not recorded: its status is taken to be 200{asked}.",)
    fix = _fix(where, summary, trial, proof, warnings)
    return Fix(fix.where, fix.summary, fix.answers, (repair.change,), fix.warnings, fix.proven_in, fix.needs)


def _origin_warnings(failure: Failure) -> tuple[str, ...]:
    if failure.reason is not Reason.ALLOW_ORIGIN_MISMATCH:
        return ()
    named = shown(failure.finding.evidence.get("origin"))
    miss = near_miss(named, failure.trial.params.request.origin.serialized)
    if miss is not None and miss.is_same:
        return ()
    page = shown(failure.finding.evidence.get("wanted"))
    return (f"The server names {named}. Make this change only if {page} is meant to be let in as well.",)


def _obstacles(failure: Failure, proof: Proof | Failure | None) -> tuple[Obstacle, ...]:
    """
    Return what would fail after *failure*, one after the other; answers that nobody saw are not blamed.
    """
    later = []
    if isinstance(proof, Proof):
        later = [each for each in proof.behind if _is_recorded(each)]
    elif proof is not None and (proof.reason, proof.slot) != (failure.reason, failure.slot) and _is_recorded(proof):
        # NB: what no server can mend is what it comes to in the end.
        later = [proof]
    obstacles = _further_names(failure)
    for each in later:
        fields = fields_of(each.finding, during_preflight=each.trial.params.in_preflight)
        obstacles += [_obstacle(each, because(each.reason, fields)), *_further_names(each)]
    return tuple(obstacles[:MOST_ITEMS])


def _is_recorded(failure: Failure) -> bool:
    return failure.slot not in failure.trial.assumed


def _obstacle(failure: Failure, sentence: str) -> Obstacle:
    return Obstacle(failure.reason.value, sentence, failure.trial.params.in_preflight)


def _further_names(failure: Failure) -> list[Obstacle]:
    """
    Return the other request headers that are not allowed either: the check stops at the first.
    """
    if failure.reason is not Reason.HEADER_NOT_ALLOWED:
        return []
    first = shown(failure.finding.evidence.get("name")).lower()
    further = [name for name in missing_header_names(failure) if name.lower() != first]
    return [
        _obstacle(failure, f"the answer to the preflight does not allow the request header {shown(name)}")
        for name in further[:MOST_ITEMS]
    ]


def _fix(
    where: Literal["server", "page", "both"], summary: str, trial: Trial, proof: Proof, warnings: tuple[str, ...]
) -> Fix:
    return Fix(
        where,
        summary,
        answers=tuple(_answer_changes(trial, proof)),
        warnings=(*warnings, *_where_it_fails(proof.failed_in), *_what_stays_stored(trial, proof)),
        proven_in=proof.proven_in,
        needs=_needs(proof),
    )


def _where_it_fails(failed_in: Mapping[str, Failure | None]) -> Iterable[str]:
    for browser, failure in failed_in.items():
        name = browser_label(browser)
        if failure is None:
            yield f"In {name} the page cannot make this call at all."
        else:
            yield f"In {name} it stays blocked: {failure.reason.value}."


def _what_stays_stored(trial: Trial, proof: Proof) -> Iterable[str]:
    if not stored_slots(trial).isdisjoint(proof.repairs):
        yield STAYS_STORED


def _summary(trial: Trial, proof: Proof) -> str:
    """
    Say in one sentence what the server has to do.
    """
    # NB: what was seen to be wrong; an answer that nobody saw may be right already.
    seen = [repair for slot, repair in proof.repairs.items() if slot not in proof.trial.assumed]
    names = {name for repair in seen or proof.repairs.values() for name in repair.headers}
    request = trial.params.request
    parts = []
    if any(repair.status is not None for slot, repair in proof.repairs.items() if slot.is_preflight):
        parts.append("answer the preflight with 204")
    if ALLOW_ORIGIN in names:
        is_open = any(repair.headers.get(ALLOW_ORIGIN) == "*" for repair in proof.repairs.values())
        parts.append("allow every origin" if is_open else f"allow {shown(request.origin.serialized)}")
    if ALLOW_CREDENTIALS in names:
        parts.append("allow credentials")
    if ALLOW_METHODS in names:
        parts.append(f"allow the method {shown(request.method)}")
    if ALLOW_HEADERS in names:
        parts.append("allow the request headers that are asked for")
    if "Location" in names and not any("preflight" in part for part in parts):
        parts.append("redirect to a URL without user name and password")
    if "Cross-Origin-Resource-Policy" in names:
        parts.append("let other origins load the response")
    if any(repair.status == 401 for repair in proof.repairs.values()):
        parts.append("answer 401, which is a server's, and not 407")
    text = ", ".join(parts[:-1]) + " and " + parts[-1] if len(parts) > 1 else "".join(parts)
    return f"{text[:1].upper()}{text[1:]}."


def _answer_changes(original: Trial, proof: Proof) -> Iterable[AnswerChange]:
    replayed = _first_exchanges(proof.trial)
    stored = stored_slots(original)
    order = dict.fromkeys([*replayed, *proof.repairs])
    for slot in (slot for slot in order if slot in proof.repairs):
        repair = proof.repairs[slot]
        before = _headers_before(original, slot)
        exchange = replayed.get(slot)
        kind: Literal["redirect", "actual"] = "actual"
        if exchange is not None and exchange.kind is ExchangeKind.REDIRECT:
            kind = "redirect"
        changes = tuple(
            HeaderChange(name, None if value is None else copyable(value), None if said is None else shown(said))
            for name, value in repair.headers.items()
            for said in [headers.get(name) for headers in before if headers.get(name) != value][:1]
        )
        yield AnswerChange(
            "preflight" if slot.is_preflight else kind,
            "OPTIONS" if slot.is_preflight else slot.method,
            shown(slot.url),
            repair.status,
            changes,
            is_assumed=slot in proof.trial.assumed,
            is_stored=slot in stored,
        )


def _headers_before(original: Trial, slot: Slot) -> list[Mapping[str, str]]:
    """
    Return the headers of every answer that was changed: for a preflight, if need be, of those for another method.
    """
    recorded: dict[Slot, list[Mapping[str, str]]] = {}
    for answer in original.answers:
        recorded.setdefault(slot_of(answer), []).append(answer.response_headers)
    same_url = (headers for other, headers in recorded.items() if slot.is_preflight and other[::2] == slot[::2])
    return recorded.get(slot) or next(same_url, None) or [{}]


def _first_exchanges(trial: Trial) -> dict[Slot, Exchange]:
    """
    Return the first exchange of each slot, in order.
    """
    exchanges: dict[Slot, Exchange] = {}
    for answer in trial.answers:
        exchanges.setdefault(slot_of(answer), answer)
    return exchanges


def _needs(proof: Proof) -> Needs | None:
    """
    Return what a configuration of the first server that has to change must allow; None if that is not about CORS.
    """
    if not any(name.startswith("Access-Control-") for repair in proof.repairs.values() for name in repair.headers):
        return None
    return _needs_at(proof.trial, next(iter(proof.repairs)), proof.repairs)


def _needs_at(trial: Trial, slot: Slot, repairs: Mapping[Slot, Repair], exposed: Iterable[str] = ()) -> Needs | None:
    url = parse_url(slot.url)
    assert url is not None, "it was fetched"
    request = trial.params.request
    methods: dict[str, None] = {}
    headers: dict[str, None] = {}
    expose_names: dict[str, None] = dict.fromkeys(exposed)
    seen = [repair for changed, repair in repairs.items() if changed not in trial.assumed]
    allowed = {repair.headers.get(ALLOW_ORIGIN) for repair in seen} - {None}
    said: set[str | None] = set()
    asked_as: set[str | None] = set()
    status = 200
    for entry in trial.answers:
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
    # NB: what is open stays open. What is open to null alone is nothing to be configured.
    is_open = "*" in (allowed or said)
    if "null" in asked_as and not is_open:
        return None
    return Needs(
        origin="*" if is_open else request.origin.serialized,
        server_origin=url.origin.serialized,
        path=copyable(url.path),
        method=trial.params.request.page_method.decode("ascii"),
        methods=tuple(method for method in methods if method not in IS_SAFELISTED),
        headers=tuple(headers),
        expose=tuple(expose_names),
        credentials=request.credentials_mode is CredentialsMode.INCLUDE,
        on_errors=status >= 400,
    )


def _tokens(value: str) -> list[str]:
    items = extract_list_values(value.encode("latin-1")) if value else ()
    return [] if isinstance(items, Malformed) else [item.decode("ascii") for item in items if item != b"*"]


def read_in_mode_cors(trial: Trial, replay: Replay, browsers: Sequence[BrowserProfile]) -> Fix | None:
    """
    Return the fix after which the page can read what mode "no-cors" hid from it, with the server's part of it.
    """
    call = trial.params.page_call
    assert call is not None, "a page's script asked"
    change = RequestChange("mode", 'mode: "no-cors"', 'mode: "cors"', 'Ask in mode "cors".')
    repair = PageRepair(change, call._replace(options={**call.options, "mode": "cors"}))
    proof = mend(replay, repair.call, browsers, NARROW)
    return _page_fix(trial, repair, proof) if isinstance(proof, Proof) else None


def expose(trial: Trial, replay: Replay, browsers: Sequence[BrowserProfile], names: Sequence[str]) -> Fix | None:
    """
    Return the fix that shows the page the response headers *names*, if the replay shows them then.
    """
    call = trial.params.page_call
    assert call is not None, "a page's script asked"
    exchange = next(reversed(_first_exchanges(trial).values()))
    before = exchange.response_headers.get(EXPOSE_HEADERS)
    kept = _tokens(before or "")
    value = ", ".join([*kept, *(name for name in names if name.lower() not in {each.lower() for each in kept})])
    slot = slot_of(exchange)
    repairs = {slot: Repair({EXPOSE_HEADERS: value})}
    wanted = {name.lower().encode("latin-1") for name in names}
    proven_in = []
    for browser in browsers:
        again = replay(call, repairs, browser)
        if again is not None and again.failure is None and wanted <= again.response.header_list.names():
            proven_in.append(browser.name)
    if browsers[0].name not in proven_in:
        return None
    header = HeaderChange(EXPOSE_HEADERS, copyable(value), None if before is None else shown(before))
    is_stored = slot in stored_slots(trial)
    change = AnswerChange("actual", slot.method, shown(slot.url), headers=(header,), is_stored=is_stored)
    summary = f"Show the page {shown(tuple(names))}."
    needs = _needs_at(trial, slot, {}, names)
    warnings = (STAYS_STORED,) if is_stored else ()
    return Fix("server", summary, (change,), warnings=warnings, proven_in=tuple(proven_in), needs=needs)

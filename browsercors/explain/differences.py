"""
Where browsers differ for the same request, and why.

The cause is found by trial: the request is replayed with one browser's behaviour swapped for the other's, one fact at a
time. A fact whose swap changes the outcome is a cause.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final, NamedTuple

import attrs

from browsercors.engines.facts import facts, value_of
from browsercors.engines.registry import BASE
from browsercors.explain.report import Difference
from browsercors.explain.words.cached_answers import stored_keys
from browsercors.explain.words.loads import element_of
from browsercors.explain.words.reasons import browser_label
from browsercors.explain.words.sanitise import shown
from browsercors.initiators.begin import SCRIPT_APIS
from browsercors.rules.profile import LOADS, BrowserProfile

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from browsercors.engines.facts import Fact
    from browsercors.explain.fixes.proof import FinishedFetch, Replay
    from browsercors.explain.report import Verdict

__all__ = ["cached_note", "find_differences"]

LONGEST_SOUGHT: Final = 100_000
"""The most characters of headers for which causes are sought: each fact costs a replay, more with long headers."""

COMPARED_HEADERS: Final = ("Origin", "Access-Control-Request-Method", "Access-Control-Request-Headers", "Authorization")
SAME_CACHED_RESPONSE: Final = (
    "here the other browsers got the same response from the HTTP cache, which they might not have stored: Firefox "
    "keeps responses with and without credentials apart, Chromium deletes a response that fails the CORS check of a "
    "fetch(), and WebKit never stores one."
)

HEADER_ORDER_FIELDS: Final = frozenset(
    {"wire.order", "preflight_wire.order", "wire.shifts", "wire.names_moved_by_page"}
)
"""Fields that decide the order of headers: no outcome depends on them, and they mean something only together."""


class BrowserOutcome(NamedTuple):
    """
    What a fetch ends in, as far as browsers are compared.

    Attributes:
        verdict: The verdict.
        code: The code of the reason; empty if nothing failed.
        sent: The compared header lines of every request on the wire.
        seen: The response headers that the page sees.
        remembered: How long the preflight responses are remembered.
    """

    verdict: Verdict
    code: str
    sent: tuple[tuple[str, ...], ...]
    seen: frozenset[bytes]
    remembered: tuple[float, ...]


def find_differences(
    fetch: FinishedFetch, replay: Replay, compared: Sequence[BrowserProfile]
) -> tuple[Difference, ...]:
    """
    Return what the request of *fetch* ends in in each of *compared*.
    """
    if not compared:
        return ()
    call = fetch.params.page_call
    assert call is not None, "a page's script asked"
    own = fetch.params.user_agent.profile
    # NB: replayed as well, since the others have no cookies and remember no preflights either.
    again = replay(call, {}, own) or fetch
    expected = _outcome(again)
    is_small = _length(fetch) <= LONGEST_SOUGHT
    differences = []
    for browser in compared:
        other = replay(call, {}, browser)
        if other is None:
            sentence = "the page cannot make this call in this browser: JavaScript throws a TypeError"
            differences.append(Difference(browser.name, "blocked", "", sentence))
            continue
        unseen = other.assumed - again.assumed
        if unseen:
            key = next(iter(sorted(unseen)))
            method = "OPTIONS" if key.is_preflight else key.method
            sentence = f"this browser sends {method} {shown(key.url)}, and no response to that was recorded"
            differences.append(Difference(browser.name, "undecided", "", sentence))
            continue
        outcome = _outcome(other)
        sentence = ""
        if outcome != expected:
            facts_that_matter = _causes(replay, call, own, browser, outcome) if is_small else ()
            causes = [
                f"{fact.what.replace('`', '')}: {_statement(fact, own.name)} in {browser_label(own.name)}, "
                f"{_statement(fact, browser.name)} in {browser_label(browser.name)}"
                for fact in facts_that_matter
            ]
            sentence = "; ".join([*_describe(expected, outcome), *causes])
        differences.append(Difference(browser.name, outcome.verdict, outcome.code, sentence))
    return tuple(differences)


def cached_note(fetch: FinishedFetch, compared: Sequence[BrowserProfile]) -> Iterable[str]:
    """
    Yield what a comparison cannot show, since a replay starts with empty caches and recorded responses.
    """
    if compared and stored_keys(fetch):
        yield SAME_CACHED_RESPONSE


def _length(fetch: FinishedFetch) -> int:
    """
    Return how many characters of headers were exchanged.
    """
    headers = [line for each in fetch.answers for line in (*each.request_headers.lines, *each.response_headers.lines)]
    return sum(len(name) + len(value) for name, value in headers)


def _statement(fact: Fact, browser: str) -> str:
    """
    Say what a browser does; where it follows the standard, say what the standard does.
    """
    statement = fact.statement(browser)
    return (fact.statement(BASE) if statement == BASE else statement).replace("`", "")


def _outcome(fetch: FinishedFetch) -> BrowserOutcome:
    failure = fetch.failure
    return BrowserOutcome(
        fetch.verdict,
        "" if failure is None else failure.reason.value,
        tuple(
            (each.method, each.url, *(f"{name}: {shown(each.request_headers.get(name))}" for name in COMPARED_HEADERS))
            for each in fetch.exchanges
        ),
        # NB: no page sees headers of what an element loads.
        frozenset() if element_of(fetch.params.page_call) else frozenset(fetch.response.header_list.names()),
        tuple(dict.fromkeys(fetch.remembered)),
    )


def _describe(own: BrowserOutcome, other: BrowserOutcome) -> Iterable[str]:
    """
    Yield what differs if the verdict does not; from a different verdict all else follows.
    """
    if own[:2] != other[:2]:
        return
    if own.sent != other.sent:
        preflights = [sum(request[0] == "OPTIONS" for request in outcome.sent) for outcome in (own, other)]
        if preflights[0] != preflights[1]:
            yield (f"this browser sends {'a' if preflights[1] > preflights[0] else 'no'} preflight")
        else:
            lines = [set().union(*(request[2:] for request in outcome.sent)) for outcome in (own, other)]
            sent = ", ".join(sorted(lines[1] - lines[0])) or "fewer requests"
            yield f"this browser sends: {sent}"
    if own.seen != other.seen:
        changed = tuple(sorted(own.seen ^ other.seen))
        yield f"the page sees {'more' if other.seen > own.seen else 'other'} headers in this browser: {shown(changed)}"
    if own.remembered != other.remembered:
        duration = " and ".join(f"{seconds:g} s" for seconds in other.remembered) or "not at all"
        yield f"this browser remembers the preflight response: {duration}"


def _causes(
    replay: Replay, call: Any, own: BrowserProfile, other: BrowserProfile, outcome: BrowserOutcome
) -> Iterable[Fact]:
    """
    Yield the facts that make *other* differ: without them it would end in something else.
    """
    for group in facts().values():
        for fact in group:
            if not fact.departures.keys() & {own.name, other.name} or set(fact.fields) <= HEADER_ORDER_FIELDS:
                continue
            # NB: a script's fetch has nothing to do with elements.
            if call.api in SCRIPT_APIS and fact.fields[0].partition(".")[0] in LOADS:
                continue
            altered = _as_if(other, own, fact.fields)
            if altered is None:
                continue
            again = replay(call, {}, altered)
            if again is not None and _outcome(again) != outcome:
                yield fact


def _as_if(browser: BrowserProfile, model: BrowserProfile, fields: Sequence[str]) -> BrowserProfile | None:
    """
    Return *browser* with the values that *model* has in *fields*; None if they are the same.
    """
    altered = browser
    for field in fields:
        value = value_of(model, field)
        if value is not value_of(browser, field) and value != value_of(browser, field):
            altered = _with_value(altered, field, value)
    return None if altered is browser else altered


def _with_value(record: Any, field: str, value: object) -> Any:
    """
    Return *record* with *value* in *field*, such as `cookies.default_same_site` or `safelist.names[accept]`.
    """
    part, _, rest = field.partition(".")
    name, _, key = part.removesuffix("]").partition("[")
    if rest:
        value = _with_value(getattr(record, name), rest, value)
    elif key:
        table = {**getattr(record, name), key.encode(): value}
        value = {each: rule for each, rule in table.items() if rule is not None}
    changes = {name: value}
    # NB: a profile makes the rules of loads late, and its own `evolve` knows how.
    return record.evolve(**changes) if isinstance(record, BrowserProfile) else attrs.evolve(record, **changes)

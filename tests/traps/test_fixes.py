"""
Every fix that a report proposes is tried: in a corpus of failing exchanges, generated ones, and recorded scenarios.

The corpus is sampled here; `python -m tests.traps` tries all of it.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest
from hypothesis import HealthCheck, given, settings, strategies as st

from browsercors import Answer, CachedResponse, FetchTypeError
from tests.explain.pages import ALLOW, API, PAGE, SUFFIXES, fetched_again
from tests.traps.corpus import BROWSERS, CALLS, exchanges, recorded
from tests.traps.pages import ask
from tests.traps.proofs import check

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from browsercors import FetchResult
    from browsercors.values.literals import BrowserName

# NB: what it covers is covered by quicker tests, and under the tracer it takes five times as long.
pytestmark = pytest.mark.untraced


def fixes_of(results: Iterable[FetchResult], suffixes: Sequence[str] | None = None) -> int:
    """
    Try every fix for every one of *results*, and return how many there were.
    """
    verdicts = [check(result, suffixes) for result in results]

    assert [] == [fault for verdict in verdicts for fault in verdict.faults]
    return sum(verdict.fixes for verdict in verdicts)


def test_every_fix_for_a_sample_of_the_corpus_is_one() -> None:
    assert fixes_of(exchanges(16, 5), SUFFIXES) >= 500


def test_every_fix_for_a_sample_of_the_recorded_scenarios_is_one() -> None:
    assert fixes_of(recorded(40, 7)) >= 150


ANY = {"Access-Control-Allow-Origin": "*"}
LASTS = {"Cache-Control": "max-age=600"}
CONFIRMED = {"Cache-Control": "no-cache", "ETag": '"1"'}
STALE = {"Cache-Control": "max-age=1, stale-while-revalidate=600"}
ALLOWED: list[dict[str, str]] = [{}, ANY, ALLOW, {**ALLOW, "Vary": "Accept"}, {"X-A": "1", **ANY}]


@pytest.mark.parametrize("browser", BROWSERS)
@pytest.mark.parametrize("options", [{}, {"credentials": "include"}, {"credentials": "omit", "headers": {"X-A": "1"}}])
def test_every_fix_for_an_answer_out_of_the_http_cache_is_one(browser: BrowserName, options: dict[str, Any]) -> None:
    preflight = Answer(204, {**ANY, "Access-Control-Allow-Headers": "x-a"})
    results = []
    for allowed in ALLOWED:
        for answer in (
            Answer(200, {**LASTS, **allowed}),
            Answer(301, {**LASTS, **allowed, "Location": "/there"}),
            [Answer(200, {**CONFIRMED, **allowed}), Answer(304)],
            [Answer(200, {**STALE, **allowed}), Answer(500)],
        ):
            answers = {"OPTIONS /": preflight, "/": answer, "*": Answer(200, ANY)}
            # NB: to Firefox, requests with and without credentials are two things.
            before = {"mode": "no-cors", "credentials": options.get("credentials", "same-origin")}
            results.append(fetched_again(answers, before, browser=browser, **options))

    assert fixes_of(results, SUFFIXES) >= 10
    assert len(ALLOWED) <= sum(
        any(isinstance(entry, CachedResponse) for entry in result.timeline) for result in results
    )


ORIGINS = st.sampled_from([PAGE, "*", "null", "https://other.example", f"{PAGE}/", f"{PAGE}, {PAGE}", "*, *"])
NAMES = st.lists(st.sampled_from(["*", "PUT", "patch", "x-a", "X-A", "content-type", "", "a b", "\xe9"]), max_size=4)
VALUES = {
    "Access-Control-Allow-Origin": ORIGINS,
    "Access-Control-Allow-Credentials": st.sampled_from(["true", "True", "false"]),
    "Access-Control-Allow-Methods": NAMES.map(", ".join),
    "Access-Control-Allow-Headers": NAMES.map(",".join),
    "Access-Control-Max-Age": st.sampled_from(["0", "600", "-1", "x"]),
    "Vary": st.sampled_from(["Origin", "*", "Accept", "", "Accept,,\xe9"]),
    "Location": st.sampled_from(
        ["/there", "/", f"{API}/there/", "https://cdn.example/", "//u:p@cdn.example/", "data:,", "["]
    ),
    "Cross-Origin-Resource-Policy": st.sampled_from(["same-origin", "same-site", "cross-origin"]),
    "Set-Cookie": st.sampled_from(["a=b", "__Host-a=b", "a=b; SameSite=None"]),
}
HEADERS = st.lists(
    st.sampled_from(sorted(VALUES)).flatmap(lambda name: VALUES[name].map(lambda value: (name, value))), max_size=6
)
STATUSES = st.sampled_from([200, 204, 301, 302, 303, 307, 308, 401, 404, 407, 500])
ANSWERS = st.one_of(
    st.builds(Answer, STATUSES, HEADERS),
    st.builds(Answer.broken, st.one_of(st.none(), STATUSES), HEADERS, st.just(b"half")),
)


@settings(max_examples=150, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(
    st.sampled_from(BROWSERS),
    st.sampled_from([call for call in CALLS if "duplex" not in call]),
    st.tuples(ANSWERS, ANSWERS, ANSWERS, ANSWERS),
)
def test_every_fix_for_generated_exchanges_is_one(
    browser: BrowserName, call: dict[str, Any], answers: tuple[Answer, Answer, Answer, Answer]
) -> None:
    preflight, actual, next_preflight, after = answers
    api = {"OPTIONS /": preflight, "/": actual, "OPTIONS *": next_preflight, "*": after}

    servers = {API: api, "https://cdn.example": {"OPTIONS *": next_preflight, "*": after}}

    fixes_of([ask(servers, browser=browser, **call)], SUFFIXES)


BYTES = st.binary(max_size=40)


@settings(max_examples=150, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(
    st.sampled_from(BROWSERS),
    st.integers(100, 999),
    st.lists(st.tuples(st.one_of(st.sampled_from(sorted(VALUES)), BYTES), BYTES), max_size=8),
    st.lists(st.tuples(BYTES.map(lambda name: name.decode("latin-1")), st.text(max_size=8)), max_size=3),
    BYTES,
)
def test_a_report_on_any_bytes_is_made(
    browser: BrowserName,
    status: int,
    lines: list[tuple[str | bytes, bytes]],
    headers: list[tuple[str, str]],
    reason: bytes,
) -> None:
    answer = Answer(status, lines, reason=reason)
    try:
        result = ask({API: {"*": answer}, "*": {"*": answer}}, browser=browser, method="PUT", headers=headers)
    except FetchTypeError:
        result = ask({API: {"*": answer}, "*": {"*": answer}}, browser=browser, credentials="include")

    report = result.report(compare=True)

    assert report.verdict in {"readable", "blocked", "undecided"}
    assert [] == [fix for fix in report.fixes if not fix.proven_in]

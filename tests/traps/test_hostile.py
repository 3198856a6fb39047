"""
Reports on what is large are made, and stay within bounds.

Each of these took seconds to minutes while something was looked through once for each of its own items; how time grows
is measured by `python -m tests.benchmarks reports`.
"""

from __future__ import annotations

from typing import Any

import pytest

from browsercors import Answer
from tests.explain.pages import ALLOW, ALLOW_CREDENTIALS, API
from tests.traps.pages import ask

# NB: what it covers is covered by quicker tests, and under the tracer it takes five times as long.
pytestmark = pytest.mark.untraced

NAMES = [f"x-h{number}" for number in range(10_000)]
LINES = [(name, "1") for name in NAMES]
MEGABYTE = "a" * 1_000_000
PUT = {"method": "PUT"}
CHAIN = {f"/{number}": Answer(307, {**ALLOW, "Location": f"/{number + 1}"}) for number in range(19)}
PREFLIGHTED = {
    f"OPTIONS /{number}": Answer(204, {**ALLOW, "Access-Control-Allow-Methods": "PUT"}) for number in range(20)
}

LARGE: list[tuple[str, dict[str, Any], dict[str, Any]]] = [
    ("request headers that are not allowed", {"*": Answer(204, ALLOW)}, {"headers": LINES}),
    (
        "request headers that are",
        {"*": Answer(204, {**ALLOW, "Access-Control-Allow-Headers": ", ".join(NAMES)})},
        {"headers": LINES},
    ),
    ("request headers, and no CORS", {"*": Answer(204)}, {"headers": LINES}),
    (
        "request headers under a wildcard that is none",
        {"*": Answer(204, {**ALLOW_CREDENTIALS, "Access-Control-Allow-Headers": "*"})},
        {"headers": LINES, "credentials": "include"},
    ),
    ("request headers of responses", {"*": Answer(204)}, {"headers": [("Access-Control-Allow-Origin", "1")] * 10_000}),
    ("request headers that no page can set", {"*": Answer(204, ALLOW)}, {"headers": [("Cookie", "1")] * 10_000}),
    ("response headers", {"*": Answer(200, [*ALLOW.items(), *LINES])}, {}),
    ("origins", {"*": Answer(200, [("Access-Control-Allow-Origin", name) for name in NAMES])}, {}),
    ("Vary", {"*": Answer(200, [("Vary", name) for name in NAMES])}, {}),
    ("one origin", {"*": Answer(200, {"Access-Control-Allow-Origin": MEGABYTE})}, {}),
    ("one Vary", {"*": Answer(200, {"Vary": MEGABYTE})}, {}),
    ("one Location", {"*": Answer(302, {**ALLOW, "Location": MEGABYTE})}, {}),
    ("one method", {"*": Answer(204, {**ALLOW, "Access-Control-Allow-Methods": MEGABYTE})}, PUT),
    ("empty methods", {"*": Answer(204, {**ALLOW, "Access-Control-Allow-Methods": "," * 1_000_000})}, PUT),
    ("log-ins", {"*": Answer(302, {"Location": "https://x/" + "login/" * 150_000})}, PUT),
    ("redirects", {**CHAIN, "/": Answer(307, {**ALLOW, "Location": "/0"}), "*": Answer(200)}, {}),
    (
        "redirects with a preflight each",
        {**CHAIN, **PREFLIGHTED, "OPTIONS /": PREFLIGHTED["OPTIONS /0"], "/": Answer(307, {**ALLOW, "Location": "/0"})},
        {**PUT, "browser": "firefox"},
    ),
]


@pytest.mark.parametrize(("_story", "answers", "options"), LARGE, ids=[row[0] for row in LARGE])
def test_a_report_on_many_or_large_is_made_and_small(
    _story: str, answers: dict[str, Any], options: dict[str, Any]
) -> None:
    report = ask({API: answers}, **options).report()

    assert len(repr(report)) < 1_000_000

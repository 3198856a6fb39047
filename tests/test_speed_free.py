"""
What keeps the simulation small and quick, as far as it can be told without a clock.

How long things take is measured by `tests/benchmarks`; here is what is the same on every machine.
"""

from __future__ import annotations

import subprocess
import sys
from typing import Final

import pytest

from browsercors import CHROMIUM, FIREFOX, STANDARD, WEBKIT, Browser, BrowserProfile
from tests.benchmarks.apps import API, PAGE, wsgi_app
from tests.benchmarks.cache import bytes_per_url, fill
from tests.benchmarks.hostile import HOPS, fetch_of_redirects

# NB: what it covers is covered by quicker tests, and under the tracer it takes ten times as long.
pytestmark = pytest.mark.untraced

LATE: Final = (
    "asyncio", "backports.zstd", "brotli", "browsercors.cli", "browsercors.engines.departures", "browsercors.explain",
    "browsercors.har", "browsercors.policy", "browsercors.strategies", "click", "difflib", "http.server", "hypothesis",
    "logging", "publicsuffixlist", "pytest", "socket", "ssl",
)  # fmt: skip
SELDOM: Final = ("base64", "datetime", "hashlib", "html", "json")
"""What some fetches need, and the import does not."""
ENGINE: Final = ("ada_url", "attr", "browsercors.fetch", "browsercors.engines", "browsercors.servers")

FETCH: Final = """
from browsercors import Browser
def app(environ, start_response):
    start_response("200 OK", [("Access-Control-Allow-Origin", "*")])
    return [b"ok"]
browser = Browser()
browser.mount("https://api.example.com", app)
page = browser.open("https://app.example.com/")
assert page.fetch("https://api.example.com/").readable
assert page.fetch("https://api.example.com/", method="PUT", json={}).block is not None
"""


def imported_by(program: str, names: tuple[str, ...]) -> set[str]:
    """
    Which of these modules a new interpreter has imported after *program*.
    """
    told = f"import sys\nprint(*{set(names)!r} & sys.modules.keys())"
    run = subprocess.run([sys.executable, "-c", f"{program}\n{told}"], capture_output=True, check=True, text=True)
    return set(run.stdout.split())


def test_importing_the_package_imports_no_engine() -> None:
    assert imported_by("import browsercors", LATE + ENGINE) == set()


def test_importing_the_browser_imports_what_it_uses_only() -> None:
    assert imported_by("from browsercors import Browser", LATE + SELDOM) == set()


def test_a_fetch_from_wsgi_needs_the_suffix_list_and_nothing_else() -> None:
    assert imported_by(FETCH, LATE) <= {"publicsuffixlist"}


def test_an_explanation_is_loaded_when_somebody_asks() -> None:
    asked = f"{FETCH}\nassert page.fetch('https://api.example.com/', method='PUT').explain()"

    assert "browsercors.explain" in imported_by(asked, LATE)


PROFILES: Final = [STANDARD, CHROMIUM, FIREFOX, WEBKIT]


@pytest.mark.parametrize("profile", PROFILES, ids=lambda profile: profile.name)
def test_expired_preflights_do_not_pile_up(profile: BrowserProfile) -> None:
    cache = profile.preflight_cache.create()
    largest = 0
    for second in range(5000):
        fill(cache, 1, now=float(second), max_age=10, first=second)
        largest = max(largest, len(cache))

    assert largest <= 600


def test_expired_preflights_of_fetches_do_not_pile_up() -> None:
    browser = Browser(STANDARD)
    browser.mount(API, wsgi_app)
    page = browser.open(PAGE)
    largest = 0
    for number in range(1500):
        assert page.fetch(f"{API}/items/{number}", method="PUT", json={}, credentials="include").preflighted
        browser.clock.advance(601)
        largest = max(largest, len(browser.preflight_cache))

    assert largest <= 600


@pytest.mark.parametrize(
    ("profile", "limit"),
    [(CHROMIUM, 1024), (FIREFOX, 100)],
    ids=["chromium", "firefox"],
)
def test_browsers_with_a_limit_remember_no_more(profile: BrowserProfile, limit: int) -> None:
    cache = profile.preflight_cache.create()
    fill(cache, 3 * limit)

    assert limit - 10 <= len(cache) <= limit


def test_a_remembered_url_takes_less_than_1000_bytes() -> None:
    assert bytes_per_url(20_000) <= 1000


def test_every_redirect_costs_the_same() -> None:
    results = [fetch_of_redirects(hops)() for hops in HOPS]
    findings_of_one_hop = (len(results[-1].findings) - len(results[0].findings)) / (HOPS[-1] - HOPS[0])

    assert [hops + 1 for hops in HOPS] == [len(result.exchanges) for result in results]
    assert [len(results[0].findings) + findings_of_one_hop * (hops - HOPS[0]) for hops in HOPS] == [
        len(result.findings) for result in results
    ]

"""
`browsercors profiles`: what browsers do otherwise, for people and for programs.
"""

from __future__ import annotations

import json
from typing import Any

import pytest
from click.testing import CliRunner, Result

from browsercors.cli.main import cli
from browsercors.engines.facts import facts
from browsercors.engines.registry import profiles, real_browser_names
from browsercors.engines.standard.facts import SUBJECTS

BROWSERS = real_browser_names()
ALL = [fact for group in facts().values() for fact in group]


def run(*arguments: str) -> Result:
    return CliRunner().invoke(cli, ["profiles", *arguments])


def data_of(*arguments: str) -> Any:
    return json.loads(run(*arguments, "--json").stdout)


FACT = """
preflight_cache.max_age
Access-Control-Max-Age that is not a number of seconds
  5 s                 5 s; +600 is 600,   not cached          5 s; +600 is 600,
                      -1 is 0                                 -1 has expired

"""


def test_a_fact_is_its_field_what_it_is_about_and_what_each_browser_does() -> None:
    result = run()

    assert 0 == result.exit_code
    assert FACT in result.stdout


def test_a_browser_shows_its_own_departures_beside_the_standard() -> None:
    shown = run("webkit").stdout

    assert "\n  standard                                webkit\n" in shown
    assert "\n  no limit                                600 s\n" in shown
    assert "chromium" not in shown
    assert "responses.data_url_content_length" not in shown
    assert "redirects.cors_checked_again" in shown


def test_browsers_come_in_one_order_however_they_are_named() -> None:
    assert run("webkit", "firefox", "webkit").stdout == run("firefox", "webkit").stdout


def test_a_heading_without_a_fact_is_left_out(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("browsercors.engines.facts.SUBJECTS", {**SUBJECTS, "Nothing": ()})

    assert "Nothing" not in run().stdout


EVIDENCE = """
is_trustworthy
an https page requests http://127.0.0.1 or http://localhost
  allowed             standard            standard            blocked as mixed
                                                              content
  webkit: recorded in mixed-content/loopback-get, transport tls
"""


def test_verbose_shows_who_saw_it() -> None:
    shown = run("--verbose").stdout

    assert EVIDENCE in shown
    assert "\n  chromium: preflight_result.cc\n" in shown
    assert EVIDENCE not in run().stdout


@pytest.mark.parametrize("browsers", [(), ("firefox",), ("chromium", "webkit")])
def test_it_fits_a_terminal_and_is_plain(browsers: tuple[str, ...]) -> None:
    shown = run(*browsers).stdout

    assert [] == [line for line in shown.splitlines() if len(line) > 80 or line != line.rstrip()]
    assert shown.isascii()
    assert "`" not in shown
    assert "{}" not in shown


def test_the_data_has_every_fact() -> None:
    data = data_of()

    assert [list(fact.fields) for fact in ALL] == [fact["fields"] for fact in data["facts"]]
    assert {name: profiles()[name].version for name in ("standard", *BROWSERS)} == data["versions"]


def test_the_data_has_statements_evidence_and_values() -> None:
    facts = {fact["fields"][0]: fact for fact in data_of()["facts"]}

    assert {
        "section": "The preflight cache",
        "fields": ["preflight_cache.max_age_cap"],
        "what": "longest time in the cache",
        "standard": "no limit",
        "departures": {
            "chromium": {
                "statement": "7200 s",
                "scenarios": [],
                "transport": "localhost",
                "besides": "preflight_result.cc",
            },
            "firefox": {
                "statement": "86400 s",
                "scenarios": [],
                "transport": "localhost",
                "besides": "nsCORSListenerProxy.cpp",
            },
            "webkit": {
                "statement": "600 s",
                "scenarios": [],
                "transport": "localhost",
                "besides": "CrossOriginPreflightResultCache.cpp",
            },
        },
        "values": {
            "preflight_cache.max_age_cap": {"standard": None, "chromium": 7200, "firefox": 86400, "webkit": 600}
        },
    } == facts["preflight_cache.max_age_cap"]


VALUES_CASES = [
    ("cookies.default_same_site", ["unset", "lax", "none", "none"]),
    ("wire.accept_language", ["en-US", "en-US,en;q=0.9", "en-US,en;q=0.9", "en-US"]),
    ("requests.has_only_if_cached", [True, True, True, False]),
    ("preflight_cache.max_age", None),
]


@pytest.mark.parametrize(("field", "expected"), VALUES_CASES)
def test_values_that_are_no_functions_are_data(field: str, expected: list[Any] | None) -> None:
    fact = next(fact for fact in data_of()["facts"] if field in fact["fields"])
    values = fact["values"].get(field)

    assert expected == (values if values is None else [values[name] for name in ("standard", *BROWSERS)])


def test_the_data_of_some_browsers_leaves_the_others_out() -> None:
    data = data_of("firefox")

    assert ["standard", "firefox"] == list(data["versions"])
    assert all(["firefox"] == list(fact["departures"]) for fact in data["facts"])


@pytest.mark.parametrize("name", ["safari", "standard", "Firefox"])
def test_another_browser_is_a_wrong_argument(name: str) -> None:
    result = run(name)

    assert 2 == result.exit_code
    assert f"{name!r} is not one of 'chromium', 'firefox', 'webkit'" in result.stderr

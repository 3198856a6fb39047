"""
What fields are called when they are shown.
"""

from __future__ import annotations

from typing import get_args, get_type_hints

import attrs
import pytest

from browsercors.explain import report
from browsercors.explain.report import AnswerChange, Cached, Entry, Fix, HeaderChange
from browsercors.explain.words.labels import (
    KINDS,
    OUTCOMES,
    PREFLIGHTS,
    RESPONSES,
    VERDICTS,
    WHERE,
    before_line,
    change_title,
    duration_label,
    entry_outcome,
    proof_label,
)
from browsercors.explain.words.reasons import browser_label


@pytest.mark.parametrize(
    ("table", "record", "field"),
    [
        (VERDICTS, report.Report, "verdict"),
        (OUTCOMES, report.Step, "outcome"),
        (PREFLIGHTS, report.PreflightStory, "outcome"),
        (RESPONSES, report.AnswerChange, "kind"),
        (KINDS, report.Entry, "kind"),
        (WHERE, report.Fix, "where"),
    ],
)
def test_a_table_names_all_that_a_field_can_be(table: dict[str, object], record: type, field: str) -> None:
    assert set(get_args(get_type_hints(record)[field])) == set(table)


@pytest.mark.parametrize(
    ("seconds", "label"),
    [
        (None, "not at all"),
        (0, "0 s"),
        (5, "5 s"),
        (0.5, "0.5 s"),
        (60, "60 s (1 minute)"),
        (90, "90 s"),
        (600, "600 s (10 minutes)"),
        (3600, "3,600 s (1 hour)"),
        (7200, "7,200 s (2 hours)"),
        (86400, "86,400 s (1 day)"),
        (31536000.0, "31,536,000 s (365 days)"),
    ],
)
def test_a_duration_is_said_in_seconds_and_in_what_is_easier_to_grasp(seconds: float | None, label: str) -> None:
    assert label == duration_label(seconds)


@pytest.mark.parametrize(
    ("status", "text", "failure", "outcome"),
    [
        (200, "OK", "", "200 OK"),
        (200, "", "", "200"),
        (200, "OK", "the connection broke", "200 OK, interrupted: the connection broke"),
        (None, "", "nobody is there", "no response: nobody is there"),
        (None, "", "", "no response"),
    ],
)
def test_an_exchange_ends_in_a_status_or_a_failure(status: int | None, text: str, failure: str, outcome: str) -> None:
    assert outcome == entry_outcome(Entry("actual", "GET", "https://x/", status, text, failure))


@pytest.mark.parametrize(
    ("change", "line"),
    [
        (HeaderChange("Vary", "Origin"), ""),
        (HeaderChange("Vary", "Origin", "Accept"), "instead of Vary: Accept"),
        (HeaderChange("Vary", "Origin", ""), "instead of Vary: "),
        (HeaderChange("Vary", None, "*"), "without Vary, which is now: *"),
        (HeaderChange("Vary", None), "without Vary"),
    ],
)
def test_what_was_there_is_said_if_it_was(change: HeaderChange, line: str) -> None:
    assert line == before_line(change)


@pytest.mark.parametrize(
    ("cached", "outcome"),
    [
        (Cached(5.0, None, is_confirmed=False, is_redirect=False), "5 s old, stored for a request without Origin"),
        (
            Cached(0.0, "a", is_confirmed=True, is_redirect=False),
            "confirmed by a 304, stored for a request with Origin a",
        ),
        (
            Cached(5.0, None, is_confirmed=False, is_redirect=True),
            "a redirect, 5 s old, stored for a request without Origin",
        ),
    ],
)
def test_an_answer_out_of_the_cache_is_told_with_its_age_and_for_whom_it_was(cached: Cached, outcome: str) -> None:
    entry = Entry("cached-response", "GET", "https://x/", 200, "OK", cached=cached)

    assert f"200 OK, {outcome}" == entry_outcome(entry)


def test_of_a_stored_answer_it_is_said_that_all_others_need_the_same() -> None:
    change = AnswerChange("actual", "GET", "https://x/", is_stored=True)

    assert (
        "The response to GET https://x/ (the stored one, and so every response of this URL, including those to "
        "requests without Origin) needs:"
    ) == change_title(change)


def test_an_answer_that_never_came_is_called_assumed() -> None:
    change = AnswerChange("actual", "GET", "https://x/")

    assert "The response to GET https://x/ needs:" == change_title(change)
    assert "not recorded" in change_title(attrs.evolve(change, is_assumed=True))


def test_a_fix_without_a_replay_claims_none() -> None:
    assert "Change this in the page." == proof_label(Fix("page", "Ask otherwise."))
    assert "Change this on the server. Proven by replay in Chromium, my own." == proof_label(
        Fix("server", "Allow it.", proven_in=("chromium", "my own"))
    )


def test_a_browser_that_nobody_knows_is_called_what_it_is_called() -> None:
    assert ["WebKit", "my own"] == [browser_label(name) for name in ("webkit", "my own")]

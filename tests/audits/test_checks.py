"""
The table of checks, and the page that documents it.
"""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from browsercors.audits.checks import CHECKS, CODE_OF_KIND, CODE_OF_LEFT_BEHIND, Check
from browsercors.audits.plan import PARTS
from browsercors.policy.origins.left_behind_origins import LeftBehindKind
from browsercors.policy.origins.near_misses import NearMissKind

PAGE = (Path(__file__).parents[2] / "spec_notes" / "audit.md").read_text("utf-8")


def row(code: str, check: Check) -> str:
    return f"| `{code}` | {check.title} | {' | '.join(severity.value for severity in check.severities)} |"


def test_the_page_lists_every_finding_as_the_table_has_it() -> None:
    found = PAGE.partition("## What is found")[2].partition("\n## ")[0]
    rows = [line for line in found.splitlines() if line.startswith("| `")]

    assert [row(code, check) for code, check in CHECKS.items()] == rows


def test_the_page_lists_every_stage_in_order() -> None:
    table = PAGE.partition("| Part |")[2].partition("\n\n")[0]
    listed = re.findall(r"^\| (?!Part )([A-Za-z][\w ]+) \|", table, flags=re.MULTILINE)

    assert [stage.name for stage in PARTS if stage.name != "the first requests once more"] == listed


@pytest.mark.parametrize("code", CHECKS)
def test_a_check_says_what_it_is_who_gains_and_what_to_change(code: str) -> None:
    check = CHECKS[code]

    assert re.fullmatch(r"[a-z]+(-[a-z]+)*", code)
    assert check.title[0].isupper() or check.title.startswith("null")
    assert not check.title.endswith(".")
    assert check.gain.endswith(".")
    assert check.fix.endswith(".")


@pytest.mark.parametrize("code", CHECKS)
def test_what_is_read_without_credentials_or_with_less_said_is_never_worse(code: str) -> None:
    severities = CHECKS[code].severities

    assert severities.meant.rank >= severities.unsaid.rank >= severities.plain_unsaid.rank
    assert severities.meant.rank >= severities.plain_meant.rank >= severities.plain_unsaid.rank


def test_every_near_miss_is_some_finding() -> None:
    assert set(NearMissKind) - {NearMissKind.NULL} == set(CODE_OF_KIND)
    assert set(CODE_OF_KIND.values()) <= set(CHECKS)


def test_every_origin_that_people_leave_behind_is_some_finding() -> None:
    assert set(LeftBehindKind) - {LeftBehindKind.EXTENSION} == set(CODE_OF_LEFT_BEHIND)
    assert set(CODE_OF_LEFT_BEHIND.values()) <= set(CHECKS)

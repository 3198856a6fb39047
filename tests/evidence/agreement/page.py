"""
The agreement as tables: what the command prints, and what stands in `spec_notes/agreement.md`.
"""

from __future__ import annotations

import re
from collections import Counter, defaultdict
from pathlib import Path
from typing import TYPE_CHECKING, Final

from tests.evidence.agreement.comparison import ASPECTS, Comparison, Family
from tests.evidence.agreement.exceptions import EXCEPTIONS

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

__all__ = ["PAGE", "by_family", "exception_for", "exceptions", "summary", "unscored", "with_tables"]

PAGE: Final = Path(__file__).parents[3] / "spec_notes" / "agreement.md"
BAR: Final = r"\|"
ENGINES: Final = ("chromium", "firefox", "webkit")


def exception_for(engine: str, scenario: str) -> str | None:
    """
    Return the pattern of the known exception that *scenario* falls under, or None.
    """
    return next((pattern for pattern in EXCEPTIONS[engine] if re.fullmatch(pattern, scenario)), None)


def summary(comparisons: Iterable[Comparison]) -> str:
    """
    Return a line for each recording: how many scenarios were compared, and in how many both agree on each aspect.
    """
    rows = []
    for each in comparisons:
        agreeing = [str(each.agreeing(aspect)) for aspect in ASPECTS]
        rows.append([f"{each.engine} {each.version}, {each.transport}", str(each.scored), *agreeing])
        rows[-1].append(str(each.unscored.total()))
    head = ["recording", "scored", "verdict", "JavaScript", "requests", "headers and bodies", "reason", "not scored"]
    return _table(head, rows)


def by_family(comparisons: Iterable[Comparison]) -> str:
    """
    Return a line for each family: per engine, on all transports together, what was compared and where they differ.
    """
    families: dict[str, dict[str, Family]] = defaultdict(lambda: defaultdict(Family))
    for comparison in comparisons:
        for name, family in comparison.families.items():
            families[name][comparison.engine].add(family)
    rows = [[name, *(_of_family(families[name][engine]) for engine in ENGINES)] for name in sorted(families)]
    return _table(["family", *ENGINES], rows)


def _of_family(family: Family) -> str:
    differing = [
        f"{family.scored - family.agreeing[aspect]} {aspect}"
        for aspect in ASPECTS
        if family.agreeing[aspect] != family.scored
    ]
    if not family.scored:
        return "-"
    return f"{family.scored}, all" if not differing else f"{family.scored}, but {', '.join(differing)}"


def exceptions(comparisons: Sequence[Comparison]) -> str:
    """
    Return a line for each known exception: how many scenarios fall under it, and why.
    """
    times: Counter[tuple[str, str]] = Counter()
    for comparison in comparisons:
        for scenario in {each.scenario for each in comparison.disagreements}:
            times[comparison.engine, exception_for(comparison.engine, scenario) or scenario] += 1
    rows = [
        [engine, f"`{pattern}`", str(times[engine, pattern]), reason]
        for engine, patterns in EXCEPTIONS.items()
        for pattern, reason in patterns.items()
    ]
    return _table(["engine", "scenarios", "how many", "why"], rows)


def unscored(comparisons: Iterable[Comparison]) -> str:
    """
    Return a line for each reason for which scenarios are not scored: which families, and how many scenarios.
    """
    reasons: dict[str, Counter[str]] = defaultdict(Counter)
    names: dict[str, set[str]] = defaultdict(set)
    for comparison in comparisons:
        for name, family in comparison.families.items():
            for reason, times in family.unscored.items():
                reasons[reason][comparison.engine] += times
                names[reason].add(name)
    rows = [
        [reason, ", ".join(sorted(names[reason])), *(str(times[engine]) for engine in ENGINES)]
        for reason, times in sorted(reasons.items())
    ]
    return _table(["why", "families", *ENGINES], rows)


def _table(head: Sequence[str], rows: Iterable[Sequence[str]]) -> str:
    lines = [head, ["---"] * len(head), *rows]
    return "\n".join(f"| {' | '.join(cell.replace('|', BAR) for cell in line)} |" for line in lines)


def with_tables(page: str, comparisons: Sequence[Comparison]) -> str:
    """
    Return *page* with each table under its heading, in place of what table stood there.
    """
    tables = {
        "By recording": summary(comparisons),
        "By family": by_family(comparisons),
        "Exceptions": exceptions(comparisons),
        "Not scored": unscored(comparisons),
    }
    for heading, table in tables.items():
        place = re.compile(rf"(?<=^## {heading}\n\n)(?:\|.*\n)*\n*", re.MULTILINE)
        page = place.sub(table.replace("\\", r"\\") + "\n\n", page)
    return page.rstrip("\n") + "\n"

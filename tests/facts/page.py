"""
The facts as the tables of `spec_notes/profiles.md`.
"""

from __future__ import annotations

import re
from pathlib import Path
from typing import TYPE_CHECKING, Final

from browsercors.engines.facts import facts
from browsercors.engines.registry import BASE, real_browsers

if TYPE_CHECKING:
    from collections.abc import Iterable

    from browsercors.engines.facts import Fact
    from browsercors.rules.facts import Departure

__all__ = ["PAGE", "with_tables"]

PAGE: Final = Path(__file__).parents[2] / "spec_notes" / "profiles.md"

NAMES: Final = {profile.name: profile.label for profile in real_browsers()}

HEAD: Final = f"| field | what | standard | {' | '.join(NAMES.values())} | evidence |\n{'| --- ' * (len(NAMES) + 4)}|\n"


def with_tables(page: str) -> str:
    """
    Return *page* with the table of each group of facts under its heading, in place of what table stood there.
    """
    for heading, group in facts().items():
        place = re.compile(rf"(?<=^## {re.escape(heading)}\n\n)(?:\|.*\n)*", re.MULTILINE)
        page = place.sub(table(group).replace("\\", r"\\"), page)
    return page


def table(facts: Iterable[Fact]) -> str:
    """
    Return *facts* as a table.
    """
    return HEAD + "".join(
        f"| {' | '.join([fields(fact), fact.what, *map(fact.statement, (BASE, *NAMES)), evidence(fact)])} |\n"
        for fact in facts
    )


def fields(fact: Fact) -> str:
    """
    Return the fields of *fact*.
    """
    return ", ".join(f"`{field}`" for field in fact.fields)


def evidence(fact: Fact) -> str:
    """
    Return the evidence of each departure, once if it is the same for all.
    """
    by_browser = {name: evidence_of(departure) for name, departure in fact.departures.items()}
    if len(set(by_browser.values())) == 1:
        return next(iter(by_browser.values()))
    return "; ".join(f"{NAMES[name]}: {text}" for name, text in by_browser.items())


def evidence_of(departure: Departure) -> str:
    """
    Return the evidence of one departure: scenarios, with their transport if it is not the usual one, and the rest.
    """
    over = "" if departure.transport == "localhost" else f" ({departure.transport})"
    return ", ".join([*(f"`{name}`{over}" for name in departure.scenarios), *filter(None, [departure.besides])])

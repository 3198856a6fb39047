"""
What pytest was told, for tests of every kind: how much of an explanation a failed one shows, and which browsers.

NB: imported by every run of pytest, so it imports nothing of the simulator.
"""

from __future__ import annotations

from contextvars import ContextVar
from typing import TYPE_CHECKING, Final, Literal, TypeAlias, cast

if TYPE_CHECKING:
    from browsercors.browser.result import PageResult
    from browsercors.values.literals import BrowserName

__all__ = ["ASKED", "EXPLANATION", "LENGTHS", "ExplanationLength", "asked_browsers", "explanation_of"]

ExplanationLength: TypeAlias = Literal["short", "full", "off"]
LENGTHS: Final[tuple[ExplanationLength, ...]] = ("short", "full", "off")

EXPLANATION: Final[ContextVar[ExplanationLength]] = ContextVar("EXPLANATION", default="full")
"""What was asked for."""


ASKED: Final[ContextVar[tuple[str, ...]]] = ContextVar("ASKED", default=())
"""The browsers that were asked for, by an option or in the configuration of pytest."""


def asked_browsers() -> tuple[BrowserName, ...]:
    """
    Return the names of the browsers that pytest was told; none where it was told none, or does not run.
    """
    return cast("tuple[BrowserName, ...]", ASKED.get())


def explanation_of(result: PageResult) -> list[str]:
    """
    Return the explanation of *result* in lines: all, two of them, or none.
    """
    length = EXPLANATION.get()
    if length == "off":
        return []
    if length == "full":
        return result.explain().splitlines()
    report = result.report()
    fix = [f"Fix: {report.fixes[0].summary}"] if report.fixes else []
    return [report.headline, *fix]

"""
What is not asked of a browser, because simulator and browser are known to differ there.

These are the rows of `tests/agreement/exceptions.py` that random scenarios would meet again and again; they name
scenarios of the corpus, so that each is said here once more as a question about a scenario.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Final

from tests.recorder.scenario import Fetch, Frame, Scenario, Xhr

Question = Callable[[Scenario], bool]


def requests_of(scenario: Scenario) -> Iterator[Fetch | Xhr]:
    """
    Yield what *scenario* asks for, in frames too.
    """
    for step in scenario.steps:
        for inner in step.steps if isinstance(step, Frame) else (step,):
            if isinstance(inner, Fetch | Xhr):
                yield inner


def _is_redirected(scenario: Scenario) -> bool:
    return any(
        line.lower().startswith("location")
        for route in scenario.routes
        for each in route.answers
        for line in each.headers
    )


def _authorizes_across_redirects(scenario: Scenario) -> bool:
    named = (name.lower() for request in requests_of(scenario) for name, _ in request.headers)
    return _is_redirected(scenario) and "authorization" in named


KNOWN: Final[dict[str, tuple[Question, ...]]] = {
    "chromium": (),
    "firefox": (_authorizes_across_redirects,),
    "webkit": (),
}


def is_known(scenario: Scenario, engine: str) -> bool:
    """
    Whether *scenario* is about something in which *engine* is known to differ.
    """
    return any(question(scenario) for question in KNOWN[engine])

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


def _asks_in_a_frame_by_xhr(scenario: Scenario) -> bool:
    framed = any(isinstance(step, Frame) for step in scenario.steps)
    return framed and any(isinstance(request, Xhr) for request in requests_of(scenario))


def _redirects_more_than_a_simple_get(scenario: Scenario) -> bool:
    simple = all((request.method or "GET") == "GET" and not request.headers for request in requests_of(scenario))
    at_home = any(route.origin in ("app", "sub", "alt") for route in scenario.routes)
    deleted = any((request.method or "").upper() == "DELETE" for request in requests_of(scenario))
    return _is_redirected(scenario) and (deleted or (at_home and not simple))


def _sets_cookies(scenario: Scenario) -> bool:
    # NB: WebKitGTK's policy decides on cookies of other sites; the families about cookies are not scored either.
    asked_again = len(list(requests_of(scenario))) > 1 or _is_redirected(scenario)
    lines = [line for route in scenario.routes for each in route.answers for line in each.headers]
    return asked_again and any(line.lower().startswith("set-cookie:") for line in lines)


KNOWN: Final[dict[str, tuple[Question, ...]]] = {
    "chromium": (),
    "firefox": (_authorizes_across_redirects,),
    "webkit": (_asks_in_a_frame_by_xhr, _redirects_more_than_a_simple_get, _sets_cookies),
}


def is_known(scenario: Scenario, engine: str) -> bool:
    """
    Whether *scenario* is about something in which *engine* is known to differ.
    """
    return any(question(scenario) for question in KNOWN[engine])

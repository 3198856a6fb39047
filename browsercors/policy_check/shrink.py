"""
Finding the smallest case that shows the same.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import attrs

from browsercors.policy.redirector import led_to
from browsercors.policy.sessions import Fetch, Session, Visit

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from browsercors.policy.plan import Case

__all__ = ["simplest"]


def simplest(case: Case, place: int, shows: Callable[[Case], bool], *, first_browser: str) -> Case:
    """
    Return the smallest case that *shows* the same as *case* does in the result number *place*.
    """
    case = case._replace(session=_cut(case.session, place))
    smaller: Case | None = case
    while smaller is not None:
        case = smaller
        smaller = next((each for each in _smaller(case, first_browser) if shows(each)), None)
    return case


def _cut(session: Session, place: int) -> Session:
    """
    Return *session* up to the fetch number *place*.
    """
    steps = []
    for step in session.steps:
        steps.append(step)
        if isinstance(step, Fetch):
            if place == 0:
                break
            place -= 1
    return Session(steps)


def _smaller(case: Case, first_browser: str) -> Iterator[Case]:
    steps = case.session.steps
    # NB: the last step is the fetch that shows it, and the first one a page.
    for place in range(len(steps) - 2, -1, -1):
        rest = (*steps[:place], *steps[place + 1 :])
        if isinstance(rest[0], Visit):
            yield case._replace(session=Session(rest))
    if case.browser != first_browser:
        yield case._replace(browser=first_browser)
    for place, step in enumerate(steps):
        if isinstance(step, Fetch):
            for fetch in _smaller_fetches(step):
                yield case._replace(session=Session((*steps[:place], fetch, *steps[place + 1 :])))


def _smaller_fetches(fetch: Fetch) -> Iterator[Fetch]:
    if fetch.body is not None:
        yield attrs.evolve(fetch, body=None)
    for place in range(len(fetch.headers)):
        yield attrs.evolve(fetch, headers=(*fetch.headers[:place], *fetch.headers[place + 1 :]))
    if fetch.method != "GET" and fetch.body is None:
        yield attrs.evolve(fetch, method="GET")
    if fetch.credentials != "same-origin":
        yield attrs.evolve(fetch, credentials="same-origin")
    if fetch.cache != "default":
        yield attrs.evolve(fetch, cache="default")
    destination = led_to(fetch.url)
    if destination is not None:
        yield attrs.evolve(fetch, url=destination)

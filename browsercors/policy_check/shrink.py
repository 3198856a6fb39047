"""
Finding the smallest case that shows the same.
"""

from __future__ import annotations

from itertools import chain
from typing import TYPE_CHECKING, Any, Final, TypeVar

import attrs

from browsercors.policy.redirector import led_to
from browsercors.policy.sessions import Clear, Fetch, Memory, Session, Visit

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence

    from browsercors.policy.plan import Case
    from browsercors.policy.sessions import Step

__all__ = ["in_one_session", "simplest", "without_needless"]

T = TypeVar("T")

MANY_STEPS = 8
"""From how many steps on halves are left out before single steps."""

USUAL: Final[tuple[dict[str, Any], ...]] = (
    {"credentials": "same-origin"},
    {"cache": "default"},
    {"redirect": "follow"},
    {"referrer": "about:client"},
    {"referrer_policy": ""},
)
"""What a fetch has that says nothing."""

FORGETTING = (Clear(Memory.PREFLIGHTS), Clear(Memory.RESPONSES))
"""What stands between sessions that are put into one browser."""


def in_one_session(cases: Sequence[Case], place: int) -> tuple[Case, int]:
    """
    Return one case with the steps of all *cases*, and the number in it of the last one's result number *place*.
    """
    *before, last = cases
    steps = chain.from_iterable((*case.session.steps, *FORGETTING) for case in before)
    count = sum(isinstance(step, Fetch) for case in before for step in case.session.steps)
    return last._replace(session=Session((*steps, *last.session.steps))), count + place


def without_needless(items: Sequence[T], shows: Callable[[Sequence[T]], bool]) -> Sequence[T]:
    """
    Return those of *items*, in their order, without which the rest no longer *shows* it: halves first, then less.
    """
    size = len(items) // 2
    while size:
        start = 0
        while start < len(items):
            rest = (*items[:start], *items[start + size :])
            if shows(rest):
                items = rest
            else:
                start += size
        size //= 2
    return items if len(items) != 1 or not shows(()) else ()


def simplest(case: Case, place: int, shows: Callable[[Case], bool], *, first_browser: str) -> Case:
    """
    Return the smallest case that *shows* the same as *case* does in the result number *place*.
    """
    case = case._replace(session=_cut(case.session, place))
    if len(case.session.steps) > MANY_STEPS:
        *before, last = case.session.steps

        def is_enough(steps: Sequence[Step]) -> bool:
            return _begins_with_a_page(steps) and shows(case._replace(session=Session((*steps, last))))

        case = case._replace(session=Session((*without_needless(before, is_enough), last)))
    smaller: Case | None = case
    while smaller is not None:
        case = smaller
        smaller = next((each for each in _smaller(case, first_browser) if shows(each)), None)
    return case


def _begins_with_a_page(steps: Sequence[Step]) -> bool:
    return bool(steps) and isinstance(steps[0], Visit)


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
    for usual in USUAL:
        smaller = attrs.evolve(fetch, **usual)
        if smaller != fetch:
            yield smaller
    destination = led_to(fetch.url)
    if destination is not None:
        yield attrs.evolve(fetch, url=destination)

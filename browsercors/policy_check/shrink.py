"""
Finding the smallest case that shows the same.
"""

from __future__ import annotations

from itertools import chain
from typing import TYPE_CHECKING, Any, Final, TypeVar

import attrs

from browsercors.browser.load_arguments import NEEDED
from browsercors.policy.redirector import leads_to, led_to
from browsercors.policy.sessions import Clear, Fetch, Load, Memory, Session, Visit, asked_by

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence

    from browsercors.policy.plan import Case
    from browsercors.policy.sessions import Step

__all__ = ["Plain", "in_one_session", "simplest", "without_needless"]

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


@attrs.frozen
class Plain:
    """
    What a session is plainest with.

    Attributes:
        origins: Whose pages, the plainest first.
        url: What they ask for.
    """

    origins: tuple[str, ...]
    url: str


def in_one_session(cases: Sequence[Case], place: int) -> tuple[Case, int]:
    """
    Return one case with the steps of all *cases*, and the number in it of the last one's result number *place*.
    """
    *before, last = cases
    steps = chain.from_iterable((*case.session.steps, *FORGETTING) for case in before)
    count = sum(len(asked_by(case.session)) for case in before)
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


def simplest(
    case: Case, place: int, shows: Callable[[Case], bool], *, first_browser: str, plain: Plain | None = None
) -> Case:
    """
    Return the smallest case that *shows* the same as *case* does in the result number *place*.

    Args:
        case: What shows it.
        place: The number of the result, counted from 0.
        shows: Whether another case shows it in its last result.
        first_browser: The browser that it is shown in if it can be.
        plain: The pages and the URL that it is shown with if it can be; None for those that it has.
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
        smaller = next((each for each in _smaller(case, first_browser, plain) if shows(each)), None)
    return case


def _begins_with_a_page(steps: Sequence[Step]) -> bool:
    return bool(steps) and isinstance(steps[0], Visit)


def _cut(session: Session, place: int) -> Session:
    """
    Return *session* up to what is asked for number *place*.
    """
    steps = []
    for step in session.steps:
        steps.append(step)
        if isinstance(step, (Fetch, Load)):
            if place == 0:
                break
            place -= 1
    return Session(steps)


def _smaller(case: Case, first_browser: str, plain: Plain | None) -> Iterator[Case]:
    steps = case.session.steps
    # NB: the last step is what shows it, and the first one a page.
    for place in range(len(steps) - 2, -1, -1):
        rest = (*steps[:place], *steps[place + 1 :])
        if isinstance(rest[0], Visit):
            yield case._replace(session=Session(rest))
    if case.browser != first_browser:
        yield case._replace(browser=first_browser)
    for place, step in enumerate(steps):
        for other in (*_plainer(step, plain), *_smaller_asked(step)):
            yield case._replace(session=Session((*steps[:place], other, *steps[place + 1 :])))


def _plainer(step: Step, plain: Plain | None) -> Iterator[Step]:
    if plain is None:
        return
    if isinstance(step, Visit):
        for origin in plain.origins:
            if origin == step.origin:
                return
            yield Visit(origin)
    elif isinstance(step, (Fetch, Load)):
        destination = led_to(step.url)
        url = plain.url if destination is None else leads_to(plain.url)
        if step.url != url:
            yield attrs.evolve(step, url=url)


def _smaller_asked(step: Step) -> Iterator[Step]:
    if isinstance(step, Fetch):
        yield from _smaller_fetches(step)
    elif isinstance(step, Load):
        yield from _smaller_loads(step)


def _smaller_loads(load: Load) -> Iterator[Load]:
    """
    Yield a load with one attribute less, or with fewer words in it.
    """
    for name in load.attributes:
        if name != NEEDED.get(load.initiator):
            yield attrs.evolve(load, **{name: None})  # type: ignore[arg-type]  # an attribute
    # NB: browsers take any other word for this one.
    if load.crossorigin not in (None, "anonymous", "use-credentials"):
        yield attrs.evolve(load, crossorigin="anonymous")
    destination = led_to(load.url)
    if destination is not None:
        yield attrs.evolve(load, url=destination)


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

"""
The cells of the table of what can be asked, and the cases that fill them.
"""

from __future__ import annotations

import enum
from typing import TYPE_CHECKING, NamedTuple

import attrs

from browsercors.policy.redirector import led_to
from browsercors.policy.sessions import Advance, Fetch, Visit

if TYPE_CHECKING:
    from browsercors.policy.search_space import SearchSpace
    from browsercors.policy.sessions import Session

__all__ = ["Case", "Cell", "Stage", "cell_of", "path_of"]


class Case(NamedTuple):
    """
    A session, and the browser that it takes place in.
    """

    browser: str
    session: Session


class Stage(enum.Enum):
    """
    The parts of a plan, in the order in which they are tried; the value is the name in reports.
    """

    EXAMPLES = "examples"
    """The sessions that the check was given."""

    FIRST_LOOK = "first look"
    """Strangers and allowed pages ask for the first path, in every browser."""

    CLOSE_ORIGINS = "close origins"
    """Every near miss of an allowed origin, and every origin that people leave behind, asks for one path."""

    STRANGERS = "strangers"
    """Strangers ask for every path, with every method and every kind of header."""

    ROUTES = "routes as they are meant"
    """Strangers and allowed pages send what each route is made for: its methods, with its body and headers."""

    REFERRERS = "referrers"
    """Pages that name an allowed origin in `Referer`, and pages that send none."""

    ALLOWED = "allowed origins"
    """Allowed pages ask for what they are promised, and for more."""

    VARIATIONS = "variations"
    """Other spellings of each path, media types that routers look at, and bodies that parsers stumble over."""

    PARTS = "ranges and revalidations"
    """Parts of a response, and responses that the browser has already: 206, 304 and 416 in place of 200."""

    SLOW_ORIGINS = "slow origins"
    """Origins that cost a regular expression its time."""

    REPETITION = "repetition"
    """Requests again, others after a preflight, and the same when it may no longer be remembered."""

    LATER = "later"
    """Requests again when an hour and a day have passed."""

    CLOSE_ORIGINS_ELSEWHERE = "close origins, other paths"
    """Near misses and left-behind origins ask for the other paths."""

    BROWSER_CACHE = "orders through the browser's cache"
    """One page asks after another, in one browser."""

    SHARED_CACHE = "orders through a shared cache"
    """One page asks after another, through a cache that all share."""


@attrs.frozen
class Cell:
    """
    One cell of the table of what can be asked.

    Attributes:
        stage: The part of the plan that has it.
        origin: Who asks: "allowed", "stranger", "null", or in what the origin is close to an allowed one.
        path: Where the last request goes.
        method: Its method.
        headers: The names of the headers that the page gives it.
        credentials: Whether it is made with credentials.
        order: What comes before: "alone", "again", "later" or "after others"; "redirected" if another server leads
            there.
        browser: In which browser.
    """

    stage: Stage
    origin: str
    path: str
    method: str
    headers: tuple[str, ...]
    credentials: bool
    order: str
    browser: str


def cell_of(stage: Stage, case: Case, space: SearchSpace) -> Cell:
    """
    Return the cell that *case* fills.
    """
    steps = case.session.steps
    origins = [step.origin for step in steps if isinstance(step, Visit)]
    fetches = [step for step in steps if isinstance(step, Fetch)]
    last = fetches[-1]
    url = led_to(last.url)
    if url is not None:
        order = "redirected"
    elif len(fetches) == 1:
        order = "alone"
    elif len(origins) > 1:
        order = "after others"
    else:
        order = "later" if any(isinstance(step, Advance) for step in steps) else "again"
    return Cell(
        stage,
        space.class_of(origins[-1]),
        path_of(url or last.url),
        last.method,
        tuple(name for name, _ in last.headers),
        last.credentials == "include",
        order,
        case.browser,
    )


def path_of(url: str) -> str:
    """
    Return the path of a URL, with its query.
    """
    return f"/{url.split('/', 3)[3]}"

"""
The plan of an audit: its stages in the order of importance, and the requests that each makes at least.

What a stage finds can make requests needless: where every site reads, no near miss is tried. So a stage that was gone
through has tried all that matters; of one that was not, the rest counts as not tried.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final, NamedTuple

from browsercors.audits.caches import caches, planned_caches, planned_preflight_caches, preflight_caches
from browsercors.audits.elements import ELEMENTS_NOTE, elements, planned_elements
from browsercors.audits.foreign_pages import (
    any_origin,
    close_origins,
    close_origins_elsewhere,
    null_origin,
    once_more,
    planned_any_origin,
    planned_close_origins,
    planned_close_origins_elsewhere,
    planned_null_origin,
    planned_private_network,
    planned_unsafe_requests,
    private_network,
    unsafe_requests,
)
from browsercors.audits.own_pages import (
    errors,
    limits,
    own_pages,
    planned_errors,
    planned_limits,
    planned_own_pages,
    planned_redirects,
    planned_wanted_preflights,
    redirects,
    wanted_preflights,
)
from browsercors.audits.sockets import SOCKETS_NOTE, planned_sockets, sockets
from browsercors.policy.plan import Stage

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from browsercors.audits.prober import Probe
    from browsercors.audits.run import Run
    from browsercors.audits.scope import Scope

__all__ = ["PARTS", "Part", "plan_text"]


class Part(NamedTuple):
    """
    A part of an audit.

    Attributes:
        name: What it is about, in words.
        stage: The stage of a policy check's plan whose cells it has.
        run: What does it.
        planned: The requests that it makes at least, unless something that was found makes them needless.
        note: What there is to say where it is not known which requests it makes.
    """

    name: str
    stage: Stage
    run: Callable[[Run], None]
    planned: Callable[[Scope], Iterator[Probe]]
    note: str = "nothing to try"


PARTS: Final = (
    Part("any origin", Stage.FIRST_LOOK, any_origin, planned_any_origin),
    Part("the origin null", Stage.STRANGERS, null_origin, planned_null_origin),
    Part("preflights of any origin", Stage.STRANGERS, unsafe_requests, planned_unsafe_requests),
    Part("elements of any origin", Stage.ELEMENTS, elements, planned_elements, ELEMENTS_NOTE),
    Part("WebSockets of any origin", Stage.ELEMENTS, sockets, planned_sockets, SOCKETS_NOTE),
    Part("own pages", Stage.ALLOWED, own_pages, planned_own_pages),
    Part("origins close to those that are meant", Stage.CLOSE_ORIGINS, close_origins, planned_close_origins),
    Part("caches", Stage.SHARED_CACHE, caches, planned_caches),
    Part("private networks", Stage.STRANGERS, private_network, planned_private_network),
    Part("preflights of own pages", Stage.ALLOWED, wanted_preflights, planned_wanted_preflights),
    Part(
        "close origins elsewhere",
        Stage.CLOSE_ORIGINS_ELSEWHERE,
        close_origins_elsewhere,
        planned_close_origins_elsewhere,
    ),
    Part("errors", Stage.VARIATIONS, errors, planned_errors),
    Part("redirects", Stage.VARIATIONS, redirects, planned_redirects),
    Part("limits of preflights", Stage.ALLOWED, limits, planned_limits),
    Part("caches that store preflights", Stage.SHARED_CACHE, preflight_caches, planned_preflight_caches),
    Part("the first requests once more", Stage.REPETITION, once_more, planned_any_origin),
)
"""In the order of importance, so that a budget cuts what matters least."""


def plan_text(scope: Scope, budget: int | None) -> str:
    """
    Return the plan in words: for each part how many requests of pages it makes, of which origins, and to which paths.

    Args:
        scope: What the audit ranges over.
        budget: How many requests the server gets at most; None for any number.
    """
    lines = [f"Plan of the audit of {scope.url.origin.serialized}", ""]
    width = max(len(part.name) for part in PARTS)
    total = 0
    for part in PARTS:
        probes = list(dict.fromkeys(part.planned(scope)))
        total += len(probes)
        origins = len({probe.origin for probe in probes})
        paths = len({probe.path for probe in probes})
        told = f"{_counted(len(probes), 'request')}, {_counted(origins, 'origin')}, {_counted(paths, 'path')}"
        lines.append(f"  {part.name.ljust(width)}  {told if probes else part.note}")
    most = "There is no limit." if budget is None else f"The server gets {_counted(budget, 'request')} at most."
    lines += [
        "",
        f"{_counted(total, 'request')} of pages, in this order. Some need a preflight or are repeated; others turn out",
        f"to be needless. {most}",
    ]
    return "\n".join(lines)


def _counted(number: int, what: str) -> str:
    return f"{number} {what}{'' if number == 1 else 's'}"

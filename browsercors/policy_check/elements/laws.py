"""
The laws of elements: what they reveal is what a fetch could read, and what the server has consented to.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from browsercors.browser.questions import check_response
from browsercors.browser.result import FetchResult
from browsercors.policy.elements.revealed import DATA, last_response, revealed
from browsercors.policy.sessions import Fetch
from browsercors.policy_check.judge import Breach
from browsercors.policy_check.violations import ViolationKind

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from browsercors.policy.sessions import Asked, Load, StepResult

__all__ = ["breaches_of_load"]


def breaches_of_load(
    place: int, origin: str, load: Load, result: StepResult, before: Mapping[tuple[str, Asked], StepResult]
) -> Iterator[Breach]:
    """
    Yield the laws of elements that a load breaks.

    Args:
        place: The number of the result.
        origin: Of the page.
        load: What it loaded.
        result: What that came to.
        before: What came of all that was asked for before it, by the origin of the page.
    """
    what = revealed(load, result)
    if not what:
        return
    # NB: a script that is nothing but data needs no CORS to reveal them; a policy says whether that is meant.
    fetched = before.get((origin, Fetch(load.url, credentials=load.credentials)))
    is_kept_out = isinstance(fetched, FetchResult) and fetched.block is not None and fetched.block.is_cors
    if is_kept_out and what != DATA:
        sentence = f"A page of {origin} gets {what} of {load.told}, and cannot read the answer to a fetch of the same."
        yield Breach(ViolationKind.ELEMENT_READS_MORE, load.initiator, place, sentence)
    if load.mode == "cors" and not _consents(origin, load, result):
        sentence = f"A page of {origin} gets {what} of {load.told}, and the headers of the answer do not allow it."
        yield Breach(ViolationKind.CROSSORIGIN_WIDENS, load.initiator, place, sentence)


def _consents(origin: str, load: Load, result: StepResult) -> bool:
    """
    Whether the answer allows the page to look into it; what redirects lead to is asked by another origin.
    """
    answer = last_response(result)
    if answer is None or len(result.exchanges) != 1:
        return True
    lines = [(name.decode("latin-1"), value.decode("latin-1")) for name, value in answer.headers]
    return check_response(origin=origin, headers=lines, credentials=load.credentials).readable

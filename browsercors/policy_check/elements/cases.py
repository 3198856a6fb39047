"""
What pages load as elements: only what came that elements have a use for, and nothing that a fetch has shown already.

The request of an element with `crossorigin` is the request of a fetch but for `Accept` and `Sec-Fetch-Dest`, and the
CORS check is the same. So a load is tried once for each path and page, in one browser: it shows a server that decides
by these headers. An event stream is listened to as well. What is nothing of all that reveals nothing to any element,
and is left to fetches.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from browsercors.policy.elements.revealed import is_data_script, loads_for
from browsercors.policy.plan import MODES, Case, Stage, case_of
from browsercors.policy.sessions import Clear, Fetch, Load, Memory, Visit

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from browsercors.policy.plan import Plan
    from browsercors.policy.search_space import SearchSpace
    from browsercors.policy_check.reached import Reached
    from browsercors.values.literals import LoadName, RequestCredentials

__all__ = ["ELEMENTS_NOTE", "element_cases", "element_law_cases", "socket_loads"]

ELEMENTS_NOTE: Final = (
    "Elements: what turns out to be an image, a script, a style sheet, a font, audio, video or an event stream is "
    "loaded as that too, in one browser. Anything else reveals to elements no more than to fetches, and is not asked "
    "for again."
)

CROSSORIGIN: Final[dict[RequestCredentials, str]] = {"same-origin": "anonymous", "include": "use-credentials"}


def element_cases(plan: Plan, reached: Reached) -> Iterator[Case]:
    """
    Yield the loads of strangers and of an allowed page, by what *reached* has seen when they are due.
    """
    browser, stranger = plan.browsers[0], plan.space.strangers[0]
    for path in plan.space.paths:
        answer = reached.answer(path)
        if answer is None:
            continue
        url = f"{plan.origin}{path}"
        rule = plan.policy.rule_for(path)
        has_timing = b"timing-allow-origin" in answer.headers
        for initiator in loads_for(answer):
            for mode in MODES if initiator != "font" else ():
                yield case_of(browser, stranger, _load(initiator, url, mode))
            if initiator == "script" and is_data_script(answer):
                yield case_of(browser, stranger, Load(initiator, url))
            listed = [origin for origin in plan.space.allowed if rule is not None and rule.lists_origin(origin)]
            for origin in listed[:1]:
                mode = "include" if rule is not None and rule.credentials else "same-origin"
                yield case_of(browser, origin, _load(initiator, url, mode))
        # NB: an image says nothing of what it cannot show, but its entry in Resource Timing does; browsers differ in
        # what they let images have.
        for each in plan.browsers if has_timing else ():
            yield case_of(each, stranger, Load("image", url))
    for load in socket_loads(plan.space, plan.origin, reached):
        yield case_of(browser, stranger, load)


def element_law_cases(
    space: SearchSpace, target: str, browsers: Sequence[str], reached: Reached
) -> Iterator[tuple[Stage, Case]]:
    """
    Yield what shows the laws of elements, by what *reached* has seen when it is due.
    """
    origins = tuple(dict.fromkeys((*space.strangers, *space.allowed)))
    for path in space.paths:
        answer = reached.answer(path)
        url = f"{target}{path}"
        for initiator in () if answer is None else loads_for(answer):
            if initiator == "font":
                continue
            for number, origin in enumerate(origins):
                # NB: an element is the same in every browser but for its `Accept`; the first origin will do for that.
                for browser in browsers if number == 0 else browsers[:1]:
                    yield from _with_fetches(browser, origin, initiator, url)
        for browser in browsers if answer is not None else ():
            for preload in _preloads(url):
                yield Stage.REPETITION, _with_and_without(browser, space.allowed[0], preload)
        if answer is not None:
            yield Stage.REPETITION, _with_and_without(browsers[0], space.strangers[0], next(_preloads(url)))
    for load in socket_loads(space, target, reached):
        fetch = Fetch(load.url, credentials="include")
        yield Stage.ELEMENTS, case_of(browsers[0], space.strangers[0], fetch, Clear(Memory.RESPONSES), load)


def socket_loads(space: SearchSpace, target: str, reached: Reached) -> Iterator[Load]:
    """
    Yield what opens the WebSockets that the server is known to have, or may have where a path answers like one.
    """
    suspected = () if space.knows_sockets else (path for path in space.paths if reached.may_be_a_socket(path))
    for path in dict.fromkeys((*space.sockets, *suspected)):
        yield Load("websocket", f"{target}{path}")


def _with_and_without(browser: str, origin: str, preload: Load) -> Case:
    """
    Return a fetch, and the same on another page that has preloaded what it asks for.
    """
    asked = Fetch(preload.url)
    return case_of(browser, origin, asked, Clear(Memory.RESPONSES), Visit(origin), preload, asked)


def _with_fetches(browser: str, origin: str, initiator: LoadName, url: str) -> Iterator[tuple[Stage, Case]]:
    """
    Yield loads, each after the fetch that gets at least as much.
    """
    for mode in MODES:
        loads = [_load(initiator, url, mode)]
        if mode == "include" and initiator != "event_source":
            loads.append(Load(initiator, url))
        for load in loads:
            fetch = Fetch(url, credentials=mode)
            yield Stage.ELEMENTS, case_of(browser, origin, fetch, Clear(Memory.RESPONSES), load)
    plain, credentialed = (_load(initiator, url, mode) for mode in MODES)
    yield Stage.ELEMENTS, case_of(browser, origin, plain, Clear(Memory.RESPONSES), credentialed)


def _preloads(url: str) -> Iterator[Load]:
    """
    Yield what may stand before a fetch of *url*: a preload that it can use, one that it cannot, and a prefetch.
    """
    yield Load("preload", url, as_="fetch", crossorigin="anonymous")
    yield Load("preload", url, as_="fetch")
    yield Load("prefetch", url)


def _load(initiator: LoadName, url: str, mode: RequestCredentials) -> Load:
    if initiator == "font":
        return Load(initiator, url)
    if initiator == "event_source":
        return Load(initiator, url, with_credentials=True if mode == "include" else None)
    return Load(initiator, url, crossorigin=CROSSORIGIN[mode])

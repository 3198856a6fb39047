"""
Disagreements between a browser and the simulator: how they are found, told apart and told.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from typing import TYPE_CHECKING, TypeAlias

import attrs

from tests.evidence.agreement.comparison import differences
from tests.evidence.agreement.simulation import NotSimulated, simulate
from tests.evidence.fuzz.known import is_known
from tests.evidence.recorder.observation import digest
from tests.evidence.recorder.scenario import Answer, Fetch, Frame, Scenario, Step, Xhr

if TYPE_CHECKING:
    from tests.evidence.agreement.comparison import Disagreement
    from tests.evidence.recorder.observation import Observation

Differ: TypeAlias = Callable[[Sequence[Scenario]], "list[Finding | None]"]
"""Runs scenarios in browser and simulator; the first disagreement of each, or None where they agree."""


@attrs.frozen
class Finding:
    """
    A scenario in which browser and simulator differ.

    Attributes:
        aspect: The first aspect in which they do; what follows from it may differ too.
        browser: What the browser did.
        simulator: What the simulator did.
    """

    scenario: Scenario
    aspect: str
    browser: str
    simulator: str

    @property
    def look(self) -> tuple[str, str, str]:
        """
        What findings of one bug have in common.
        """
        return self.aspect, self.browser, self.simulator


def compare(scenario: Scenario, observation: Observation, engine: str, transport: str) -> Finding | None:
    """
    Compare what was observed with what is simulated; None if they agree, or if there is nothing to compare.
    """
    if observation.trouble:
        return None
    try:
        simulated = simulate(scenario, engine, transport)
    except NotSimulated:
        return None
    except Exception as error:
        error.add_note(told(scenario))
        raise
    found = (each for each in differences(observation, simulated, engine) if not is_known(each, scenario, engine))
    first: Disagreement | None = next(found, None)
    return None if first is None else Finding(scenario, first.aspect, first.browser, first.simulator)


def grouped(findings: Iterable[Finding]) -> list[list[Finding]]:
    """
    Put together those that look alike, the shortest of each group first.
    """
    groups: dict[tuple[str, str, str], list[Finding]] = {}
    for finding in findings:
        groups.setdefault(finding.look, []).append(finding)
    return [sorted(group, key=lambda finding: len(told(finding.scenario))) for group in groups.values()]


def named(scenario: Scenario, engine: str, transport: str) -> Scenario:
    """
    Give a scenario its place in the corpus: an id that depends on what it does alone.
    """
    bare = attrs.evolve(scenario, id="")
    return attrs.evolve(bare, id=f"found/{engine}-{digest(bare)[:8]}", family="found", transports=(transport,))


def told(scenario: Scenario) -> str:
    """
    Write a scenario in one line: what the page asks, and what servers answer.
    """
    page = [f"page {path}" for path in [scenario.page.path, *scenario.page.headers] if path != "/dir/page?q=1"]
    jar = [f"cookie at {cookie.origin}: {cookie.line}" for cookie in scenario.cookies]
    steps = [_step(step) for step in scenario.steps]
    routes = [
        f"{route.method} {route.origin}{route.path} -> {' then '.join(_answer(answer) for answer in route.answers)}"
        for route in scenario.routes
    ]
    return "; ".join([*page, *jar, *steps, *routes])


def _step(step: Step) -> str:
    if isinstance(step, Frame):
        return f"frame {step.source}, sandbox {step.sandbox} ({'; '.join(_step(inner) for inner in step.steps)})"
    if not isinstance(step, Fetch | Xhr):
        return str(step)
    left = attrs.asdict(step, recurse=False, filter=lambda field, value: value != field.default)
    words = [type(step).__name__.lower(), left.pop("method", None) or "GET", left.pop("url")]
    headers = [f"{name}: {value!r}" for name, value in left.pop("headers", ())]
    return " ".join([*words, *headers, *(f"{name}={value}" for name, value in left.items())])


def _answer(answer: Answer) -> str:
    return f"{answer.status} {list(answer.headers)}{' ' + repr(answer.body) if answer.body else ''}"

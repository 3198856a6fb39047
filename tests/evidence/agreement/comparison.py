"""
What a real browser did beside what browsercors does, scenario by scenario.
"""

from __future__ import annotations

import json
import re
from collections import Counter
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

import attrs

from tests.evidence.agreement.reasons import reasons_of_browser, reasons_of_simulator
from tests.evidence.agreement.simulation import NotSimulated, simulate
from tests.evidence.recorder.corpus.all import scenarios
from tests.evidence.recorder.observation import Observation, Request, read

if TYPE_CHECKING:
    from collections.abc import Iterable

    from tests.evidence.recorder.scenario import Json

RECORDINGS: Final = Path(__file__).parent.parent / "recordings"

# NB: the recorder's Chromium has no window, and says so.
HEADLESS: Final = re.compile(r"\bHeadless(?=Chrome/)")

BOUNDARY = re.compile(r"----(?:WebKitFormBoundary[A-Za-z0-9]{16}|geckoformboundary[0-9a-f]+)")

LOADED: Final = frozenset({"load", "error", "done"})
"""The outcomes of elements."""

MUTED: Final = {"source": "muted"}
"""How the recorder calls errors of which nearly nothing is told."""

ASPECTS: Final = ("verdict", "script", "requests", "headers", "reason")
"""
What is compared: the verdict; all that JavaScript sees; which requests in which order; their headers and bodies; what
the browser calls the failure of each step.
"""


@attrs.frozen
class Disagreement:
    """
    One aspect of one scenario in which browser and simulator differ.
    """

    scenario: str
    aspect: str
    browser: str
    simulator: str

    def __str__(self) -> str:
        return f"{self.scenario}: {self.aspect}\n  browser    {self.browser}\n  simulator  {self.simulator}"


@attrs.define
class Family:
    """
    How a family of scenarios fares.

    Attributes:
        scored: How many scenarios were compared.
        agreeing: By aspect, in how many browser and simulator agree.
        unscored: Why others were not compared, and how many.
    """

    scored: int = 0
    agreeing: Counter[str] = attrs.field(factory=Counter)
    unscored: Counter[str] = attrs.field(factory=Counter)

    def add(self, other: Family) -> None:
        """
        Count what *other* has counted as well.
        """
        self.scored += other.scored
        self.agreeing += other.agreeing
        self.unscored += other.unscored


@attrs.define
class Comparison:
    """
    A recording compared.
    """

    engine: str
    version: str
    transport: str
    families: dict[str, Family] = attrs.field(factory=dict)
    disagreements: list[Disagreement] = attrs.field(factory=list)

    @property
    def scored(self) -> int:
        """
        How many scenarios were compared.
        """
        return sum(family.scored for family in self.families.values())

    @property
    def unscored(self) -> Counter[str]:
        """
        Why scenarios were not compared, and how many.
        """
        return sum((family.unscored for family in self.families.values()), Counter())

    def agreeing(self, aspect: str) -> int:
        """
        In how many scenarios browser and simulator agree on *aspect*.
        """
        return sum(family.agreeing[aspect] for family in self.families.values())


def recordings() -> list[Path]:
    """
    Return the recordings that there are, in order.
    """
    return sorted(RECORDINGS.glob("*.jsonl"))


def compare(path: Path) -> Comparison:
    """
    Replay each scenario of a recording in the simulator, and compare.
    """
    recording = read(path)
    comparison = Comparison(recording.engine, recording.version, recording.transport)
    corpus = {scenario.id: scenario for scenario in scenarios()}
    for observation in recording.observations:
        scenario = corpus.get(observation.id)
        family = comparison.families.setdefault(observation.id.partition("/")[0], Family())
        if scenario is None:
            family.unscored["no longer in the corpus"] += 1
        elif not observation.stable:
            family.unscored["unstable"] += 1
        elif scenario.needs:
            family.unscored[f"needs {', '.join(scenario.needs)}"] += 1
        else:
            try:
                simulated = simulate(scenario, recording.engine, recording.transport)
            except NotSimulated as reason:
                family.unscored[str(reason)] += 1
                continue
            family.scored += 1
            found = list(differences(observation, simulated, recording.engine))
            comparison.disagreements += found
            differing = {disagreement.aspect for disagreement in found}
            family.agreeing.update(aspect for aspect in ASPECTS if aspect not in differing)
    return comparison


def differences(observation: Observation, simulated: dict[str, Any], engine: str) -> Iterable[Disagreement]:
    """
    Yield each aspect in which the observation in *engine* differs from the simulation.
    """
    observed = [_request(r.to, f"{r.method} {r.target}", r.headers, r.body) for r in observation.requests]
    expected = [_request(r["to"], r["line"], r["headers"], r["body"]) for r in simulated["requests"]]
    if simulated["parallel"]:
        observed.sort()
        expected.sort()
    pairs = {
        "verdict": (_verdict(observation.steps), _verdict(simulated["steps"])),
        "script": (
            _script(_without_window(_as_simulated(observation.steps, simulated["steps"]))),
            _script(simulated["steps"]),
        ),
        "requests": ([line for line, _ in observed], [line for line, _ in expected]),
        "headers": ([content for _, content in observed], [content for _, content in expected]),
        "reason": (
            reasons_of_browser(observation.reasons, observation.steps, engine),
            reasons_of_simulator(simulated["reasons"]),
        ),
    }
    # NB: DevTools tells nothing of shared workers to who looks at a page.
    if engine == "chromium" and not observation.reasons and simulated.get("untold", False):
        del pairs["reason"]
    elif engine == "chromium":
        said, expected_words = pairs["reason"]
        pairs["reason"] = (said, _without_unsaid(said, expected_words, observation.steps))
    for aspect, (browser, simulator) in pairs.items():
        if browser != simulator:
            # NB: where requests differ, their headers do.
            if aspect == "headers" and pairs["requests"][0] != pairs["requests"][1]:
                yield Disagreement(observation.id, aspect, "(other requests)", "(other requests)")
            else:
                yield Disagreement(observation.id, aspect, *_first_difference(browser, simulator))


def _as_simulated(observed: Json, simulated: Json) -> Json:
    """
    Return what was observed, of elements without what is not simulated, such as the number of a sheet's rules.
    """
    steps = []
    for one, other in zip(observed, simulated, strict=False):
        if "steps" in one and "steps" in other:
            steps.append({**one, "steps": _as_simulated(one["steps"], other["steps"])})
        elif other.get("outcome") in LOADED:
            kept = {name: value for name, value in one.items() if name in other or name == "worker"}
            # NB: what tells no more than the script's URL says "Script error." as well.
            steps.append(
                {**kept, "errors": [MUTED.get(told, told) for told in kept["errors"]]} if "errors" in kept else kept
            )
        else:
            steps.append(one)
    return [*steps, *observed[len(steps) :]]


def _without_window(steps: Json) -> Json:
    """
    Return what was observed as a browser with a window would have it, where service workers saw its name.
    """
    text = json.dumps(steps)
    return json.loads(HEADLESS.sub("", text)) if "Headless" in text else steps


def _without_unsaid(said: list[str], expected: list[str], steps: Json) -> list[str]:
    """
    Return the expected failures without those of frames within frames of which nothing is said.

    DevTools often is told nothing of them.
    """
    told = {words.partition(":")[0] for words in said}
    nested = {f"step {number}" for number, step in enumerate(steps) if _depth([step]) > 1}
    return [words for words in expected if words.partition(":")[0] not in nested - told]


def _depth(steps: Json) -> int:
    """
    Return how many frames stand around the innermost steps.
    """
    return max((1 + _depth(step["steps"]) for step in steps if "steps" in step), default=0)


def _first_difference(browser: list[Any], simulator: list[Any]) -> tuple[str, str]:
    for one, other in zip(browser, simulator, strict=False):
        if one != other:
            if isinstance(one, list) and isinstance(other, list):
                return str([x for x in one if x not in other]), str([x for x in other if x not in one])
            return str(one), str(other)
    return str(browser), str(simulator)


def _verdict(steps: Json) -> list[Any]:
    return [
        (step.get("outcome"), step.get("type"), _verdict(step["steps"]) if "steps" in step else None) for step in steps
    ]


def _script(steps: Json) -> list[Any]:
    """
    Return what JavaScript saw, without which events fired and which kind of error was thrown.
    """
    seen = []
    for step in steps:
        if step.get("outcome") == "rejected":
            seen.append({name: step[name] for name in ("outcome", "worker") if name in step})
        else:
            kept = {name: value for name, value in step.items() if name not in ("events", "message")}
            if "steps" in kept:
                kept["steps"] = _script(kept["steps"])
            seen.append(kept)
    return seen


def _request(to: str, line: str, headers: Iterable[str], body: str) -> tuple[str, list[str]]:
    return f"{to} {line}", _content(headers, body)


def _content(lines: Iterable[str], body: str) -> list[str]:
    """
    Return the headers that concern us, sorted, and the body, with the boundary that browsers make up taken out.
    """
    has_boundary = BOUNDARY.search(body) is not None or "{boundary}" in body
    content = []
    for line in lines:
        name, _, value = line.partition(":")
        name = name.strip().lower()
        if name == "content-length" and has_boundary:
            value = "{length}"
        if name == "sec-websocket-key":
            value = "{key}"
        content.append(f"{name}: {HEADLESS.sub('', BOUNDARY.sub('{boundary}', value)).strip()}")
    return [*sorted(content), BOUNDARY.sub("{boundary}", body)]


__all__ = ["ASPECTS", "Comparison", "Disagreement", "Request", "compare", "recordings"]

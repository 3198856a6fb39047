"""
What shows a departure: a scenario in which a browser was not seen to do what its profile does without the departure.
"""

from __future__ import annotations

import functools
from typing import TYPE_CHECKING, Any, Final

import attrs

from browsercors import STANDARD, BrowserProfile
from browsercors.engines.facts import value_of
from browsercors.engines.registry import real_browsers
from browsercors.rules.console import ConsoleRules
from browsercors.rules.recordings import RecordingRules
from tests.evidence.agreement.comparison import RECORDINGS, differences
from tests.evidence.agreement.simulation import NotSimulated, simulate
from tests.evidence.recorder.corpus.all import scenarios
from tests.evidence.recorder.observation import Recording, read

if TYPE_CHECKING:
    from collections.abc import Iterator

    from tests.evidence.recorder.observation import Observation
    from tests.evidence.recorder.scenario import Scenario

__all__ = ["BROWSERS", "fields_that_differ", "recording", "shows", "unlike", "without"]

BROWSERS: Final = {profile.name: profile for profile in real_browsers()}

ABOUT_THE_BROWSER: Final = frozenset(
    {
        "name",
        "label",
        "version",
        "recorded_on",
        "loads_special_hosts",
        *(f"recordings.{field.name}" for field in attrs.fields(RecordingRules)),
        *(f"console.{field.name}" for field in attrs.fields(ConsoleRules)),
    }
)
"""Fields that say what a browser is known by, and of which the standard says nothing."""


def fields_that_differ(profile: BrowserProfile, base: BrowserProfile = STANDARD) -> set[str]:
    """
    Name the fields in which a profile is not the standard, with the group that they stand in.
    """

    def of_group(prefix: str, one: Any, other: Any) -> Iterator[str]:
        # NB: what a record makes for itself is no fact.
        for field in (each for each in attrs.fields(type(one)) if each.init):
            mine, theirs = getattr(one, field.name), getattr(other, field.name)
            if field.name == "make_loads":
                yield from of_group("", mine(), theirs())
            elif field.name == "make_authentication":
                yield from of_group("authentication.", mine(), theirs())
            elif attrs.has(type(mine)) and type(mine) is type(theirs):
                yield from of_group(f"{prefix}{field.name}.", mine, theirs)
            elif isinstance(mine, dict) and prefix == "safelist.":
                yield from (
                    f"{prefix}{field.name}[{name.decode()}]"
                    for name in sorted({*mine, *theirs})
                    if mine.get(name) != theirs.get(name)
                )
            elif mine != theirs:
                yield f"{prefix}{field.name}"

    return set(of_group("", profile, base)) - ABOUT_THE_BROWSER


def without(profile: BrowserProfile, field: str) -> BrowserProfile:
    """
    Return *profile* as the standard has it in one field.
    """
    changed: BrowserProfile = _with_value(profile, field, value_of(STANDARD, field))
    return changed


def _with_value(group: Any, field: str, value: Any) -> Any:
    first, _, rest = field.partition(".")
    if rest:
        changed = {first: _with_value(getattr(group, first), rest, value)}
        return group.evolve(**changed) if isinstance(group, BrowserProfile) else attrs.evolve(group, **changed)
    name, _, key = first.removesuffix("]").partition("[")
    if key:
        entries = {**getattr(group, name), key.encode(): value}
        value = {entry: rule for entry, rule in entries.items() if rule is not None}
    return attrs.evolve(group, **{name: value})


@functools.cache
def recording(browser: str, transport: str) -> Recording:
    """
    Return the recording of a transport, with what stands in further files: those have the name of a topic as well.
    """
    first, *more = sorted(RECORDINGS.glob(f"{browser}-{transport}*.jsonl"), key=lambda path: len(path.name))
    whole = read(first)
    observations = (*whole.observations, *(each for path in more for each in read(path).observations))
    return attrs.evolve(whole, observations=observations)


@functools.cache
def _scenario(name: str) -> Scenario | None:
    return next((scenario for scenario in scenarios() if scenario.id == name), None)


def shows(observation: Observation, browser: str, field: str, transport: str) -> bool:
    """
    Tell whether what was observed shows that *browser* departs from the standard in *field*.

    The simulation agrees with the observation, and does not when it follows the standard in this field.
    """
    scenario = _scenario(observation.id)
    if scenario is None or not observation.stable:
        return False
    profile = BROWSERS[browser]
    try:
        departing = unlike(observation, profile, scenario, transport)
        following = unlike(observation, without(profile, field), scenario, transport)
    except NotSimulated:
        return False
    return bool(following - departing) and departing <= {"lines"}


def unlike(observation: Observation, profile: BrowserProfile, scenario: Scenario, transport: str) -> set[str]:
    """
    Name the aspects in which the simulation is unlike the observation.

    To those of `differences` comes one that is closer: the header lines as written, in their order.
    """
    # NB: under another name, so that no failure has the name that the real profile has for it.
    simulated = simulate(scenario, profile.evolve(name="simulated"), transport)
    aspects = {difference.aspect for difference in differences(observation, simulated, profile.name)}
    if _lines(observation) != [list(map(_without_key, request["headers"])) for request in simulated["requests"]]:
        aspects.add("lines")
    return aspects


def _lines(observation: Observation) -> list[list[str]]:
    """
    Return the header lines of each request; without a window Chromium has another name.
    """
    return [[line.replace("HeadlessChrome", "Chrome") for line in request.headers] for request in observation.requests]


def _without_key(line: str) -> str:
    """
    Return a header line; of a WebSocket's key, which is another one each time, only that it is one.
    """
    name = "Sec-WebSocket-Key"
    return f"{name}: {{key}}" if line.startswith(name) else line

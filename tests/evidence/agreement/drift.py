"""
What a browser does now beside what it was recorded to do.
"""

from __future__ import annotations

import subprocess
import sys
from collections import Counter
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

import attrs

from browsercors.engines.registry import browser_names, departures_of

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

    from tests.evidence.recorder.observation import Observation, Recording

__all__ = ["Drift", "NotLive", "Shift", "drift", "record_now", "report"]

ROOT: Final = Path(__file__).parents[3]
RECORDER: Final = (sys.executable, "-m", "tests.evidence.recorder")

ASPECTS: Final = ("what JavaScript sees", "requests", "headers and bodies", "what the browser says")

# NB: with every version these change by themselves.
STATES_THE_VERSION: Final = frozenset({"user-agent", "sec-ch-ua"})


class NotLive(Exception):  # noqa: N818 - nothing is wrong with the simulator, nor with the recording
    """
    The browser cannot be recorded here and now; the recorder has said why.
    """


@attrs.frozen
class Shift:
    """
    One aspect of one scenario in which the browser does otherwise than it was recorded to do.
    """

    scenario: str
    aspect: str
    recorded: str
    now: str

    def __str__(self) -> str:
        return f"{self.scenario}: {self.aspect}\n  recorded   {self.recorded}\n  now        {self.now}"


@attrs.frozen
class Drift:
    """
    A live recording compared with the one that was there.

    Attributes:
        compared: How many scenarios could be compared.
        left_out: Why others could not be, and how many.
    """

    engine: str
    transport: str
    recorded_version: str
    version: str
    compared: int
    shifts: tuple[Shift, ...]
    left_out: Counter[str]


def drift(recorded: Recording, live: Recording) -> Drift:
    """
    Compare the scenarios of *live* with the same ones of *recorded*.
    """
    before = {observation.id: observation for observation in recorded.observations}
    left_out: Counter[str] = Counter()
    shifts: list[Shift] = []
    compared = 0
    for now in live.observations:
        obstacle = _obstacle(before.get(now.id), now)
        if obstacle:
            left_out[obstacle] += 1
        else:
            compared += 1
            shifts += _shifts(before[now.id], now)
    return Drift(live.engine, live.transport, recorded.version, live.version, compared, tuple(shifts), left_out)


def _obstacle(before: Observation | None, now: Observation) -> str:
    """
    Say why two observations cannot be compared, or nothing.
    """
    if before is None:
        return "not recorded before"
    if before.digest != now.digest:
        return "the scenario has changed since"
    if not before.stable:
        return "unstable or not observed in the recording"
    # NB: what fails now and did not before is drift.
    return "unstable now" if now.complete and not now.stable else ""


def _shifts(before: Observation, now: Observation) -> Iterator[Shift]:
    if not now.complete:
        yield Shift(now.id, "outcome", "observed", now.trouble or now.second["trouble"])
        return
    for aspect, one, other in zip(ASPECTS, _aspects(before), _aspects(now), strict=True):
        if one != other:
            yield Shift(now.id, aspect, *_first_difference(one, other))


def _aspects(observation: Observation) -> tuple[list[Any], ...]:
    """
    Take an observation apart, in the order of `ASPECTS`.
    """
    return (
        list(observation.steps),
        [f"{request.to} {request.method} {request.target}" for request in observation.requests],
        [[*_concerning(request.headers), request.body] for request in observation.requests],
        list(observation.reasons),
    )


def _concerning(lines: Iterable[str]) -> list[str]:
    return [line for line in lines if line.partition(":")[0].strip().lower() not in STATES_THE_VERSION]


def _first_difference(one: list[Any], other: list[Any]) -> tuple[str, str]:
    """
    Show the first thing in which two lists differ; of two lists of lines, the lines that the other one has not.
    """
    for before, now in zip(one, other, strict=False):
        if before == now:
            continue
        if isinstance(before, list) and isinstance(now, list):
            gone, come = [x for x in before if x not in now], [x for x in now if x not in before]
            return (str(gone), str(come)) if gone or come else (str(before), str(now))
        return str(before), str(now)
    shorter = min(len(one), len(other))
    return str(one[shorter:] or "nothing more"), str(other[shorter:] or "nothing more")


def report(found: Drift) -> str:
    """
    Tell what was found: versions and numbers, then three lines for each shift.
    """
    shifted = len({shift.scenario for shift in found.shifts})
    lines = [
        f"{found.engine}, {found.transport}: recorded with {found.recorded_version}, now {found.version}",
        f"{found.compared} scenarios compared, {shifted} drifted",
        *(f"{times} left out: {why}" for why, times in sorted(found.left_out.items())),
        *(str(shift) for shift in found.shifts),
        *_changed_facts(found),
    ]
    return "\n".join(lines)


def _changed_facts(found: Drift) -> Iterator[str]:
    """
    Name the facts of the browser that rest on a scenario that drifted.
    """
    drifted = {shift.scenario for shift in found.shifts}
    known = departures_of(found.engine) if found.engine in browser_names() else ()
    for departure in known:
        if departure.transport == found.transport and drifted & set(departure.scenarios):
            scenarios = ", ".join(sorted(drifted & set(departure.scenarios)))
            yield f"fact to look at: {departure.field} ({departure.statement}), which rests on {scenarios}"


def record_now(
    name: str,
    options: Sequence[str],
    path: Path,
    recorder: Sequence[str] = RECORDER,
) -> bool:
    """
    Record with the browser that is installed here.

    NB: a program of its own, because the recorder starts itself anew in a network of its own.

    Args:
        name: Engine and transport, and maybe a topic, as recordings are named.
        options: Which scenarios, in the recorder's own options.
        path: Of the recording to be made.
        recorder: The recorder's command.

    Returns:
        Whether all went well; if not, the recorder has said what did not.

    Raises:
        NotLive: Nothing was recorded.
    """
    engine, transport = name.split("-")[:2]
    command = [*recorder, engine, "--transport", transport, "--twice", "--out", str(path), *options]
    done = subprocess.run(command, cwd=ROOT, check=False)
    if done.returncode not in (0, 1) or not path.exists():
        message = f"{name} was not recorded"
        raise NotLive(message)
    return done.returncode == 0

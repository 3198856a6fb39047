"""
Makes scenarios simpler as long as browser and simulator still differ in the same aspect.

A scenario is data that leaves out what is usual, so that simpler is shorter: a part of the data is dropped, or replaced
by a shorter usual one.
"""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any, Final, TypeAlias

import attrs

from tests.evidence.recorder.scenario import Json, Scenario, scenario_from_json, to_json

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

    from tests.evidence.fuzz.findings import Differ, Finding

ROUNDS: Final = 12

# What has no usual value, and lists that have to keep one of what they hold.
REQUIRED: Final = frozenset({"id", "family", "url", "origin", "path", "line", "step", "steps", "answers", "kind"})
NEVER_EMPTY: Final = frozenset({"steps", "answers"})

# Shorter values that mean much the same.
USUAL_LINES: Final = {
    "access-control-allow-origin": "*",
    "access-control-allow-methods": "*",
    "access-control-allow-headers": "*",
    "access-control-expose-headers": "*",
    "content-type": "text/html",
    "location": "/y",
}

Path: TypeAlias = tuple[str | int, ...]
Edit: TypeAlias = tuple[Path, Any]
DROPPED: Final = object()
WHOLE: Final[Path] = ()


def weight(scenario: Scenario) -> int:
    """
    Measure how much there is to *scenario*, its name aside.
    """
    return len(json.dumps(to_json(attrs.evolve(scenario, id="", family=""))))


def edits(scenario: Scenario) -> list[Edit]:
    """
    List each single step that makes *scenario* simpler, in the order of its data.
    """
    found = [*_edits(to_json(scenario), ()), *((WHOLE, data) for data in _shortcuts(to_json(scenario)))]
    return [edit for edit in found if carried_out(scenario, [edit]) is not None]


def _shortcuts(data: Json) -> Iterator[Json]:
    """
    Leave out one place of a chain of redirects: what leads there leads to where it leads.
    """
    routes = data.get("routes", [])
    for route in routes:
        here = f"{{{route['origin']}}}{route['path']}"
        lines = [line for answer in route["answers"] for line in answer.get("headers", [])]
        for line in (line for line in lines if line.startswith("Location: {")):
            rest = [each for each in routes if (each["origin"], each["path"]) != (route["origin"], route["path"])]
            there = json.dumps(line.removeprefix("Location: "))[1:]
            yield json.loads(json.dumps({**data, "routes": rest}).replace(f'{here}"', there))


def _edits(value: Json, path: Path) -> Iterator[Edit]:
    if isinstance(value, dict):
        for name, inner in value.items():
            if name not in REQUIRED:
                yield (*path, name), DROPPED
            yield from _edits(inner, (*path, name))
    elif isinstance(value, list):
        for number, inner in enumerate(value):
            # NB: a pair of name and value stays a pair.
            if isinstance(inner, dict) or path[-1] in ("headers", "fields"):
                if len(value) > 1 or path[-1] not in NEVER_EMPTY:
                    yield (*path, number), DROPPED
                # NB: a frame gives way to what it does.
                if isinstance(inner, dict) and inner.get("step") == "frame" and len(inner["steps"]) == 1:
                    yield (*path, number), inner["steps"][0]
            yield from _edits(inner, (*path, number))
    elif isinstance(value, str) and path[-1] not in ("id", "family", "origin", "path", "url", "step", "kind"):
        yield from ((path, shorter) for shorter in _shorter(value))


def _shorter(text: str) -> Iterator[str]:
    name, colon, value = text.partition(":")
    if colon and name.lower() in USUAL_LINES:
        yield f"{name}: {USUAL_LINES[name.lower()]}"
    for part in [f"{name}: {each.strip()}" for each in value.split(",")] if colon else text.split(","):
        yield part.strip()
    yield from (text[: len(text) // 2], text[len(text) // 2 :]) if len(text) > 60 else ()


def carried_out(scenario: Scenario, chosen: Sequence[Edit]) -> Scenario | None:
    """
    Carry out those edits that are still possible; None if what is left is no simpler scenario.

    NB: the last one first, so that the others keep their places.
    """
    data = to_json(scenario)
    for path, value in reversed(chosen):
        if path == WHOLE:
            data = value
            continue
        holder: Any = data
        try:
            for key in path[:-1]:
                holder = holder[key]
            if value is DROPPED:
                del holder[path[-1]]
            else:
                holder[path[-1]] = value
        except (KeyError, IndexError, TypeError):
            continue
    try:
        made = scenario_from_json(data)
    except ValueError:
        return None
    whole = made.steps and all(route.answers for route in made.routes)
    return made if whole and weight(made) < weight(scenario) else None


def simpler(scenario: Scenario) -> list[Scenario]:
    """
    List all scenarios that are one step simpler than *scenario*.
    """
    return [made for edit in edits(scenario) if (made := carried_out(scenario, [edit])) is not None]


def shrink(findings: Sequence[Finding], differ: Differ) -> list[Finding]:
    """
    Make the scenario of each finding as simple as it gets.

    Each round asks all scenarios that are one step simpler, of all findings at once, since starting a browser takes
    longer than what it does then. Of the steps that kept the disagreement as many as possible are taken together.
    """
    found = list(findings)
    unfinished = set(range(len(found)))
    for _ in range(ROUNDS):
        singles = [(number, [edit]) for number in sorted(unfinished) for edit in edits(found[number].scenario)]
        working: dict[int, list[Edit]] = {}
        simplest = dict(enumerate(found))
        for number, (edit,), finding in _differing(found, singles, differ):
            working.setdefault(number, []).extend([edit] if edit[0] != WHOLE else [])
            simplest[number] = min(simplest[number], finding, key=_weight)
        together = [(number, chosen[:size]) for number, chosen in working.items() for size in _sizes(len(chosen))]
        for number, _, finding in _differing(found, together, differ):
            simplest[number] = min(simplest[number], finding, key=_weight)
        found = list(simplest.values())
        unfinished = set(working)
        if not unfinished:
            break
    return found


def _sizes(count: int) -> list[int]:
    return sorted({count * part // 8 for part in range(1, 9)} - {0, 1})


def _weight(finding: Finding) -> int:
    return weight(finding.scenario)


def _differing(
    found: Sequence[Finding], tried: Iterable[tuple[int, list[Edit]]], differ: Differ
) -> Iterator[tuple[int, list[Edit], Finding]]:
    """
    Carry out the edits of each finding, and yield those after which it still differs in the same aspect.
    """
    made = [
        (number, chosen, scenario)
        for number, chosen in tried
        if (scenario := carried_out(found[number].scenario, chosen)) is not None
    ]
    if not made:
        return
    results = differ([scenario for _, _, scenario in made])
    for (number, chosen, _), finding in zip(made, results, strict=True):
        if finding is not None and finding.aspect == found[number].aspect:
            yield number, chosen, finding

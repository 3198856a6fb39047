"""
What differential fuzzing found: scenarios, as simple as they get, in which a browser and the simulator differed once.

`python -m tests.evidence.fuzz` adds them to `found.jsonl`, one in a line; nobody writes them by hand.
"""

import json
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Final

from tests.evidence.recorder.scenario import Scenario, scenario_from_json, to_json

FOUND: Final = Path(__file__).parent / "found.jsonl"


def scenarios() -> Iterator[Scenario]:
    """
    Make the family `found`.
    """
    yield from read(FOUND)


def read(path: Path) -> list[Scenario]:
    """
    Read what `add` wrote.

    Raises:
        ValueError: A line is damaged; the message names it.
    """
    found = []
    for number, line in enumerate(path.read_text(encoding="utf-8").splitlines(), 1):
        try:
            found.append(scenario_from_json(json.loads(line)))
        except (ValueError, TypeError) as error:
            message = f"{path}, line {number} is damaged: {error!r}"
            raise ValueError(message) from error
    return found


def add(scenarios: Iterable[Scenario], path: Path = FOUND) -> list[Scenario]:
    """
    Add those of *scenarios* that are not there yet, and return them.
    """
    there = {scenario.id for scenario in read(path)}
    new = [scenario for scenario in scenarios if scenario.id not in there]
    with path.open("a", encoding="utf-8") as file:
        for scenario in new:
            file.write(json.dumps(to_json(scenario)) + "\n")
    return new

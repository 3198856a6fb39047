"""
The recorder's own parts, without a browser: scenarios and recordings as data, and the corpus.
"""

import json
from pathlib import Path

import pytest

from tests.recorder import corpus, names
from tests.recorder.observation import Observation, Recording, RecordingError, Request, read, write
from tests.recorder.scenario import scenario_from_json, to_json

RECORDINGS = Path(__file__).parent.parent / "recordings"
RECORDING = Recording(
    engine="chromium",
    version="1",
    transport="localhost",
    observations=tuple(
        Observation(
            id=f"family/{number}",
            digest="0",
            steps=[{"outcome": "rejected", "error": "TypeError"}],
            requests=(Request("api", "GET", "/x", ("Host: api.localhost", "Accept: */*"), "body"),),
            reasons=[{"step": 0, "cors": "MissingAllowOriginHeader"}],
            second={"steps": []} if number == 3 else None,
        )
        for number in range(9)
    ),
)


def test_a_recording_is_read_as_it_was_written(tmp_path: Path) -> None:
    path = tmp_path / "recording.jsonl"
    write(RECORDING, path)

    assert read(path) == RECORDING


@pytest.mark.parametrize("line", [1, 2, 5])
@pytest.mark.parametrize("damage", ["", "{", "[]", "{}", '{"id":"x","digest":"0","steps":["~none"],"requests":[]}'])
def test_a_damaged_recording_is_reported_with_its_line(tmp_path: Path, line: int, damage: str) -> None:
    path = tmp_path / "recording.jsonl"
    write(RECORDING, path)
    lines = path.read_text().splitlines()
    lines[line - 1] = damage
    path.write_text("\n".join(lines) + "\n")

    with pytest.raises(RecordingError, match=f"line {line} is damaged"):
        read(path)


def test_an_empty_recording_is_damaged(tmp_path: Path) -> None:
    path = tmp_path / "recording.jsonl"
    path.write_text("")

    with pytest.raises(RecordingError, match="line 1 is damaged"):
        read(path)


def test_every_scenario_survives_json() -> None:
    for scenario in corpus.scenarios():
        assert scenario_from_json(json.loads(json.dumps(to_json(scenario)))) == scenario


def test_a_token_leaves_no_trace() -> None:
    for transport, places in names.PLACES.items():
        for role, place in places.items():
            filled = names.fill(f"{{{role}}} {{{role}.host}}", transport, "q12a")

            assert names.without_token(filled) == f"{place.origin_for('')} {place.host}"
            assert names.role_of(transport, place.port, place.host_for("q12a")) == role


@pytest.mark.parametrize("path", sorted(RECORDINGS.glob("*.jsonl")), ids=lambda path: path.stem)
def test_the_recordings_are_whole(path: Path) -> None:
    recording = read(path)
    known = {scenario.id for scenario in corpus.scenarios()}

    assert {observation.id for observation in recording.observations} <= known
    assert sum(not observation.stable for observation in recording.observations) <= len(known) * 0.02

"""
Drift is what a browser does otherwise than it was recorded to do, and nothing else.
"""

from __future__ import annotations

import os
import subprocess
import sys
from collections import Counter
from pathlib import Path
from typing import Any

import attrs
import pytest

from browsercors.engines.registry import departures_of
from tests.evidence.agreement.drift import NotLive, Shift, drift, record_now, report
from tests.evidence.recorder.observation import Observation, Recording, Request

ROOT = Path(__file__).parents[3]
OBSERVATION = Observation(
    id="methods/PUT",
    digest="0",
    steps=[{"outcome": "resolved", "type": "cors"}],
    requests=(
        Request("api", "OPTIONS", "/x", ("Host: api.localhost", "User-Agent: Browser/1", 'sec-ch-ua: "Browser";v="1"')),
        Request("api", "PUT", "/x", ("Host: api.localhost", "Accept: */*"), "body"),
    ),
    reasons=[{"step": 0, "cors": "MissingAllowOriginHeader"}],
)
PREFLIGHT, ACTUAL = OBSERVATION.requests


def recording(*observations: Observation, version: str = "1.0") -> Recording:
    return Recording(engine="chromium", version=version, transport="localhost", observations=observations)


@pytest.mark.parametrize(
    ("now", "shift"),
    [
        (
            attrs.evolve(OBSERVATION, steps=[{"outcome": "rejected"}]),
            ("what JavaScript sees", "{'outcome': 'resolved', 'type': 'cors'}", "{'outcome': 'rejected'}"),
        ),
        (
            attrs.evolve(OBSERVATION, requests=(PREFLIGHT, attrs.evolve(ACTUAL, headers=("Host: api.localhost",)))),
            ("headers and bodies", "['Accept: */*']", "[]"),
        ),
        (
            attrs.evolve(OBSERVATION, requests=(PREFLIGHT, attrs.evolve(ACTUAL, headers=ACTUAL.headers[::-1]))),
            (
                "headers and bodies",
                "['Host: api.localhost', 'Accept: */*', 'body']",
                "['Accept: */*', 'Host: api.localhost', 'body']",
            ),
        ),
        (
            attrs.evolve(OBSERVATION, requests=(PREFLIGHT, attrs.evolve(ACTUAL, body="other"))),
            ("headers and bodies", "['body']", "['other']"),
        ),
        (
            attrs.evolve(OBSERVATION, reasons=[]),
            ("what the browser says", "[{'step': 0, 'cors': 'MissingAllowOriginHeader'}]", "nothing more"),
        ),
        (attrs.evolve(OBSERVATION, trouble="chromium crashed"), ("outcome", "observed", "chromium crashed")),
        (
            attrs.evolve(OBSERVATION, second={"trouble": "chromium hangs"}),
            ("outcome", "observed", "chromium hangs"),
        ),
    ],
    ids=["script", "header", "order of headers", "body", "reason", "trouble", "trouble in one run"],
)
def test_what_differs_is_drift(now: Observation, shift: tuple[str, str, str]) -> None:
    found = drift(recording(OBSERVATION), recording(now))

    assert found.compared == 1
    assert found.shifts == (Shift("methods/PUT", *shift),)


def test_a_request_that_is_no_longer_sent_is_drift_of_two_aspects() -> None:
    found = drift(recording(OBSERVATION), recording(attrs.evolve(OBSERVATION, requests=(PREFLIGHT,))))

    assert [(shift.aspect, shift.recorded, shift.now) for shift in found.shifts] == [
        ("requests", "['api PUT /x']", "nothing more"),
        ("headers and bodies", "[['Host: api.localhost', 'Accept: */*', 'body']]", "nothing more"),
    ]


def test_what_states_the_version_is_no_drift() -> None:
    newer = attrs.evolve(
        PREFLIGHT, headers=("Host: api.localhost", "User-Agent: Browser/2", 'sec-ch-ua: "Browser";v="2"')
    )
    found = drift(recording(OBSERVATION), recording(attrs.evolve(OBSERVATION, requests=(newer, ACTUAL)), version="2.0"))

    assert found.shifts == ()
    assert (found.recorded_version, found.version) == ("1.0", "2.0")


@pytest.mark.parametrize(
    ("before", "now", "why"),
    [
        ({}, {"second": {"steps": []}}, "unstable now"),
        ({"second": {"steps": []}}, {}, "unstable or not observed in the recording"),
        ({"trouble": "chromium crashed"}, {}, "unstable or not observed in the recording"),
        ({"digest": "1"}, {}, "the scenario has changed since"),
        ({"id": "methods/GET"}, {}, "not recorded before"),
    ],
)
def test_what_cannot_be_compared_is_counted_with_its_reason(
    before: dict[str, Any], now: dict[str, Any], why: str
) -> None:
    changed = {"steps": [{"outcome": "rejected"}], **now}
    found = drift(recording(attrs.evolve(OBSERVATION, **before)), recording(attrs.evolve(OBSERVATION, **changed)))

    assert found.shifts == ()
    assert found.compared == 0
    assert found.left_out == Counter([why])


def test_what_was_not_asked_for_now_is_no_drift() -> None:
    other = attrs.evolve(OBSERVATION, id="methods/GET")
    found = drift(recording(OBSERVATION, other), recording(OBSERVATION))

    assert (found.compared, found.shifts, found.left_out) == (1, (), Counter())


FACTS_OF_PUT = [
    f"fact to look at: {departure.field} ({departure.statement}), which rests on methods/PUT"
    for departure in departures_of("chromium")
    if "methods/PUT" in departure.scenarios and departure.transport == "localhost"
]


def test_the_report_names_versions_and_numbers_and_has_three_lines_for_each_shift() -> None:
    other = attrs.evolve(OBSERVATION, id="methods/GET")
    found = drift(
        recording(OBSERVATION, other),
        recording(
            attrs.evolve(OBSERVATION, steps=[], reasons=[]), attrs.evolve(other, second={"steps": []}), version="2.0"
        ),
    )

    assert report(found).splitlines() == [
        "chromium, localhost: recorded with 1.0, now 2.0",
        "1 scenarios compared, 1 drifted",
        "1 left out: unstable now",
        "methods/PUT: what JavaScript sees",
        "  recorded   [{'outcome': 'resolved', 'type': 'cors'}]",
        "  now        nothing more",
        "methods/PUT: what the browser says",
        "  recorded   [{'step': 0, 'cors': 'MissingAllowOriginHeader'}]",
        "  now        nothing more",
        *FACTS_OF_PUT,
    ]


class TestRecordNow:
    @staticmethod
    def recorder(tmp_path: Path, status: int, *, writes: bool) -> tuple[str, ...]:
        """
        Make a recorder that writes its own arguments instead of a recording.
        """
        program = tmp_path / "recorder.py"
        write = "open(sys.argv[sys.argv.index('--out') + 1], 'w').write(' '.join(sys.argv[1:]))" if writes else ""
        program.write_text(f"import sys\n{write}\nsys.exit({status})\n")
        return (sys.executable, str(program))

    @pytest.mark.parametrize(("status", "went_well"), [(0, True), (1, False)])
    def test_it_records_twice_on_the_transport_of_the_name(
        self, tmp_path: Path, status: int, *, went_well: bool
    ) -> None:
        out = tmp_path / "now"
        options = ["--family", "methods"]

        assert record_now("webkit-tls", options, out, self.recorder(tmp_path, status, writes=True)) is went_well
        assert out.read_text() == f"webkit --transport tls --twice --out {out} --family methods"

    def test_a_recording_of_a_topic_is_made_on_its_transport(self, tmp_path: Path) -> None:
        out = tmp_path / "now"

        assert record_now("webkit-tls-elements", [], out, self.recorder(tmp_path, 0, writes=True))
        assert out.read_text() == f"webkit --transport tls --twice --out {out}"

    @pytest.mark.parametrize(("status", "writes"), [(2, False), (1, False), (0, False), (-9, True)])
    def test_without_a_recording_there_is_nothing_to_compare(
        self, tmp_path: Path, status: int, *, writes: bool
    ) -> None:
        recorder = self.recorder(tmp_path, status, writes=writes)

        with pytest.raises(NotLive, match=r"^webkit-tls was not recorded$"):
            record_now("webkit-tls", [], tmp_path / "now", recorder)


class TestCommand:
    @staticmethod
    def run(*words: str) -> subprocess.CompletedProcess[str]:
        """
        Run the command where nothing is installed.
        """
        return subprocess.run(
            [sys.executable, "-m", "tests.evidence.agreement", *words],
            cwd=ROOT,
            env={**os.environ, "PATH": ""},
            capture_output=True,
            text=True,
            check=False,
        )

    def test_a_browser_that_is_not_installed_is_named(self) -> None:
        done = self.run("--live", "--scenario", "methods/PUT", "chromium-localhost")

        assert done.returncode == 2
        assert done.stderr == "chromium: chromium is not installed\nchromium-localhost was not recorded\n"

    def test_a_recording_that_is_not_there_is_named(self) -> None:
        done = self.run("netscape-localhost")

        assert done.returncode == 2
        assert "there is no recording netscape-localhost" in done.stderr

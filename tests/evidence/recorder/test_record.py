"""
A browser that fails costs the scenarios it fails at, and nothing else.
"""

import signal
import socket
from collections.abc import Iterator
from pathlib import Path

import attrs
import pytest

from tests.evidence.recorder import corpus, names
from tests.evidence.recorder.__main__ import main
from tests.evidence.recorder.engine import EngineError, Setting
from tests.evidence.recorder.fake import Failure, Fake
from tests.evidence.recorder.observation import NOT_RUN, Observation, Recording, read, write
from tests.evidence.recorder.record import Outcome, Patience, Recorder
from tests.evidence.recorder.scenario import Answer, Fetch, Route, Scenario
from tests.evidence.recorder.server import Server

# NB: what it covers is covered by quicker tests, and under the tracer it takes five times as long.
pytestmark = pytest.mark.untraced

HERE = Route(origin="api", path="/here", answers=(Answer(body="here"),))
SCENARIOS = tuple(
    Scenario(id=f"test/{number}", family="test", routes=(HERE,), steps=(Fetch(url="{api}/here", timeout=1),))
    for number in range(5)
)
APART = tuple(attrs.evolve(scenario, cookies=(), needs=("a page of its own",)) for scenario in SCENARIOS)
CHOSEN = ("methods/GET", "methods/PUT", "methods/DELETE")
COMMAND = ("fake", *(word for scenario in CHOSEN for word in ("--scenario", scenario)))


@pytest.fixture(autouse=True)
def _free_ports(monkeypatch: pytest.MonkeyPatch) -> None:
    """
    Put the places where no one else is: a browser may be recorded on this machine while these tests run.
    """
    with socket.socket() as one, socket.socket() as other:
        for probe in (one, other):
            probe.bind(("127.0.0.1", 0))
        ports = {8000: one.getsockname()[1], 8001: other.getsockname()[1]}
    places = {role: attrs.evolve(place, port=ports[place.port]) for role, place in names.PLACES["localhost"].items()}
    monkeypatch.setitem(names.PLACES, "localhost", places)


@pytest.fixture
def server() -> Iterator[Server]:
    server = Server("localhost")
    server.start()
    yield server
    server.stop()


def patience_with(fake: Fake) -> Patience:
    """
    Wait no longer than needed for what will not come, and as long as needed for what will: the machine may be busy.
    """
    return Patience(silence=0.5 if fake.is_silent else 30, settling=0)


def record(fake: Fake, server: Server, scenarios: tuple[Scenario, ...] = SCENARIOS, *, twice: bool = False) -> Outcome:
    recorder = Recorder(fake, server, Setting("localhost"), lambda _line: None, patience_with(fake))
    return recorder.record(scenarios, twice=twice)


def observed(outcome: Outcome) -> list[str]:
    """
    Name the scenarios of which all that can be seen was seen.
    """
    return [
        observation.id.removeprefix("test/")
        for observation in outcome.observations
        if observation.complete
        and observation.steps == [{"outcome": "resolved", "body": "here"}]
        and [request.target for request in observation.requests] == ["/here"]
        and observation.reasons == [{"step": 0, "error": "a reason"}]
    ]


def run_main(fake: Fake, out: Path, *more: str) -> int:
    words = [*COMMAND, "--out", str(out), *more]
    return main(words, engines={"fake": lambda: fake}, isolate=lambda: None, patience=patience_with(fake))


class TestRecorder:
    @pytest.mark.parametrize("scenarios", [SCENARIOS, APART], ids=["sharing a page", "each in its own page"])
    def test_a_browser_that_does_not_fail_gives_no_trouble(
        self, server: Server, scenarios: tuple[Scenario, ...]
    ) -> None:
        outcome = record(Fake(), server, scenarios, twice=True)

        assert observed(outcome) == ["0", "1", "2", "3", "4"]
        assert all(observation.stable for observation in outcome.observations)
        assert outcome.troubles == ()

    @pytest.mark.parametrize("scenarios", [SCENARIOS, APART], ids=["sharing a page", "each in its own page"])
    @pytest.mark.parametrize(("failure", "word"), [("crash", "crashed"), ("hang", "hangs")])
    def test_a_scenario_in_which_the_browser_fails_once_is_run_again(
        self, server: Server, failure: Failure, word: str, scenarios: tuple[Scenario, ...]
    ) -> None:
        fake = Fake({2: [failure]})
        outcome = record(fake, server, scenarios)

        assert observed(outcome) == ["0", "1", "2", "3", "4"]
        assert outcome.troubles == (f"fake {word} in test/2, which was run once more",)
        assert fake.lives == 2

    @pytest.mark.parametrize("scenarios", [SCENARIOS, APART], ids=["sharing a page", "each in its own page"])
    @pytest.mark.parametrize(("failure", "word"), [("crash", "crashed"), ("hang", "hangs")])
    def test_a_scenario_in_which_the_browser_fails_twice_is_given_up(
        self, server: Server, failure: Failure, word: str, scenarios: tuple[Scenario, ...]
    ) -> None:
        fake = Fake({2: [failure] * 9})
        outcome = record(fake, server, scenarios)

        assert observed(outcome) == ["0", "1", "3", "4"]
        assert outcome.observations[2].trouble == f"fake {word}"
        assert outcome.troubles == (
            f"fake {word} in test/2, which was run once more",
            f"test/2: fake {word}",
        )
        assert fake.lives == 3

    @pytest.mark.parametrize("failed", [(0,), (4,), (0, 1, 2, 3, 4)], ids=["the first", "the last", "all"])
    def test_it_does_not_matter_which_scenarios_fail(self, server: Server, failed: tuple[int, ...]) -> None:
        outcome = record(Fake({number: ["crash"] * 9 for number in failed}), server)

        assert observed(outcome) == [str(number) for number in range(5) if number not in failed]
        assert [observation.trouble for observation in outcome.observations] == [
            "fake crashed" if number in failed else "" for number in range(5)
        ]

    @pytest.mark.parametrize("failure", ["damaged report", "strange report"])
    def test_a_damaged_report_costs_its_scenario(self, server: Server, failure: Failure) -> None:
        outcome = record(Fake({2: [failure]}), server)

        assert observed(outcome) == ["0", "1", "3", "4"]
        assert outcome.troubles == ("test/2: the page's report is damaged",)

    def test_a_scenario_that_was_seen_in_one_of_two_runs_is_named_and_kept(self, server: Server) -> None:
        outcome = record(Fake({2: ["damaged report"]}), server, twice=True)

        assert outcome.troubles == ("test/2: the page's report is damaged in one of two runs",)
        assert outcome.observations[2].steps == [{"outcome": "resolved", "body": "here"}]
        assert not outcome.observations[2].stable

    def test_a_browser_that_never_starts_is_an_error(self, server: Server) -> None:
        with pytest.raises(EngineError, match="fake did not start"):
            record(Fake(starts=[False] * 9), server)

    def test_a_browser_that_starts_at_the_second_try_records_all(self, server: Server) -> None:
        outcome = record(Fake(starts=[False, True]), server)

        assert observed(outcome) == ["0", "1", "2", "3", "4"]
        assert outcome.troubles == ("fake did not start",)

    def test_a_browser_that_does_not_start_again_leaves_what_was_recorded(self, server: Server) -> None:
        outcome = record(Fake({2: ["crash"]}, starts=[True, False, False, False]), server)

        assert observed(outcome) == ["0", "1"]
        assert outcome.troubles == (
            "fake crashed in test/2, which was run once more",
            *["fake did not start"] * 3,
            *[f"test/{number}: {NOT_RUN}" for number in (2, 3, 4)],
        )

    def test_a_browser_that_asks_for_nothing_is_given_up(self, server: Server) -> None:
        fake = Fake(asks=False)
        outcome = record(fake, server)

        assert observed(outcome) == []
        assert outcome.troubles == (
            *["fake hangs after the start"] * 3,
            *[f"test/{number}: {NOT_RUN}" for number in range(5)],
        )
        assert fake.lives == 3


class TestCommand:
    def test_recording_all_is_success(self, tmp_path: Path) -> None:
        status = run_main(Fake(), tmp_path / "out.jsonl")

        assert status == 0
        assert {observation.id for observation in read(tmp_path / "out.jsonl").observations} == set(CHOSEN)

    def test_a_failure_is_named_and_the_rest_is_written(
        self, tmp_path: Path, capsys: pytest.CaptureFixture[str]
    ) -> None:
        status = run_main(Fake({1: ["crash"] * 2}), tmp_path / "out.jsonl")
        failed = [scenario.id for scenario in corpus.scenarios() if scenario.id in CHOSEN][1]

        assert status == 1
        assert f"{failed}: fake crashed\n" in capsys.readouterr().err
        assert {o.id for o in read(tmp_path / "out.jsonl").observations if o.complete} == set(CHOSEN) - {failed}

    @pytest.mark.parametrize(
        ("fake", "message"),
        [
            (Fake(is_installed=False), "fake: fake is not installed\n"),
            (Fake(starts=[False] * 3), "fake: fake did not start\n"),
            (Fake(asks=False), "fake hangs after the start\n"),
        ],
        ids=["is not installed", "does not start", "asks for nothing"],
    )
    def test_a_browser_that_records_nothing_is_named_and_nothing_is_written(
        self, tmp_path: Path, capsys: pytest.CaptureFixture[str], fake: Fake, message: str
    ) -> None:
        status = run_main(fake, tmp_path / "out.jsonl")

        assert status == 2
        assert message in capsys.readouterr().err
        assert list(tmp_path.iterdir()) == []

    def test_a_network_that_cannot_be_had_is_one_line(self, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
        def fail() -> None:
            message = "unshare (util-linux) is not installed"
            raise OSError(message)

        status = main([*COMMAND, "--out", str(tmp_path / "out")], engines={"fake": Fake}, isolate=fail)

        assert status == 2
        assert capsys.readouterr().err == "fake: unshare (util-linux) is not installed\n"

    def test_being_ended_keeps_what_was_recorded(self, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
        before = signal.getsignal(signal.SIGTERM)
        status = run_main(Fake({1: ["interruption"], 2: ["hang"]}), tmp_path / "out.jsonl")
        last = [scenario.id for scenario in corpus.scenarios() if scenario.id in CHOSEN][2]

        assert status == 1
        assert f"interrupted\n{last}: {NOT_RUN}\n" in capsys.readouterr().err
        assert {observation.id for observation in read(tmp_path / "out.jsonl").observations} == set(CHOSEN) - {last}
        assert signal.getsignal(signal.SIGTERM) is before

    def test_what_was_recorded_before_is_kept_where_the_browser_fails_now(
        self, tmp_path: Path, capsys: pytest.CaptureFixture[str]
    ) -> None:
        out = tmp_path / "out.jsonl"
        observations = tuple(Observation(id=scenario, digest="old") for scenario in CHOSEN)
        write(Recording(engine="fake", version="1.0", transport="localhost", observations=observations), out)
        status = run_main(Fake({1: ["crash"] * 2}), out)
        failed = [scenario.id for scenario in corpus.scenarios() if scenario.id in CHOSEN][1]

        assert status == 1
        assert f"{failed}: the old observation is kept\n" in capsys.readouterr().err
        assert [o.id for o in read(out).observations if o.digest == "old"] == [failed]

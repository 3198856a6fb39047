"""
The recorder ends what it started, all of it and nothing else, and says what is not installed.
"""

import os
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from tests.evidence.recorder import webkit
from tests.evidence.recorder.chromium import Chromium
from tests.evidence.recorder.engine import Engine, EngineError, Process, Setting, new_directory, stated_version
from tests.evidence.recorder.firefox import Firefox
from tests.evidence.recorder.webkit import Webkit

# NB: what it covers is covered by quicker tests, and under the tracer it takes five times as long.
pytestmark = pytest.mark.untraced

ROOT = Path(__file__).parents[3]
STUBBORN = 'trap "" TERM; sleep 60 & echo $! >child; echo ready >started; wait; sleep 60'


@pytest.fixture
def directory() -> Iterator[Path]:
    path = new_directory("test")
    yield path
    assert not path.exists()


@pytest.fixture
def sibling() -> Iterator["subprocess.Popen[bytes]"]:
    """
    Run a process that is not the recorder's.
    """
    with subprocess.Popen([sys.executable, "-c", "input()"], stdin=subprocess.PIPE) as process:
        yield process
        process.kill()


def wait_for(condition: Callable[[], bool]) -> None:
    until = time.monotonic() + 10
    while not condition():
        assert time.monotonic() < until
        time.sleep(0.01)


def runs(pid: int) -> bool:
    """
    Whether there is such a process, and it is not just the rest of one.
    """
    try:
        return Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0] != "Z"
    except OSError:
        return False


class TestProcess:
    def test_a_program_is_ended_with_its_directory(self, directory: Path) -> None:
        process = Process(["sleep", "60"], directory)
        assert process.alive()
        process.end()

        assert not process.alive()
        assert not runs(process.pid)

    def test_one_that_will_not_go_is_ended_by_force_with_what_it_started(
        self, directory: Path, sibling: "subprocess.Popen[bytes]"
    ) -> None:
        process = Process(["sh", "-c", f'cd "$HOME"; {STUBBORN}'], directory)
        wait_for((directory / "started").exists)
        child = int((directory / "child").read_text())
        process.end(patience=0.2)

        wait_for(lambda: not runs(child))
        assert not runs(process.pid)
        assert sibling.poll() is None

    def test_what_a_crashed_program_left_running_is_ended(self, directory: Path) -> None:
        process = Process(["sh", "-c", 'cd "$HOME"; sleep 60 & echo $! >child; kill -9 $$'], directory)
        wait_for(lambda: not process.alive())
        child = int((directory / "child").read_text())
        assert runs(child)
        process.end()

        wait_for(lambda: not runs(child))

    def test_the_number_of_a_crashed_program_is_not_given_to_another(self, directory: Path) -> None:
        process = Process(["true"], directory)
        wait_for(lambda: not process.alive())

        assert Path(f"/proc/{process.pid}").exists()
        process.end()
        assert not Path(f"/proc/{process.pid}").exists()

    def test_ending_twice_is_ending_once(self, directory: Path) -> None:
        process = Process(["true"], directory)
        process.end()
        process.end()

        assert not process.alive()

    def test_what_a_program_wrote_can_be_read(self, directory: Path) -> None:
        process = Process(["sh", "-c", "echo no screen >&2"], directory)
        wait_for(lambda: not process.alive())

        assert process.log() == "no screen"
        process.end()

    def test_a_program_that_is_not_installed_is_named(self, directory: Path) -> None:
        with pytest.raises(EngineError, match=r"^no-such-browser is not installed$"):
            Process(["no-such-browser"], directory)

    def test_a_program_that_cannot_be_run_is_named(
        self, directory: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        (tmp_path / "broken-browser").write_bytes(b"\0")
        (tmp_path / "broken-browser").chmod(0o755)
        monkeypatch.setenv("PATH", str(tmp_path))

        with pytest.raises(EngineError, match=r"^broken-browser cannot be run: .*Exec format error"):
            Process(["broken-browser"], directory)


class TestStatedVersion:
    def test_it_is_what_the_program_prints(self) -> None:
        assert stated_version("echo", "Browser 1.0") == "Browser 1.0"

    @pytest.mark.parametrize("program", ["true", "false"], ids=["says nothing", "fails"])
    def test_a_program_that_does_not_say_it_is_named(self, program: str) -> None:
        with pytest.raises(EngineError, match=f"^{program} does not say its version"):
            stated_version(program)


class TestBrowsersThatAreNotInstalled:
    @pytest.fixture(autouse=True)
    def _nothing_is_installed(self, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setenv("PATH", "")

    ENGINES = (
        (Chromium, "chromium"),
        (Firefox, "firefox-esr"),
        (Webkit, "MiniBrowser"),
    )

    @pytest.fixture(params=ENGINES, ids=lambda each: each[1])
    def missing(self, request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> tuple[Engine, str]:
        monkeypatch.setattr(webkit, "BROWSERS", "*/no-such-directory/MiniBrowser")
        made, program = request.param
        return made(), program

    def test_starting_one_names_it_and_leaves_nothing(
        self, missing: tuple[Engine, str], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        engine, program = missing
        monkeypatch.setattr("tempfile.tempdir", str(tmp_path))
        descriptors = len(os.listdir("/proc/self/fd"))  # noqa: PTH208 - its own descriptor counts both times

        with pytest.raises(EngineError, match=f"^{program} is not installed"):
            engine.start(Setting("localhost"), "http://app.localhost:8000/", {})

        assert not engine.alive()
        engine.stop()
        assert list(tmp_path.iterdir()) == []
        assert len(os.listdir("/proc/self/fd")) == descriptors  # noqa: PTH208

    def test_asking_for_its_version_names_it(self, missing: tuple[Engine, str]) -> None:
        engine, program = missing

        with pytest.raises(EngineError, match=f"^{program} is not installed"):
            engine.version()

    def test_webkit_without_a_screen_names_the_screen(self, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setattr(webkit, "program", lambda: "MiniBrowser")

        with pytest.raises(EngineError, match=r"^xvfb-run is not installed$"):
            Webkit().start(Setting("localhost"), "http://app.localhost:8000/", {})

    def test_the_command_is_one_line_and_no_success(self, tmp_path: Path) -> None:
        out = tmp_path / "out.jsonl"
        done = subprocess.run(
            [sys.executable, "-m", "tests.evidence.recorder", "chromium", "--out", str(out)],
            cwd=ROOT,
            capture_output=True,
            text=True,
            check=False,
        )

        assert done.stderr == "chromium: chromium is not installed\n"
        assert done.returncode == 2
        assert not out.exists()

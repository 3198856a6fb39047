"""
Where there can be no network of its own, the recorder says why.
"""

from pathlib import Path

import pytest

from tests.evidence.recorder import isolation

# NB: what it covers is covered by quicker tests, and under the tracer it takes five times as long.
pytestmark = pytest.mark.untraced


@pytest.fixture(autouse=True)
def _outside(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("RECORDER_ISOLATED", raising=False)


def test_a_missing_unshare_is_named(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PATH", "")

    with pytest.raises(OSError, match=r"^unshare \(util-linux\) is not installed$"):
        isolation.isolate()


def test_an_unshare_that_is_not_permitted_is_quoted(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    program = tmp_path / "unshare"
    program.write_text("#!/bin/sh\necho 'unshare: Operation not permitted' >&2\nexit 1\n")
    program.chmod(0o755)
    monkeypatch.setenv("PATH", str(tmp_path))

    with pytest.raises(OSError, match=r"takes root: unshare: Operation not permitted$"):
        isolation.isolate()


def test_a_network_that_cannot_be_made_ready_is_said(monkeypatch: pytest.MonkeyPatch) -> None:
    def fail() -> None:
        raise PermissionError(1, "Operation not permitted")

    monkeypatch.setenv("RECORDER_ISOLATED", "1")
    monkeypatch.setattr(isolation, "prepare", fail)

    with pytest.raises(OSError, match=r"cannot be made ready: .*Operation not permitted"):
        isolation.isolate()

"""
`browsercors audit` in CI, and `browsercors config`.
"""

from __future__ import annotations

import json
import sys
from typing import TYPE_CHECKING

import pytest
from click.testing import CliRunner, Result

from browsercors.cli.main import cli

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

SHOP = """
def answering(paths):
    def app(environ, start_response):
        lines = [("Vary", "Origin"), ("Cache-Control", "no-store")]
        origin = environ.get("HTTP_ORIGIN", "")
        if origin and environ["PATH_INFO"] in paths:
            lines += [("Access-Control-Allow-Origin", origin), ("Access-Control-Allow-Credentials", "true")]
        start_response("200 OK", lines)
        return [b"secret"]
    return app

leaking = answering({"/a"})
leaking_more = answering({"/a", "/b"})
sound = answering(set())
"""

PATHS = ["--path", "/a", "--path", "/b", "--browser", "chromium"]


@pytest.fixture(autouse=True)
def _project(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    (tmp_path / "ci_audited.py").write_text(SHOP)
    monkeypatch.chdir(tmp_path)
    monkeypatch.setattr(sys, "path", list(sys.path))
    yield
    sys.modules.pop("ci_audited", None)


def run(*arguments: str) -> Result:
    return CliRunner().invoke(cli, arguments, prog_name="browsercors")


def test_a_baseline_lets_known_findings_pass_and_new_ones_fail(tmp_path: Path) -> None:
    """
    The life of a baseline: written, kept, broken, and shrunk.
    """
    first = run("audit", "ci_audited:leaking", *PATHS, "--baseline", "known.json")
    assert (first.exit_code, "--update-baseline writes it" in first.stderr) == (2, True)

    written = run("audit", "ci_audited:leaking", *PATHS, "--baseline", "known.json", "--update-baseline")
    assert written.exit_code == 0
    assert {each["path"] for each in json.loads((tmp_path / "known.json").read_text())["findings"]} == {"/a"}

    kept = run("audit", "ci_audited:leaking", *PATHS, "--baseline", "known.json")
    assert (kept.exit_code, "Known from the baseline: any-origin-credentials at /a" in kept.stderr) == (0, True)

    broken = run("audit", "ci_audited:leaking_more", *PATHS, "--baseline", "known.json", "--json")
    found = json.loads(broken.stdout)["findings"]
    assert broken.exit_code == 1
    assert {path for finding in found for path in finding["paths"]} == {"/b"}

    shrunk = run("audit", "ci_audited:sound", *PATHS, "--baseline", "known.json")
    assert shrunk.exit_code == 0
    assert "Gone since the baseline: any-origin-credentials at /a" in shrunk.stderr


ACCEPTED = [
    # --accept                                            exit status   said
    ("any-origin-credentials=public data", 0, "Accepted: any-origin-credentials at /a: public data."),
    ("any-origin-credentials@/a:2999-12-31=until the relaunch", 0, "until the relaunch, until 2999-12-31"),
    ("any-origin-credentials@/b=elsewhere", 1, "Accepted, but not found: any-origin-credentials at /b"),
    ("any-origin-credentials:2020-01-01=over", 1, "No longer accepted: any-origin-credentials at /*, since 2020-01-01"),
    ("any-origin-credentials", 2, "has no reason"),
    ("any-orign=typo", 2, "did you mean 'any-origin'"),
    ("any-origin-credentials:soon=x", 2, "Invalid isoformat string"),
]


@pytest.mark.parametrize(("accept", "status", "said"), ACCEPTED)
def test_a_finding_can_be_accepted_with_a_reason(accept: str, status: int, said: str) -> None:
    result = run("audit", "ci_audited:leaking", *PATHS, "--accept", accept)

    assert said in " ".join(result.stderr.split())
    assert result.exit_code == status


@pytest.mark.parametrize(
    ("option", "begin"), [("--junit", "<?xml"), ("--gitlab", "["), ("--sarif", "{"), ("--github", "::error")]
)
def test_a_form_of_a_service_goes_to_stdout(option: str, begin: str) -> None:
    arguments = [option] if option == "--github" else [option, "-"]
    result = run("audit", "ci_audited:leaking", *PATHS, *arguments)

    assert result.stdout.startswith(begin)
    assert result.exit_code == 1


AUTHENTICATED = [
    ("cookie:id=1; SameSite=None; Secure", "known by a cookie; "),
    ("basic:user:pass", "known by Authorization (Basic); "),
    ("bearer:secret", "known by Authorization (bearer); "),
]


@pytest.mark.parametrize(("text", "said"), AUTHENTICATED)
def test_it_is_said_how_the_visitor_is_known_and_how_often_that_was_sent(text: str, said: str) -> None:
    result = run("audit", "ci_audited:leaking", *PATHS, "--authenticated-as", text, "--json")
    assumed = json.loads(result.stdout)["assumed"]

    (sentence,) = [sentence for sentence in assumed if said in sentence]
    assert "requests carried it" in sentence
    assert "secret" not in sentence
    if "bearer" not in text:
        assert "; 0 of" not in sentence


def test_a_wrong_way_to_be_known_is_named_without_its_secret() -> None:
    result = run("audit", "ci_audited:leaking", "--authenticated-as", "token:s3cret")

    assert result.exit_code == 2
    assert "--authenticated-as" in result.stderr
    assert "s3cret" not in result.stderr


def test_many_targets_are_audited_in_one_run(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "targets.txt").write_text("# our APIs\nci_audited:leaking\n\nci_audited:sound\n")
    arguments = ["audit", "--targets", "targets.txt", *PATHS]
    monkeypatch.setattr(sys, "argv", ["browsercors", *arguments])
    result = run(*arguments)

    assert result.exit_code == 1
    assert result.stdout.splitlines()[-2:] == ["1  ci_audited:leaking", "0  ci_audited:sound"]


def test_each_of_many_targets_has_files_of_its_own(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "targets.txt").write_text("ci_audited:leaking\nci_audited:sound\n")
    arguments = ["audit", "--targets", "targets.txt", *PATHS, "--sarif", str(tmp_path / "{target}.sarif")]
    arguments += ["--baseline", str(tmp_path / "{target}.json"), "--update-baseline"]
    monkeypatch.setattr(sys, "argv", ["browsercors", *arguments])
    run(*arguments)

    for name in ("ci_audited-leaking", "ci_audited-sound"):
        assert "2.1.0" == json.loads((tmp_path / f"{name}.sarif").read_text("utf-8"))["version"]
        assert (tmp_path / f"{name}.json").is_file()


USAGE = [
    (["audit", "--targets", __file__, "--sarif", "all.sarif"], "each target has a file of its own"),
    (["audit"], "Give TARGET or --targets FILE"),
    (["audit", "ci_audited:sound", "--update-baseline"], "--update-baseline writes the file of --baseline"),
    (["audit", "ci_audited:sound", "--junit", "-", "--gitlab", "-"], "can write to stdout"),
]


@pytest.mark.parametrize(("arguments", "message"), USAGE)
def test_a_wrong_use_is_named(arguments: list[str], message: str) -> None:
    result = run(*arguments)

    assert result.exit_code == 2
    assert message in " ".join(result.stderr.split())


PROJECT = """
[tool.browsercors.audit]
target = "ci_audited:leaking"
paths = ["/a"]
browsers = ["chromium"]
fail_on = "critical"

[[tool.browsercors.audit.accept]]
code = "any-origin-credentials"
reason = "public data"
until = 2999-12-31

[tool.browsercors.pytest]
browsers = ["webkit"]
"""


def test_a_project_says_what_is_audited_and_the_command_line_comes_before_it(tmp_path: Path) -> None:
    (tmp_path / "pyproject.toml").write_text(PROJECT)

    accepted = run("audit")
    assert (accepted.exit_code, "Accepted: any-origin-credentials at /a: public data" in accepted.stderr) == (0, True)
    assert run("audit", "ci_audited:sound", "--path", "/b", "--json").stdout.count('"/b"') >= 1


def test_config_says_what_holds_and_from_where(tmp_path: Path) -> None:
    (tmp_path / "pyproject.toml").write_text(PROJECT)
    (tmp_path / "pytest.ini").write_text("[pytest]\ncors_mount = https://api.example.com = app\n")
    lines = run("config").stdout.splitlines()

    assert lines[0] == f"from {tmp_path / 'pyproject.toml'}"
    assert "audit.fail_on = 'critical'  (pyproject.toml)" in lines
    assert "audit.timeout = 10.0  (default)" in lines
    assert "audit.budget is not set  (default)" in lines
    assert "pytest.browsers = ['webkit']  (pyproject.toml)" in lines
    assert "pytest.mount = 'https://api.example.com = app'  (pytest.ini)" in lines
    assert "pytest.explain is not set  (default)" in lines


WRONG_TABLES = [
    ("[tool.browsercors.audit]\nbudgt = 1", "has no key 'budgt'; did you mean 'budget'?"),
    ("[tool.browsercors.audits]", "has no key 'audits'; did you mean 'audit'?"),
    ("[tool.browsercors]\naudit = 1", "[tool.browsercors.audit] has to be a table, not 1"),
    ("[tool.browsercors.audit]\ntarget = 'ci_audited:sound'\nbudget = 'x'", "is not a valid integer"),
    ("[tool.browsercors.audit]\ntarget = 'ci_audited:sound'\naccept = 'x'", "it has to be a list of tables"),
    ("[tool.browsercors", "pyproject.toml"),
]


@pytest.mark.parametrize(("table", "message"), WRONG_TABLES)
def test_a_wrong_table_is_named(tmp_path: Path, table: str, message: str) -> None:
    (tmp_path / "pyproject.toml").write_text(table)
    result = run("audit")

    assert result.exit_code == 2
    assert message in " ".join(result.stderr.split())

"""
The documentation does what it says: its Python is run, its commands are run, its links lead somewhere.
"""

from __future__ import annotations

import doctest
import os
import re
import shlex
import subprocess
import sys
import tomllib
from pathlib import Path
from typing import TYPE_CHECKING, Final, NamedTuple

import pytest

import browsercors
from browsercors import CHROMIUM, FIREFOX, STANDARD, WEBKIT, BrowserProfile
from tests.test_layers import FLOORS

if TYPE_CHECKING:
    from collections.abc import Iterator

# NB: what it covers is covered by quicker tests, and under the tracer it takes five times as long.
pytestmark = pytest.mark.untraced

ROOT: Final = Path(__file__).parents[1]
NOTES: Final = ROOT / "spec_notes"
PACKAGE: Final = ROOT / "browsercors"
PAGES: Final = sorted(
    [*(ROOT / f"{name}.md" for name in ("README", "CHANGELOG", "CONTRIBUTING", "SECURITY")), *NOTES.glob("*.md")]
)
NAMES: Final = [page.relative_to(ROOT).as_posix() for page in PAGES]

OPTIONS: Final = doctest.ELLIPSIS | doctest.REPORT_NDIFF
PROGRAM: Final = re.compile(r"# (?P<name>\w+\.py)\n")
REPOSITORY: Final = "https://github.com/browsercors/browsercors/blob/main/"
CODE_PATH: Final = re.compile(r"`([a-z_.]+(?:/[a-z_]+)*(?:/|\.py|/[a-z_]+\.py))`")
LINK: Final = re.compile(r"\]\((?P<target>[^)\s]+)\)")


class Block(NamedTuple):
    """
    A fenced block of a page.

    Attributes:
        language: What stands behind the fence.
        line: Where it begins, counted from 0.
        text: What is in it.
    """

    language: str
    line: int
    text: str


def blocks(page: str) -> list[Block]:
    found: list[Block] = []
    opened: tuple[str, int] | None = None
    lines: list[str] = []
    for number, line in enumerate((ROOT / page).read_text("utf-8").splitlines()):
        if line.startswith("```"):
            if opened is None:
                opened, lines = (line[3:].strip(), number + 1), []
            else:
                found.append(Block(*opened, "".join(f"{text}\n" for text in lines)))
                opened = None
        else:
            lines.append(line)
    assert opened is None, f"a block of {page} does not end"
    return found


def of(page: str, language: str) -> list[Block]:
    return [block for block in blocks(page) if block.language == language]


def write_programs(page: str, directory: Path) -> list[Path]:
    """
    Write the programs of a page, which begin with a comment that names their file.
    """
    programs = []
    for block in of(page, "python"):
        match = PROGRAM.match(block.text)
        assert match is not None, f"{page}, line {block.line}: a program begins with its name, such as '# shop.py'"
        programs.append(directory / match["name"])
        programs[-1].write_text(block.text, "utf-8")
    return programs


@pytest.fixture
def here(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    """
    Make an empty directory the current one, and forget afterwards what was imported from it.
    """
    monkeypatch.chdir(tmp_path)
    monkeypatch.syspath_prepend(str(tmp_path))
    known = set(sys.modules)
    yield tmp_path
    for name in set(sys.modules) - known:
        if str(tmp_path) in str(getattr(sys.modules[name], "__file__", "")):
            del sys.modules[name]


@pytest.mark.parametrize("page", [name for name in NAMES if of(name, "pycon")])
def test_the_sessions_of_a_page_are_real(page: str, here: Path) -> None:
    write_programs(page, here)
    source = [""] * (1 + max(block.line + block.text.count("\n") for block in of(page, "pycon")))
    for block in of(page, "pycon"):
        source[block.line : block.line + block.text.count("\n")] = block.text.splitlines()
    # NB: other lines are blank, so that a failure is reported with its line of the page.
    test = doctest.DocTestParser().get_doctest("\n".join(source), {}, page, str(ROOT / page), 0)
    runner = doctest.DocTestRunner(optionflags=OPTIONS)
    said: list[str] = []
    runner.run(test, out=said.append)

    assert test.examples
    assert runner.failures == 0, "".join(said)


class Command(NamedTuple):
    """
    A command of a page and what it writes.
    """

    words: list[str]
    output: str


def commands(page: str) -> Iterator[Command]:
    for block in of(page, "console"):
        for part in re.split(r"^\$ ", block.text, flags=re.MULTILINE)[1:]:
            command, _, output = part.replace("\\\n", "").partition("\n")
            yield Command(shlex.split(command), output)


@pytest.mark.parametrize(
    ("page", "command"),
    [
        pytest.param(name, command, id=f"{name}: {' '.join(command.words)[:60]}")
        for name in NAMES
        for command in commands(name)
    ],
)
def test_a_command_of_a_page_writes_what_the_page_says(page: str, command: Command, here: Path) -> None:
    write_programs(page, here)
    assert command.words[0] == "browsercors"
    run = subprocess.run(
        [sys.executable, "-m", *command.words], capture_output=True, cwd=here, check=False, encoding="utf-8"
    )

    assert doctest.OutputChecker().check_output(command.output, run.stdout, OPTIONS), run.stdout + run.stderr


@pytest.mark.parametrize("page", [name for name in NAMES if of(name, "python")])
def test_the_tests_of_a_page_pass(page: str, here: Path) -> None:
    tests = [program for program in write_programs(page, here) if program.name.startswith("test_")]
    # NB: without rewriting asserts, as Python 3.11 may fail to parse installed packages when a collection of garbage
    # parses something else meanwhile (python/cpython#106905).
    run = subprocess.run(
        [sys.executable, "-m", "pytest", "-q", "-p", "no:cacheprovider", "--assert=plain", *map(str, tests)],
        capture_output=True,
        cwd=here,
        env={name: value for name, value in os.environ.items() if name != "PYTEST_ADDOPTS"},
        check=False,
        encoding="utf-8",
    )

    assert run.returncode == 0, run.stdout + run.stderr


def anchors(page: Path) -> set[str]:
    headings = re.findall(r"^#+ (.+)$", page.read_text("utf-8"), flags=re.MULTILINE)
    return {re.sub(r"[^\w\- ]", "", heading.lower()).replace(" ", "-") for heading in headings}


@pytest.mark.parametrize("page", NAMES)
def test_the_links_of_a_page_lead_to_something_in_the_repository(page: str) -> None:
    targets = [match["target"] for match in LINK.finditer((ROOT / page).read_text("utf-8"))]
    for target in targets:
        if target.startswith(REPOSITORY) or not target.startswith(("https://", "http://")):
            path, _, fragment = target.removeprefix(REPOSITORY).partition("#")
            directory = ROOT if target.startswith(REPOSITORY) else (ROOT / page).parent
            linked = directory / path if path else ROOT / page

            assert linked.exists(), target
            assert not fragment or fragment in anchors(linked), target


def test_the_readme_has_no_relative_links() -> None:
    """
    A package index shows it too, and has none of the other pages.
    """
    targets = [match["target"] for match in LINK.finditer((ROOT / "README.md").read_text("utf-8"))]

    assert [] == [target for target in targets if not target.startswith("https://")]


@pytest.mark.parametrize("page", [NOTES / "index.md", *sorted(NOTES.glob("*/*.md"))], ids=lambda page: page.name)
def test_the_notes_link_only_to_notes_and_to_whole_urls(page: Path) -> None:
    """
    `mkdocs build --strict` makes a site of them, which has no other files.
    """
    targets = [match["target"] for match in LINK.finditer(page.read_text("utf-8"))]

    assert [] == [
        target for target in targets if target.startswith("../..") or ("://" not in target and ".md" not in target)
    ]


def test_the_links_of_the_project_lead_to_the_repository() -> None:
    urls = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))["project"]["urls"]
    pages = [url.removeprefix(REPOSITORY) for url in urls.values() if url.startswith(REPOSITORY)]

    assert all(url.startswith(REPOSITORY.partition("/blob/")[0]) for url in urls.values())
    assert pages
    assert [] == [page for page in pages if not (ROOT / page).exists()]


def test_the_site_has_every_note() -> None:
    listed = re.findall(r"- .+: (\S+\.md)$", (ROOT / "mkdocs.yml").read_text("utf-8"), flags=re.MULTILINE)

    assert sorted(listed) == sorted([*(page.name for page in NOTES.glob("*.md")), "reasons/index.md"])


@pytest.mark.parametrize(
    ("page", "directory"),
    [("spec_notes/architecture.md", PACKAGE), ("SECURITY.md", PACKAGE), ("CONTRIBUTING.md", ROOT)],
    ids=["architecture", "security", "contributing"],
)
def test_the_paths_of_a_page_exist(page: str, directory: Path) -> None:
    paths = CODE_PATH.findall((ROOT / page).read_text("utf-8"))

    assert paths
    assert [] == [path for path in paths if not (directory / path).exists() and not (ROOT / path).exists()]


def test_the_floors_are_drawn_as_they_are_checked() -> None:
    drawing = next(block.text for block in of("spec_notes/architecture.md", "mermaid") if "subgraph" in block.text)
    drawn = {
        room: int(floor)
        for floor, rooms in re.findall(r"subgraph F(\d+)\[[^\n]*\n(.*?)\n +end", drawing, flags=re.DOTALL)
        for room in rooms.split()
    }

    assert drawn == FLOORS


def test_hooks_run_what_ci_runs() -> None:
    ci = (ROOT / ".ci" / "run").read_text("utf-8")
    entries = re.findall(r"entry: (.+)", (ROOT / ".pre-commit-config.yaml").read_text("utf-8"))

    assert entries
    assert [] == [entry for entry in entries if entry.partition(" --")[0] not in ci]


@pytest.mark.parametrize("profile", [STANDARD, CHROMIUM, FIREFOX, WEBKIT], ids=lambda profile: profile.name)
@pytest.mark.parametrize("page", ["profiles.md", "evidence.md"])
def test_a_page_names_the_versions_of_the_profiles(page: str, profile: BrowserProfile) -> None:
    assert profile.version in (NOTES / page).read_text("utf-8")


def test_ci_runs_the_tests_as_the_readme_does() -> None:
    one_line = next(block.text for block in of("README.md", "sh") if "pytest" in block.text)
    ci = (ROOT / ".ci" / "run").read_text("utf-8")

    setting_up, installing, testing = one_line.strip().split(" && ")
    assert setting_up in ci
    assert installing.removeprefix(".venv/bin/pip install --quiet ") in ci
    assert ci.rstrip().endswith(f"\n{testing}")


def test_the_changelog_has_the_version() -> None:
    assert f"## {browsercors.__version__}" in (ROOT / "CHANGELOG.md").read_text("utf-8")

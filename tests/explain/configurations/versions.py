"""
The configurations with the oldest and the newest version of each product: a table in spec_notes/configurations.md.

`python -m tests.explain.configurations.versions` makes an environment for each stack in a temporary folder, over the
one that runs it, and runs there the tests of this package that are about the stack's servers. It needs the package
registries of Python and of Node, `npm`, and for nginx the package of the system. With names, only those stacks are
tried; a stack that fails is written down as failed, and ends the command with status 1.
"""

from __future__ import annotations

import argparse
import os
import re
import shutil
import site
import subprocess
import sys
import tempfile
from pathlib import Path
from typing import TYPE_CHECKING, Final, NamedTuple

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

__all__ = ["PAGE", "STACKS", "Outcome", "Stack", "main", "outcomes_in", "with_table"]

ROOT: Final = Path(__file__).parents[3]
PAGE: Final = ROOT / "spec_notes" / "configurations.md"
BEGIN: Final = "<!-- versions: begin -->\n"
END: Final = "<!-- versions: end -->"
TESTS: Final = ("test_on_servers.py", "test_on_configured_applications.py")
PASSED: Final = re.compile(r"(\d+) passed")
FAILED: Final = re.compile(r"(\d+) (?:failed|errors?)")
MOST_SECONDS: Final = 1800


class Stack(NamedTuple):
    """
    A product in one version, with what it stands on.

    Attributes:
        name: What it is called here.
        servers: The servers of `real_servers.START` that it is for.
        python: What is installed from Python's registry, as pip takes it; nothing after the name is the newest.
        node: What is installed from Node's registry, as npm takes it.
    """

    name: str
    servers: tuple[str, ...]
    python: tuple[str, ...] = ()
    node: tuple[str, ...] = ()


STACKS: Final = (
    Stack("flask-cors, oldest", ("flask-cors",), ("flask-cors==4.0.0", "flask==2.3.0", "werkzeug==2.3.8")),
    Stack("flask-cors, newest", ("flask-cors",), ("flask-cors", "flask")),
    Stack("fastapi, oldest", ("fastapi",), ("fastapi==0.95.0", "starlette==0.26.1", "pydantic<2")),
    Stack("fastapi, newest", ("fastapi",), ("fastapi", "starlette")),
    Stack("django-cors-headers, oldest", ("django-cors-headers",), ("django==4.2", "django-cors-headers==4.0.0")),
    Stack("django-cors-headers, newest", ("django-cors-headers",), ("django", "django-cors-headers")),
    Stack("express 4", ("express-cors", "express"), node=("express@4.17.1", "cors@2.8.5")),
    Stack("express 5", ("express-cors", "express"), node=("express@5", "cors@2")),
    Stack("nginx, as packaged", ("nginx",)),
)
"""Every stack; the oldest versions are those that the configurations are kept for."""


class Outcome(NamedTuple):
    """
    What came of a stack.

    Attributes:
        name: The stack.
        versions: What ran, as its own packages say it.
        passed: How many tests passed.
        failed: How many failed.
    """

    name: str
    versions: str
    passed: int
    failed: int


def main(arguments: Sequence[str] | None = None) -> int:
    """
    Try the stacks that are named, or all, and write what came of them onto the page.
    """
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[1])
    parser.add_argument("stacks", nargs="*", help="names of stacks, or parts of them; all by default")
    chosen = parser.parse_args(arguments).stacks
    outcomes = []
    for stack in STACKS:
        if not chosen or any(part in stack.name for part in chosen):
            outcome = _tried(stack)
            outcomes.append(outcome)
            print(_row(outcome), flush=True)
    text = PAGE.read_text("utf-8")
    before = {outcome.name: outcome for outcome in outcomes_in(text)}
    PAGE.write_text(with_table(text, {**before, **{outcome.name: outcome for outcome in outcomes}}.values()), "utf-8")
    return 1 if any(outcome.failed or not outcome.passed for outcome in outcomes) else 0


def with_table(text: str, outcomes: Iterable[Outcome]) -> str:
    """
    Return the page with its table made anew, in the order of the stacks.
    """
    by_name = {outcome.name: outcome for outcome in outcomes}
    rows = [_row(by_name[stack.name]) for stack in STACKS if stack.name in by_name]
    head, _, rest = text.partition(BEGIN)
    table = "\n".join(["| stack | versions | outcome |", "| --- | --- | --- |", *rows, ""])
    return f"{head}{BEGIN}\n{table}\n{END}{rest.partition(END)[2]}"


def outcomes_in(text: str) -> tuple[Outcome, ...]:
    """
    Return what a page says of each stack.
    """
    table = text.partition(BEGIN)[2].partition(END)[0]
    cells = [[cell.strip() for cell in line.strip("|").split("|")] for line in table.splitlines() if line.strip()]
    return tuple(Outcome(row[0], row[1], _count(PASSED, row[2]), _count(FAILED, row[2])) for row in cells[2:])


def _row(outcome: Outcome) -> str:
    told = f"{outcome.passed} passed" + (f", {outcome.failed} failed" if outcome.failed else "")
    return f"| {outcome.name} | {outcome.versions} | {told} |"


def _tried(stack: Stack) -> Outcome:
    with tempfile.TemporaryDirectory(prefix="configurations-") as name:
        directory = Path(name)
        python, environment = _environment(stack, directory)
        files = [str(Path(__file__).with_name(test)) for test in TESTS]
        command = [str(python), "-m", "pytest", "-n", "0", "-q", "-p", "no:cacheprovider", "-W", "default", *files]
        command += ["-k", " or ".join(f"[{server}" for server in stack.servers)]
        run = subprocess.run(
            command, cwd=ROOT, env=environment, capture_output=True, text=True, timeout=MOST_SECONDS, check=False
        )
        last = run.stdout.strip().rpartition("\n")[2]
        failed = _count(FAILED, last)
        if run.returncode and not failed:
            failed = 1
        if failed:
            print(run.stdout[-6000:], run.stderr[-2000:], file=sys.stderr)
        return Outcome(stack.name, _versions(stack, python, environment), _count(PASSED, last), failed)


def _environment(stack: Stack, directory: Path) -> tuple[Path, Mapping[str, str]]:
    """
    Make an environment over the present one, and return its Python and its variables.
    """
    environment = {**os.environ, "PYTHONPATH": str(ROOT), "PYTHONDONTWRITEBYTECODE": "1"}
    python = Path(sys.executable)
    if stack.python:
        made = directory / "python"
        subprocess.run([sys.executable, "-m", "venv", "--without-pip", str(made)], check=True)
        python = made / "bin" / "python"
        below = site.getsitepackages()[0]
        (own,) = made.glob("lib/python*/site-packages")
        # NB: what is installed here comes first, and what the present environment has besides comes after it.
        (own / "below.pth").write_text(f"{below}\n", "utf-8")
        install = [sys.executable, "-m", "pip", "--python", str(python), "install", "--quiet", "--ignore-installed"]
        subprocess.run([*install, *stack.python], check=True)
    if stack.node:
        npm = shutil.which("npm")
        if npm is None:
            sys.exit("npm is needed for Express")
        subprocess.run([npm, "install", "--silent", "--prefix", str(directory), *stack.node], check=True)
        environment["NODE_PATH"] = str(directory / "node_modules")
    return python, environment


def _versions(stack: Stack, python: Path, environment: Mapping[str, str]) -> str:
    if stack.node:
        names = [name.rpartition("@")[0] for name in stack.node]
        code = ";".join(f"console.log('{name}', require('{name}/package.json').version)" for name in names)
        command = ["node", "-e", code]
    elif stack.python:
        names = [re.split(r"[<=>]", name)[0] for name in stack.python]
        code = f"from importlib.metadata import version\nfor name in {names}: print(name, version(name))"
        command = [str(python), "-c", code]
    else:
        return _said_by_nginx()
    run = subprocess.run(command, env=environment, capture_output=True, text=True, check=True)
    return ", ".join(run.stdout.split("\n")[:-1])


def _said_by_nginx() -> str:
    program = shutil.which("nginx") or shutil.which("nginx", path="/usr/sbin") or "nginx"
    run = subprocess.run([program, "-v"], capture_output=True, text=True, check=False)
    return run.stderr.strip().rpartition("nginx version: ")[2].replace("/", " ")


def _count(pattern: re.Pattern[str], text: str) -> int:
    match = pattern.search(text)
    return 0 if match is None else int(match[1])


if __name__ == "__main__":
    sys.exit(main())

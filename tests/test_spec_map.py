"""
The map from the standard to functions and tests, `spec_notes/map.md`.
"""

from __future__ import annotations

import ast
import functools
import importlib
import re
from pathlib import Path
from typing import Final, NamedTuple

import pytest

import browsercors

ROOT: Final = Path(__file__).parents[1]
MAP: Final = ROOT / "spec_notes" / "map.md"
PACKAGE: Final = Path(browsercors.__file__).parent

COMMIT: Final = "586cd2a"
ANCHOR: Final = re.compile(r"https://fetch\.spec\.whatwg\.org/#[\w?-]+")
ROW: Final = re.compile(
    r"\| \[(?P<name>.+?)\]\((?P<url>\S+?)\) \| `(?P<function>[\w.]+)` \| (?P<tests>.*?) \| (?P<rest>.*?) ?\|$"
)


class Row(NamedTuple):
    """
    One row: a section, its function, its tests.
    """

    name: str
    url: str
    function: str
    tests: tuple[str, ...]


def rows() -> list[Row]:
    found = []
    for line in MAP.read_text("utf-8").splitlines():
        if line.startswith("| ["):
            match = ROW.match(line)
            assert match is not None, line
            found.append(
                Row(match["name"], match["url"], match["function"], tuple(re.findall(r"`([^`]+)`", match["tests"])))
            )
    return found


ROWS: Final = rows()


@functools.cache
def names_of_tests(path: str) -> set[str]:
    tree = ast.parse((ROOT / path).read_text("utf-8"))
    return {node.name for node in ast.walk(tree) if isinstance(node, ast.FunctionDef)}


def module_and_path(dotted: str) -> tuple[str, list[str]]:
    """
    Split a dotted name into that of a module, and the names within it.
    """
    parts = dotted.split(".")
    for length in range(len(parts), 0, -1):
        candidate = PACKAGE.parent.joinpath(*parts[:length])
        if candidate.with_suffix(".py").is_file():
            return ".".join(parts[:length]), parts[length:]
    raise AssertionError(f"no module of {dotted}")


@pytest.mark.parametrize("row", ROWS, ids=lambda row: row.name)
def test_every_row_leads_to_a_function_and_to_tests(row: Row) -> None:
    module, path = module_and_path(row.function)
    value: object = importlib.import_module(module)
    for name in path:
        value = getattr(value, name)

    assert callable(value)
    assert row.tests
    missing = [test for test in row.tests if test.partition("::")[2] not in names_of_tests(test.partition("::")[0])]
    assert missing == []


def citations() -> list[tuple[str, str]]:
    """
    Every function whose docstring cites an anchor of the standard, with the anchor.
    """
    found = []
    for path in sorted(PACKAGE.rglob("*.py")):
        module = ".".join(path.relative_to(PACKAGE.parent).with_suffix("").parts)
        scopes: list[tuple[str, list[ast.stmt]]] = [(module, ast.parse(path.read_text("utf-8")).body)]
        for prefix, statements in scopes:
            for node in statements:
                if isinstance(node, ast.ClassDef):
                    scopes.append((f"{prefix}.{node.name}", node.body))
                elif isinstance(node, (ast.FunctionDef, ast.AsyncFunctionDef)):
                    found += [(f"{prefix}.{node.name}", url) for url in ANCHOR.findall(ast.get_docstring(node) or "")]
    return found


@pytest.mark.parametrize(("function", "url"), citations())
def test_every_function_that_cites_the_standard_is_on_the_map(function: str, url: str) -> None:
    assert (function, url) in {(row.function, row.url) for row in ROWS}


def algorithms() -> list[tuple[str, str, str]]:
    """
    Every `Algorithm` of the standard: module and constant, name, address.
    """
    found = []
    for path in sorted(PACKAGE.rglob("*.py")):
        for node in ast.parse(path.read_text("utf-8")).body:
            if isinstance(node, ast.Assign) and isinstance(node.value, ast.Call):
                call = node.value
                if isinstance(call.func, ast.Name) and call.func.id == "Algorithm":
                    name, url = (ast.literal_eval(argument) for argument in call.args)
                    found.append((f"{path.relative_to(PACKAGE)}:{ast.unparse(node.targets[0])}", name, url))
    return found


@pytest.mark.parametrize(("constant", "name", "url"), [row for row in algorithms() if ANCHOR.match(row[2])])
def test_every_algorithm_is_on_the_map(constant: str, name: str, url: str) -> None:
    assert url in {row.url for row in ROWS}
    assert name


def test_every_algorithm_has_a_name_and_an_address_of_its_own() -> None:
    found = algorithms()

    assert len({url for _, _, url in found}) == len(found)
    assert len({name for _, name, _ in found}) == len(found)


def test_the_map_opens_with_the_commit_of_the_standard() -> None:
    first = MAP.read_text("utf-8").split("\n\n")[1]

    assert COMMIT in first
    assert COMMIT in browsercors.STANDARD.version
    assert len(ROWS) > 50


def test_no_row_is_there_twice() -> None:
    keys = [(row.url, row.function) for row in ROWS]

    assert len(keys) == len(set(keys))

"""
The floors of the house: imports point down, and never in a circle, and the engine touches nothing outside.
"""

from __future__ import annotations

import ast
from pathlib import Path
from typing import Final

import pytest

import browsercors

# NB: what it covers is covered by quicker tests, and under the tracer it takes five times as long.
pytestmark = pytest.mark.untraced

PACKAGE: Final = Path(browsercors.__file__).parent

# The floors, the lowest first. A room may import from its own floor and from those below it.
FLOORS: Final = {
    "values": 1,
    "rules": 2,
    "protections": 3,
    "cookies": 3,
    "http_cache": 3,
    "fetch": 4,
    "initiators": 5,
    "engines": 6,
    "explain": 7,
    "servers": 8,
    "browser": 9,
    "clients": 9,
    "har": 10,
    "pasted": 11,
    "policy": 10,
    "hypothesis_entry": 11,
    "strategies": 11,
    "policy_check": 12,
    "audits": 12,
    "testing": 13,
    "pytest_plugin": 13,
    "cli": 14,
    "__main__": 14,
}
# The package's front door gathers names of all floors, and is on none.
DOOR: Final = "browsercors"

# Imports that point up and are still to be cut. The list only ever gets shorter.
UPWARD: Final[set[tuple[str, str]]] = set()

# Imports that close a circle on one floor and are still to be cut. The list only ever gets shorter.
CIRCLES: Final[set[tuple[str, str]]] = set()

# What is sans-IO imports no sockets, clocks, chance, environment or threads.
SANS_IO: Final = tuple(f"{DOOR}.{room}" for room, floor in FLOORS.items() if floor <= FLOORS["explain"])
OUTSIDE: Final = {
    "asyncio", "concurrent", "contextvars", "http", "io", "logging", "multiprocessing", "os", "pathlib", "queue",
    "random", "secrets", "select", "selectors", "shutil", "signal", "socket", "ssl", "subprocess", "sys", "tempfile",
    "threading", "time", "urllib", "urllib3", "uuid", "warnings", "weakref",
}  # fmt: skip


def modules() -> dict[str, Path]:
    """
    All modules of the package, by dotted name.
    """
    found = {}
    for path in sorted(PACKAGE.rglob("*.py")):
        parts = path.relative_to(PACKAGE.parent).with_suffix("").parts
        found[".".join(parts[:-1] if parts[-1] == "__init__" else parts)] = path
    return found


MODULES: Final = modules()
INSIDE: Final = [name for name in MODULES if name != DOOR]


def imports_of(source: str, module: str, *, for_type_checkers: bool = True) -> set[str]:
    """
    Every module that *source* imports, in functions too, and for type checkers if that is wanted.
    """
    found: set[str] = set()

    def visit(node: ast.AST) -> None:
        if not for_type_checkers and isinstance(node, ast.If) and "TYPE_CHECKING" in ast.unparse(node.test):
            for statement in node.orelse:
                visit(statement)
            return
        if isinstance(node, ast.Import):
            found.update(alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            assert node.level == 0, f"{module} imports relatively"
            assert node.module is not None
            # NB: a module of a package can be imported by `from package import module`.
            found.update(f"{node.module}.{alias.name}" for alias in node.names)
        for child in ast.iter_child_nodes(node):
            visit(child)

    visit(ast.parse(source))
    return {_module_of(name) for name in found}


def _module_of(name: str) -> str:
    """
    Cut the name of what was imported to that of a module, if it is of this package.
    """
    while name.startswith(f"{DOOR}.") and name not in MODULES:
        name = name.rpartition(".")[0]
    return name


def floor_of(module: str) -> int:
    """
    Return the floor of a module of the package.
    """
    return FLOORS[module.split(".")[1]]


def may_import(module: str, imported: str) -> bool:
    """
    Whether the import points down, or stays on the floor.
    """
    return floor_of(imported) <= floor_of(module)


GRAPH: Final = {
    module: {
        name
        for name in imports_of(MODULES[module].read_text("utf-8"), module)
        if name.startswith(f"{DOOR}.") and name != module
    }
    for module in INSIDE
}


def on_circles(graph: dict[str, set[str]]) -> set[str]:
    """
    Find the modules that are on a circle, or between two of them.
    """
    left = {module: set(imported) for module, imported in graph.items()}
    while True:
        needed = {name for imported in left.values() for name in imported}
        ends = {module for module, imported in left.items() if not imported & left.keys() or module not in needed}
        if not ends:
            return set(left)
        left = {module: imported - ends for module, imported in left.items() if module not in ends}


def reaches(graph: dict[str, set[str]], start: str, goal: str) -> bool:
    """
    Whether *start* imports *goal*, by whatever way.
    """
    seen: set[str] = set()
    waiting = [start]
    while waiting:
        module = waiting.pop()
        if module == goal:
            return True
        if module not in seen:
            seen.add(module)
            waiting.extend(graph.get(module, ()))
    return False


@pytest.mark.parametrize("module", INSIDE)
def test_imports_point_down_the_floors_only(module: str) -> None:
    up = {(module, name) for name in GRAPH[module] if not may_import(module, name)}

    assert up - UPWARD == set()


def test_no_files_import_each_other_in_a_circle() -> None:
    without = {
        module: {name for name in imported if (module, name) not in UPWARD | CIRCLES}
        for module, imported in GRAPH.items()
    }

    assert on_circles(without) == set()


def test_the_imports_still_to_be_cut_are_still_there() -> None:
    """
    Whoever cuts one takes it from its list.
    """
    legal = {module: {name for name in imported if (module, name) not in UPWARD} for module, imported in GRAPH.items()}

    up = {(module, name) for module, imported in GRAPH.items() for name in imported if not may_import(module, name)}

    assert UPWARD - up == set()
    assert {
        (one, other) for one, other in CIRCLES if other not in legal[one] or not reaches(legal, other, one)
    } == set()


@pytest.mark.parametrize("module", [name for name in INSIDE if not name.startswith("browsercors.cli")])
def test_nothing_imports_from_a_package_s_init(module: str) -> None:
    packages = {name for name, path in MODULES.items() if path.name == "__init__.py"}
    imported = imports_of(MODULES[module].read_text("utf-8"), module)

    assert imported & packages == set()


@pytest.mark.parametrize("module", [name for name in INSIDE if name.startswith(SANS_IO)])
def test_the_engine_touches_nothing_outside(module: str) -> None:
    source = MODULES[module].read_text("utf-8")
    tree = ast.parse(source)
    imported = {name.partition(".")[0] for name in imports_of(source, module, for_type_checkers=False)}
    called = {node.func.id for node in ast.walk(tree) if isinstance(node, ast.Call) and isinstance(node.func, ast.Name)}
    now = {node.attr for node in ast.walk(tree) if isinstance(node, ast.Attribute)} & {"utcnow", "today", "environ"}

    assert imported & OUTSIDE == set()
    assert called & {"open", "input", "print", "exec", "eval", "__import__"} == set()
    assert now == set()
    assert not any(isinstance(node, ast.Global) for node in ast.walk(tree))


def test_every_room_has_a_floor() -> None:
    assert {name.split(".")[1] for name in INSIDE} == set(FLOORS)


CAUGHT_CASES = [
    # source                                                                        modules that it imports
    ("import socket", {"socket"}),
    ("def f():\n    import socket", {"socket"}),
    ("from browsercors.values import urls", {"browsercors.values.urls"}),
    ("from browsercors.values.urls import URL", {"browsercors.values.urls"}),
    ("from browsercors.values import nothing", {"browsercors.values"}),
    ("if TYPE_CHECKING:\n    import socket", {"socket"}),
    ("if TYPE_CHECKING:\n    import socket\nelse:\n    import time", {"socket", "time"}),
    ("try:\n    import socket\nexcept ImportError:\n    pass", {"socket"}),
]


@pytest.mark.parametrize(("source", "expected"), CAUGHT_CASES)
def test_this_test_finds_the_imports(source: str, expected: set[str]) -> None:
    assert expected == imports_of(source, "a test")


def test_this_test_leaves_out_what_only_type_checkers_import() -> None:
    source = "if TYPE_CHECKING:\n    import socket\nelse:\n    import time"

    assert {"time"} == imports_of(source, "a test", for_type_checkers=False)


CIRCLE_CASES = [
    # imports                                                     on circles
    ({"a": {"b"}, "b": {"c"}, "c": set()}, set()),
    ({"a": {"b"}, "b": {"a"}, "c": {"a"}}, {"a", "b"}),
    ({"a": {"b"}, "b": {"c"}, "c": {"a"}, "d": set()}, {"a", "b", "c"}),
]


@pytest.mark.parametrize(("graph", "expected"), CIRCLE_CASES)
def test_this_test_finds_the_circles(graph: dict[str, set[str]], expected: set[str]) -> None:
    assert expected == on_circles(graph)


WRONG_CASES = [
    ("browsercors.values.urls", "browsercors.fetch.checks"),
    ("browsercors.fetch.checks", "browsercors.engines.anything"),
    ("browsercors.fetch.checks", "browsercors.explain.report"),
    ("browsercors.explain.report", "browsercors.browser.result"),
    ("browsercors.policy.policy", "browsercors.testing.section"),
]


@pytest.mark.parametrize(("module", "imported"), WRONG_CASES)
def test_an_import_that_points_up_is_refused(module: str, imported: str) -> None:
    assert not may_import(module, imported)

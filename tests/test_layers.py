"""
The floors of the house: imports point down, and the three lowest floors touch nothing outside.
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

# The floors, the highest number on top; a module stands where its longest prefix stands.
FLOORS: Final = {
    "browsercors.__main__": 6,
    "browsercors.cli": 6,
    "browsercors.pytest_plugin": 6,
    "browsercors.testing": 6,
    "browsercors.har": 5,
    "browsercors.pasted": 5,
    "browsercors.hypothesis_entry": 5,
    "browsercors.strategies": 5,
    "browsercors.policy": 5,
    "browsercors.browser": 4,
    "browsercors.servers": 4,
    "browsercors.explain": 3,
    "browsercors.engines": 2,
    "browsercors.fetch": 2,
    "browsercors.values": 1,
}
# The package's front door gathers names of all floors, and is on none.
DOOR: Final = "browsercors"

# NB: `engines/profile.py` is the record that algorithms read; it stands between `values` and `fetch`.
PROFILE: Final = "browsercors.engines.profile"

# What is sans-IO imports no sockets, clocks, chance, environment or threads.
SANS_IO: Final = ("browsercors.values", "browsercors.fetch", "browsercors.engines", "browsercors.explain")
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


def imports_of(source: str, module: str) -> set[str]:
    """
    Every module that *source* imports when it runs, in functions too; imports for type checkers do not count.
    """
    found: set[str] = set()

    def visit(node: ast.AST) -> None:
        if isinstance(node, ast.If) and "TYPE_CHECKING" in ast.unparse(node.test):
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
    parts = module.split(".")
    return FLOORS[".".join(parts[:2])]


def may_import(module: str, imported: str) -> bool:
    """
    Whether the import points down, or stays in the room.
    """
    if module == PROFILE:
        return floor_of(imported) < 2
    if module.startswith("browsercors.fetch") and imported.startswith("browsercors.engines"):
        return imported == PROFILE
    return floor_of(imported) <= floor_of(module)


INSIDE: Final = [name for name in MODULES if name != DOOR]


@pytest.mark.parametrize("module", INSIDE)
def test_imports_point_down_the_floors_only(module: str) -> None:
    imported = {name for name in imports_of(MODULES[module].read_text("utf-8"), module) if name.startswith(DOOR)}
    up = {name for name in imported if name != DOOR and not may_import(module, name)}

    assert up == set()


@pytest.mark.parametrize("module", [name for name in INSIDE if not name.startswith("browsercors.cli")])
def test_nothing_imports_from_a_package_s_init(module: str) -> None:
    packages = {name for name, path in MODULES.items() if path.name == "__init__.py"}
    imported = imports_of(MODULES[module].read_text("utf-8"), module)

    assert imported & packages == set()


@pytest.mark.parametrize("module", [name for name in INSIDE if name.startswith(SANS_IO)])
def test_the_engine_touches_nothing_outside(module: str) -> None:
    tree = ast.parse(MODULES[module].read_text("utf-8"))
    imported = {name.partition(".")[0] for name in imports_of(ast.unparse(tree), module)}
    called = {node.func.id for node in ast.walk(tree) if isinstance(node, ast.Call) and isinstance(node.func, ast.Name)}
    now = {node.attr for node in ast.walk(tree) if isinstance(node, ast.Attribute)} & {"utcnow", "today", "environ"}

    assert imported & OUTSIDE == set()
    assert called & {"open", "input", "print", "exec", "eval", "__import__"} == set()
    assert now == set()
    assert not any(isinstance(node, ast.Global) for node in ast.walk(tree))


def test_every_module_has_a_floor() -> None:
    assert {".".join(name.split(".")[:2]) for name in INSIDE} <= set(FLOORS)


CAUGHT_CASES = [
    # source                                                                        modules that it imports
    ("import socket", {"socket"}),
    ("def f():\n    import socket", {"socket"}),
    ("from browsercors.values import urls", {"browsercors.values.urls"}),
    ("from browsercors.values.urls import URL", {"browsercors.values.urls"}),
    ("from browsercors.values import nothing", {"browsercors.values"}),
    ("from typing import TYPE_CHECKING\nif TYPE_CHECKING:\n    import socket", {"typing.TYPE_CHECKING"}),
    ("if TYPE_CHECKING:\n    import socket\nelse:\n    import time", {"time"}),
    ("try:\n    import socket\nexcept ImportError:\n    pass", {"socket"}),
]


@pytest.mark.parametrize(("source", "expected"), CAUGHT_CASES)
def test_this_test_finds_the_imports(source: str, expected: set[str]) -> None:
    assert expected == imports_of(source, "a test")


WRONG_CASES = [
    ("browsercors.values.urls", "browsercors.fetch.checks"),
    ("browsercors.fetch.checks", "browsercors.engines.chromium"),
    ("browsercors.fetch.checks", "browsercors.explain.as_data"),
    ("browsercors.engines.profile", "browsercors.fetch.checks"),
    ("browsercors.engines.profile", "browsercors.engines.standard"),
    ("browsercors.explain.as_data", "browsercors.browser.result"),
]


@pytest.mark.parametrize(("module", "imported"), WRONG_CASES)
def test_an_import_that_points_up_is_refused(module: str, imported: str) -> None:
    assert not may_import(module, imported)

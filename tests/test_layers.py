"""
The floors of the house: imports point down and never in circles, and the lowest floors touch nothing outside.
"""

from __future__ import annotations

import ast
from pathlib import Path
from typing import TYPE_CHECKING, Final

import pytest

import browsercors

if TYPE_CHECKING:
    from collections.abc import Mapping, Set

# NB: what it covers is covered by quicker tests, and under the tracer it takes five times as long.
pytestmark = pytest.mark.untraced

PACKAGE: Final = Path(browsercors.__file__).parent

# The floors, the highest number on top; a module stands where its longest prefix stands.
FLOORS: Final = {
    "browsercors.__main__": 8,
    "browsercors.cli": 8,
    "browsercors.pytest_plugin": 8,
    "browsercors.testing": 8,
    "browsercors.har": 7,
    "browsercors.pasted": 7,
    "browsercors.hypothesis_entry": 7,
    "browsercors.strategies": 7,
    "browsercors.policy": 7,
    "browsercors.browser": 6,
    "browsercors.servers": 6,
    "browsercors.explain": 5,
    "browsercors.engines": 4,
    "browsercors.fetch": 3,
    "browsercors.rules": 2,
    "browsercors.values": 1,
}
# The package's front door gathers names of all floors, and is on none.
DOOR: Final = "browsercors"

# FIXME: results and pages, policies and their contradictions name each other, though only to type checkers.
KNOWN_CIRCLES: Final = {
    (
        "browsercors.browser.errors",
        "browsercors.browser.page",
        "browsercors.browser.replay",
        "browsercors.browser.result",
    ),
    ("browsercors.policy.contradictions", "browsercors.policy.policy"),
}

# What is sans-IO imports no sockets, clocks, chance, environment or threads.
SANS_IO: Final = (
    "browsercors.values", "browsercors.rules", "browsercors.fetch", "browsercors.engines", "browsercors.explain",
)  # fmt: skip
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


def imports_of(source: str, module: str, *, for_types: bool = True) -> set[str]:
    """
    Every module that *source* imports, in functions too; those for type checkers unless told otherwise.
    """
    found: set[str] = set()

    def visit(node: ast.AST) -> None:
        if not for_types and isinstance(node, ast.If) and "TYPE_CHECKING" in ast.unparse(node.test):
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
    return floor_of(imported) <= floor_of(module)


INSIDE: Final = [name for name in MODULES if name != DOOR]


@pytest.mark.parametrize("module", INSIDE)
def test_imports_point_down_the_floors_only(module: str) -> None:
    imported = {name for name in imports_of(MODULES[module].read_text("utf-8"), module) if name.startswith(DOOR)}
    up = {name for name in imported if name != DOOR and not may_import(module, name)}

    assert up == set()


def circles(imports: Mapping[str, Set[str]]) -> set[tuple[str, ...]]:
    """
    Return the groups of modules of which each imports all others of its group, by whatever way.
    """
    reached = {module: _reached_from(module, imports) for module in imports}
    return {
        tuple(sorted(other for other in names if module in reached[other]))
        for module, names in reached.items()
        if module in names
    }


def _reached_from(module: str, imports: Mapping[str, Set[str]]) -> set[str]:
    reached: set[str] = set()
    waiting = [module]
    while waiting:
        new = imports[waiting.pop()] - reached
        reached |= new
        waiting += new
    return reached


def test_modules_do_not_import_each_other_in_circles() -> None:
    inside = set(INSIDE)
    imports = {name: (imports_of(MODULES[name].read_text("utf-8"), name) & inside) - {name} for name in INSIDE}

    assert circles(imports) == KNOWN_CIRCLES


CIRCLE_CASES: Final[list[tuple[dict[str, set[str]], set[tuple[str, ...]]]]] = [
    ({"a": {"b"}, "b": {"c"}, "c": set()}, set()),
    ({"a": {"b"}, "b": {"a"}, "c": {"a"}}, {("a", "b")}),
    ({"a": {"b"}, "b": {"c"}, "c": {"a"}, "d": {"e"}, "e": {"d"}}, {("a", "b", "c"), ("d", "e")}),
]


@pytest.mark.parametrize(("imports", "expected"), CIRCLE_CASES)
def test_this_test_finds_circles(imports: dict[str, set[str]], expected: set[tuple[str, ...]]) -> None:
    assert expected == circles(imports)


@pytest.mark.parametrize("module", [name for name in INSIDE if not name.startswith("browsercors.cli")])
def test_nothing_imports_from_a_package_s_init(module: str) -> None:
    packages = {name for name, path in MODULES.items() if path.name == "__init__.py"}
    imported = imports_of(MODULES[module].read_text("utf-8"), module)

    assert imported & packages == set()


@pytest.mark.parametrize("module", [name for name in INSIDE if name.startswith(SANS_IO)])
def test_the_engine_touches_nothing_outside(module: str) -> None:
    tree = ast.parse(MODULES[module].read_text("utf-8"))
    imported = {name.partition(".")[0] for name in imports_of(ast.unparse(tree), module, for_types=False)}
    called = {node.func.id for node in ast.walk(tree) if isinstance(node, ast.Call) and isinstance(node.func, ast.Name)}
    now = {node.attr for node in ast.walk(tree) if isinstance(node, ast.Attribute)} & {"utcnow", "today", "environ"}

    assert imported & OUTSIDE == set()
    assert called & {"open", "input", "print", "exec", "eval", "__import__"} == set()
    assert now == set()
    assert not any(isinstance(node, ast.Global) for node in ast.walk(tree))


@pytest.mark.parametrize("module", [name for name in INSIDE if name.startswith("browsercors.rules")])
def test_rules_are_records_only(module: str) -> None:
    body = ast.parse(MODULES[module].read_text("utf-8")).body

    assert [node.name for node in body if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef)] == []


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
    assert expected == imports_of(source, "a test", for_types=False)


def test_imports_for_type_checkers_count_on_the_floors() -> None:
    source = "from typing import TYPE_CHECKING\nif TYPE_CHECKING:\n    import browsercors.values.urls"

    assert imports_of(source, "a test") == {"typing.TYPE_CHECKING", "browsercors.values.urls"}


WRONG_CASES = [
    ("browsercors.values.urls", "browsercors.fetch.checks"),
    ("browsercors.fetch.checks", "browsercors.engines.chromium.profile"),
    ("browsercors.fetch.checks", "browsercors.explain.as_data"),
    ("browsercors.rules.profile", "browsercors.fetch.checks"),
    ("browsercors.rules.profile", "browsercors.engines.standard.profile"),
    ("browsercors.values.urls", "browsercors.rules.profile"),
    ("browsercors.explain.as_data", "browsercors.browser.result"),
]


@pytest.mark.parametrize(("module", "imported"), WRONG_CASES)
def test_an_import_that_points_up_is_refused(module: str, imported: str) -> None:
    assert not may_import(module, imported)

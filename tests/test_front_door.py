"""
The front door: what `browsercors` gives out, at run time and to type checkers.
"""

from __future__ import annotations

import ast
import re
from collections import Counter
from importlib import import_module
from pathlib import Path
from typing import Final

import pytest

import browsercors

ROOT: Final = Path(__file__).parents[1]

IMPORT: Final = re.compile(r"^(?:>>> |\.\.\. )?\s*(?:from|import) (browsercors[\w.]*)", re.MULTILINE)
"""An import of ours in an example, as a program or as a session has it."""


def imports_for_type_checkers() -> list[tuple[str, str]]:
    """
    Find what the front door imports for type checkers, as (module, name); each has to be given out (`X as X`).
    """
    tree = ast.parse(Path(browsercors.__file__).read_text("utf-8"))
    (block,) = [node for node in tree.body if isinstance(node, ast.If) and ast.unparse(node.test) == "TYPE_CHECKING"]
    found = []
    for statement in block.body:
        assert isinstance(statement, ast.ImportFrom)
        for alias in statement.names:
            assert alias.asname == alias.name
            found.append((str(statement.module), alias.name))
    return found


def test_type_checkers_see_the_names_of_the_table() -> None:
    table = [(f"browsercors.{home}", name) for home, names in browsercors._HOMES.items() for name in names]

    assert sorted(table) == sorted(imports_for_type_checkers())


def test_every_name_stands_in_the_table_once() -> None:
    names = Counter(name for names in browsercors._HOMES.values() for name in names)

    assert {} == {name: count for name, count in names.items() if count > 1}
    assert browsercors.__all__ == tuple(names)


@pytest.mark.parametrize("name", browsercors.__all__)
def test_every_name_is_what_its_home_says_is_public(name: str) -> None:
    home = import_module(f"browsercors.{browsercors._HOME_OF[name]}")

    assert name in home.__all__
    assert getattr(home, name) is getattr(browsercors, name)
    assert name in dir(browsercors)


def test_a_name_that_there_is_not_is_an_attribute_error() -> None:
    with pytest.raises(AttributeError, match="module 'browsercors' has no attribute 'Browsr'"):
        browsercors.__getattr__("Browsr")


PAGES: Final = [ROOT / "README.md", ROOT / "CONTRIBUTING.md", *sorted((ROOT / "spec_notes").rglob("*.md"))]
USERS_ROOMS: Final = {"browsercors", "browsercors.strategies"}


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.name)
def test_examples_import_from_the_front_door(page: Path) -> None:
    inner = set(IMPORT.findall(page.read_text("utf-8"))) - USERS_ROOMS

    assert inner == set()

"""
Applications by name: what a name leads to, when it is called, and what is said of one that leads nowhere.
"""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING

import pytest

from browsercors.servers.named_applications import ApplicationFailed, NoSuchApplication, find_application

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path


@pytest.fixture(autouse=True)
def _modules(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """
    Be in a directory with modules in it, of which nothing is left afterwards.
    """
    (tmp_path / "named_here.py").write_text(
        "calls = []\n"
        "class Holder:\n    app = 'held'\n"
        "def create_app(name='x'):\n    calls.append(name)\n    return name\n"
        "def fails():\n    raise LookupError('no settings')\n"
    )
    (tmp_path / "needing_here.py").write_text("import not_installed_here\n")
    (tmp_path / "exiting_here.py").write_text("raise SystemExit(3)\n")
    monkeypatch.chdir(tmp_path)
    monkeypatch.setattr(sys, "path", list(sys.path))
    yield
    for name in ("named_here", "needing_here", "exiting_here"):
        sys.modules.pop(name, None)


FOUND = [
    # name                          what it makes
    ("named_here:Holder.app", "held"),
    ("named_here:create_app()", "x"),
    ("named_here:create_app('y')", "y"),
    ("named_here: create_app( 'z' )", "z"),
]


@pytest.mark.parametrize(("name", "expected"), FOUND)
def test_a_name_leads_to_what_it_says(name: str, expected: str) -> None:
    assert expected == find_application(name).make()


def test_nothing_is_called_before_it_is_made_and_then_each_time() -> None:
    named = find_application("named_here:create_app()")
    calls = sys.modules["named_here"].calls

    assert [] == calls
    named.make()
    named.make()
    assert ["x", "x"] == calls


NOWHERE = [
    ("named_here", "'named_here' names no application; write module:attribute, such as shop.web:app"),
    ("named_here:", "'named_here:' names no application"),
    ("named-here:app", "'named-here:app' names no application"),
    ("named_here:create_app(name='y')", "\"named_here:create_app(name='y')\" names no application"),
    ("named_here:create_app(print)", "'named_here:create_app(print)' names no application"),
    ("not_there:app", "there is no module 'not_there', neither in the current directory nor among the installed ones"),
    ("named_here:create_ap", "module 'named_here' has no attribute 'create_ap'; did you mean create_app?"),
    ("named_here:Holder.ap", "'Holder' of module 'named_here' has no attribute 'ap'; did you mean app?"),
    ("named_here:Holder.app()", "'named_here:Holder.app()' calls what is no function: 'held'; leave the () out"),
]


@pytest.mark.parametrize(("name", "message"), NOWHERE)
def test_a_name_that_leads_nowhere_is_told_what_would_be_right(name: str, message: str) -> None:
    with pytest.raises(NoSuchApplication) as caught:
        find_application(name)

    assert str(caught.value).startswith(message)


FAILED = [
    ("named_here:fails()", "calling fails() of named_here raised LookupError: no settings (line 8 of "),
    ("needing_here:app", "importing needing_here needs the module 'not_installed_here', which is not there"),
    ("exiting_here:app", "importing exiting_here raised SystemExit: 3 (line 1 of "),
]


@pytest.mark.parametrize(("name", "message"), FAILED)
def test_what_fails_is_told_with_its_place(name: str, message: str) -> None:
    with pytest.raises(ApplicationFailed) as caught:
        find_application(name).make()

    assert str(caught.value).startswith(message)

"""
Which application `module:attribute` or `module:factory()` names.
"""

from __future__ import annotations

import ast
import contextlib
import difflib
import importlib
import sys
import traceback
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

import attrs

from browsercors.explain.words.sanitise import printable

if TYPE_CHECKING:
    from collections.abc import Iterator

__all__ = ["ApplicationFailed", "NamedApplication", "NoSuchApplication", "failure_text", "find_application"]

RIGHT: Final = "module:attribute, such as shop.web:app, or module:factory(), such as shop.web:create_app()"


class NoSuchApplication(ValueError):  # noqa: N818 - it is what is wrong
    """
    The text names nothing that is there.
    """


class ApplicationFailed(RuntimeError):  # noqa: N818 - it is what happened
    """
    The application raised while it was imported or made.
    """


@attrs.frozen
class NamedApplication:
    """
    What a name leads to.

    Attributes:
        target: The name, such as `shop.web:create_app()`.
        found: The attribute of the module.
        arguments: What it is called with; None if the name has no call.
    """

    target: str
    found: Any
    arguments: tuple[Any, ...] | None

    def make(self) -> Any:
        """
        Return the application: what was found, or what it returns if the name calls it.

        Raises:
            ApplicationFailed: It raised.
        """
        if self.arguments is None:
            return self.found
        module_name, _, expression = self.target.partition(":")
        with _failures_in_one_line(f"calling {expression} of {module_name}"):
            return self.found(*self.arguments)


def find_application(target: str) -> NamedApplication:
    """
    Import the module that *target* names, with the current directory on the path as `python -m` has it.

    Nothing is called yet.

    Raises:
        NoSuchApplication: *target* does not name anything that is there.
        ApplicationFailed: The module raised, or needs another one that is not there.
    """
    module_name, colon, expression = target.partition(":")
    names, arguments = _parse(expression)
    if not (colon and names and all(part.isidentifier() for part in module_name.split("."))):
        raise NoSuchApplication(f"{target!r} names no application; write {RIGHT}, or the URL of a live server")
    here = str(Path.cwd())
    if here not in sys.path:
        sys.path.insert(0, here)
    found = _import(module_name)
    owner = f"module {module_name!r}"
    for name in names:
        found = _attribute(owner, found, name)
        owner = f"{name!r} of {owner}"
    if arguments is not None and not callable(found):
        raise NoSuchApplication(f"{target!r} calls what is no function: {found!r}; leave the () out")
    return NamedApplication(target, found, None if arguments is None else tuple(arguments))


def failure_text(doing: str, error: BaseException) -> str:
    """
    Return in one line what an application raised, and where.
    """
    return printable(f"{doing} raised {type(error).__name__}: {error}{_place(error)}")


def _parse(expression: str) -> tuple[list[str], list[Any] | None]:
    """
    Return the names that lead to the application, and the arguments if it is called; no names for what is neither.
    """
    try:
        node = ast.parse(expression.strip(), mode="eval").body
        arguments = None
        if isinstance(node, ast.Call) and not node.keywords:
            arguments = [ast.literal_eval(argument) for argument in node.args]
            node = node.func
    except (SyntaxError, ValueError):
        return [], None
    names: list[str] = []
    while isinstance(node, ast.Attribute):
        names.insert(0, node.attr)
        node = node.value
    return ([node.id, *names], arguments) if isinstance(node, ast.Name) else ([], None)


def _import(module_name: str) -> Any:
    try:
        with _failures_in_one_line(f"importing {module_name}", let_through=ModuleNotFoundError):
            return importlib.import_module(module_name)
    except ModuleNotFoundError as error:
        missing = error.name or module_name
        if module_name == missing or module_name.startswith(f"{missing}."):
            raise NoSuchApplication(
                f"there is no module {missing!r}, neither in the current directory nor among the installed ones"
            ) from None
        raise ApplicationFailed(
            printable(f"importing {module_name} needs the module {missing!r}, which is not there")
        ) from None


def _attribute(owner_name: str, owner: Any, name: str) -> Any:
    try:
        return getattr(owner, name)
    except AttributeError:
        near = difflib.get_close_matches(name, [other for other in dir(owner) if not other.startswith("_")])
        hint = f"; did you mean {' or '.join(near)}?" if near else ""
        raise NoSuchApplication(f"{owner_name} has no attribute {name!r}{hint}") from None


@contextlib.contextmanager
def _failures_in_one_line(doing: str, let_through: type[Exception] | tuple[()] = ()) -> Iterator[None]:
    """
    Raise what an application raised as one line of text, with the place.
    """
    try:
        yield
    except let_through:
        raise
    except (Exception, SystemExit) as error:  # noqa: BLE001 - an application may raise anything
        raise ApplicationFailed(failure_text(doing, error)) from None


def _place(error: BaseException) -> str:
    """
    Return where an error was raised, unless that was in the machinery of imports.
    """
    frames = [
        frame
        for frame in traceback.extract_tb(error.__traceback__)
        if frame.filename != __file__ and "importlib" not in frame.filename
    ]
    return f" (line {frames[-1].lineno} of {frames[-1].filename})" if frames else ""

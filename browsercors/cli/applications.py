"""
Finding the application that `module:attribute` or `module:factory()` names.
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

from browsercors.cli.errors import CommandError, bad_value
from browsercors.explain.sanitise import printable

if TYPE_CHECKING:
    from collections.abc import Iterator

__all__ = ["framework_of", "load_application"]

FRAMEWORKS: Final = {
    "flask": "flask-cors",
    "fastapi": "fastapi",
    "starlette": "fastapi",
    "django": "django-cors-headers",
}
"""What CORS is configured with, by the package that an application is made with."""

RIGHT: Final = "module:attribute, such as shop.web:app, or module:factory(), such as shop.web:create_app()"


def load_application(option: str, target: str) -> Any:
    """
    Import what *target* names, with the current directory on the path as `python -m` has it.

    What the application prints meanwhile goes to stderr: stdout is for the report.

    Raises:
        click.UsageError: *target* does not name anything that is there.
        CommandError: The application raised.
    """
    module_name, colon, expression = target.partition(":")
    names, arguments = _parse(expression)
    if not (colon and names and all(part.isidentifier() for part in module_name.split("."))):
        raise bad_value(option, f"{target!r} names no application; write {RIGHT}, or the URL of a live server")
    here = str(Path.cwd())
    if here not in sys.path:
        sys.path.insert(0, here)
    with contextlib.redirect_stdout(sys.stderr):
        application = _import(option, module_name)
        owner = f"module {module_name!r}"
        for name in names:
            application = _attribute(option, owner, application, name)
            owner = f"{name!r} of {owner}"
        if arguments is not None:
            if not callable(application):
                raise bad_value(option, f"{target!r} calls what is no function: {application!r}; leave the () out")
            with _told(f"calling {expression} of {module_name}"):
                application = application(*arguments)
    return application


def framework_of(application: Any) -> str:
    """
    Return what CORS is configured with in *application*, by a name of `configurations.SERVERS`; empty if unknown.
    """
    packages = (base.__module__.partition(".")[0] for base in type(application).__mro__)
    return next((FRAMEWORKS[package] for package in packages if package in FRAMEWORKS), "")


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


def _import(option: str, module_name: str) -> Any:
    try:
        with _told(f"importing {module_name}", let_through=ModuleNotFoundError):
            return importlib.import_module(module_name)
    except ModuleNotFoundError as error:
        missing = error.name or module_name
        if module_name == missing or module_name.startswith(f"{missing}."):
            raise bad_value(
                option,
                f"there is no module {missing!r}, neither in the current directory nor among the installed ones",
            ) from None
        raise CommandError(
            printable(f"importing {module_name} needs the module {missing!r}, which is not there")
        ) from None


def _attribute(option: str, told: str, owner: Any, name: str) -> Any:
    try:
        return getattr(owner, name)
    except AttributeError:
        near = difflib.get_close_matches(name, [other for other in dir(owner) if not other.startswith("_")])
        hint = f"; did you mean {' or '.join(near)}?" if near else ""
        raise bad_value(option, f"{told} has no attribute {name!r}{hint}") from None


@contextlib.contextmanager
def _told(doing: str, let_through: type[Exception] | tuple[()] = ()) -> Iterator[None]:
    """
    Tell what an application raised in one line, with the place.
    """
    try:
        yield
    except let_through:
        raise
    except (Exception, SystemExit) as error:  # noqa: BLE001 - an application may raise anything
        raise CommandError(printable(f"{doing} raised {type(error).__name__}: {error}{_place(error)}")) from None


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

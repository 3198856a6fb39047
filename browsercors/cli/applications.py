"""
Load the application that a command names, as `module:attribute` or `module:factory()`.
"""

from __future__ import annotations

import contextlib
import sys
from typing import Any, Final

from browsercors.cli.exit_status import CommandError, bad_value
from browsercors.servers.named_applications import ApplicationFailed, NoSuchApplication, find_application

__all__ = ["framework_of", "load_application"]

FRAMEWORKS: Final = {
    "flask": "flask-cors",
    "fastapi": "fastapi",
    "starlette": "fastapi",
    "django": "django-cors-headers",
}
"""What configures CORS, by the package that an application is made with."""


def load_application(option: str, target: str) -> Any:
    """
    Import what *target* names, with the current directory on the path as `python -m` has it.

    What the application prints goes to stderr: stdout is for the report.

    Raises:
        click.UsageError: *target* does not exist.
        CommandError: The application raised.
    """
    try:
        with contextlib.redirect_stdout(sys.stderr):
            return find_application(target).make()
    except NoSuchApplication as error:
        raise bad_value(option, str(error)) from None
    except ApplicationFailed as error:
        raise CommandError(str(error)) from None


def framework_of(application: Any) -> str:
    """
    Return what configures CORS in *application*, as a name of `configurations.SERVERS`; empty if unknown.
    """
    packages = (base.__module__.partition(".")[0] for base in type(application).__mro__)
    return next((FRAMEWORKS[package] for package in packages if package in FRAMEWORKS), "")

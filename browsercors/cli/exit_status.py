"""
How a command ends without a verdict: one message on stderr, and an exit status other than 0 and 1.

The status is 2 if the command could not run, 70 for a bug in this package, 130 for Ctrl-C, and 141 if the reader of its
output has gone, as shells report it for other commands.
"""

from __future__ import annotations

import contextlib
import errno
import os
import sys
from typing import IO, TYPE_CHECKING, Any, Final

import click
from click.exceptions import Exit

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

__all__ = ["TRACEBACK", "CommandError", "Commands", "InternalError", "bad_value", "errors_naming", "stdin"]

TRACEBACK: Final = "BROWSERCORS_TRACEBACK"
"""The environment variable that makes an internal error show its traceback: any value except 0 and the empty one."""

INTERNAL_ERROR: Final = 70
"""`EX_SOFTWARE` of sysexits.h."""
INTERRUPTED: Final = 130
"""128 plus the number of SIGINT, as in shells."""
BROKEN_PIPE: Final = 141
"""128 plus the number of SIGPIPE."""

DEVICES: Final = frozenset({errno.ENOSPC, errno.EDQUOT, errno.EFBIG, errno.EIO})
"""The errors of devices: they are full, or cannot be read."""


class CommandError(click.ClickException):
    """
    The command could not run, although it was written correctly.
    """

    exit_code = 2


class InternalError(click.ClickException):
    """
    Something unexpected was raised in this package: a bug, and no verdict.
    """

    exit_code = INTERNAL_ERROR

    def __init__(self, error: BaseException) -> None:
        from browsercors.explain.words.sanitise import shown

        cause = f"{type(error).__name__}: {shown(error)}" if str(error) else type(error).__name__
        super().__init__(
            f"internal error, and no verdict: {cause}. This is a bug in browsercors. Please report it with the command "
            f"and the output of {TRACEBACK}=1."
        )
        self.error = error

    def show(self, file: IO[Any] | None = None) -> None:
        """
        Write the message to stderr, below the traceback if the environment asks for one.
        """
        if os.environ.get(TRACEBACK, "0") not in {"", "0"}:
            import traceback

            click.echo("".join(traceback.format_exception(self.error)), nl=False, err=file is None, file=file)
        super().show(file)


class Commands(click.Group):
    """
    Commands that end with the exit status of a verdict only if they have one.
    """

    def main(
        self,
        args: Sequence[str] | None = None,
        prog_name: str | None = None,
        complete_var: str | None = None,
        standalone_mode: bool = True,
        **options: Any,
    ) -> Any:
        """
        Run the command as `click.Group` does; in standalone mode, end the process with its exit status.
        """
        if not standalone_mode:
            return super().main(args, prog_name, complete_var, standalone_mode=False, **options)
        try:
            status = super().main(args, prog_name, complete_var, standalone_mode=False, **options)
        except click.ClickException as error:
            # NB: the status counts, even if nobody can read the message.
            with contextlib.suppress(OSError):
                error.show()
            status = error.exit_code
        except click.Abort:
            status = INTERRUPTED
        sys.exit(status)

    def make_context(self, *args: Any, **options: Any) -> click.Context:
        """
        Read the command line up to the command, as `click.Group` does.
        """
        with _exit_statuses():
            return super().make_context(*args, **options)

    def invoke(self, ctx: click.Context) -> Any:
        """
        Read the rest, and run the command.
        """
        with _exit_statuses():
            return super().invoke(ctx)


@contextlib.contextmanager
def _exit_statuses() -> Iterator[None]:
    """
    Turn whatever is raised into the exit status that stands for it.
    """
    try:
        yield
    except (click.ClickException, Exit):
        raise
    except (click.Abort, KeyboardInterrupt):
        # NB: click would end with 1, which is a verdict. The line break is for the ^C of the terminal.
        with contextlib.suppress(OSError):
            click.echo(err=True)
        raise Exit(INTERRUPTED) from None
    except BrokenPipeError:
        _discard_output()
        raise Exit(BROKEN_PIPE) from None
    except OSError as error:
        if error.errno not in DEVICES:
            raise InternalError(error) from error
        _discard_output()
        raise CommandError(f"input or output failed: {error.strerror}") from None
    except BaseException as error:
        # NB: SystemExit too: whoever raises it does not know what 0 and 1 mean here.
        raise InternalError(error) from error


def _discard_output() -> None:
    """
    Discard what is still to be written; Python would complain when it flushes stdout at exit.
    """
    for stream in (sys.stdout, sys.stderr):
        try:
            stream.flush()
        except OSError:
            # NB: a stream in a test has no file behind it.
            with contextlib.suppress(OSError, ValueError):
                os.dup2(os.open(os.devnull, os.O_WRONLY), stream.fileno())


def bad_value(option: str, message: str) -> click.BadParameter:
    """
    Return the error for an option with a wrong value; *message* says what it was and what would be right.
    """
    from browsercors.explain.words.sanitise import printable

    return click.BadParameter(printable(message), param_hint=option)


@contextlib.contextmanager
def errors_naming(option: str) -> Iterator[None]:
    """
    Name *option* in the library's message about its value. Other errors pass: they are bugs, not mistakes of the user.
    """
    from browsercors.initiators.header_guard import FetchTypeError
    from browsercors.values.arguments import ArgumentError

    try:
        yield
    except (ArgumentError, FetchTypeError) as error:
        raise bad_value(option, str(error)) from None


def stdin(option: str) -> IO[bytes]:
    """
    Return stdin, for *option*.

    Raises:
        click.BadParameter: It is closed.
    """
    if sys.stdin is None:
        raise bad_value(option, "- means stdin, but stdin is closed")
    return sys.stdin.buffer

"""
What ends a command before there is a verdict: one message on stderr, and an exit status that is neither 0 nor 1.

It is 2 if the command could not be carried out, 70 if a bug of this package ended it, 130 if its user did (Ctrl-C), and
141 if nobody read its output any more, as a shell has it of other commands.
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

__all__ = ["TRACEBACK", "CommandError", "Commands", "InternalError", "bad_value", "naming", "stdin"]

TRACEBACK: Final = "BROWSERCORS_TRACEBACK"
"""The environment variable by which an internal error shows where it came from: any value but 0 and the empty one."""

INTERNAL_ERROR: Final = 70
"""`EX_SOFTWARE` of sysexits.h."""
INTERRUPTED: Final = 130
"""128 and the number of SIGINT, as shells have it."""
NOBODY_READS: Final = 141
"""128 and the number of SIGPIPE."""

DEVICES: Final = frozenset({errno.ENOSPC, errno.EDQUOT, errno.EFBIG, errno.EIO})
"""What devices fail with: no room is left, or they cannot be read."""


class CommandError(click.ClickException):
    """
    The command could not be carried out, through no fault in how it was written.
    """

    exit_code = 2


class InternalError(click.ClickException):
    """
    Something of this package raised what nobody expected: a bug, and no verdict.
    """

    exit_code = INTERNAL_ERROR

    def __init__(self, error: BaseException) -> None:
        from browsercors.explain.words.sanitise import shown

        told = f"{type(error).__name__}: {shown(error)}" if str(error) else type(error).__name__
        super().__init__(
            f"internal error, and no verdict: {told}. This is a bug of browsercors: please report it, with the command "
            f"and with what {TRACEBACK}=1 shows."
        )
        self.error = error

    def show(self, file: IO[Any] | None = None) -> None:
        """
        Write the message to stderr; below the traceback, if the environment asks for that.
        """
        if os.environ.get(TRACEBACK, "0") not in {"", "0"}:
            import traceback

            click.echo("".join(traceback.format_exception(self.error)), nl=False, err=file is None, file=file)
        super().show(file)


class Commands(click.Group):
    """
    Commands none of which ends with the exit status of a verdict unless it has one.
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
            # NB: the status stands, whether or not anybody reads why.
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
        with _honest():
            return super().make_context(*args, **options)

    def invoke(self, ctx: click.Context) -> Any:
        """
        Read the rest, and run the command.
        """
        with _honest():
            return super().invoke(ctx)


@contextlib.contextmanager
def _honest() -> Iterator[None]:
    """
    Give whatever is raised an exit status that says what it was.
    """
    try:
        yield
    except (click.ClickException, Exit):
        raise
    except (click.Abort, KeyboardInterrupt):
        # NB: click would make 1 of it, which is a verdict. The line break is for the ^C of the terminal.
        with contextlib.suppress(OSError):
            click.echo(err=True)
        raise Exit(INTERRUPTED) from None
    except BrokenPipeError:
        _leave_unread()
        raise Exit(NOBODY_READS) from None
    except OSError as error:
        if error.errno not in DEVICES:
            raise InternalError(error) from error
        _leave_unread()
        raise CommandError(f"input or output failed: {error.strerror}") from None
    except BaseException as error:
        # NB: SystemExit too: whoever raises it does not know what 0 and 1 mean here.
        raise InternalError(error) from error


def _leave_unread() -> None:
    """
    Let what is still to be written go nowhere; Python would complain when it flushes stdout at its end.
    """
    for stream in (sys.stdout, sys.stderr):
        try:
            stream.flush()
        except OSError:
            # NB: a stream of a test has no file behind it.
            with contextlib.suppress(OSError, ValueError):
                os.dup2(os.open(os.devnull, os.O_WRONLY), stream.fileno())


def bad_value(option: str, message: str) -> click.BadParameter:
    """
    Return the error for an option with a wrong value; *message* says what it was and what would be right.
    """
    from browsercors.explain.words.sanitise import printable

    return click.BadParameter(printable(message), param_hint=option)


@contextlib.contextmanager
def naming(option: str) -> Iterator[None]:
    """
    Blame *option* for what the library says of its value. Other errors pass: they are bugs, not mistakes of the user.
    """
    from browsercors.initiators.header_guard import FetchTypeError
    from browsercors.values.arguments import ArgumentError

    try:
        yield
    except (ArgumentError, FetchTypeError) as error:
        raise bad_value(option, str(error)) from None


def stdin(option: str) -> IO[bytes]:
    """
    Return stdin, which *option* asks for.

    Raises:
        click.BadParameter: There is none, as where a shell has closed it.
    """
    if sys.stdin is None:
        raise bad_value(option, "- is stdin, and that is closed")
    return sys.stdin.buffer

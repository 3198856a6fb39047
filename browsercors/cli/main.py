"""
The command `browsercors`.
"""

from __future__ import annotations

import click

from browsercors.cli.audit import audit
from browsercors.cli.config import config
from browsercors.cli.demo import demo
from browsercors.cli.exit_status import Commands
from browsercors.cli.explain import explain
from browsercors.cli.har import har
from browsercors.cli.profiles import profiles
from browsercors.cli.reason import reason

__all__ = ["cli", "main"]


@click.group(cls=Commands, context_settings={"help_option_names": ["-h", "--help"], "max_content_width": 100})
@click.version_option(package_name="browsercors", message="%(prog)s %(version)s")
def cli() -> None:
    """
    Simulate the browser's side of CORS, without a browser.

    \b
    Exit status:
      0  the page can read the response; nothing was found
      1  the page cannot read it; something was found
      2  there is no verdict: the command could not run
     70  there is no verdict: this is a bug in browsercors;
         set BROWSERCORS_TRACEBACK=1 to see where
    """  # noqa: D301 - click wants the backspace itself


cli.add_command(audit)
cli.add_command(config)
cli.add_command(demo)
cli.add_command(explain)
cli.add_command(har)
cli.add_command(profiles)
cli.add_command(reason)


def main() -> None:
    """
    Run the command, and end the process with its exit status.
    """
    cli.main(prog_name="browsercors")

"""
Names of browsers on the command line. The registry is asked each time, so that new browsers appear.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import click

from browsercors.engines.registry import HISTORICAL, OTHER_NAMES, browser_names, real_browser_names

if TYPE_CHECKING:
    from click.shell_completion import CompletionItem

    TextParameter = click.ParamType[str]
else:
    # NB: older versions of click have no type argument there.
    TextParameter = click.ParamType

__all__ = ["BrowserName"]


class BrowserName(TextParameter):
    """
    The name of a browser.

    Args:
        before: Other words that may be given, listed before the names.
        after: The same, listed after the names.
        only_real: Whether the standard and what is history are left out.
    """

    name = "browser"

    def __init__(self, before: tuple[str, ...] = (), after: tuple[str, ...] = (), *, only_real: bool = False) -> None:
        self._before, self._after, self._only_real = before, after, only_real

    @property
    def choices(self) -> tuple[str, ...]:
        """
        The words that may be given.
        """
        names = real_browser_names() if self._only_real else (*browser_names(), *HISTORICAL)
        return (*self._before, *names, *self._after)

    def _choice(self) -> click.Choice[str]:
        return click.Choice(self.choices)

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> str:
        """
        Return the name; click reports a wrong one, and what to give for it if people often try it.
        """
        try:
            return self._choice().convert(value, param, ctx)
        except click.BadParameter as error:
            self.fail(f"{error.message.rstrip('.')}{OTHER_NAMES.get(str(value).lower(), '')}.", param, ctx)

    def get_metavar(self, *args: Any, **kwargs: Any) -> str | None:
        """
        Return the choices as help shows them.
        """
        return self._choice().get_metavar(*args, **kwargs)

    def shell_complete(self, ctx: click.Context, param: click.Parameter, incomplete: str) -> list[CompletionItem]:
        """
        Return the completions that the shell offers.
        """
        return self._choice().shell_complete(ctx, param, incomplete)

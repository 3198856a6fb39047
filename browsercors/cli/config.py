"""
`browsercors config`: which settings hold, and where they come from.
"""

from __future__ import annotations

import tomllib
from configparser import ConfigParser, Error as NoIni
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

import click

from browsercors.cli.exit_status import CommandError
from browsercors.testing.project_settings import PYTEST_KEYS, ProjectSettings, SettingsError, check_keys, find_settings

if TYPE_CHECKING:
    from collections.abc import Iterator

__all__ = ["config", "settings_of_audit"]

OWN_KEYS: Final = ("accept",)
"""Keys of the table `audit` beside the options of the command."""

INI_FILES: Final = (
    ("pytest.ini", "pytest"),
    (".pytest.ini", "pytest"),
    ("tox.ini", "pytest"),
    ("setup.cfg", "tool:pytest"),
)


def settings_of_audit(command: click.Command, start: Path) -> tuple[ProjectSettings, dict[str, Any]]:
    """
    Return the settings of the project, and those of its table `audit` as defaults of the options of *command*.

    Raises:
        CommandError: The table is wrong.
    """
    known = {name: parameter for parameter in command.params for name in _names_of(parameter)}
    try:
        settings = find_settings(start)
        table = settings.table("audit")
        check_keys(f"{settings.path}: [tool.browsercors.audit]", table, {*known, *OWN_KEYS})
    except SettingsError as error:
        raise CommandError(str(error)) from None
    return settings, {str(known[key].name): value for key, value in table.items() if key not in OWN_KEYS}


def _names_of(parameter: click.Parameter) -> Iterator[str]:
    """
    Yield what a setting for *parameter* may be called: its name, and its options with underscores.
    """
    yield str(parameter.name)
    for option in parameter.opts:
        if option.startswith("--"):
            yield option[2:].replace("-", "_")


@click.command()
@click.pass_context
def config(context: click.Context, /) -> None:
    """
    Show which settings hold here, and where each comes from.

    \b
    The command line comes first, then the marker of a test, then the ini file
    of pytest, then [tool.browsercors] in pyproject.toml, then the default.
    """  # noqa: D301 - click wants the backspace itself
    from browsercors.cli.audit import audit

    settings, table = settings_of_audit(audit, Path.cwd())
    where = "no [tool.browsercors] in a pyproject.toml" if settings.path is None else str(settings.path)
    click.echo(f"from {where}\n")
    for parameter in audit.params:
        name = str(parameter.name)
        if name in table:
            click.echo(f"audit.{name} = {table[name]!r}  (pyproject.toml)")
        elif isinstance(parameter, click.Option):
            default = parameter.get_default(context)
            is_set = default is not None and not callable(default) and type(default).__module__ == "builtins"
            click.echo(f"audit.{name} = {default!r}  (default)" if is_set else f"audit.{name} is not set  (default)")
    for entry in settings.table("audit").get("accept", []):
        click.echo(f"audit.accept = {entry!r}  (pyproject.toml)")
    for key, value in settings.table("policy").items():
        click.echo(f"policy.{key} = {value!r}  (pyproject.toml)")
    ini, file = _ini_of_pytest(Path.cwd())
    for key in PYTEST_KEYS:
        if f"cors_{key}" in ini:
            click.echo(f"pytest.{key} = {ini[f'cors_{key}']!r}  ({file})")
        elif key in settings.table("pytest"):
            click.echo(f"pytest.{key} = {settings.table('pytest')[key]!r}  (pyproject.toml)")
        else:
            click.echo(f"pytest.{key} is not set  (default)")


def _ini_of_pytest(directory: Path) -> tuple[dict[str, Any], str]:
    """
    Return the options in the ini file that pytest reads in *directory*, and the name of the file.
    """
    for name, section in INI_FILES:
        path = directory / name
        if path.is_file():
            parser = ConfigParser(interpolation=None)
            try:
                parser.read_string(path.read_text("utf-8"))
            except (NoIni, UnicodeDecodeError):
                continue
            if parser.has_section(section):
                return dict(parser[section]), name
    path = directory / "pyproject.toml"
    if path.is_file():
        data = tomllib.loads(path.read_text("utf-8"))
        options = data.get("tool", {}).get("pytest", {}).get("ini_options", {})
        if isinstance(options, dict):
            return options, "[tool.pytest.ini_options]"
    return {}, ""

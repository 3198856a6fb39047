"""
`browsercors config`: which settings hold, and where they come from.
"""

from __future__ import annotations

from pathlib import Path
from typing import Any, Final

import click

from browsercors.cli.audit_in_ci import settings_of_audit
from browsercors.testing.project_settings import PYTEST_KEYS

__all__ = ["config"]

INI_FILES: Final = (
    ("pytest.ini", "pytest"),
    (".pytest.ini", "pytest"),
    ("tox.ini", "pytest"),
    ("setup.cfg", "tool:pytest"),
)


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
    import tomllib
    from configparser import ConfigParser, Error as NoIni

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

"""
The table `[tool.browsercors]` of a project: what `browsercors audit` and the pytest plugin do if nothing else says so.

NB: imported by every run of pytest, so it imports nothing of the simulator.
"""

from __future__ import annotations

from pathlib import Path  # noqa: TC003 - also the type of a field of a NamedTuple
from typing import TYPE_CHECKING, Any, Final, NamedTuple

if TYPE_CHECKING:
    from collections.abc import Collection, Mapping

__all__ = ["PYTEST_KEYS", "ProjectSettings", "SettingsError", "check_keys", "find_settings"]

TABLES: Final = ("audit", "policy", "pytest")
PYTEST_KEYS: Final = ("browsers", "explain", "mount")


class SettingsError(ValueError):
    """
    The table is wrong; the message names the file, the key, and what would be right.
    """


class ProjectSettings(NamedTuple):
    """
    What a project says.

    Attributes:
        path: The file; None where there is no such table.
        tables: The tables in `[tool.browsercors]`, by name.
    """

    path: Path | None
    tables: Mapping[str, Mapping[str, Any]]

    def table(self, name: str) -> Mapping[str, Any]:
        """
        Return a table; an empty one if there is none.
        """
        return self.tables.get(name, {})


def find_settings(start: Path) -> ProjectSettings:
    """
    Return what the nearest `pyproject.toml` in *start* or above says.

    Raises:
        SettingsError: It is no TOML, or has a table or a key that there is not.
    """
    for directory in (start, *start.parents):
        path = directory / "pyproject.toml"
        if path.is_file():
            return _read(path)
    return ProjectSettings(None, {})


def check_keys(where: str, keys: Collection[str], known: Collection[str]) -> None:
    """
    Refuse a key that there is not.

    Raises:
        SettingsError: There is one; the message names the near one.
    """
    for key in keys:
        if key not in known:
            import difflib

            near = difflib.get_close_matches(key, [*known], n=1)
            hint = f"; did you mean {near[0]!r}?" if near else f"; there are {', '.join(sorted(known))}"
            raise SettingsError(f"{where} has no key {key!r}{hint}")


def _read(path: Path) -> ProjectSettings:
    import tomllib

    try:
        data = tomllib.loads(path.read_text("utf-8"))
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        raise SettingsError(f"{path}: {error}") from None
    tool = data.get("tool", {})
    tables = tool.get("browsercors") if isinstance(tool, dict) else None
    if tables is None:
        return ProjectSettings(None, {})
    if not isinstance(tables, dict):
        raise SettingsError(f"{path}: [tool.browsercors] has to be a table, not {tables!r}")
    check_keys(f"{path}: [tool.browsercors]", tables, TABLES)
    for name, table in tables.items():
        if not isinstance(table, dict):
            raise SettingsError(f"{path}: [tool.browsercors.{name}] has to be a table, not {table!r}")
    check_keys(f"{path}: [tool.browsercors.pytest]", tables.get("pytest", {}), PYTEST_KEYS)
    return ProjectSettings(path, tables)

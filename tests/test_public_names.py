"""
The public names: every module says which they are, and defines just those.
"""

from __future__ import annotations

import importlib
import inspect
import pkgutil
from typing import TYPE_CHECKING, Any, Final

import pytest

import browsercors

if TYPE_CHECKING:
    import types

# NB: what it covers is covered by quicker tests, and under the tracer it takes five times as long.
pytestmark = pytest.mark.untraced

MODULES = [
    "browsercors",
    *(
        module.name
        for module in pkgutil.walk_packages(browsercors.__path__, "browsercors.")
        if not any(part.startswith("_") for part in module.name.split("."))
    ),
]
WITH_CODE = [name for name in MODULES if not hasattr(importlib.import_module(name), "__path__")]


def home_of(value: types.FunctionType | type) -> str:
    """
    Find the module that defines *value*; public exceptions say that they live where users find them.
    """
    module = value.__module__
    return f"browsercors.{browsercors._HOME_OF[value.__name__]}" if module == "browsercors" else module


def defined_by(module: types.ModuleType) -> set[str]:
    """
    Find the names of the functions and classes that *module* defines itself, and that do not begin with an underscore.
    """
    return {
        name
        for name, value in vars(module).items()
        if not name.startswith("_")
        and (inspect.isfunction(value) or inspect.isclass(value))
        and module.__name__ == home_of(value)
    }


@pytest.mark.parametrize("name", WITH_CODE)
def test_every_module_says_what_is_public(name: str) -> None:
    module = importlib.import_module(name)
    names = module.__all__

    assert isinstance(names, (list, tuple))
    assert list(names) == sorted(set(names), key=lambda text: (not text.isupper(), text[0].islower(), text))
    assert all(not name.startswith("_") for name in names)


@pytest.mark.parametrize("name", MODULES)
def test_every_public_name_exists(name: str) -> None:
    module = importlib.import_module(name)

    assert [public for public in getattr(module, "__all__", []) if not hasattr(module, public)] == []


# Defined without an underscore, and yet for the use of one module only: the parts that a profile is put together from,
# and the small records in which functions speak to each other.
INTERNAL: Final = {
    "browsercors.browser.page": {"AsyncPageLoads", "PageLoads", "json_body"},
    "browsercors.cli.demo": {"Stop"},
    "browsercors.cli.demo_server": {"CannedResponse"},
    "browsercors.rules.wire": {"Places"},
    "browsercors.explain.fixes.advice": {"Situation"},
    "browsercors.explain.differences": {"BrowserOutcome"},
}
PARTS_OF_PROFILES: Final = ("authentication", "console", "failures", "http_cache", "profile", "shifts")


def is_part_of_profile(name: str) -> bool:
    return name.startswith("browsercors.engines.") and name.rpartition(".")[2] in PARTS_OF_PROFILES


@pytest.mark.parametrize("name", [name for name in WITH_CODE if not is_part_of_profile(name)])
def test_what_a_module_defines_without_underscore_is_public(name: str) -> None:
    module = importlib.import_module(name)

    assert defined_by(module) - INTERNAL.get(name, set()) <= set(module.__all__)


@pytest.mark.parametrize("name", WITH_CODE)
def test_no_module_gives_out_what_another_defines(name: str) -> None:
    module = importlib.import_module(name)
    functions_and_classes = {
        public: getattr(module, public)
        for public in module.__all__
        if inspect.isfunction(getattr(module, public)) or inspect.isclass(getattr(module, public))
    }

    assert set(functions_and_classes) <= defined_by(module)


@pytest.mark.parametrize("name", WITH_CODE)
def test_every_public_function_and_class_is_documented(name: str) -> None:
    module = importlib.import_module(name)
    values: list[Any] = [getattr(module, public) for public in module.__all__]
    undocumented = [
        value.__qualname__
        for value in values
        if (inspect.isfunction(value) or inspect.isclass(value)) and not (value.__doc__ or "").strip()
    ]

    assert undocumented == []


@pytest.mark.parametrize("name", [name for name in WITH_CODE if not name.startswith("browsercors.cli")])
def test_every_error_that_can_be_caught_is_public(name: str) -> None:
    module = importlib.import_module(name)
    errors = {
        name
        for name in defined_by(module)
        if inspect.isclass(getattr(module, name)) and issubclass(getattr(module, name), Exception)
    }

    assert errors <= set(module.__all__)


def test_the_front_door_gives_out_what_users_need() -> None:
    wanted = {"AsyncBrowser", "Browser", "CORSBlocked", "FetchBlocked", "OpaqueResponse", "UnreadableResponse"}

    assert wanted <= set(browsercors.__all__)
    assert [name for name in browsercors.__all__ if not hasattr(browsercors, name)] == []

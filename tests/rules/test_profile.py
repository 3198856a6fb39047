"""
The record of a browser, and the groups of rules in it: complete, documented, and changed only by names that exist.
"""

from __future__ import annotations

import importlib
import inspect
import pkgutil
import re
from typing import Any

import attrs
import pytest

import browsercors.rules
from browsercors import CHROMIUM
from browsercors.rules.profile import BrowserProfile
from browsercors.values.records import Rules

RECORDS = [
    record
    for module in pkgutil.iter_modules(browsercors.rules.__path__, "browsercors.rules.")
    for _, record in inspect.getmembers(importlib.import_module(module.name), inspect.isclass)
    if issubclass(record, Rules) and record.__module__ == module.name
]

DOCUMENTED = re.compile(r"^ {4}(\w+): ", re.MULTILINE)


def documented(record: type) -> list[str]:
    """
    Return the names in the section "Attributes" of the docstring.
    """
    _, _, attributes = inspect.cleandoc(record.__doc__ or "").partition("Attributes:\n")
    return DOCUMENTED.findall(attributes)


def with_one_sentence(record: type) -> bool:
    return "Attributes:" not in (record.__doc__ or "")


@pytest.mark.parametrize(
    "record",
    [record for record in RECORDS if not with_one_sentence(record)],
    ids=lambda record: record.__name__,
)
def test_every_field_of_a_record_is_documented_once(record: Any) -> None:
    fields = {field.name for field in attrs.fields(record) if field.init}

    assert fields == set(documented(record))
    assert len(fields) == len(documented(record))


def test_the_records_are_found() -> None:
    assert {"BrowserProfile", "CachingRules", "Safelist", "WireRules"} <= {record.__name__ for record in RECORDS}


def test_a_changed_profile_leaves_the_old_one_as_it_is() -> None:
    changed = CHROMIUM.evolve(name="mine", redirects_hide_cookies=True)

    assert ("mine", True) == (changed.name, changed.redirects_hide_cookies)
    assert ("chromium", False) == (CHROMIUM.name, CHROMIUM.redirects_hide_cookies)
    assert changed.wire is CHROMIUM.wire


def test_a_name_that_no_field_has_is_an_error() -> None:
    with pytest.raises(TypeError, match="confirms_unasked"):
        attrs.evolve(CHROMIUM.http_cache, confirms_unasked=True)  # type: ignore[call-arg]
    with pytest.raises(TypeError, match="hides_cookies"):
        CHROMIUM.evolve(hides_cookies=True)


def test_a_profile_is_frozen() -> None:
    with pytest.raises(attrs.exceptions.FrozenInstanceError):
        CHROMIUM.name = "mine"  # type: ignore[misc]

    assert isinstance(CHROMIUM, BrowserProfile)

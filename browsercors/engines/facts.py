"""
Where browsers depart from the standard: each subject, with what each browser does instead.

Each browser's package has its departures (`browsercors.engines.chromium.facts`), and that of the standard has the
subjects. This module joins them.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

import attrs

from browsercors.engines.registry import BASE, departures_of, profile_named, real_browser_names
from browsercors.engines.standard.facts import SUBJECTS

if TYPE_CHECKING:
    from collections.abc import Mapping

    from browsercors.rules.facts import Departure, Subject
    from browsercors.rules.profile import BrowserProfile

__all__ = ["Fact", "facts", "value_of"]

VALUE: Final = "{}"
"""The placeholder, in a statement, for the value in the profile."""


@attrs.frozen
class Fact:
    """
    A subject, and the browsers that depart from the standard there.

    Attributes:
        subject: What it is about, and what the standard says.
        departures: The departures by the name of the browser, without browsers that follow the standard.
    """

    subject: Subject
    departures: Mapping[str, Departure]

    @property
    def fields(self) -> tuple[str, ...]:
        """
        The fields of `BrowserProfile` that hold it.
        """
        return self.subject.fields

    @property
    def what(self) -> str:
        """
        What it is about.
        """
        return self.subject.what

    def statement(self, browser: str) -> str:
        """
        Return what *browser* does; "standard" if it follows the standard.
        """
        if browser == BASE:
            text = self.subject.standard
        elif browser in self.departures:
            text = self.departures[browser].statement
        else:
            return BASE
        return (
            text.replace(VALUE, _spelled(value_of(profile_named(browser), self.fields[0]))) if VALUE in text else text
        )


def facts() -> dict[str, tuple[Fact, ...]]:
    """
    Return all facts, by heading.
    """
    by_browser = {
        name: {departure.field: departure for departure in departures_of(name)} for name in real_browser_names()
    }

    def fact_of(subject: Subject) -> Fact:
        return Fact(
            subject,
            {
                name: departures[field]
                for name, departures in by_browser.items()
                for field in subject.fields
                if field in departures
            },
        )

    return {heading: tuple(map(fact_of, subjects)) for heading, subjects in SUBJECTS.items()}


def value_of(profile: BrowserProfile, field: str) -> Any:
    """
    Return what *profile* has in *field*, such as `cookies.default_same_site` or `safelist.names[accept]`.
    """
    value: Any = profile
    for part in field.split("."):
        name, _, key = part.removesuffix("]").partition("[")
        value = getattr(value, name)
        if key:
            value = value.get(key.encode())
    return value


def _spelled(value: str | bytes | float) -> str:
    return value.decode("latin-1") if isinstance(value, bytes) else str(value)

"""
The browsers: their one list, and what is known of each by its name.

A browser is a package beside this module, with the browser's name. Its `profile.py` has the profile, under that name in
capitals, and its `facts.py` the departures from the standard.

NB: no package is imported before something of it is asked for, since options and their help need the names alone.
"""

from __future__ import annotations

import contextlib
import copyreg
from functools import cache
from importlib import import_module
from typing import TYPE_CHECKING, Final, cast

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from browsercors.rules.facts import Departure
    from browsercors.rules.profile import BrowserProfile
    from browsercors.values.literals import BrowserName

__all__ = [
    "BASE",
    "DEFAULT_BROWSER",
    "HISTORICAL",
    "OTHER_NAMES",
    "browser_names",
    "departures_of",
    "label_of",
    "profile_named",
    "profiles",
    "real_browser_names",
    "real_browsers",
    "registered",
]

BASE: Final = "standard"
"""The standard, which is no browser that anybody uses, and the base case of all that are."""

PACKAGES: Final[tuple[BrowserName, ...]] = ("chromium", "firefox", "webkit", BASE)
HISTORICAL: Final[tuple[BrowserName, ...]] = ("chromium-pna",)
"""Browsers as they were: known by their names, and in no list of those that people use."""

DEFAULT_BROWSER: Final[BrowserName] = "chromium"

_profiles: Final[dict[str, BrowserProfile]] = {}
_registered: Final[dict[str, tuple[BrowserProfile, tuple[Departure, ...]]]] = {}


def real_browser_names() -> tuple[BrowserName, ...]:
    """
    Return the names of the browsers that people use.
    """
    # NB: type checkers know the browsers that have a package.
    return (*PACKAGES[:-1], *cast("tuple[BrowserName, ...]", tuple(_registered)))


def browser_names() -> tuple[BrowserName, ...]:
    """
    Return the names of all browsers, the standard last.
    """
    return (*real_browser_names(), BASE)


def profiles() -> dict[BrowserName, BrowserProfile]:
    """
    Return all profiles by name, the standard last.
    """
    return {name: _profile_of(name) for name in browser_names()}


@cache
def real_browsers() -> tuple[BrowserProfile, ...]:
    """
    Return the profiles of the browsers that people use.
    """
    return tuple([_profile_of(name) for name in real_browser_names()])


def _profile_of(name: str) -> BrowserProfile:
    profile = _profiles.get(name)
    if profile is None:
        package = name.replace("-", "_")
        module = import_module(f"browsercors.engines.{package}.profile")
        profile = _profiles[name] = getattr(module, package.upper())
        copyreg.pickle(type(profile), _as_name)  # type: ignore[arg-type]  # the stub knows shorter tuples only
    return profile


def _as_name(profile: BrowserProfile) -> tuple[object, ...]:
    """
    Reduce a profile to its name, or to what sets it apart from one, so that results pickle without the rules.
    """
    base = _profiles.get(profile.name) or _profile_of(BASE)
    if profile is base:
        return profile_named, (profile.name,)
    # NB: not `attrs.asdict`, which would take the records apart.
    names = [field.name for field in type(profile).__attrs_attrs__]
    changes = {name: getattr(profile, name) for name in names if getattr(profile, name) is not getattr(base, name)}
    return _changed, (base.name, changes)


def _changed(name: str, changes: Mapping[str, object]) -> BrowserProfile:
    return profile_named(name).evolve(**changes)


def profile_named(browser: str | BrowserProfile) -> BrowserProfile:
    """
    Return the profile of that name, or the profile itself.

    Raises:
        ValueError: There is no browser of that name.
    """
    if isinstance(browser, str):
        if browser in _profiles or browser in PACKAGES or browser in HISTORICAL:
            return _profile_of(browser)
    else:
        from browsercors.rules.profile import BrowserProfile

        if isinstance(browser, BrowserProfile):
            return browser
    names = ", ".join(repr(name) for name in (*browser_names(), *HISTORICAL))
    hint = OTHER_NAMES.get(browser.strip().lower(), "") if isinstance(browser, str) else ""
    raise ValueError(f"browser has to be one of {names}, or a BrowserProfile, not {browser!r}{hint}")


# NB: Safari's differences are documented by WebKit ("Full Third-Party Cookie Blocking and More", 2020) and by
# mdn/browser-compat-data (`Set-Cookie` prefixes); nothing of Safari was recorded.
_SAFARI: Final = (
    "; 'webkit' has the loading rules that Safari shares with WebKitGTK, on which it was recorded. Safari itself has "
    "another network library: it enforces __Host- and __Secure-, blocks all third-party cookies, and reads odd "
    "responses otherwise"
)
_CHROMIUM: Final = "; give 'chromium', whose engine it has"
_FIREFOX: Final = "; give 'firefox'"

OTHER_NAMES: Final[Mapping[str, str]] = {
    **dict.fromkeys(("chrome", "google chrome", "edge", "msedge", "opera", "brave", "vivaldi", "blink"), _CHROMIUM),
    **dict.fromkeys(("mozilla", "gecko", "ff", "nightly"), _FIREFOX),
    **dict.fromkeys(("webkitgtk", "epiphany", "gnome web"), "; give 'webkit'"),
    **dict.fromkeys(("safari", "mobile safari", "ios"), _SAFARI),
}
"""What to give for names that people try, lower-case."""


def label_of(browser: str) -> str:
    """
    Return how the browser of that name is called in a sentence; a name that is not known stands for itself.
    """
    return _profile_of(browser).label if browser in (*browser_names(), *HISTORICAL) else browser


def departures_of(browser: str) -> tuple[Departure, ...]:
    """
    Return in what the browser of that name departs from the standard.
    """
    if browser == BASE:
        return ()
    if browser in _registered:
        return _registered[browser][1]
    departures: tuple[Departure, ...] = import_module(f"browsercors.engines.{browser}.facts").DEPARTURES
    return departures


@contextlib.contextmanager
def registered(profile: BrowserProfile, departures: tuple[Departure, ...] = ()) -> Iterator[BrowserProfile]:
    """
    Let a profile be one of the browsers meanwhile, as if its package stood here.

    Args:
        profile: The profile; it is known by its name.
        departures: The facts behind it.

    Raises:
        ValueError: A browser of that name is there already, or the name is no identifier in lower case.
    """
    name = profile.name
    if name in browser_names():
        raise ValueError(f"there is a browser named {name!r} already")
    if not (name.isidentifier() and name.islower()):
        raise ValueError(f"a browser's name has to be an identifier in lower case, not {name!r}")
    _profiles[name] = profile
    _registered[name] = (profile, departures)
    real_browsers.cache_clear()
    try:
        yield profile
    finally:
        del _profiles[name], _registered[name]
        real_browsers.cache_clear()

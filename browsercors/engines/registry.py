"""
The profiles by name.
"""

from __future__ import annotations

from typing import Final

from browsercors.engines.chromium.profile import CHROMIUM
from browsercors.engines.firefox.profile import FIREFOX
from browsercors.engines.standard.profile import STANDARD
from browsercors.engines.webkit.profile import WEBKIT
from browsercors.rules.profile import BrowserProfile

__all__ = ["PROFILES", "REAL_BROWSERS", "profile_named"]

PROFILES: Final = {profile.name: profile for profile in (CHROMIUM, FIREFOX, WEBKIT, STANDARD)}
REAL_BROWSERS: Final = (CHROMIUM, FIREFOX, WEBKIT)


def profile_named(browser: str | BrowserProfile) -> BrowserProfile:
    """
    Return the profile of that name, or the profile itself.

    Raises:
        ValueError: There is no browser of that name.
    """
    if isinstance(browser, BrowserProfile):
        return browser
    profile = PROFILES.get(browser) if isinstance(browser, str) else None
    if profile is None:
        names = ", ".join(repr(name) for name in PROFILES)
        raise ValueError(f"browser has to be one of {names}, or a BrowserProfile, not {browser!r}")
    return profile

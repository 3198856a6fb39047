"""
How browsers differ in sending http requests over TLS.
"""

from __future__ import annotations

import enum

import attrs

from browsercors.values.records import Rules, quick

__all__ = ["Upgrade", "UpgradeRules"]


@quick
class Upgrade(enum.Enum):
    """
    What becomes of the URL of an http request that is sent over TLS instead.
    """

    IN_PLACE = "in place"
    """The https URL takes its place, as if the page had asked for that."""

    SHOWN = "shown"
    """The https URL takes its place, and the page sees that the response was redirected."""

    HIDDEN = "hidden"
    """The https URL takes its place, but `fetch()` shows the page the http URL, unless the request is redirected."""

    REDIRECT = "redirect"
    """The browser itself answers with a redirect (307) that allows every origin; CORS judges what follows."""

    NEVER = "never"
    """The request is sent over http."""


@attrs.frozen(eq=False, repr=False)
class UpgradeRules(Rules):
    """
    Why http requests go over TLS, and how the page sees that.

    Attributes:
        by_policy: What `upgrade-insecure-requests` in the page's policy does.
        by_hsts: What it does if the host has promised to be reached over TLS only.
        mixed_content_before_policies: Whether they are upgraded before the page's policy looks at them.
        shows_loopback: Whether images, audio and video of this machine are no mixed content, where all else of it is.
    """

    by_policy: Upgrade = Upgrade.IN_PLACE
    by_hsts: Upgrade = Upgrade.IN_PLACE
    mixed_content_before_policies: bool = True
    shows_loopback: bool = False

"""
Permissions Policy: which permissions the pages above let a frame use.

https://w3c.github.io/webappsec-permissions-policy/
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from browsercors.values.expressions import compiled_late
from browsercors.values.urls import parse_url

if TYPE_CHECKING:
    from browsercors.rules.local_network_access import LocalNetworkAccessRules
    from browsercors.values.origins import Origin
    from browsercors.values.requests import Environment

__all__ = ["may_use_permission"]

ASCII_WHITESPACE = compiled_late(r"[\t\n\f\r ]+")


def may_use_permission(page: Environment, permission: str, rules: LocalNetworkAccessRules) -> bool:
    """
    Whether *page* may use *permission*, if the visitor gives it: a top-level page may, a frame if all above let it.
    """
    # PROFILE: to Chromium a permission has two names, and one that is not taken away is enough.
    return any(_is_enabled(page, name, rules) for name, meant in rules.delegated_by.items() if permission in meant)


def _is_enabled(page: Environment, feature: str, rules: LocalNetworkAccessRules) -> bool:
    """
    Whether the policy of *page* lets it use a feature, which is the name of a permission.

    https://w3c.github.io/webappsec-permissions-policy/#algo-define-inherited-policy-in-container
    """
    # NB: a loop, since frames may stand in each other without end.
    frame, parent = page, page.parent
    while parent is not None:
        if not _is_handed_down(frame, parent, feature, rules):
            return False
        frame, parent = parent, parent.parent
    return True


def _is_handed_down(page: Environment, parent: Environment, feature: str, rules: LocalNetworkAccessRules) -> bool:
    """
    Whether *parent* lets the frame *page* use what it may use itself.
    """
    # PROFILE: in Firefox a frame from the parent's origin is as free as the parent.
    declared = parent.origin if page.url.scheme == "about" else page.url.origin
    if rules.own_frames_may and declared.same_origin(parent.origin):
        return True
    allowlist = _allowlist(page.allow, feature)
    if allowlist is None:
        # NB: the default allowlist of the features here is 'self'.
        return page.origin.same_origin(parent.origin)
    return any(_matches(item, page.origin, parent.origin) for item in allowlist)


def _allowlist(allow: str, feature: str) -> list[str] | None:
    """
    Return the allowlist of *feature* in an `allow` attribute, the first if there are several; None if there is none.

    https://w3c.github.io/webappsec-permissions-policy/#algo-parse-policy-directive
    """
    for directive in allow.split(";"):
        # NB: only ASCII whitespace counts; any other space is part of a name that no permission has.
        name, *allowlist = [item for item in ASCII_WHITESPACE.split(directive) if item] or [""]
        if name == feature:
            # NOTE: without a list it is for the origin that the frame is loaded from.
            return allowlist or ["'src'"]
    return None


def _matches(item: str, origin: Origin, parent: Origin) -> bool:
    """
    Whether one item of an allowlist matches a frame of *origin*.
    """
    # NOTE: 'src' is the origin of the frame's URL, even if a sandbox has made it opaque.
    if item == "*" or item.lower() == "'src'":
        return True
    if item.lower() == "'self'":
        return origin.same_origin(parent)
    url = parse_url(item)
    return url is not None and origin.same_origin(url.origin)

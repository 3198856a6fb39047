"""
Permissions Policy: which permissions the pages above let a frame use.

https://w3c.github.io/webappsec-permissions-policy/
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from browsercors.values.urls import parse_url

if TYPE_CHECKING:
    from collections.abc import Mapping

    from browsercors.rules.local_network_access import LocalNetworkAccessRules
    from browsercors.values.origins import Origin
    from browsercors.values.requests import Environment

__all__ = ["may_use_permission"]


def may_use_permission(page: Environment, permission: str, rules: LocalNetworkAccessRules) -> bool:
    """
    Whether *page* may use *permission*, if the visitor gives it: a top-level page may, a frame if all above let it.

    https://w3c.github.io/webappsec-permissions-policy/#algo-define-inherited-policy-in-container
    """
    parent = page.parent
    if parent is None:
        return True
    if not may_use_permission(parent, permission, rules):
        return False
    # PROFILE: in Firefox a frame from the parent's origin is as free as the parent.
    declared = parent.origin if page.url.scheme == "about" else page.url.origin
    if rules.own_frames_may and declared.same_origin(parent.origin):
        return True
    origin = page.origin
    allowlist = _parse_policy_directive(page.allow, rules.delegated_by).get(permission)
    if allowlist is None:
        # NB: the default allowlist of the permissions here is 'self'.
        return origin.same_origin(parent.origin)
    return any(_matches(item, origin, parent.origin) for item in allowlist)


def _parse_policy_directive(allow: str, names: Mapping[str, frozenset[str]]) -> dict[str, list[str]]:
    """
    Read an `allow` attribute: permissions, each with its allowlist; other names in it count for nothing.

    https://w3c.github.io/webappsec-permissions-policy/#algo-parse-policy-directive
    """
    listed: dict[str, list[str]] = {}
    for directive in allow.split(";"):
        name, *allowlist = directive.split() or [""]
        for permission in names.get(name, ()):
            listed.setdefault(permission, allowlist or ["'src'"])
    return listed


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

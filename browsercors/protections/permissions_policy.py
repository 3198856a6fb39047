"""
Permissions Policy: which permissions the page above lets a frame use.

https://w3c.github.io/webappsec-permissions-policy/
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from browsercors.values.permissions import PERMISSIONS, named_permissions
from browsercors.values.urls import parse_url

if TYPE_CHECKING:
    from collections.abc import Iterable

    from browsercors.values.origins import Origin
    from browsercors.values.requests import Environment

__all__ = ["permissions_of_frame"]


def permissions_of_frame(allow: str, *, origin: Origin, declared: Origin, parent: Environment) -> frozenset[str]:
    """
    Return the permissions that a frame may use, out of those of the page above it.

    Args:
        allow: The `allow` attribute of the frame; permissions of other names in it count for nothing.
        origin: The frame's origin.
        declared: The origin that the frame has by its URL, which a sandbox may have taken from it.
        parent: The page above.

    https://w3c.github.io/webappsec-permissions-policy/#algo-define-inherited-policy-in-container
    """
    listed = _parse_policy_directive(allow)
    return frozenset(
        permission
        for permission in PERMISSIONS & parent.permissions
        # NB: without an entry the default allowlist decides, which is 'self' for both permissions.
        if (
            _matches(listed[permission], origin, declared, parent)
            if permission in listed
            else origin.same_origin(parent.origin)
        )
    )


def _parse_policy_directive(allow: str) -> dict[str, list[str]]:
    """
    Read the attribute: permissions, each with its allowlist.

    https://w3c.github.io/webappsec-permissions-policy/#algo-parse-policy-directive
    """
    listed: dict[str, list[str]] = {}
    for directive in allow.split(";"):
        name, *allowlist = directive.split() or [""]
        for permission in named_permissions(name):
            # NOTE: without a list it is for the origin that the frame is loaded from.
            listed.setdefault(permission, allowlist or ["'src'"])
    return listed


def _matches(allowlist: Iterable[str], origin: Origin, declared: Origin, parent: Environment) -> bool:
    for item in allowlist:
        lowered = item.lower()
        if lowered == "*" or (lowered == "'src'" and declared is not None):
            return True
        if lowered == "'self'" and origin.same_origin(parent.origin):
            return True
        url = parse_url(item)
        if url is not None and origin.same_origin(url.origin):
            return True
    return False

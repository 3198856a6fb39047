"""
Cross-Origin-Resource-Policy: whether a response may be loaded by pages of other origins or sites.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from browsercors.values.findings import Algorithm, Finding, Reason

if TYPE_CHECKING:
    from browsercors.values.headers import HeaderList
    from browsercors.values.requests import Request
    from browsercors.values.sites import Sites
    from browsercors.values.urls import URL

__all__ = ["cross_origin_resource_policy_check"]

CROSS_ORIGIN_RESOURCE_POLICY_CHECK: Final[Algorithm] = Algorithm(
    "cross-origin resource policy check", "https://fetch.spec.whatwg.org/#cross-origin-resource-policy-check"
)


def cross_origin_resource_policy_check(request: Request, url: URL, headers: HeaderList, sites: Sites) -> Finding:
    """
    Perform a cross-origin resource policy check for an opaque response.

    NB: an embedder policy of the page is not simulated, so its value is "unsafe-none" here.

    https://fetch.spec.whatwg.org/#cross-origin-resource-policy-internal-check
    """
    # 2.-3. Read the policy; anything but the three values, two headers included, is as none.
    policy = headers.get(b"cross-origin-resource-policy")
    origin = request.origin

    # 5. Switch on the policy.
    if policy == b"same-origin":
        allowed = origin.same_origin(url.origin)
    elif policy == b"same-site":
        # NOTE: what came over TLS is shared with pages that came over TLS only.
        allowed = sites.schemelessly_same_site(origin, url.origin) and (
            origin.scheme == "https" or url.scheme != "https"
        )
    else:
        allowed = True
    if allowed:
        return CROSS_ORIGIN_RESOURCE_POLICY_CHECK.passed("5", policy=policy)
    return CROSS_ORIGIN_RESOURCE_POLICY_CHECK.failed(
        "5", Reason.CROSS_ORIGIN_RESOURCE_POLICY, policy=policy, origin=origin.byte_serialized
    )

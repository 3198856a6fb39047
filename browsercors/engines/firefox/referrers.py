"""
When Firefox tells another site less than the policy of a page allows.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from browsercors.values.requests import Request
    from browsercors.values.sites import Sites

__all__ = ["LAX_POLICIES", "remakes_referrer", "trims_referrer"]

LAX_POLICIES: Final = frozenset({"unsafe-url", "no-referrer-when-downgrade", "origin-when-cross-origin"})
"""Policies of the days when pages told other sites more; `strict-origin-when-cross-origin` has come in their place."""


def trims_referrer(request: Request, sites: Sites) -> bool:
    """
    Tell whether the policy lets another site see the page's path: Firefox writes another `Referer` later.
    """
    return request.referrer_policy in LAX_POLICIES and not sites.same_site(request.origin, request.current_url.origin)


def remakes_referrer(request: Request, policy_before: str, sites: Sites) -> bool:
    """
    Make the referrer anew after a redirect if the policy would have let another site see the page's path.

    Observed on 153: `origin-when-cross-origin`, and a redirect by another site back to the page's origin. A redirect
    that brings such a policy gets no more than its own URL was shown (`CreateFromOtherAndPolicyOverride`).
    """
    return {request.referrer_policy, policy_before} <= LAX_POLICIES and not sites.same_site(
        request.origin, request.url_list[0].origin
    )

"""
Applying the Content Security Policies of a page to its requests.

https://w3c.github.io/webappsec-csp/#fetch-integration
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from browsercors.fetch.upgrades import upgrade_in_place
from browsercors.protections.content_security_policy.checks import reported_violations, should_request_be_blocked
from browsercors.protections.upgrade_insecure_requests import UPGRADE_REQUEST

if TYPE_CHECKING:
    from browsercors.fetch.params import FetchParams
    from browsercors.values.content_security_policy import CSPList
    from browsercors.values.integrity_policy import IntegrityPolicy

__all__ = ["integrity_policy_blocks", "page_policies_block", "policies_forbid"]


def page_policies_block(params: FetchParams, csp_list: CSPList) -> bool:
    """
    Report, upgrade or block the request as the policies of its page say (main fetch, steps 4, 5 and 7).

    NB: what else is blocked at step 7 comes after this. The standard leaves the order open; browsers name the policy
    first.

    Returns:
        Whether the request is blocked.
    """
    request = params.request
    profile = params.user_agent.profile

    # 4. Report what violates a policy that is not enforced.
    params.findings += reported_violations(request, csp_list, profile.content_security_policy)

    # 5. Upgrade the request.
    if csp_list.upgrades_insecure_requests and request.current_url.scheme == "http":
        # PROFILE: Chromium compares the http URL with the policies.
        if profile.content_security_policy.judges_before_upgrade and policies_forbid(params, csp_list):
            return True
        params.findings.append(UPGRADE_REQUEST.noted("5", url=request.current_url.href))
        # PROFILE: the page may see that in the response's URL.
        upgrade_in_place(request, profile.upgrades.by_policy)

    # 7. Block what violates a policy.
    return policies_forbid(params, csp_list)


def policies_forbid(params: FetchParams, csp_list: CSPList) -> bool:
    """
    Whether a policy of the page that is enforced blocks the current URL of the request (main fetch, step 7).
    """
    rules = params.user_agent.profile.content_security_policy
    finding = should_request_be_blocked(params.request, csp_list, rules)
    if finding is None:
        return False
    params.findings.append(finding)
    return True


def integrity_policy_blocks(params: FetchParams, policy: IntegrityPolicy) -> bool:
    """
    Whether the integrity policy of the page blocks the request (main fetch, step 7).
    """
    from browsercors.protections.integrity_policy import should_request_be_blocked_by_integrity_policy

    supported = params.user_agent.profile.elements.integrity_policy
    finding = should_request_be_blocked_by_integrity_policy(params.request, policy, supported)
    if finding is None:
        return False
    params.findings.append(finding)
    return True

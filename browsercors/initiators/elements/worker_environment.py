"""
The environment of a worker: whose origin it has, and whose policies.

https://html.spec.whatwg.org/#run-a-worker
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import attrs

from browsercors.fetch.referrer import (
    DEFAULT_REFERRER_POLICY,
    parse_a_referrer_policy_from_a_referrer_policy_header,
)
from browsercors.values.origins import Origin
from browsercors.values.urls import LOCAL_SCHEMES

if TYPE_CHECKING:
    from browsercors.initiators.page_call import PageFetchParams
    from browsercors.values.requests import Environment
    from browsercors.values.responses import FilteredResponse

__all__ = ["create_worker_environment"]


def create_worker_environment(params: PageFetchParams, response: FilteredResponse) -> Environment:
    """
    Make the environment of a worker.

    Args:
        params: The fetch of its script.
        response: The response to that.

    https://html.spec.whatwg.org/#set-up-a-worker-environment-settings-object
    https://html.spec.whatwg.org/#initialize-worker-policy-container
    """
    outside = params.request.client
    url = params.request.current_url
    # NB: a worker is where its script came from, which the page's own redirects decide.
    owner = outside if params.request.destination == "worker" else None
    placed = attrs.evolve(outside, url=url, base_url=url, referrer_source=url, is_worker=True, owner=owner)
    if url.scheme in LOCAL_SCHEMES:
        # NB: it has the policies of the page, but from a `data:` URL an origin of its own.
        return attrs.evolve(placed, origin=Origin()) if url.scheme == "data" else placed
    headers = response.internal_response.header_list
    csp_list = integrity_policy = None
    # NB: imported late, since few workers have policies.
    if b"content-security-policy" in headers or b"content-security-policy-report-only" in headers:
        from browsercors.protections.content_security_policy.parsing import parse_a_responses_csps

        csp_list = parse_a_responses_csps(headers, url.origin)
        # PROFILE: Firefox does not upgrade what a worker asks for.
        if csp_list is not None and not params.user_agent.profile.initiators.workers.upgrades_by_policy:
            csp_list = attrs.evolve(csp_list, upgrades_insecure_requests=False)
    if b"integrity-policy" in headers:
        from browsercors.protections.integrity_policy import process_an_integrity_policy

        integrity_policy = process_an_integrity_policy(headers)
    # PROFILE: in Firefox the policy of the page stays where the response has none.
    inherits = params.user_agent.profile.initiators.workers.inherits_referrer_policy
    otherwise = outside.referrer_policy if inherits else DEFAULT_REFERRER_POLICY
    return attrs.evolve(
        placed,
        referrer_policy=parse_a_referrer_policy_from_a_referrer_policy_header(headers) or otherwise,
        csp_list=csp_list,
        integrity_policy=integrity_policy,
        address_space=params.user_agent.address_spaces.of(url.origin),
    )

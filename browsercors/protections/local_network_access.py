"""
Local Network Access: what a page of a public site may reach on this machine and in private networks.

https://wicg.github.io/local-network-access/
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from browsercors.protections.permissions_policy import may_use_permission
from browsercors.values.address_spaces import AddressSpace, address_space_of_host
from browsercors.values.findings import Algorithm, Reason
from browsercors.values.permissions import LOCAL_NETWORK, LOOPBACK_NETWORK
from browsercors.values.sites import is_ip_address
from browsercors.values.trustworthiness import is_potentially_trustworthy_origin

if TYPE_CHECKING:
    from browsercors.rules.local_network_access import LocalNetworkAccessRules
    from browsercors.values.findings import Finding
    from browsercors.values.permissions import Permissions
    from browsercors.values.requests import Request
    from browsercors.values.urls import URL

__all__ = [
    "LOCAL_NETWORK_ACCESS_CHECK",
    "is_known_to_be_local",
    "local_network_access_check",
    "permission_for",
]

LOCAL_NETWORK_ACCESS_CHECK: Final = Algorithm(
    "Local Network Access check", "https://wicg.github.io/local-network-access/#local-network-access-check"
)

PERMISSION_OF_SPACE: Final = {AddressSpace.LOCAL: LOCAL_NETWORK, AddressSpace.LOOPBACK: LOOPBACK_NETWORK}


def permission_for(space: AddressSpace) -> str:
    """
    Return the permission that a page needs to reach *space*, which is not the public one.
    """
    return PERMISSION_OF_SPACE[space]


def local_network_access_check(
    request: Request, space: AddressSpace, rules: LocalNetworkAccessRules, permissions: Permissions, now: float
) -> Finding | None:
    """
    Decide whether *request* may use a connection to a server in *space*.

    Args:
        request: The request, or its preflight.
        space: Where the server stands.
        rules: The browser's.
        permissions: What the visitor has allowed.
        now: The simulated time, in seconds.

    Returns:
        The finding that refuses it or lets it pass; None where nothing has to be checked.
    """
    client = request.client
    declared = request.target_address_space
    is_checked = space in rules.checked.get(client.address_space, ())

    # 1. Its own server is open to a page that came securely.
    url = request.current_url
    if url.origin.same_origin(request.origin) and is_potentially_trustworthy_origin(request.origin):
        return None

    # 2. NB: every page has a policy container.

    # 3. What was declared has to be so.
    if declared is not None and declared is not space:
        return LOCAL_NETWORK_ACCESS_CHECK.failed(
            "3.2", Reason.LOCAL_NETWORK_ACCESS_SPACE, declared=declared.value, space=space.value, host=url.host
        )
    # NB: step 3.3 passes without a permission what was declared; Chromium asks for one all the same.

    # 4. Only what is less public than the page is checked.
    # PROFILE: browsers check pages of fewer spaces than the draft does.
    if not is_checked:
        return None
    # 4.2. A page that did not come securely may not.
    permission = permission_for(space)
    facts = {"host": url.host, "page": client.top_level_origin.serialized, "space": space.value}
    if client.address_space in rules.secure_contexts_only and not client.is_secure_context:
        return LOCAL_NETWORK_ACCESS_CHECK.failed("4.2", Reason.LOCAL_NETWORK_ACCESS_INSECURE, **facts)
    if not rules.asks_visitor:
        return LOCAL_NETWORK_ACCESS_CHECK.passed("4", **facts)
    # 4.4. The visitor decides.
    facts["permission"] = permission
    if not may_use_permission(client, permission, rules):
        return LOCAL_NETWORK_ACCESS_CHECK.failed("4.4", Reason.LOCAL_NETWORK_ACCESS_NOT_DELEGATED, **facts)
    origin = client.top_level_origin.serialized
    state = permissions.state(permission, origin)
    if state == "granted":
        return LOCAL_NETWORK_ACCESS_CHECK.passed("4.4.1", **facts)
    if state == "denied":
        return LOCAL_NETWORK_ACCESS_CHECK.failed("4.4.2", Reason.LOCAL_NETWORK_ACCESS_DENIED, **facts)
    # PROFILE: a question that nobody answers is open for ever, or for a while.
    waited = permissions.ask(permission, origin, now)
    if rules.prompt_seconds is not None and waited >= rules.prompt_seconds:
        return LOCAL_NETWORK_ACCESS_CHECK.failed("4.4.3.2", Reason.LOCAL_NETWORK_ACCESS_DENIED, **facts)
    return LOCAL_NETWORK_ACCESS_CHECK.failed("4.4.3", Reason.LOCAL_NETWORK_ACCESS_PROMPT, **facts)


def is_known_to_be_local(url: URL, declared: AddressSpace | None) -> bool:
    """
    Whether a request to *url* is known to stay in a private network before anything is connected.

    That is what lets it pass although it is mixed content: the page has declared it, or the host says so.

    https://wicg.github.io/local-network-access/#mixed-content-lna
    """
    if declared is not None and declared is not AddressSpace.PUBLIC:
        return True
    space = address_space_of_host(url.host)
    return space is AddressSpace.LOCAL and (is_ip_address(url.host) or url.host.removesuffix(".").endswith(".local"))

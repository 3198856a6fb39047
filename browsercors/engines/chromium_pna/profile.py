"""
Chromium as it was from version 104 to about version 138, as far as private networks go: Private Network Access.

A preflight asked for the server's consent before every request to a less public address space. What it did not get was
a warning in the console; only pages that were no secure contexts were blocked. In everything else this is the Chromium
of today. It is for teaching, and for servers that still send the header.

Evidence: the draft (https://wicg.github.io/private-network-access/) and Chromium's source of the time, that is
`preflight_controller.cc`, `private_network_access_checker.cc` and `private_network_request_util.cc`. There is no
recording.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

import attrs

from browsercors.engines.chromium.profile import CHROMIUM
from browsercors.rules.failures import Identifier
from browsercors.rules.local_network_access import LocalNetworkAccessRules
from browsercors.rules.preflight import PreflightStage
from browsercors.values.address_spaces import AddressSpace
from browsercors.values.findings import Reason

if TYPE_CHECKING:
    from browsercors.rules.failures import FailedFetch
    from browsercors.values.findings import Finding

__all__ = ["CHROMIUM_PNA"]


def private_network_identifier(finding: Finding, failed: FailedFetch) -> Identifier | None:
    """
    Name a failure as DevTools did then.
    """
    if finding.reason is Reason.LOCAL_NETWORK_ACCESS_INSECURE:
        return Identifier("InsecurePrivateNetwork")
    if finding.reason is Reason.PRIVATE_NETWORK_NOT_ALLOWED:
        is_missing = finding.evidence.get("allowed") is None
        return Identifier(f"Preflight{'Missing' if is_missing else 'Invalid'}AllowPrivateNetwork")
    return CHROMIUM.identifier(finding, failed)


CHROMIUM_PNA: Final = CHROMIUM.evolve(
    name="chromium-pna",
    label="Chromium with Private Network Access",
    version="104 to about 138, by the source",
    local_network_access=LocalNetworkAccessRules(
        checked={
            AddressSpace.PUBLIC: frozenset({AddressSpace.LOCAL, AddressSpace.LOOPBACK}),
            AddressSpace.LOCAL: frozenset({AddressSpace.LOOPBACK}),
        },
        secure_contexts_only=frozenset({AddressSpace.PUBLIC}),
        asks_visitor=False,
    ),
    private_network_preflight="warned",
    preflight=attrs.evolve(
        CHROMIUM.preflight,
        stages=tuple(
            each
            for stage in CHROMIUM.preflight.stages
            for each in ((stage, PreflightStage.PRIVATE_NETWORK) if stage is PreflightStage.STATUS else (stage,))
        ),
    ),
    identifier=private_network_identifier,
)

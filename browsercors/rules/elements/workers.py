"""
How browsers differ in workers: how they are started, what they import, and whose policies they have.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Literal, TypeAlias

import attrs

from browsercors.values.records import Rules
from browsercors.values.requests import CredentialsMode

if TYPE_CHECKING:
    from collections.abc import Mapping

    from browsercors.values.findings import Reason

__all__ = ["PolicyOwner", "WorkerRules"]

PolicyOwner: TypeAlias = Literal["page", "default"]
"""Whose referrer policy counts in the place of the worker's own."""


@attrs.frozen(eq=False, repr=False)
class WorkerRules(Rules):
    """
    What workers do.

    Attributes:
        throws: For which refusals, if nothing was sent, the constructor throws a SecurityError, and there is no worker
            that could fire `error`.
        shared_throws_for_opaque_origins: Whether that of a shared worker does so in pages of opaque origin.
        classic_credentials: The credentials mode of the script of a classic worker, by its destination.
        keeps_failed_shared_workers: Whether a shared worker whose script failed stays, so that whoever connects later
            hears nothing.
        module_needs_javascript_type: Whether the script of a module worker needs a JavaScript type, as what it imports
            does.
        import_credentials: The credentials mode of `importScripts()`.
        import_referrer_policy: Whose referrer policy `importScripts()` has, if not the worker's own: that of the
            "page", or the "default" one; by the destination of the worker.
        import_type_of_data_urls: Whether `importScripts()` looks at the type of a `data:` URL.
        imports_together: Whether `importScripts()` asks for all its URLs, even if one of the first fails.
        imports_by_page: Whether what a module worker imports statically is asked for by the page that started it, and
            so under the policies of that page.
        import_destinations: The destinations of modules that are imported statically, by that of the worker.
        json_has_own_destination: Whether JSON that a worker imports has a destination and an `Accept` of its own.
        upgrades_by_policy: Whether `upgrade-insecure-requests` in the response with its script counts for a worker.
        inherits_referrer_policy: Whether a worker has the referrer policy of its page if the response with its script
            has none.
        event_source_referrer: Whether the event sources of workers have a referrer.
        dropped_headers: The names, in lower case, of usual headers that the requests of workers do not have, nor those
            of their scripts.
    """

    throws: frozenset[Reason] = frozenset()
    shared_throws_for_opaque_origins: bool = False
    classic_credentials: Mapping[str, CredentialsMode] = attrs.field(factory=dict)
    keeps_failed_shared_workers: bool = False
    module_needs_javascript_type: bool = True
    import_credentials: CredentialsMode = CredentialsMode.SAME_ORIGIN
    import_referrer_policy: Mapping[str, PolicyOwner] = attrs.field(factory=dict)
    import_type_of_data_urls: bool = True
    imports_together: bool = False
    imports_by_page: bool = True
    import_destinations: Mapping[str, str] = attrs.field(factory=dict)
    json_has_own_destination: bool = True
    upgrades_by_policy: bool = True
    inherits_referrer_policy: bool = False
    event_source_referrer: bool = True
    dropped_headers: frozenset[bytes] = frozenset()

"""
Where Firefox departs from the standard in workers, with the evidence.
"""

from __future__ import annotations

from typing import Final

from browsercors.rules.facts import Departure

__all__ = ["WORKER_DEPARTURES"]

WORKER_DEPARTURES: Final = (
    Departure("initiators.workers.shared_throws_for_opaque_origins", "throws", ("workers/sandboxed-shared",)),
    Departure(
        "initiators.workers.classic_credentials",
        'with "include", but for shared workers',
        ("workers/foreign-frame-classic", "workers/foreign-frame-fetches"),
    ),
    Departure("initiators.workers.keeps_failed_shared_workers", "hears nothing", ("workers/shared-failed-twice",)),
    Departure("initiators.workers.import_credentials", "cookies", ("workers/imported-redirect-home",)),
    Departure(
        "initiators.workers.import_referrer_policy",
        "by the default policy",
        ("workers/referrer-page-no-referrer-classic", "workers/referrer-worker-no-referrer-classic"),
    ),
    Departure("initiators.workers.imports_together", "asked for", ("workers/imported-none-and-second",)),
    Departure(
        "initiators.workers.imports_by_page",
        "asked for by the worker, under its own policies",
        ("workers/own-script-none-static", "workers/static-data-app-none"),
    ),
    Departure("initiators.workers.import_destinations", "`worker`", ("workers/static-shared-module-star",)),
    Departure("initiators.workers.json_has_own_destination", "asked for as a script", ("workers/static-json",)),
    Departure("initiators.workers.upgrades_by_policy", "not upgraded", ("workers/own-upgrade",), transport="tls"),
    Departure(
        "initiators.workers.inherits_referrer_policy",
        "that of the page",
        ("workers/referrer-page-no-referrer-classic", "workers/referrer-page-origin-module"),
    ),
    Departure("initiators.workers.event_source_referrer", "none", ("workers/event-source",)),
)

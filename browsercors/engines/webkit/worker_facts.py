"""
Where WebKit departs from the standard in workers, with the evidence.
"""

from __future__ import annotations

from typing import Final

from browsercors.rules.facts import Departure

__all__ = ["WORKER_DEPARTURES"]

WORKER_DEPARTURES: Final = (
    Departure(
        "initiators.workers.throws",
        "throws, if the script has another origin or the page's own policy refuses it",
        ("workers/classic-api", "workers/shared-api", "workers/page-worker-none-classic"),
    ),
    Departure(
        "initiators.workers.module_needs_javascript_type",
        "runs",
        ("workers/module-type-text-plain", "workers/module-untyped"),
    ),
    Departure("initiators.workers.import_credentials", "cookies", ("workers/imported-redirect-home",)),
    Departure("initiators.sends_no_origin_to_own_origin", "no `Origin` for the last", ("workers/static-module-own",)),
    Departure("wire.sec_fetch_site", "such a worker is taken for its page", ("workers/classic-data-exact",)),
    Departure(
        "initiators.workers.import_referrer_policy",
        "by the policy of the page, but for shared workers",
        ("workers/referrer-worker-no-referrer-classic", "workers/referrer-worker-unsafe-url-classic"),
    ),
    Departure(
        "initiators.workers.imports_by_page",
        "asked for by the worker, under its own policies",
        ("workers/own-script-none-static", "workers/page-worker-self-static"),
    ),
    Departure("initiators.workers.json_has_own_destination", "asked for as a script", ("workers/static-json",)),
    Departure(
        "initiators.workers.inherits_referrer_policy",
        "that of the page",
        ("workers/referrer-page-no-referrer-classic", "workers/referrer-page-origin-module"),
    ),
)

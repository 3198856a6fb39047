"""
Where Chromium departs from the standard in workers, with the evidence.
"""

from __future__ import annotations

from typing import Final

from browsercors.rules.facts import Departure

__all__ = ["WORKER_DEPARTURES"]

WORKER_DEPARTURES: Final = (
    Departure(
        "initiators.workers.throws",
        "throws, if the script has another origin",
        ("workers/classic-api", "workers/module-api", "workers/shared-api"),
    ),
    Departure("initiators.workers.keeps_failed_shared_workers", "hears nothing", ("workers/shared-failed-twice",)),
    Departure("initiators.workers.import_credentials", "cookies", ("workers/imported-foreign",)),
    Departure("initiators.workers.import_type_of_data_urls", "runs", ("workers/imported-data-plain",)),
    Departure(
        "initiators.workers.dropped_headers",
        "client hints",
        ("workers/classic-own", "workers/fetch-get-full", "workers/static-json"),
    ),
)

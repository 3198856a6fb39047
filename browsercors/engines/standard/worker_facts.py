"""
What HTML says of workers wherever a browser departs from it.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from browsercors.rules.facts import Subject

if TYPE_CHECKING:
    from collections.abc import Mapping

__all__ = ["WORKER_SUBJECTS"]

WORKER_SUBJECTS: Final[Mapping[str, tuple[Subject, ...]]] = {
    "Workers": (
        Subject(
            ("initiators.workers.throws",),
            "a worker whose script is refused before anything is sent",
            "`error` event",
        ),
        Subject(
            ("initiators.workers.shared_throws_for_opaque_origins",),
            "the same, of a shared worker in a sandboxed page",
            "`error` event",
        ),
        Subject(
            ("initiators.workers.classic_credentials",),
            "the script of a classic worker, in a frame of another site",
            'asked for with credentials mode "same-origin"',
        ),
        Subject(
            ("initiators.workers.keeps_failed_shared_workers",),
            "a shared worker whose script has failed, when another page connects",
            "started anew",
        ),
        Subject(
            ("initiators.workers.module_needs_javascript_type",),
            "the script of a module worker, without a JavaScript type",
            "`error` event",
        ),
        Subject(("initiators.workers.import_credentials",), "`importScripts()` from another origin", "no cookies"),
        Subject(
            ("initiators.workers.import_referrer_policy",), "`Referer` of `importScripts()`", "by the worker's policy"
        ),
        Subject(
            ("initiators.workers.import_type_of_data_urls",),
            "`importScripts()` of a `data:` URL that is no JavaScript",
            "throws",
        ),
        Subject(
            ("initiators.workers.imports_together",),
            "`importScripts()` of several URLs, the first of which fails",
            "the others are not asked for",
        ),
        Subject(
            ("initiators.workers.imports_by_page",),
            "what a module worker imports statically",
            "asked for by the page, under its policies",
        ),
        Subject(
            ("initiators.workers.import_destinations",),
            "`Sec-Fetch-Dest` of what a shared module worker imports statically",
            "`sharedworker`",
        ),
        Subject(
            ("initiators.workers.json_has_own_destination",),
            "JSON that a worker imports as a module",
            "asked for as JSON",
        ),
        Subject(
            ("initiators.workers.upgrades_by_policy",),
            "`upgrade-insecure-requests` in the response with the script of a worker",
            "upgrades what the worker asks for",
        ),
        Subject(
            ("initiators.workers.inherits_referrer_policy",),
            "a worker whose response has no `Referrer-Policy`",
            "the default policy",
        ),
        Subject(("initiators.workers.event_source_referrer",), "`Referer` of a worker's event sources", "the worker"),
        Subject(("initiators.workers.dropped_headers",), "usual headers that workers leave out", "none"),
    ),
}

"""
Where Firefox departs from the standards in what service workers see and do, with the evidence.
"""

from __future__ import annotations

from typing import Final

from browsercors.rules.facts import Departure

__all__ = ["SERVICE_WORKER_DEPARTURES"]

SERVICE_WORKER_DEPARTURES: Final = (
    Departure(
        "initiators.service_workers.shows_own_responses",
        "all",
        ("service-workers/answer-synthetic-other",),
        transport="tls",
    ),
    Departure(
        "initiators.service_workers.names_seen",
        "`Accept-Language` as well",
        ("service-workers/answer-synthetic-own",),
        transport="tls",
    ),
    Departure(
        "initiators.service_workers.own_requests_without",
        "`Sec-Fetch-Storage-Access`",
        ("service-workers/fetch-with-include",),
        transport="tls",
    ),
    Departure(
        "initiators.service_workers.repeats_without",
        "`Sec-Fetch-Storage-Access`",
        (
            "service-workers/fetch-credentials",
            "service-workers/img-other-fetch",
        ),
        transport="tls",
    ),
    Departure(
        "initiators.service_workers.repeated_priority",
        "another for images, none for fonts",
        (
            "service-workers/img-app-fetch",
            "service-workers/font-app-fetch",
        ),
        transport="tls",
    ),
    Departure(
        "initiators.service_workers.change_seen",
        "a policy that tells other sites more is the default one",
        ("service-workers/seen-referrer",),
        transport="tls",
    ),
    Departure(
        "initiators.service_workers.bypassed_by",
        'those with cache mode "reload"',
        ("service-workers/seen-reload",),
        transport="tls",
    ),
    Departure(
        "initiators.service_workers.remembers_redirects",
        "true",
        ("service-workers/redirect-post-302",),
        transport="tls",
    ),
    Departure(
        "initiators.service_workers.taints_other_urls",
        "tainted",
        (
            "service-workers/img-other-synthetic",
            "service-workers/img-app-cors",
        ),
        transport="tls",
    ),
    Departure(
        "initiators.service_workers.takes_credentials",
        "asked for, and refused",
        ("service-workers/register-script-credentials",),
        transport="tls",
    ),
    Departure(
        "initiators.service_workers.allowed_path",
        "taken for the path alone; an empty one is none",
        (
            "service-workers/register-allowed-foreign",
            "service-workers/register-allowed-empty-default",
        ),
        transport="tls",
    ),
    Departure(
        "initiators.service_workers.sees_hidden_vary", "refused", ("service-workers/cache-add-star",), transport="tls"
    ),
    Departure(
        "initiators.service_workers.script_cache_mode",
        "reload; no-cache when it is updated",
        (
            "service-workers/register-default",
            "service-workers/update-changed",
        ),
        transport="tls",
    ),
    Departure(
        "initiators.service_workers.script_cache_mode_of_all",
        "the same",
        ("service-workers/register-via-all",),
        transport="tls",
    ),
    Departure(
        "initiators.service_workers.security_errors",
        "`SecurityError`",
        (
            "service-workers/register-status-302",
            "service-workers/register-policy-none",
        ),
        transport="tls",
    ),
)

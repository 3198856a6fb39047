"""
Where Chromium departs from the standards in what service workers see and do, with the evidence.
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
        "initiators.service_workers.shows_body_of_head", "seen", ("service-workers/synthetic-HEAD",), transport="tls"
    ),
    Departure(
        "initiators.service_workers.names_seen",
        "`User-Agent` and client hints as well",
        ("service-workers/answer-synthetic-own",),
        transport="tls",
    ),
    Departure(
        "initiators.service_workers.own_requests_without",
        "client hints",
        ("service-workers/answer-fetched-cors-own",),
        transport="tls",
    ),
    Departure(
        "initiators.service_workers.shows_origin_of_loads",
        "seen",
        (
            "service-workers/font-app-synthetic",
            "service-workers/img-anonymous-other-synthetic",
        ),
        transport="tls",
    ),
    Departure(
        "initiators.service_workers.repeats_upload_preflight",
        "as for the page",
        ("service-workers/fetch-xhr-upload",),
        transport="tls",
    ),
    Departure(
        "initiators.service_workers.go_on_after_redirect",
        "the request begins anew",
        (
            "service-workers/answer-redirect-own-other",
            "service-workers/answer-redirect-own-other-no-cors",
        ),
        transport="tls",
    ),
    Departure(
        "initiators.service_workers.checks_own_resource_policy",
        "not checked",
        ("service-workers/corp-same-origin-synthetic",),
        transport="tls",
    ),
    Departure(
        "initiators.service_workers.keeps_one_response_per_url",
        "the last one kept",
        ("service-workers/cache-vary-two",),
        transport="tls",
    ),
    Departure(
        "initiators.service_workers.script_cache_mode_of_all",
        "no-cache",
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

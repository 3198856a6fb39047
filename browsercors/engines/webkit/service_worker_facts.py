"""
Where WebKit departs from the standards in what service workers see and do, with the evidence.
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
        "initiators.service_workers.shows_conditional_as_no_store",
        "no-store",
        ("service-workers/seen-conditional",),
        transport="tls",
    ),
    Departure(
        "initiators.service_workers.go_on_after_redirect",
        "the body is lost; at another origin a request under CORS begins anew",
        (
            "service-workers/redirect-post-307",
            "service-workers/answer-redirect-other-own",
        ),
        transport="tls",
    ),
    Departure(
        "initiators.service_workers.checks_redirects",
        "CORS check",
        ("service-workers/answer-redirect-own-other",),
        transport="tls",
    ),
    Departure(
        "initiators.service_workers.own_responses_forget_redirects",
        "false",
        ("service-workers/redirect-chain",),
        transport="tls",
    ),
    Departure(
        "initiators.service_workers.preflights_what_falls_through",
        "no preflight",
        (
            "service-workers/ignore-put",
            "service-workers/ignore-headers",
        ),
        transport="tls",
    ),
    Departure(
        "initiators.service_workers.is_script", "registered", ("service-workers/register-type-none",), transport="tls"
    ),
    Departure(
        "initiators.service_workers.empty_scope_is_none",
        "no scope",
        ("service-workers/register-scope-empty",),
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

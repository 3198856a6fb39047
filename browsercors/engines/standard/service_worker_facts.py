"""
What the standards say of service workers wherever a browser departs from it.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from browsercors.rules.facts import Subject

if TYPE_CHECKING:
    from collections.abc import Mapping

__all__ = ["SERVICE_WORKER_SUBJECTS"]

SERVICE_WORKER_SUBJECTS: Final[Mapping[str, tuple[Subject, ...]]] = {
    "Service workers": (
        Subject(
            ("initiators.service_workers.shows_own_responses",),
            "headers of a response of its own making, for another origin's URL",
            "those that CORS exposes",
        ),
        Subject(("initiators.service_workers.shows_body_of_head",), "a body that it gives to a HEAD", "not seen"),
        Subject(
            ("initiators.service_workers.names_seen",), "usual headers of a request that it sees", "`Accept` of loads"
        ),
        Subject(
            ("initiators.service_workers.own_requests_without",), "usual headers that its own requests lack", "none"
        ),
        Subject(
            ("initiators.service_workers.repeats_without",),
            "those that a page's request lacks when it is fetched again",
            "none",
        ),
        Subject(
            ("initiators.service_workers.repeated_priority",),
            "`Priority` of a page's request that is fetched again",
            "that of `fetch()`",
        ),
        Subject(("initiators.service_workers.change_seen",), "the page's request as it sees it", "as it is"),
        Subject(("initiators.service_workers.bypassed_by",), "requests that it is not asked about", "none"),
        Subject(
            ("initiators.service_workers.shows_conditional_as_no_store",),
            "the cache mode of a conditional request",
            "default",
        ),
        Subject(("initiators.service_workers.shows_origin_of_loads",), "`Origin` of loads with CORS", "not seen"),
        Subject(
            ("initiators.service_workers.repeats_upload_preflight",),
            "the preflight of a request with upload listeners that is fetched again",
            "none",
        ),
        Subject(
            ("initiators.service_workers.go_on_after_redirect",),
            "after a redirect that it makes",
            "a redirect like any other",
        ),
        Subject(
            ("initiators.service_workers.checks_redirects",),
            "a redirect that it makes to a request of another origin",
            "followed",
        ),
        Subject(
            ("initiators.service_workers.own_responses_forget_redirects",),
            "`redirected` of a response of its own making after a redirect",
            "true",
        ),
        Subject(
            ("initiators.service_workers.remembers_redirects",),
            "`redirected` of what it fetched, after a redirect that it made",
            "false",
        ),
        Subject(
            ("initiators.service_workers.taints_other_urls",),
            "an image of another origin's URL with a response that is not opaque",
            "not tainted",
        ),
        Subject(
            ("initiators.service_workers.preflights_what_falls_through",),
            "a request of another origin that it lets the network respond to",
            "preflight",
        ),
        Subject(
            ("initiators.service_workers.checks_own_resource_policy",),
            "`Cross-Origin-Resource-Policy` of a response of its own making",
            "checked",
        ),
        Subject(("initiators.service_workers.is_script",), "a script without a type", "refused"),
        Subject(("initiators.service_workers.takes_credentials",), "a script whose URL has credentials", "registered"),
        Subject(
            ("initiators.service_workers.allowed_path",),
            "`Service-Worker-Allowed` that names another origin",
            "refused",
        ),
        Subject(("initiators.service_workers.empty_scope_is_none",), "an empty scope", "the page's URL"),
        Subject(("initiators.service_workers.sees_hidden_vary",), "a `Vary: *` that CORS hides, in a cache", "kept"),
        Subject(
            ("initiators.service_workers.keeps_one_response_per_url",),
            "two responses of one URL that `Vary` tells apart, in a cache",
            "both kept",
        ),
        Subject(("initiators.service_workers.script_cache_mode",), "the cache mode of a new script", "no-cache"),
        Subject(
            ("initiators.service_workers.script_cache_mode_of_all",), 'the same with `updateViaCache: "all"`', "default"
        ),
        Subject(
            ("initiators.service_workers.security_errors",),
            "registrations that fail by a redirect or a policy",
            "`TypeError`",
        ),
    ),
}

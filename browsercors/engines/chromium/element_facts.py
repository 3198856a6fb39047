"""
Where Chromium departs from the standards in what elements and style sheets load, with the evidence.
"""

from __future__ import annotations

from typing import Final

from browsercors.rules.facts import Departure

__all__ = ["ELEMENT_DEPARTURES"]

ELEMENT_DEPARTURES: Final = (
    # What elements ask for.
    Departure(
        "initiators.accept",
        "more formats for images and prefetches",
        ("images/own-plain", "preloads/prefetch-app-plain"),
    ),
    Departure(
        "initiators.accept_with_cors", "`application/signed-exchange` first", ("preloads/prefetch-api-anonymous",)
    ),
    Departure("initiators.sends_origin_to_own_origin", "`Origin`", ("images/own-anonymous",)),
    Departure(
        "initiators.sends_no_origin_to_own_origin",
        "no `Origin`",
        ("media/audio-own-anonymous", "preloads/manifest-app-plain"),
    ),
    Departure(
        "initiators.css_images",
        "CORS for `clip-path` as well",
        ("images/style-clip-path-own", "images/style-clip-path-star"),
    ),
    Departure("initiators.manifest_credentials", "no cookies", ("preloads/manifest-app-plain",)),
    Departure("initiators.refuses_credentials_in_urls_of", "not asked for", ("images/user-in-url-plain",)),
    Departure("initiators.asks_again_for_failed_modules", "asked for again", ("scripts/import-failed-twice",)),
    Departure("initiators.remembered_module_failures", "its type fails it again", ("mixed/037-module",)),
    # What is preloaded.
    Departure(
        "initiators.preloads.module_kinds",
        "`json`, `script` and `style`",
        ("preloads/module-as-worker", "preloads/module-as-audioworklet"),
    ),
    Departure("initiators.preloads.key", "the same, without the fragment of the URL", ("preloads/fetch-not-fragment",)),
    Departure(
        "initiators.preloads.may_serve",
        "served",
        ("preloads/fetch-not-header", "preloads/fetch-not-accept"),
    ),
    Departure(
        "initiators.preloads.checks_integrity_late",
        "served and checked, for `fetch()`",
        ("preloads/fetch-not-integrity",),
    ),
    Departure(
        "initiators.preloads.remembers_failure",
        "fails",
        ("preloads/refused-image", "preloads/refused-script", "preloads/refused-fetch"),
    ),
    Departure(
        "initiators.preloads.needs_ok_status",
        "scripts, style sheets, fonts and what is prefetched fail",
        ("preloads/status-404-script", "preloads/page-404-as-font", "preloads/prefetch-status-404-plain"),
    ),
    Departure("initiators.preloads.looked_at", "images fail", ("preloads/status-204-image",)),
    Departure("initiators.preloads.keeps_images", "asked for again", ("preloads/consumed-twice",)),
    # What elements load.
    Departure(
        "opaque_response_blocking.steps",
        "blocked if it begins like HTML, XML or a JSON object, whatever its type, and no image, audio or video",
        ("media/audio-html", "opaque-blocking/script-body-html-text-javascript"),
        besides="`services/network/orb/orb_impl.cc`",
    ),
    Departure(
        "opaque_response_blocking.safelisted",
        "`text/css`, `image/svg+xml`, audio and video, DASH, HLS and WebVTT",
        ("opaque-blocking/img-application-dash+xml-nosniff",),
        besides="`services/network/orb/orb_impl.cc`",
    ),
    Departure(
        "opaque_response_blocking.never_sniffed",
        "PDF, CSV, archives, office documents and more; with `nosniff` also HTML, JSON, XML and `text/plain`",
        besides="`services/network/orb/orb_mimetypes.cc`",
    ),
    Departure("opaque_response_blocking.media_type", "its own list", besides="`net/base/mime_sniffer.cc`"),
    Departure(
        "opaque_response_blocking.leaves_unread",
        "is not stored",
        ("http-cache/kept-away-text%2fhtml-nosniff-fresh",),
        transport="sites",
    ),
    Departure(
        "opaque_response_blocking.empties_fetches",
        "an opaque response without a body",
        besides="`services/network/orb/orb_impl.cc`",
    ),
    Departure("elements.wrong_stylesheet_type", "`load` event, but no rule applies", ("styles/type-text-html-app",)),
    Departure("elements.workers_need_javascript_type", "runs", ("workers/classic-type-text-plain",)),
    Departure("elements.image_formats", "decoded", besides="its `Accept`, as seen in Chromium 156"),
    Departure("elements.ignores_unknown_integrity", "runs", ("scripts/integrity-plain-unknown",)),
    Departure("elements.integrity_policy", "scripts", besides="browser compatibility data"),
    Departure("elements.media_takes_codings", "`error` event", ("media/audio-gzip",)),
    Departure("elements.sheets_fail_with_nested_imports", "`load`", ("styles/import-of-import-missing",)),
)

"""
Where WebKit departs from the standards in what elements and style sheets load, with the evidence.
"""

from __future__ import annotations

from typing import Final

from browsercors.rules.facts import Departure

__all__ = ["ELEMENT_DEPARTURES"]

ELEMENT_DEPARTURES: Final = (
    # What elements ask for.
    Departure("initiators.accept", "another value for images, none for JSON", ("images/own-plain",)),
    Departure("initiators.headers", "`Connection: close`, for audio and video", ("media/audio-own-plain",)),
    Departure(
        "initiators.dropped_headers",
        "`Accept-Encoding`, for audio and video; `Accept`, for WebSockets",
        ("media/audio-own-plain", "websocket-urls/00-%7bapi%7d%2fx"),
    ),
    Departure("initiators.sends_origin_to_own_origin", "`Origin`", ("images/own-anonymous",)),
    Departure("initiators.media_headers", "no `Range`, but `Icy-Metadata`", ("media/audio-own-plain",)),
    Departure("initiators.media_looks_again", "asked for twice", ("media/audio-garbage",)),
    Departure(
        "initiators.nested_referrer_is_page",
        "the page",
        ("scripts/chain-plain-both", "styles/import-app-app-plain"),
    ),
    Departure(
        "initiators.css_images",
        "CORS for the first two, without cookies for `shape-outside`; the others are not loaded",
        ("images/style-shape-outside-own", "images/style-clip-path-own", "images/style-filter-own"),
    ),
    Departure(
        "initiators.font.mode",
        "no CORS, with cookies",
        ("fonts/alt-none", "styles/font-app-app-none"),
    ),
    Departure("initiators.json_module_destination", "asked for as scripts", ("scripts/json-own",)),
    Departure("initiators.track_without_cors", "asked for without CORS", ("media/track-cross-site-plain-none",)),
    Departure(
        "initiators.not_loaded",
        "manifests and prefetches",
        ("preloads/manifest-app-plain", "preloads/prefetch-app-plain"),
    ),
    Departure("initiators.asks_again_for_failed_modules", "asked for again", ("scripts/import-failed-twice",)),
    Departure("initiators.remembered_module_failures", "its status fails it again", ("mixed/112-import",)),
    Departure(
        "redirects.loads_follow_to_data",
        "loaded",
        ("images/redirect-to-data-plain", "scripts/redirect-to-data-script", "styles/redirect-to-data-plain"),
    ),
    # What is preloaded.
    Departure("initiators.preloads.destinations", "also `worker`", ("preloads/as-worker",)),
    Departure("initiators.preloads.folds_case", "nothing", ("preloads/as-IMAGE",)),
    Departure("initiators.preloads.module_kinds", "all but `style`", ("preloads/module-as-style",)),
    Departure("initiators.preloads.other_module_kind", "a script", ("preloads/module-as-garbage",)),
    Departure(
        "initiators.preloads.key",
        "URL and destination; for `fetch()` alone mode and credentials mode, and another origin than the page's",
        (
            "preloads/image-plain-img-anonymous",
            "preloads/script-plain-script-anonymous",
            "again/error-page-app-404-then-fetch",
        ),
    ),
    Departure(
        "initiators.preloads.may_serve",
        "served, with safelisted headers and the default cache mode",
        ("preloads/fetch-not-accept", "preloads/fetch-not-reload"),
    ),
    Departure(
        "initiators.preloads.checks_integrity_late",
        "served and checked",
        ("preloads/fetch-not-integrity", "preloads/integrity-none-right"),
    ),
    Departure("initiators.preloads.ignores_integrity", "ignored", ("preloads/integrity-wrong-none",)),
    Departure("initiators.preloads.ignores_types", "fails when it is used", ("preloads/script-as-html-nosniff",)),
    Departure(
        "initiators.preloads.judges_users",
        "its own",
        ("preloads/image-plain-img-anonymous", "preloads/image-anonymous-img-plain"),
    ),
    Departure(
        "initiators.preloads.remembers_failure",
        "fails, unless something came that is no image",
        ("preloads/refused-image", "preloads/refused-script"),
    ),
    Departure(
        "initiators.preloads.needs_ok_status",
        "scripts, style sheets, fonts and tracks fail",
        ("preloads/status-404-script", "preloads/page-404-as-font", "preloads/page-404-as-track"),
    ),
    Departure(
        "initiators.preloads.keeps_failed_modules",
        "fails once more",
        ("preloads/refused-module", "preloads/page-404-as-module-then-module"),
    ),
    Departure(
        "initiators.preloads.asks_again_for_modules",
        "asked for again",
        ("again/module-plain-modulepreload-plain", "again/import-modulepreload-plain"),
    ),
    Departure("initiators.preloads.looked_at", "images fail", ("preloads/status-204-image",)),
    # What elements load.
    Departure("elements.module_types", "unknown: the import throws", ("scripts/css-module",)),
    Departure("elements.other_decoders", "not decoded", ("images/own-body-png-as-pdf",)),
    Departure("elements.integrity_policy", "scripts", besides="browser compatibility data"),
    Departure("elements.needs_ok_status", "`error` event", ("media/track-404",)),
    Departure("elements.sheets_fail_with_nested_imports", "`load`", ("styles/import-of-import-missing",)),
    Departure("elements.media_takes_codings", "`error` event", besides="`media/audio-gzip`, seen in WebKitGTK 2.50"),
    Departure("elements.media_needs_content_range", "played", ("media/audio-206-without-range",)),
)

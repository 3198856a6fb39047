"""
Where Firefox departs from the standards in what elements and style sheets load, with the evidence.
"""

from __future__ import annotations

from typing import Final

from browsercors.rules.facts import Departure

__all__ = ["ELEMENT_DEPARTURES"]

ELEMENT_DEPARTURES: Final = (
    # What elements ask for.
    Departure(
        "initiators.accept",
        "other values for images, and some for fonts, audio and video",
        ("images/own-plain", "media/audio-own-plain", "fonts/own"),
    ),
    Departure(
        "initiators.headers",
        "`Priority`",
        ("images/own-plain", "preloads/script-plain-script-plain"),
    ),
    Departure("initiators.without_referrer", "none", ("media/track-own-plain",)),
    Departure("initiators.never_mixed_content", "loaded", ("element-policies/mixed-track",), transport="tls"),
    Departure("initiators.not_loaded", "manifests", ("preloads/manifest-app-plain",)),
    Departure(
        "initiators.is_muted",
        "told; those of a `data:` URL are muted",
        ("scripts/error-thrown-text-foreign-to-own", "scripts/error-thrown-text-data"),
    ),
    Departure("initiators.mutes_thrown_errors", "told", ("scripts/error-thrown-script-cross-site-plain",)),
    Departure(
        "initiators.keeps_sheets",
        "taken from what the page has, whatever `Cache-Control` says",
        ("again/stylesheet-own", "again/stylesheet-imports", "again/stylesheet-preloaded"),
        besides="`SharedSubResourceCache.h`",
    ),
    Departure(
        "initiators.remembers_refused_modules",
        "is refused anew",
        ("mixed/029-module",),
        transport="tls",
        besides="`ModuleLoaderBase.cpp`",
    ),
    # What is preloaded.
    Departure("initiators.preloads.destinations", "all but `track`", ("preloads/track-plain-track-plain",)),
    Departure(
        "initiators.preloads.events",
        "`load` for `audio`, `json` and `video`; `error` for `track`",
        ("preloads/as-audio", "preloads/as-video", "preloads/as-json", "preloads/track-plain-track-plain"),
    ),
    Departure(
        "initiators.preloads.module_kinds",
        "`script`, and what workers and worklets load",
        ("preloads/module-as-json", "preloads/module-as-style"),
    ),
    Departure("initiators.preloads.other_module_kind", "a script", ("preloads/module-as-garbage",)),
    Departure(
        "initiators.preloads.font",
        "asked for with CORS",
        ("preloads/font-app-plain", "preloads/font-api-plain"),
    ),
    Departure(
        "initiators.preloads.key",
        "the same, but whether cookies are sent in the place of the credentials mode; modules are no scripts",
        ("preloads/script-anonymous-module-plain", "preloads/fetch-api-anonymous-omit"),
    ),
    Departure(
        "initiators.preloads.may_serve",
        "served, with safelisted headers and the default cache mode",
        ("preloads/fetch-not-accept", "preloads/fetch-not-reload"),
    ),
    Departure(
        "initiators.preloads.remembers_failure",
        "fails, unless it is a script or a style sheet",
        ("preloads/refused-image", "preloads/refused-fetch"),
    ),
    Departure(
        "initiators.preloads.fires_load_for",
        "`load`, where `error` would tell a page of another origin",
        ("preloads/refused-image", "preloads/corp", "preloads/status-404-script", "preloads/prefetch-refused"),
    ),
    Departure(
        "initiators.preloads.needs_ok_status",
        "all but images fail, prefetches too",
        ("preloads/page-404-as-fetch", "preloads/page-404-as-font", "preloads/prefetch-status-404-own"),
    ),
    Departure(
        "initiators.preloads.module_again_needs_attribute",
        "`error` event",
        ("again/modulepreload-plain-anonymous", "again/module-anonymous-modulepreload-plain"),
    ),
    Departure(
        "initiators.preloads.looked_at",
        "images fail, and style sheets of another type",
        ("preloads/as-IMAGE", "preloads/page-200-as-style"),
    ),
    # What elements load.
    Departure(
        "opaque_response_blocking.steps",
        "blocked if its type says so, or if it is no image, no media, and no script or JSON",
        ("images/status-206-plain", "styles/type-text-html-api"),
        besides="`OpaqueResponseUtils.cpp`, `HttpBaseChannel.cpp`, `JSValidatorChild.cpp`",
    ),
    Departure(
        "opaque_response_blocking.safelisted",
        "JavaScript, `text/css`, `image/svg+xml`, DASH, HLS and WebVTT",
        ("opaque-blocking/img-text-vtt",),
        besides="`OpaqueResponseUtils.cpp`",
    ),
    Departure(
        "opaque_response_blocking.media_type",
        "its own list",
        ("opaque-blocking/img-body-avif",),
        besides="`nsMediaSniffer.cpp`, `imgLoader.cpp`",
    ),
    Departure("opaque_response_blocking.sniffed_bytes", "{}", besides="`nsMediaSniffer.cpp`"),
    Departure(
        "opaque_response_blocking.empties_fetches",
        "an opaque response without a body",
        besides="`OpaqueResponseUtils.cpp`",
    ),
    Departure("elements.svg_type_outranks_bytes", "decoded", ("opaque-blocking/img-image-svg+xml",)),
    Departure(
        "elements.svg_needs_ok_status",
        "`error` event",
        ("again/svg-own-404", "again/svg-plain-500", "again/svg-preloaded-404"),
        besides="`SVGDocumentWrapper.cpp`",
    ),
    Departure("elements.integrity_policy", "scripts", besides="browser compatibility data"),
    Departure("elements.module_types_come_first", "its type counts", ("preloads/page-404-as-module",)),
    Departure(
        "opaque_response_blocking.asked_after_types",
        "not asked about",
        ("opaque-blocking/script-text-html-nosniff", "styles/type-text-html-api-nosniff"),
    ),
)

"""
What the standards say of elements and style sheets wherever a browser departs from it.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from browsercors.rules.facts import Subject

if TYPE_CHECKING:
    from collections.abc import Mapping

__all__ = ["ELEMENT_SUBJECTS"]

ELEMENT_SUBJECTS: Final[Mapping[str, tuple[Subject, ...]]] = {
    "What elements ask for": (
        Subject(
            ("initiators.accept",),
            "`Accept` of what elements load",
            "values for images, style sheets, JSON and prefetches",
        ),
        Subject(("initiators.accept_with_cors",), "`Accept` of a prefetch that uses CORS", "as without CORS"),
        Subject(("initiators.headers",), "further headers", "none"),
        Subject(("initiators.dropped_headers",), "usual headers that are left out", "none"),
        Subject(
            ("initiators.sends_origin_to_own_origin",),
            "`crossorigin`, and a URL of the page's own origin",
            "no `Origin`",
        ),
        Subject(
            ("initiators.sends_no_origin_to_own_origin",),
            "the same, for audio, video, manifests, and what workers import",
            "as for everything else",
        ),
        Subject(("initiators.media_headers",), "the first request for audio or video", "`Range: bytes=0-`"),
        Subject(("initiators.media_looks_again",), "audio or video that cannot be played", "asked for once"),
        Subject(("initiators.without_referrer",), "`Referer` of a track", "the page"),
        Subject(
            ("initiators.nested_referrer_is_page",),
            "`Referer` of what a style sheet or a module loads",
            "the style sheet or the module",
        ),
        Subject(
            ("initiators.css_images",),
            "images of `mask-image`, `shape-outside`, `clip-path` and `filter`",
            "CORS for the first two; the page's own origin for the others",
        ),
        Subject(
            ("initiators.font.mode", "initiators.font.credentials_mode"),
            "fonts",
            "CORS",
        ),
        Subject(("initiators.json_module_destination",), "JSON modules", "asked for as JSON"),
        Subject(
            ("initiators.manifest_credentials",),
            "a manifest of the page's own origin, without `crossorigin`",
            "cookies",
        ),
        Subject(
            ("initiators.track_without_cors",), "a track of another origin, without `crossorigin`", "not asked for"
        ),
        Subject(
            ("initiators.refuses_credentials_in_urls_of",),
            "an image with a password in its URL, without `crossorigin`",
            "asked for",
        ),
        Subject(("initiators.never_mixed_content",), "a track of an https page over http", "blocked"),
        Subject(("initiators.not_loaded",), "what nothing is done for", "nothing"),
        Subject(
            ("initiators.asks_again_for_failed_modules",),
            "`import()` of a module that could not be loaded before",
            "fails again",
        ),
        Subject(
            ("initiators.remembers_refused_modules",),
            "a module that its page's policy blocked, or as mixed content",
            "fails with the first",
        ),
        Subject(
            ("initiators.remembered_module_failures",),
            "a module that came with an error status or another type before",
            "fails again",
        ),
        Subject(
            ("initiators.keeps_sheets",),
            "a style sheet that a page loads once more",
            "asked for again, as the HTTP cache has it",
        ),
        Subject(
            ("initiators.is_muted",), "errors of a script that another origin redirects to the page's own", "muted"
        ),
        Subject(("initiators.mutes_thrown_errors",), "an `Error` that a script throws whose errors are muted", "muted"),
        Subject(
            ("redirects.loads_follow_to_data",),
            "an image, a script or a style sheet that a redirect leads to `data:`, without CORS",
            "network error",
        ),
    ),
    "What is preloaded": (
        Subject(
            ("initiators.preloads.destinations",),
            "values of `as` that are preloaded",
            "`fetch`, `font`, `image`, `script`, `style` and `track`",
        ),
        Subject(("initiators.preloads.folds_case",), "`as=IMAGE`", "an image"),
        Subject(("initiators.preloads.events",), "events for other values of `as`", "none"),
        Subject(
            ("initiators.preloads.module_kinds",),
            "values of `as` for `modulepreload`",
            "`json`, `script`, `style` and what workers and worklets load",
        ),
        Subject(
            ("initiators.preloads.other_module_kind",),
            "a value of `as` that `modulepreload` does not know",
            "`error` event",
        ),
        Subject(("initiators.preloads.font",), "a font without `crossorigin`", "asked for without CORS"),
        Subject(
            ("initiators.preloads.key",),
            "what a preload has in common with what uses it",
            "URL, destination, mode and credentials mode",
        ),
        Subject(
            ("initiators.preloads.may_serve",),
            "a `fetch()` with headers or a cache mode of its own",
            "served, unless it has headers",
        ),
        Subject(
            ("initiators.preloads.checks_integrity_late",),
            "what has `integrity` that its preload has not",
            "asked for anew",
        ),
        Subject(("initiators.preloads.ignores_integrity",), "`integrity` of the preload", "checked"),
        Subject(("initiators.preloads.ignores_types",), "a preloaded script that `nosniff` blocks", "fails"),
        Subject(
            ("initiators.preloads.judges_users",), "CORS and tainting of what uses a preload", "those of the preload"
        ),
        Subject(
            ("initiators.preloads.remembers_failure",), "what would use a preload that has failed", "asked for anew"
        ),
        Subject(
            ("initiators.preloads.fires_load_for",),
            "the event of what CORS, the network or an opaque answer keeps from being loaded ahead",
            "`error`",
        ),
        Subject(("initiators.preloads.needs_ok_status",), "what is loaded ahead with status 404", "does not fail"),
        Subject(
            ("initiators.preloads.keeps_failed_modules",), "a module that could not be loaded ahead", "asked for again"
        ),
        Subject(("initiators.preloads.looked_at",), "what is preloaded and is not of its kind", "does not fail"),
        Subject(
            ("initiators.preloads.asks_again_for_modules",),
            "`modulepreload` of a module that the page has loaded already",
            "nothing is asked for",
        ),
        Subject(
            ("initiators.preloads.module_again_needs_attribute",),
            "`modulepreload` of a module that the page has, with another `crossorigin`",
            "`load` event",
        ),
        Subject(
            ("initiators.preloads.keeps_images",),
            "an image that was preloaded, and that the page shows twice",
            "asked for once",
        ),
    ),
    "What elements load": (
        Subject(
            ("opaque_response_blocking.steps",),
            "what an element of another origin's page could not use (Opaque Response Blocking)",
            "given to the element",
        ),
        Subject(("opaque_response_blocking.safelisted",), "types that it allows unseen", "-"),
        Subject(
            ("opaque_response_blocking.never_sniffed", "opaque_response_blocking.blocklisted"),
            "types that it blocks unseen, or with `nosniff`",
            "-",
        ),
        Subject(
            ("opaque_response_blocking.media_type", "opaque_response_blocking.image_type"),
            "first bytes that it takes for images, audio and video",
            "-",
        ),
        Subject(("opaque_response_blocking.sniffed_bytes",), "how many first bytes it reads", "-"),
        Subject(
            ("opaque_response_blocking.asked_after_types",),
            "scripts and style sheets that `nosniff` or their type blocks as well",
            "-",
        ),
        Subject(("opaque_response_blocking.leaves_unread",), "what nosniff keeps from `fetch()`", "is stored"),
        Subject(("opaque_response_blocking.empties_fetches",), 'what it blocks of `fetch()` with mode "no-cors"', "-"),
        Subject(("elements.wrong_stylesheet_type",), "a stylesheet that is not sent as `text/css`", "`error` event"),
        Subject(
            ("elements.workers_need_javascript_type",),
            "the script of a classic worker, without a JavaScript type",
            "network error",
        ),
        Subject(("elements.module_types",), "modules with `type: css`", "supported"),
        Subject(("elements.image_formats",), "images in JPEG XL", "not decoded"),
        Subject(
            ("elements.svg_type_outranks_bytes",), "a PNG or the like that is sent as `image/svg+xml`", "not decoded"
        ),
        Subject(("elements.svg_needs_ok_status",), "an image in SVG with status 404", "decoded"),
        Subject(("elements.other_decoders",), "an image that is sent as a PDF", "decoded"),
        Subject(("elements.needs_ok_status",), "a track with status 404", "loaded"),
        Subject(("elements.module_types_come_first",), "a missing module of another type", "its status counts"),
        Subject(
            ("elements.sheets_fail_with_nested_imports",),
            "the event of a style sheet, if what its imports import is missing",
            "`error`",
        ),
        Subject(("elements.media_takes_codings",), "audio or video with a `Content-Encoding`", "played"),
        Subject(
            ("elements.media_needs_content_range",),
            "audio or video with status 206 and no `Content-Range`",
            "`error` event",
        ),
        Subject(
            ("elements.ignores_unknown_integrity",),
            "a script of another origin without `crossorigin` whose `integrity` is not understood",
            "`error` event",
        ),
        Subject(("elements.integrity_policy",), "what `Integrity-Policy` can name", "scripts and stylesheets"),
    ),
}

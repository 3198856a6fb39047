"""
The labels that all formats show for the fields of a report: one table for each closed set.

Nothing here is escaped; each format escapes its own output.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from browsercors.explain.words.cached_answers import OUT_OF_PRELOAD, OUT_OF_WORKER, describe_cached
from browsercors.explain.words.reasons import browser_label

if TYPE_CHECKING:
    from browsercors.explain.report import AnswerChange, Attempt, Entry, Fix, HeaderChange, PreflightStory

__all__ = [
    "KINDS",
    "OUTCOMES",
    "RESPONSES",
    "STORED",
    "VERDICTS",
    "attempt_fields",
    "before_line",
    "change_title",
    "duration_label",
    "entry_outcome",
    "name_label",
    "new_lines",
    "preflight_label",
    "proof_label",
]

VERDICTS: Final = {
    "readable": ("✓", "Readable"),
    "opaque": ("○", "Opaque"),
    "blocked": ("✕", "Blocked"),
    "undecided": ("?", "Undecided"),
    "loaded": ("✓", "Loaded"),
    "restricted": ("○", "Restricted"),
}
"""The sign and the word of each verdict. The word alone says enough, so nothing depends on colour."""

OUTCOMES: Final = {"passed": ("✓", "passed"), "failed": ("✕", "failed"), "noted": ("·", "noted")}

PREFLIGHTS: Final = {
    "sent": "A preflight was sent.",
    "remembered": "A preflight was needed, but not sent: the preflight cache still remembered the response.",
    "not needed": "No preflight: nothing in this request needs one.",
    "not reached": "The fetch ended before a preflight could be sent.",
}

KINDS: Final = {
    "preflight": "preflight",
    "redirect": "redirect",
    "challenge": "request",
    "actual": "request",
    "revalidation": "background request",
    "remembered-preflight": "remembered preflight",
    "cached-response": "response from the HTTP cache",
    "preloaded-response": "response from a preload",
    "worker-response": "response from the service worker",
}

RESPONSES: Final = {
    "preflight": "preflight response",
    "redirect": "redirect",
    "challenge": "challenge",
    "actual": "response",
}

STORED: Final = "the stored one, and so every response of this URL, including those to requests without Origin"

WHERE: Final = {"server": "on the server", "page": "in the page", "both": "on the server and in the page"}

UNITS: Final = ((86400, "day"), (3600, "hour"), (60, "minute"))


def preflight_label(story: PreflightStory) -> str:
    """
    Say in a sentence why a preflight was sent, or why not.
    """
    return f"No preflight: {story.why_not}." if story.why_not else PREFLIGHTS[story.outcome]


def name_label(name: str) -> str:
    """
    Return a browser's own name for a failure, or that it has none.
    """
    return name or "(says nothing)"


def duration_label(seconds: float | None) -> str:
    """
    Return how long a response is remembered: in seconds, and also in a larger unit if that gives a whole number.
    """
    if seconds is None:
        return "not at all"
    plain = f"{seconds:,.10g} s"
    for length, unit in UNITS:
        count, rest = divmod(seconds, length)
        if count and not rest:
            return f"{plain} ({count:,.0f} {unit}{'' if count == 1 else 's'})"
    return plain


def attempt_fields(tried: Attempt) -> tuple[tuple[str, str], ...]:
    """
    Return the fields of an attempt, except its headers.
    """
    length = tried.body_length
    body = "none" if length is None else f"{length:,} byte{'' if length == 1 else 's'}"
    return (
        ("Request", f"{tried.method} {tried.url}"),
        ("Page", tried.page_url or tried.page_origin),
        ("Its origin", tried.page_origin),
        ("Asked with", tried.api),
        ("Mode", tried.mode),
        ("Credentials", tried.credentials),
        ("Body", body),
    )


def entry_outcome(entry: Entry) -> str:
    """
    Return how an entry of the timeline ended.
    """
    if entry.kind == "remembered-preflight":
        return "remembered: no preflight is sent"
    if entry.status is None:
        return f"no response: {entry.failure}" if entry.failure else "no response"
    status = f"{entry.status} {entry.status_text}".rstrip()
    if entry.kind == "preloaded-response":
        return f"{status}, {OUT_OF_PRELOAD}"
    if entry.kind == "worker-response":
        return f"{status}, {OUT_OF_WORKER}"
    if entry.cached is not None:
        return f"{status}{', a redirect' if entry.cached.is_redirect else ''}, {describe_cached(entry.cached)}"
    return f"{status}, interrupted: {entry.failure}" if entry.failure else status


def change_title(change: AnswerChange) -> str:
    """
    Return which response has to change.
    """
    which = " (not recorded; its status is assumed to be 200)" if change.is_assumed else ""
    if change.is_stored:
        which = f" ({STORED})"
    return f"The {RESPONSES[change.kind]} to {change.method} {change.url}{which} needs:"


def new_lines(change: AnswerChange) -> list[tuple[str, str]]:
    """
    Return the header lines that a response needs, ready to be copied.
    """
    return [(header.name, header.value) for header in change.headers if header.value is not None]


def before_line(header: HeaderChange) -> str:
    """
    Return what happens to the line that was there; empty if there was none.
    """
    if header.value is None:
        return f"without {header.name}" + (f", which is now: {header.before}" if header.before is not None else "")
    return "" if header.before is None else f"instead of {header.name}: {header.before}"


def proof_label(fix: Fix) -> str:
    """
    Return where to make a fix, and in which browsers a replay proved it.
    """
    browsers = ", ".join(map(browser_label, fix.proven_in))
    return f"Change this {WHERE[fix.where]}." + (f" Proven by replay in {browsers}." if browsers else "")

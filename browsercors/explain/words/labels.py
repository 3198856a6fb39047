"""
What the fields of a report are called when they are shown: one table for each closed set, shared by all formats.

Nothing here is escaped: each format does that for itself.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from browsercors.explain.words.cached_answers import describe_cached
from browsercors.explain.words.reasons import browser_label

if TYPE_CHECKING:
    from browsercors.explain.report import AnswerChange, Attempt, Entry, Fix, HeaderChange, PreflightStory

__all__ = [
    "ANSWERS",
    "KINDS",
    "OUTCOMES",
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
}
"""The sign and the word of each verdict. The word alone is enough; so colour never has to be."""

OUTCOMES: Final = {"passed": ("✓", "passed"), "failed": ("✕", "failed"), "noted": ("·", "noted")}

PREFLIGHTS: Final = {
    "sent": "A preflight was sent.",
    "remembered": "A preflight is due, and none was sent: the preflight cache still knew the answer.",
    "not needed": "No preflight: nothing in this request needs one.",
    "not reached": "The fetch ended before it came to a preflight.",
}

KINDS: Final = {
    "preflight": "preflight",
    "redirect": "redirect",
    "actual": "request",
    "revalidation": "request behind the page's back",
    "remembered-preflight": "remembered preflight",
    "cached-response": "answer out of the HTTP cache",
}

ANSWERS: Final = {"preflight": "the preflight", "redirect": "the redirect", "actual": "the request"}

STORED: Final = "the one that was stored; so every answer of this URL, also to requests without Origin"

WHERE: Final = {"server": "on the server", "page": "in the page", "both": "on the server and in the page"}

UNITS: Final = ((86400, "day"), (3600, "hour"), (60, "minute"))


def preflight_label(story: PreflightStory) -> str:
    """
    Return why there was a preflight, or was none, in a sentence.
    """
    return f"No preflight: {story.why_not}." if story.why_not else PREFLIGHTS[story.outcome]


def name_label(name: str) -> str:
    """
    Return a browser's own name of a failure, or that it has none.
    """
    return name or "(says nothing)"


def duration_label(seconds: float | None) -> str:
    """
    Return how long an answer is remembered: in seconds, and in a larger unit where that is a whole number.
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
    Return what is said of an attempt, field by field, without its headers.
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
    Return what came of an entry of the timeline.
    """
    if entry.kind == "remembered-preflight":
        return "remembered: no preflight is sent"
    if entry.status is None:
        return f"no answer: {entry.failure}" if entry.failure else "no answer"
    status = f"{entry.status} {entry.status_text}".rstrip()
    if entry.cached is not None:
        return f"{status}{', a redirect' if entry.cached.is_redirect else ''}, {describe_cached(entry.cached)}"
    return f"{status}, broken off: {entry.failure}" if entry.failure else status


def change_title(change: AnswerChange) -> str:
    """
    Return which answer has to change.
    """
    which = " (it was never sent; its status is taken to be 200)" if change.is_assumed else ""
    if change.is_stored:
        which = f" ({STORED})"
    return f"The answer to {ANSWERS[change.kind]}, {change.method} {change.url}{which}, needs:"


def new_lines(change: AnswerChange) -> list[tuple[str, str]]:
    """
    Return the header lines that an answer has to have, as they can be copied.
    """
    return [(header.name, header.value) for header in change.headers if header.value is not None]


def before_line(header: HeaderChange) -> str:
    """
    Return what becomes of the line that was there; empty if there was none.
    """
    if header.value is None:
        return f"{header.name} has to go" + (f"; it says: {header.before}" if header.before is not None else "")
    return "" if header.before is None else f"in place of {header.name}: {header.before}"


def proof_label(fix: Fix) -> str:
    """
    Return where a fix is made, and by which replays it is proven.
    """
    browsers = ", ".join(map(browser_label, fix.proven_in))
    return f"To be made {WHERE[fix.where]}." + (f" Proven by replay in {browsers}." if browsers else "")

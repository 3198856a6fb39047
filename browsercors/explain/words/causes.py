"""
Causes in words, the same in every report, audit and page.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from browsercors.explain.words.sanitise import printable

if TYPE_CHECKING:
    from browsercors.explain.report import ServerCause

__all__ = ["KNOWN", "cause_sentences", "known_as", "said_by", "who_answered"]

KNOWN: Final[dict[str, str]] = {
    "reported": "only reported by users: likely, and not confirmed by its documentation or source",
    "unsure": "not known for certain",
}
"""What is said in place of a word that sounds surer than the row is."""


def known_as(sure: str) -> str:
    """
    Return how a row is known, in words that do not claim more than that.
    """
    return KNOWN.get(sure, sure)


def who_answered(who: str, sure: str) -> str:
    """
    Return what answered, as a sentence begins: "Probably" where nobody but users says so.
    """
    return f"Probably {who}" if sure in KNOWN else f"{who[:1].upper()}{who[1:]}"


def cause_sentences(cause: ServerCause) -> tuple[str, str]:
    """
    Return what answered, with what that means and what to change there; and how that is known, with the sign.
    """
    claim = f"{who_answered(cause.who, cause.sure)}: {cause.meaning} {cause.remedy}"
    return claim, f"{known_as(cause.sure)}; the sign is: {cause.sign}"


def said_by(cause: ServerCause) -> str:
    """
    Return a cause in one line of text.
    """
    claim, sign = cause_sentences(cause)
    return printable(f"{claim} ({sign})")

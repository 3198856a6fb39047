"""
What a report adds to a reason in some cases.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final, NamedTuple

from browsercors.explain.words.loads import ALWAYS_CORS
from browsercors.explain.words.reasons import ALLOW_ORIGIN_REASONS, Fields
from browsercors.explain.words.templates import Template
from browsercors.values.findings import Reason
from browsercors.values.responses import REDIRECT_STATUSES

if TYPE_CHECKING:
    from collections.abc import Callable


__all__ = ["NOTES", "NoteContext"]


class NoteContext(NamedTuple):
    """
    What decides which notes are added.
    """

    reason: Reason
    during_preflight: bool
    status: int
    fields: Fields
    element: str = ""
    is_opaque: bool = False

    @property
    def allowed(self) -> list[str]:
        """
        The methods or the headers that the preflight response lists.
        """
        return self.fields["allowed"].split(", ")


CORS_CHECK_REASONS: Final = ALLOW_ORIGIN_REASONS | {Reason.ALLOW_CREDENTIALS_NOT_TRUE}

NOTES: Final[tuple[tuple[Callable[[NoteContext], bool], Template], ...]] = (
    (
        lambda case: case.fields["wanted"] == "null" != case.fields["page_origin"],
        Template("a foreign origin redirected to a different origin, and that turned the request's origin into null."),
    ),
    (
        lambda case: case.element in ALWAYS_CORS and case.reason in CORS_CHECK_REASONS,
        Template("browsers load {always_cors} with CORS, whatever the page writes."),
    ),
    (
        lambda case: case.reason is Reason.INTEGRITY_MISMATCH and bool(case.element) and case.is_opaque,
        Template(
            "it was loaded without CORS, and of other origins only what is loaded with CORS can match integrity "
            "metadata: the element needs the crossorigin attribute."
        ),
    ),
    (lambda case: "raised" in case.fields, Template("the application raised {raised}")),
    (
        lambda case: case.reason is Reason.ALLOW_ORIGIN_MISSING and not case.during_preflight and case.status >= 400,
        Template(
            "the server responded with {status}: fix that first. The error page has no CORS headers, so the failure "
            "looks like one of CORS."
        ),
    ),
    (
        lambda case: (
            case.reason in CORS_CHECK_REASONS and not case.during_preflight and case.status in REDIRECT_STATUSES
        ),
        Template("this is a redirect, and every response in the chain has to allow the page."),
    ),
    (
        lambda case: case.during_preflight and case.status in {401, 407},
        Template(
            "preflights never carry cookies or Authorization, so the server has to respond to them before it "
            "authenticates."
        ),
    ),
    (
        lambda case: (
            case.reason is Reason.METHOD_NOT_ALLOWED
            and case.fields["method"].upper() != case.fields["method"]
            and case.fields["method"].upper() in case.allowed
        ),
        Template("fetch() does not change this method to upper case, and methods are compared case-sensitively."),
    ),
    (
        lambda case: (
            case.reason in {Reason.METHOD_NOT_ALLOWED, Reason.HEADER_NOT_ALLOWED}
            and "*" in case.allowed
            and case.fields["name"].lower() != "authorization"
        ),
        Template("the request was made with credentials, so * is not a wildcard here but a name like any other."),
    ),
    (
        lambda case: _holds_several_origins(case) and _has_two_authors(case),
        Template(
            "the header was added twice, for example by a proxy and by the application: let only one of them add it."
        ),
    ),
    (
        lambda case: _holds_several_origins(case) and not _has_two_authors(case),
        Template(
            "the header can hold one origin only; a server that allows several sends each page its own, with Vary: "
            "Origin."
        ),
    ),
)


def _holds_several_origins(case: NoteContext) -> bool:
    return case.reason in {
        Reason.ALLOW_ORIGIN_REPEATED,
        Reason.ALLOW_ORIGIN_LIST,
        Reason.ALLOW_ORIGIN_SPACE_SEPARATED,
    }


def _has_two_authors(case: NoteContext) -> bool:
    """
    Whether two programs wrote the header: it came twice, or a proxy joined the two. One program does not repeat itself.
    """
    names = case.fields["origin"].replace(",", " ").split()
    return case.reason is Reason.ALLOW_ORIGIN_REPEATED or len(set(names)) < len(names) or "*" in names

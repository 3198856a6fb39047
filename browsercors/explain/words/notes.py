"""
The notes that go with a reason in some cases.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final, NamedTuple

from browsercors.explain.words.reasons import ALLOW_ORIGIN_REASONS, Fields
from browsercors.explain.words.templates import Template
from browsercors.values.findings import Reason
from browsercors.values.responses import REDIRECT_STATUSES

if TYPE_CHECKING:
    from collections.abc import Callable


__all__ = ["NOTES", "Case"]


class Case(NamedTuple):
    """
    What notes are chosen by.
    """

    reason: Reason
    during_preflight: bool
    status: int
    fields: Fields

    @property
    def allowed(self) -> list[str]:
        """
        What the answer to the preflight lists, of methods or of headers.
        """
        return self.fields["allowed"].split(", ")


SEVERAL_ORIGINS: Final[frozenset[Reason]] = frozenset(
    {Reason.ALLOW_ORIGIN_REPEATED, Reason.ALLOW_ORIGIN_LIST, Reason.ALLOW_ORIGIN_SPACE_SEPARATED}
)

NOTES: Final[tuple[tuple[Callable[[Case], bool], Template], ...]] = (
    (
        lambda case: case.fields["wanted"] == "null" != case.fields["page_origin"],
        Template("redirects from one foreign origin to another have turned the request's origin into null."),
    ),
    (lambda case: "raised" in case.fields, Template("the application raised {raised}")),
    (
        lambda case: case.reason in ALLOW_ORIGIN_REASONS and not case.during_preflight and case.status >= 400,
        Template(
            "the server answered {status}; see to that first. The error page lacks the headers, and so it looks like "
            "CORS."
        ),
    ),
    (
        lambda case: (
            case.reason in ALLOW_ORIGIN_REASONS and not case.during_preflight and case.status in REDIRECT_STATUSES
        ),
        Template("this is a redirect, and every response on the way has to allow the page."),
    ),
    (
        lambda case: case.during_preflight and case.status in {401, 407},
        Template("preflights never carry cookies or Authorization, so they have to be answered before any log-in."),
    ),
    (
        lambda case: (
            case.reason is Reason.METHOD_NOT_ALLOWED
            and case.fields["method"].upper() != case.fields["method"]
            and case.fields["method"].upper() in case.allowed
        ),
        Template(
            "fetch() does not write this method in capitals by itself, and methods are compared as they are written."
        ),
    ),
    (
        lambda case: (
            case.reason in {Reason.METHOD_NOT_ALLOWED, Reason.HEADER_NOT_ALLOWED}
            and "*" in case.allowed
            and case.fields["name"].lower() != "authorization"
        ),
        Template("the request was made with credentials, and so * is no wildcard here, but a name like any other."),
    ),
    (
        lambda case: case.reason in SEVERAL_ORIGINS and _is_said_twice(case),
        Template(
            "the header is written twice, as where a proxy and the application both add it: let one of the two do it."
        ),
    ),
    (
        lambda case: case.reason in SEVERAL_ORIGINS and not _is_said_twice(case),
        Template(
            "the header holds one origin; a server that allows several answers each page with its own, and Vary: "
            "Origin."
        ),
    ),
)


def _is_said_twice(case: Case) -> bool:
    """
    Whether two wrote the header: there are two of it, or one that a proxy joined. Nobody writes the same twice at once.
    """
    names = case.fields["origin"].replace(",", " ").split()
    return case.reason is Reason.ALLOW_ORIGIN_REPEATED or len(set(names)) < len(names) or "*" in names

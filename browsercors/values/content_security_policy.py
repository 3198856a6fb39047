"""
Content Security Policies, as values: what a page's policies say, once they are parsed.

https://w3c.github.io/webappsec-csp/#framework-policy
"""

from __future__ import annotations

import enum
from typing import TYPE_CHECKING

import attrs

from browsercors.values.records import Record, quick

if TYPE_CHECKING:
    from collections.abc import Mapping

    from browsercors.values.origins import Origin

__all__ = ["CSPList", "Disposition", "Policy"]


@quick
class Disposition(enum.Enum):
    """
    What becomes of a violation.
    """

    ENFORCE = "enforce"
    REPORT = "report"
    """It is reported, and the load goes on."""


@attrs.frozen(eq=False, repr=False)
class Policy(Record):
    """
    One policy.

    Attributes:
        directives: The values of each directive by its lower-case name, in order.
        disposition: Whether it is enforced.
        warnings: What was ignored when it was parsed, in words, as a console says it.
    """

    directives: Mapping[str, tuple[str, ...]]
    disposition: Disposition
    warnings: tuple[str, ...] = ()


@attrs.frozen(eq=False, repr=False)
class CSPList(Record):
    """
    All policies of a page; a load has to satisfy each of them.

    Attributes:
        policies: The policies.
        self_origin: What `'self'` stands for.
        upgrades_insecure_requests: Whether one of them, or one of a page above, has `upgrade-insecure-requests`.
    """

    policies: tuple[Policy, ...]
    self_origin: Origin
    upgrades_insecure_requests: bool = False

"""
The report of a check: what it came to, in each form that a person may want to read.
"""

from __future__ import annotations

import attrs

from browsercors.policy_check.formats.html import check_as_html
from browsercors.policy_check.formats.markdown import report_as_markdown
from browsercors.policy_check.formats.svg import matrix_as_svg
from browsercors.policy_check.formats.text import report_as_text
from browsercors.policy_check.outcome import CheckOutcome

__all__ = ["CheckReport"]


@attrs.frozen(eq=False, repr=False)
class CheckReport(CheckOutcome):
    """
    What a check came to. Its `str` is what a person wants to read; its attributes are those of `CheckOutcome`.
    """

    def __str__(self) -> str:
        return self.text()

    def text(self) -> str:
        """
        Return the report in words, as `print` shows it: what is broken, what was tried, and what was not.
        """
        return report_as_text(self)

    def markdown(self) -> str:
        """
        Return the report as Markdown.
        """
        return report_as_markdown(self)

    def html(self) -> str:
        """
        Return the report as one HTML page that holds no script and loads nothing.
        """
        return check_as_html(self)

    def svg(self) -> str:
        """
        Return the picture of the matrix, as an SVG document.
        """
        return matrix_as_svg(self.matrix)

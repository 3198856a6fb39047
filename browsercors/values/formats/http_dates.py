"""
Dates as HTTP writes them, in seconds since 1 January 1970, UTC.

https://www.rfc-editor.org/rfc/rfc9110#section-5.6.7
"""

from __future__ import annotations

import re
from typing import Final

from browsercors.values.expressions import compiled_late

__all__ = ["parse_http_date"]

MONTHS: Final = ("Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec")

TIME: Final = r"(?P<hour>[0-9]{2}):(?P<minute>[0-9]{2}):(?P<second>[0-9]{2})"
# The form that is sent, and the two that are only read; the name of the day says nothing new and is not looked at.
FORMS: Final = (
    compiled_late(rf"\w+, (?P<day>[0-9]{{2}}) (?P<month>\w{{3}}) (?P<year>[0-9]{{4}}) {TIME} GMT\Z", re.ASCII),
    compiled_late(rf"\w+, (?P<day>[0-9]{{2}})-(?P<month>\w{{3}})-(?P<year>[0-9]{{2}}) {TIME} GMT\Z", re.ASCII),
    compiled_late(rf"\w+ (?P<month>\w{{3}}) (?P<day>[ 0-9][0-9]) {TIME} (?P<year>[0-9]{{4}})\Z", re.ASCII),
)
LONGEST: Final = 64
# NB: RFC 9110 has a year of two digits within 50 years of today. Today is not known here, and this is what all browsers
# and servers make of the dates that occur.
FIRST_YEAR_OF_TWO_DIGITS: Final = 70


def parse_http_date(value: bytes) -> float | None:
    """
    Parse an HTTP date, in any of its three forms.

    Returns:
        Seconds since the Unix epoch, or None where it is no date.
    """
    if len(value) > LONGEST:
        return None
    text = value.decode("latin-1").strip("\t ")
    for form in FORMS:
        match = form.match(text)
        if match is not None:
            break
    else:
        return None
    month = match["month"].title()
    if month not in MONTHS:
        return None
    import datetime

    year = int(match["year"])
    if len(match["year"]) == 2:
        year += 1900 if year >= FIRST_YEAR_OF_TWO_DIGITS else 2000
    try:
        date = datetime.datetime(
            year,
            MONTHS.index(month) + 1,
            int(match["day"]),
            int(match["hour"]),
            int(match["minute"]),
            # NB: a leap second is the second before it, which is as near as counting without them gets.
            59 if match["second"] == "60" else int(match["second"]),
            tzinfo=datetime.UTC,
        )
    except ValueError:
        return None
    return date.timestamp()

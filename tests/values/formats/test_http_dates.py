"""
HTTP dates.
"""

from __future__ import annotations

import datetime

import pytest
from hypothesis import given, strategies as st

from browsercors.values.formats.http_dates import parse_http_date

# The example of RFC 9110, section 5.6.7.
EXAMPLE = 784111777.0

DATE_CASES = [
    # written                              seconds
    (b"Sun, 06 Nov 1994 08:49:37 GMT", EXAMPLE),
    (b"Sunday, 06-Nov-94 08:49:37 GMT", EXAMPLE),
    (b"Sun Nov  6 08:49:37 1994", EXAMPLE),
    (b" Sun, 06 Nov 1994 08:49:37 GMT\t", EXAMPLE),
    (b"Mon, 06 Nov 1994 08:49:37 GMT", EXAMPLE),
    (b"Sun, 06 NOV 1994 08:49:37 GMT", EXAMPLE),
    (b"Thu, 01 Jan 1970 00:00:00 GMT", 0.0),
    (b"Thursday, 01-Jan-70 00:00:00 GMT", 0.0),
    (b"Friday, 01-Jan-69 00:00:00 GMT", 3124224000.0),
    (b"Sat, 31 Dec 2016 23:59:60 GMT", 1483228799.0),
    (b"Wed, 31 Dec 1969 23:59:59 GMT", -1.0),
    (b"Sun, 06 Nov 1994 08:49:37", None),
    (b"Sun, 06 Nov 1994 08:49:37 UTC", None),
    (b"Sun, 06 Nov 1994 08:49:37 +0000", None),
    (b"Sun, 6 Nov 1994 08:49:37 GMT", None),
    (b"Sun, 06 Nov 94 08:49:37 GMT", None),
    (b"Sun, 06 Foo 1994 08:49:37 GMT", None),
    (b"Sun, 31 Feb 1994 08:49:37 GMT", None),
    (b"Sun, 00 Nov 1994 08:49:37 GMT", None),
    (b"Sun, 06 Nov 0000 08:49:37 GMT", None),
    (b"Sun, 06 Nov 1994 24:49:37 GMT", None),
    (b"Sun, 06 Nov 1994 08:49:61 GMT", None),
    (b"Sun, 06 Nov 1994 08:49:37 GMT; x", None),
    (b"0", None),
    (b"-1", None),
    (b"", None),
    (b"\xff", None),
    (b"Sun, 06 Nov 1994 08:49:37 GMT" + b" " * 100, None),
]


@pytest.mark.parametrize(("written", "expected"), DATE_CASES)
def test_a_date_is_one_of_three_forms(written: bytes, expected: float | None) -> None:
    assert expected == parse_http_date(written)


@given(st.datetimes(datetime.datetime(1, 1, 1), datetime.datetime(9999, 12, 31)))  # noqa: DTZ001 - made UTC below
def test_every_second_is_read_as_it_is_written(date: datetime.datetime) -> None:
    date = date.replace(microsecond=0, tzinfo=datetime.UTC)
    days = ("Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun")
    months = ("Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec")
    day = f"{days[date.weekday()]}, {date.day:02} {months[date.month - 1]} {date.year:04}"
    written = f"{day} {date.hour:02}:{date.minute:02}:{date.second:02} GMT"

    assert date.timestamp() == parse_http_date(written.encode())


@given(st.binary(max_size=80))
def test_what_is_no_date_is_nothing_and_breaks_nothing(written: bytes) -> None:
    assert parse_http_date(written) is None or written.strip(b"\t ")[:1].isalpha()

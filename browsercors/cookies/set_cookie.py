"""
Parsing `Set-Cookie`, and the dates in it.

https://httpwg.org/http-extensions/draft-ietf-httpbis-rfc6265bis.html#name-the-set-cookie-header-field
"""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, Final, NamedTuple

from browsercors.cookies.cookie import (
    CONTROL_CHARACTER,
    MAXIMUM_ATTRIBUTE_LENGTH,
    MAXIMUM_PAIR_LENGTH,
    SAME_SITE_NAMES,
    CookieRefusal,
)
from browsercors.rules.cookies import SameSite
from browsercors.values.expressions import compiled_late

if TYPE_CHECKING:
    from browsercors.rules.cookies import CookieRules

__all__ = ["ParsedCookie", "parse_a_cookie", "parse_cookie_date"]

WHITESPACE: Final = b"\t "
MAX_AGE = compiled_late(rb"-?[0-9]+\Z")


class ParsedCookie(NamedTuple):
    """
    What a `Set-Cookie` says, before any check.

    Attributes:
        name: Possibly empty.
        value: Possibly empty, but not together with the name.
        domain: The `Domain` attribute without a leading dot; empty for none. Lower-case.
        path: The `Path` attribute; None where it is missing or does not begin with a slash.
        secure: Whether there is a `Secure` attribute.
        http_only: Whether there is an `HttpOnly` attribute.
        partitioned: Whether there is a `Partitioned` attribute.
        same_site: The `SameSite` attribute.
        expiry_time: What `Max-Age` or else `Expires` says; None for neither.
    """

    name: bytes
    value: bytes
    domain: bytes
    path: str | None
    secure: bool
    http_only: bool
    partitioned: bool
    same_site: SameSite
    expiry_time: float | None


def parse_a_cookie(set_cookie_value: bytes, *, now: float, rules: CookieRules) -> ParsedCookie | CookieRefusal:
    """
    Parse the value of a `Set-Cookie` header as a browser with these rules does.

    https://httpwg.org/http-extensions/draft-ietf-httpbis-rfc6265bis.html#name-the-set-cookie-header-field
    """
    # PROFILE: WebKitGTK's library reads as far as it finds text.
    if rules.ends_at is not None and (end := rules.ends_at.search(set_cookie_value)) is not None:
        set_cookie_value = set_cookie_value[: end.start()]

    # 1. Control characters make it void.
    if CONTROL_CHARACTER.search(set_cookie_value) is not None:
        return CookieRefusal.CONTROL_CHARACTER

    # 2.-4. The value ends at the first semicolon, the name at the first equals sign; without one there is no name.
    pair, _, attributes = set_cookie_value.partition(b";")
    name, has_name, value = pair.partition(b"=")
    # PROFILE: or, in Firefox, no value.
    if not has_name and not rules.nameless_is_name:
        name, value = b"", pair
    name = name.strip(WHITESPACE)
    value = value.strip(WHITESPACE)

    # 5. They may be too long.
    # NB: or both empty, which is found out in step 2 of the storage model.
    if not name and (rules.nameless_is_name or not value):
        return CookieRefusal.EMPTY
    # PROFILE: Chromium takes no tabs.
    if rules.refused_in_pair is not None and rules.refused_in_pair.search(pair.strip(WHITESPACE)) is not None:
        return CookieRefusal.CONTROL_CHARACTER
    # PROFILE: to Firefox values are text.
    if rules.values_are_text:
        value = value.decode("utf-8", "replace").encode("utf-8")
    if len(name) + len(value) > MAXIMUM_PAIR_LENGTH:
        return CookieRefusal.TOO_LONG

    # 6. Then come the attributes.
    return _parse_attributes(name, value, attributes, now=now, age_limit=rules.age_limit)


def _parse_attributes(name: bytes, value: bytes, attributes: bytes, *, now: float, age_limit: float) -> ParsedCookie:
    domain = b""
    path: str | None = None
    secure = False
    http_only = False
    partitioned = False
    same_site = SameSite.UNSET
    expires: float | None = None
    max_age: float | None = None

    # 1.-5. Each attribute ends at a semicolon, its name at the first equals sign. The last one of its name counts.
    for attribute in attributes.split(b";"):
        attribute_name, _, attribute_value = attribute.partition(b"=")
        attribute_name = attribute_name.strip(WHITESPACE).lower()
        attribute_value = attribute_value.strip(WHITESPACE)
        # 6. One that is too long counts for nothing.
        if len(attribute_value) > MAXIMUM_ATTRIBUTE_LENGTH:
            continue
        # 7. Process those that are known.
        match attribute_name:
            case b"expires":
                date = parse_cookie_date(attribute_value)
                expires = expires if date is None else min(date, now + age_limit)
            case b"max-age":
                if MAX_AGE.match(attribute_value) is not None:
                    max_age = _expiry_of_max_age(int(attribute_value), now=now, age_limit=age_limit)
            case b"domain":
                domain = attribute_value.removeprefix(b".").lower()
            case b"path":
                path = attribute_value.decode("latin-1") if attribute_value.startswith(b"/") else None
            case b"secure":
                secure = True
            case b"httponly":
                http_only = True
            case b"partitioned":
                partitioned = True
            case b"samesite":
                same_site = SAME_SITE_NAMES.get(attribute_value.lower(), SameSite.UNSET)
            case _:
                pass
    expiry_time = expires if max_age is None else max_age
    return ParsedCookie(name, value, domain, path, secure, http_only, partitioned, same_site, expiry_time)


def _expiry_of_max_age(delta_seconds: int, *, now: float, age_limit: float) -> float:
    """
    Process `Max-Age` (steps 6 and 7 of its section): at once, or in so many seconds.
    """
    return -math.inf if delta_seconds <= 0 else now + min(delta_seconds, age_limit)


DATE_DELIMITERS = compiled_late(rb"[\x09\x20-\x2f\x3b-\x40\x5b-\x60\x7b-\x7e]+")
TIME = compiled_late(rb"([0-9]{1,2}):([0-9]{1,2}):([0-9]{1,2})(?![0-9])")
DAY_OF_MONTH = compiled_late(rb"[0-9]{1,2}(?![0-9])")
YEAR = compiled_late(rb"[0-9]{2,4}(?![0-9])")
MONTHS: Final = (b"jan", b"feb", b"mar", b"apr", b"may", b"jun", b"jul", b"aug", b"sep", b"oct", b"nov", b"dec")


def parse_cookie_date(text: bytes) -> float | None:
    """
    Parse a cookie-date, in which hardly anything has a fixed place.

    Returns:
        Seconds since the Unix epoch, or None for failure.

    https://httpwg.org/http-extensions/draft-ietf-httpbis-rfc6265bis.html#name-dates
    """
    time: tuple[int, int, int] | None = None
    day_of_month: int | None = None
    month: int | None = None
    year: int | None = None

    # 1.-2. Each token is the first of time, day, month and year that it looks like and that is still missing.
    for token in DATE_DELIMITERS.split(text):
        if time is None and (match := TIME.match(token)) is not None:
            time = int(match[1]), int(match[2]), int(match[3])
        elif day_of_month is None and (match := DAY_OF_MONTH.match(token)) is not None:
            day_of_month = int(match[0])
        elif month is None and token[:3].lower() in MONTHS:
            month = MONTHS.index(token[:3].lower()) + 1
        elif year is None and (match := YEAR.match(token)) is not None:
            year = int(match[0])

    # 5. All four have to be there.
    if time is None or day_of_month is None or month is None or year is None:
        return None
    # 3.-4. A year of two digits is one between 1970 and 2069.
    if year <= 99:
        year += 1900 if year >= 70 else 2000
    # 5.-7. The date has to exist, and not before 1601.
    if year < 1601:
        return None
    try:
        import datetime

        return datetime.datetime(year, month, day_of_month, *time, tzinfo=datetime.UTC).timestamp()
    except ValueError:
        return None

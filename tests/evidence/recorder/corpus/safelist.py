"""
The safelisted request headers: good, bad, boundary and repeated values, by what they do to the need for a preflight.
"""

from collections.abc import Iterator
from typing import Final

from tests.evidence.recorder.corpus.build import allow, both, get, preflight, sampled, scenario, slug, text, xhr
from tests.evidence.recorder.scenario import Route, Scenario

# The bytes that the standard calls unsafe in a value, and some that it does not.
BYTES: Final = (
    *("\x01", "\t", "\x0b", "\x1f", '"', "(", ")", ":", "<", ">", "?", "@", "[", "\\", "]", "{", "}", "\x7f"),
    *("!", "#", "$", "%", "&", "'", "*", "+", ",", "-", ".", "/", ";", "=", "^", "_", "`", "|", "~", " ", "\x80"),
    *("\xe9", "\xff"),
)

VALUES: Final = (
    *(
        ("Accept", value)
        for value in (
            *("*/*", "application/json", "text/html,application/xml;q=0.9", "", " ", "  x  ", "a:b", "a b"),
            *("a" * 128, "a" * 129),
            *("\xe9" * 128, "x" * 127 + '"', "{}", "text/html; charset=utf-8", "a\x01b"),
        )
    ),
    *(
        ("Accept-Language", value)
        for value in (
            *("de", "de-DE", "de,en;q=0.5", "*", "de_DE", "de/DE", "d\xe9", "", " ", "de:DE", 'de"', "de("),
            *("de@euro", "de!"),
            *("a" * 128, "a" * 129, "de+en", "de~", "de\tDE", "de;q=0.5", "de'", "12", "=", "&"),
        )
    ),
    *(
        ("Content-Language", value)
        for value in ("de", "de,en", "de_DE", "d\xe9", "", "de;q=1", "a" * 128, "a" * 129, "de:DE", "*", "de@")
    ),
    *(
        ("Content-Type", value)
        for value in (
            *("text/plain", "TEXT/PLAIN", " text/plain ", "text/plain;charset=utf-8", "text/plain; charset=UTF-8"),
            *("application/x-www-form-urlencoded", "multipart/form-data", "multipart/form-data; boundary=x"),
            *("application/json", "text/html", "text/plain,text/plain", "text/plain, application/json", "text/plain;"),
            *("text/plain;a", "text/plain;a=b,c", 'text/plain;a="b"', "text/plain; a=(b)", "text/plain;a=\xe9"),
            *("text/", "/plain"),
            *("text", "", " ", "text/plain/x", "text /plain", "text/ plain", "text/plain text/plain", "*/*", "text/*"),
            *("application/x-www-form-urlencoded;charset=x", "application/x-www-form-urlencoded x", "text/plain\t;a=b"),
            *("text/plain;" + "a" * 117, "text/plain;" + "a" * 118, "text/plain;charset=" + "u" * 109),
            *("text/plain;charset=" + "u" * 110,),
            *("application/csp-report", "application/reports+json", "application/ocsp-request"),
            *("application/expect-ct-report+json",),
            *("text/xml", "application/xml", "application/octet-stream", "multipart/mixed", "multipart/form-data;"),
            *("text/plain;;",),
            *("text/plain; charset", "text/plain;=x", "text/plain;charset=utf-8;charset=x", "text/plain:"),
            *("text/plain@", "text/plain\x80"),
        )
    ),
    *(
        ("Range", value)
        for value in (
            *("bytes=0-", "bytes=0-0", "bytes=0-499", "bytes=10-5", "bytes=-5", "bytes=0-1,2-3", "bytes=", "bytes=-"),
            *("bytes 0-1",),
            *("Bytes=0-1", "BYTES=0-", "bytes =0-1", "bytes= 0-1", "bytes=0 -1", "bytes=0- 1", "bytes=0-1 "),
            *(" bytes=0-1",),
            *("bytes=\t0-1", "bytes=+0-1", "bytes=0x0-1", "bytes=00-01", "bytes=18446744073709551615-"),
            *("bytes=18446744073709551616-",),
            *("bytes=9223372036854775807-", "bytes=9223372036854775808-", "bytes=0-99999999999999999999999"),
            *("items=0-1", "0-1", "", "bytes=a-b"),
        )
    ),
)

# Several values of one header, as appended.
REPEATED: Final = (
    ("accept-twice", (("Accept", "a/b"), ("Accept", "c/d"))),
    ("accept-sum-128", (("Accept", "a" * 63), ("Accept", "b" * 63))),
    ("accept-sum-129", (("Accept", "a" * 63), ("Accept", "b" * 64))),
    ("accept-bad-second", (("Accept", "a/b"), ("Accept", "c:d"))),
    ("language-twice", (("Accept-Language", "de"), ("accept-language", "en"))),
    ("content-language-twice", (("Content-Language", "de"), ("Content-Language", "en"))),
    ("type-twice-same", (("Content-Type", "text/plain"), ("Content-Type", "text/plain"))),
    ("type-twice-json", (("Content-Type", "text/plain"), ("Content-Type", "application/json"))),
    ("type-json-first", (("Content-Type", "application/json"), ("Content-Type", "text/plain"))),
    ("range-twice", (("Range", "bytes=0-1"), ("Range", "bytes=2-3"))),
    (
        "all-four",
        (("Accept", "a"), ("Accept-Language", "de"), ("Content-Language", "en"), ("Content-Type", "text/plain")),
    ),
    ("sum-1024", tuple((name, "a" * 128) for name in ("Accept", "Accept-Language", "Content-Language"))),
    ("accept-7x128", tuple(("Accept", "a" * 128) for _ in range(7))),
    ("accept-9x128", tuple(("Accept", "a" * 128) for _ in range(9))),
    ("accept-9x12", tuple(("Accept", "a" * 12) for _ in range(9))),
)

# Client hints and other names that some list somewhere calls safe.
NAMES: Final = (
    *("DPR", "Width", "Viewport-Width", "Device-Memory", "Downlink", "ECT", "RTT", "Save-Data", "Sec-CH-UA"),
    *("Sec-CH-UA-Mobile",),
    *("Sec-CH-DPR", "Sec-GPC", "Sec-Foo", "Proxy-Foo", "X-Requested-With", "Authorization", "Last-Event-ID"),
    *("Cache-Control",),
    *("Pragma", "If-None-Match", "If-Modified-Since", "If-Range", "If-Match", "If-Unmodified-Since", "User-Agent"),
    *("Purpose",),
    *("Intervention", "Early-Data", "Content-Encoding", "Content-Disposition", "Accept-Datetime", "DNT", "Forwarded"),
    *("Priority",),
    *("X-Forwarded-For", "Service-Worker", "Service-Worker-Navigation-Preload", "Upgrade-Insecure-Requests"),
    *("Max-Forwards",),
    *("X-HTTP-Method-Override", "X-HTTP-Method", "X-Method-Override", "Content-Range", "Content-Location", "From"),
    *("X-Client-Data",),
    *("Sec-Browsing-Topics", "Ad-Auction-Fetch", "Idempotency-Key", "traceparent", "CORP", "Critical-CH"),
    *("Early-Hints", "Access-Control-Allow-Origin"),
)

# Client hints that have to say something in particular.
HINTS: Final = (("ECT", "4g"), ("ECT", "4G"), ("ECT", "5g"), ("Save-Data", "on"), ("Save-Data", "ON"))


def scenarios() -> Iterator[Scenario]:
    """
    Make the families `safelist`, `safelist-bytes`, `safelist-repeated`, `safelist-names`.
    """
    yield from sampled(_values(), 12)
    for name in ("Accept", "Accept-Language", "Content-Type"):
        for byte in BYTES:
            value = ("text/plain;a=" if name == "Content-Type" else "a") + byte + "b"
            yield _ask(f"safelist-bytes/{name.lower()}-{ord(byte):02x}", ((name, value),))
    for label, headers in REPEATED:
        yield _ask(f"safelist-repeated/{label}", headers)
        yield scenario(f"safelist-repeated/xhr-{label}", xhr(method="POST", headers=headers, body=text("x")), _routes())
    for name in NAMES:
        yield _ask(f"safelist-names/{name.lower()}", ((name, "1"),))
    for name, value in HINTS:
        yield _ask(f"safelist-names/{name.lower()}-{value}", ((name, value),))


def _values() -> Iterator[Scenario]:
    for number, (name, value) in enumerate(VALUES):
        yield _ask(f"safelist/{number:03}-{name.lower()}-{slug(value)}", ((name, value),))


def _routes() -> tuple[Route, ...]:
    allowed = "Access-Control-Allow-Headers: *, authorization"
    return both(preflight(allowed, "Access-Control-Allow-Methods: *"), allow())


def _ask(name: str, headers: tuple[tuple[str, str], ...]) -> Scenario:
    if any(header.lower() == "content-type" for header, _ in headers):
        return scenario(name, get(method="POST", headers=headers, body=text("x")), _routes())
    return scenario(name, get(headers=headers), _routes())

"""
Byte streams that a server may write, well-formed or not: what a browser takes for a response, and what it makes of it.
"""

import gzip
import zlib
from collections.abc import Iterator, Mapping, Sequence
from typing import Final

import brotli
from backports import zstd

from tests.evidence.recorder.corpus.build import ANY, get, put, route, scenario
from tests.evidence.recorder.scenario import Answer, Scenario, Step

OK: Final = "HTTP/1.1 200 OK"
CHUNKED: Final = "Transfer-Encoding: chunked"
LENGTH: Final = "Content-Length: 5"
WHOLE: Final = f"{OK}\r\n{ANY}\r\n{LENGTH}\r\n\r\nhello"
KEPT: Final = f"{OK}\r\n{ANY}\r\n{LENGTH}\r\nCache-Control: no-store\r\n\r\nhello"


def stream(*lines: str, first: str = OK, body: str = "hello") -> str:
    """
    Put a status line, a header line that lets the page read, further header lines and a body together.
    """
    return "\r\n".join([first, ANY, *lines]) + "\r\n\r\n" + body


def _length(value: str, body: str = "hello") -> str:
    return stream(f"Content-Length: {value}", body=body)


def _chunked(body: str, *lines: str) -> str:
    return stream(CHUNKED, *lines, body=body)


LENGTHS: Final[Mapping[str, str]] = {
    "exact": _length("5"),
    "body-longer": _length("5", "hello, world"),
    "body-shorter": _length("9"),
    "zero-and-body": _length("0"),
    "repeated": stream(LENGTH, LENGTH),
    "list": _length("5, 5"),
    "list-of-three": _length("5,5,5"),
    "different": stream(LENGTH, "Content-Length: 4"),
    "different-shorter-first": stream("Content-Length: 4", LENGTH),
    "different-list": _length("5, 4"),
    "same-number-otherwise": stream(LENGTH, "Content-Length: 05"),
    "list-ends-with-comma": _length("5,"),
    "list-begins-with-comma": _length(",5"),
    "empty": _length(""),
    "empty-then-good": stream("Content-Length:", LENGTH),
    "good-then-empty": stream(LENGTH, "Content-Length:"),
    "junk": _length("abc"),
    "junk-then-good": stream("Content-Length: abc", LENGTH),
    "good-then-junk": stream(LENGTH, "Content-Length: abc"),
    "junk-twice": stream("Content-Length: abc", "Content-Length: abc"),
    "number-and-junk": _length("4abc"),
    "number-and-semicolon": _length("4;"),
    "two-numbers": _length("4 4"),
    "plus": _length("+4"),
    "minus": _length("-4"),
    "minus-zero": _length("-0"),
    "leading-zeros": _length("0004"),
    "hexadecimal": _length("0x4"),
    "fraction": _length("4.0"),
    "exponent": _length("4e0"),
    "quoted": _length('"4"'),
    "tabs": _length("\t4\t"),
    "vertical-tab": _length("\x0b4"),
    "largest-int64": _length("9223372036854775807"),
    "above-int64": _length("9223372036854775808"),
    "above-uint64": _length("18446744073709551620"),
    "thirty-digits": _length("4" * 30),
    "and-chunked": _chunked("5\r\nhello\r\n0\r\n\r\n", "Content-Length: 4"),
    "different-and-chunked": _chunked("5\r\nhello\r\n0\r\n\r\n", "Content-Length: 4", LENGTH),
    "junk-and-chunked": _chunked("5\r\nhello\r\n0\r\n\r\n", "Content-Length: abc"),
    "of-http-1.0": stream("Content-Length: 4", first="HTTP/1.0 200 OK"),
    "different-of-http-1.0": stream("Content-Length: 4", LENGTH, first="HTTP/1.0 200 OK"),
    "body-shorter-of-http-1.0": stream("Content-Length: 9", first="HTTP/1.0 200 OK"),
    "none": stream(),
}

CHUNKS: Final[Mapping[str, str]] = {
    "good": _chunked("2\r\nhe\r\n3\r\nllo\r\n0\r\n\r\n"),
    "no-last-line": _chunked("5\r\nhello\r\n0\r\n"),
    "no-last-line-end": _chunked("5\r\nhello\r\n0\r\n\r"),
    "cut-after-zero": _chunked("5\r\nhello\r\n0"),
    "no-last-chunk": _chunked("5\r\nhello\r\n"),
    "cut-in-chunk": _chunked("9\r\nhello"),
    "cut-after-chunk": _chunked("5\r\nhello"),
    "cut-after-size": _chunked("5\r\n"),
    "cut-in-size": _chunked("5"),
    "nothing": _chunked(""),
    "junk-size": _chunked("xyz\r\nhello\r\n0\r\n\r\n"),
    "junk-second-size": _chunked("2\r\nhe\r\nxyz\r\nllo\r\n0\r\n\r\n"),
    "empty-size": _chunked("\r\nhello\r\n0\r\n\r\n"),
    "minus": _chunked("-5\r\nhello\r\n0\r\n\r\n"),
    "plus": _chunked("+5\r\nhello\r\n0\r\n\r\n"),
    "prefix": _chunked("0x5\r\nhello\r\n0\r\n\r\n"),
    "space-before-size": _chunked(" 5\r\nhello\r\n0\r\n\r\n"),
    "space-after-size": _chunked("5  \r\nhello\r\n0\r\n\r\n"),
    "tab-after-size": _chunked("5\t\r\nhello\r\n0\r\n\r\n"),
    "leading-zeros": _chunked("0000000000000000000005\r\nhello\r\n0\r\n\r\n"),
    "extension": _chunked("5;a=b\r\nhello\r\n0;c\r\n\r\n"),
    "space-before-extension": _chunked("5 ;a=b\r\nhello\r\n0\r\n\r\n"),
    "word-after-size": _chunked("5 a\r\nhello\r\n0\r\n\r\n"),
    "letter-after-size": _chunked("5g\r\nhello\r\n0\r\n\r\n"),
    "largest-int64": _chunked("7fffffffffffffff\r\nhello\r\n0\r\n\r\n"),
    "above-int64": _chunked("8000000000000000\r\nhello\r\n0\r\n\r\n"),
    "above-uint64": _chunked("10000000000000005\r\nhello\r\n0\r\n\r\n"),
    "above-int32": _chunked("80000000\r\nhello\r\n0\r\n\r\n"),
    "line-feeds": _chunked("5\nhello\n0\n\n"),
    "carriage-returns": _chunked("5\rhello\r0\r\r"),
    "no-line-end-after-chunk": _chunked("5\r\nhello0\r\n\r\n"),
    "chunk-longer": _chunked("5\r\nhelloX\r\n0\r\n\r\n"),
    "chunk-shorter": _chunked("6\r\nhello\r\n0\r\n\r\n"),
    "trailer": _chunked("5\r\nhello\r\n0\r\nX-T: 1\r\n\r\n", "Access-Control-Expose-Headers: X-T"),
    "trailer-without-colon": _chunked("5\r\nhello\r\n0\r\njunk\r\n\r\n"),
    "trailer-cut": _chunked("5\r\nhello\r\n0\r\nX-T: 1\r\n"),
    "more-after-end": _chunked("5\r\nhello\r\n0\r\n\r\nmore"),
    "long-extension": _chunked("5;" + "a" * 20000 + "\r\nhello\r\n0\r\n\r\n"),
}

_GOOD: Final = "5\r\nhello\r\n0\r\n\r\n"

TRANSFER_CODINGS: Final[Mapping[str, str]] = {
    "upper-case": stream("Transfer-Encoding: CHUNKED", body=_GOOD),
    "identity": stream("Transfer-Encoding: identity"),
    "identity-and-length": stream("Transfer-Encoding: identity", "Content-Length: 4"),
    "gzip-chunked": stream("Transfer-Encoding: gzip, chunked", body=_GOOD),
    "chunked-gzip": stream("Transfer-Encoding: chunked, gzip", body=_GOOD),
    "chunked-chunked": stream("Transfer-Encoding: chunked, chunked", body=_GOOD),
    "two-lines": stream(CHUNKED, CHUNKED, body=_GOOD),
    "identity-then-chunked": stream("Transfer-Encoding: identity", CHUNKED, body=_GOOD),
    "chunked-then-identity": stream(CHUNKED, "Transfer-Encoding: identity", body=_GOOD),
    "unknown": stream("Transfer-Encoding: foo"),
    "unknown-and-length": stream("Transfer-Encoding: foo", "Content-Length: 4"),
    "empty": stream("Transfer-Encoding:"),
    "empty-and-length": stream("Transfer-Encoding:", "Content-Length: 4"),
    "parameter": stream("Transfer-Encoding: chunked;q=1", body=_GOOD),
    "prefixed": stream("Transfer-Encoding: xchunked", body=_GOOD),
    "vertical-tab": stream("Transfer-Encoding: \x0bchunked", body=_GOOD),
    "comma-before": stream("Transfer-Encoding: ,chunked", body=_GOOD),
    "quoted": stream('Transfer-Encoding: "chunked"', body=_GOOD),
    "of-http-1.0": stream(CHUNKED, first="HTTP/1.0 200 OK", body=_GOOD),
    "not-chunked": stream(CHUNKED),
}

_STATUS_LINES: Final[Mapping[str, str]] = {
    "no-digits": "HTTP/1.1 OK",
    "nothing": "HTTP/1.1",
    "space": "HTTP/1.1 ",
    "one-digit": "HTTP/1.1 2 OK",
    "two-digits": "HTTP/1.1 20 OK",
    "four-digits": "HTTP/1.1 2000 OK",
    "five-digits": "HTTP/1.1 20000 OK",
    "eleven-digits": "HTTP/1.1 20000000000 OK",
    "0": "HTTP/1.1 0 OK",
    "000": "HTTP/1.1 000 OK",
    "099": "HTTP/1.1 099 OK",
    "0200": "HTTP/1.1 0200 OK",
    "600": "HTTP/1.1 600 OK",
    "999": "HTTP/1.1 999 OK",
    "1000": "HTTP/1.1 1000 OK",
    "minus": "HTTP/1.1 -200 OK",
    "plus": "HTTP/1.1 +200 OK",
    "letter": "HTTP/1.1 2x0 OK",
    "letter-after": "HTTP/1.1 200OK",
    "no-reason": "HTTP/1.1 200",
    "empty-reason": "HTTP/1.1 200 ",
    "two-spaces-before-reason": "HTTP/1.1 200  OK",
    "tab-before-reason": "HTTP/1.1 200\tOK",
    "two-spaces": "HTTP/1.1  200 OK",
    "tab": "HTTP/1.1\t200 OK",
    "no-space": "HTTP/1.1200 OK",
    "lower-case": "http/1.1 200 OK",
    "http-1.0": "HTTP/1.0 200 OK",
    "http-0.9": "HTTP/0.9 200 OK",
    "http-1.2": "HTTP/1.2 200 OK",
    "http-1.10": "HTTP/1.10 200 OK",
    "http-1": "HTTP/1 200 OK",
    "http-2": "HTTP/2 200 OK",
    "http-2.0": "HTTP/2.0 200 OK",
    "http-3.0": "HTTP/3.0 200 OK",
    "http-11": "HTTP/11 200 OK",
    "http-a.b": "HTTP/a.b 200 OK",
    "no-version": "HTTP 200 OK",
    "no-version-number": "HTTP/ 200 OK",
    "icy": "ICY 200 OK",
    "other-protocol": "FOO/1.1 200 OK",
    "space-before": " HTTP/1.1 200 OK",
    "letter-before": "xHTTP/1.1 200 OK",
    "four-letters-before": "xxxxHTTP/1.1 200 OK",
    "five-letters-before": "xxxxxHTTP/1.1 200 OK",
    "line-before": "x\r\nHTTP/1.1 200 OK",
    "line-end-before": "\r\nHTTP/1.1 200 OK",
    "two-line-ends-before": "\r\n\r\nHTTP/1.1 200 OK",
    "four-line-ends-before": "\r\n\r\n\r\n\r\nHTTP/1.1 200 OK",
    "line-feed-before": "\nHTTP/1.1 200 OK",
    "carriage-return-before": "\rHTTP/1.1 200 OK",
    "nul-before": "\0HTTP/1.1 200 OK",
    "nul-in-reason": "HTTP/1.1 200 O\0K",
    "nul-in-version": "HTTP/1.\x001 200 OK",
    "carriage-return-in-reason": "HTTP/1.1 200 O\rK",
    "latin-1-reason": "HTTP/1.1 200 \xe9",
    "utf-8-reason": "HTTP/1.1 200 \xc3\xa9",
    "control-character-in-reason": "HTTP/1.1 200 O\x01K",
    "long-reason": "HTTP/1.1 200 " + "a" * 20000,
}

_LINES: Final[Mapping[str, tuple[str, ...]]] = {
    "nul-in-value": (ANY, "X-A: a\0b"),
    "nul-in-name": (ANY, "X-\0A: a"),
    "nul-at-end": (ANY + "\0",),
    "nul-in-line-without-colon": (ANY, "a\0b"),
    "nul-in-allow-origin": ("Access-Control-Allow-Origin: \0*",),
    "carriage-return-in-value": (ANY, "X-A: a\rb"),
    "carriage-return-in-name": (ANY, "X-\rA: a"),
    "carriage-return-in-allow-origin": ("Access-Control-Allow-Origin: *\r",),
    "carriage-return-before-allow-origin": ("Access-Control-Allow-Origin: \r*",),
    "carriage-return-instead-of-line-end": ("X-A: 1\r" + ANY,),
    "line-of-carriage-return": ("\r", ANY),
    "line-feeds": (ANY + "\nX-A: 1",),
    "folded-allow-origin": ("Access-Control-Allow-Origin:", " *"),
    "folded-with-tab": ("Access-Control-Allow-Origin:", "\t*"),
    "folded-value": (ANY, "X-A: a", "   b", "\tc"),
    "folded-empty": (ANY, "X-A: a", " ", "X-B: b"),
    "folded-allow-origin-empty": (ANY, " "),
    "first-line-folded": (" X-A: a", ANY),
    "first-line-folded-allow-origin": (" " + ANY,),
    "no-colon-before": ("junk", ANY),
    "no-colon-after": (ANY, "junk"),
    "no-colon-between": (ANY, "junk", "X-A: 1"),
    "empty-name": (ANY, ": a"),
    "space-before-colon": ("Access-Control-Allow-Origin : *",),
    "tab-before-colon": ("Access-Control-Allow-Origin\t: *",),
    "space-in-name": (ANY, "X A: a"),
    "parenthesis-in-name": (ANY, "X(A: a"),
    "latin-1-name": (ANY, "X-\xe9: a"),
    "control-character-in-value": (ANY, "X-A: a\x01b"),
    "delete-in-value": (ANY, "X-A: a\x7fb"),
    "control-character-in-allow-origin": ("Access-Control-Allow-Origin: *\x01",),
    "vertical-tab-in-allow-origin": ("Access-Control-Allow-Origin: \x0b*",),
    "form-feed-in-allow-origin": ("Access-Control-Allow-Origin: *\x0c",),
    "no-break-space-in-allow-origin": ("Access-Control-Allow-Origin: \xa0*",),
    "two-dispositions": (ANY, "Content-Disposition: inline", "Content-Disposition: attachment"),
    "two-equal-dispositions": (ANY, "Content-Disposition: inline", "Content-Disposition: inline"),
    "thousand-lines": (ANY, *(f"X-{number}: a" for number in range(1000))),
    "ten-thousand-lines": (ANY, *(f"X-{number}: a" for number in range(10000))),
    "60-kb": (ANY, "X-A: " + "a" * 60_000),
    "100-kb": (ANY, "X-A: " + "a" * 100_000),
    "200-kb": (ANY, "X-A: " + "a" * 200_000),
    "300-kb": (ANY, "X-A: " + "a" * 300_000),
    "400-kb": (ANY, "X-A: " + "a" * 400_000),
}

ENDS: Final[Mapping[str, str]] = {
    "at-once": "",
    "after-line-end": "\r\n",
    "in-protocol": "HTT",
    "after-protocol": "HTTP/1.1",
    "in-status": "HTTP/1.1 20",
    "after-status": "HTTP/1.1 200",
    "after-reason": "HTTP/1.1 200 OK",
    "after-status-line": "HTTP/1.1 200 OK\r\n",
    "in-name": f"{OK}\r\n{ANY}\r\nX-A",
    "in-value": f"{OK}\r\n{ANY}\r\nX-A: a",
    "in-allow-origin": f"{OK}\r\n{ANY}",
    "after-carriage-return": f"{OK}\r\n{ANY}\r",
    "after-header-line": f"{OK}\r\n{ANY}\r\n",
    "in-last-line-end": f"{OK}\r\n{ANY}\r\n\r",
    "after-length": f"{OK}\r\n{ANY}\r\n{LENGTH}\r\n",
    "junk": "hello",
    "junk-longer": "hello, this is no response at all\r\nof any kind\r\n\r\n",
}

_CONTINUE: Final = "HTTP/1.1 100 Continue\r\n\r\n"

INTERIM: Final[Mapping[str, str]] = {
    "100": _CONTINUE + WHOLE,
    "100-without-version-end": "HTTP/1.1 100\r\n\r\n" + WHOLE,
    "102": "HTTP/1.1 102 Processing\r\n\r\n" + WHOLE,
    "103": "HTTP/1.1 103 Early Hints\r\nLink: </y>; rel=preload; as=script\r\n\r\n" + WHOLE,
    "103-with-allow-origin": f"HTTP/1.1 103 Early Hints\r\n{ANY}\r\n\r\n{OK}\r\n{LENGTH}\r\n\r\nhello",
    "150": "HTTP/1.1 150 X\r\n\r\n" + WHOLE,
    "199": "HTTP/1.1 199 X\r\n\r\n" + WHOLE,
    "five": _CONTINUE * 5 + WHOLE,
    "twenty": _CONTINUE * 20 + WHOLE,
    "with-length": f"HTTP/1.1 100 Continue\r\n{LENGTH}\r\n\r\n" + WHOLE,
    "alone": _CONTINUE,
    "alone-with-allow-origin": f"HTTP/1.1 100 Continue\r\n{ANY}\r\n\r\n",
    "103-alone": f"HTTP/1.1 103 Early Hints\r\n{ANY}\r\n\r\n",
    "then-junk": _CONTINUE + "junk",
    "101": stream("Connection: Upgrade", "Upgrade: foo", first="HTTP/1.1 101 Switching Protocols"),
    "101-then-response": "HTTP/1.1 101 Switching Protocols\r\n\r\n" + WHOLE,
    "line-end-before-final": _CONTINUE + "\r\n" + WHOLE,
    "nul-in-interim": "HTTP/1.1 103 Early Hints\r\nX-A: a\0b\r\n\r\n" + WHOLE,
}


def _status(status: int, *lines: str, body: str = "hello") -> str:
    return stream(*lines, first=f"HTTP/1.1 {status} X", body=body)


STATUSES: Final[Mapping[str, str]] = {
    "204-and-body": _status(204),
    "204-and-length": _status(204, LENGTH),
    "204-and-chunks": _status(204, CHUNKED, body=_GOOD),
    "204-and-different-lengths": _status(204, LENGTH, "Content-Length: 4"),
    "205-and-body": _status(205),
    "205-and-length": _status(205, LENGTH),
    "205-and-chunks": _status(205, CHUNKED, body=_GOOD),
    "304-and-body": _status(304),
    "304-and-length": _status(304, LENGTH),
    "304-and-length-without-body": _status(304, LENGTH, body=""),
    "407": _status(407),
    "407-and-challenge": _status(407, 'Proxy-Authenticate: Basic realm="a"'),
    "408": _status(408),
    "408-and-close": _status(408, LENGTH, "Connection: close"),
    "421": _status(421),
    "425": _status(425),
    "206": _status(206, "Content-Range: bytes 0-4/9", LENGTH),
    "206-without-range": _status(206),
    "416": _status(416),
    **{
        f"{status}-two-locations": _status(status, "Location: /a", "Location: /b")
        for status in (200, 201, 204, 300, 302, 304, 404, 500)
    },
    "302-two-equal-locations": _status(302, "Location: /a", "Location: /a"),
    "200-two-equal-locations": _status(200, "Location: /a", "Location: /a"),
}


def _text(data: bytes) -> str:
    return data.decode("latin-1")


def _zipped(data: bytes) -> bytes:
    return gzip.compress(data, mtime=0)


_TEXT: Final = b"hello, world; " * 20
_GZIP: Final = _zipped(_TEXT)
_ZLIB: Final = zlib.compress(_TEXT)
_DEFLATE: Final = _ZLIB[2:-4]
_BROTLI: Final = brotli.compress(_TEXT)
_ZSTD: Final = zstd.compress(_TEXT)

_CODED: Final[Mapping[str, tuple[tuple[str, ...], bytes]]] = {
    "gzip": (("gzip",), _GZIP),
    "x-gzip": (("x-gzip",), _GZIP),
    "deflate": (("deflate",), _ZLIB),
    "bare-deflate": (("deflate",), _DEFLATE),
    "br": (("br",), _BROTLI),
    "zstd": (("zstd",), _ZSTD),
    "upper-case": (("GZIP",), _GZIP),
    "unknown": (("foo",), _GZIP),
    "compress": (("compress",), _GZIP),
    "unknown-then-gzip": (("foo, gzip",), _GZIP),
    "gzip-then-unknown": (("gzip, foo",), _GZIP),
    "identity": (("identity",), _TEXT),
    "identity-then-gzip": (("identity, gzip",), _GZIP),
    "gzip-then-identity": (("gzip, identity",), _GZIP),
    "gzip-twice": (("gzip, gzip",), _zipped(_GZIP)),
    "gzip-twice-coded-once": (("gzip, gzip",), _GZIP),
    "gzip-three-times": (("gzip, gzip, gzip",), _zipped(_zipped(_GZIP))),
    "gzip-six-times": (("gzip, gzip, gzip, gzip, gzip, gzip",), _zipped(_zipped(_zipped(_zipped(_zipped(_GZIP)))))),
    "br-then-gzip": (("br, gzip",), _zipped(_BROTLI)),
    "gzip-then-deflate": (("gzip, deflate",), zlib.compress(_GZIP)),
    "two-lines": (("gzip", "gzip"), _zipped(_GZIP)),
    "two-lines-coded-once": (("gzip", "gzip"), _GZIP),
    "two-lines-identity-gzip": (("identity", "gzip"), _GZIP),
    "parameter": (("gzip;q=1",), _GZIP),
    "empty": (("",), _TEXT),
    "comma-before": ((",gzip",), _GZIP),
    "comma-after": (("gzip,",), _GZIP),
    "space-between": (("gzip gzip",), _GZIP),
    "gzip-of-nothing": (("gzip",), b""),
    "br-of-nothing": (("br",), b""),
    "zstd-of-nothing": (("zstd",), b""),
    "deflate-of-nothing": (("deflate",), b""),
    "gzip-of-text": (("gzip",), _TEXT),
    "deflate-of-text": (("deflate",), _TEXT),
    "br-of-text": (("br",), _TEXT),
    "zstd-of-text": (("zstd",), _TEXT),
    "gzip-and-junk": (("gzip",), _GZIP + b"JUNK"),
    "deflate-and-junk": (("deflate",), _ZLIB + b"JUNK"),
    "br-and-junk": (("br",), _BROTLI + b"JUNK"),
    "zstd-and-junk": (("zstd",), _ZSTD + b"JUNK"),
    "gzip-two-members": (("gzip",), _GZIP + _zipped(b"more")),
    "zstd-two-frames": (("zstd",), _ZSTD + zstd.compress(b"more")),
    "gzip-cut": (("gzip",), _GZIP[:-10]),
    "gzip-cut-in-trailer": (("gzip",), _GZIP[:-4]),
    "gzip-cut-in-header": (("gzip",), _GZIP[:5]),
    "deflate-cut": (("deflate",), _ZLIB[:-6]),
    "br-cut": (("br",), _BROTLI[:-3]),
    "zstd-cut": (("zstd",), _ZSTD[:-3]),
    "gzip-wrong-checksum": (("gzip",), _GZIP[:-8] + b"\1\2\3\4" + _GZIP[-4:]),
    "gzip-wrong-length": (("gzip",), _GZIP[:-4] + b"\1\2\3\4"),
    "deflate-wrong-checksum": (("deflate",), _ZLIB[:-4] + b"\1\2\3\4"),
    "gzip-damaged": (("gzip",), _GZIP[:14] + b"\xff\xff\xff\xff" + _GZIP[18:]),
}


_ALLOWING: Final = "Access-Control-Allow-Methods: PUT"

_PREFLIGHTS: Final[Mapping[str, str]] = {
    "good": stream(_ALLOWING, LENGTH),
    "body-shorter": stream(_ALLOWING, "Content-Length: 9"),
    "different-lengths": stream(_ALLOWING, LENGTH, "Content-Length: 4"),
    "different-lengths-and-shorter": stream(_ALLOWING, LENGTH, "Content-Length: 9"),
    "junk-length": stream(_ALLOWING, "Content-Length: abc"),
    "chunks-cut": stream(_ALLOWING, CHUNKED, body="9\r\nhello"),
    "chunks-malformed": stream(_ALLOWING, CHUNKED, body="xyz\r\nhello\r\n"),
    "chunks-without-last-line": stream(_ALLOWING, CHUNKED, body="5\r\nhello\r\n0\r\n"),
    "nul": stream(_ALLOWING, "X-A: \0"),
    "cut-head": f"{OK}\r\n{ANY}\r\n{_ALLOWING}\r\n",
    "undecodable": stream(_ALLOWING, "Content-Encoding: gzip"),
    "205": stream(_ALLOWING, first="HTTP/1.1 205 X"),
    "two-digits": stream(_ALLOWING, first="HTTP/1.1 20 OK"),
    "at-once": "",
}


def _kept(*answers: str) -> tuple[Answer, ...]:
    return tuple(Answer(raw=raw, keep=raw != "") for raw in answers)


_MORE: Final[Mapping[str, tuple[Answer, ...]]] = {
    "good": _kept(KEPT, KEPT),
    "junk-after-body": _kept(KEPT + "JUNK", KEPT),
    "line-end-after-body": _kept(KEPT + "\r\n", KEPT),
    "response-after-body": _kept(KEPT + stream(LENGTH, body="wrong"), KEPT),
    "junk-after-204": _kept(_status(204, "Cache-Control: no-store"), KEPT),
    "junk-after-304": _kept(_status(304, "Cache-Control: no-store"), KEPT),
    "closed-before-second": (Answer(raw=KEPT), *_kept(KEPT)),
    "closed-without-second": _kept(KEPT, "", KEPT),
    "second-ends-in-head": (Answer(raw=KEPT, keep=True), Answer(raw=f"{OK}\r\n{ANY}"), Answer(raw=KEPT)),
    "second-is-line-end": (Answer(raw=KEPT, keep=True), Answer(raw="\r\n"), Answer(raw=KEPT)),
    "second-408": (
        Answer(raw=KEPT, keep=True),
        Answer(raw=_status(408, LENGTH, "Connection: close")),
        Answer(raw=KEPT),
    ),
    "second-408-without-close": _kept(KEPT, _status(408, LENGTH), KEPT),
    "second-421": _kept(KEPT, _status(421, LENGTH), KEPT),
    "second-425": _kept(KEPT, _status(425, LENGTH), KEPT),
    "second-line-end-before": _kept(KEPT, "\r\n" + KEPT, KEPT),
    "second-junk-before": _kept(KEPT, "xx" + KEPT, KEPT),
    "second-nul": _kept(KEPT, stream(LENGTH, "X-A: \0"), KEPT),
    "second-no-response": (Answer(raw=KEPT, keep=True), Answer(raw="hello"), Answer(raw=KEPT)),
}


def _scenario(name: str, steps: tuple[Step, ...], *answers: Answer) -> Scenario:
    return scenario(f"transport-{name}", steps, (route(*answers),), transports=("streams",))


def _of(name: str, streams: Mapping[str, str], *steps: Step) -> Iterator[Scenario]:
    for label, raw in streams.items():
        yield _scenario(f"{name}/{label}", steps or (get(),), Answer(raw=raw))


def _head(lines: Sequence[str]) -> str:
    """
    Put a head together whose lines the page may read, unless there is too much to record.
    """
    shown = ["Access-Control-Expose-Headers: *"] if sum(map(len, lines)) < 1000 else []
    return "\r\n".join([OK, *lines, *shown]) + "\r\n\r\nhello"


def scenarios() -> Iterator[Scenario]:
    """
    Make the families `transport-...`.
    """
    yield from _of("length", LENGTHS)
    yield from _of("chunks", CHUNKS)
    yield from _of("transfer-coding", TRANSFER_CODINGS)
    yield from _of("status-line", {label: stream(first=line) for label, line in _STATUS_LINES.items()})
    yield from _of("head", {label: _head(lines) for label, lines in _LINES.items()})
    yield from _of("end", ENDS)
    yield from _of("interim", INTERIM)
    yield from _of("status", STATUSES)
    coded = {
        label: stream(*(f"Content-Encoding: {value}" for value in values), body=_text(body))
        for label, (values, body) in _CODED.items()
    }
    yield from _of("content-coding", coded)
    yield _scenario("post/at-once", (get(method="POST"),), Answer(raw=""))
    for label, raw in ENDS.items():
        secure = (route(Answer(raw=raw), origin="apisecure"),)
        yield scenario(f"transport-end-tls/{label}", get(url="{apisecure}/x"), secure, transports=("streams",))
    for label, raw in _PREFLIGHTS.items():
        routes = (route(Answer(raw=raw), method="OPTIONS"), route(Answer(raw=WHOLE)))
        yield scenario(f"transport-preflight/{label}", put(), routes, transports=("streams",))
    # NB: what has no head could not be read from another origin.
    headless = {"junk": "junk\r\n\r\nmore", "short": "HTT", "html": "<p>hello</p>", "icy": "ICY 200 OK\r\n\r\nhello"}
    yield from _of("no-head", headless, get(url="{api}/x", mode="no-cors"))
    for label, raw in headless.items():
        own = (route(Answer(raw=raw), origin="app"),)
        yield scenario(f"transport-no-head/own-{label}", get(url="{app}/x"), own, transports=("streams",))
    for label in ("different", "junk", "body-shorter", "exact"):
        for method in ("HEAD", "POST"):
            yield _scenario(f"{method.lower()}/{label}", (get(method=method),), Answer(raw=LENGTHS[label]))
    for label, answers in _MORE.items():
        yield _scenario(f"kept/{label}", (get(), get()), *answers)
        if label.startswith(("closed", "second-408", "second-ends")):
            yield _scenario(f"kept-post/{label}", (get(), get(method="POST")), *answers)

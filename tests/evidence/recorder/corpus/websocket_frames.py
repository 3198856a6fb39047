"""
WebSockets that are open: messages, frames that no server should write, and how connections end.
"""

from collections.abc import Iterable, Iterator
from typing import Any, Final

from tests.evidence.recorder.corpus.build import route, scenario, slug
from tests.evidence.recorder.corpus.websockets import HI, socket, taken
from tests.evidence.recorder.scenario import Scenario

END: Final = "close:1000"
PAUSE: Final = "wait:150"

MESSAGES: Final[tuple[tuple[str, tuple[str, ...]], ...]] = (
    ("text", ("text:hello",)),
    ("text-empty", ("text:",)),
    ("text-unicode", ("text:\xc3\xbc \xf0\x9f\x98\x80 \xe2\x82\xac",)),
    ("text-nul", ("text:a\0b",)),
    ("text-bom", ("text:\xef\xbb\xbfa",)),
    ("text-noncharacter", ("text:\xef\xbf\xbf\xef\xb7\x90",)),
    ("text-125", ("text:" + "x" * 125,)),
    ("text-126", ("text:" + "x" * 126,)),
    ("text-65535", ("text:" + "x" * 65535,)),
    ("text-65536", ("text:" + "x" * 65536,)),
    ("bytes", ("bytes:\x00\xff\x80",)),
    ("bytes-empty", ("bytes:",)),
    ("bytes-70000", ("bytes:" + "\x01" * 70000,)),
    ("several", ("text:a", "bytes:b", "text:c")),
    ("fragments", ("raw:\x01\x02he", "raw:\x00\x02ll", "raw:\x80\x01o")),
    ("fragments-empty", ("raw:\x01\x00", "raw:\x00\x00", "raw:\x80\x00")),
    ("fragments-bytes", ("raw:\x02\x01\xff", "raw:\x80\x01\xfe")),
    ("fragments-in-character", ("raw:\x01\x01\xc3", "raw:\x80\x01\xbc")),
    ("fragments-ping", ("raw:\x01\x02he", "ping:x", "raw:\x80\x03llo")),
    ("fragments-close", ("raw:\x01\x02he",)),
    ("ping", ("ping:", "read")),
    ("ping-payload", ("ping:hello", "read")),
    ("ping-125", ("ping:" + "x" * 125, "read")),
    ("ping-ping", ("ping:a", "ping:b", "read", "read")),
    ("pong", ("pong:unasked",)),
    ("split-frame", ("raw:\x81", "wait:30", "raw:\x05he", "wait:30", "raw:llo")),
)

VIOLATIONS: Final[tuple[tuple[str, tuple[str, ...]], ...]] = (
    ("masked", ("raw:\x81\x82\x00\x00\x00\x00hi",)),
    ("masked-close", ("raw:\x88\x82\x00\x00\x00\x00\x03\xe8",)),
    ("rsv1", ("raw:\xc1\x02hi",)),
    ("rsv2", ("raw:\xa1\x02hi",)),
    ("rsv3", ("raw:\x91\x02hi",)),
    ("rsv-all", ("raw:\xf1\x02hi",)),
    ("rsv1-ping", ("raw:\xc9\x00",)),
    *((f"opcode-{code}", (f"raw:{chr(0x80 | code)}\x00",)) for code in (3, 4, 5, 6, 7, 11, 12, 13, 14, 15)),
    ("utf-8", ("text:\xff",)),
    ("utf-8-cut", ("text:a\xc3",)),
    ("utf-8-surrogate", ("text:\xed\xa0\x80",)),
    ("utf-8-overlong", ("text:\xc0\xaf",)),
    ("utf-8-too-large", ("text:\xf4\x90\x80\x80",)),
    ("utf-8-in-fragment", ("raw:\x01\x02a\xff", "wait:30", "raw:\x80\x01b")),
    ("utf-8-after", ("text:good", "text:\xff", "text:late")),
    ("ping-126", ("raw:\x89\x7e\x00\x7e" + "x" * 126,)),
    ("close-126", ("raw:\x88\x7e\x00\x7e\x03\xe8" + "x" * 124,)),
    ("ping-fragment", ("raw:\x09\x00",)),
    ("close-fragment", ("raw:\x08\x00",)),
    ("continuation-first", ("raw:\x80\x02hi",)),
    ("text-in-fragments", ("raw:\x01\x02he", "text:new")),
    ("length-16-short", ("raw:\x81\x7e\x00\x02hi",)),
    ("length-64-short", ("raw:\x81\x7f\x00\x00\x00\x00\x00\x00\x00\x02hi",)),
    ("length-64-negative", ("raw:\x81\x7f\x80\x00\x00\x00\x00\x00\x00\x02hi",)),
    ("length-64-huge", ("raw:\x82\x7f\x7f\xff\xff\xff\xff\xff\xff\xffhi",)),
    ("length-2g", ("raw:\x82\x7f\x00\x00\x00\x00\x80\x00\x00\x00hi", "wait:100", "end")),
    ("close-1-byte", ("raw:\x88\x01\x03",)),
    ("close-utf-8", ("close:1000:\xff",)),
    ("garbage", ("raw:hello world",)),
    ("http", ("raw:HTTP/1.1 200 OK\r\n\r\n",)),
    ("cut-frame", ("raw:\x81\x05he", "end")),
    ("cut-fragments", ("raw:\x01\x02he", "end")),
)

CODES: Final = (
    *(0, 1, 999, 1000, 1001, 1002, 1003, 1004, 1005, 1006, 1007, 1008, 1009, 1010, 1011, 1012, 1013, 1014, 1015),
    *(1016, 1100, 1999, 2000, 2999, 3000, 3999, 4000, 4999, 5000, 65535),
)

CLOSES: Final[tuple[tuple[Any, ...], ...]] = (
    ("close",),
    ("close", 1000),
    ("close", 1000, "bye"),
    ("close", 1000, ""),
    ("close", 3000, "x"),
    ("close", 4999),
    ("close", 4000, "\u00fc\U0001f600"),
    ("close", 1000, "x" * 123),
    ("close", 1000, "x" * 124),
    ("close", 1000, "\u00fc" * 61 + "x"),
    ("close", 1000, "\u00fc" * 62),
    ("close", 4000, "\ud800"),
    *(("close", code) for code in (0, 999, 1001, 1005, 1006, 1011, 2999, 5000, 65536, 66536, -1)),
)

DEFLATED: Final[tuple[tuple[str, tuple[str, ...]], ...]] = (
    ("hello", ("raw:\xc1\x07\xf2\x48\xcd\xc9\xc9\x07\x00",)),
    ("twice", ("raw:\xc1\x07\xf2\x48\xcd\xc9\xc9\x07\x00", "raw:\xc1\x05\xf2\x00\x11\x00\x00")),
    ("fragments", ("raw:\x41\x03\xf2\x48\xcd", "raw:\x80\x04\xc9\xc9\x07\x00")),
    ("second-fragment", ("raw:\x01\x01a", "raw:\xc0\x01b")),
    ("uncompressed", ("text:hello",)),
    ("empty", ("raw:\xc1\x01\x00",)),
    ("stored", ("raw:\xc1\x0b\x00\x05\x00\xfa\xffHello\x00",)),
    ("broken", ("raw:\xc1\x04\xff\xff\xff\xff",)),
    ("close", ("raw:\xc8\x02\x03\xe8",)),
    ("utf-8", ("raw:\xc1\x07\x00\x01\x00\xfe\xff\xff\x00",)),
)


def scenarios() -> Iterator[Scenario]:
    """
    Make the families `websocket-frames`, `websocket-closing` and `websocket-sending`.
    """
    yield from _frames()
    yield from _closing()
    yield from _sending()


def _made(name: str, frames: Iterable[str], *lines: str, **step: Any) -> Scenario:
    closes_early = any(act[0] == "close" for act in step.get("early", ()))
    needs = ("a close before the socket opens",) if closes_early else ()
    return scenario(name, socket(**step), [route(taken(*lines, frames=frames))], needs=needs)


def _frames() -> Iterator[Scenario]:
    for label, frames in MESSAGES:
        yield _made(f"websocket-frames/{label}", (*frames, END))
    for label, frames in VIOLATIONS:
        # NB: what comes with the answer to the handshake is read before the page hears `open`, or after.
        yield _made(f"websocket-frames/bad-{label}", (PAUSE, *frames), timeout=1500)
    deflate = "Sec-WebSocket-Extensions: permessage-deflate"
    for label, frames in DEFLATED:
        yield _made(f"websocket-frames/deflate-{label}", (PAUSE, *frames, END), deflate, timeout=1500)
    yield _made("websocket-frames/as-blob", ("bytes:abc", END), early=(("type", "blob"),))
    yield _made("websocket-frames/type-unknown", ("bytes:abc", END), early=(("type", "text"),))


def _closing() -> Iterator[Scenario]:
    for code in CODES:
        yield _made(f"websocket-closing/code-{code}", (f"close:{code}:why",), timeout=1500)
    yield _made("websocket-closing/code-none", ("close",))
    yield _made("websocket-closing/reason-empty", ("close:1000",))
    yield _made("websocket-closing/reason-123", ("close:1000:" + "x" * 123,))
    yield _made("websocket-closing/reason-unicode", ("close:4000:\xc3\xbc\xf0\x9f\x98\x80",))
    for number, act in enumerate(CLOSES):
        label = slug("-".join(str(each) for each in act[1:]))
        yield _made(f"websocket-closing/page-{number:02}-{label}", ("drain",), opened=(act,), timeout=900)
        yield _made(f"websocket-closing/early-{number:02}-{label}", ("drain",), early=(act,), timeout=900)
    for label, frames in (
        ("end", ("end",)),
        ("abort", ("abort",)),
        ("close-end", ("close:1000:bye", "end")),
        ("close-abort", ("close:1000:bye", "wait:20", "abort")),
        ("close-none-end", ("close", "end")),
        ("close-twice", ("close:1000:one", "close:1001:two")),
        ("close-message", ("close:1000:bye", "text:late")),
        ("close-violation", ("close:1000:bye", "raw:\xff\xff")),
        ("message-end", ("text:a", "end")),
        ("close-late", ("wait:150", "close:1001:away")),
    ):
        yield _made(f"websocket-closing/server-{label}", (PAUSE, *frames))
    for label, answered in (
        ("other-code", ("read", "close:3001:mine", "end")),
        ("no-code", ("read", "close", "end")),
        ("same", ("drain",)),
        ("end", ("read", "end")),
        ("abort", ("read", "abort")),
        ("bad-code", ("read", "close:1005:x")),
        ("message-first", ("read", "text:late", "close:1000", "end")),
        ("violation", ("read", "raw:\xc1\x00")),
        ("ping-first", ("read", "ping:x", "wait:20", "close:1000", "end")),
        ("bad-utf-8", ("read", "close:1000:\xff")),
    ):
        yield _made(f"websocket-closing/answered-{label}", answered, opened=(("close", 1000, "page"),))
        yield _made(f"websocket-closing/answered-none-{label}", answered, opened=(("close",),))
    yield _made("websocket-closing/silent", ("silent",), opened=(("close", 1000),), timeout=16000)
    yield _made("websocket-closing/twice", ("drain",), opened=(("close", 4000, "a"), ("close", 4001, "b")))
    yield _made("websocket-closing/crossed", ("close:1001:server",), opened=(("close", 4000, "page"),))
    yield _made("websocket-closing/after", HI, late=(("close", 1000), ("close", 99), ("text", "x"), ("bytes", "yy")))


def _sending() -> Iterator[Scenario]:
    done = (("close", 1000),)
    for label, acts in (
        ("text", (("text", "hello"),)),
        ("text-empty", (("text", ""),)),
        ("text-unicode", (("text", "\u00fc\U0001f600"),)),
        ("text-surrogate", (("text", "a\ud800b"),)),
        ("bytes", (("bytes", "\x00\xff"),)),
        ("bytes-empty", (("bytes", ""),)),
        ("blob", (("blob", "abc"),)),
        ("large", (("text", "x" * 70000),)),
        ("126", (("text", "x" * 126),)),
    ):
        yield _made(f"websocket-sending/{label}", ("echo",), opened=acts, answered=done)
    several = (("text", "a"), ("bytes", "b"), ("blob", "c"), ("text", "d"), *done)
    yield _made("websocket-sending/several-then-close", ("echo",), opened=several)
    yield _made("websocket-sending/early", ("echo",), early=(("text", "x"), ("bytes", "x")), opened=done)
    yield _made("websocket-sending/after-close", ("drain",), opened=(*done, ("text", "late"), ("bytes", "xy")))
    yield _made("websocket-sending/unread", ("wait:50", "end"), opened=(("text", "lost"),))
    deflate = "Sec-WebSocket-Extensions: permessage-deflate"
    for label, text in (("short", "hi"), ("long", "hello " * 40), ("empty", "")):
        yield _made(f"websocket-sending/deflated-{label}", ("echo",), deflate, opened=(("text", text),), answered=done)
    takeover = f"{deflate}; client_no_context_takeover"
    twice = (("text", "hello hello"), ("text", "hello hello"))
    yield _made("websocket-sending/deflated-takeover", ("read", "read", END), takeover, opened=twice)
    yield _made("websocket-sending/deflated-twice", ("read", "read", END), deflate, opened=twice)

"""
What a browser calls the failure of a step, beside what browsercors says that it does.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any, Final

from tests.evidence.recorder.webkit import kind_of

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    from tests.evidence.recorder.scenario import Json

__all__ = ["is_warning", "reasons_of_browser", "reasons_of_simulator"]

TRANSPORT: Final = "net::ERR (the transport)"
TRANSPORT_ERRORS: Final = (
    "net::ERR_CONNECTION_",
    "net::ERR_NAME_NOT_RESOLVED",
)
"""How a connection failed is no question of CORS: the names that begin like this count as one."""

WARNINGS: Final = frozenset(
    {
        # Firefox
        "bounceTrackingProtection",
        "Clear-Site-Data",
        "CORSAllowHeaderFromPreflightDeprecation",
        "Feature Policy",
        "Iframe Sandbox",
        "Mixed Content Message",
        "ReadableStreamReader.read",
        "DOM Core",
        "Security",
        "XCTO",
        "cookieSameSite",
        "cookiesRejection",
        "content javascript",
        # WebKit
        "content-security-policy-report-only",
        "unsafe-header",
    }
)
"""What browsers say although nothing failed."""

VIOLATIONS: Final = frozenset(
    {"CSP_CSPGenericViolation", "CSP_CSPScriptViolation", "CSP_CSPStyleViolation", "CSP_CSPWorkerViolation"}
)
"""What Firefox says of policies that were violated."""

EXTENSIONS: Final = "'Sec-WebSocket-Extensions' header"
"""What all words about extensions count as."""

NOTHING_ASKED: Final = frozenset({"entries", "waited"})
"""How steps end that ask for nothing."""

NO_FAILURES: Final = tuple(
    re.compile(pattern)
    for pattern in (
        # Firefox goes on to ignore such an integrity.
        "^The hash contained in the integrity attribute could not be decoded",
        "^The integrity attribute does not contain any valid metadata",
        "^The script element has a malformed hash",
        "^Unsupported hash algorithm in the integrity attribute",
        # WebKit loads such images.
        "^The page at .* (was automatically upgraded|was not upgraded)",
        # Its service workers say so of a promise that nobody waits for, at some time.
        "^Unhandled Promise Rejection: NetworkError",
        # It preloads nothing then.
        "^<link rel=preload> (must|cannot) have ",
        # WebKit throws for what the page said to a WebSocket.
        r"^Wrong (protocol|url scheme) for WebSocket|^WebSocket (protocols contain|close message)",
        r"^Invalid url for WebSocket|^URL has fragment component",
        # Firefox runs such a script.
        "was loaded even though its MIME type",
        # It reads such a stream as UTF-8.
        "^EventSource's response has a charset",
        # The recorder's own page has an icon, which policies block as well.
        r"\(img-src\) at data:, ",
        # A script that was loaded has failed, in WebKit's words; Firefox's have a category.
        r"^(Reference|Syntax|Type)?Error: (?!'.*' is not a valid JavaScript MIME type)|^boom$",
    )
)
"""Words of which the name alone does not tell that nothing failed."""


def is_warning(name: str, text: str) -> bool:
    """
    Whether a browser says this although nothing failed. What Firefox says of policies is, unless one was violated.
    """
    of_policy = name.startswith("CSP_") and name not in VIOLATIONS
    return of_policy or name in WARNINGS or any(pattern.search(text) for pattern in NO_FAILURES)


def reasons_of_browser(said: Iterable[Json], steps: Sequence[Json], engine: str) -> list[str]:
    """
    Return what *engine* said first of each step that failed.

    NB: the first one decided; what follows, such as Firefox's "CORS request did not succeed", is its consequence. And
    browsers complain of requests that succeed: Chromium of a keepalive request whose redirect the page does not follow.
    """
    first: dict[int, str] = {}
    succeeded = {
        number for number, step in enumerate(steps) if step["outcome"] == "resolved" and "body_error" not in step
    }
    for reason in said:
        number = reason["step"]
        # NB: it may be said while time passes, or entries of timing are read, which asks for nothing.
        while number > 0 and steps[number]["outcome"] in NOTHING_ASKED:
            number -= 1
        if number in succeeded:
            continue
        name, parameter = NAMES[engine](reason)
        if name and not is_warning(name, str(reason.get("text", ""))):
            first.setdefault(number, f"step {number}: {_text(name, parameter)}")
    return [first[step] for step in sorted(first)]


def reasons_of_simulator(failed: Iterable[Mapping[str, Any]]) -> list[str]:
    """
    Return what the simulated browser calls the first failure of each step; silence is left out.
    """
    first: dict[int, str] = {}
    for failure in failed:
        if failure["name"]:
            text = _text(failure["name"], failure["parameter"])
            first.setdefault(failure["step"], f"step {failure['step']}: {text}")
    return [first[step] for step in sorted(first)]


def _of_chromium(reason: Json) -> tuple[str, str]:
    if "cors" in reason:
        return str(reason["cors"]), str(reason["parameter"])
    return _of_socket(str(reason.get("blocked") or reason.get("error") or ""))


SOCKETS: Final = tuple(
    (re.compile(pattern), name)
    for pattern, name in (
        (r"(Unexpected response code): (\d+)$", r"\1"),
        (r"('Upgrade' header value is not 'WebSocket'): ()", r"\1"),
        (r"(Response must not include 'Sec-WebSocket-Protocol' header if not present in request): ()", r"\1"),
        (r"('Sec-WebSocket-Protocol' header value) '.*' (in response does not match any of sent values)()", r"\1 \2"),
        (r"(Error in permessage-deflate|.*'Sec-WebSocket-Extensions'|.*permessage-deflate response)()", EXTENSIONS),
        (r"(One or more reserved bits are on): ()", r"\1"),
        (r"(Unrecognized frame opcode): ()", r"\1"),
        (r"(Close|Data frame) received after close()", "Data frame received after close"),
    )
)
"""What Chromium says of WebSockets, without what is different each time."""


def _of_socket(said: str) -> tuple[str, str]:
    """
    Return what is said of a WebSocket without the words that stand before all of its kind, and with its number apart.
    """
    said = said.removeprefix("Error during WebSocket handshake: ").removeprefix("Error in connection establishment: ")
    for pattern, name in SOCKETS:
        match = pattern.match(said)
        if match is not None:
            return match.expand(name), match[match.lastindex or 0]
    return said, ""


def _of_firefox(reason: Json) -> tuple[str, str]:
    return str(reason["category"]), ""


def _of_webkit(reason: Json) -> tuple[str, str]:
    kind = str(reason["kind"])
    # NB: a kind that has a name by now had none when it was recorded.
    return kind_of(str(reason["text"])) if kind == "other" and "text" in reason else kind, ""


NAMES: Final = {"chromium": _of_chromium, "firefox": _of_firefox, "webkit": _of_webkit}


def _text(name: str, parameter: str) -> str:
    name = TRANSPORT if name.startswith(TRANSPORT_ERRORS) else name
    return f"{name} ({parameter})" if parameter else name

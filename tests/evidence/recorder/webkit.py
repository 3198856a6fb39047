"""
WebKit: WebKitGTK's MiniBrowser on a virtual screen, with its console on its output.

NB: WebKit's WebDriver hides the console, which is the only place where WebKit says why; a plain MiniBrowser shows it.
"""

import contextlib
import os
import re
import threading
from pathlib import Path
from typing import Final

from tests.evidence.recorder import names
from tests.evidence.recorder.engine import (
    ENVIRONMENT,
    EngineError,
    Permissions,
    Process,
    Reason,
    Setting,
    installed,
    new_directory,
    stated_version,
)

BROWSERS: Final = "*/webkit2gtk-4.[01]/MiniBrowser"

# NB: not --private, which makes MiniBrowser forget the setting about the console.
FLAGS: Final = (
    "--enable-write-console-messages-to-stdout=true",
    "--enable-dns-prefetching=false",
    "--enable-page-cache=false",
    "--enable-offline-web-application-cache=false",
    "--geometry=200x200",
)

_LINE: Final = re.compile(r"^(?:.*:\d+:\d+: )?CONSOLE (?:([A-Z]+) )?(LOG|WARN|ERROR|DEBUG|INFO)\b ?(.*)$")


# The kinds of refusal, as browsercors names them, by the words in which WebKit states them.
KINDS: Final = tuple(
    (kind, re.compile(pattern))
    for kind, pattern in (
        ("cannot-load", r"^(Fetch API|XMLHttpRequest|EventSource) cannot load \S*? due to access control checks"),
        ("same-origin-mode", r"^(Fetch API|XMLHttpRequest) cannot load \S*\.$"),
        ("wildcard-with-credentials", r"^Cannot use wildcard in Access-Control-Allow-Origin"),
        ("more-than-one-origin", r"^Access-Control-Allow-Origin cannot contain more than one origin"),
        ("origin-not-allowed", r"^Origin .* is not allowed by Access-Control-Allow-Origin"),
        ("same-origin-mode", r"^Unsafe attempt to load URL .* Domains, protocols and ports must match"),
        ("credentials-not-allowed", r"^Credentials flag is true, but Access-Control-Allow-Credentials is not"),
        ("preflight-status", r"^Preflight response is not successful"),
        ("method-not-allowed", r"^Method .* is not allowed by Access-Control-Allow-Methods"),
        ("header-not-allowed", r"^Request header field .* is not allowed by Access-Control-Allow-Headers"),
        ("invalid-allow-methods", r"^Header Access-Control-Allow-Methods has an invalid value"),
        ("invalid-allow-headers", r"^Header Access-Control-Allow-Headers has an invalid value"),
        ("redirect-with-credentials", r"^redirection URL .* has credentials"),
        ("redirect-to-other-scheme", r"^not allowed to follow a cross-origin CORS redirection"),
        ("too-many-redirects", r"^Load cannot follow more than 20 redirections"),
        ("redirect-not-allowed", r"^Not allowed to follow a redirection while loading"),
        ("no-cors-redirect-mode", r"^No-Cors mode requires follow redirect mode"),
        ("cross-origin-resource-policy", r"Cross-Origin-Resource-Policy"),
        ("content-security-policy-report-only", r"^\[Report Only\] Refused to .* Content Security Policy"),
        ("content-security-policy", r"^Refused to .* Content Security Policy|^Blocked by Content Security Policy"),
        ("integrity", r"integrity metadata"),
        (
            "mime-type",
            (
                r"^Refused to execute .* as script because|^Did not parse stylesheet at"
                r"|is not a valid JavaScript MIME type"
            ),
        ),
        ("event-source-type", r"^EventSource's response has a MIME type"),
        ("service-worker-opaque", r"^Response served by service worker is opaque$"),
        ("service-worker-opaque-redirect", r"^Response served by service worker is opaque redirect"),
        ("service-worker-redirected", r"^Response served by service worker has redirections"),
        ("service-worker-cors", r"^Response served by service worker is CORS"),
        (
            "service-worker-error",
            (
                r"^Response served by service worker is an error|^FetchEvent\.respondWith received|"
                r"^Fetch event was canceled"
            ),
        ),
        ("unsafe-header", r"^Refused to set unsafe header"),
        ("scheme-not-supported", r"^Cross origin requests are only supported for HTTP|^FTP URLs are disabled"),
        ("keepalive-limit", r"^(Beacon API cannot load \S+ )?Reached maximum amount of queued data"),
        ("restricted-port", r"^Not allowed to use restricted network port"),
        ("element-denied", r"^Cross-origin \w+ load denied by|^Cannot load \w+ .* due to access control checks"),
        ("mixed-content", r"insecure content|mixed content|was not allowed to (run|display|request)|blocked because"),
        ("restricted-port", r"^WebSocket port \d+ blocked"),
        ("websocket-status", r"^WebSocket connection to .* failed: The server did not accept the WebSocket handshake"),
        ("websocket-handshake", r"^WebSocket connection to .* failed: Server ignored WebSocket handshake"),
        ("websocket-accept", r"^WebSocket connection to .* failed: Server returned incorrect"),
        ("websocket-protocol", r"^WebSocket connection to .* failed: Server requested unsupported protocol"),
        ("websocket-extension", r"^WebSocket connection to .* failed: .* extension"),
        ("websocket-frame", r"^WebSocket connection to .* failed: Received invalid WebSocket response"),
        ("connection-terminated", r"^WebSocket connection to "),
        ("request-refused", r"^Not allowed to request resource"),
        ("local-resource", r"^Not allowed to load local resource"),
        (
            "connection-terminated",
            (
                r"^(Beacon API cannot load \S+ )?Connection terminated unexpectedly|^Could not connect|^Socket I/O"
                r"|^Failed to load resource"
            ),
        ),
    )
)
_OF_REDIRECT: Final = re.compile(
    r"^Cross-origin redirection to .* denied by Cross-Origin Resource Sharing policy: (.*)$"
)


def kind_of(text: str) -> str:
    """
    Find the kind of refusal that a message of the console states, or `other`.

    A refusal at a redirect is the kind of its cause after `redirect:`.
    """
    match = _OF_REDIRECT.search(text)
    if match is not None:
        return f"redirect:{kind_of(match[1])}"
    return next((kind for kind, pattern in KINDS if pattern.search(text)), "other")


def program() -> str:
    """
    Where MiniBrowser is.

    Raises:
        EngineError: It is nowhere.
    """
    found = sorted(str(path) for path in Path("/usr/lib").glob(BROWSERS))
    if not found:
        message = "MiniBrowser is not installed (Debian's webkit2gtk-driver has it)"
        raise EngineError(message)
    return found[-1]


class Webkit:
    """
    WebKitGTK's MiniBrowser.
    """

    name = "webkit"

    def __init__(self) -> None:
        self._process: Process | None = None
        self._said: list[Reason] = []
        self._lock = threading.Lock()
        self._token = ""
        self._step = -1
        self._last = ("", -1)

    def version(self) -> str:
        """
        Say the version that the browser itself states.
        """
        return stated_version("xvfb-run", "-a", program(), "--version").split()[-1]

    def start(self, setting: Setting, url: str, permissions: Permissions) -> None:
        """
        Start MiniBrowser and let it open *url*.

        NB: WebKitGTK has none of the permissions.
        """
        browser = program()
        installed("xvfb-run")
        flags = [*FLAGS]
        ours, theirs = os.pipe()
        self._process = Process(
            ["xvfb-run", "-a", "-s", "-screen 0 640x480x24 -nolisten tcp", browser, *flags, url],
            new_directory(self.name),
            output=theirs,
            environment={**ENVIRONMENT, "WEBKIT_DISABLE_COMPOSITING_MODE": "1", "LIBGL_ALWAYS_SOFTWARE": "1"},
        )
        os.close(theirs)
        self._token, self._step = "", -1
        threading.Thread(target=self._read, args=(ours,), daemon=True).start()

    def reasons(self) -> list[Reason]:
        """
        Take what the console has said since the last call.
        """
        with self._lock:
            said, self._said = self._said, []
        return said

    def alive(self) -> bool:
        """
        Whether its process still runs.
        """
        return self._process is not None and self._process.alive()

    def stop(self) -> None:
        """
        End MiniBrowser and its screen.
        """
        if self._process is not None:
            process, self._process = self._process, None
            process.end()

    def _read(self, descriptor: int) -> None:
        rest = b""
        with contextlib.suppress(OSError):
            while chunk := os.read(descriptor, 1 << 16):
                *lines, rest = (rest + chunk).split(b"\n")
                for line in lines:
                    match = _LINE.match(line.decode(errors="replace").strip())
                    if match is not None:
                        self._hear(match[1] or "", match[2], match[3])
        os.close(descriptor)

    def _hear(self, source: str, level: str, text: str) -> None:
        words = text.split()
        if words[:1] == ["recorder-step"] and len(words) == 3:
            self._token = names.token_in(words[2])
            self._step = int(words[1]) if words[1].isdigit() else -1
            return
        if self._step >= 0:
            with self._lock:
                line = Reason(self._token, self._step, {"console": names.without_token(text)})
                self._said.append(line)
        # NB: what is said between steps is about a page as such, and this of the recorder's own look at an image.
        # NB: nor is that `event.handled` of a service worker was rejected, which comes at some time.
        if text.startswith(("Unable to get image data from canvas", "Unhandled Promise Rejection: NetworkError")):
            return
        if (level != "ERROR" and source != "SECURITY") or self._step < 0:
            return
        data = {"kind": kind_of(text), "text": names.without_token(text)}
        # NB: this one follows a message that says more, if there is more to say.
        if data["kind"] == "cannot-load" and self._last == (self._token, self._step):
            return
        self._last = (self._token, self._step)
        with self._lock:
            # NB: messages name the page's origin or no URL at all, so they belong to the run of the moment.
            self._said.append(Reason(self._token, self._step, data))

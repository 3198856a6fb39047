"""
Chromium, headless, over the DevTools protocol on a pair of pipes.
"""

import contextlib
import fcntl
import json
import os
import threading
import time
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
from tests.evidence.recorder.scenario import Json

_RESOLVED: Final = (
    *(f"*.{name}{dot}" for name in names.ADDRESSES for dot in ("", ".")),
    names.LOOPBACK,
    names.PRIVATE,
)

# Everything by which Chromium would speak to anyone but the pages' servers, and every dialog.
FLAGS: Final = (
    "--headless",
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--no-default-browser-check",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-component-extensions-with-background-pages",
    "--disable-sync",
    "--disable-extensions",
    "--disable-default-apps",
    "--disable-domain-reliability",
    "--disable-client-side-phishing-detection",
    "--disable-breakpad",
    "--disable-search-engine-choice-screen",
    "--metrics-recording-only",
    "--password-store=basic",
    "--use-mock-keychain",
    "--mute-audio",
    "--lang=en-US",
    "--disable-features=MediaRouter,OptimizationHints,Translate,HttpsUpgrades,HttpsFirstBalancedModeAutoEnable",
    f"--host-resolver-rules=MAP * ~NOTFOUND{''.join(f', EXCLUDE {host}' for host in _RESOLVED)}",
    "--remote-debugging-pipe",
)

# NB: upstream allows third-party cookies by default; Debian's build does not.
PREFERENCES: Final[dict[str, dict[str, Json]]] = {
    "profile": {"cookie_controls_mode": 0, "block_third_party_cookies": False},
    "signin": {"allowed": False},
    "safebrowsing": {"enabled": False},
}


def _high(descriptor: int) -> int:
    """
    Move the file to a number that cannot collide with the two that Chromium expects.
    """
    copy: int = fcntl.fcntl(descriptor, fcntl.F_DUPFD_CLOEXEC, 20)
    os.close(descriptor)
    return copy


def _name_in(reason: Reason) -> str:
    return str(reason.data.get("cors") or reason.data.get("blocked") or "")


# What the visitor has set, as the profile has it; DevTools could set it too, but then no frame needs an `allow`.
_SETTINGS: Final = {"granted": 1, "denied": 2}


def _preferences(permissions: Permissions) -> Json:
    """
    Put *permissions* among the preferences.
    """
    exceptions: dict[str, Json] = {}
    for origin, states in permissions.items():
        for name, state in states:
            exceptions.setdefault(name.replace("-", "_"), {})[f"{origin},*"] = {"setting": _SETTINGS[state]}
    return {**PREFERENCES, "profile": {**PREFERENCES["profile"], "content_settings": {"exceptions": exceptions}}}


class Chromium:
    """
    Debian's chromium.
    """

    name = "chromium"
    flags: tuple[str, ...] = FLAGS

    def __init__(self) -> None:
        self._process: Process | None = None
        self._said: list[Reason] = []
        self._lock = threading.Lock()
        self._requests: dict[str, Json] = {}
        self._step: dict[str, int] = {}
        self._issues: list[Reason] = []
        self._lines: list[Reason] = []
        self._ended: set[str] = set()
        self._told: set[tuple[str, str]] = set()
        self._current = ""
        self._ids = 0
        self._replies: dict[int, Json] = {}
        self._replied = threading.Condition()

    def version(self) -> str:
        """
        Say the version that the browser itself states.
        """
        return stated_version("chromium", "--version").partition(" ")[2].partition(" ")[0]

    def start(self, setting: Setting, url: str, permissions: Permissions) -> None:
        """
        Start Chromium and let it open *url*.
        """
        installed("chromium")
        directory = new_directory(self.name)
        default = directory / "profile" / "Default"
        default.mkdir(parents=True)
        (default / "Preferences").write_text(json.dumps(_preferences(permissions)))
        theirs_in, ours_out = os.pipe()
        ours_in, theirs_out = os.pipe()
        theirs_in, theirs_out = _high(theirs_in), _high(theirs_out)
        flags = [*self.flags, f"--user-data-dir={directory / 'profile'}"]
        if setting.key_digest:
            flags.append(f"--ignore-certificate-errors-spki-list={setting.key_digest}")
        self._process = Process(
            ["chromium", *flags, "about:blank"], directory, wires={3: theirs_in, 4: theirs_out}, environment=ENVIRONMENT
        )
        os.close(theirs_in)
        os.close(theirs_out)
        self._out = ours_out
        self._reader = threading.Thread(target=self._read, args=(ours_in,), daemon=True)
        self._reader.start()
        created = self._call("Target.createTarget", {"url": "about:blank"})
        attached = self._call("Target.attachToTarget", {"targetId": created["targetId"], "flatten": True})
        self._session = attached["sessionId"]
        self._call("Network.enable", {}, self._session)
        self._call("Runtime.enable", {}, self._session)
        self._call("Audits.enable", {}, self._session)
        self._call("Log.enable", {}, self._session)
        follow = {"autoAttach": True, "waitForDebuggerOnStart": True, "flatten": True}
        self._call("Target.setAutoAttach", follow, self._session)
        self._call("Page.navigate", {"url": url}, self._session)

    def reasons(self) -> list[Reason]:
        """
        Take what Chromium has said since the last call.
        """
        with contextlib.suppress(EngineError):
            self._call("Browser.getVersion", {})
        with self._lock:
            said, self._said = self._said, []
            lines, self._lines = self._lines, []
            # NB: what never became a request is told as an issue only; what did is told in both ways.
            self._told.update((reason.token, _name_in(reason)) for reason in said)
            ripe = [issue for issue in self._issues if issue.token in self._ended]
            self._issues = [issue for issue in self._issues if issue.token not in self._ended]
        return said + [issue for issue in ripe if (issue.token, _name_in(issue)) not in self._told] + lines

    def alive(self) -> bool:
        """
        Whether its process still runs, and still has us on the line.
        """
        return self._process is not None and self._process.alive() and self._reader.is_alive()

    def stop(self) -> None:
        """
        End Chromium.
        """
        if self._process is None:
            return
        process, self._process = self._process, None
        os.close(self._out)
        process.end()
        self._requests.clear()

    def _call(self, method: str, parameters: Json, session: str = "") -> Json:
        self._ids += 1
        number = self._ids
        self._send(number, method, parameters, session)
        until = time.monotonic() + 20
        with self._replied:
            # NB: what a crashed browser leaves running may hold the pipe open; it will not answer.
            while not self._replied.wait_for(lambda: number in self._replies, 0.2):
                if time.monotonic() > until or not self.alive():
                    message = f"chromium does not answer {method}: {self._process.log() if self._process else ''}"
                    raise EngineError(message)
            reply = self._replies.pop(number)
        if "error" in reply:
            message = f"chromium refuses {method}: {reply['error'].get('message')}"
            raise EngineError(message)
        return reply["result"]

    def _send(self, number: int, method: str, parameters: Json, session: str) -> None:
        data = {"id": number, "method": method, "params": parameters}
        if session:
            data["sessionId"] = session
        try:
            os.write(self._out, json.dumps(data).encode() + b"\0")
        except OSError as error:
            message = f"chromium closed its pipe: {error}"
            raise EngineError(message) from error

    def _read(self, descriptor: int) -> None:
        rest = b""
        with contextlib.suppress(OSError):
            while chunk := os.read(descriptor, 1 << 16):
                *whole, rest = (rest + chunk).split(b"\0")
                for text in whole:
                    message = json.loads(text)
                    if "id" in message:
                        with self._replied:
                            self._replies[message["id"]] = message
                            self._replied.notify_all()
                    else:
                        self._hear(message["method"], message.get("params", {}))
        os.close(descriptor)

    def _hear(self, method: str, event: Json) -> None:
        if method == "Target.attachedToTarget":
            # NB: sent without waiting for the reply, since this is the thread that reads replies.
            for method_now in ("Network.enable", "Audits.enable", "Log.enable", "Runtime.runIfWaitingForDebugger"):
                with contextlib.suppress(EngineError):
                    self._send(-1, method_now, {}, event["sessionId"])
        elif method == "Network.requestWillBeSent":
            self._requests[event["requestId"]] = {**event["request"], "run": self._current}
        elif method == "Network.loadingFinished":
            self._requests.pop(event["requestId"], None)
        elif method == "Runtime.consoleAPICalled":
            words = str(event["args"][0].get("value", "")).split() if event["args"] else []
            if len(words) == 3 and words[0] == "recorder-step":
                self._mark(names.token_in(words[2]), words[1])
        elif method == "Network.loadingFailed":
            self._failed(event)
        elif method == "Network.webSocketCreated":
            self._requests[event["requestId"]] = {"url": event["url"], "method": "GET", "run": self._current}
        elif method == "Network.webSocketFrameError":
            request = self._requests.get(event["requestId"], {"url": "", "method": "GET", "run": self._current})
            data = {"url": names.without_token(request["url"]), "error": names.without_token(event["errorMessage"])}
            token = names.token_in(request["url"]) or request["run"]
            with self._lock:
                self._said.append(Reason(token, self._step.get(token, -1), data))
        elif method == "Audits.issueAdded":
            self._issue(event["issue"])
        elif method == "Log.entryAdded":
            self._log(event["entry"])

    def _mark(self, token: str, what: str) -> None:
        self._current = token
        # NB: what comes after the end is late, and belongs to the last step.
        if what.isdigit():
            self._step[token] = int(what)
        else:
            self._ended.add(token)

    def _log(self, entry: Json) -> None:
        text = entry["text"].strip()
        url = entry.get("url", "")
        # NB: a slow network is a busy machine.
        if "/.recorder/" in text + url or text.startswith("Slow network"):
            return
        # NB: that a load failed is said of a URL which stands beside the line.
        line = f"{text} ({url})" if text.startswith("Failed to load resource") else text
        token = names.last_token_in(text) or names.token_in(url) or self._current
        with self._lock:
            self._lines.append(Reason(token, self._step.get(token, -1), {"console": names.without_token(line)}))

    def _issue(self, issue: Json) -> None:
        details = issue.get("details", {}).get("contentSecurityPolicyIssueDetails")
        if details is not None:
            url = details.get("blockedURL", "")
            # NB: the icon of the page itself is a `data:` image.
            if details["isReportOnly"] or (details["violatedDirective"] == "img-src" and url == "data"):
                return
            data = {"url": names.without_token(url), "blocked": "csp", "directive": details["violatedDirective"]}
            token = names.token_in(url) or self._current
            with self._lock:
                self._issues.append(Reason(token, self._step.get(token, -1), data))
            return
        details = issue.get("details", {}).get("corsIssueDetails")
        if details is None or details.get("isWarning"):
            return
        status = details["corsErrorStatus"]
        # NB: told of requests that are allowed as well.
        if status["corsError"] == "LocalNetworkAccessPermissionDenied":
            return
        url = names.without_token(details["request"].get("url", ""))
        parameter = names.without_token(status.get("failedParameter", ""))
        data = {"url": url, "cors": status["corsError"], "parameter": parameter}
        token = names.token_in(details["request"].get("url", "")) or self._current
        with self._lock:
            self._issues.append(Reason(token, self._step.get(token, -1), data))

    def _failed(self, event: Json) -> None:
        request = self._requests.pop(event["requestId"], None)
        cors = event.get("corsErrorStatus")
        # NB: that a preflight failed is said again, and better, of the request it was for; when is a matter of chance.
        # NB: the body of an opaque response is thrown away, which DevTools calls aborted.
        if event.get("errorText") == "net::ERR_ABORTED" and cors is None and not event.get("blockedReason"):
            return
        if event.get("canceled") or (request is not None and request["method"] == "OPTIONS" and cors is None):
            return
        if event.get("errorText") == "net::ERR_BLOCKED_BY_LOCAL_NETWORK_ACCESS_CHECKS":
            return
        url = "" if request is None else request["url"]
        data = {"url": names.without_token(url), "method": "" if request is None else request["method"]}
        if cors is not None:
            data["cors"] = cors["corsError"]
            data["parameter"] = names.without_token(cors.get("failedParameter", ""))
        if event.get("blockedReason"):
            data["blocked"] = event["blockedReason"]
        data["error"] = event.get("errorText", "")
        token = names.token_in(url) or ("" if request is None else request["run"])
        with self._lock:
            self._said.append(Reason(token, self._step.get(token, -1), data))

"""
Firefox, headless, over Marionette, the remote control that is built into it.
"""

import contextlib
import json
import re
import socket
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

# Everything by which Firefox would speak to anyone but the pages' servers, every dialog, and what Marionette would
# otherwise change about the network.
PREFERENCES: Final[dict[str, bool | int | str]] = {
    "remote.prefs.recommended": False,
    "app.normandy.enabled": False,
    "app.update.auto": False,
    "app.update.disabledForTesting": True,
    "app.update.enabled": False,
    "browser.aboutConfig.showWarning": False,
    "browser.contentblocking.report.lockwise.enabled": False,
    "browser.discovery.enabled": False,
    "browser.newtabpage.activity-stream.feeds.telemetry": False,
    "browser.newtabpage.activity-stream.feeds.topsites": False,
    "browser.newtabpage.enabled": False,
    "browser.pagethumbnails.capturing_disabled": True,
    "browser.ping-centre.telemetry": False,
    "browser.region.network.url": "",
    "browser.region.update.enabled": False,
    "browser.safebrowsing.blockedURIs.enabled": False,
    "browser.safebrowsing.downloads.enabled": False,
    "browser.safebrowsing.malware.enabled": False,
    "browser.safebrowsing.phishing.enabled": False,
    "browser.safebrowsing.update.enabled": False,
    "browser.search.geoSpecificDefaults": False,
    "browser.search.update": False,
    "browser.sessionstore.resume_from_crash": False,
    "browser.shell.checkDefaultBrowser": False,
    "browser.startup.homepage_override.mstone": "ignore",
    "browser.startup.page": 0,
    "browser.tabs.warnOnClose": False,
    "browser.topsites.contile.enabled": False,
    "browser.uitour.enabled": False,
    "browser.urlbar.suggest.searches": False,
    "browser.warnOnQuit": False,
    "datareporting.healthreport.uploadEnabled": False,
    "datareporting.policy.dataSubmissionEnabled": False,
    "datareporting.usage.uploadEnabled": False,
    "dom.push.connection.enabled": False,
    "extensions.getAddons.cache.enabled": False,
    "extensions.systemAddon.update.enabled": False,
    "extensions.update.enabled": False,
    "extensions.webservice.discoverURL": "",
    "media.gmp-manager.updateEnabled": False,
    "messaging-system.rsexperimentloader.enabled": False,
    "network.captive-portal-service.enabled": False,
    "network.connectivity-service.enabled": False,
    "network.dns.disablePrefetch": True,
    "network.http.speculative-parallel-limit": 0,
    "network.manage-offline-status": False,
    "network.proxy.type": 0,
    "network.trr.mode": 5,
    "nimbus.rollouts.enabled": False,
    "privacy.query_stripping.enabled": False,
    "security.OCSP.enabled": 0,
    "services.settings.server": "data:,#remote-settings-dummy/v1",
    "signon.autofillForms": False,
    "startup.homepage_welcome_url": "",
    "toolkit.telemetry.enabled": False,
    "toolkit.telemetry.reportingpolicy.firstRun": False,
    "toolkit.telemetry.server": "",
    "toolkit.telemetry.unified": False,
    "trailhead.firstrun.didSeeAboutWelcome": True,
}

# Takes all messages that are errors of a page; those of the browser's own code have no category of interest.
_TAKE_MESSAGES: Final = """
const taken = Services.console.getMessageArray() || [];
Services.console.reset();
return taken
  .filter((message) => message instanceof Ci.nsIScriptError)
  .map((message) => [message.category, message.errorMessage, message.sourceName]);
"""
# The names of runs are too many for one certificate.
_TRUST_ALL: Final = """
const overrides = Cc["@mozilla.org/security/certoverride;1"].getService(Ci.nsICertOverrideService);
overrides.setDisableAllSecurityChecksAndLetAttackersInterceptMyData(true);
return overrides.securityCheckDisabled;
"""
# Only what is valid without an exception counts for HSTS.
_TRUST_AUTHORITY: Final = """
const database = Cc["@mozilla.org/security/x509certdb;1"].getService(Ci.nsIX509CertDB);
database.addCertFromBase64(arguments[0], "C,C,C");
return true;
"""
_PERMIT: Final = """
const [permissions] = arguments;
const actions = { granted: Services.perms.ALLOW_ACTION, denied: Services.perms.DENY_ACTION };
for (const [origin, states] of permissions) {
  const principal = Services.scriptSecurityManager.createContentPrincipalFromOrigin(origin);
  for (const [name, state] of states) Services.perms.addFromPrincipal(principal, name, actions[state]);
}
"""
_MARK: Final = re.compile(r"recorder-step (\w+) (q\w+)-")
_OF_FRAME: Final = "/.recorder/frame may not load"
# What concerns no request, and warnings of what may come some day.
_DULL: Final = (
    "bounceTrackingProtection",
    "cookiesCHIPS",
    "DOM",
    "chrome javascript",
    "component javascript",
    "XPConnect JavaScript",
    "xpconnect javascript",
    "HTML Parser",
)


class Firefox:
    """
    Debian's firefox-esr.
    """

    name = "firefox"

    def __init__(self) -> None:
        self._process: Process | None = None
        self._socket: socket.socket | None = None
        self._ids = 0
        self._rest = b""
        self._lock = threading.Lock()
        self._step: dict[str, int] = {}
        self._current = ""

    def version(self) -> str:
        """
        Say the version that the browser itself states.
        """
        return stated_version("firefox-esr", "--version").split()[-1]

    def start(self, setting: Setting, url: str, permissions: Permissions) -> None:
        """
        Start Firefox and let it open *url*.
        """
        installed("firefox-esr")
        directory = new_directory(self.name)
        profile = directory / "profile"
        profile.mkdir()
        port = _free_port()
        preferences = {**PREFERENCES, "marionette.port": port}
        lines = [f"user_pref({json.dumps(name)}, {json.dumps(value)});" for name, value in preferences.items()]
        (profile / "user.js").write_text("\n".join(lines) + "\n")
        self._process = Process(
            [
                *("firefox-esr", "--headless", "--no-remote", "--profile", str(profile)),
                *("--marionette", "--remote-allow-system-access", "about:blank"),
            ],
            directory,
            environment={**ENVIRONMENT, "MOZ_HEADLESS": "1", "MOZ_CRASHREPORTER_DISABLE": "1"},
        )
        self._rest = b""
        self._connect(port)
        wanted = {"acceptInsecureCerts": setting.transport != "localhost", "pageLoadStrategy": "none"}
        self._call("WebDriver:NewSession", {"capabilities": {"alwaysMatch": wanted}})
        self._call("Marionette:SetContext", {"value": "chrome"})
        if setting.transport != "localhost":
            self._call("WebDriver:ExecuteScript", {"script": _TRUST_ALL, "args": []})
            if setting.authority is not None:
                certificate = "".join(setting.authority.read_text().splitlines()[1:-1])
                self._call("WebDriver:ExecuteScript", {"script": _TRUST_AUTHORITY, "args": [certificate]})
        if permissions:
            self._call("WebDriver:ExecuteScript", {"script": _PERMIT, "args": [list(permissions.items())]})
        self._call("Marionette:SetContext", {"value": "content"})
        self._call("WebDriver:Navigate", {"url": url})
        self._call("Marionette:SetContext", {"value": "chrome"})

    def reasons(self) -> list[Reason]:
        """
        Take what the console has said since the last call.
        """
        try:
            taken = self._call("WebDriver:ExecuteScript", {"script": _TAKE_MESSAGES, "args": [], "newSandbox": False})
        except EngineError:
            return []
        said = []
        for category, text, source in taken["value"]:
            mark = _MARK.search(text)
            if mark is not None:
                # NB: what comes after the end is late, and belongs to the last step.
                self._current = mark[2]
                if mark[1].isdigit():
                    self._step[mark[2]] = int(mark[1])
            # NB: the recorder's own requests are upgraded as well; what a frame of its may not load is the scenario's.
            elif "/.recorder/" not in text.replace(_OF_FRAME, "") and (category not in _DULL or "preload" in text):
                plain = names.without_token(text)
                refused = _REFUSAL.search(text)
                # NB: other messages name the page first, and pages are shared; what they are about comes last.
                about = names.last_token_in(text) if refused is None else names.token_in(refused[1])
                token = about or names.token_in(source) or self._current
                step = self._step.get(token, -1)
                if category not in _DULL:
                    said.append(Reason(token, step, {"category": category, **_parts(plain)}))
                said.append(Reason(token, step, {"console": plain}))
        return said

    def alive(self) -> bool:
        """
        Whether its process still runs, and still has us on the line.
        """
        return self._socket is not None and self._process is not None and self._process.alive()

    def stop(self) -> None:
        """
        End Firefox.
        """
        self._hang_up()
        if self._process is not None:
            process, self._process = self._process, None
            process.end()

    def _hang_up(self) -> None:
        if self._socket is not None:
            self._socket.close()
            self._socket = None

    def _connect(self, port: int) -> None:
        until = time.monotonic() + 60
        while time.monotonic() < until and self._process is not None and self._process.alive():
            with contextlib.suppress(OSError, ValueError):
                self._socket = socket.create_connection(("127.0.0.1", port), 90)
                self._receive()
                return
            self._hang_up()
            time.sleep(0.1)
        message = f"firefox did not start: {self._process.log() if self._process else ''}"
        raise EngineError(message)

    def _call(self, method: str, parameters: Json) -> Json:
        with self._lock:
            if self._socket is None:
                message = "firefox is not running"
                raise EngineError(message)
            self._ids += 1
            data = json.dumps([0, self._ids, method, parameters]).encode()
            try:
                self._socket.sendall(str(len(data)).encode() + b":" + data)
                reply = self._receive()
                while reply[1] != self._ids:
                    reply = self._receive()
            except (OSError, ValueError, LookupError, TypeError) as error:
                # NB: who cannot be asked any more is as good as gone.
                self._hang_up()
                message = f"firefox does not answer {method}: {error}"
                raise EngineError(message) from error
        if reply[2] is not None:
            message = f"firefox refuses {method}: {reply[2].get('error')} {reply[2].get('message')}"
            raise EngineError(message)
        return reply[3]

    def _receive(self) -> Json:
        assert self._socket is not None
        while b":" not in self._rest:
            self._more()
        size, _, rest = self._rest.partition(b":")
        self._rest = rest
        while len(self._rest) < int(size):
            self._more()
        data, self._rest = self._rest[: int(size)], self._rest[int(size) :]
        return json.loads(data)

    def _more(self) -> None:
        assert self._socket is not None
        chunk = self._socket.recv(1 << 16)
        if not chunk:
            message = "the connection is closed"
            raise OSError(message)
        self._rest += chunk


_REFUSAL: Final = re.compile(r"remote resource at (\S*?)\. \(Reason: (.*?)\)\.(?: Status code: (\d+))?")


def _parts(text: str) -> Json:
    """
    Take URL, reason and status out of what Firefox says of a refusal; other text stays as it is.
    """
    match = _REFUSAL.search(text)
    if match is None:
        # NB: below what it says of Local Network Access stands where the page called fetch().
        said = text.partition("\n")[0] if text.startswith("Local Network Access") else text
        return {"text": re.sub(r"moz-nullprincipal:\{[^}]*\}", "moz-nullprincipal:", said)}
    parts = {"url": match[1], "reason": match[2]}
    if match[3]:
        parts["status"] = match[3]
    return parts


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
        return port

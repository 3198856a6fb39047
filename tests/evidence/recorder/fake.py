"""
A browser that is none: it goes where pages go and reports as they do, and fails where it is told to.
"""

import http.client
import json
import os
import re
import select
import signal
import threading
from collections.abc import Mapping, Sequence
from typing import Final, Literal, TypeAlias
from urllib.parse import urlsplit

from tests.evidence.recorder.engine import EngineError, Permissions, Reason, Setting
from tests.evidence.recorder.scenario import Json

Failure: TypeAlias = Literal["crash", "hang", "damaged report", "strange report", "interruption"]

_SCENARIOS: Final = re.compile(r'<script id="scenarios" type="application/json">(.*?)</script>')


class Fake:
    """
    An engine without a browser.

    Args:
        failures: What goes wrong in a scenario, by its number in the plan, each time that it is run.
        starts: False for a browser that does not start, as often as that is tried; then it does.
        asks: Whether it ever asks for a scenario.
        is_installed: Whether it can say its version.
    """

    name = "fake"

    def __init__(
        self,
        failures: Mapping[int, Sequence[Failure]] | None = None,
        *,
        starts: Sequence[bool] = (),
        asks: bool = True,
        is_installed: bool = True,
    ) -> None:
        self.lives = 0
        self.permissions: Permissions = {}
        self.is_silent = not asks or any("hang" in each for each in (failures or {}).values())
        self._failures = {number: list(each) for number, each in (failures or {}).items()}
        self._starts = list(starts)
        self._asks = asks
        self._is_installed = is_installed
        self._alive = False
        self._said: list[Reason] = []
        self._stopped = threading.Event()
        self._connection: http.client.HTTPConnection | None = None
        self._thread: threading.Thread | None = None

    def version(self) -> str:
        """
        Say its version, or that it is not installed.
        """
        if not self._is_installed:
            message = "fake is not installed"
            raise EngineError(message)
        return "1.0"

    def start(self, setting: Setting, url: str, permissions: Permissions) -> None:
        """
        Start browsing.
        """
        if self._starts and not self._starts.pop(0):
            message = "fake did not start"
            raise EngineError(message)
        self.lives += 1
        self.permissions = permissions
        self._alive = True
        self._stopped = threading.Event()
        if self._asks:
            self._thread = threading.Thread(target=self._browse, args=(url,), daemon=True)
            self._thread.start()

    def reasons(self) -> list[Reason]:
        """
        Take what it has said.
        """
        said, self._said = self._said, []
        return said

    def alive(self) -> bool:
        """
        Whether it has not crashed.
        """
        return self._alive

    def stop(self) -> None:
        """
        End browsing, also where it hangs or waits for an answer.
        """
        self._stopped.set()
        self._alive = False
        if self._thread is not None:
            self._thread.join()
            self._thread = None

    def _browse(self, home: str) -> None:
        try:
            url = json.loads(self._ask("GET", home.replace("home", "report")))["next"]
            while url is not None:
                url = self._open(url)
        except OSError:
            self._alive = False

    def _open(self, page: str) -> str | None:
        found = _SCENARIOS.search(self._ask("GET", page))
        assert found is not None
        following: str | None = None
        for scenario in json.loads(found[1]):
            token = scenario["token"]
            report = json.dumps([self._run(step) for step in scenario["steps"]])
            planned = self._failures.get(int(token[1:-1]), [])
            failure = planned.pop(0) if planned else ""
            if failure == "crash":
                raise ConnectionAbortedError
            if failure == "hang":
                self._stopped.wait()
                raise ConnectionAbortedError
            report = {"damaged report": report[:-3], "strange report": "{}"}.get(failure, report)
            self._said.append(Reason(token, 0, {"error": "a reason"}))
            address = urlsplit(page)._replace(path="/.recorder/report", query=token).geturl()
            following = json.loads(self._ask("POST", address, report))["next"]
            if failure == "interruption":
                os.kill(os.getpid(), signal.SIGTERM)
        return following

    def _run(self, step: Json) -> Json:
        return {"outcome": "resolved", "body": self._ask(step.get("method", "GET"), step["url"])}

    def _ask(self, method: str, url: str, body: str | None = None) -> str:
        """
        Ask as a browser does, whatever the host: all of them are this machine.
        """
        parts = urlsplit(url)
        connection = http.client.HTTPConnection("127.0.0.1", parts.port)
        try:
            target = parts.path + (f"?{parts.query}" if parts.query else "")
            connection.request(method, target, body, {"Host": parts.netloc})
            while not select.select([connection.sock], [], [], 0.05)[0]:
                if self._stopped.is_set():
                    raise ConnectionAbortedError
            return connection.getresponse().read().decode("latin-1")
        finally:
            connection.close()

"""
Asking for an audit: one request at a time, and what came of it.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final, Literal, NamedTuple

from browsercors.audits.suspects import page_scheme
from browsercors.browser.loads import LoadResult
from browsercors.browser.result import FetchResult
from browsercors.engines.registry import profile_named
from browsercors.policy.gate import MOST_FAILURES_IN_ALL, Exhausted
from browsercors.policy.plan import Case, Stage
from browsercors.policy.redirector import leads_to
from browsercors.policy.runner import Unresponsive
from browsercors.policy.sessions import Fetch, Load, Session, Visit
from browsercors.values.findings import Reason
from browsercors.values.urls import parse_url

if TYPE_CHECKING:
    from browsercors.fetch.timeline import Exchange
    from browsercors.policy.account import Ledger
    from browsercors.policy.runner import Runner
    from browsercors.policy.sessions import Asked, StepResult
    from browsercors.rules.profile import BrowserProfile
    from browsercors.values.literals import LoadName

__all__ = ["Probe", "Prober", "Reading", "last_answer", "passed_preflight", "signature"]

NEEDS_OTHER_CREDENTIALS: Final = frozenset(
    {Reason.ALLOW_ORIGIN_WILDCARD_WITH_CREDENTIALS, Reason.ALLOW_CREDENTIALS_NOT_TRUE}
)
"""What keeps a request with credentials from being read, and one without not."""


class Probe(NamedTuple):
    """
    What a page is to try.

    Attributes:
        origin: The page's origin; "null" for a sandboxed one.
        path: What it asks the server for.
        method: The method.
        headers: The (name, value) pairs that it sets.
        credentials: Whether credentials go along.
        mode: "no-cors" is how an image or a script is loaded: without `Origin`.
        is_redirected: Whether it asks another server first, which redirects to this one; `Origin` becomes "null".
        private_network: Whether the preflight asks to be let into a private network.
        initiator: What loads it, such as "image"; "" for a fetch. With the mode "cors" it has `crossorigin`.
    """

    origin: str
    path: str
    method: str = "GET"
    headers: tuple[tuple[str, str], ...] = ()
    credentials: bool = False
    mode: Literal["cors", "no-cors"] = "cors"
    is_redirected: bool = False
    private_network: bool = False
    initiator: LoadName | Literal[""] = ""

    def case(self, target: str, browser: str) -> Case:
        """
        Return it as a session in *browser*, with the server of the origin *target*.
        """
        server = parse_url(target)
        assert server is not None, "audits have servers"
        is_secure = self.origin != "null" or page_scheme(server) == "https"
        return Case(browser, Session((Visit(self.origin, is_secure=is_secure), self.asked(target))))

    def asked(self, target: str) -> Asked:
        """
        Return what the page asks the server of the origin *target* for.
        """
        url = f"{target}{self.path}"
        if self.initiator:
            crossorigin = "use-credentials" if self.credentials else "anonymous"
            return Load(self.initiator, url, crossorigin=None if self.mode == "no-cors" else crossorigin)
        return Fetch(
            leads_to(url) if self.is_redirected else url,
            method=self.method,
            headers=self.headers,
            credentials="include" if self.credentials else "same-origin",
            mode=self.mode,
        )


class Reading(NamedTuple):
    """
    What a page reads with GET.

    Attributes:
        level: 0 for nothing, 1 for answers to requests without credentials, 2 also for those with.
        proof: The fetch that shows it; with credentials where it reads nothing.
        probe: What was tried.
    """

    level: int
    proof: FetchResult
    probe: Probe


class Prober:
    """
    Makes the fetches, each once, and keeps account of them.

    Args:
        runner: What runs them.
        browser: The name of the browser that asks.
        ledger: Where what was tried is counted.

    Attributes:
        stage: The part of the plan that is being tried.
        ledger: Where what was tried is counted.
    """

    def __init__(self, runner: Runner, browser: str, ledger: Ledger) -> None:
        self.stage: Stage = Stage.FIRST_LOOK
        self.ledger = ledger
        self._runner = runner
        self._browser = browser
        self._made: dict[Probe, StepResult] = {}
        self._tried: set[tuple[Stage, Probe]] = set()

    @property
    def profile(self) -> BrowserProfile:
        """
        The rules of the browser that asks.
        """
        return profile_named(self._browser)

    def has_tried(self, stage: Stage, probe: Probe) -> bool:
        """
        Whether *probe* was tried in that stage.
        """
        return (stage, probe) in self._tried

    def case_of(self, probe: Probe) -> Case:
        """
        Return what a runner runs for *probe*.
        """
        return probe.case(self._runner.setting.origin, self._browser)

    def ask(self, probe: Probe, *, again: bool = False) -> FetchResult:
        """
        Let a page fetch it, in a browser that remembers nothing but the cookies that were given.

        Args:
            probe: What to try.
            again: Whether to try it once more if it was tried already.

        Raises:
            Exhausted: No further request is to be made.
        """
        result = self._result(probe, again=again)
        assert isinstance(result, FetchResult), "probes without an initiator fetch"
        return result

    def load(self, probe: Probe, *, again: bool = False) -> LoadResult:
        """
        Let a page load it; the arguments are those of `ask`.

        Raises:
            Exhausted: As `ask`.
        """
        result = self._result(probe, again=again)
        assert isinstance(result, LoadResult), "probes with an initiator load"
        return result

    def _result(self, probe: Probe, *, again: bool) -> StepResult:
        made = self._made.get(probe)
        case = self.case_of(probe)
        if made is not None and not again:
            self._count(probe, case)
            return made
        self._runner.gate.asks_for_private_network = probe.private_network
        try:
            (result,) = self._runner.run(case)
        except Unresponsive:
            raise Exhausted("gave-up", f"{MOST_FAILURES_IN_ALL} requests got no response; no more were sent") from None
        self._count(probe, case)
        self._made[probe] = result
        return result

    def _count(self, probe: Probe, case: Case) -> None:
        if (self.stage, probe) not in self._tried:
            self._tried.add((self.stage, probe))
            self.ledger.count(self.stage, case, is_tried=True)

    def read(
        self, origin: str, path: str, *, is_redirected: bool = False, only_with_credentials: bool = False
    ) -> Reading:
        """
        Let a page read with credentials, and without them where those alone kept it from reading.

        Args:
            origin: The page's origin.
            path: What it asks for.
            is_redirected: As for `Probe`.
            only_with_credentials: Whether what it reads without them is of no interest.
        """
        probe = Probe(origin, path, credentials=True, is_redirected=is_redirected)
        with_credentials = self.ask(probe)
        if with_credentials.readable:
            return Reading(2, with_credentials, probe)
        block = with_credentials.block
        if block is not None and block.reason in NEEDS_OTHER_CREDENTIALS and not only_with_credentials:
            plain = probe._replace(credentials=False)
            without = self.ask(plain)
            return Reading(1 if without.readable else 0, without, plain)
        return Reading(0, with_credentials, probe)


def last_answer(result: FetchResult) -> Exchange | None:
    """
    Return the last exchange that is no preflight; None if there was none, or it got no response.
    """
    exchange = next((exchange for exchange in reversed(result.exchanges) if not exchange.is_preflight), None)
    return None if exchange is None or exchange.http_response is None else exchange


def passed_preflight(result: FetchResult) -> bool:
    """
    Whether there was a preflight, and the request was let through to the server, or would have been.
    """
    was_asked = any(exchange.is_preflight for exchange in result.exchanges)
    return was_asked and (result.block is None or not result.block.during_preflight)


TELLING: Final = (
    "access-control-allow-origin",
    "access-control-allow-credentials",
    "access-control-allow-methods",
    "access-control-allow-headers",
)


def signature(result: FetchResult) -> tuple[object, ...]:
    """
    Return what two equal requests have to agree in: statuses and what the server allows.
    """
    return tuple(
        (exchange.status, *(tuple(exchange.response_headers.get_list(name)) for name in TELLING))
        for exchange in result.exchanges
    )

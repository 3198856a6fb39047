"""
The results of beacons and pings: what the page was told, and what happened behind it.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from browsercors.browser.loads import LoadResult

if TYPE_CHECKING:
    from browsercors.initiators.elements.load import Load
    from browsercors.rules.profile import BrowserProfile
    from browsercors.values.element_literals import ElementEvent

__all__ = ["BeaconResult", "PingResult"]


class BeaconResult(LoadResult):
    """
    The result of `page.beacon()`.

    The page learns `queued` and nothing else. `block`, `exchanges`, `explain()` and all other attributes tell what
    happened behind that.

    Attributes:
        loaded: Whether the beacon went out, and the browser had nothing against the response.
        readable: Always false.
        queued: What `sendBeacon()` returned: whether the browser took it on. That it was delivered it does not say.
    """

    def __init__(self, load: Load, profiles: tuple[BrowserProfile, ...]) -> None:
        super().__init__(load, profiles)
        self.readable = False
        # PROFILE: browsers do not agree on what is found out before `sendBeacon()` returns.
        refusals = load.params.user_agent.profile.initiators.channels.beacon_refusals
        self.queued: bool = self.block is None or bool(self.exchanges) or self.block.reason not in refusals

    @property
    def event(self) -> ElementEvent | None:
        """
        Always None: nothing tells a page what became of its beacon.
        """
        return None

    def _shown(self) -> str:
        return "delivered"


class PingResult(LoadResult):
    """
    The result of `page.ping()`. The page learns nothing of it.

    Attributes:
        loaded: Whether the ping went out, and the browser had nothing against the response.
        readable: Always false.
    """

    def __init__(self, load: Load, profiles: tuple[BrowserProfile, ...]) -> None:
        super().__init__(load, profiles)
        self.readable = False

    @property
    def event(self) -> ElementEvent | None:
        """
        Always None: nothing tells a page what became of its ping.
        """
        return None

    def _shown(self) -> str:
        return "sent"

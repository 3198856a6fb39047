"""
Recorded traffic: what a browser adds to a request, and how its developer tools write HAR files.
"""

from __future__ import annotations

import attrs

from browsercors.values.records import Rules

__all__ = ["AddedHeader", "Recorder", "RecordingRules"]


@attrs.frozen(eq=False, repr=False)
class AddedHeader(Rules):
    """
    A request header that a browser adds and that no page needs to set.

    Attributes:
        name: Its name in lower case; one that ends in `-` matches all names that begin with it.
        source: The evidence.
    """

    name: str
    source: str


@attrs.frozen(eq=False, repr=False)
class Recorder(Rules):
    """
    A program that writes HAR files.

    Attributes:
        name: Its name, for people.
        creators: Parts, in lower case, of the creator that it writes into its files.
        source: The evidence.
        user_agents: Parts of the `User-Agent`, in lower case, that distinguish it from others with the same creator.
        leaves_out: What its files lack, each in a sentence.
        marks_failures: Whether it marks each failed request; None if that depends on the recorded browser.
        lists_preflights: Whether it lists preflights; None if that depends on the recorded browser.
        leaves_out_credentials: Whether it leaves out `Cookie`, `Authorization` and `Set-Cookie`; None if that depends
            on the recorded browser.
    """

    name: str
    creators: tuple[str, ...]
    source: str
    user_agents: tuple[str, ...] = ()
    leaves_out: tuple[str, ...] = ()
    marks_failures: bool | None = None
    lists_preflights: bool | None = None
    leaves_out_credentials: bool | None = None


@attrs.frozen(eq=False, repr=False)
class RecordingRules(Rules):
    """
    How to recognise a HAR file of a browser, and what such a file leaves out. The defaults fit no one browser.

    Attributes:
        recorders: Parts of the names, in lower case, that tools which record this browser write into the file.
        user_agents: Parts, in lower case, that only the `User-Agent` of this browser has.
        tools: Its own developer tools, and those of browsers derived from it.
        adds_headers: The request headers that it adds by itself, besides those that the standard forbids to pages.
        marks_failures: Whether the file marks each request that failed, even one that got a response.
        marks_successes: Whether each request that did not fail has the field for failures, without a value.
        lists_preflights: Whether the file has entries for preflights.
        leaves_out_credentials: The recorders that leave out `Cookie`, `Authorization` and `Set-Cookie` by default.
    """

    recorders: tuple[str, ...] = ()
    user_agents: tuple[str, ...] = ()
    tools: tuple[Recorder, ...] = ()
    adds_headers: tuple[AddedHeader, ...] = ()
    marks_failures: bool = False
    marks_successes: bool = False
    lists_preflights: bool = True
    leaves_out_credentials: frozenset[str] = frozenset()

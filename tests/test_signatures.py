"""
The signatures that users see: every option by its name, and the same ones wherever one function hands them to another.
"""

from __future__ import annotations

import enum
import inspect
import re
import typing
from typing import TYPE_CHECKING, Any, Final

import pytest

import browsercors
from browsercors import CHROMIUM, AsyncBrowser, AsyncPage, Browser, BrowserFactory, Page, SharedCache, strategies
from browsercors.browser.browser import BrowserOptions
from browsercors.engines.registry import HISTORICAL, browser_names
from browsercors.fetch.referrer import REFERRER_POLICIES
from browsercors.initiators.page_call import RequestInit, XMLHttpRequestInit
from browsercors.policy.policy import PolicyChanges
from browsercors.servers.shared_cache.settings import NAMED
from browsercors.values import literals
from browsercors.values.address_spaces import AddressSpace
from browsercors.values.permissions import ALIASES, PERMISSIONS
from browsercors.values.requests import CacheMode, CredentialsMode, RedirectMode, RequestMode

if TYPE_CHECKING:
    from collections.abc import Callable


def options_of(function: Callable[..., Any]) -> dict[str, Any]:
    """
    Find the keyword-only arguments of *function*, with their defaults.
    """
    parameters = inspect.signature(function).parameters.values()
    return {each.name: each.default for each in parameters if each.kind is each.KEYWORD_ONLY}


CALLED: Final = re.compile(r"__init__|__call__|[a-z]")
"""What users call: no name with an underscore before it but these."""

SAME: Final[list[tuple[Callable[..., Any], Callable[..., Any], set[str]]]] = [
    # one                            the other                      what it has not
    (browsercors.find_violations, browsercors.check_policy, set()),
    (browsercors.find_broken_laws, browsercors.check_laws, set()),
    (Browser.__init__, AsyncBrowser.__init__, set()),
    (SharedCache.__init__, SharedCache.like, {"settings"}),
    (Page.fetch, AsyncPage.fetch, set()),
    (Page.xhr, AsyncPage.xhr, set()),
]


@pytest.mark.parametrize(("one", "other", "without"), SAME, ids=lambda each: getattr(each, "__qualname__", ""))
def test_functions_that_belong_together_have_the_same_options(
    one: Callable[..., Any], other: Callable[..., Any], without: set[str]
) -> None:
    expected = {name: default for name, default in options_of(one).items() if name not in without}

    assert list(expected.items()) == list(options_of(other).items())


def test_the_factory_of_tests_takes_what_a_browser_takes() -> None:
    options = options_of(BrowserFactory.__call__)

    assert options_of(Browser.__init__).items() <= options.items()
    assert BrowserOptions.__annotations__.keys() == options_of(Browser.__init__).keys()


def test_a_policy_can_be_changed_in_all_its_settings() -> None:
    assert PolicyChanges.__annotations__.keys() == options_of(browsercors.Policy).keys()


@pytest.mark.parametrize(
    ("method", "options"), [(Page.fetch, RequestInit), (Page.xhr, XMLHttpRequestInit)], ids=["fetch", "xhr"]
)
def test_a_page_s_methods_show_their_options(method: Callable[..., Any], options: Any) -> None:
    shown = inspect.signature(method).parameters

    assert options.__annotations__.keys() <= shown.keys()
    assert all(shown[name].annotation not in {"", shown[name].empty} for name in options.__annotations__)
    assert all(shown[name].default is not shown[name].empty for name in options.__annotations__)


LITERALS: Final[list[tuple[Any, set[str]]]] = [
    (literals.BrowserName, {*browser_names(), *HISTORICAL}),
    (literals.AddressSpaceName, {space.value for space in AddressSpace}),
    (literals.PermissionName, {*PERMISSIONS, *ALIASES}),
    (literals.TargetAddressSpace, set(CHROMIUM.local_network_access.target_address_spaces)),
    (literals.RequestMode, {mode.value for mode in RequestMode} - {"navigate", "websocket"}),
    (literals.RequestCredentials, {mode.value for mode in CredentialsMode}),
    (literals.RequestCache, {mode.value for mode in CacheMode}),
    (literals.RequestRedirect, {mode.value for mode in RedirectMode}),
    (literals.ReferrerPolicy, set(REFERRER_POLICIES)),
    (literals.SharedCacheName, set(NAMED)),
]


@pytest.mark.parametrize(("alias", "words"), LITERALS)
def test_a_type_has_the_words_that_are_understood(alias: Any, words: set[str]) -> None:
    assert words == set(typing.get_args(alias))


def public_callables() -> dict[str, Callable[..., Any]]:
    """
    Find the functions, and the public methods of classes, that the front door and the strategies give out.
    """
    values = {name: getattr(browsercors, name) for name in browsercors.__all__}
    values.update((f"strategies.{name}", getattr(strategies, name)) for name in strategies.__all__)
    found: dict[str, Callable[..., Any]] = {}
    for name, value in values.items():
        if inspect.isfunction(value):
            found[name] = value
        elif inspect.isclass(value) and value.__module__.startswith("browsercors"):
            methods = inspect.getmembers(value, inspect.isfunction)
            # NB: members of enumerations are not made by users.
            called = [each for each in methods if CALLED.match(each[0]) and not issubclass(value, enum.Enum)]
            found.update((f"{name}.{member}", method) for member, method in called)
    return found


@pytest.mark.parametrize("name", public_callables())
def test_nothing_public_hides_its_options(name: str) -> None:
    parameters = inspect.signature(public_callables()[name]).parameters.values()
    hidden = [each for each in parameters if each.kind is each.VAR_KEYWORD and "Unpack" not in str(each.annotation)]

    # NB: what a profile is made of are the many fields of its record, and attrs knows them.
    assert (hidden == []) is (name != "BrowserProfile.evolve")

"""
The preflight cache: three kinds, each by its own table, and the standard's against the words of the standard.
"""

from __future__ import annotations

import tracemalloc
from typing import TYPE_CHECKING, Any

import attrs
import pytest
from hypothesis import settings, strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, rule

from browsercors.fetch.preflight_cache import EntryPreflightCache, NamePreflightCache, WholePreflightCache
from browsercors.rules.preflight import PreflightCache, PreflightGrant, PreflightQuestion
from tests.fetch.engine import API, PROFILES

if TYPE_CHECKING:
    from collections.abc import Callable

KEY = ("https://app.example", b"https://app.example")


def ask(
    method: str = "GET",
    *names: str,
    url: str = API,
    key: tuple[object, bytes] = KEY,
    credentials: bool = False,
    forced: bool = False,
) -> PreflightQuestion:
    return PreflightQuestion(key, url, method.encode(), tuple(name.encode() for name in names), credentials, forced)


def grant(methods: str = "", names: str = "", max_age: float = 600) -> PreflightGrant:
    return PreflightGrant(tuple(methods.encode().split()), tuple(names.encode().split()), max_age)


def chromium_cache() -> PreflightCache:
    return WholePreflightCache(authorization_needs_listing=True, limit=1024, longest_url=1024)


def webkit_cache() -> PreflightCache:
    return WholePreflightCache(authorization_needs_listing=False)


KINDS: list[Callable[[], PreflightCache]] = [EntryPreflightCache, chromium_cache, NamePreflightCache, webkit_cache]
every_kind = pytest.mark.parametrize("create", KINDS, ids=["standard", "chromium", "firefox", "webkit"])

YES, NO = True, False

COVERS_CASES = [
    # what was granted, for what, what is asked then                         standard, Chromium, Firefox, WebKit
    (grant("PUT"), ask("PUT"), ask("PUT"), [YES, YES, YES, YES]),
    (grant("PUT"), ask("PUT"), ask("put"), [NO, NO, NO, NO]),
    (grant("PUT"), ask("PUT"), ask("DELETE"), [NO, NO, NO, NO]),
    (grant("PUT DELETE"), ask("PUT"), ask("DELETE"), [YES, YES, YES, YES]),
    (grant("PUT"), ask("PUT"), ask("PUT", "x-a"), [NO, NO, NO, NO]),
    (grant("PUT", "X-A x-b"), ask("PUT", "x-a"), ask("PUT", "x-a", "x-b"), [YES, YES, YES, YES]),
    (grant("PUT", "x-a"), ask("PUT", "x-a"), ask("GET", "x-a"), [YES, YES, YES, YES]),
    (grant("", "x-a"), ask("GET", "x-a"), ask("POST", "x-a"), [YES, YES, YES, YES]),
    (grant("", "x-a"), ask("GET", "x-a"), ask("HEAD", "x-a"), [YES, YES, NO, YES]),
    (grant("HEAD", "x-a"), ask("GET", "x-a"), ask("HEAD", "x-a"), [YES, YES, YES, YES]),
    (grant("*"), ask("PUT"), ask("PUT"), [YES, YES, NO, YES]),
    (grant("*"), ask("PUT"), ask("DELETE"), [YES, YES, NO, YES]),
    (grant("*"), ask("*"), ask("*"), [YES, YES, YES, YES]),
    (grant("", "*"), ask("GET", "x-a"), ask("GET", "x-a"), [YES, YES, NO, YES]),
    (grant("", "*"), ask("GET", "x-a"), ask("GET", "x-b"), [YES, YES, NO, YES]),
    (grant("", "*"), ask("GET", "x-a"), ask("GET", "authorization"), [NO, NO, NO, YES]),
    (grant("", "* authorization"), ask("GET", "x-a"), ask("GET", "authorization"), [YES, YES, YES, YES]),
    (grant("PUT"), ask("PUT"), ask("PUT", credentials=True), [NO, NO, NO, NO]),
    (grant("PUT"), ask("PUT", credentials=True), ask("PUT", credentials=True), [YES, YES, YES, YES]),
    (grant("PUT"), ask("PUT", credentials=True), ask("PUT"), [YES, YES, NO, YES]),
    # NB: under credentials a `*` was granted as a name; the standard forgets that, the browsers do not.
    (grant("*"), ask("*", credentials=True), ask("PUT"), [YES, NO, NO, NO]),
    (grant("*"), ask("*", credentials=True), ask("PUT", credentials=True), [YES, NO, NO, NO]),
    (grant("", "*"), ask("GET", "*", credentials=True), ask("GET", "x-a", credentials=True), [YES, NO, NO, NO]),
    (grant("PUT"), ask("PUT"), ask("PUT", url=f"{API}/2"), [NO, NO, NO, NO]),
    (grant("PUT"), ask("PUT"), ask("PUT", url=f"{API}#f"), [NO, NO, NO, NO]),
    (grant("PUT"), ask("PUT"), ask("PUT", key=(KEY[0], b"null")), [NO, NO, NO, NO]),
    (grant("PUT"), ask("PUT"), ask("PUT", key=("https://other.test", KEY[1])), [NO, NO, NO, NO]),
    (grant("POST"), ask("POST", forced=True), ask("POST", forced=True), [YES, YES, YES, YES]),
    (grant(), ask("POST", forced=True), ask("POST", forced=True), [NO, YES, YES, YES]),
    (grant("PUT", max_age=0), ask("PUT"), ask("PUT"), [NO, NO, NO, NO]),
]


@pytest.mark.parametrize(("granted", "given_for", "asked", "expected"), COVERS_CASES)
def test_what_is_remembered_covers_a_question_or_not(
    granted: PreflightGrant, given_for: PreflightQuestion, asked: PreflightQuestion, expected: list[bool]
) -> None:
    covered = []
    for create in KINDS:
        cache = create()
        cache.remember(given_for, granted, 0)
        covered.append(cache.covers(asked, 0))

    assert expected == covered


TWICE_CASES = [
    # the second grant for the URL      what is asked then       std, chr, ffx, wkt
    (grant("DELETE"), ask("PUT"), [YES, NO, YES, NO]),
    (grant("DELETE"), ask("DELETE"), [YES, YES, YES, YES]),
    (grant("", "x-a"), ask("PUT", "x-a"), [YES, NO, YES, NO]),
    (grant("PUT", max_age=0), ask("PUT"), [NO, NO, NO, NO]),
    (grant("DELETE", max_age=0), ask("PUT"), [YES, NO, YES, NO]),
]


@pytest.mark.parametrize(("second", "asked", "expected"), TWICE_CASES)
def test_a_second_preflight_adds_to_the_first_or_takes_its_place(
    second: PreflightGrant, asked: PreflightQuestion, expected: list[bool]
) -> None:
    covered = []
    for create in KINDS:
        cache = create()
        cache.remember(ask("PUT"), grant("PUT"), 0)
        cache.remember(ask("DELETE"), second, 1)
        covered.append(cache.covers(asked, 2))

    assert expected == covered


@every_kind
def test_what_is_remembered_expires_on_the_second(create: Callable[[], PreflightCache]) -> None:
    cache = create()
    cache.remember(ask("PUT"), grant("PUT", max_age=5), 100)

    assert [cache.covers(ask("PUT"), now) for now in (100, 104.9, 105, 106)] == [YES, YES, NO, NO]


@every_kind
def test_a_second_grant_of_the_same_lives_from_then_on(create: Callable[[], PreflightCache]) -> None:
    cache = create()
    cache.remember(ask("PUT"), grant("PUT", max_age=5), 100)
    cache.remember(ask("PUT"), grant("PUT", max_age=5), 103)

    assert cache.covers(ask("PUT"), 107)
    cache.remember(ask("PUT"), grant("PUT", max_age=1), 107)
    assert not cache.covers(ask("PUT"), 108)


def test_in_merging_caches_every_name_has_a_lifetime_of_its_own() -> None:
    for cache in (EntryPreflightCache(), NamePreflightCache()):
        cache.remember(ask("PUT"), grant("PUT", max_age=10), 0)
        cache.remember(ask("GET", "x-a"), grant("", "x-a", max_age=100), 0)

        assert [cache.covers(ask("PUT", "x-a"), now) for now in (9, 10)] == [YES, NO]
        assert [cache.covers(ask("GET", "x-a"), now) for now in (10, 99, 100)] == [YES, YES, NO]


@every_kind
def test_an_answer_that_does_not_suffice_is_forgotten_where_answers_are_kept_whole(
    create: Callable[[], PreflightCache],
) -> None:
    cache = create()
    cache.remember(ask("PUT"), grant("PUT"), 0)
    assert not cache.covers(ask("DELETE"), 1)

    assert isinstance(cache, WholePreflightCache) != cache.covers(ask("PUT"), 2)


@every_kind
def test_clearing_entries_forgets_one_url_of_one_origin(create: Callable[[], PreflightCache]) -> None:
    cache = create()
    other = ask("PUT", key=(KEY[0], b"null"))
    for question in (ask("PUT"), ask("PUT", credentials=True), ask("PUT", url=f"{API}/2"), other):
        cache.remember(question, grant("PUT"), 0)
    cache.clear_entries(ask())

    assert not cache.covers(ask("PUT"), 0)
    assert not cache.covers(ask("PUT", credentials=True), 0)
    assert cache.covers(ask("PUT", url=f"{API}/2"), 0)
    assert cache.covers(other, 0)
    assert len(cache) == 2


@every_kind
def test_clearing_forgets_everything(create: Callable[[], PreflightCache]) -> None:
    cache = create()
    cache.remember(ask("PUT"), grant("PUT"), 0)
    assert len(cache) == 1
    cache.clear()

    assert len(cache) == 0
    assert not cache.covers(ask("PUT"), 0)


@every_kind
def test_clearing_what_is_not_there_is_no_mistake(create: Callable[[], PreflightCache]) -> None:
    cache = create()
    cache.clear_entries(ask())
    cache.clear()

    assert len(cache) == 0


@every_kind
def test_expired_entries_do_not_pile_up(create: Callable[[], PreflightCache]) -> None:
    cache = create()
    for number in range(2000):
        cache.remember(ask("PUT", url=f"{API}/{number}"), grant("PUT", max_age=5), number)

    assert len(cache) <= 600


@every_kind
def test_sweeping_keeps_what_has_not_expired(create: Callable[[], PreflightCache]) -> None:
    cache = create()
    cache.remember(ask("PUT", url=f"{API}/kept"), grant("PUT", max_age=10_000), 0)
    for number in range(90):
        cache.remember(ask("PUT", url=f"{API}/{number % 90}"), grant("PUT", max_age=5), number)
    for number in range(1000):
        cache.remember(ask("PUT", url=f"{API}/{number % 90}"), grant("PUT", max_age=5), 100 + number)

    assert cache.covers(ask("PUT", url=f"{API}/kept"), 2000)


def test_a_name_that_lives_longer_outlives_the_sweep_after_a_shorter_one() -> None:
    for cache in (EntryPreflightCache(), NamePreflightCache()):
        cache.remember(ask("PUT"), grant("PUT", max_age=10_000), 0)
        cache.remember(ask("GET", "x-a"), grant("", "x-a", max_age=1), 0)
        for number in range(1000):
            cache.remember(ask("PUT", url=f"{API}/{number % 90}"), grant("PUT", max_age=5), 10 + number)

        assert cache.covers(ask("PUT"), 2000)


def test_the_standard_has_no_limit_and_remembers_cheaply() -> None:
    cache = EntryPreflightCache()
    tracemalloc.start()
    for number in range(4_000):
        cache.remember(ask("PUT", "x-a", url=f"{API}/items/{number}"), grant("PUT", "x-a"), 0)
    size, _ = tracemalloc.get_traced_memory()
    tracemalloc.stop()

    assert len(cache) == 4_000
    assert cache.covers(ask("PUT", "x-a", url=f"{API}/items/0"), 1)
    assert size / 4_000 < 1_200


@pytest.mark.parametrize("create", [EntryPreflightCache, NamePreflightCache], ids=["standard", "firefox"])
def test_expired_names_of_one_url_do_not_pile_up(create: Callable[[], PreflightCache]) -> None:
    cache = create()
    tracemalloc.start()
    for number in range(1000):
        cache.remember(ask("PUT"), grant(f"M{number}", f"x-{number}", max_age=5), number)
    size, _ = tracemalloc.get_traced_memory()
    tracemalloc.stop()

    assert cache.covers(ask("M999", "x-999"), 1000)
    assert size < 50_000


def test_firefox_remembers_a_hundred_urls_the_oldest_used_go_first() -> None:
    cache = NamePreflightCache()
    for number in range(100):
        cache.remember(ask("PUT", url=f"{API}/{number}"), grant("PUT"), 0)
    assert cache.covers(ask("PUT", url=f"{API}/0"), 1)
    cache.remember(ask("PUT", url=f"{API}/100"), grant("PUT"), 1)

    assert len(cache) == 100
    assert [cache.covers(ask("PUT", url=f"{API}/{number}"), 2) for number in (0, 1, 2, 100)] == [YES, NO, YES, YES]


def test_firefox_drops_what_expired_before_what_did_not() -> None:
    cache = NamePreflightCache(limit=3)
    cache.remember(ask("PUT", url=f"{API}/1"), grant("PUT", max_age=100), 0)
    cache.remember(ask("PUT", url=f"{API}/2"), grant("PUT", max_age=1), 0)
    cache.remember(ask("PUT", url=f"{API}/3"), grant("PUT", max_age=100), 0)
    cache.remember(ask("PUT", url=f"{API}/4"), grant("PUT", max_age=100), 5)

    assert [cache.covers(ask("PUT", url=f"{API}/{number}"), 6) for number in (1, 2, 3, 4)] == [YES, NO, YES, YES]


def test_chromium_drops_ten_at_a_time_and_remembers_no_long_url() -> None:
    cache = chromium_cache()
    for number in range(1024):
        cache.remember(ask("PUT", url=f"{API}/{number}"), grant("PUT"), 0)
    cache.remember(ask("PUT", url=f"{API}/5"), grant("PUT"), 0)
    assert len(cache) == 1024
    cache.remember(ask("PUT", url=f"{API}/new"), grant("PUT"), 0)

    assert len(cache) == 1024 - 10 + 1
    assert [cache.covers(ask("PUT", url=f"{API}/{number}"), 1) for number in (0, 5, 10, 11, "new")] == [
        NO,
        YES,
        NO,
        YES,
        YES,
    ]


LONG_CASES = [(1023, YES), (1024, NO)]


@pytest.mark.parametrize(("length", "expected"), LONG_CASES)
def test_chromium_remembers_urls_under_1024_characters(length: int, expected: bool) -> None:
    url = f"{API}/".ljust(length, "a")
    cache = chromium_cache()
    cache.remember(ask("PUT", url=url), grant("PUT"), 0)

    assert expected == cache.covers(ask("PUT", url=url), 0)


def test_chromium_s_expired_answers_make_room_first() -> None:
    cache = WholePreflightCache(authorization_needs_listing=True, limit=2)
    cache.remember(ask("PUT", url=f"{API}/1"), grant("PUT", max_age=100), 0)
    cache.remember(ask("PUT", url=f"{API}/2"), grant("PUT", max_age=1), 0)
    cache.remember(ask("PUT", url=f"{API}/3"), grant("PUT", max_age=100), 5)

    assert [cache.covers(ask("PUT", url=f"{API}/{number}"), 6) for number in (1, 2, 3)] == [YES, NO, YES]


CAPS = {"standard": None, "chromium": 7200, "firefox": 86400, "webkit": 600}


def test_browsers_cap_how_long_they_remember() -> None:
    assert {profile.name: profile.preflight_cache.max_age_cap for profile in PROFILES} == CAPS


def test_every_browser_makes_a_cache_of_its_own() -> None:
    for profile in PROFILES:
        first, second = profile.preflight_cache.create(), profile.preflight_cache.create()
        first.remember(ask("PUT"), grant("PUT"), 0)
        assert (len(first), len(second)) == (1, 0)


@attrs.define
class Entry:
    """
    A cache entry, with the seven items of the standard, and the time when it was stored.
    """

    key: object
    byte_serialized_origin: object
    url: str
    max_age: float
    credentials: bool
    method: bytes | None
    header_name: bytes | None
    stored: float


class LiteralCache:
    """
    The CORS-preflight cache as the standard writes it: one list, and one loop for each of its sentences.
    """

    def __init__(self) -> None:
        self.entries: list[Entry] = []

    def remove_expired(self, now: float) -> None:
        self.entries = [entry for entry in self.entries if now < entry.stored + entry.max_age]

    def is_for(self, entry: Entry, question: PreflightQuestion) -> bool:
        return (entry.key, entry.byte_serialized_origin, entry.url) == (*question.key, question.url)

    def matches(self, entry: Entry, question: PreflightQuestion) -> bool:
        return self.is_for(entry, question) and (entry.credentials or not question.with_credentials)

    def method_matches(self, method: bytes, question: PreflightQuestion) -> list[Entry]:
        return [e for e in self.entries if self.matches(e, question) and e.method in (method, b"*")]

    def header_name_matches(self, name: bytes, question: PreflightQuestion) -> list[Entry]:
        return [
            entry
            for entry in self.entries
            if self.matches(entry, question)
            and entry.header_name is not None
            and (
                entry.header_name.lower() == name.lower()
                or (entry.header_name == b"*" and name.lower() != b"authorization")
            )
        ]

    def covers(self, question: PreflightQuestion, now: float) -> bool:
        self.remove_expired(now)
        if not self.method_matches(question.method, question) and (
            question.method not in (b"GET", b"HEAD", b"POST") or question.forced
        ):
            return False
        return all(self.header_name_matches(name, question) for name in question.header_names)

    def remember(self, question: PreflightQuestion, granted: PreflightGrant, now: float) -> None:
        self.remove_expired(now)
        # 7.12.-7.13.
        for method in granted.methods:
            for entry in self.method_matches(method, question):
                entry.max_age, entry.stored = granted.max_age, now
        for method in granted.methods:
            if not self.method_matches(method, question):
                self.create(question, granted.max_age, method, None, now)
        # 7.14.-7.15.
        for name in granted.header_names:
            for entry in self.header_name_matches(name, question):
                entry.max_age, entry.stored = granted.max_age, now
        for name in granted.header_names:
            if not self.header_name_matches(name, question):
                self.create(question, granted.max_age, None, name, now)

    def create(
        self, question: PreflightQuestion, max_age: float, method: bytes | None, name: bytes | None, now: float
    ) -> None:
        key, origin = question.key
        self.entries.append(Entry(key, origin, question.url, max_age, question.with_credentials, method, name, now))

    def clear_entries(self, question: PreflightQuestion) -> None:
        self.entries = [entry for entry in self.entries if not self.is_for(entry, question)]


METHODS = st.sampled_from([b"GET", b"POST", b"PUT", b"put", b"DELETE", b"*"])
NAMES = st.sampled_from([b"x-a", b"X-A", b"x-b", b"authorization", b"*"])
ASKED_NAMES = st.lists(st.sampled_from([b"x-a", b"x-b", b"authorization", b"*"]), unique=True, max_size=3).map(sorted)
QUESTIONS = st.builds(
    PreflightQuestion,
    st.sampled_from([KEY, (KEY[0], b"null")]),
    st.sampled_from([API, f"{API}/2"]),
    METHODS,
    ASKED_NAMES.map(tuple),
    st.booleans(),
    st.booleans(),
)
GRANTS = st.builds(
    PreflightGrant,
    st.lists(METHODS, max_size=3).map(tuple),
    st.lists(NAMES, max_size=3).map(tuple),
    st.sampled_from([0, 1, 2, 5, 1000]),
)


class Agreement(RuleBasedStateMachine):
    """
    The cache and the standard's words, side by side through one history.
    """

    def __init__(self) -> None:
        super().__init__()
        self.cache = EntryPreflightCache()
        self.literal = LiteralCache()
        self.now = 0.0

    @rule(question=QUESTIONS, granted=GRANTS)
    def remember(self, question: PreflightQuestion, granted: PreflightGrant) -> None:
        self.cache.remember(question, granted, self.now)
        self.literal.remember(question, granted, self.now)

    @rule(question=QUESTIONS)
    def ask(self, question: PreflightQuestion) -> None:
        assert self.cache.covers(question, self.now) == self.literal.covers(question, self.now)

    @rule(question=QUESTIONS)
    def clear_entries(self, question: PreflightQuestion) -> None:
        self.cache.clear_entries(question)
        self.literal.clear_entries(question)

    @rule(seconds=st.sampled_from([0.5, 1, 2, 5]))
    def wait(self, seconds: float) -> None:
        self.now += seconds

    @invariant()
    def all_simple_questions_are_answered_alike(self) -> None:
        for method in ("GET", "PUT", "DELETE"):
            for credentials in (False, True):
                question = ask(method, "x-a", credentials=credentials)
                assert self.cache.covers(question, self.now) == self.literal.covers(question, self.now)


TestAgreement: Any = Agreement.TestCase
TestAgreement.settings = settings(max_examples=40, stateful_step_count=20, deadline=None)

"""
What HTTP lets a cache do: which responses it may store, for which requests it may use them, and for how long.

The rules are RFC 9111's. Where it leaves a choice, and where caches depart from it, `CachingRules` says which; so the
same functions serve a browser's own cache and the caches that stand between browser and server. Nothing here knows the
time: it is given, in simulated seconds.

Not done: parts of a response (206, `Range`), freshening of GET by HEAD (4.3.5), invalidation of what `Location` and
`Content-Location` name (4.4, optional), `stale-if-error` (RFC 5861), and the arguments of `no-cache="..."` and
`private="..."`, which count as if there were none (allowed by 5.2.2.4 and 5.2.2.7).

https://www.rfc-editor.org/rfc/rfc9111
"""

from __future__ import annotations

import enum
import math
from typing import TYPE_CHECKING, Final, Literal, TypeAlias

import attrs

from browsercors.values.enums import quick
from browsercors.values.headers import HeaderList, get_decode_and_split
from browsercors.values.http_dates import parse_http_date

if TYPE_CHECKING:
    from collections.abc import Mapping

    from browsercors.values.wire import HTTPRequest, HTTPResponse

__all__ = [
    "CONDITIONS",
    "PRIVATE_CACHE",
    "SHARED_CACHE",
    "CachingRules",
    "StorageRefusal",
    "StoredResponse",
    "Use",
    "cache_directives",
    "freshen",
    "freshness_lifetime",
    "is_not_modified",
    "matches",
    "not_modified_response",
    "storage_refusal",
    "to_stored",
    "use_of",
    "validation_headers",
    "vary_names",
]

VaryRule: TypeAlias = Literal["honoured", "ignored", "not-stored"]

SAFE_METHODS: Final = frozenset({b"GET", b"HEAD"})

# https://www.rfc-editor.org/rfc/rfc9110#section-15.1, without 206, since parts are not stored here.
HEURISTICALLY_CACHEABLE: Final = frozenset({200, 203, 204, 300, 301, 308, 404, 405, 410, 414, 501})

CONDITIONS: Final = frozenset(
    {b"if-match", b"if-modified-since", b"if-none-match", b"if-range", b"if-unmodified-since"}
)
"""The headers that make a request conditional, in lower case."""

# Sections 3.1 and 3.2: what belongs to one connection is not stored, and what describes the stored body stays.
CONNECTION_HEADERS: Final = frozenset(
    {b"connection", b"keep-alive", b"proxy-authenticate", b"proxy-authentication-info", b"proxy-authorization",
     b"proxy-connection", b"te", b"trailer", b"transfer-encoding", b"upgrade"}
)  # fmt: skip
BODY_HEADERS: Final = frozenset({b"content-encoding", b"content-length", b"content-range", b"content-type"})

GREATEST_DELTA: Final = 2**31
"""Section 1.2.2: what is longer than this is as good as for ever."""
MAX_DIGITS: Final = 10


@attrs.frozen(kw_only=True)
class CachingRules:
    """
    The choices of a cache, and where it departs from RFC 9111. The defaults are the standard's.

    Attributes:
        is_shared: Whether it serves many users: `private` and `Authorization` count, and `s-maxage` is read.
        methods: Whose responses are stored and reused.
        vary: "honoured", "ignored", or "not-stored": a response with `Vary` is not stored.
        statuses: Which statuses are stored; None for all but 206 and 304.
        heuristic_statuses: Which are stored without an explicit lifetime.
        heuristic_fraction: Which part of its age since `Last-Modified` such a response stays fresh for.
        default_lifetimes: By status, for how long one stays fresh that says nothing at all.
        minimum_lifetime: For how long everything is stored at least, `no-store` and `private` included; 0 for not.
        maximum_lifetime: For how long anything stays fresh at most.
        stores_no_cache: Whether `no-cache` is stored, to be validated each time; otherwise it is not stored.
        stores_stale: Whether a response is stored that is stale at once, to be validated.
        stores_cookies: Whether a response with `Set-Cookie` is stored.
        stores_authorized: Whether responses to requests with `Authorization` are stored like all others.
        obeys_requests: Whether `Cache-Control` and `Pragma` of requests count.
        expires_by_form: Whether an `Expires` that is no date means "expired", as it should.
        reads_age: Whether `Age` counts.
        reads_date: Whether a `Date` of long ago makes a response old.
        validates: Whether a stale response is asked about with its validators, or fetched anew.
        invalidates: Whether an unsafe request makes a cache forget what it has for the URL.
        obeys_must_revalidate: Whether that, and what means the same, keeps it from using what is stale.
        grace: For how many seconds a stale response is used while it is fetched anew, unless `stale-while-revalidate`
            says so; None for never, whatever that says.
    """

    is_shared: bool
    methods: frozenset[bytes] = SAFE_METHODS
    vary: VaryRule = "honoured"
    statuses: frozenset[int] | None = None
    heuristic_statuses: frozenset[int] = HEURISTICALLY_CACHEABLE
    heuristic_fraction: float = 0.1
    default_lifetimes: Mapping[int, float] = attrs.field(factory=dict)
    minimum_lifetime: float = 0.0
    maximum_lifetime: float = math.inf
    stores_no_cache: bool = True
    stores_stale: bool = True
    stores_cookies: bool = True
    stores_authorized: bool = False
    obeys_requests: bool = True
    expires_by_form: bool = True
    reads_age: bool = True
    reads_date: bool = True
    validates: bool = True
    invalidates: bool = True
    obeys_must_revalidate: bool = True
    grace: float | None = None


PRIVATE_CACHE: Final = CachingRules(is_shared=False)
"""A browser's own cache, as the standard has it."""

SHARED_CACHE: Final = CachingRules(is_shared=True)
"""A cache that many users share, as the standard has it."""


@quick
class StorageRefusal(enum.Enum):
    """
    Why a response is not stored.
    """

    METHOD = "method"
    """Responses to this method are not stored."""

    RANGE = "range"
    """Only a part was asked for."""

    STATUS = "status"
    """Responses of this status are not stored."""

    INCOMPLETE = "incomplete"
    """The body broke off."""

    NO_STORE = "no-store"
    """Request or response says so."""

    PRIVATE = "private"
    """It is for one user, and the cache for many."""

    NO_CACHE = "no-cache"
    """It would have to be validated each time."""

    AUTHORIZATION = "authorization"
    """It was made for somebody, and does not say that others may have it."""

    SET_COOKIE = "set-cookie"
    """It sets a cookie."""

    VARY = "vary"
    """It varies by everything, or by anything where that is too much."""

    NOT_FRESH = "not-fresh"
    """It is stale from the beginning, or nothing says how long it lasts."""


@quick
class Use(enum.Enum):
    """
    What a stored response is good for.
    """

    FRESH = "fresh"
    """It is the answer."""

    STALE_WHILE_REVALIDATE = "stale-while-revalidate"
    """It is the answer, but has to be fetched anew for the next one."""

    VALIDATE = "validate"
    """It may be used once the server has confirmed it."""

    RELOAD = "reload"
    """It may not be used: the client wants a new one."""


@attrs.frozen(eq=False)
class StoredResponse:
    """
    A response in a cache.

    Attributes:
        request: The request that it answered: whose `Origin`, cookies and so on it was made for.
        response: As it came, without what belonged to the connection.
        response_time: When it came, or was last confirmed.
        initial_age: How old it was then, in seconds.
        lifetime: For how many seconds from its making it stays fresh.
    """

    request: HTTPRequest
    response: HTTPResponse
    response_time: float
    initial_age: float
    lifetime: float

    def age(self, now: float) -> float:
        """
        Return how old it is (section 4.2.3).
        """
        # NB: requests that are under way together may be answered in another order than they were sent.
        return self.initial_age + max(0.0, now - self.response_time)


def cache_directives(headers: HeaderList) -> dict[str, str | None]:
    """
    Parse `Cache-Control` (section 5.2): lower-case names, with argument or None. Of repeated ones the first counts.
    """
    value = headers.get(b"cache-control")
    if value is None:
        return {}
    directives: dict[str, str | None] = {}
    for part in get_decode_and_split(value):
        name, equals, argument = part.partition("=")
        name = name.strip("\t ").lower()
        if name:
            directives.setdefault(name, argument.strip("\t ").strip('"') if equals else None)
    return directives


def _seconds(argument: str | None) -> float:
    """
    Return what delta-seconds say; what says nothing is 0, since then the response counts as stale (section 4.2.1).
    """
    if argument is None or not (argument.isascii() and argument.isdigit()):
        return 0.0
    return float(GREATEST_DELTA if len(argument) > MAX_DIGITS else min(int(argument), GREATEST_DELTA))


def vary_names(headers: HeaderList) -> tuple[bytes, ...]:
    """
    Return the lower-case names of the request headers that a response varies by; `*` is among them if it is there.
    """
    value = headers.get(b"vary")
    if value is None:
        return ()
    return tuple(dict.fromkeys(name for part in value.lower().split(b",") if (name := part.strip(b"\t "))))


def freshness_lifetime(response: HTTPResponse, response_time: float, rules: CachingRules) -> float | None:
    """
    Calculate for how long a response stays fresh (section 4.2.1); None where nothing says so and none can be guessed.
    """
    headers = response.headers
    directives = cache_directives(headers)
    date = parse_http_date(headers.get(b"date") or b"")
    made = response_time if date is None else date

    # 1. A shared cache goes by `s-maxage`.
    if rules.is_shared and "s-maxage" in directives:
        return _seconds(directives["s-maxage"])
    # 2. Others, and without that, by `max-age`.
    if "max-age" in directives:
        return _seconds(directives["max-age"])
    # 3. Then by `Expires`; what is no date is in the past.
    expires = headers.get(b"expires")
    if expires is not None:
        until = parse_http_date(expires)
        if until is not None:
            return max(0.0, until - made)
        if rules.expires_by_form:
            return 0.0
    # 4. Otherwise it may be guessed (section 4.2.2).
    modified = parse_http_date(headers.get(b"last-modified") or b"")
    explicitly = "public" in directives
    if rules.heuristic_fraction and modified is not None:
        if response.status in rules.heuristic_statuses or explicitly:
            return max(0.0, made - modified) * rules.heuristic_fraction
        return None
    return rules.default_lifetimes.get(response.status)


def storage_refusal(
    request: HTTPRequest, response: HTTPResponse, response_time: float, rules: CachingRules
) -> StorageRefusal | None:
    """
    Return why a response may not be stored, or None where it may (section 3).
    """
    asked = cache_directives(request.headers) if rules.obeys_requests else {}
    said = cache_directives(response.headers)
    names = response.headers.names()

    if request.method not in rules.methods:
        return StorageRefusal.METHOD
    if b"range" in request.headers:
        return StorageRefusal.RANGE
    if response.status in (206, 304) or (rules.statuses is not None and response.status not in rules.statuses):
        return StorageRefusal.STATUS
    if response.body_failure is not None:
        return StorageRefusal.INCOMPLETE
    if not rules.stores_cookies and b"set-cookie" in names:
        return StorageRefusal.SET_COOKIE
    if (
        rules.vary != "ignored"
        and b"vary" in names
        and (rules.vary == "not-stored" or b"*" in vary_names(response.headers))
    ):
        return StorageRefusal.VARY
    if rules.minimum_lifetime:
        return None
    if "no-store" in asked or "no-store" in said:
        return StorageRefusal.NO_STORE
    if rules.is_shared and "private" in said:
        return StorageRefusal.PRIVATE
    if not rules.stores_no_cache and "no-cache" in said:
        return StorageRefusal.NO_CACHE
    # Section 3.5.
    if (
        rules.is_shared
        and not rules.stores_authorized
        and b"authorization" in request.headers
        and said.keys().isdisjoint({"must-revalidate", "public", "s-maxage"})
    ):
        return StorageRefusal.AUTHORIZATION
    lifetime = freshness_lifetime(response, response_time, rules)
    is_stale = (lifetime or 0.0) <= _initial_age(request, response, response_time, rules)
    # NB: the standard lets anything be stored that states a lifetime, over or not. Of a temporary redirect that would
    # be of no use.
    if is_stale and not (rules.stores_stale and (response.status in rules.heuristic_statuses or "public" in said)):
        return StorageRefusal.NOT_FRESH
    return None


def to_stored(
    request: HTTPRequest, response: HTTPResponse, response_time: float, rules: CachingRules
) -> StoredResponse:
    """
    Return the response as it is stored; whether it may be is for `storage_refusal` to say.
    """
    # Section 3.1: the headers of the connection are not for others, nor are those that `Connection` names.
    connection = {name.strip(b"\t ").lower() for name in (response.headers.get(b"connection") or b"").split(b",")}
    headers = [line for line in response.headers if line[0].lower() not in CONNECTION_HEADERS | connection]
    lifetime = freshness_lifetime(response, response_time, rules) or 0.0
    if rules.minimum_lifetime:
        # NB: what should not be stored is stored no longer than anything is.
        unwanted = not cache_directives(response.headers).keys().isdisjoint({"no-cache", "no-store", "private"})
        lifetime = max(0.0 if unwanted else lifetime, rules.minimum_lifetime)
    return StoredResponse(
        request,
        attrs.evolve(response, headers=HeaderList(headers), traceback=None, elapsed=0.0),
        response_time,
        _initial_age(request, response, response_time, rules),
        min(lifetime, rules.maximum_lifetime),
    )


def _age_value(response: HTTPResponse, rules: CachingRules) -> float:
    age = response.headers.get(b"age") if rules.reads_age else None
    return 0.0 if age is None else _seconds(age.split(b",")[0].strip(b"\t ").decode("latin-1"))


def _initial_age(request: HTTPRequest, response: HTTPResponse, response_time: float, rules: CachingRules) -> float:
    """
    Calculate how old a response was when it came (section 4.2.3).
    """
    apparent_age = 0.0
    if rules.reads_date:
        date = parse_http_date(response.headers.get(b"date") or b"")
        apparent_age = 0.0 if date is None else max(0.0, response_time - date)
    corrected_age_value = _age_value(response, rules) + max(0.0, response_time - request.time)
    return max(apparent_age, corrected_age_value)


def matches(stored: StoredResponse, request: HTTPRequest, rules: CachingRules) -> bool:
    """
    Whether a response that is stored for the same key is one for *request*: by method, and by `Vary` (section 4.1).
    """
    made_for = stored.request
    # NB: a stored GET answers a HEAD as well.
    if request.method not in (made_for.method, b"HEAD" if made_for.method == b"GET" else b""):
        return False
    if rules.vary == "ignored":
        return True
    names = vary_names(stored.response.headers)
    # NB: values may be compared more cleverly; nginx, Varnish and Squid compare them as they stand.
    return b"*" not in names and all(made_for.headers.get(name) == request.headers.get(name) for name in names)


def use_of(stored: StoredResponse, request: HTTPRequest, now: float, rules: CachingRules) -> Use:
    """
    Decide what a stored response that matches is good for (section 4).
    """
    said = cache_directives(stored.response.headers)
    age = stored.age(now)
    remaining = stored.lifetime - age
    validated_always = "no-cache" in said and not rules.minimum_lifetime
    allowed_staleness = 0.0
    if rules.obeys_requests:
        asked = cache_directives(request.headers)
        # NB: the standard would have it validated, too; but then nobody could get rid of what is stored wrongly.
        if "no-cache" in asked or (not asked and b"no-cache" in (request.headers.get(b"pragma") or b"").lower()):
            return Use.RELOAD
        if "max-age" in asked and age >= _seconds(asked["max-age"]):
            return Use.VALIDATE
        if "min-fresh" in asked and remaining < _seconds(asked["min-fresh"]):
            return Use.VALIDATE
        if "max-stale" in asked:
            allowed_staleness = math.inf if asked["max-stale"] is None else _seconds(asked["max-stale"])
    if validated_always:
        return Use.VALIDATE
    if remaining > 0:
        return Use.FRESH
    # Section 4.2.4: some responses are never used when they are stale.
    strict = {"must-revalidate", *(("proxy-revalidate", "s-maxage") if rules.is_shared else ())}
    if rules.obeys_must_revalidate and not said.keys().isdisjoint(strict):
        return Use.VALIDATE
    if -remaining < allowed_staleness:
        return Use.FRESH
    if rules.grace is not None:
        directive = "stale-while-revalidate"
        grace = _seconds(said[directive]) if directive in said else rules.grace
        if -remaining < grace:
            return Use.STALE_WHILE_REVALIDATE
    return Use.VALIDATE


def validation_headers(stored: StoredResponse) -> list[tuple[bytes, bytes]]:
    """
    Return the headers that ask a server whether a stored response still holds (section 4.3.1); none if it cannot be.
    """
    validators = ((b"etag", b"If-None-Match"), (b"last-modified", b"If-Modified-Since"))
    values = [(header, stored.response.headers.get(validator)) for validator, header in validators]
    return [(header, value) for header, value in values if value is not None]


def freshen(
    stored: StoredResponse, request: HTTPRequest, validation: HTTPResponse, response_time: float, rules: CachingRules
) -> StoredResponse:
    """
    Return the stored response as a 304 confirms it: with the headers of the 304 in place of its own (section 3.2).
    """
    lines = [line for line in validation.headers if line[0].lower() not in BODY_HEADERS]
    new = {name.lower() for name, _ in lines}
    # NB: age and date were those of the older answer.
    kept = [line for line in stored.response.headers if line[0].lower() not in new | {b"age", b"date"}]
    response = attrs.evolve(stored.response, headers=HeaderList([*kept, *lines]))
    confirmed = to_stored(request, response, response_time, rules)
    # NB: it stays a response to the method and the headers that it was made for.
    return attrs.evolve(confirmed, request=stored.request)


def is_not_modified(response: HTTPResponse, request: HTTPRequest) -> bool:
    """
    Whether a request's own conditions are met by a response, so that it is answered with 304 (section 4.3.2).
    """
    if response.status != 200 or request.method not in SAFE_METHODS:
        return False
    headers = response.headers
    wanted = request.headers.get(b"if-none-match")
    if wanted is not None:
        etag = headers.get(b"etag")
        tags = {_weak(tag.strip(b"\t ")) for tag in wanted.split(b",")}
        return b"*" in tags or (etag is not None and _weak(etag) in tags)
    since = parse_http_date(request.headers.get(b"if-modified-since") or b"")
    modified = parse_http_date(headers.get(b"last-modified") or headers.get(b"date") or b"")
    return since is not None and modified is not None and modified <= since


def _weak(tag: bytes) -> bytes:
    return tag.removeprefix(b"W/")


def not_modified_response(response: HTTPResponse) -> HTTPResponse:
    """
    Return the 304 that says that *response* is what the client has already.
    """
    headers = HeaderList(line for line in response.headers if line[0].lower() not in BODY_HEADERS)
    return attrs.evolve(response, status=304, reason=b"Not Modified", headers=headers, body=b"")

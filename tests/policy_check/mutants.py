"""
Seeded faults: servers that follow a policy but for one thing, each a small change to the reference server.

`MUTANTS` are all faults on all policies; which of them a browser can notice at all, `grid` finds out.
"""

from __future__ import annotations

import re
from typing import Any, Final, NamedTuple

from browsercors import ANY_ORIGIN, Policy, ports_of, subdomains_of
from browsercors.policy.origins.patterns import AnyOrigin, OriginsWhere
from browsercors.policy.reference_server import ReferenceServer
from browsercors.servers.scripted import Answer
from browsercors.values.urls import parse_url

OWN_HEADERS: Final = {"Content-Type": "text/plain", "ETag": '"1"', "X-Request-Id": "1", "X-Secret": "2"}


def _raise(environ: Any) -> Answer:
    raise RuntimeError("boom")


ROUTES: Final[dict[str, Any]] = {
    "/": Answer(200, OWN_HEADERS, "hello"),
    "/items/": Answer(200, OWN_HEADERS, "items"),
    "GET /only": Answer(200, OWN_HEADERS, "only"),
    "/boom": _raise,
    "/public/page": Answer(200, OWN_HEADERS, "public"),
    "/private": Answer(200, OWN_HEADERS, "private"),
}
PATHS: Final = ("/", "/items/", "/only", "/boom", "/public/page", "/private")

POLICIES: Final = {
    "one origin": Policy(origins=["https://app.example.com"]),
    "credentials": Policy(
        origins=["https://app.example.com", "https://shop.example.org:8443"],
        methods=["GET", "HEAD", "POST", "PUT", "DELETE"],
        headers=["Content-Type", "X-A"],
        expose=["ETag"],
        credentials=True,
        max_age=600,
    ),
    "subdomains": Policy(
        origins=[subdomains_of("https://example.com")], methods=["GET", "PATCH"], headers=["Authorization"], max_age=0
    ),
    "ports": Policy(
        origins=[ports_of("http://localhost")],
        methods=["GET", "HEAD", "POST", "PUT"],
        headers=["X-A", "X-B"],
        expose=["ETag", "X-Request-Id"],
        credentials=True,
    ),
    "any": Policy(origins=ANY_ORIGIN, methods=["GET", "HEAD", "POST", "PUT"], headers=["X-A"], max_age=60),
    "paths": Policy(
        origins=["https://app.example.com"],
        methods=["GET", "HEAD", "POST", "PUT"],
        credentials=True,
        max_age=300,
        paths={"/public/*": Policy(origins=ANY_ORIGIN), "/private": None},
    ),
}


class Mutant(NamedTuple):
    """
    A server with a fault.
    """

    fault: str
    policy_name: str

    @property
    def policy(self) -> Policy:
        """
        What it should follow.
        """
        return POLICIES[self.policy_name]

    def server(self) -> ReferenceServer:
        """
        Return a new one.
        """
        return FAULTS[self.fault](self.policy, ROUTES)


FAULTS: dict[str, type[ReferenceServer]] = {}


def fault(name: str) -> Any:
    """
    Register a class, whose faults are its methods, under a name.
    """

    def register(server: type[ReferenceServer]) -> type[ReferenceServer]:
        FAULTS[name] = server
        return server

    return register


def texts_of(rule: Policy) -> list[str]:
    """
    Return the origins that a rule is made of, as a careless implementation keeps them.
    """
    return [
        pattern if isinstance(pattern, str) else pattern.origin
        for pattern in rule.origins
        if not isinstance(pattern, (AnyOrigin, OriginsWhere))
    ]


def careless(name: str, matches: Any) -> None:
    """
    Register a server that also allows the origins for which `matches(origin, listed origin)` holds.
    """

    class Careless(ReferenceServer):
        def allows(self, rule: Policy, origin: str) -> bool:
            return super().allows(rule, origin) or any(matches(origin, text) for text in texts_of(rule))

    FAULTS[name] = Careless


def host_of(origin: str) -> str:
    url = parse_url(origin)
    return "" if url is None else url.host


def without_port(origin: str) -> str:
    return re.sub(r":\d+\Z", "", origin)


def pattern_of(text: str) -> str:
    return text.replace("://", r"://([^.]+\.)?")


careless("origin: prefix", lambda origin, text: origin.startswith(text))
careless("origin: suffix of the host", lambda origin, text: origin.endswith(text.partition("://")[2]))
careless("origin: substring", lambda origin, text: text.partition("://")[2] in origin)
careless("origin: dot not escaped", lambda origin, text: re.fullmatch(text, origin))
careless("origin: dot not escaped, and no end", lambda origin, text: re.match(text, origin))
careless("origin: regular expression without end", lambda origin, text: re.match(re.escape(text), origin))
careless(
    "origin: regular expression without beginning",
    lambda origin, text: re.search(re.escape(host_of(text)) + r"\Z", origin),
)
careless("origin: case ignored", lambda origin, text: origin.lower() == text.lower())
careless("origin: port ignored", lambda origin, text: without_port(origin) == without_port(text))
careless("origin: scheme ignored", lambda origin, text: origin.partition("://")[2] == text.partition("://")[2])
careless("origin: host alone compared", lambda origin, text: host_of(origin) == host_of(text))
careless("origin: null allowed", lambda origin, text: origin == "null")
careless("origin: any subdomain", lambda origin, text: host_of(origin).endswith("." + host_of(text)))
careless(
    "origin: one label before",
    lambda origin, text: re.fullmatch(pattern_of(re.escape(text)), origin),
)
careless(
    "origin: above it", lambda origin, text: host_of(origin) != "" and host_of(text).endswith("." + host_of(origin))
)
careless("origin: same end", lambda origin, text: host_of(origin).split(".")[-2:] == host_of(text).split(".")[-2:])
careless("origin: trailing dot cut", lambda origin, text: origin.rstrip(".") == text)
careless("origin: https means trusted", lambda origin, text: origin.startswith("https://"))
careless("origin: local hosts trusted", lambda origin, text: host_of(origin) in ("localhost", "127.0.0.1"))
careless("origin: first letters", lambda origin, text: origin[:-1] == text or origin == text[:-1])
careless("origin: all reflected", lambda origin, text: origin != "")


@fault("origin: the last one forgotten")
class LastForgotten(ReferenceServer):
    def allows(self, rule: Policy, origin: str) -> bool:
        return super().allows(rule, origin) and origin != texts_of(rule)[-1]


@fault("origin: only the first text, always")
class StaticFirst(ReferenceServer):
    def origin_lines(self, rule: Policy, environ: Any) -> Any:
        return super().origin_lines(rule, {**environ, "HTTP_ORIGIN": (texts_of(rule) or [""])[0]})


@fault("origin: who asked first, for ever")
class FirstAsker(ReferenceServer):
    asked: str | None = None

    def origin_lines(self, rule: Policy, environ: Any) -> Any:
        lines = super().origin_lines(rule, environ)
        if lines and self.asked is None:
            self.asked = lines[0][1]
        return [(name, self.asked if name.endswith("Origin") else value) for name, value in lines]


@fault("origin: reflected for those with a cookie")
class CookieReflects(ReferenceServer):
    def origin_lines(self, rule: Policy, environ: Any) -> Any:
        origin = environ.get("HTTP_ORIGIN")
        if origin and "HTTP_COOKIE" in environ:
            return [("Access-Control-Allow-Origin", origin), ("Access-Control-Allow-Credentials", "true")]
        return super().origin_lines(rule, environ)


@fault("origin: compared with Referer")
class RefererTrusted(ReferenceServer):
    def origin_lines(self, rule: Policy, environ: Any) -> Any:
        referer = environ.get("HTTP_REFERER", "").rstrip("/")
        return super().origin_lines(rule, {**environ, "HTTP_ORIGIN": referer})


def value_fault(name: str, header: str, change: Any) -> None:
    """
    Register a server that says something else in one header: a text, or None for not at all.
    """

    class Changed(ReferenceServer):
        def preflight_lines(self, rule: Policy | None, environ: Any) -> Any:
            return self.changed(super().preflight_lines(rule, environ))

        def answer_lines(self, rule: Policy | None, environ: Any) -> Any:
            return self.changed(super().answer_lines(rule, environ))

        def changed(self, lines: Any) -> Any:
            told = [(each, change(value) if each == header else value) for each, value in lines]
            return [(each, value) for each, value in told if value is not None]

    FAULTS[name] = Changed


ACAO, ACAC = "Access-Control-Allow-Origin", "Access-Control-Allow-Credentials"
ACAM, ACAH = "Access-Control-Allow-Methods", "Access-Control-Allow-Headers"
ACEH, ACMA = "Access-Control-Expose-Headers", "Access-Control-Max-Age"

value_fault("value: wildcard for the origin", ACAO, lambda value: "*")
value_fault("value: trailing slash", ACAO, lambda value: f"{value}/")
value_fault("value: upper case", ACAO, str.upper)
value_fault("value: host alone", ACAO, host_of)
value_fault("value: port dropped", ACAO, without_port)
value_fault("value: list of origins", ACAO, lambda value: f"{value}, https://other.example")
value_fault("value: origins with a blank", ACAO, lambda value: f"{value} https://other.example")
value_fault("value: quoted", ACAO, lambda value: f'"{value}"')
value_fault("value: null", ACAO, lambda value: "null")
value_fault("value: True", ACAC, lambda value: "True")
value_fault("value: 1", ACAC, lambda value: "1")
value_fault("dropped: credentials", ACAC, lambda value: None)
value_fault("dropped: origin", ACAO, lambda value: None)
value_fault("dropped: methods", ACAM, lambda value: None)
value_fault("dropped: request headers", ACAH, lambda value: None)
value_fault("dropped: exposed headers", ACEH, lambda value: None)
value_fault("dropped: max-age", ACMA, lambda value: None)
value_fault("dropped: Vary", "Vary", lambda value: None)
value_fault("methods: lower case", ACAM, str.lower)
value_fault("methods: the last one forgotten", ACAM, lambda value: value.rpartition(", ")[0])
value_fault("methods: separated by semicolons", ACAM, lambda value: value.replace(",", ";"))
value_fault("methods: wildcard", ACAM, lambda value: "*")
value_fault("methods: DELETE as well", ACAM, lambda value: f"{value}, DELETE")
value_fault("methods: usual ones", ACAM, lambda value: "GET, HEAD, POST, PUT, PATCH, DELETE, OPTIONS")
value_fault("headers: upper case", ACAH, str.upper)
value_fault("headers: the first one forgotten", ACAH, lambda value: value.partition(", ")[2])
value_fault("headers: wildcard", ACAH, lambda value: "*")
value_fault("headers: Authorization as well", ACAH, lambda value: f"{value}, Authorization")
value_fault("expose: wildcard", ACEH, lambda value: "*")
value_fault("expose: X-Secret as well", ACEH, lambda value: f"{value}, X-Secret")
value_fault("expose: the last one forgotten", ACEH, lambda value: value.rpartition(", ")[0])
value_fault("max-age: ten times", ACMA, lambda value: f"{value}0")
value_fault("max-age: a second more", ACMA, lambda value: str(int(value) + 1))
value_fault("max-age: in milliseconds", ACMA, lambda value: f"{value}000")
value_fault("max-age: below zero", ACMA, lambda value: "-1")
value_fault("max-age: a word", ACMA, lambda value: f"{value}s")


def added_fault(name: str, line: tuple[str, str], *, preflight: bool, answer: bool, always: bool = False) -> None:
    """
    Register a server that says something more: where the origin is allowed, or always.
    """

    class Added(ReferenceServer):
        def preflight_lines(self, rule: Policy | None, environ: Any) -> Any:
            return self.added(super().preflight_lines(rule, environ), when=preflight)

        def answer_lines(self, rule: Policy | None, environ: Any) -> Any:
            return self.added(super().answer_lines(rule, environ), when=answer)

        def added(self, lines: Any, *, when: bool) -> Any:
            is_allowed = any(each == ACAO for each, _ in lines)
            others = [(each, value) for each, value in lines if each != line[0] or line[0] == ACAO]
            return [*others, line] if when and (always or is_allowed) else lines

    FAULTS[name] = Added


added_fault("added: credentials, always", (ACAC, "true"), preflight=True, answer=True, always=True)
added_fault("added: credentials where the origin is allowed", (ACAC, "true"), preflight=True, answer=True)
added_fault("added: credentials, in preflights", (ACAC, "true"), preflight=True, answer=False)
added_fault("added: wildcard beside the origin", (ACAO, "*"), preflight=True, answer=True)
added_fault("added: wildcard in answers", (ACAO, "*"), preflight=False, answer=True, always=True)
added_fault("added: a day of max-age", (ACMA, "86400"), preflight=True, answer=False)
added_fault("added: a minute of max-age", (ACMA, "60"), preflight=True, answer=False)
added_fault("added: any method", (ACAM, "*"), preflight=True, answer=False)
added_fault("added: PATCH", (ACAM, "PATCH"), preflight=True, answer=False)
added_fault("added: any header", (ACAH, "*"), preflight=True, answer=False)
added_fault("added: all exposed", (ACEH, "*"), preflight=False, answer=True)
added_fault("added: X-Secret exposed", (ACEH, "X-Secret"), preflight=False, answer=True)


@fault("methods: reflected")
class MethodsReflected(ReferenceServer):
    def allowed_methods(self, rule: Policy, asked: str) -> list[str]:
        return [asked]


@fault("headers: reflected")
class HeadersReflected(ReferenceServer):
    def allowed_headers(self, rule: Policy, asked: str) -> list[str]:
        return [asked] if asked else []


@fault("headers: only the first that is asked for")
class FirstHeader(ReferenceServer):
    def allowed_headers(self, rule: Policy, asked: str) -> list[str]:
        return [name for name in super().allowed_headers(rule, asked) if name.lower() == asked.partition(",")[0]]


@fault("preflight: for anyone")
class PreflightForAnyone(ReferenceServer):
    def preflight_lines(self, rule: Policy | None, environ: Any) -> Any:
        methods = environ["HTTP_ACCESS_CONTROL_REQUEST_METHOD"]
        headers = environ.get("HTTP_ACCESS_CONTROL_REQUEST_HEADERS", "")
        return [(ACAO, environ["HTTP_ORIGIN"]), (ACAC, "true"), (ACAM, methods), (ACAH, headers)]


@fault("preflight: without origin")
class PreflightWithoutOrigin(ReferenceServer):
    def preflight_lines(self, rule: Policy | None, environ: Any) -> Any:
        return [line for line in super().preflight_lines(rule, environ) if line[0] != ACAO]


@fault("preflight: without credentials")
class PreflightWithoutCredentials(ReferenceServer):
    def preflight_lines(self, rule: Policy | None, environ: Any) -> Any:
        return [line for line in super().preflight_lines(rule, environ) if line[0] != ACAC]


def status_fault(name: str, status: int) -> None:
    """
    Register a server that answers preflights with a status.
    """

    class Status(ReferenceServer):
        def __call__(self, environ: Any, start_response: Any) -> Any:
            def start(line: str, headers: Any) -> Any:
                told = f"{status} Told" if self.is_preflight(environ) else line
                return start_response(told, [*headers, ("Location", "/elsewhere")] if 300 <= status < 400 else headers)

            return super().__call__(environ, start)

    FAULTS[name] = Status


for _status in (301, 307, 400, 401, 403, 404, 405, 500, 304):
    status_fault(f"preflight: status {_status}", _status)


@fault("preflight: not known")
class NoPreflight(ReferenceServer):
    def is_preflight(self, environ: Any) -> bool:
        return False


@fault("preflight: only with headers")
class PreflightWithHeaders(ReferenceServer):
    def is_preflight(self, environ: Any) -> bool:
        return super().is_preflight(environ) and "HTTP_ACCESS_CONTROL_REQUEST_HEADERS" in environ


@fault("preflight: not below /items/")
class PreflightSomewhere(ReferenceServer):
    def is_preflight(self, environ: Any) -> bool:
        return super().is_preflight(environ) and not environ["PATH_INFO"].startswith("/items/")


@fault("preflight: breaks")
class PreflightBreaks(ReferenceServer):
    def preflight_lines(self, rule: Policy | None, environ: Any) -> Any:
        raise RuntimeError("broken")


@fault("answer: without credentials")
class AnswerWithoutCredentials(ReferenceServer):
    def answer_lines(self, rule: Policy | None, environ: Any) -> Any:
        return [line for line in super().answer_lines(rule, environ) if line[0] != ACAC]


@fault("answer: without origin")
class AnswerWithoutOrigin(ReferenceServer):
    def answer_lines(self, rule: Policy | None, environ: Any) -> Any:
        return [line for line in super().answer_lines(rule, environ) if line[0] != ACAO]


@fault("answer: reflects the origin")
class AnswerReflects(ReferenceServer):
    def answer_lines(self, rule: Policy | None, environ: Any) -> Any:
        others = [line for line in super().answer_lines(rule, environ) if line[0] not in (ACAO, ACAC)]
        return [(ACAO, environ.get("HTTP_ORIGIN", "*")), (ACAC, "true"), *others]


@fault("answer: origin of another path's rule")
class OneRule(ReferenceServer):
    def rule(self, environ: Any) -> Policy | None:
        return self.policy


def partly(name: str, applies: Any) -> None:
    """
    Register a server that forgets all headers of CORS where `applies(environ, status)` holds.
    """

    class Partly(ReferenceServer):
        def __call__(self, environ: Any, start_response: Any) -> Any:
            def start(line: str, headers: Any) -> Any:
                if not self.is_preflight(environ) and applies(environ, int(line[:3])):
                    headers = [each for each in headers if not each[0].startswith("Access-Control-")]
                return start_response(line, headers)

            return super().__call__(environ, start)

    FAULTS[name] = Partly


partly("forgotten on: errors", lambda environ, status: status >= 400)
partly("forgotten on: 404", lambda environ, status: status == 404)
partly("forgotten on: 405", lambda environ, status: status == 405)
partly("forgotten on: 500", lambda environ, status: status == 500)
partly("forgotten on: redirects", lambda environ, status: 300 <= status < 400)
partly("forgotten on: HEAD", lambda environ, status: environ["REQUEST_METHOD"] == "HEAD")
partly("forgotten on: POST", lambda environ, status: environ["REQUEST_METHOD"] == "POST")
partly("forgotten on: PUT", lambda environ, status: environ["REQUEST_METHOD"] == "PUT")
partly("forgotten on: cookies", lambda environ, status: "HTTP_COOKIE" in environ)
partly("forgotten on: one path", lambda environ, status: environ["PATH_INFO"] == "/items/")
partly("forgotten on: nothing that matters", lambda environ, status: environ["REQUEST_METHOD"] == "TRACE")


@fault("changes its mind: every third answer")
class EveryThird(ReferenceServer):
    count = 0

    def origin_lines(self, rule: Policy, environ: Any) -> Any:
        self.count += 1
        return [] if self.count % 3 == 0 else super().origin_lines(rule, environ)


MUTANTS: Final = [Mutant(fault_name, policy_name) for fault_name in FAULTS for policy_name in POLICIES]
KINDS: Final = sorted({name.partition(":")[0] for name in FAULTS})

__all__ = ["FAULTS", "KINDS", "MUTANTS", "PATHS", "POLICIES", "ROUTES", "Mutant"]

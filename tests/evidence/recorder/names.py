"""
Which host a scenario's symbolic origin stands for, on each transport.

A scenario says `{app}` or `{api}`, never a host, because the same scenario is recorded on several transports. Every run
of a scenario gets host names of its own (a token inside the registrable label), so that no cache, cookie or connection
of one run reaches the next, while one browser process serves thousands of them. What is written down has the tokens
taken out again, so that two runs can be compared.
"""

import re
from typing import Final

import attrs

TRANSPORTS: Final = ("localhost", "tls", "plain", "listed", "sites", "spaces", "streams")

ONE_SITE_EACH: Final = frozenset({"localhost", "streams"})
"""The transports on which each name is a site of its own, so that runs may share a page."""

LOOPBACK: Final = "127.0.0.1"
PRIVATE: Final = "10.99.0.1"
PUBLIC: Final = "203.0.113.1"
"""An address of each space; all of them end at the recorder, whose network has no way out."""

SPACES: Final = {LOOPBACK: "loopback", PRIVATE: "local"}
"""The address spaces of those that are not public."""

ADDRESSES: Final = {
    **dict.fromkeys(("localhost", "test", "com"), LOOPBACK),
    **dict.fromkeys(("internal", "local"), PRIVATE),
    "example": PUBLIC,
}
"""Where names end, by their last label."""

_TOKEN = re.compile(r"q\d+[ab]-", re.IGNORECASE)
_OBJECT_URL = re.compile(r"(blob:[^\s'\"]*/)[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}")
_PLACEHOLDER = re.compile(r"\{([a-z]+)(?:\.([a-z]+))?\}")


@attrs.frozen
class Place:
    """
    One symbolic origin on one transport.

    Attributes:
        scheme: `http` or `https`.
        host: The canonical host, without a token.
        port: The port listened on.
    """

    scheme: str
    host: str
    port: int

    def host_for(self, token: str) -> str:
        """
        Name the host of this place in the run called *token*; the canonical host if *token* is empty.

        NB: the token goes into the label before the last, so that each run has a registrable domain of its own and
        hosts that are the same site stay the same site.
        """
        if not token or self.has_address:
            return self.host
        labels = self.host.split(".")
        labels[-2] = f"{token}-{labels[-2]}"
        return ".".join(labels)

    @property
    def has_address(self) -> bool:
        """
        Whether the host is an IP address, which no token fits into.
        """
        return self.host in (LOOPBACK, PRIVATE, PUBLIC)

    @property
    def address(self) -> str:
        """
        The address at which the place is found.
        """
        return self.host if self.has_address else ADDRESSES[self.host.rpartition(".")[2]]

    def domain_for(self, token: str) -> str:
        """
        Name the registrable domain of this place in the run called *token*.
        """
        return ".".join(self.host_for(token).split(".")[-2:])

    def authority_for(self, token: str) -> str:
        """
        Host and port as a Host header has them: a default port is left out.
        """
        default = {"http": 80, "https": 443}[self.scheme]
        return self.host_for(token) + ("" if self.port == default else f":{self.port}")

    def origin_for(self, token: str) -> str:
        """
        Serialize the origin.
        """
        return f"{self.scheme}://{self.authority_for(token)}"


# `app` is the page. `sub` is its site under another host, `alt` its host under another port, `api` is what most
# scenarios ask (another site on localhost, where each name is a site; the same site on the others), `other` and `third`
# are other sites everywhere. `...plain` is the place without TLS, for mixed content.
PLACES: Final[dict[str, dict[str, Place]]] = {
    "localhost": {
        "app": Place("http", "app.localhost", 8000),
        "alt": Place("http", "app.localhost", 8001),
        "sub": Place("http", "sub.app.localhost", 8000),
        "api": Place("http", "api.localhost", 8000),
        "other": Place("http", "other.localhost", 8000),
        "third": Place("http", "third.localhost", 8000),
    },
    "tls": {
        "app": Place("https", "app.example.test", 443),
        "alt": Place("https", "app.example.test", 8443),
        "sub": Place("https", "sub.example.test", 443),
        "api": Place("https", "api.example.test", 443),
        "other": Place("https", "api.other.test", 443),
        "third": Place("https", "api.third.test", 443),
        "appplain": Place("http", "app.example.test", 80),
        "apiplain": Place("http", "api.example.test", 80),
        "otherplain": Place("http", "api.other.test", 80),
        "loopback": Place("http", "api.localhost", 8000),
    },
    "plain": {
        "app": Place("http", "app.example.test", 80),
        "alt": Place("http", "app.example.test", 8080),
        "sub": Place("http", "sub.example.test", 80),
        "api": Place("http", "api.example.test", 80),
        "other": Place("http", "api.other.test", 80),
        "third": Place("http", "api.third.test", 80),
        "appsecure": Place("https", "app.example.test", 443),
        "apisecure": Place("https", "api.example.test", 443),
        "othersecure": Place("https", "api.other.test", 443),
    },
}


# As on `tls`, under a suffix that the Public Suffix List names: WebKit decides by it whose cookies to take.
PLACES["listed"] = {
    role: attrs.evolve(place, host=place.host.replace(".test", ".com")) for role, place in PLACES["tls"].items()
}

# Address spaces: pages and servers of a public site, of a private network, and of this machine. Which it is, the name
# says (`localhost`, `local`), or the address that it stands for (`...ip` is the address itself).
PLACES["spaces"] = {
    "app": Place("https", "app.site.example", 443),
    "appplain": Place("http", "app.site.example", 80),
    "api": Place("https", "api.other.example", 443),
    "apiplain": Place("http", "api.other.example", 80),
    "embedded": Place("https", "frame.embedded.example", 443),
    "local": Place("https", "api.home.internal", 443),
    "localplain": Place("http", "api.home.internal", 80),
    "localip": Place("http", PRIVATE, 80),
    "mdns": Place("http", "api.home.local", 80),
    "loopback": Place("http", "api.localhost", 8000),
    "loopbackip": Place("http", LOOPBACK, 8000),
    "loopbackname": Place("https", "api.loop.test", 443),
    "loopbacknameplain": Place("http", "api.loop.test", 80),
    "localapp": Place("https", "app.home.internal", 443),
    "localappplain": Place("http", "app.home.internal", 80),
    "loopbackapp": Place("http", "app.localhost", 8000),
}

# Two sites and more, each over http and https, with an API in the site of the page: what scenarios about where a page
# stands need.
PLACES["sites"] = {
    "app": Place("http", "app.localhost", 80),
    "alt": Place("http", "app.localhost", 8080),
    "api": Place("http", "api.app.localhost", 80),
    "apialt": Place("http", "api.app.localhost", 8080),
    "other": Place("http", "other.localhost", 80),
    "third": Place("http", "third.localhost", 80),
    "appsecure": Place("https", "app.localhost", 443),
    "apisecure": Place("https", "api.app.localhost", 443),
    "othersecure": Place("https", "other.localhost", 443),
}

# As on `localhost`, on the port where browsers still take HTTP/0.9: what scenarios about the bytes of a response need.
PLACES["streams"] = {
    role: attrs.evolve(PLACES["localhost"][role], port=80) for role in ("app", "sub", "api", "other", "third")
}
PLACES["streams"]["apisecure"] = Place("https", "api.localhost", 443)

# The places that belong to the page: runs which share a page share these.
OF_THE_PAGE: Final = ("app", "alt", "sub", "appplain", "appsecure")


def fill(text: str, transport: str, token: str, page_token: str | None = None) -> str:
    """
    Put real origins into *text*: `{api}`, or a part of one, `{api.host}`, `{api.authority}`, `{api.domain}`.

    Anything else in braces stays as it is: scripted headers may contain braces of their own.

    Args:
        text: With placeholders in it.
        transport: The transport recorded on.
        token: Of the run.
        page_token: Of the run whose page this one shares, for the places that belong to the page.
    """
    own, shared = token, token if page_token is None else page_token

    def replace(match: re.Match[str]) -> str:
        place = PLACES[transport].get(match[1])
        token = shared if match[1] in OF_THE_PAGE else own
        if place is None:
            return match[0]
        if match[2] is None:
            return place.origin_for(token)
        if match[2] == "host":
            return place.host_for(token)
        if match[2] == "authority":
            return place.authority_for(token)
        if match[2] == "domain":
            return place.domain_for(token)
        if match[2] == "port":
            return str(place.port)
        return match[0]

    return _PLACEHOLDER.sub(replace, text)


def without_token(text: str) -> str:
    """
    Take the tokens of a run out of *text*, so that it names the canonical hosts, and what is chance in `blob:` URLs.
    """
    return _OBJECT_URL.sub(r"\1{number}", _TOKEN.sub("", text))


def token_in(text: str) -> str:
    """
    Find the token of the run whose hosts *text* names, or an empty string.
    """
    match = _TOKEN.search(text)
    return match[0][:-1].lower() if match else ""


def last_token_in(text: str) -> str:
    """
    Find the token of the run whose hosts *text* names last, or an empty string.
    """
    return next((match[0][:-1].lower() for match in reversed(list(_TOKEN.finditer(text)))), "")


def role_of(transport: str, port: int, host: str) -> str:
    """
    Find the symbolic name of the place that *host* (with or without a token) and *port* stand for, if there is one.
    """
    # NB: a dot at the end makes another host of it, which is found at the same place.
    plain = without_token(host).removesuffix(".")
    for role, place in PLACES[transport].items():
        if place.host == plain and place.port == port:
            return role
    return ""

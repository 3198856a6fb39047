"""
The table of checks: what each finding is called, what a page gains by it, how bad that is, and what to change.

The severity of what a page reads depends on whether credentials go along, and on whether it was said which origins are
meant. Without that, only what nobody can mean is more than a remark. What the path itself gives away lowers it: whoever
reads only an error gains little.
"""

from __future__ import annotations

from typing import Final, NamedTuple

from browsercors.audits.findings import Severity
from browsercors.policy.origins.left_behind_origins import LeftBehindKind
from browsercors.policy.origins.near_misses import NearMissKind

__all__ = ["CHECKS", "CODE_OF_KIND", "KEEP_OUT", "Check", "Severities"]

INFO, LOW, MEDIUM, HIGH, CRITICAL = Severity


class Severities(NamedTuple):
    """
    The severities of a finding.

    Attributes:
        meant: With credentials, and it was said which origins are meant.
        unsaid: With credentials, and it was not.
        plain_meant: Without credentials, and it was said.
        plain_unsaid: Without credentials, and it was not.
    """

    meant: Severity
    unsaid: Severity
    plain_meant: Severity
    plain_unsaid: Severity

    def choose(self, *, credentials: bool, is_said: bool) -> Severity:
        """
        Return the one that fits.
        """
        if credentials:
            return self.meant if is_said else self.unsaid
        return self.plain_meant if is_said else self.plain_unsaid


class Check(NamedTuple):
    """
    What there is to say about a finding.

    Attributes:
        title: What is found.
        gain: Who gains what.
        fix: What to change.
        severities: How bad it is.
    """

    title: str
    gain: str
    fix: str
    severities: Severities


def _always(severity: Severity) -> Severities:
    return Severities(severity, severity, severity, severity)


# Anyone can have a page under such a name.
FOREIGN: Final = Severities(HIGH, HIGH, MEDIUM, LOW)
# Only those who control part of the same site can, or those on the network path.
RELATED: Final = Severities(MEDIUM, INFO, LOW, INFO)
# As without CORS, except for servers that visitors reach and the world does not.
PUBLIC: Final = Severities(CRITICAL, CRITICAL, MEDIUM, INFO)
RARE: Final = Severities(LOW, LOW, INFO, INFO)
AGAINST_YOU: Final = _always(INFO)

WHOLE: Final = "Compare the whole origin, byte for byte, with a list of the origins that you allow."
ANCHORED: Final = f"{WHOLE} If it has to be a regular expression, match all of it: ^...$, or fullmatch."
REMOVE: Final = "Remove it from the allowed origins in production."
OF_ANYONE: Final = "Anyone can have a page at such an origin, and it can read the responses."

CHECKS: Final[dict[str, Check]] = {
    "any-origin-credentials": Check(
        "Every site can read responses to requests with credentials",
        "Any page that a visitor opens can read what the server shows to this visitor.",
        f"{WHOLE} Do not return the value of the Origin header unchecked together with "
        "Access-Control-Allow-Credentials: true; some packages do so for a wildcard with credentials.",
        PUBLIC,
    ),
    "null-credentials": Check(
        "null is allowed, with credentials",
        "Any site can make pages whose origin is null: it puts them into a sandboxed frame.",
        "Remove null from the allowed origins. If a redirect needed it, let the page request the final URL.",
        PUBLIC,
    ),
    "any-origin": Check(
        "Every origin is returned, without credentials",
        "Any page that a visitor opens can read what the server shows to everybody who can reach it.",
        "If everybody is meant, Access-Control-Allow-Origin: * says so and needs no Vary. Otherwise compare the "
        "origin with a list.",
        PUBLIC,
    ),
    "wildcard": Check(
        "Every site can read responses to requests without credentials: Access-Control-Allow-Origin: *",
        "Any page that a visitor opens can read what the server shows to everybody who can reach it.",
        "This is right for public data. Otherwise compare the origin with a list.",
        PUBLIC,
    ),
    "null": Check(
        "null is allowed, without credentials",
        "Any site can make pages whose origin is null: it puts them into a sandboxed frame.",
        "Remove null from the allowed origins.",
        PUBLIC,
    ),
    "prefix": Check(
        "Origins that only begin like an allowed one are allowed",
        OF_ANYONE,
        ANCHORED,
        FOREIGN,
    ),
    "suffix": Check(
        "Origins that only end like an allowed one are allowed",
        "Anyone can register such a name, and its pages can read the responses.",
        f"{WHOLE} If all subdomains are meant, the comparison has to include the dot before the domain.",
        FOREIGN,
    ),
    "substring": Check(
        "Origins that only contain an allowed one, or a part of it, are allowed",
        OF_ANYONE,
        ANCHORED,
        FOREIGN,
    ),
    "unescaped-dot": Check(
        "A dot stands for any character",
        "Anyone can register such a name, and its pages can read the responses.",
        r"Escape the dots of the regular expression (\.), or compare with a list.",
        FOREIGN,
    ),
    "public-suffix-sibling": Check(
        "Everything under a public suffix is allowed",
        "Anyone can have a name under it, and its pages can read the responses.",
        f"{WHOLE} If all subdomains are meant, name a domain that is your own.",
        FOREIGN,
    ),
    "idna": Check(
        "Origins that look like an allowed one are allowed",
        "Anyone can register the look-alike, and its pages can read the responses.",
        f"{WHOLE} Browsers send hosts in punycode, so nothing has to be normalised.",
        FOREIGN,
    ),
    "special-character": Check(
        "A special character ends the comparison",
        f"{OF_ANYONE} Only browsers that keep the character in a host can load it.",
        ANCHORED,
        FOREIGN,
    ),
    "shared-hosting": Check(
        "A service where anyone can publish pages is allowed",
        "Anyone can publish a page there, and it can read the responses.",
        "Allow the one name there that is yours, or none.",
        FOREIGN,
    ),
    "tunnel": Check(
        "A tunnel service is allowed",
        "Anyone can open a tunnel there, and its pages can read the responses.",
        REMOVE,
        FOREIGN,
    ),
    "subdomain": Check(
        "Every subdomain is allowed",
        "One subdomain is enough to read the responses: through a fault in one of its pages, or through a DNS name "
        "that points to a service nobody uses any more.",
        f"{WHOLE} If every subdomain is meant, say so to the audit: subdomains_of('https://example.com').",
        RELATED,
    ),
    "superdomain": Check(
        "The domain above an allowed origin is allowed",
        "A page of the domain above can read the responses, although it was not named.",
        WHOLE,
        RELATED,
    ),
    "staging": Check(
        "A name that other deployments have is allowed",
        "A page of that deployment can read the responses. Staging sites are often less well protected.",
        REMOVE,
        RELATED,
    ),
    "scheme": Check(
        "The same host over another scheme is allowed",
        "Someone on the same network can alter an http page, and then read your https API through it.",
        "Compare the scheme too, and allow https only.",
        Severities(MEDIUM, LOW, LOW, INFO),
    ),
    "port": Check(
        "Other ports of an allowed host are allowed",
        "Whatever listens on another port of that host can read the responses.",
        "Compare the port too. If every port is meant, say so to the audit: ports_of('https://example.com').",
        RELATED,
    ),
    "trailing-dot": Check(
        "The host with a dot at its end is allowed",
        "It is the same machine, but another origin: pages there can read the responses without being allowed.",
        WHOLE,
        RARE,
    ),
    "address": Check(
        "Another name of the same machine is allowed",
        "Whatever listens under the other name can read the responses.",
        WHOLE,
        RARE,
    ),
    "development-server": Check(
        "A development server on the visitor's own machine is allowed",
        "Whatever listens on that port of a visitor's machine can read the responses. It is usually left over from "
        "development.",
        REMOVE,
        RARE,
    ),
    "loopback": Check(
        "The visitor's own machine is allowed",
        "Any program on a visitor's machine that serves pages can read the responses.",
        REMOVE,
        RARE,
    ),
    "local-network": Check(
        "A machine in the visitor's local network is allowed",
        "Every network has a machine of its own at that address or name, and its pages can read the responses.",
        REMOVE,
        RARE,
    ),
    "app": Check(
        "An origin that many apps share is allowed",
        "Every app that is built with the same tool has this origin, and its pages can read the responses.",
        "Allow it only if your own app needs it, and then without credentials.",
        RARE,
    ),
    "unsafe-request": Check(
        "A preflight passes for every site, although the response is refused",
        "Any page can make the browser send a request that needs permission. The server carries it out, whether or not "
        "the page can read the response.",
        "Refuse the preflight by the same rule as the response: no Access-Control-Allow-Origin for other origins.",
        Severities(HIGH, HIGH, MEDIUM, MEDIUM),
    ),
    "element-opens": Check(
        "An element shows every site what a fetch may not read",
        "Any page that a visitor opens can load it as an image, a script, a style sheet or media with crossorigin, and "
        "look into it.",
        "Let the value of Origin alone decide, and not Accept, Sec-Fetch-Dest or the name of the file. " + WHOLE,
        PUBLIC,
    ),
    "websocket-hijacking": Check(
        "Every site can open the WebSocket with the cookies of the visitor: Origin is not looked at",
        "Any page that a visitor opens can send and read messages there as this visitor (cross-site WebSocket "
        "hijacking), unless the first message has to prove who it is. CORS does not apply to WebSockets.",
        "Compare Origin with a list before the handshake is accepted, and refuse it with 403 otherwise.",
        Severities(CRITICAL, HIGH, MEDIUM, LOW),
    ),
    "script-inclusion": Check(
        "Every site can run a response as a script, and has its data then",
        "Any page that a visitor opens can include it with <script>, cookies go along, and the data are given to a "
        "function or a name of that page (JSONP). It needs no CORS for that.",
        "Respond with JSON and X-Content-Type-Options: nosniff whatever parameters are sent, and let pages read it by "
        "CORS. If anyone may have the data, leave cookies out of account.",
        Severities(HIGH, MEDIUM, MEDIUM, INFO),
    ),
    "timing-open": Check(
        "Every site sees how large responses are and how long they take: Timing-Allow-Origin",
        "Any page that a visitor opens can tell states of the visitor apart whose responses differ in size or time, "
        "though it cannot read them.",
        "Send Timing-Allow-Origin only with public files, or name the origins that measure them.",
        RARE,
    ),
    "cache-opens": Check(
        "A response in a cache is readable for a site that the server refuses",
        "A page can read what a cache stored for another request.",
        "Send Vary: Origin with every response of this path, also to requests without Origin.",
        _always(MEDIUM),
    ),
    "private-network": Check(
        "Every site is let into the private network",
        "Little today: Access-Control-Allow-Private-Network: true for any site let pages of the internet ask a server "
        "that only the visitor's network reaches, while Chromium asked for it. Since version 142 it asks the visitor.",
        "Send the header to the origins that are meant, or not at all.",
        _always(LOW),
    ),
    "methods-unlimited": Check(
        "Every method is allowed",
        "Pages that may read may also use any method, even one that was made up for the audit.",
        "List the methods that pages need in Access-Control-Allow-Methods.",
        AGAINST_YOU,
    ),
    "headers-unlimited": Check(
        "Every request header is allowed",
        "Pages that may read may also set any header, even one that was made up for the audit.",
        "List the headers that pages need in Access-Control-Allow-Headers.",
        AGAINST_YOU,
    ),
    "max-age": Check(
        "Access-Control-Max-Age is above every browser's limit",
        "No page gains anything. Firefox remembers a preflight for at most 86400 seconds, Chromium for 7200, WebKit "
        "for 600.",
        "Access-Control-Max-Age: 86400 has the same effect. Browsers remember only what is allowed: choose a smaller "
        "value if a permission that you withdraw has to end sooner.",
        AGAINST_YOU,
    ),
    "allowed-origin-blocked": Check(
        "A page that is meant to read is refused",
        "No page gains anything: your own page is kept out.",
        "Add the origin to the allowed ones, exactly as browsers write it: no slash at the end, no default port, lower "
        "case.",
        AGAINST_YOU,
    ),
    "credentials-blocked": Check(
        "A page that is meant to read is refused with credentials",
        "No page gains anything: your own page is kept out as soon as it sends cookies.",
        "Respond with the page's origin and Access-Control-Allow-Credentials: true.",
        AGAINST_YOU,
    ),
    "wildcard-with-credentials": Check(
        "A wildcard stands beside Access-Control-Allow-Credentials: true",
        "No page gains anything: a wildcard does not match requests with credentials, so your own pages are refused "
        "too when they send them.",
        "Leave Access-Control-Allow-Credentials out, or name the origins.",
        AGAINST_YOU,
    ),
    "preflight-blocked": Check(
        "The preflight of a page that is meant to ask is refused",
        "No page gains anything: your own page cannot make a request that it needs.",
        "Respond to the preflight with a status from 200 to 299, and name the page's origin, the method and the "
        "headers.",
        AGAINST_YOU,
    ),
    "answer-without-headers": Check(
        "The preflight passes, but the response cannot be read",
        "No page gains anything: your own page gets its request sent and sees an error.",
        "Send the CORS headers with the response too, not only with the response to the preflight.",
        AGAINST_YOU,
    ),
    "error-without-headers": Check(
        "Error responses lack the CORS headers",
        "No page gains anything: your own page sees a network error in place of the status and the message.",
        "Send the CORS headers with error responses too. Find out which layer wrote this one: an error that is made "
        "outside of the CORS layer, by a proxy or another middleware, has none of its headers.",
        AGAINST_YOU,
    ),
    "redirect-without-headers": Check(
        "A redirect keeps pages from reading",
        "No page gains anything: your own page cannot follow it.",
        "Let the page request the final URL, or send the CORS headers with the redirect. A preflight may not be "
        "redirected at all.",
        AGAINST_YOU,
    ),
    "missing-vary": Check(
        "A cache can keep your own pages from reading: Vary: Origin is missing",
        "No page reads more. But what a cache stored for one request is given to a page that it does not fit.",
        "Send Vary: Origin with every response of this path, also with refusals and to requests without Origin.",
        AGAINST_YOU,
    ),
    "preflight-cache": Check(
        "A cache that stores responses to preflights mixes them up",
        "Such a cache gives one preflight the response to another. So your own pages are refused, or requests get "
        "through that the server would refuse.",
        "Let no shared cache store responses to OPTIONS (Cache-Control: no-store), or send Vary: Origin, "
        "Access-Control-Request-Method, Access-Control-Request-Headers with each of them.",
        _always(LOW),
    ),
    "fixed-origin": Check(
        "Requests without Origin get the name of one page",
        "No page reads more. But a cache that ignores Vary, or whose key lacks Origin, gives that response to other "
        "pages that are meant to read, and they cannot.",
        "Make Origin part of the cache's key, or let no shared cache store these responses (Cache-Control: private). "
        "Public data can say Access-Control-Allow-Origin: * to everybody.",
        AGAINST_YOU,
    ),
}

KEEP_OUT: Final[frozenset[str]] = frozenset(
    {
        "allowed-origin-blocked",
        "answer-without-headers",
        "credentials-blocked",
        "error-without-headers",
        "preflight-blocked",
        "redirect-without-headers",
    }
)
"""
The findings in which a response keeps out a page that is meant to read, so that it matters who answered.

Of responses that keep out other pages nobody is told how to let them in.
"""

CODE_OF_KIND: Final[dict[NearMissKind, str]] = {
    **{kind: kind.value for kind in NearMissKind if kind is not NearMissKind.NULL},
    # NB: a sibling is a subdomain of the site.
    NearMissKind.SIBLING: "subdomain",
}
"""Which finding a near miss that reads is."""

CODE_OF_LEFT_BEHIND: Final[dict[LeftBehindKind, str]] = {
    kind: kind.value for kind in LeftBehindKind if kind is not LeftBehindKind.EXTENSION
}
"""Which finding an origin is that people leave in allow-lists; no page of a browser has that of an extension."""

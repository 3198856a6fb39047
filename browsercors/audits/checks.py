"""
The table of checks: what each finding is called, what a page gains by it, how bad that is, and what to change.

The severity of what a page reads depends on two things: whether credentials go along, and whether it was said which
origins are meant. Without that, only what nobody can mean is more than a remark.
"""

from __future__ import annotations

from typing import Final, NamedTuple

from browsercors.audits.findings import Severity
from browsercors.policy.origins.near_misses import NearMissKind

__all__ = ["CHECKS", "CODE_OF_KIND", "Check", "Severities"]

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
# Only who has something of the same site can, or who sits on the way.
RELATED: Final = Severities(MEDIUM, INFO, LOW, INFO)
# As without CORS, but for servers that visitors reach and the world does not.
PUBLIC: Final = Severities(CRITICAL, CRITICAL, MEDIUM, INFO)
RARE: Final = Severities(LOW, LOW, INFO, INFO)
AGAINST_YOU: Final = _always(INFO)

WHOLE: Final = "Compare the whole origin with a list of those that are meant, byte for byte."
ANCHORED: Final = f"{WHOLE} Where it has to be a regular expression, match all of it: ^...$, or fullmatch."

CHECKS: Final[dict[str, Check]] = {
    "any-origin-credentials": Check(
        "Every site reads answers to requests with credentials",
        "Any page that a visitor opens reads what the server shows to this visitor.",
        f"{WHOLE} Do not return the Origin header's value unchecked together with "
        "Access-Control-Allow-Credentials: true; some packages do so for a wildcard with credentials.",
        PUBLIC,
    ),
    "null-credentials": Check(
        "null is allowed, with credentials",
        "Any site has pages of the origin null: it puts them into a sandboxed frame.",
        "Take null out of the allowed origins. Where it was let in for a redirect, let the page ask the final URL.",
        PUBLIC,
    ),
    "any-origin": Check(
        "Every origin is returned, without credentials",
        "Any page that a visitor opens reads what the server shows to everybody that can reach it.",
        "If everybody is meant, Access-Control-Allow-Origin: * says so, and needs no Vary. Otherwise compare the "
        "origin with a list.",
        PUBLIC,
    ),
    "wildcard": Check(
        "Every site reads answers to requests without credentials: Access-Control-Allow-Origin: *",
        "Any page that a visitor opens reads what the server shows to everybody that can reach it.",
        "Fine for what is public anyway. Otherwise compare the origin with a list.",
        PUBLIC,
    ),
    "null": Check(
        "null is allowed, without credentials",
        "Any site has pages of the origin null: it puts them into a sandboxed frame.",
        "Take null out of the allowed origins.",
        PUBLIC,
    ),
    "prefix": Check(
        "Origins that only begin like an allowed one are allowed",
        "Anyone who puts a page under such a name reads.",
        ANCHORED,
        FOREIGN,
    ),
    "suffix": Check(
        "Origins that only end like an allowed one are allowed",
        "Anyone who registers such a name reads.",
        f"{WHOLE} Where all subdomains are meant, the comparison has to include the dot before the domain.",
        FOREIGN,
    ),
    "substring": Check(
        "Origins that only contain an allowed one, or a part of it, are allowed",
        "Anyone who puts a page under such a name reads.",
        ANCHORED,
        FOREIGN,
    ),
    "unescaped-dot": Check(
        "A dot stands for any character",
        "Anyone who registers such a name reads.",
        r"Escape the dots of the regular expression (\.), or compare with a list.",
        FOREIGN,
    ),
    "public-suffix-sibling": Check(
        "Everything under a public suffix is allowed",
        "Everyone can have a name under it, and so reads.",
        f"{WHOLE} Where all subdomains are meant, name a domain that is your own.",
        FOREIGN,
    ),
    "idna": Check(
        "Origins that look like an allowed one are allowed",
        "Anyone who registers the look-alike reads.",
        f"{WHOLE} Browsers send hosts in punycode: nothing has to be normalised.",
        FOREIGN,
    ),
    "special-character": Check(
        "A special character ends the comparison",
        "Anyone who puts a page under such a name reads, in browsers that keep the character in a host.",
        ANCHORED,
        FOREIGN,
    ),
    "third-party": Check(
        "A service where everybody can put pages is allowed",
        "Anyone puts a page there and reads.",
        "Allow the one name there that is yours, or none.",
        FOREIGN,
    ),
    "subdomain": Check(
        "Every subdomain is allowed",
        "Whoever has one subdomain reads: by a fault of one page there, or by a DNS name that was left behind.",
        f"{WHOLE} If every subdomain is meant, say so to the audit: subdomains_of('https://example.com').",
        RELATED,
    ),
    "superdomain": Check(
        "The domain above an allowed origin is allowed",
        "A page of the domain above reads, though it was not named.",
        WHOLE,
        RELATED,
    ),
    "scheme": Check(
        "The same host over another scheme is allowed",
        "Who sits on the visitor's way (a Wi-Fi network) writes the page that http loads, and reads over https.",
        "Compare the scheme as well, and allow https only.",
        Severities(MEDIUM, LOW, LOW, INFO),
    ),
    "port": Check(
        "Other ports of an allowed host are allowed",
        "Whatever else listens on that host reads.",
        "Compare the port as well. If every port is meant, say so to the audit: ports_of('https://example.com').",
        RELATED,
    ),
    "trailing-dot": Check(
        "The host with a dot at its end is allowed",
        "The same machine under another origin, which has no part in what is stored for the first, reads.",
        WHOLE,
        RARE,
    ),
    "address": Check(
        "Another name of the same machine is allowed",
        "What listens under the other name reads.",
        WHOLE,
        RARE,
    ),
    "local-origin": Check(
        "Pages of the visitor's own machine are allowed",
        "Whatever listens on that port of a visitor's machine reads; most often it is left over from development.",
        "Allow it in development only.",
        RARE,
    ),
    "unsafe-request": Check(
        "A preflight passes for every site, though the answer is refused",
        "Any page gets a request to the server that browsers would have asked about first. What it does is done, "
        "whether the answer can be read or not.",
        "Refuse the preflight by the same rule as the answer: no Access-Control-Allow-Origin for other origins.",
        Severities(HIGH, HIGH, MEDIUM, MEDIUM),
    ),
    "cache-opens": Check(
        "An answer in a cache is readable for a site that the server refuses",
        "A page reads what a cache kept from another request.",
        "Send Vary: Origin with every answer of this path, also with those to requests without Origin.",
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
        "Pages that may read may also use any method, one that was made up for the audit as well.",
        "List the methods that pages need in Access-Control-Allow-Methods.",
        AGAINST_YOU,
    ),
    "headers-unlimited": Check(
        "Every request header is allowed",
        "Pages that may read may also set any header, one that was made up for the audit as well.",
        "List the headers that pages need in Access-Control-Allow-Headers.",
        AGAINST_YOU,
    ),
    "max-age": Check(
        "Preflights are to be remembered for longer than any browser does",
        "Nothing: Firefox stops at 86400 seconds, Chromium at 7200, WebKit at 600.",
        "Access-Control-Max-Age: 86400 is as good; a smaller one lets changes come through sooner.",
        AGAINST_YOU,
    ),
    "allowed-origin-blocked": Check(
        "A page that is meant cannot read",
        "Nothing; your own page is kept out.",
        "Allow the origin exactly as browsers write it: no slash at the end, no default port, lower case.",
        AGAINST_YOU,
    ),
    "credentials-blocked": Check(
        "A page that is meant cannot read with credentials",
        "Nothing; your own page is kept out as soon as it sends cookies.",
        "Answer with the page's origin and Access-Control-Allow-Credentials: true.",
        AGAINST_YOU,
    ),
    "wildcard-with-credentials": Check(
        "A wildcard stands beside Access-Control-Allow-Credentials: true",
        "Nothing: browsers refuse this pair for requests with credentials, so your own pages are kept out as well.",
        "Leave Access-Control-Allow-Credentials out, or name the origins.",
        AGAINST_YOU,
    ),
    "preflight-blocked": Check(
        "A page that is meant gets no preflight through",
        "Nothing; your own page cannot make a request that it was to make.",
        "Answer OPTIONS with status 204, without authentication and redirects, and with the method and the headers.",
        AGAINST_YOU,
    ),
    "answer-without-headers": Check(
        "The preflight passes, but the answer cannot be read",
        "Nothing; your own page gets its request sent and sees an error.",
        "Send the headers with the answer as well as with the preflight's.",
        AGAINST_YOU,
    ),
    "error-without-headers": Check(
        "Error answers lack the headers",
        "Nothing; your own page sees a network error in place of status and message.",
        "Let the CORS layer be the outermost one, so that it writes the headers of error answers as well.",
        AGAINST_YOU,
    ),
    "redirect-without-headers": Check(
        "A redirect keeps pages from reading",
        "Nothing; your own page cannot follow it, though what it leads to could be read.",
        "Let the page ask the final URL; send the headers with redirects, and answer preflights without redirect.",
        AGAINST_YOU,
    ),
    "missing-vary": Check(
        "A cache can keep your own pages from reading: Vary: Origin is missing",
        "No page reads more. But what a cache has kept from one request is given to a page that it does not fit.",
        "Send Vary: Origin with every answer of this path, also with refusals and to requests without Origin.",
        AGAINST_YOU,
    ),
    "fixed-origin": Check(
        "Requests without Origin get the name of one page",
        "No page reads more. But a cache that leaves Vary out of account, as many a CDN does unless it is told of "
        "Origin, gives that answer to other pages that are meant, and they cannot read it.",
        "Send no Access-Control-Allow-Origin where the request has no Origin.",
        AGAINST_YOU,
    ),
}

CODE_OF_KIND: Final[dict[NearMissKind, str]] = {
    **{kind: kind.value for kind in NearMissKind if kind is not NearMissKind.NULL},
    # NB: a sibling is a subdomain of the site.
    NearMissKind.SIBLING: "subdomain",
}
"""Which finding a near miss that reads is."""

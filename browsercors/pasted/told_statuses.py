"""
What an error status tells by itself: who answered, and for a preflight what is most often the matter.
"""

from __future__ import annotations

from typing import Final

from browsercors.explain.words.templates import Template

__all__ = ["OF_PREFLIGHTS", "OF_REQUESTS", "PROXY_STATUSES"]

PROXY_STATUSES: Final[dict[int, str]] = {
    413: "413: the body is larger than what the server, or a proxy in front of it, takes; it refused before the CORS "
    "layer was asked. Raise that limit (client_max_body_size in nginx, limit in the body parser of Express).",
    429: "429: a rate limit refused, and its answer has no CORS headers. Ask less often, and let the limit answer "
    "behind the CORS layer.",
    431: "431: the request's headers are too large, mostly its cookies.",
    502: "502: a proxy got no usable answer from the server behind it: that is down, or crashed on this request. This "
    "is not CORS; read its log.",
    503: "503: no server is there to answer: it starts, is overloaded, or is down. This is not CORS.",
    504: "504: the server took longer than the proxy in front of it waits, and the proxy's own answer has no CORS "
    "headers. Make it faster, or raise the proxy's timeout.",
    **{
        status: f"{status} is a status of Cloudflare alone: the server behind it {what}. This is not CORS; see to that "
        "server."
        for status, what in (
            (520, "gave an empty or unusable answer, as when it crashes"),
            (521, "refused the connection"),
            (522, "did not take the connection in time"),
            (523, "cannot be reached"),
            (524, "took longer than Cloudflare waits"),
            (525, "failed at TLS"),
            (526, "has a certificate that is not valid"),
            (530, "could not be found or reached"),
        )
    },
}
"""What an error status says of who answered, where it says so by itself."""

_NO_ROUTE: Final = Template(
    "{status} to the preflight: nothing takes OPTIONS there. Let a CORS layer answer it before the routes are asked; "
    "or send what needs no preflight (no header of your own, no JSON body)."
)
_NO_CREDENTIALS: Final = Template(
    "{status} to the preflight: most often a layer that wants a log-in, a key or a token, and a preflight never "
    "carries any. Let OPTIONS pass there, or let the CORS layer answer before it."
)
_CRASHED: Final = Template(
    "{status} to the preflight: what handles OPTIONS there failed, as code does that reads a body or a user that a "
    "preflight has not. See the server's log, and let a CORS layer answer OPTIONS before that code."
)
_REFUSED: Final = (
    "403 to the preflight: something refused it, and the line does not say what. It may be the CORS layer itself, "
    "whose list lacks this origin, method or header; a store without a CORS rule; a firewall; or a log-in. "
    "The body of the response tells: paste the output of curl -i -X OPTIONS with the same Origin."
)
OF_PREFLIGHTS: Final[dict[int, str]] = {
    400: _REFUSED.replace("403", "400", 1),
    403: _REFUSED,
    **{status: _NO_CREDENTIALS.fill({"status": status}) for status in (401, 407)},
    **{status: _NO_ROUTE.fill({"status": status}) for status in (404, 405, 501)},
    500: _CRASHED.fill({"status": 500}),
}
"""What an error status of a preflight response mostly comes from."""
OF_REQUESTS: Final[dict[int, str]] = {
    401: "401 without the header: the log-in or the token was refused, mostly by code that answers before the CORS "
    "layer does. Renew the token; and let the CORS layer stand before it, so that pages can read the 401.",
    500: "500 without the header: the server failed on this request, and its error page is mostly made outside of the "
    "CORS layer. Its log has the error; mend that first.",
}
"""What an error status of the request itself mostly comes from, where its response lacks the header."""

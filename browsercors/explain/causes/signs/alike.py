"""
Combinations of headers that many products send alike: they tell which kind of layer answered, and not whose it is.
"""

from __future__ import annotations

from typing import Final

from browsercors.explain.causes.sign import ACAO, Sample, Sign

__all__ = ["SIGNS"]

SIGNS: Final[tuple[Sign, ...]] = (
    Sign(
        code="cors-layer-refused",
        products=(),
        who="a layer whose responses vary by Origin, as those of CORS layers do",
        meaning="It took part, and did not allow the page's origin.",
        remedy="Look at its list of origins first: scheme, host and port have to be the same, without a slash at the "
        "end.",
        sure="measured",
        source="https://fetch.spec.whatwg.org/#cors-protocol-and-http-caches",
        status=(200, 201, 202, 204, 206),
        headers=(("vary", "Origin"),),
        without=(ACAO,),
        is_alike=True,
        sample=Sample(200, (("Vary", "Accept-Encoding, Origin"),)),
    ),
    Sign(
        code="automatic-options",
        products=(),
        who="the automatic OPTIONS response of a framework",
        meaning="It lists the methods of the route in Allow. That is not CORS: no CORS layer added anything.",
        remedy="Let the CORS layer handle this path, and stand before the routes.",
        sure="measured",
        source="https://www.rfc-editor.org/rfc/rfc9110.html#name-options",
        when="preflight",
        status=(200, 204),
        headers=(("allow", ""),),
        without=(ACAO, "vary"),
        is_alike=True,
        sample=Sample(200, (("Allow", "GET, HEAD"),)),
    ),
    Sign(
        code="empty-options",
        products=(),
        who="a layer that answers OPTIONS with an empty 200 and nothing of CORS (the headers middleware of Traefik "
        "without CORS settings for this router does so, and handlers of one's own)",
        meaning="It answered the preflight in place of the CORS layer.",
        remedy="Give that layer the CORS settings (in Traefik accessControlAllowOriginList, accessControlAllowMethods "
        "and accessControlAllowHeaders), or let OPTIONS pass to the layer that has them.",
        sure="reported",
        source="https://github.com/traefik/traefik/issues/4979",
        when="preflight",
        status=(200,),
        exactly=(("content-length", "0"),),
        without=(ACAO, "access-control-allow-methods", "vary", "allow", "server", "x-powered-by"),
        is_alike=True,
        sample=Sample(200, (("Content-Length", "0"),)),
    ),
)

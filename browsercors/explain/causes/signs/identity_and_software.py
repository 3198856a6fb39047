"""
Signs of identity providers, data stores, software services and model servers.
"""

from __future__ import annotations

from typing import Final

from browsercors.explain.causes.sign import Sample, Sign

__all__ = ["SIGNS"]

PLAIN: Final = (("Content-Type", "text/plain; charset=utf-8"),)
JSON: Final = (("Content-Type", "application/json"),)
XML: Final = (("Content-Type", "application/xml"),)
HTML: Final = (("Content-Type", "text/html; charset=utf-8"),)

SIGNS: Final[tuple[Sign, ...]] = (
    Sign(
        code="supabase-no-key",
        products=("Supabase",),
        who="Supabase Edge Functions",
        meaning="No key came along.",
        remedy="Call functions.invoke of supabase-js, and answer OPTIONS in the function with its corsHeaders.",
        sure="reported",
        source="public reports",
        status=(401,),
        body=(b"UNAUTHORIZED_NO_AUTH_HEADER",),
        sample=Sample(401, JSON, '{"code":"UNAUTHORIZED_NO_AUTH_HEADER","message":"Missing authorization header"}'),
    ),
    Sign(
        code="appwrite-origin",
        products=("Appwrite",),
        who="Appwrite",
        meaning="The page's host is not registered as a platform of the project.",
        remedy="Add a Web platform with this host in the console, and send X-Appwrite-Project.",
        sure="read in source",
        source="appwrite",
        status=(403,),
        body=(b"general_unknown_origin", b"Invalid Origin. Register your new client"),
        sample=Sample(403, JSON, '{"message":"Invalid Origin. Register your new client (app.example.com)"}'),
    ),
    Sign(
        code="sap-csrf",
        products=("SAP Gateway",),
        who="SAP Gateway",
        meaning="The CSRF token was not fetched, or the page could not read it.",
        remedy="Fetch it with X-CSRF-Token: Fetch and credentials; allow that header, and expose it too.",
        sure="reported",
        source="public reports",
        when="request",
        status=(403,),
        exactly=(("x-csrf-token", "Required"),),
        sample=Sample(403, (("X-CSRF-Token", "Required"), *PLAIN), "CSRF token validation failed"),
    ),
    Sign(
        code="atlassian-xsrf",
        products=("Jira", "Confluence"),
        who="Jira or Confluence",
        meaning="Its XSRF check refuses requests of other sites' pages. This is not CORS.",
        remedy="Call it from a server: X-Atlassian-Token: no-check is not enough for browsers.",
        sure="reported",
        source="Atlassian knowledge base 802591455",
        when="request",
        status=(403,),
        body=(b"XSRF check failed",),
        sample=Sample(403, PLAIN, "XSRF check failed"),
    ),
    Sign(
        code="anthropic-browser",
        products=("Anthropic",),
        who="the Anthropic API",
        meaning="It refuses requests of pages unless they say that they are meant.",
        remedy="Call it from a server. A page that may show its key sends "
        "anthropic-dangerous-direct-browser-access: true.",
        sure="reported",
        source="public reports",
        when="request",
        status=(401,),
        body=(
            b"CORS requests must set 'anthropic-dangerous-direct-browser-access' header",
            b"CORS requests are not allowed for this Organization",
        ),
        sample=Sample(
            401,
            JSON,
            '{"error":{"message":"CORS requests must set \'anthropic-dangerous-direct-browser-access\' header"}}',
        ),
    ),
    Sign(
        code="llama-cpp",
        products=("llama.cpp",),
        who="the server of llama.cpp",
        meaning="It allows every origin, with GET and POST only: a CORS failure here is about another method or "
        "credentials.",
        remedy="Ask with GET or POST, and without credentials.",
        sure="read in source",
        source="llama.cpp server-http.cpp",
        exactly=(("server", "llama.cpp"),),
        sample=Sample(200, (("Server", "llama.cpp"), ("Access-Control-Allow-Methods", "GET, POST"))),
    ),
    Sign(
        code="keycloak-origin",
        products=("Keycloak",),
        who="Keycloak",
        meaning="The Web origins of the client do not list the page's origin.",
        remedy="Add the origin to Web origins of the client.",
        sure="read in source",
        source="keycloak DefaultCors.java",
        when="request",
        status=(403,),
        body=(b'"error_description":"Invalid origin"',),
        sample=Sample(403, JSON, '{"error":"access_denied","error_description":"Invalid origin"}'),
    ),
)

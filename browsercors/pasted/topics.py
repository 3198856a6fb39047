"""
What lines of the console are about that is no reason of a block here: rules beside CORS, and words of the field.
"""

from __future__ import annotations

from typing import Final

from browsercors.pasted.load_topics import LOAD_TOPICS
from browsercors.pasted.products import PRODUCT_TOPICS, SIGN_TOPICS
from browsercors.pasted.topic import Topic

__all__ = ["TOPICS", "header_topic", "topic_named"]


_OF_HEADERS: Final = (
    Topic(
        name="access-control-allow-origin",
        meaning="The response header that names the one origin that may read the response, or is * for any origin.",
        remedy="Send exactly the page's origin: scheme, host and port, and no slash. With credentials * does not "
        "match.",
        source="https://fetch.spec.whatwg.org/#http-access-control-allow-origin",
        codes=(
            "allow-origin-missing",
            "allow-origin-mismatch",
            "allow-origin-invalid",
            "allow-origin-repeated",
            "allow-origin-wildcard-with-credentials",
        ),
        aliases=("acao",),
    ),
    Topic(
        name="access-control-allow-credentials",
        meaning="The response header that allows a page to read a response to a request with credentials.",
        remedy="Send exactly true, in small letters, on the preflight's response and on the response itself.",
        source="https://fetch.spec.whatwg.org/#http-access-control-allow-credentials",
        codes=("allow-credentials-not-true", "allow-origin-wildcard-with-credentials"),
        aliases=("acac",),
    ),
    Topic(
        name="access-control-allow-methods",
        meaning="The header of a preflight's response that lists the methods beyond GET, HEAD and POST.",
        remedy="List the method as the page writes it. Case counts: fetch() does not put patch into capitals.",
        source="https://fetch.spec.whatwg.org/#http-access-control-allow-methods",
        codes=("method-not-allowed", "allow-methods-invalid"),
        aliases=("acam",),
    ),
    Topic(
        name="access-control-allow-headers",
        meaning="The header of a preflight's response that lists the request headers that the page may set.",
        remedy="List every header that the preflight asks for. * does not cover Authorization.",
        source="https://fetch.spec.whatwg.org/#http-access-control-allow-headers",
        codes=("header-not-allowed", "authorization-under-wildcard", "allow-headers-invalid"),
        aliases=("acah",),
    ),
    Topic(
        name="access-control-expose-headers",
        meaning="The response header that lists which other response headers the page may read.",
        remedy="Send it on the response itself, not on the preflight's.",
        source="https://fetch.spec.whatwg.org/#http-access-control-expose-headers",
        codes=("header-hidden",),
        aliases=("aceh",),
    ),
    Topic(
        name="access-control-max-age",
        meaning="The header of a preflight's response that says for how many seconds a browser may remember it.",
        remedy="Chromium keeps it for two hours at most and Firefox for a day. Without it, five seconds.",
        source="https://fetch.spec.whatwg.org/#http-access-control-max-age",
        codes=("max-age-capped", "preflight-not-cached", "preflight-remembered"),
        aliases=("max-age",),
    ),
    Topic(
        name="access-control-request-method",
        meaning="The header by which a preflight asks for the method of the request that is to follow.",
        source="https://fetch.spec.whatwg.org/#http-access-control-request-method",
        codes=("method-not-allowed",),
    ),
    Topic(
        name="access-control-request-headers",
        meaning="The header by which a preflight asks for the headers that the page set. The browser alone sends it.",
        source="https://fetch.spec.whatwg.org/#http-access-control-request-headers",
        codes=("header-not-allowed",),
    ),
    Topic(
        name="origin",
        meaning="The request header that says which origin the page has. The browser sets it, and no page can change "
        "it.",
        source="https://fetch.spec.whatwg.org/#origin-header",
        codes=("allow-origin-mismatch",),
    ),
    Topic(
        name="null-origin",
        meaning="Origin: null is sent by pages that have no origin of their own: sandboxed frames, data: and file: "
        "pages, and after some redirects.",
        remedy="Serve the page over http or https. Allowing null lets every sandboxed page in.",
        source="https://html.spec.whatwg.org/multipage/browsers.html#concept-origin-opaque",
        codes=("origin-became-null", "allow-origin-mismatch"),
        aliases=("null", "origin null"),
    ),
    Topic(
        name="vary",
        meaning="The response header that tells caches on which request headers the response depends.",
        remedy="A response that names an origin needs Vary: Origin, also where the request had no Origin.",
        source="https://fetch.spec.whatwg.org/#cors-protocol-and-http-caches",
        codes=("vary-missing", "cached-response"),
    ),
    Topic(
        name="cross-origin-resource-policy",
        meaning="The response header by which a server keeps pages of other origins or sites from loading the "
        "response.",
        remedy="Send Cross-Origin-Resource-Policy: cross-origin, or load it with CORS.",
        source="https://fetch.spec.whatwg.org/#cross-origin-resource-policy-header",
        codes=("cross-origin-resource-policy",),
        aliases=("corp",),
    ),
    Topic(
        name="x-content-type-options",
        meaning="With nosniff in it, a script or style sheet needs the right media type, or it is not loaded.",
        source="https://fetch.spec.whatwg.org/#x-content-type-options-header",
        codes=("nosniff",),
    ),
)

_OF_THE_FIELD: Final = (
    Topic(
        name="preflight",
        meaning="The OPTIONS request that a browser sends first, to ask whether the page may send the request itself.",
        remedy="Answer it with a 2xx status, before any log-in: a preflight has no cookies and no Authorization.",
        source="https://fetch.spec.whatwg.org/#cors-preflight-fetch",
        codes=("preflight-status-not-ok", "preflight-redirected", "method-not-allowed", "header-not-allowed"),
        aliases=("options", "preflight request", "cors preflight"),
    ),
    Topic(
        name="simple-request",
        meaning="A request that needs no preflight: GET, HEAD or POST, with no headers but safelisted ones.",
        source="https://fetch.spec.whatwg.org/#cors-safelisted-request-header",
        codes=("header-not-allowed", "method-not-allowed"),
        aliases=("simple requests", "safelisted"),
    ),
    Topic(
        name="credentials",
        meaning="Cookies, client certificates, and passwords that the browser was asked for. An Authorization header "
        "that the page sets is none of them.",
        remedy='Ask with credentials: "include" (withCredentials), and let the response name the page\'s origin and '
        "allow "
        "credentials.",
        source="https://fetch.spec.whatwg.org/#credentials",
        codes=("allow-credentials-not-true", "allow-origin-wildcard-with-credentials", "cookie-not-sent"),
        aliases=("withcredentials", "cookies", "cookie"),
    ),
    Topic(
        name="same-site",
        meaning="The attribute SameSite of a cookie: whether it goes along with requests from pages of other sites.",
        remedy="For other sites: SameSite=None; Secure, and protection against CSRF with it. The ports and subdomains "
        "of one domain are one site.",
        source="https://datatracker.ietf.org/doc/html/draft-ietf-httpbis-rfc6265bis",
        codes=("cookie-not-sent", "cookie-not-stored"),
        aliases=("samesite",),
    ),
    Topic(
        name="opaque",
        meaning='What a request with mode: "no-cors" gives a page: no status, no headers and no body.',
        remedy='mode: "no-cors" does not get around CORS. Leave it out, and let the server allow the origin.',
        source="https://fetch.spec.whatwg.org/#concept-filtered-response-opaque",
        codes=("opaque-response", "opaque-redirect"),
        aliases=("opaque response", "no-cors"),
    ),
    Topic(
        name="csp",
        meaning="The page's own Content-Security-Policy: which URLs the page may load, and send requests to. The "
        "headers of other servers do not matter for it.",
        remedy="Add the URL's origin to the directive that the line names (connect-src for fetch and XMLHttpRequest) "
        "in the policy of the page's own server or in its <meta>.",
        source="https://w3c.github.io/webappsec-csp/#directive-connect-src",
        codes=("content-security-policy",),
        aliases=("connect-src",),
    ),
    Topic(
        name="network-error",
        meaning="A script learns no more than that the fetch failed: a TypeError, the same for CORS, a server that "
        "cannot be reached, a bad certificate, a blocker or the page's own policy.",
        remedy="The reason is on another line of the browser's console, and in its network panel. Paste that line.",
        source="https://fetch.spec.whatwg.org/#concept-network-error",
        codes=("allow-origin-missing", "preflight-status-not-ok", "connection-failed", "mixed-content"),
    ),
    Topic(
        name="timeout",
        meaning="The library gave up, or the page ended the request. CORS does not do that.",
        remedy="Look at how long the server takes, and at the library's timeout.",
        codes=("timed-out",),
    ),
    Topic(
        name="referrer-policy",
        meaning="strict-origin-when-cross-origin is the usual referrer policy, which network panels show for every "
        "request. It is no failure, and CORS has nothing to do with it.",
        remedy="Look for the line of the console that names the URL: that one says why the request failed.",
        source="https://w3c.github.io/webappsec-referrer-policy/",
        aliases=("strict-origin-when-cross-origin", "referer", "referrer"),
    ),
    Topic(
        name="provisional-headers",
        meaning="The network panel shows the headers that the browser meant to send: the request did not go out, came "
        "from a cache, or got no response.",
        remedy="Switch the cache off in the developer tools and ask again. If it stays so, a blocker, a missing "
        "permission or a server that cannot be reached is the reason: the console has a line about it.",
        source="https://developer.chrome.com/docs/devtools/network/reference#provisional-headers",
        codes=("connection-failed",),
        aliases=("provisional headers are shown", "provisional headers"),
    ),
    Topic(
        name="http-error",
        meaning="The response came, and the page may read it: its status is an error. That is not CORS.",
        remedy="Read status and body of the response, and look at the server's log.",
    ),
    Topic(
        name="local-network-access",
        meaning="A page of a public site asks for an address of the visitor's own machine or network. The browser asks "
        "the visitor for permission first, and no header of the server changes that.",
        remedy="Allow the access for the page in the browser, and serve the page over https. Or serve page and API "
        "from the same machine or network.",
        source="https://wicg.github.io/local-network-access/",
        codes=(
            "local-network-access-denied",
            "local-network-access-insecure",
            "local-network-access-not-delegated",
            "local-network-access-prompt",
            "local-network-access-space",
        ),
        aliases=("lna", "private-network-access", "pna"),
    ),
    Topic(
        name="private-network-preflight",
        meaning="Chromium's older rule for private networks: a preflight asked for "
        "Access-Control-Allow-Private-Network: true. Since Chromium 142 the visitor's permission takes its place.",
        remedy="Nothing asks for the header any more; newer versions need the permission. The browser chromium-pna "
        "shows how it was.",
        source="https://wicg.github.io/private-network-access/",
        codes=("private-network-not-allowed",),
        aliases=("access-control-allow-private-network", "access-control-request-private-network"),
    ),
    Topic(
        name="event-source-media-type",
        meaning="CORS let the response pass, and it is no event stream: most often it is an HTML page, such as a "
        "log-in or an error.",
        remedy="Answer with Content-Type: text/event-stream. Look at what the URL answers to the page.",
        source="https://html.spec.whatwg.org/multipage/server-sent-events.html",
        aliases=("eventsource", "sse"),
    ),
)

_NOT_SIMULATED: Final = (
    Topic(
        name="wildcard-setting-refused",
        meaning="The server's CORS layer refuses its own settings: * for the origins, and credentials. Spring answers "
        "each cross-origin request with 500 then, without CORS headers; ASP.NET Core fails as it builds the policy.",
        remedy="List the origins; or where they vary, match them: setAllowedOriginPatterns() in Spring, "
        "SetIsOriginAllowed() in ASP.NET Core. Or allow no credentials, if no page needs cookies.",
        source="https://docs.spring.io/spring-framework/reference/web/webmvc-cors.html",
        codes=("allow-origin-wildcard-with-credentials", "allow-origin-missing"),
        is_simulated=False,
        aliases=("allowedoriginpatterns",),
    ),
    Topic(
        name="cross-origin-embedder-policy",
        meaning="The page itself sends Cross-Origin-Embedder-Policy: require-corp, so it loads nothing from other "
        "origins that does not agree: neither CORS nor Cross-Origin-Resource-Policy of the response allows it.",
        remedy="Let the server of the file send Cross-Origin-Resource-Policy: cross-origin; or load it with CORS "
        "(crossorigin on the element, and Access-Control-Allow-Origin from the server). If the page needs no "
        "SharedArrayBuffer, leave the policy out (in Helmet crossOriginEmbedderPolicy: false), or send credentialless.",
        source="https://html.spec.whatwg.org/#coep",
        is_simulated=False,
        aliases=("coep", "embedder policy", "cross-origin isolation"),
    ),
    Topic(
        name="websocket-handshake",
        meaning="The server did not accept the WebSocket. CORS does not apply to WebSockets: a server that looks at "
        "Origin decides by itself. A 403 is often such a check.",
        remedy="Add the page's origin to the origins that the server's WebSocket library allows, or look at the "
        "log-in, and at proxies that do not pass Upgrade on.",
        source="https://websockets.spec.whatwg.org/#websocket-opening-handshake",
        is_simulated=False,
        aliases=("websocket", "websockets"),
    ),
    Topic(
        name="blocked-by-client",
        meaning="An extension of the browser, most often an ad blocker, did not let the request out. It is not CORS.",
        remedy="Try a window without extensions. Blockers go by names in URLs, such as ads, track and analytics.",
        source="https://source.chromium.org/chromium/chromium/src/+/main:net/base/net_error_list.h",
        is_simulated=False,
        aliases=("err_blocked_by_client", "ad-blocker", "adblocker"),
    ),
    Topic(
        name="tracking-protection",
        meaning="Firefox's Enhanced Tracking Protection has the URL's host on its list, and did not let the request "
        "out.",
        remedy="Turn the protection off for the page to see whether that is all. Serve what the page needs from its "
        "own site.",
        source="https://support.mozilla.org/kb/enhanced-tracking-protection-firefox-desktop",
        is_simulated=False,
    ),
    Topic(
        name="cross-origin-opener-policy",
        meaning="The page's Cross-Origin-Opener-Policy cuts the tie to a pop-up, such as that of a sign-in. The line "
        "is mostly harmless.",
        remedy="If the sign-in does fail: Cross-Origin-Opener-Policy: same-origin-allow-popups on the page.",
        source="https://html.spec.whatwg.org/multipage/browsers.html#cross-origin-opener-policies",
        is_simulated=False,
        aliases=("coop",),
    ),
    Topic(
        name="cross-origin-frame",
        meaning="A script reached into a frame or a window of another origin. No CORS header allows that.",
        remedy="Let both pages talk by postMessage().",
        source="https://html.spec.whatwg.org/multipage/nav-history-apis.html#cross-origin-objects",
        is_simulated=False,
        aliases=("frame", "iframe"),
    ),
    Topic(
        name="post-message-origin",
        meaning="The second argument of postMessage() names another origin than the window has now. It may not have "
        "loaded its page yet.",
        remedy="Name the receiver's origin, and wait until it has loaded.",
        source="https://html.spec.whatwg.org/multipage/web-messaging.html#posting-messages",
        is_simulated=False,
        aliases=("postmessage",),
    ),
    Topic(
        name="server-side-fetch",
        meaning="Node, Deno or another program asked, not a page. There is no CORS outside of browsers.",
        remedy="Look at the cause that the error carries: name, port, certificate, or a proxy.",
        is_simulated=False,
    ),
    Topic(
        name="native-app-fetch",
        meaning="On a device the app itself asks, and there is no CORS. The name, the network, the certificate or a "
        "rule against plain http is in the way. In a web build it may be CORS as in any page.",
        remedy="On a device: use the machine's address in place of localhost, and https in place of http.",
        is_simulated=False,
        codes=("allow-origin-missing", "connection-failed"),
    ),
    Topic(
        name="not-json",
        meaning="CORS let the response pass, and it is HTML in place of JSON: a log-in, an error page, the page of a "
        "tunnel, or the start page of a single-page application.",
        remedy="Look at the response in the network panel, and at the URL that it came from.",
        is_simulated=False,
    ),
    Topic(
        name="edge-function",
        meaning="The function could not be reached: it is not deployed under that name, or it does not answer "
        "OPTIONS with CORS headers.",
        remedy="Answer OPTIONS in the function with the CORS headers, on errors too, and deploy it.",
        source="https://supabase.com/docs/guides/functions/cors",
        codes=("preflight-status-not-ok", "allow-origin-missing"),
    ),
    Topic(
        name="storage-bucket",
        meaning="The client gave up uploading or reading. A bucket that has no CORS configuration is a likely reason.",
        remedy="Set the CORS configuration of the bucket itself, with the page's origin.",
        source="https://firebase.google.com/docs/storage/web/download-files#cors_configuration",
        codes=("allow-origin-missing", "preflight-status-not-ok"),
    ),
    Topic(
        name="cors-disabled",
        meaning="CORS is turned off in this Firefox: all requests to other origins fail.",
        remedy="Set content.cors.disable to false in about:config.",
        source="https://developer.mozilla.org/docs/Web/HTTP/Guides/CORS/Errors/CORSDisabled",
        is_simulated=False,
    ),
    Topic(
        name="origin-header-not-added",
        meaning="Firefox could not add Origin to the request, and so did not send it.",
        remedy="Try it in a window without extensions, and look at what changes the request's headers.",
        source="https://developer.mozilla.org/docs/Web/HTTP/Guides/CORS/Errors/CORSOriginHeaderNotAdded",
        is_simulated=False,
    ),
)

_GENERAL: Final = {topic.name: topic for topic in (*_OF_HEADERS, *_OF_THE_FIELD, *LOAD_TOPICS, *_NOT_SIMULATED)}

TOPICS: Final = {**SIGN_TOPICS, **PRODUCT_TOPICS, **_GENERAL}
"""All topics by name: rows of the table of causes, products, and what is about CORS in general."""

_ALIASES: Final = {alias: topic for topic in TOPICS.values() for alias in (topic.name, *topic.aliases)}


def topic_named(text: str) -> Topic | None:
    """
    Return the topic of that name; None if there is none.
    """
    name = text.strip().strip(":").casefold()
    return _ALIASES.get(name) or _ALIASES.get(name.replace(" ", "-"))


def header_topic(name: str) -> Topic | None:
    """
    Return the topic that is about a header; None if there is none.
    """
    if name.casefold() in {"cookie", "set-cookie"}:
        return TOPICS["credentials" if name.casefold() == "cookie" else "same-site"]
    return _ALIASES.get(name.casefold())

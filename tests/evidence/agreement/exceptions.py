"""
Where simulator and recordings are known to differ, and why: by engine, a pattern of scenarios and the reason.

A scenario that stands here and agrees fails the test as one does that differs and does not stand here.
"""

from __future__ import annotations

from typing import Final

__all__ = ["EXCEPTIONS"]

RETRIES = "a broken connection is tried again, as often as the browser likes; the simulation tries once"

RACE = "WebKit writes and forgets in its cache a moment too late or too early, here in both runs alike"

SANDBOXED = "of what a frame of opaque origin was refused, DevTools may not be told"

SYNTAX = "of a module that cannot be parsed WebKit fires neither event; nothing parses modules here"

UPGRADED_OWN = "a page's own URL that was upgraded counts as another origin's"

MOVED_PAGE = "the page of the recorder is at another place of itself by the second ping"

UNTOLD_PINGS = "DevTools are told nothing of a ping that goes nowhere, or something else"
PASSWORD_IN_URL = "a challenge is answered with the password in the URL; the simulation answers none"

MEMORY = "what a page still has in memory is used once more, whatever the HTTP cache would say"

FONT_POLICY = "what the policy says of a font comes when the next step has begun"

IMAGE_CACHE = "an image takes from the HTTP cache only what an image has brought"

UNSTATED = "Firefox does not ask again for what came without a stated length, nor takes a 304 for it"

NOT_RUN = "the script of a service worker is not run, so nothing in it throws, and it always installs"

EXPOSED = "WebKit hands on more headers of a response under CORS than are exposed"

SANDBOX: Final = "`sandbox` in the policy of the page itself is not simulated: give the page `sandboxed=True`"
CLEARED_MEANWHILE = "it clears its cache while it writes what clears it: of five runs some kept it, and some not"

EXCEPTIONS: Final[dict[str, dict[str, str]]] = {
    "chromium": {
        r"again/stylesheet-(unstated|no-cache|as-text)": MEMORY,
        r"mixed/((089|121)-prefetch|013-track)": "what a policy blocks a second time is not said once more",
        r"mixed/159-track": "of a track its origin is looked at before mixed content is",
        r"mixed/180-video": "a permanent redirect is stored although the part of a film was asked for",
        r"(upgrade-insecure-requests|hsts)/(own-)?same-origin": "what only an upgrade made foreign has another name",
        r"handing-on/ping-cookie": MOVED_PAGE,
        r"handing-on/ping-url-(data|ftp|password)": UNTOLD_PINGS,
        r"http-cache/(then|with)-Range-.*": "out of a whole response the cache makes the part that is asked for",
        r"http-cache/whole-(none|other)-img-anonymous-.*": "what may be text is stored before it is refused",
        r"http-cache/own-status-205": "what comes of a body where there must be none is the connection's affair",
        r"http-cache/frame-first-exact-opaque": "of two refusals at once DevTools is told of one",
        r"local-network/frame-sandboxed-.*": SANDBOXED,
        r"(fonts|images)/sandboxed-.*": SANDBOXED,
        r"network-error/break-(once-)?own": RETRIES,
        r"refused-headers/.*": "of several refused headers a hash map decides which is named first",
        r"service-workers/register-(install-fails|syntax|throws)": NOT_RUN,
        r"service-workers/register-break": RETRIES,
        r"websocket-urls/(19|20)-.*": "Chromium's URL parser takes blanks in hosts, and the name is not found",
        r"websocket-answers/challenge-.*-user": PASSWORD_IN_URL,
        r"websocket-heads/(http-0.9|nothing)": "of what has no head another failure is named",
        r"websocket-protocols/chosen-13": "of a value that is no ASCII DevTools is told an empty text",
        r"websocket-closing/crossed": "of two closes that cross each other, which was first is a matter of chance",
        r"websocket-frames/bad-length-64-huge": "a frame that is too long is not waited for",
        r"websocket-frames/deflate-close": "of two things that are wrong with a frame, another one is named",
        r"websocket-policies/sandbox": SANDBOX,
        r"websocket-upgrades/hsts-by-403": "of a handshake that was refused no Strict-Transport-Security is heeded",
        r"urls/(xhr-)?46-.*": "Chromium's URL parser takes blanks in hosts, and the name is not found",
    },
    "firefox": {
        r"authentication/nobody-(api|other)-img(-cors)?": "Firefox has words of its own for asking in vain",
        r"authentication/nobody-preflight": "of a preflight with a challenge Firefox says nothing",
        r"authentication-entries/foreign-(api-script|(api|other)-img)": "of what is no image or script after a log-in",
        r"clear-site-data/itself-(all|cache|validated)-.*": CLEARED_MEANWHILE,
        r"channels/blob-text%2fplain;x=.*": "a long type makes a beacon ask with CORS, and still needs no preflight",
        r"service-workers/register-(install-fails|syntax|throws)": NOT_RUN,
        r"service-workers/odd-broken-(own|other)": "a body that breaks off in the worker is an AbortError to the page",
        r"service-workers/page-policy-other-other": "the policy is asked about the script's URL where a worker answers",
        r"service-workers/again-script": "while one worker follows another, neither is asked",
        r"again/(include|prefetch)-then-img(-(plain|anonymous)-app|-anonymous)?": IMAGE_CACHE,
        r"channels/beacon-(api-other|app-api|api-app)-302-json": "a beacon that became a GET still has a type, or none",
        r"websocket-answers/challenge-.*-user": PASSWORD_IN_URL,
        r"websocket-upgrades/policy-(tls-appplain|tls-apiplain|tls-otherplain|app|api|other)": (
            "messages over a connection that a policy upgraded have the origin with ws:"
        ),
        r"websocket-policies/sandbox": SANDBOX,
        r"websocket-frames/bad-(masked.*|garbage|http)": "masked frames are taken, and waited for to their end",
        r"websocket-frames/bad-length-.*": "a frame that is too long is not waited for",
        r"websocket-sending/deflated-empty": "an empty message is not compressed",
        r"websocket-heads/http-(1.0|2)": "the handshake needs HTTP/1.1 and nothing else",
        r"clear-site-data/on-preflight": "what the response to a preflight clears is the cache alone",
        r"(upgrade-insecure-requests/tls|element-policies/mixed)-own": UPGRADED_OWN,
        r"mixed-content/appplain-img": UPGRADED_OWN,
        r"hsts-header/22-.*": "a max-age that 64 bits do not hold is ignored",
        r"hsts-header/30-.*": "a directive without a name is passed over",
        r"csp-requests/(about|custom|same-origin)-.*": "mode and scheme are looked at before the policy is",
        r"http-cache/((bare-)?304|cross)-(etag|no-cache|nothing|stale)": UNSTATED,
        r"http-cache/(bare-)?304-vary-star": UNSTATED,
        r"http-cache/kept-away-.*-etag": UNSTATED,
        r"http-cache/own-(None|reload|force-cache)-no-cache": UNSTATED,
        r"http-cache/asks-max-age-1": "without a Date no time passes for what the page asks",
        r"(network-error/put|preflight-cache-forgets/actual)-break": "no response is taken for one with many headers",
        r"(opaque-blocking/prefetch-html|preloads/prefetch-(api|status-[0-9]+)-plain|mixed/106-prefetch)": "what is "
        "prefetched is emptied, and fires load",
        r"mixed/(124|144)-font": FONT_POLICY,
        r"opaque-blocking/audio-then-as-json": "a media element plays what another one of the page has loaded",
        r"odd-schemes/about%3aconfig-.*": "a page of the browser's own is told from other about: URLs",
        r"parallel/headers(-then|-twice)?": "the HTTP cache makes GETs of one URL wait: one preflight is enough",
        r"odd-caches/asked-again-421-PUT": "after a preflight over a connection that is closed, it is not tried again",
        r"timing-of-failures/(too-many-redirects|only-if-cached)": "what it stopped by itself has moments, and no size",
    },
    "webkit": {
        r"websocket-closing/server-close-(twice|message|violation)": "what comes behind a close is read by chance",
        r"websocket-frames/bad-(garbage|http|length-64-negative)": "a frame that is too long is not waited for",
        r"websocket-frames/(bad-utf-8-after|bad-close-utf-8)": "one more message is taken, or another code is answered",
        r"websocket-frames/deflate-second-fragment": "a compressed continuation is taken",
        r"again/stylesheet-(unstated|no-cache|missing|as-text|preloaded)": MEMORY,
        r"authentication/nobody-(api|other)-(img|script|stylesheet)(-cors)?": "WebKit says that it has asked nobody",
        r"authentication/redirect-away": "what open() was given makes WebKit ask after a redirect that must not",
        r"service-workers/register-(install-fails|syntax|throws)": NOT_RUN,
        r"service-workers/(fetch-xhr(-upload)?|cache-add-(cors|missing|star))": EXPOSED,
        r"handing-on/ping-corp": "what nobody reads is refused without a word",
        r"websocket-(urls/3[3-7]-.*|places/tls-(.*plain|loopback)|upgrades/mixed-.*)": (
            "a socket for a forbidden port or of mixed content is still connecting when it fires error"
        ),
        r"websocket-policies/sandbox": SANDBOX,
        r"websocket-upgrades/hsts-by-403": "of a handshake that was refused Strict-Transport-Security is heeded",
        r"websocket-heads/http-1.0": "the handshake needs HTTP/1.1",
        r"websocket-extensions/26": "of an empty list of extensions nothing is compressed",
        r"websocket-answers/redirect-30[12378]-(other|app)": "a handshake that was redirected keeps its Origin",
        r"websocket-answers/redirect-302-ws": "a redirect of a handshake to a ws: URL is followed",
        r"websocket-(answers/frames-with-head|closing/code-none)": "a close without a code is answered with 1000",
        r"websocket-policies/port": "a forbidden port is found before the page's own policy",
        r"websocket-closing/answered-.*": "a violation after the page has closed fires no close event",
        r"websocket-(closing/after|sending/after-close)": "the heads of frames that are never sent count as buffered",
        r"websocket-closing/crossed": "of two closes that cross each other, which was first is a matter of chance",
        r"websocket-sending/several-then-close": "what is sent behind a Blob is lost if the page closes at once",
        r"websocket-sending/deflated-empty": "an empty message is not compressed",
        r"websocket-extensions/19": "an extension that is there twice is opened, and fails with the first message",
        r"websocket-answers/challenge-.*-user": PASSWORD_IN_URL,
        r"channels/source-port": "a source that tries a forbidden port again and again never fires error",
        r"elements/beacon-blob-json-none": "the page was gone before anything was said of its beacon",
        r"clear-site-data/scope-of-cookies": "libsoup sorts cookies of different domains in another order",
        r"http-cache/304-says-no-store": "what a 304 forbids to store is asked about all the same, not asked for anew",
        r"http-cache/target-30.-(api|other)-etag": "after a redirect out of the cache the first URL is asked",
        r"http-cache/exact-no-cors-no-cors": "the cache was written a moment too late, in both runs",
        r"max-age-time/after-.*": "the default of five seconds is a little more in real time",
        r"topology-http-cache/(top-appsecure|cross-site-frame-app|https-cross-site-frame-appsecure)-post": RACE,
        r"topology-http-cache/(sandbox-apisecure|cross-site-sandbox-appsecure)-post": RACE,
        r"topology-http-cache/top-https-apisecure-again": RACE,
        r"odd-cookies/latin-1-name-.*": "libsoup keeps a cookie of which nothing is left, and sends an empty header",
        r"(scripts/(error-syntax-module-.*|module-(body|html)-.*)|mixed/031-module)": SYNTAX,
        r"mixed/168-module": "what failed with another status is remembered with its credentials",
        r"mixed/032-track": "a track that shares the failure of its preload is said to be denied once more",
        r"mixed/(079|130)-modulepreload": "redirects of a module ahead are checked as if cookies were sent",
        r"element-policies/(mixed|mixed-upgrade-fails)-(audio|video)": "media that were upgraded have no Referer",
        r"element-policies/port-redirect-img": "an image that a redirect leads to a bad port waits for ever",
        r"media/(audio|video)-gzip": "what is coded is asked for once more than what is no media at all",
        r"preloads/no-store-twice": MEMORY,
        r"visible-headers/xhr-name-.*": "libsoup reads headers whose names are no tokens",
    },
}

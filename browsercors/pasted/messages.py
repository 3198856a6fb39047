"""
What browsers and the libraries of pages write when a fetch fails, and what each message may stand for.

What stands for a block has its words in the catalogue of reasons. Here is what else people paste: Firefox in five more
languages, rules beside CORS, and libraries. The words are those of Chromium 156, Firefox 153 and WebKitGTK 2.50, and
of the libraries as of November 2026.
"""

from __future__ import annotations

from typing import Final, NamedTuple

__all__ = [
    "LANGUAGES",
    "MESSAGES",
    "MESSAGES_WHATEVER_THE_REASON",
    "PREFLIGHT_FAILED",
    "QUESTIONS",
    "QUESTIONS_BY_WORDS",
    "RANKED",
    "Message",
]


class Message(NamedTuple):
    """
    What somebody writes, and what it may stand for.

    Attributes:
        words: The telling words in order; `...` stands between them.
        said_by: Who writes so.
        meanings: The codes and topics it may stand for, the likeliest first.
        source: Where the words are from, and the order of the meanings.
        question: What tells the meanings apart.
    """

    words: str
    said_by: str
    meanings: tuple[str, ...]
    source: str
    question: str = ""


_OF_THE_WORKER: Final = "Does another line of the console say that a request which the service worker made failed?"
_OTHER_LINE: Final = "Which other line did the browser's console write for it? That one has the reason."
_IS_THERE_AN_ANSWER: Final = "Does the network panel show a status? With one it is CORS; without one no response came."

# What a network error most often is: of the reports in public trackers, those of a missing header lead by far.
_NETWORK_ERROR: Final = ("network-error", "allow-origin-missing", "preflight-status-not-ok", "connection-failed")

_HAS_COEP: Final = "Has the page's own response Cross-Origin-Embedder-Policy? If not, the file's server forbids it."
# What the panel calls so is told apart by the line of the console alone; the order is that of reports.
_CORS_ERROR: Final = (
    "allow-origin-missing",
    "preflight-status-not-ok",
    "header-not-allowed",
    "allow-origin-wildcard-with-credentials",
    "preflight-redirected",
)

_CHROMIUM: Final = "Chromium's cors_error_string.cc and its console messages"
_FIREFOX: Final = "Firefox's security.properties, dom.properties and content security strings"
_WEBKIT: Final = "WebKit's loaders and its console messages"
_SOURCE_OF: Final = "the source of the library"
_REPORTED: Final = "reports in public trackers"
_CURL: Final = "https://curl.se/libcurl/c/libcurl-errors.html"
_OLDER: Final = "the source of versions before 2020, and reports in public trackers"

# NB: the first that fits is taken.
_BEFORE_THE_CATALOGUE: Final = (
    # Rules beside CORS, which Chromium words as if they were of it: so they stand before what the catalogue has.
    Message("Access-Control-Allow-Private-Network", "Chromium", ("private-network-preflight", "local-network-access"),
            _CHROMIUM, "Which version of Chromium is it? Since 142 a permission has taken the header's place."),
    Message("private network request targeting", "Chromium", ("private-network-preflight", "local-network-access"),
            _CHROMIUM, "Which version of Chromium is it? Since 142 a permission has taken the header's place."),
    Message("CORS Error: Headers are not allowed", "rocket_cors", ("header-not-allowed",), "rocket_cors#110"),
    Message("URL scheme must be 'http' or 'https'", "Chromium", ("scheme-not-supported",), _CHROMIUM),
    Message("Cross-Origin Read Blocking (CORB) blocked", "Chromium", ("opaque-response-blocked",), _CHROMIUM),
    Message("network error response: an 'opaque' response was used", "Chromium", ("service-worker-opaque",),
            _CHROMIUM),
    Message("network error response: an 'opaqueredirect' type response", "Chromium",
            ("service-worker-opaque-redirect",), _CHROMIUM),
    Message("network error response: a redirected response was used", "Chromium", ("service-worker-redirected",),
            _CHROMIUM),
    Message("network error response: a 'cors' type response", "Chromium", ("service-worker-cors",), _CHROMIUM),
    Message("ServiceWorker passed an opaque Response to FetchEvent.respondWith", "Firefox", ("service-worker-opaque",),
            _FIREFOX),
    Message("ServiceWorker passed an opaqueredirect Response to FetchEvent.respondWith", "Firefox",
            ("service-worker-opaque-redirect",), _FIREFOX),
    Message("ServiceWorker passed a redirected Response to FetchEvent.respondWith", "Firefox",
            ("service-worker-redirected",), _FIREFOX),
    Message("ServiceWorker is not allowed to synthesize a cors Response", "Firefox", ("service-worker-cors",),
            _FIREFOX),
    Message("Response served by service worker is opaque redirect", "WebKit", ("service-worker-opaque-redirect",),
            _WEBKIT),
    Message("Response served by service worker is opaque", "WebKit", ("service-worker-opaque",), _WEBKIT),
    Message("Response served by service worker has redirections", "WebKit", ("service-worker-redirected",), _WEBKIT),
    Message("Response served by service worker is CORS while mode is same origin", "WebKit", ("service-worker-cors",),
            _WEBKIT),
    Message("resulted in a network error response", "Chromium", ("service-worker-error", "service-worker-fetch-failed"),
            _CHROMIUM, _OF_THE_WORKER),
    Message("ServiceWorker passed ... to FetchEvent.respondWith", "Firefox",
            ("service-worker-error", "service-worker-fetch-failed"), _FIREFOX, _OF_THE_WORKER),
    Message("ServiceWorker intercepted the request and encountered", "Firefox", ("service-worker-error",), _FIREFOX),
    Message("FetchEvent.respondWith received an error", "WebKit",
            ("service-worker-error", "service-worker-fetch-failed"), _WEBKIT, _OF_THE_WORKER),
    Message("Response served by service worker is an error", "WebKit",
            ("service-worker-error", "service-worker-fetch-failed"), _WEBKIT, _OF_THE_WORKER),
    Message("FetchEvent.preventDefault() called", "WebKit", ("service-worker-error",), _WEBKIT),
    Message("Tainted canvases may not be", "Chromium", ("tainted-canvas",), _CHROMIUM),
    Message("contains cross-origin data, and may not be loaded", "Chromium", ("tainted-canvas",), _CHROMIUM),
    Message("The canvas has been tainted by cross-origin data", "Chromium", ("tainted-canvas",), _CHROMIUM),
    Message("The operation is insecure", "Firefox or WebKit", ("tainted-canvas",), "the DOM's SecurityError"),
    Message("net::ERR_BLOCKED_BY_CLIENT", "Chromium", ("blocked-by-client",), _CHROMIUM),
    Message("was blocked because Enhanced Tracking Protection is enabled", "Firefox", ("tracking-protection",),
            _FIREFOX),
    Message("blocked by a content blocker", "WebKit", ("blocked-by-client",), _WEBKIT),
    Message("EventSource's response has a MIME type", "Chromium or WebKit", ("event-source-media-type",), _CHROMIUM),
    Message("EventSource's response has a charset", "Chromium", ("event-source-media-type",), _CHROMIUM),
    Message("WebSocket connection to ... failed", "Chromium or WebKit", ("websocket-handshake", "connection-failed"),
            _CHROMIUM, "Does the line name a status? With one the server refused; without one it was not reached."),
    Message("can't establish a connection to the server at ws", "Firefox", ("websocket-handshake", "connection-failed"),
            _FIREFOX, "Does the network panel show a status for the handshake?"),
    Message("Cross-Origin-Opener-Policy policy would block", "Chromium", ("cross-origin-opener-policy",), _CHROMIUM),
    Message("Blocked a frame with origin", "Chromium or WebKit", ("cross-origin-frame",), _CHROMIUM),
    Message("Permission denied to access property ... on cross-origin object", "Firefox", ("cross-origin-frame",),
            _FIREFOX),
    Message("does not match the recipient window's origin", "Chromium", ("post-message-origin",), _CHROMIUM),
    Message("was loaded over HTTPS, but requested an insecure", "Chromium", ("mixed-content",), _CHROMIUM),
    Message("NotSameOriginAfterDefaultedToSameOriginByCoep", "Chromium", ("cross-origin-embedder-policy",), _CHROMIUM),
    Message("CoepFrameResourceNeedsCoepHeader", "Chromium", ("cross-origin-embedder-policy",), _CHROMIUM),
    Message("Cross-Origin-Embedder-Policy", "Chromium", ("cross-origin-embedder-policy",), _CHROMIUM),
    Message("Cross-Origin Embedder Policy", "Chromium", ("cross-origin-embedder-policy",), _CHROMIUM),
    Message("Specify a Cross-Origin Resource Policy to prevent a resource", "Chromium",
            ("cross-origin-embedder-policy", "cross-origin-resource-policy"), _CHROMIUM, _HAS_COEP),
    Message("Cross-Origin-Resource-Policy header (or lack thereof)", "Firefox",
            ("cross-origin-resource-policy", "cross-origin-embedder-policy"), _FIREFOX, _HAS_COEP),
    Message("is not valid JSON", "Chromium", ("not-json",), "V8's messages of JSON.parse"),
    Message("Unexpected token ... in JSON at position", "Chromium", ("not-json",), "V8's messages of JSON.parse"),
    Message("JSON.parse: unexpected character at line 1 column 1", "Firefox", ("not-json",), "SpiderMonkey's messages"),
    # What older versions wrote, and reports in public trackers still hold.
    Message("Response for preflight is invalid (redirect)", "an older Chromium", ("preflight-redirected",), _OLDER),
    Message("which is disallowed for cross-origin requests that require preflight", "an older Chromium",
            ("preflight-redirected",), _OLDER),
    Message("Response for preflight", "an older Chromium", ("preflight-status-not-ok",), _OLDER),
    Message("Invalid HTTP status code", "an older Chromium", ("preflight-status-not-ok",), _OLDER),
    Message("'Access-Control-Allow-Origin' header when the credentials flag is true", "an older Chromium",
            ("allow-origin-wildcard-with-credentials",), _OLDER),
    Message("Cannot use wildcard in Access-Control-Allow-Origin when credentials flag is true",
            "an older Chromium or Safari", ("allow-origin-wildcard-with-credentials",), _OLDER),
    Message("Credentials flag is 'true', but the 'Access-Control-Allow-Credentials' header is", "an older Chromium",
            ("allow-credentials-not-true",), _OLDER),
    Message("in the Access-Control-Allow-Origin response header for cross-origin", "Internet Explorer or old Edge",
            ("allow-origin-missing", "allow-origin-mismatch"), _OLDER,
            "Does the response have Access-Control-Allow-Origin at all?"),
    Message("not found in Access-Control-Allow-Origin header", "Internet Explorer or old Edge",
            ("allow-origin-missing", "allow-origin-mismatch"), _OLDER,
            "Does the response have Access-Control-Allow-Origin at all?"),
    Message("was not present in the Access-Control-Allow-Headers list", "Internet Explorer or old Edge",
            ("header-not-allowed",), _OLDER),
    # What a panel shows that is no failure, or not yet one.
    Message("Referrer Policy: strict-origin-when-cross-origin", "Chromium", ("referrer-policy",), _CHROMIUM),
    Message("Provisional headers are shown", "Chromium", ("provisional-headers",), _CHROMIUM),
    # What curl says in the place of a response.
    Message("curl: (6)", "curl", ("connection-failed",), _CURL),
    Message("curl: (7)", "curl", ("connection-failed",), _CURL),
    Message("curl: (28)", "curl", ("timed-out", "connection-failed"), _CURL, "Did it connect before the time was up?"),
    Message("curl: (35)", "curl", ("connection-failed",), _CURL),
    Message("curl: (52)", "curl", ("connection-failed", "invalid-response"), _CURL, "Has the server's log an error?"),
    Message("curl: (56)", "curl", ("connection-failed",), _CURL),
    Message("curl: (60)", "curl", ("connection-failed",), _CURL),
    # What servers write into their logs, or end with.
    Message("Missing parameter name at", "Express 5", ("express-5",), "path-to-regexp 8, measured"),
    Message("CORS policy execution failed", "ASP.NET Core", ("aspnet-origin",),
            "dotnet/aspnetcore CORSLoggerExtensions.cs"),
    Message("does not have permission to access the resource", "ASP.NET Core", ("aspnet-origin",),
            "dotnet/aspnetcore CORSLoggerExtensions.cs"),
    Message("Preflight aborted: ", "rs/cors (Go)", ("three-vary-names",), "rs/cors cors.go"),
    Message("Invalid CORS request; Origin", "Tomcat", ("tomcat-cors",), "tomcat CorsFilter.java"),
    Message("Reject: ... is not allowed", "Spring", ("spring-cors",), "spring-web DefaultCorsProcessor.java"),
    Message("allowedOrigins cannot contain the special value", "Spring", ("wildcard-setting-refused",), _SOURCE_OF),
    Message("does not allow specifying a wildcard (any) origin and credentials", "ASP.NET Core",
            ("wildcard-setting-refused",), _SOURCE_OF),
    Message("bad origin: origins must contain", "gin-contrib/cors", ("gin-contrib-cors",),
            "gin-contrib/cors config.go"),
    Message("conflict settings: all origins disabled", "gin-contrib/cors", ("gin-contrib-cors",),
            "gin-contrib/cors config.go"),
    # Libraries.
    Message("AxiosError: timeout of", "axios", ("timeout",), _SOURCE_OF),
    Message("timeout of ... ms exceeded", "axios", ("timeout",), _SOURCE_OF),
    Message("AxiosError: Request aborted", "axios", ("timeout",), _SOURCE_OF),
    Message("ECONNABORTED", "axios", ("timeout",), _SOURCE_OF),
    Message("HTTPError: Request failed with status code", "ky", ("http-error",), _SOURCE_OF),
    Message("Request failed with status code", "axios", ("http-error",), _SOURCE_OF),
    Message("AxiosError: Network Error", "axios", _NETWORK_ERROR, _SOURCE_OF, _IS_THERE_AN_ANSWER),
    Message("AxiosError ... ERR_NETWORK", "axios", _NETWORK_ERROR, _SOURCE_OF, _IS_THERE_AN_ANSWER),
    Message("Http failure response for ... 0 Unknown Error", "Angular", _NETWORK_ERROR, _SOURCE_OF,
            _IS_THERE_AN_ANSWER),
    Message("Http failure response for", "Angular", ("http-error",), _SOURCE_OF),
    Message("Request has been terminated ... Possible causes", "superagent", _NETWORK_ERROR, _SOURCE_OF,
            _IS_THERE_AN_ANSWER),
    Message("Possible causes: the network is offline, Origin is not allowed", "superagent", _NETWORK_ERROR, _SOURCE_OF,
            _IS_THERE_AN_ANSWER),
    Message("tus: invalid or missing", "tus-js-client (Uppy)", ("header-hidden", "http-error"), _SOURCE_OF,
            "Does the network panel show the header in the response? Then it is hidden from the page."),
    Message("FunctionsFetchError", "supabase", ("edge-function", *_NETWORK_ERROR), _SOURCE_OF, _IS_THERE_AN_ANSWER),
    Message("Failed to send a request to the Edge Function", "supabase", ("edge-function", *_NETWORK_ERROR), _SOURCE_OF,
            _IS_THERE_AN_ANSWER),
    Message("FunctionsHttpError", "supabase", ("http-error",), _SOURCE_OF),
    Message("Edge Function returned a non-2xx status code", "supabase", ("http-error",), _SOURCE_OF),
    Message("FirebaseError: internal", "Firebase", ("allow-origin-missing", "preflight-status-not-ok", "http-error"),
            _SOURCE_OF, "Does the console have a line about CORS? Without one the function itself failed: see its "
            "log."),
    Message("auth/network-request-failed", "Firebase", ("blocked-by-client", "connection-failed", "network-error"),
            _SOURCE_OF, "Does it work in a window without extensions?"),
    Message("storage/retry-limit-exceeded", "Firebase", ("storage-bucket", "connection-failed"), _SOURCE_OF,
            _IS_THERE_AN_ANSWER),
    Message("Max retry time for operation exceeded", "Firebase", ("storage-bucket", "connection-failed"), _SOURCE_OF,
            _IS_THERE_AN_ANSWER),
    Message("TRPCClientError", "tRPC", _NETWORK_ERROR, _SOURCE_OF, _OTHER_LINE),
    Message("[Network error]", "Apollo Client", _NETWORK_ERROR, _SOURCE_OF, _OTHER_LINE),
    Message("ApolloError: Failed to fetch", "Apollo Client", _NETWORK_ERROR, _SOURCE_OF, _OTHER_LINE),
    Message("ApolloError: NetworkError", "Apollo Client", _NETWORK_ERROR, _SOURCE_OF, _OTHER_LINE),
    Message("FETCH_ERROR", "RTK Query", _NETWORK_ERROR, _SOURCE_OF, _OTHER_LINE),
    Message("FetchError: [ ... <no response>", "ofetch", _NETWORK_ERROR, _SOURCE_OF, _OTHER_LINE),
    Message("FetchError: [", "ofetch", ("http-error",), _SOURCE_OF),
    Message("NetworkError: Request failed due to a network error", "ky", _NETWORK_ERROR, _SOURCE_OF, _OTHER_LINE),
    Message("APIConnectionError", "the OpenAI or Anthropic SDK", _NETWORK_ERROR, _SOURCE_OF, _OTHER_LINE),
    Message("post_request_failed", "MSAL", _NETWORK_ERROR, _SOURCE_OF, _OTHER_LINE),
    Message("BrowserAuthError: network_error", "MSAL", _NETWORK_ERROR, _SOURCE_OF, _OTHER_LINE),
    Message("Failed to complete negotiation with the server", "SignalR",
            ("allow-origin-missing", "allow-origin-wildcard-with-credentials", "allow-credentials-not-true",
             "connection-failed"),
            _SOURCE_OF, "What does the console say of the request to /negotiate?"),
    Message("The XMLHttpRequest onError callback was called", "Dio (Flutter)", _NETWORK_ERROR, _SOURCE_OF,
            _IS_THERE_AN_ANSWER),
    Message("ClientException: XMLHttpRequest error", "Dart (Flutter)", _NETWORK_ERROR, _REPORTED, _IS_THERE_AN_ANSWER),
    Message("XMLHttpRequest error.", "Dart (Flutter)", _NETWORK_ERROR, _REPORTED, _IS_THERE_AN_ANSWER),
    Message("ClientException: Failed to fetch", "Dart (Flutter)", _NETWORK_ERROR, _REPORTED, _IS_THERE_AN_ANSWER),
    Message("Trying to load an image from another domain", "Flutter on the web", ("allow-origin-missing",), _SOURCE_OF),
    Message("ImageCodecException", "Flutter on the web", _NETWORK_ERROR, _SOURCE_OF, _IS_THERE_AN_ANSWER),
    Message("request failed, statusCode: 0", "Flutter on the web", _NETWORK_ERROR, _SOURCE_OF, _IS_THERE_AN_ANSWER),
    Message("ClientException with SocketException", "Dart (Flutter)", ("native-app-fetch",), _REPORTED),
    Message("UnityWebRequest", "Unity", _NETWORK_ERROR, _REPORTED, _OTHER_LINE),
    Message("Network request failed", "React Native or whatwg-fetch", ("native-app-fetch", *_NETWORK_ERROR), _SOURCE_OF,
            "Does it run on a device, or as a web page?"),
    Message("manifestLoadError", "hls.js", _NETWORK_ERROR, _SOURCE_OF, _IS_THERE_AN_ANSWER),
    Message("readyState ... 'status':0,'statusText':'error'", "jQuery", _NETWORK_ERROR, _SOURCE_OF,
            _IS_THERE_AN_ANSWER),
    Message("readyState ... status: 0, statusText:", "jQuery", _NETWORK_ERROR, _SOURCE_OF, _IS_THERE_AN_ANSWER),
    Message("TypeError: fetch failed", "Node", ("server-side-fetch",), _SOURCE_OF),
    Message("error sending request for url", "Deno", ("server-side-fetch",), _SOURCE_OF),
)  # fmt: skip

# What JavaScript is told whatever the reason, and so behind what says more.
MESSAGES_WHATEVER_THE_REASON: Final = (
    Message("Failed to fetch", "Chromium", _NETWORK_ERROR, _CHROMIUM, _OTHER_LINE),
    Message("NetworkError when attempting to fetch resource", "Firefox", _NETWORK_ERROR, _FIREFOX, _OTHER_LINE),
    Message("TypeError: Load failed", "WebKit", _NETWORK_ERROR, _WEBKIT, _OTHER_LINE),
    Message("due to access control checks", "WebKit", _NETWORK_ERROR, _WEBKIT, _OTHER_LINE),
    Message("has been blocked by CORS policy", "Chromium", _CORS_ERROR, _CHROMIUM, _OTHER_LINE),
    Message("blocked:cors", "Chromium", _CORS_ERROR, _CHROMIUM, _OTHER_LINE),
    Message("net::ERR_FAILED CORS error", "Chromium", _CORS_ERROR, _CHROMIUM, _OTHER_LINE),
    Message("net::ERR_FAILED", "Chromium", _NETWORK_ERROR, _CHROMIUM, _OTHER_LINE),
    Message("the server responded with a status of", "Chromium", ("http-error",), _CHROMIUM),
    *(
        Message(f" http ... {status} (", "Chromium", ("http-error",), _CHROMIUM)
        for status in (400, 401, 403, 404, 405, 413, 422, 429, 500, 502, 503, 504)
    ),
    Message("Script error.", "any browser", ("muted-errors",), "HTML's muted errors"),
    Message("Network Error", "axios", _NETWORK_ERROR, _SOURCE_OF, _IS_THERE_AN_ANSWER),
    Message("ERR_NETWORK", "axios", _NETWORK_ERROR, _SOURCE_OF, _IS_THERE_AN_ANSWER),
)  # fmt: skip

LANGUAGES: Final = {"de": "German", "fr": "French", "es": "Spanish", "zh": "Chinese", "ja": "Japanese"}
"""The languages other than English in which Firefox's lines are known."""

_WRONG_ORIGIN: Final = (
    "allow-origin-mismatch",
    "allow-origin-list",
    "allow-origin-invalid",
    "allow-origin-space-separated",
)
PREFLIGHT_FAILED: Final = ("preflight-status-not-ok", "preflight-redirected")
_NO_RESPONSE: Final = (
    "connection-failed",
    "timed-out",
    "invalid-response",
    "redirect-limit",
    "redirect-location-invalid",
    "redirect-with-credentials",
    "redirect-scheme-not-http",
)
_NOT_HTTP: Final = ("scheme-not-supported", "redirect-scheme-not-http")

# What tells apart what one message may stand for.
QUESTIONS: Final[dict[frozenset[str], str]] = {
    frozenset(_WRONG_ORIGIN): (
        "What does Access-Control-Allow-Origin say in the response: another origin, a list, or something that is no "
        "origin at all, such as a URL with a path?"
    ),
    frozenset(PREFLIGHT_FAILED): "Which status has the OPTIONS request in the network panel? 3xx is a redirect.",
    frozenset(_NO_RESPONSE): (
        "Does the URL open in a tab of its own? If not, the server cannot be reached, or its certificate is not "
        "trusted. If so, look for a blocker, and for redirects in the network panel."
    ),
    frozenset(_NOT_HTTP): "Did the page ask for an http(s) URL? Then a redirect led to another scheme.",
}

# What each reason of Firefox may stand for, by its key in security.properties.
_FIREFOX_KEYS: Final[dict[str, tuple[str, ...]]] = {
    "MissingAllowOrigin": ("allow-origin-missing",),
    "AllowOriginNotMatchingOrigin": _WRONG_ORIGIN,
    "MultipleAllowOriginNotAllowed": ("allow-origin-repeated",),
    "NotSupportingCredentials": ("allow-origin-wildcard-with-credentials",),
    "MissingAllowCredentials": ("allow-credentials-not-true",),
    "PreflightDidNotSucceed": PREFLIGHT_FAILED,
    "MissingAllowHeaderFromPreflight": ("header-not-allowed",),
    "MethodNotFound": ("method-not-allowed",),
    "DidNotSucceed": _NO_RESPONSE,
    "ExternalRedirectNotAllowed": ("preflight-redirected",),
    "RequestNotHttp": _NOT_HTTP,
    "InvalidAllowMethod": ("allow-methods-invalid",),
    "InvalidAllowHeader": ("allow-headers-invalid",),
    "OriginHeaderNotAdded": ("origin-header-not-added",),
    "Disabled": ("cors-disabled",),
    "AllowHeaderFromPreflightDeprecation": ("authorization-under-wildcard",),
    "": ("network-error",),
}

_ALLOW_METHODS: Final = "Access-Control-Allow-Methods"
_ALLOW_HEADERS: Final = "Access-Control-Allow-Headers"

# The parts of Firefox's language packs that tell the reasons apart; the empty key is how every line begins.
_TRANSLATED: Final[dict[str, tuple[tuple[str, str], ...]]] = {
    "de": (
        ("MissingAllowOrigin", "'Access-Control-Allow-Origin' fehlt"),
        ("AllowOriginNotMatchingOrigin", "'Access-Control-Allow-Origin' stimmt nicht mit"),
        ("MultipleAllowOriginNotAllowed", "Es darf nur ein eine CORS-Kopfzeile"),
        ("NotSupportingCredentials", "Berechtigung/Credential wird nicht unterstützt"),
        ("MissingAllowCredentials", "'true' in CORS-Kopfzeile 'Access-Control-Allow-Credentials' erwartet"),
        ("PreflightDidNotSucceed", "CORS-Preflight-Antwort schlug fehl"),
        ("MissingAllowHeaderFromPreflight", "aus der CORS-Preflight-Antwort nicht zulässig"),
        ("MethodNotFound", "Methode nicht in CORS-Kopfzeile"),
        ("DidNotSucceed", "CORS-Anfrage schlug fehl"),
        ("ExternalRedirectNotAllowed", "Externe Weiterleitung der CORS-Anfrage verboten"),
        ("RequestNotHttp", "CORS-Anfrage war nicht http"),
        ("InvalidAllowMethod", f"ungültiges Token ... in CORS-Kopfzeile '{_ALLOW_METHODS}'"),
        ("InvalidAllowHeader", f"ungültiges Token ... in CORS-Kopfzeile '{_ALLOW_HEADERS}'"),
        ("OriginHeaderNotAdded", "'Origin' konnte nicht hinzugefügt werden"),
        ("Disabled", "CORS deaktiviert"),
        ("AllowHeaderFromPreflightDeprecation", "Warnung für quellübergreifende"),
        ("", "Quellübergreifende (Cross-Origin) Anfrage blockiert"),
    ),
    "fr": (
        ("MissingAllowOrigin", "'Access-Control-Allow-Origin' est manquant"),
        ("AllowOriginNotMatchingOrigin", "'Access-Control-Allow-Origin' ne correspond pas à"),
        ("MultipleAllowOriginNotAllowed", "le recours à plusieurs en-têtes CORS"),
        ("NotSupportingCredentials", "l'identification n'est pas prise en charge"),
        ("MissingAllowCredentials", "'true' attendu"),
        ("PreflightDidNotSucceed", "échec de la réponse de pré-vérification des requêtes CORS"),
        ("MissingAllowHeaderFromPreflight", f"n'est pas autorisé d'après l'en-tête '{_ALLOW_HEADERS}'"),
        ("MethodNotFound", "méthode manquante dans l'en-tête"),
        ("DidNotSucceed", "échec de la requête CORS"),
        ("ExternalRedirectNotAllowed", "la redirection externe de requêtes CORS n'est pas autorisée"),
        ("RequestNotHttp", "la requête CORS n'utilise pas HTTP"),
        ("InvalidAllowMethod", f"jeton ... invalide ... '{_ALLOW_METHODS}'"),
        ("InvalidAllowHeader", f"jeton ... invalide ... '{_ALLOW_HEADERS}'"),
        ("OriginHeaderNotAdded", "'Origin' ne peut pas être ajouté"),
        ("Disabled", "CORS désactivé"),
        ("AllowHeaderFromPreflightDeprecation", "Avertissement de requête multiorigine"),
        ("", "Blocage d'une requête multiorigine"),
    ),
    "es": (
        ("MissingAllowOrigin", "falta la cabecera CORS 'Access-Control-Allow-Origin'"),
        ("AllowOriginNotMatchingOrigin", "'Access-Control-Allow-Origin' no coincide con"),
        ("MultipleAllowOriginNotAllowed", "no se permiten múltiples cabeceras CORS"),
        ("NotSupportingCredentials", "la credencial no se admite"),
        ("MissingAllowCredentials", "se esperaba 'true'"),
        ("PreflightDidNotSucceed", "la respuesta CORS preliminar 'preflight' no ha tenido éxito"),
        ("MissingAllowHeaderFromPreflight", "no está permitida de acuerdo a la cabecera"),
        ("MethodNotFound", "no se ha encontrado el método"),
        ("DidNotSucceed", "Solicitud CORS sin éxito"),
        ("ExternalRedirectNotAllowed", "No se permite la redirección externa"),
        ("RequestNotHttp", "la solicitud CORS no es http"),
        ("InvalidAllowMethod", f"token ... no válido ... '{_ALLOW_METHODS}'"),
        ("InvalidAllowHeader", f"token ... no válido ... '{_ALLOW_HEADERS}'"),
        ("OriginHeaderNotAdded", "'Origen'"),
        ("Disabled", "CORS desactivado"),
        ("AllowHeaderFromPreflightDeprecation", "Advertencia de solicitud de origen cruzado"),
        ("", "Solicitud desde otro origen bloqueada"),
        ("", "Solicitud de origen cruzado bloqueada"),
    ),
    "zh": (
        ("MissingAllowOrigin", "缺少 'Access-Control-Allow-Origin'"),
        ("AllowOriginNotMatchingOrigin", "'Access-Control-Allow-Origin' ... 不匹配"),
        ("AllowOriginNotMatchingOrigin", "不匹配 '"),
        ("MultipleAllowOriginNotAllowed", "不允许有多个 'Access-Control-Allow-Origin' CORS 头"),
        ("NotSupportingCredentials", "凭据不支持"),
        ("MissingAllowCredentials", "预期为 'true'"),
        ("PreflightDidNotSucceed", "CORS 预检响应未能成功"),
        ("MissingAllowHeaderFromPreflight", "不允许使用头"),
        ("MethodNotFound", f"找不到 CORS 头中的 '{_ALLOW_METHODS}'"),
        ("DidNotSucceed", "CORS 请求未能成功"),
        ("ExternalRedirectNotAllowed", "不允许 CORS 请求外部重定向"),
        ("RequestNotHttp", "CORS 请求不是 http"),
        ("InvalidAllowMethod", f"令牌 ... 无效 ... '{_ALLOW_METHODS}'"),
        ("InvalidAllowMethod", f"'{_ALLOW_METHODS}' ... 令牌 ... 无效"),
        ("InvalidAllowHeader", "令牌 ... 无效"),
        ("OriginHeaderNotAdded", "无法添加 CORS 'Origin' 头"),
        ("Disabled", "CORS 未启用"),
        ("AllowHeaderFromPreflightDeprecation", "跨源请求警告"),
        ("", "已拦截跨源请求"),
    ),
    "ja": (
        ("MissingAllowOrigin", "'Access-Control-Allow-Origin' が足りない"),
        ("AllowOriginNotMatchingOrigin", "'Access-Control-Allow-Origin' が ... と異なる"),
        ("MultipleAllowOriginNotAllowed", "複数の CORS ヘッダー"),
        ("NotSupportingCredentials", "認証情報はサポートされない"),
        ("MissingAllowCredentials", "'true' であるべき"),
        ("PreflightDidNotSucceed", "CORS プリフライト応答が継承されていない"),
        ("MissingAllowHeaderFromPreflight", "によりヘッダー ... が許可されていない"),
        ("MethodNotFound", "にメソッドが見つからない"),
        ("DidNotSucceed", "CORS 要求が成功しなかった"),
        ("ExternalRedirectNotAllowed", "外部リダイレクトは許可されない"),
        ("RequestNotHttp", "CORS 要求が http でない"),
        ("InvalidAllowMethod", f"'{_ALLOW_METHODS}' ... 不正なトークン ... が含まれる"),
        ("InvalidAllowHeader", "不正なトークン ... が含まれる"),
        ("OriginHeaderNotAdded", "'Origin' を追加できなかった"),
        ("Disabled", "CORS が無効"),
        ("AllowHeaderFromPreflightDeprecation", "クロスオリジン要求警告"),
        ("", "クロスオリジン要求をブロックしました"),
    ),
}

# The words of Firefox's network panel, which are English in every language.
_NETWORK_PANEL: Final = (
    ("MissingAllowOrigin", "CORS Missing Allow Origin"),
    ("PreflightDidNotSucceed", "CORS Preflight Did Not Succeed"),
    ("MissingAllowHeaderFromPreflight", "CORS Missing Allow Header"),
    ("MethodNotFound", "CORS Method Not Found"),
    ("MultipleAllowOriginNotAllowed", "CORS Multiple Origin Not Allowed"),
    ("AllowOriginNotMatchingOrigin", "CORS Allow Origin Not Matching Origin"),
    ("NotSupportingCredentials", "CORS No Allow Credentials"),
    ("MissingAllowCredentials", "CORS Missing Allow Credentials"),
    ("ExternalRedirectNotAllowed", "CORS External Redirect Not Allowed"),
    ("RequestNotHttp", "CORS Not HTTP"),
    ("InvalidAllowMethod", "CORS Invalid Allow Method"),
    ("InvalidAllowHeader", "CORS Invalid Allow Header"),
    ("OriginHeaderNotAdded", "CORS Origin Header Missing"),
    ("OriginHeaderNotAdded", "CORS header 'Origin' cannot be added"),
    ("DidNotSucceed", "CORS Failed"),
    ("Disabled", "(Reason: CORS disabled)"),
)

_SEVERAL: Final = ("allow-origin-repeated", "allow-origin-list", "allow-origin-space-separated")
_SEVERAL_OR_TWICE: Final = (
    "Is Access-Control-Allow-Origin there once or twice? Twice: two layers add it. Once: it holds a list."
)

# What Chromium's network panel shows beside "CORS error"; a preflight's begin with Preflight.
_PANEL_OF_CHROMIUM: Final[tuple[tuple[str, tuple[str, ...]], ...]] = (
    ("MissingAllowOriginHeader", ("allow-origin-missing",)),
    ("WildcardOriginNotAllowed", ("allow-origin-wildcard-with-credentials",)),
    ("MultipleAllowOriginValues", _SEVERAL),
    ("InvalidAllowOriginValue", ("allow-origin-invalid",)),
    ("AllowOriginMismatch", ("allow-origin-mismatch",)),
    ("InvalidAllowCredentials", ("allow-credentials-not-true",)),
    ("PreflightDisallowedRedirect", ("preflight-redirected",)),
    ("PreflightInvalidStatus", ("preflight-status-not-ok",)),
    ("MethodDisallowedByPreflightResponse", ("method-not-allowed",)),
    ("HeaderDisallowedByPreflightResponse", ("header-not-allowed",)),
)


def _of_firefox(key: str, words: str, said_by: str) -> Message:
    codes = _FIREFOX_KEYS[key]
    question = QUESTIONS.get(frozenset(codes), "" if key else "What does Firefox say at the end of the line?")
    return Message(words, said_by, codes, _FIREFOX, question)


MESSAGES: Final = (
    *_BEFORE_THE_CATALOGUE,
    *(
        _of_firefox(key, words, f"Firefox ({LANGUAGES[language]})")
        for language, rows in _TRANSLATED.items()
        for key, words in rows
    ),
    *(_of_firefox(key, words, "Firefox") for key, words in _NETWORK_PANEL),
    *(
        Message(words, "Chromium", codes, _CHROMIUM, _SEVERAL_OR_TWICE if codes is _SEVERAL else "")
        for words, codes in _PANEL_OF_CHROMIUM
    ),
)
"""What is looked for before the catalogue of reasons."""

# The order of what a message of the catalogue may stand for, where reports in public trackers have another.
RANKED: Final[dict[str, tuple[str, ...]]] = {
    "'Access-Control-Allow-Origin' header contains multiple values": _SEVERAL,
    "CORS header 'Access-Control-Allow-Origin' does not match": _WRONG_ORIGIN,
    "is not allowed by Access-Control-Allow-Origin": (
        "allow-origin-missing",
        "allow-origin-mismatch",
        "allow-origin-invalid",
        "allow-origin-space-separated",
    ),
}
QUESTIONS_BY_WORDS: Final = {
    "'Access-Control-Allow-Origin' header contains multiple values": _SEVERAL_OR_TWICE,
    "Access-Control-Allow-Origin cannot contain more than one origin": _SEVERAL_OR_TWICE,
    "is not allowed by Access-Control-Allow-Origin": "Does the response have Access-Control-Allow-Origin at all?",
    "was blocked because of a disallowed MIME type": "Does the response have X-Content-Type-Options: nosniff?",
    "was blocked due to MIME type": "Does the response have X-Content-Type-Options: nosniff?",
    "net::ERR_INVALID_HTTP_RESPONSE": "What does curl -v show of the response's first line?",
    "Security Error: Content at ... may not load": "Is the URL an http(s) URL?",
    "FTP URLs are disabled": "Did the page ask for that URL, or did a redirect lead there?",
    "Not allowed to load local resource": "Did the page ask for that URL, or did a redirect lead there?",
    "CORS request did not succeed": QUESTIONS[frozenset(_NO_RESPONSE)],
}

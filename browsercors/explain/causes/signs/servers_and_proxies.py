"""
Signs of web servers, proxies and gateways: nginx, Apache, Caddy, HAProxy, IIS, Envoy, Kong and ingress-nginx.
"""

from __future__ import annotations

from typing import Final

from browsercors.explain.causes.sign import ACAO, Sample, Sign

__all__ = ["SIGNS"]

PLAIN: Final = (("Content-Type", "text/plain; charset=utf-8"),)
JSON: Final = (("Content-Type", "application/json"),)
HTML: Final = (("Content-Type", "text/html; charset=utf-8"),)
PREFLIGHT_VARY: Final = (("Vary", "Origin, Access-Control-Request-Method, Access-Control-Request-Headers"),)

NGINX: Final = (("Server", "nginx/1.22.1"), *HTML)


def _nginx_page(title: str) -> str:
    """
    Return the error page of nginx.
    """
    return f"<title>{title}</title>\r\n<center><h1>{title}</h1></center>\r\n<hr><center>nginx/1.22.1</center>\r\n"


SIGNS: Final[tuple[Sign, ...]] = (
    Sign(
        code="nginx-static-method",
        who="nginx",
        meaning="The request reached a location that serves files, and proxy_pass does not cover this path.",
        remedy="Correct the location, or answer preflights there: if ($request_method = OPTIONS) { return 204; } with "
        "add_header ... always.",
        sure="measured",
        source="nginx ngx_http_static_module",
        status=(405,),
        body=(
            b"<h1>405 Not Allowed</h1></center>\r\n<hr><center>nginx",
            b"<h1>405 Not Allowed</h1></center><hr><center>nginx",
        ),
        sample=Sample(405, NGINX, _nginx_page("405 Not Allowed")),
    ),
    Sign(
        code="nginx-error-page",
        who="nginx itself, with its own error page",
        meaning="add_header leaves out error responses unless it says always, so this page has no CORS headers. The "
        "status is what went wrong.",
        remedy="See to the status first; write add_header Access-Control-Allow-Origin ... always.",
        sure="measured",
        source="https://nginx.org/en/docs/http/ngx_http_headers_module.html",
        status=(400, 401, 403, 404, 429, 500, 503),
        body=(b"<hr><center>nginx", b"<hr><center>openresty"),
        without=(ACAO,),
        sample=Sample(404, NGINX, _nginx_page("404 Not Found")),
    ),
    Sign(
        code="nginx-too-large",
        who="nginx",
        meaning="The body is larger than its limit. The missing CORS headers only hide that.",
        remedy="Raise client_max_body_size.",
        sure="measured",
        source="nginx ngx_http_core_module",
        status=(413,),
        body=(b"<h1>413 Request Entity Too Large</h1>",),
        sample=Sample(413, NGINX, _nginx_page("413 Request Entity Too Large")),
    ),
    Sign(
        code="nginx-bad-gateway",
        who="nginx",
        meaning="The application behind nginx does not answer. The missing CORS headers only hide that.",
        remedy="Start the application, or correct proxy_pass; nginx's error log says more.",
        sure="measured",
        source="nginx ngx_http_proxy_module",
        status=(502,),
        body=(b"<hr><center>nginx", b"<hr><center>openresty"),
        sample=Sample(502, NGINX, _nginx_page("502 Bad Gateway")),
    ),
    Sign(
        code="nginx-timeout",
        who="nginx",
        meaning="The application behind nginx is too slow. The missing CORS headers only hide that.",
        remedy="Make the application faster, or raise proxy_read_timeout.",
        sure="measured",
        source="nginx ngx_http_proxy_module",
        status=(504,),
        body=(b"<h1>504 Gateway Time-out</h1>",),
        sample=Sample(504, NGINX, _nginx_page("504 Gateway Time-out")),
    ),
    Sign(
        code="apache-static",
        who="Apache",
        meaning="Its core answered OPTIONS by itself. No configuration line about CORS applied.",
        remedy="Add Header always set Access-Control-Allow-..., and answer OPTIONS with RewriteRule .* - [R=204].",
        sure="measured",
        source="httpd core",
        when="preflight",
        status=(200,),
        headers=(("allow", "TRACE"), ("allow", "OPTIONS,")),
        without=(ACAO, "public"),
        sample=Sample(200, (("Server", "Apache/2.4"), ("Allow", "POST,OPTIONS,HEAD,GET,TRACE"))),
    ),
    Sign(
        code="apache-rewrite-200",
        who="Apache",
        meaning="RewriteRule ... [R=200] makes an error document of the response to OPTIONS.",
        remedy="Use R=204, and Header always set.",
        sure="measured",
        source="httpd mod_rewrite",
        when="preflight",
        status=(200,),
        body=(b"The server encountered an internal error or",),
        sample=Sample(200, HTML, "<p>The server encountered an internal error or\nmisconfiguration and was unable</p>"),
    ),
    Sign(
        code="apache-forbidden",
        who="Apache",
        meaning="A rule of Apache forbids this request: Limit, LimitExcept, Require or ModSecurity.",
        remedy="Let OPTIONS pass that rule, and use Header always set, so that errors get the headers too.",
        sure="measured",
        source="httpd core",
        status=(403,),
        body=(b"You don't have permission to access this resource.",),
        sample=Sample(403, (("Server", "Apache"), *HTML), "<p>You don't have permission to access this resource.</p>"),
    ),
    Sign(
        code="apache-unavailable",
        who="Apache",
        meaning="The application behind Apache does not answer. The missing CORS headers only hide that.",
        remedy="Start the application, or correct ProxyPass.",
        sure="measured",
        source="httpd mod_proxy",
        status=(503,),
        body=(b"maintenance downtime or capacity",),
        sample=Sample(
            503,
            (("Server", "Apache"), *HTML),
            "<p>The server is temporarily unable to service your\nrequest due to maintenance downtime or capacity\n"
            "problems.</p>",
        ),
    ),
    Sign(
        code="caddy-empty",
        who="Caddy",
        meaning="No handler matched OPTIONS, and Caddy answered with an empty 200.",
        remedy="Add @preflight method OPTIONS, with header and respond @preflight 204.",
        sure="measured",
        source="caddy modules/caddyhttp",
        when="preflight",
        status=(200,),
        exactly=(("server", "Caddy"), ("content-length", "0")),
        without=(ACAO, "allow", "vary"),
        sample=Sample(200, (("Server", "Caddy"), ("Content-Length", "0"))),
    ),
    Sign(
        code="caddy-bad-gateway",
        who="Caddy",
        meaning="The application behind Caddy does not answer. The missing CORS headers only hide that.",
        remedy="Start the application, or correct reverse_proxy.",
        sure="measured",
        source="caddy modules/caddyhttp/reverseproxy",
        status=(502,),
        exactly=(("server", "Caddy"),),
        without=(ACAO,),
        sample=Sample(502, (("Server", "Caddy"),)),
    ),
    Sign(
        code="haproxy-unavailable",
        who="HAProxy",
        meaning="No server behind HAProxy answers in time. The missing CORS headers only hide that.",
        remedy="Start the servers behind it; http-after-response set-header reaches HAProxy's own errors too.",
        sure="measured",
        source="haproxy http.c",
        status=(503, 504),
        body=(b"No server is available to handle this request.", b"The server didn't respond in time."),
        sample=Sample(503, HTML, "<h1>503 Service Unavailable</h1>\nNo server is available to handle this request."),
    ),
    Sign(
        code="haproxy-forbidden",
        who="HAProxy",
        meaning="A rule of HAProxy refuses this request.",
        remedy="Exempt preflights from the rule with METH_OPTIONS.",
        sure="measured",
        source="haproxy http.c",
        status=(403,),
        body=(b"Request forbidden by administrative rules.",),
        sample=Sample(403, HTML, "<h1>403 Forbidden</h1>\nRequest forbidden by administrative rules."),
    ),
    Sign(
        code="haproxy-login",
        who="HAProxy",
        meaning="HAProxy asks for a user and a password, and a preflight never carries any.",
        remedy="Exempt preflights from the http-request auth rule with METH_OPTIONS.",
        sure="measured",
        source="haproxy http.c",
        status=(401,),
        body=(b"You need a valid user and password to access this content.",),
        sample=Sample(
            401,
            (("WWW-Authenticate", 'Basic realm="api"'), *HTML),
            "<h1>401 Unauthorized</h1>\nYou need a valid user and password to access this content.",
        ),
    ),
    Sign(
        code="iis-options",
        who="IIS",
        meaning="Its OPTIONSVerbHandler answered, and the application was never asked.",
        remedy="Install the IIS CORS module, or remove OPTIONSVerbHandler, so that the application answers OPTIONS.",
        sure="reported",
        source="public reports",
        when="preflight",
        status=(200,),
        headers=(("public", "OPTIONS"),),
        without=(ACAO,),
        sample=Sample(
            200, (("Allow", "OPTIONS, TRACE, GET, HEAD, POST"), ("Public", "OPTIONS, TRACE, GET, HEAD, POST"))
        ),
    ),
    Sign(
        code="iis-webdav",
        who="the WebDAV module of IIS",
        meaning="WebDAV takes PUT and DELETE before the application does.",
        remedy="Remove WebDAVModule and its handler in web.config.",
        sure="documented",
        source="Microsoft Learn, HTTP error 405.0",
        status=(405,),
        body=(b"HTTP Error 405.0 - Method Not Allowed",),
        sample=Sample(405, HTML, "<h3>HTTP Error 405.0 - Method Not Allowed</h3>"),
    ),
    Sign(
        code="windows-authentication",
        who="Windows authentication, as IIS does it",
        meaning="It asks every request to log in, and a preflight never carries credentials.",
        remedy="Install the IIS CORS module, which answers before authentication, or allow anonymous access for "
        "OPTIONS.",
        sure="documented",
        source="IIS CORS module configuration reference",
        when="preflight",
        status=(401,),
        headers=(("www-authenticate", "Negotiate"),),
        sample=Sample(401, (("WWW-Authenticate", "Negotiate"), ("WWW-Authenticate", "NTLM"))),
    ),
    Sign(
        code="ingress-nginx",
        who="ingress-nginx",
        meaning="The annotations answered this preflight: what they list is all that is allowed.",
        remedy="Look at nginx.ingress.kubernetes.io/cors-allow-origin, cors-allow-methods and cors-allow-headers.",
        sure="read in source",
        source="ingress-nginx nginx.tmpl",
        when="preflight",
        exactly=(("content-type", "text/plain charset=UTF-8"), ("access-control-max-age", "1728000")),
        sample=Sample(
            204,
            (
                ("Content-Type", "text/plain charset=UTF-8"),
                ("Access-Control-Max-Age", "1728000"),
                ("Access-Control-Allow-Origin", "https://app.example.com"),
                ("Access-Control-Allow-Methods", "GET"),
            ),
        ),
    ),
    Sign(
        code="envoy-rbac",
        who="Envoy or Istio",
        meaning="An authorization policy refused the request. A preflight that corsPolicy does not match is asked for "
        "authorization like any other request.",
        remedy="Match exactly this origin in corsPolicy, or let an AuthorizationPolicy allow OPTIONS.",
        sure="read in source",
        source="envoy rbac_filter.cc",
        status=(403,),
        begins=b"RBAC: access denied",
        sample=Sample(403, (("Server", "istio-envoy"), *PLAIN), "RBAC: access denied"),
    ),
    Sign(
        code="envoy-jwt",
        who="Envoy or Istio",
        meaning="The JWT filter refused the request. A preflight carries no token, so it must not be asked for one.",
        remedy="Match exactly this origin in corsPolicy, and let OPTIONS pass the JWT rule; for other requests check "
        "the token.",
        sure="read in source",
        source="envoy jwt_verify_lib status.cc",
        status=(401, 403),
        begins=b"Jwt ",
        body=(b"Jwt is missing", b"Jwt is expired", b"Jwt issuer is not configured", b"Jwt verification fails"),
        sample=Sample(401, (("Server", "istio-envoy"), *PLAIN), "Jwt is missing"),
    ),
    Sign(
        code="envoy-upstream",
        who="Envoy or Istio",
        meaning="The service behind it does not answer. This is not CORS.",
        remedy="Check that the service runs, and on which port.",
        sure="read in source",
        source="envoy router.cc",
        status=(503,),
        begins=b"upstream connect error or disconnect/reset before headers",
        sample=Sample(503, PLAIN, "upstream connect error or disconnect/reset before headers. reset reason: timeout"),
    ),
    Sign(
        code="kong-key",
        who="an authentication plugin of Kong",
        meaning="It asks preflights for a key too, and they never carry one.",
        remedy="Set run_on_preflight: false in the plugin, and put the cors plugin on the same route.",
        sure="read in source",
        source="kong key-auth schema.lua",
        when="preflight",
        status=(401,),
        body=(b'"message":"No API key found in request"',),
        headers=(("www-authenticate", ""),),
        sample=Sample(
            401, (("WWW-Authenticate", 'Key realm="kong"'), *JSON), '{"message":"No API key found in request"}'
        ),
    ),
    Sign(
        code="kong-route",
        who="Kong",
        meaning="No route takes this request: for a preflight, the route does not list OPTIONS.",
        remedy="Add OPTIONS to the methods of the route.",
        sure="read in source",
        source="kong runloop/handler.lua",
        status=(404,),
        body=(b"no Route matched with those values",),
        sample=Sample(404, JSON, '{"message":"no Route matched with those values"}'),
    ),
    Sign(
        code="kong-upstream",
        who="Kong",
        meaning="The service behind Kong does not answer properly. This is not CORS.",
        remedy="Check the service, its protocol and its port.",
        sure="read in source",
        source="kong error_handlers.lua",
        status=(502,),
        body=(b"An invalid response was received from the upstream server",),
        sample=Sample(502, JSON, '{"message":"An invalid response was received from the upstream server"}'),
    ),
    Sign(
        code="oauth2-proxy",
        who="oauth2-proxy",
        meaning="It asks for a sign-in, and a preflight never carries the session.",
        remedy="Start oauth2-proxy with --skip-auth-preflight.",
        sure="read in source",
        source="oauth2-proxy pkg/apis/options/options.go",
        status=(302, 401, 403),
        headers=(("set-cookie", "_oauth2_proxy"),),
        sample=Sample(403, (("Set-Cookie", "_oauth2_proxy_csrf=x; Path=/"), *HTML), "<title>Sign In</title>"),
    ),
)

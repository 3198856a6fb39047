"""
Signs of API gateways, load balancers and caches.
"""

from __future__ import annotations

from typing import Final

from browsercors.explain.causes.sign import ACAO, Sample, Sign

__all__ = ["SIGNS"]

PLAIN: Final = (("Content-Type", "text/plain; charset=utf-8"),)
JSON: Final = (("Content-Type", "application/json"),)
HTML: Final = (("Content-Type", "text/html; charset=utf-8"),)

SIGNS: Final[tuple[Sign, ...]] = (
    Sign(
        code="api-gateway-timeout",
        products=("API Gateway", "AWS"),
        who="Amazon API Gateway",
        meaning="The function or server behind it took longer than the gateway waits (29 seconds by default for a REST "
        "API). The gateway's own responses have no CORS headers, so the page sees a CORS error.",
        remedy="Make it faster, or answer at once and let the page ask again. Add Access-Control-Allow-Origin to the "
        "gateway responses DEFAULT_4XX and DEFAULT_5XX, so that pages see the status.",
        sure="documented",
        source="https://docs.aws.amazon.com/apigateway/latest/developerguide/supported-gateway-response-types.html",
        status=(504,),
        body=(b"Endpoint request timed out",),
        sample=Sample(504, JSON, '{"message": "Endpoint request timed out"}'),
    ),
    Sign(
        code="api-gateway-too-large",
        products=("API Gateway", "AWS"),
        who="Amazon API Gateway",
        meaning="The body is larger than it takes (10 MB). This is not CORS.",
        remedy="Upload to S3 by a signed URL. Add Access-Control-Allow-Origin to the gateway response DEFAULT_4XX, so "
        "that pages see the status.",
        sure="documented",
        source="https://docs.aws.amazon.com/apigateway/latest/developerguide/supported-gateway-response-types.html",
        status=(413,),
        body=(b'"message":"Request Too Long"', b'"message":"Request Entity Too Large"'),
        sample=Sample(413, JSON, '{"message":"Request Too Long"}'),
    ),
    Sign(
        code="api-gateway-limit",
        products=("API Gateway", "AWS"),
        who="Amazon API Gateway",
        meaning="A limit of the stage or of the usage plan was met. The gateway's own responses have no CORS headers.",
        remedy="Raise the limit or ask less often. Add Access-Control-Allow-Origin to the gateway response "
        "DEFAULT_4XX, so that pages see the status.",
        sure="documented",
        source="https://docs.aws.amazon.com/apigateway/latest/developerguide/supported-gateway-response-types.html",
        status=(429,),
        headers=(("x-amzn-errortype", ""),),
        sample=Sample(
            429, (("x-amzn-ErrorType", "TooManyRequestsException"), *JSON), '{"message":"Too Many Requests"}'
        ),
    ),
    Sign(
        code="lambda-crashed-preflight",
        products=("Lambda", "API Gateway", "AWS"),
        who="Amazon API Gateway in front of a Lambda function",
        meaning="The preflight reached the function (proxy integration, ANY), and that failed or returned something of "
        "the wrong shape.",
        remedy="Let the gateway answer OPTIONS (Enable CORS), or return statusCode and headers for OPTIONS in the "
        "function; its log says why it failed.",
        sure="documented",
        source="https://docs.aws.amazon.com/apigateway/latest/developerguide/how-to-cors.html",
        when="preflight",
        status=(500, 502),
        headers=(("x-amzn-errortype", "InternalServerErrorException"),),
        sample=Sample(
            502, (("x-amzn-ErrorType", "InternalServerErrorException"), *JSON), '{"message": "Internal server error"}'
        ),
    ),
    Sign(
        code="envoy-no-route",
        products=("Envoy", "Istio"),
        who="Envoy or Istio",
        meaning="No route of the gateway or VirtualService takes this host, path and method: for a preflight, mostly "
        "the match names methods and OPTIONS is not among them, or the route has no CORS policy.",
        remedy="Let the match take OPTIONS too, and give that route the CORS policy (corsPolicy in Istio, the cors "
        "filter with typed_per_filter_config in Envoy, SecurityPolicy in Envoy Gateway).",
        sure="read in source",
        source="envoy router.cc, the response flag NR",
        status=(404,),
        headers=(("server", "envoy"),),
        without=(ACAO, "x-envoy-upstream-service-time"),
        is_empty=True,
        sample=Sample(404, (("Server", "istio-envoy"),)),
    ),
    Sign(
        code="traefik-bad-gateway",
        products=("Traefik",),
        who="a proxy in Go that does not reach the application, as Traefik words it",
        meaning="The application does not answer behind it. Its own error has no CORS headers; this is not CORS.",
        remedy="Check the service and its port (traefik.http.services.NAME.loadbalancer.server.port), and the network "
        "that both share. The errors middleware can answer with headers.",
        sure="read in source",
        source="traefik pkg/proxy/httputil/proxy.go",
        status=(502, 504),
        headers=(("content-type", "text/plain; charset=utf-8"),),
        without=(ACAO, "x-powered-by", "server"),
        body=(b"Bad Gateway", b"Gateway Timeout"),
        sample=Sample(502, PLAIN, "Bad Gateway"),
    ),
    Sign(
        code="traefik-no-server",
        products=("Traefik",),
        who="Traefik",
        meaning="The router has a service without a healthy server. This is not CORS.",
        remedy="Check that the container runs and is healthy, and that Traefik shares a network with it.",
        sure="read in source",
        source="traefik pkg/server/service/loadbalancer/wrr/wrr.go",
        status=(503,),
        begins=b"no available server",
        sample=Sample(503, PLAIN, "no available server\n"),
    ),
    Sign(
        code="kubernetes-default-backend",
        products=("ingress-nginx", "Kubernetes"),
        who="the default backend of a Kubernetes ingress",
        meaning="No rule of an Ingress takes this host and path. This is not CORS.",
        remedy="Check host, path and class of the Ingress, and that it is in the namespace of its service.",
        sure="read in source",
        source="kubernetes/ingress-nginx, default backend; kubernetes/ingress-gce 404-server",
        status=(404,),
        begins=b"default backend - 404",
        sample=Sample(404, PLAIN, "default backend - 404"),
    ),
    Sign(
        code="apigee-fault",
        products=("Apigee", "Google Cloud"),
        who="Apigee",
        meaning="A policy of the proxy refused the request, or no flow takes it. Preflights carry no key and no token, "
        "so policies must not ask them for any.",
        remedy="Answer OPTIONS before VerifyAPIKey and OAuthV2: put the CORS policy into the PreFlow of the proxy "
        "endpoint, or a RouteRule without target for OPTIONS.",
        sure="documented",
        source="https://cloud.google.com/apigee/docs/api-platform/reference/policies/cors-policy",
        body=(b'{"fault":{"faultstring":',),
        sample=Sample(401, JSON, '{"fault":{"faultstring":"Failed to resolve API Key variable","detail":{}}}'),
    ),
    Sign(
        code="wso2-fault",
        products=("WSO2 API Manager",),
        who="the gateway of WSO2 API Manager",
        meaning="It refused the request: the codes that begin with 9009 are about the token or the key.",
        remedy="Switch CORS on for the API (Runtime, CORS Configuration) with the page's origin and headers, and "
        "redeploy it; then check the token.",
        sure="documented",
        source="https://apim.docs.wso2.com/en/latest/troubleshooting/error-handling/",
        body=(b'"code":"9009', b'"code":9009', b'"code":"900900"'),
        sample=Sample(401, JSON, '{"code":"900902","message":"Missing Credentials"}'),
    ),
    Sign(
        code="apisix-route",
        products=("APISIX",),
        who="Apache APISIX",
        meaning="No route takes this request: for a preflight, the route does not list OPTIONS.",
        remedy="Add OPTIONS to the methods of the route, or leave methods out, and enable the cors plugin on it.",
        sure="read in source",
        source="apache/apisix apisix/init.lua",
        status=(404,),
        body=(b'"error_msg":"404 Route Not Found"',),
        sample=Sample(404, JSON, '{"error_msg":"404 Route Not Found"}'),
    ),
    Sign(
        code="kong-consumer",
        products=("Kong",),
        who="the acl plugin of Kong",
        meaning="It asks preflights too, and they belong to no consumer.",
        remedy="Put the cors plugin on the same route, with preflight_continue false: it answers before acl does.",
        sure="reported",
        source="https://github.com/Kong/kong/issues/4423",
        status=(401, 403),
        when="preflight",
        body=(b'"message":"You cannot consume this service"', b'"message":"Your IP address is not allowed"'),
        sample=Sample(403, JSON, '{"message":"You cannot consume this service"}'),
    ),
    Sign(
        code="google-load-balancer",
        products=("Google Cloud",),
        who="a load balancer of Google Cloud",
        meaning="The service behind it does not answer, or is not healthy. This is not CORS.",
        remedy="Check the health of the backend and its timeout (30 seconds by default).",
        sure="documented",
        source="https://cloud.google.com/load-balancing/docs/https/troubleshooting-ext-https-lbs",
        status=(502,),
        body=(b"The server encountered a temporary error and could not complete your request.",),
        sample=Sample(
            502,
            HTML,
            "<title>502 Server Error</title><h2>The server encountered a temporary error and could not complete your "
            "request.</h2>",
        ),
    ),
    Sign(
        code="google-front-end",
        products=("Google Cloud", "Cloud Run", "App Engine"),
        who="the front end of Google",
        meaning="It answered itself, so the application was not asked: the host or path is not there, or the request "
        "is too large.",
        remedy="Check the URL of the service; Cloud Run takes 32 MB over HTTP/1.",
        sure="reported",
        source="https://cloud.google.com/run/docs/troubleshooting",
        status=(404, 405, 411, 413),
        body=(b")!!1</title>",),
        sample=Sample(413, HTML, "<title>Error 413 (Request Entity Too Large)!!1</title>"),
    ),
    Sign(
        code="cloud-run-busy",
        products=("Cloud Run", "Google Cloud"),
        who="Cloud Run",
        meaning="No instance was free for the request. This is not CORS.",
        remedy="Raise the highest number of instances, or their concurrency.",
        sure="documented",
        source="https://cloud.google.com/run/docs/troubleshooting",
        status=(429,),
        begins=b"Rate exceeded.",
        sample=Sample(429, PLAIN, "Rate exceeded."),
    ),
    Sign(
        code="varnish-error",
        products=("Varnish",),
        who="Varnish",
        meaning="Its own error page came: the server behind it does not answer. This is not CORS.",
        remedy="Check the backend. Set the CORS headers in vcl_synth and vcl_backend_error, so that pages see the "
        "status.",
        sure="read in source",
        source="varnish-cache bin/varnishd/builtin.vcl",
        status=(500, 503),
        body=(b"<h3>Guru Meditation:</h3>",),
        sample=Sample(503, HTML, "<h1>Error 503 Backend fetch failed</h1>\n<h3>Guru Meditation:</h3>"),
    ),
    Sign(
        code="fastly-domain",
        products=("Fastly",),
        who="Fastly",
        meaning="No service of it has this domain. This is not CORS.",
        remedy="Add the domain to the service, and activate the version.",
        sure="documented",
        source="https://www.fastly.com/documentation/guides/full-site-delivery/debugging/fastly-error-unknown-domain",
        body=(b"Fastly error: unknown domain",),
        sample=Sample(500, HTML, "Fastly error: unknown domain: api.example.com."),
    ),
    Sign(
        code="azure-front-door",
        products=("Front Door", "Azure"),
        who="Azure Front Door",
        meaning="The server behind it does not answer, or the route is not there. This is not CORS.",
        remedy="Check the origin group and its health probe, and the routes of the endpoint.",
        sure="reported",
        source="https://learn.microsoft.com/en-us/azure/frontdoor/troubleshoot-issues",
        status=(404, 503, 504),
        body=(b"Our services aren't available right now", b"Our services aren&#39;t available right now"),
        sample=Sample(503, HTML, "<h2>Our services aren't available right now</h2>"),
    ),
)

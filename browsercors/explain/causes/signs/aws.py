"""
Signs of Amazon Web Services.
"""

from __future__ import annotations

from typing import Final

from browsercors.explain.causes.sign import ACAO, Sample, Sign

__all__ = ["SIGNS"]

PLAIN: Final = (("Content-Type", "text/plain; charset=utf-8"),)
JSON: Final = (("Content-Type", "application/json"),)
XML: Final = (("Content-Type", "application/xml"),)
HTML: Final = (("Content-Type", "text/html; charset=utf-8"),)

SIGNS: Final[tuple[Sign, ...]] = (
    Sign(
        code="s3-no-rules",
        products=("Amazon S3", "S3", "MinIO"),
        who="Amazon S3, or a store that speaks its protocol",
        meaning="The bucket has no CORS rules.",
        remedy="Put a CORS configuration on the bucket, with AllowedOrigins, AllowedMethods and AllowedHeaders.",
        sure="documented",
        source="https://docs.aws.amazon.com/AmazonS3/latest/userguide/cors-troubleshooting.html",
        when="preflight",
        status=(403,),
        body=(b"CORSResponse: CORS is not enabled for this bucket.",),
        sample=Sample(
            403,
            XML,
            "<Error><Code>AccessForbidden</Code><Message>CORSResponse: CORS is not enabled for this bucket."
            "</Message></Error>",
        ),
    ),
    Sign(
        code="s3-no-matching-rule",
        products=("Amazon S3", "S3", "MinIO"),
        who="Amazon S3, or a store that speaks its protocol (R2, MinIO, Spaces)",
        meaning="No CORS rule of the bucket matches: one rule has to list the page's origin, the method and every "
        "request header of the preflight together.",
        remedy="Look at AllowedOrigins, AllowedMethods and AllowedHeaders of one rule.",
        sure="documented",
        source="https://docs.aws.amazon.com/AmazonS3/latest/userguide/cors-troubleshooting.html",
        when="preflight",
        status=(403,),
        body=(b"CORSResponse: This CORS request is not allowed.",),
        sample=Sample(
            403,
            XML,
            "<Error><Code>AccessForbidden</Code><Message>CORSResponse: This CORS request is not allowed. This is "
            "usually because the evalution of Origin</Message></Error>",
        ),
    ),
    Sign(
        code="s3-no-bucket",
        products=("Amazon S3", "S3", "MinIO"),
        who="Amazon S3, or a store that speaks its protocol",
        meaning="There is no bucket of this name in this region or at this endpoint. This is not CORS.",
        remedy="Correct the name, the region or the endpoint in the URL.",
        sure="read in source",
        source="scality/cloudserver lib/api/corsPreflight.js; localstack services/s3/cors.py",
        when="preflight",
        body=(b"CORSResponse: Bucket not found",),
        sample=Sample(403, XML, "<Error><Message>CORSResponse: Bucket not found</Message></Error>"),
    ),
    Sign(
        code="api-gateway-no-method",
        products=("API Gateway", "AWS"),
        who="Amazon API Gateway (REST API)",
        meaning="There is no such path, stage or method: for a preflight, mostly there is no OPTIONS method, or it is "
        "not deployed. It has nothing to do with authentication.",
        remedy="Add an OPTIONS method (Enable CORS) with authorization NONE, and deploy the stage.",
        sure="documented",
        source="https://docs.aws.amazon.com/apigateway/latest/developerguide/supported-gateway-response-types.html",
        status=(403,),
        body=(b'"message":"Missing Authentication Token"',),
        sample=Sample(
            403,
            (("x-amzn-ErrorType", "MissingAuthenticationTokenException"), *JSON),
            '{"message":"Missing Authentication Token"}',
        ),
    ),
    Sign(
        code="api-gateway-signature",
        products=("API Gateway", "AWS"),
        who="Amazon API Gateway (REST API)",
        meaning="There is no such path or method, or the method wants an AWS signature, while another kind of "
        "Authorization was sent.",
        remedy="Check path, method and stage; if they are right, check the authorization of the method.",
        sure="reported",
        source="https://docs.aws.amazon.com/apigateway/latest/developerguide/supported-gateway-response-types.html",
        status=(403,),
        headers=(("x-amzn-errortype", "IncompleteSignatureException"),),
        sample=Sample(403, (("x-amzn-ErrorType", "IncompleteSignatureException"), *JSON), '{"message":"..."}'),
    ),
    Sign(
        code="api-gateway-forbidden",
        products=("API Gateway", "AWS"),
        who="Amazon API Gateway",
        meaning="An API key, AWS WAF, a resource policy or the base path mapping refused the request.",
        remedy="Send x-api-key and list it in Access-Control-Allow-Headers, or look into the log of AWS WAF.",
        sure="reported",
        source="https://docs.aws.amazon.com/apigateway/latest/developerguide/supported-gateway-response-types.html",
        status=(403,),
        headers=(("x-amzn-errortype", "ForbiddenException"),),
        sample=Sample(403, (("x-amzn-ErrorType", "ForbiddenException"), *JSON), '{"message":"Forbidden"}'),
    ),
    Sign(
        code="api-gateway-authorizer",
        products=("API Gateway", "AWS"),
        who="Amazon API Gateway, or a Lambda function URL",
        meaning="The authorizer refused the request. The gateway's own responses have no CORS headers, so the page "
        "sees a CORS error.",
        remedy="Add Access-Control-Allow-Origin to the gateway responses DEFAULT_4XX and DEFAULT_5XX, and check the "
        "token; OPTIONS needs authorization NONE.",
        sure="documented",
        source="https://docs.aws.amazon.com/apigateway/latest/developerguide/supported-gateway-response-types.html",
        status=(401,),
        headers=(("x-amzn-errortype", "UnauthorizedException"),),
        sample=Sample(401, (("x-amzn-ErrorType", "UnauthorizedException"), *JSON), '{"message":"Unauthorized"}'),
    ),
    Sign(
        code="lambda-url-forbidden",
        products=("Lambda", "AWS"),
        who="a Lambda function URL",
        meaning="Its auth type is AWS_IAM, or the permission to invoke it is missing.",
        remedy="Use auth type NONE with the permission lambda:InvokeFunctionUrl, and set CORS either in the URL's "
        "configuration or in the code, but not in both.",
        sure="reported",
        source="https://docs.aws.amazon.com/lambda/latest/dg/urls-auth.html",
        status=(403,),
        body=(b"For troubleshooting Function URL authorization issues",),
        sample=Sample(
            403,
            (("x-amzn-ErrorType", "AccessDeniedException"), *JSON),
            '{"Message":"Forbidden. For troubleshooting Function URL authorization issues, see: urls-auth.html"}',
        ),
    ),
    Sign(
        code="api-gateway-access-denied",
        products=("API Gateway", "AWS"),
        who="Amazon API Gateway",
        meaning="The authorizer or a policy denied access. The gateway's own responses have no CORS headers.",
        remedy="Add Access-Control-Allow-Origin to the gateway response DEFAULT_4XX, and check the policy.",
        sure="documented",
        source="https://docs.aws.amazon.com/apigateway/latest/developerguide/supported-gateway-response-types.html",
        status=(403,),
        headers=(("x-amzn-errortype", "AccessDeniedException"),),
        sample=Sample(403, (("x-amzn-ErrorType", "AccessDeniedException"), *JSON), '{"Message":"denied"}'),
    ),
    Sign(
        code="lambda-crashed",
        products=("Lambda", "API Gateway", "AWS"),
        who="Amazon API Gateway in front of a Lambda function",
        meaning="The function failed, or returned something of the wrong shape. With proxy integration the function "
        "itself adds the CORS headers.",
        remedy="Read the function's log, and return the headers in every response, errors included.",
        sure="reported",
        source="https://docs.aws.amazon.com/apigateway/latest/developerguide/set-up-lambda-proxy-integrations.html",
        when="request",
        status=(500, 502),
        headers=(("x-amzn-errortype", "InternalServerErrorException"),),
        sample=Sample(
            502, (("x-amzn-ErrorType", "InternalServerErrorException"), *JSON), '{"message": "Internal server error"}'
        ),
    ),
    Sign(
        code="cloudfront-method",
        products=("CloudFront", "AWS"),
        who="Amazon CloudFront",
        meaning="The cache behavior does not allow this method.",
        remedy="Allow GET, HEAD, OPTIONS, or all seven methods, in the cache behavior.",
        sure="reported",
        source="https://docs.aws.amazon.com/cloudfront/latest/APIReference/API_AllowedMethods.html",
        status=(403,),
        body=(b"This distribution is not configured to allow the HTTP request method",),
        sample=Sample(
            403,
            (("X-Cache", "Error from cloudfront"), *HTML),
            "<p>This distribution is not configured to allow the HTTP request method that was used.</p>",
        ),
    ),
    Sign(
        code="cloudfront-cached-copy",
        products=("CloudFront", "AWS"),
        who="Amazon CloudFront",
        meaning="The response comes from its cache. It may have been stored for a request without Origin, or for "
        "another one.",
        remedy="Use the origin request policy CORS-S3Origin or CORS-CustomOrigin with Origin in the cache key, or a "
        "response headers policy.",
        sure="documented",
        source="https://docs.aws.amazon.com/AmazonCloudFront/latest/DeveloperGuide/"
        "using-managed-origin-request-policies.html",
        when="request",
        status=(200, 206),
        headers=(("x-cache", "Hit from cloudfront"),),
        without=(ACAO,),
        sample=Sample(200, (("X-Cache", "Hit from cloudfront"),)),
    ),
    Sign(
        code="aws-waf",
        products=("AWS WAF", "AWS"),
        who="AWS WAF",
        meaning="A bot rule wants a challenge or a puzzle solved, which a script cannot do.",
        remedy="Exempt the path of the API, and OPTIONS, from the rule.",
        sure="documented",
        source="AWS WAF, RuleAction",
        headers=(("x-amzn-waf-action", ""),),
        sample=Sample(202, (("x-amzn-waf-action", "challenge"),)),
    ),
    Sign(
        code="alb-login",
        products=("ALB", "AWS"),
        who="an Application Load Balancer that asks for a log-in",
        meaning="Its authenticate action redirects to a sign-in page, which no script can read.",
        remedy="Put a rule for OPTIONS before it, and use OnUnauthenticatedRequest: deny, so that scripts get a 401.",
        sure="documented",
        source="https://docs.aws.amazon.com/elasticloadbalancing/latest/application/listener-authenticate-users.html",
        status=(302,),
        headers=(("set-cookie", "AWSELBAuthSessionCookie"),),
        sample=Sample(
            302,
            (
                ("Set-Cookie", "AWSELBAuthSessionCookie-0=x"),
                ("Location", "https://pool.auth.eu-west-1.amazoncognito.com/oauth2/authorize?x=1"),
            ),
        ),
    ),
    Sign(
        code="http-api-origin",
        products=("API Gateway", "AWS"),
        who="Amazon API Gateway (HTTP API)",
        meaning="It answers preflights from the CORS configuration of the API, and that does not list the page's "
        "origin. With such a configuration the CORS headers of the backend are dropped.",
        remedy="Add the origin to allowOrigins of the API's CORS configuration, and the method and headers to "
        "allowMethods and allowHeaders.",
        sure="documented",
        source="https://docs.aws.amazon.com/apigateway/latest/developerguide/http-api-cors.html",
        when="preflight",
        status=(204,),
        headers=(("apigw-requestid", ""),),
        without=(ACAO,),
        sample=Sample(204, (("Apigw-Requestid", "WSg1ihmdliAEJXA="),)),
    ),
    Sign(
        code="http-api-no-configuration",
        products=("API Gateway", "AWS"),
        who="Amazon API Gateway (HTTP API)",
        meaning="The API has no CORS configuration that answers preflights, and no route takes this OPTIONS.",
        remedy="Set the CORS configuration of the API (allowOrigins, allowMethods, allowHeaders), and deploy the "
        "stage.",
        sure="documented",
        source="https://docs.aws.amazon.com/apigateway/latest/developerguide/http-api-cors.html",
        when="preflight",
        status=(401, 403, 404),
        headers=(("apigw-requestid", ""),),
        without=(ACAO,),
        sample=Sample(404, (("Apigw-Requestid", "WSg1ihmdliAEJXA="), *JSON), '{"message":"Not Found"}'),
    ),
    Sign(
        code="cloudfront-cached-for-other",
        products=("CloudFront", "AWS"),
        who="Amazon CloudFront",
        meaning="The response comes from its cache, where it was stored for the page of another origin.",
        remedy="Put Origin into the cache key (a cache policy that names the header Origin), or let a response headers "
        "policy set the CORS headers for every page.",
        sure="documented",
        source="https://docs.aws.amazon.com/AmazonCloudFront/latest/DeveloperGuide/header-caching.html",
        when="request",
        status=(200, 206),
        headers=(("x-cache", "Hit from cloudfront"),),
        failed=("allow-origin-mismatch",),
        sample=Sample(
            200, (("X-Cache", "Hit from cloudfront"), ("Access-Control-Allow-Origin", "https://other.example"))
        ),
    ),
    Sign(
        code="lambda-url-twice",
        products=("Lambda", "AWS"),
        who="a Lambda function URL and the function behind it",
        meaning="Both add Access-Control-Allow-Origin: the URL's CORS configuration, and the code.",
        remedy="Take the header out of the function's code, and leave CORS to the URL's configuration; or remove that.",
        sure="documented",
        source="https://docs.aws.amazon.com/lambda/latest/dg/urls-configuration.html",
        when="request",
        status=(200, 201, 400, 401, 403, 404, 500),
        host=("on.aws",),
        failed=("allow-origin-list", "allow-origin-repeated"),
        sample=Sample(
            200,
            (("Access-Control-Allow-Origin", "https://app.example.com"), ("Access-Control-Allow-Origin", "*")),
            url="https://abc.lambda-url.eu-west-1.on.aws/items",
        ),
    ),
)

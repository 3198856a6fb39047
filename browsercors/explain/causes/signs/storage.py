"""
Signs of object stores beside those of the three large clouds' own pages: R2, and what S3 answers to requests.
"""

from __future__ import annotations

from typing import Final

from browsercors.explain.causes.sign import ACAO, Sample, Sign

__all__ = ["SIGNS"]

XML: Final = (("Content-Type", "application/xml"),)
S3: Final = (("Server", "AmazonS3"), ("x-amz-request-id", "4442587FB7D0A2F9"))

SIGNS: Final[tuple[Sign, ...]] = (
    Sign(
        code="r2-no-rule",
        products=("Cloudflare R2", "R2"),
        who="Cloudflare R2",
        meaning="The bucket has no CORS policy that matches the page's origin, the method and every request header of "
        "the preflight; a bucket of a jurisdiction that is asked at the wrong endpoint answers the same.",
        remedy="In the settings of the bucket, under CORS Policy, name the origin, the method (PUT for uploads) and "
        "each header in AllowedHeaders: R2 takes no pattern such as x-amz-*. Ask the endpoint of the bucket's "
        "jurisdiction (.eu.r2.cloudflarestorage.com).",
        sure="documented",
        source="https://developers.cloudflare.com/r2/buckets/cors/",
        when="preflight",
        status=(403,),
        body=(b"CORS not configured for this bucket",),
        sample=Sample(
            403,
            (("Server", "cloudflare"), *XML),
            "<Error><Code>Unauthorized</Code><Message>CORS not configured for this bucket</Message></Error>",
        ),
    ),
    Sign(
        code="r2-host",
        products=("Cloudflare R2", "R2"),
        who="Cloudflare R2",
        meaning="No rule of the bucket's CORS policy matches the page's origin and the method.",
        remedy="In the settings of the bucket, under CORS Policy, name the origin without a slash at the end, the "
        "method and the headers; what a cache in front of it has kept from before stays until it is purged.",
        sure="documented",
        source="https://developers.cloudflare.com/r2/buckets/cors/",
        status=(200, 204, 206, 304, 403),
        host=("r2.cloudflarestorage.com", "r2.dev"),
        without=(ACAO,),
        sample=Sample(403, url="https://bucket.0123456789abcdef.r2.cloudflarestorage.com/items/7"),
    ),
    Sign(
        code="s3-read-no-rule",
        products=("Amazon S3", "S3"),
        who="Amazon S3",
        meaning="It answers a request that no CORS rule of the bucket matches without any CORS header; behind a CDN "
        "the same comes where the CDN does not pass Origin on.",
        remedy="Give the bucket a CORS rule with this origin and method (GET, HEAD). Behind CloudFront use the origin "
        "request policy CORS-S3Origin, or a response headers policy. If the page also shows the object by <img>, give "
        "that crossorigin, since the browser's cache keeps the response without the header.",
        sure="documented",
        source="https://docs.aws.amazon.com/AmazonS3/latest/userguide/cors-troubleshooting.html",
        when="request",
        status=(200, 206, 304),
        exactly=(("server", "AmazonS3"),),
        without=(ACAO,),
        sample=Sample(200, S3),
    ),
    Sign(
        code="s3-refused",
        products=("Amazon S3", "S3", "MinIO", "Cloudflare R2"),
        who="Amazon S3, or a store that speaks its protocol",
        meaning="It refused the request itself: the object is not public, its key is wrong, or the signature is. The "
        "missing CORS headers only hide that.",
        remedy="Read the Code: for AccessDenied check the policy and whether the signed URL has expired; for "
        "SignatureDoesNotMatch sign the very method and headers that the page sends, Content-Type included; for "
        "NoSuchKey check the key. A bucket with a CORS rule lets the page read these errors.",
        sure="documented",
        source="https://docs.aws.amazon.com/AmazonS3/latest/API/ErrorResponses.html",
        when="request",
        status=(400, 403, 404),
        body=(
            b"<Code>AccessDenied</Code>",
            b"<Code>SignatureDoesNotMatch</Code>",
            b"<Code>NoSuchKey</Code>",
            b"<Code>NoSuchBucket</Code>",
            b"<Code>ExpiredToken</Code>",
            b"<Code>InvalidAccessKeyId</Code>",
            b"<Code>EntityTooLarge</Code>",
        ),
        sample=Sample(
            403, (*S3, *XML), "<Error><Code>AccessDenied</Code><Message>Request has expired</Message></Error>"
        ),
    ),
    Sign(
        code="s3-signature-of-preflight",
        products=("S3", "Cloudflare R2", "MinIO"),
        who="a store that speaks the protocol of S3, or a proxy that checks its signatures",
        meaning="It checked the signature of the preflight. That was made for another method, so it can never fit.",
        remedy="Give the bucket CORS rules, so that the store answers OPTIONS before it looks at signatures; a proxy "
        "or an emulator has to let OPTIONS pass.",
        sure="reported",
        source="https://github.com/cloudflare/cloudflare-docs/issues/6003",
        when="preflight",
        status=(403,),
        body=(b"<Code>SignatureDoesNotMatch</Code>",),
        sample=Sample(403, XML, "<Error><Code>SignatureDoesNotMatch</Code></Error>"),
    ),
    Sign(
        code="s3-other-region",
        products=("Amazon S3", "S3"),
        who="Amazon S3",
        meaning="The bucket is in another region than the endpoint that was asked, and S3 redirects there; a preflight "
        "may not be redirected.",
        remedy="Ask the endpoint of the bucket's region: https://BUCKET.s3.REGION.amazonaws.com. In an SDK set the "
        "region of the client.",
        sure="documented",
        source="https://docs.aws.amazon.com/AmazonS3/latest/userguide/Redirects.html",
        status=(301, 307),
        body=(b"<Code>PermanentRedirect</Code>", b"<Code>TemporaryRedirect</Code>"),
        sample=Sample(
            307,
            (("Location", "https://bucket.s3.eu-west-1.amazonaws.com/items/7"), *XML),
            "<Error><Code>TemporaryRedirect</Code></Error>",
        ),
    ),
    Sign(
        code="minio-unknown-request",
        products=("MinIO",),
        who="MinIO",
        meaning="It takes no such request at this path, so its CORS layer did not answer the preflight.",
        remedy="Update MinIO (releases of July 2020 answered every preflight so), and let a proxy in front pass the "
        "path /BUCKET/KEY on as it is.",
        sure="reported",
        source="https://github.com/minio/minio/issues/10002",
        when="preflight",
        status=(400,),
        body=(b"<Code>XMinioUnknownAPIRequest</Code>",),
        sample=Sample(400, XML, "<Error><Code>XMinioUnknownAPIRequest</Code></Error>"),
    ),
)

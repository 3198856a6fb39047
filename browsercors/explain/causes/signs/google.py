"""
Signs of Google Cloud, Firebase and Google APIs.
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
        code="cloud-run-iam",
        products=("Cloud Run", "Google Cloud"),
        who="Google Cloud Run or Cloud Functions",
        meaning="IAM allows no anonymous calls, and a preflight can carry no token.",
        remedy='Give allUsers the role roles/run.invoker (Firebase: invoker: "public"), and check tokens in the code.',
        sure="reported",
        source="https://cloud.google.com/run/docs/troubleshooting",
        status=(401, 403),
        body=(b"Your client does not have permission to get URL",),
        sample=Sample(403, HTML, "<h2>Your client does not have permission to get URL <code>/items</code></h2>"),
    ),
    Sign(
        code="google-iap",
        products=("Identity-Aware Proxy", "Google Cloud"),
        who="Identity-Aware Proxy of Google Cloud",
        meaning="It asks for a log-in in front of the application, and a preflight never carries one.",
        remedy="Set corsSettings.allowHttpOptions of IAP.",
        sure="documented",
        source="Google.Cloud.Iap.V1 CorsSettings",
        headers=(("x-goog-iap-generated-response", "true"),),
        sample=Sample(401, (("X-Goog-IAP-Generated-Response", "true"),)),
    ),
    Sign(
        code="google-login",
        products=("Google", "Apps Script"),
        who="a server that signs users in with Google",
        meaning="It answers scripts with a redirect to the sign-in page, which no script can read.",
        remedy='Let the page get a token. An Apps Script web app needs the access "Anyone", and takes no preflight: '
        "send a text/plain body and no headers of your own.",
        sure="reported",
        source="https://developers.google.com/apps-script/guides/web",
        location=("://accounts.google.com/",),
        sample=Sample(302, (("Location", "https://accounts.google.com/o/oauth2/v2/auth?client_id=1"),)),
    ),
    Sign(
        code="google-key-referrer",
        products=("Google",),
        who="a Google API",
        meaning="The API key is restricted to other websites. CORS is fine.",
        remedy="Add the page's website to the restrictions of the key.",
        sure="documented",
        source="googleapis/googleapis google/api/error_reason.proto",
        when="request",
        status=(403,),
        body=(b"API_KEY_HTTP_REFERRER_BLOCKED",),
        sample=Sample(403, JSON, '{"error":{"details":[{"reason":"API_KEY_HTTP_REFERRER_BLOCKED"}]}}'),
    ),
    Sign(
        code="cloud-storage",
        products=("Cloud Storage", "Firebase Storage", "Google Cloud"),
        who="Google Cloud Storage",
        meaning="The bucket has no CORS rule that matches the page's origin and the method together.",
        remedy="Set it by gcloud storage buckets update gs://BUCKET --cors-file=FILE, with origin, method and "
        "responseHeader, which serves as the list of allowed request headers too.",
        sure="documented",
        source="https://cloud.google.com/storage/docs/using-cors",
        headers=(("x-guploader-uploadid", ""),),
        without=(ACAO,),
        sample=Sample(200, (("X-GUploader-UploadID", "ABgVH8"), *HTML)),
    ),
    Sign(
        code="cloud-storage-host",
        products=("Cloud Storage", "Firebase Storage", "Google Cloud"),
        who="Google Cloud Storage",
        meaning="The bucket has no CORS rule that matches the page's origin and the method together.",
        remedy="Set it by gcloud storage buckets update gs://BUCKET --cors-file=FILE, with origin, method and "
        "responseHeader, which serves as the list of allowed request headers too.",
        sure="documented",
        source="https://cloud.google.com/storage/docs/using-cors",
        status=(200, 204, 206, 304),
        host=("storage.googleapis.com", "firebasestorage.googleapis.com"),
        without=(ACAO,),
        sample=Sample(200, url="https://storage.googleapis.com/bucket/items/7"),
    ),
    Sign(
        code="cloud-storage-browser-download",
        products=("Cloud Storage", "Google Cloud"),
        who="the download host of Google Cloud Storage for people who are signed in",
        meaning="storage.cloud.google.com never takes part in CORS.",
        remedy="Ask storage.googleapis.com, with a signed URL if the object is not public.",
        sure="documented",
        source="https://cloud.google.com/storage/docs/cross-origin",
        host=("storage.cloud.google.com",),
        without=(ACAO,),
        sample=Sample(302, (("Location", "https://other.example/"),), url="https://storage.cloud.google.com/bucket/7"),
    ),
    Sign(
        code="cloud-functions-missing",
        products=("Cloud Functions", "Firebase Functions", "Google Cloud"),
        who="Google Cloud Functions",
        meaning="There is no function of this name in this region. The missing CORS headers only hide that.",
        remedy="Check name and region; with Firebase use getFunctions(app, region).",
        sure="reported",
        source="https://github.com/firebase/firebase-functions/issues/645",
        status=(404,),
        host=("cloudfunctions.net",),
        without=(ACAO,),
        sample=Sample(404, HTML, "<title>404 Page not found</title>", url="https://x.cloudfunctions.net/items/7"),
    ),
    Sign(
        code="cloud-functions-redirect",
        products=("Cloud Functions", "Firebase Functions", "Google Cloud"),
        who="Google Cloud Functions",
        meaning="There is no function of this name in this region, or it is not public: the preflight is redirected "
        "to a sign-in. CORS settings of the function have no part in that.",
        remedy="Ask the region to which it is deployed: with Firebase getFunctions(app, region), in Flutter "
        "FirebaseFunctions.instanceFor(region: ...); check the name, and that allUsers may invoke it.",
        sure="reported",
        source="https://github.com/invertase/stripe-firebase-extensions/issues/59",
        when="preflight",
        host=("cloudfunctions.net",),
        failed=("preflight-redirected",),
        without=(ACAO,),
        sample=Sample(
            302, (("Location", "https://other.example/signin"),), url="https://us-central1-x.cloudfunctions.net/items"
        ),
    ),
)

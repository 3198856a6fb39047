"""
Reports made by hand, one of each kind, for everything that shows reports.
"""

from __future__ import annotations

from typing import Final

import attrs

from browsercors.explain.report import (
    AnswerChange,
    Attempt,
    BrowserName,
    Cached,
    Cause,
    Difference,
    Entry,
    Excerpt,
    Fix,
    HeaderChange,
    Needs,
    Obstacle,
    PreflightStory,
    Remembered,
    Report,
    RequestChange,
    Rule,
    ServerCause,
    Step,
    Surprise,
)

PAGE: Final = "https://app.example.com"
API: Final = "https://api.example.com"
CHECK: Final = "https://fetch.spec.whatwg.org/#concept-cors-check"
PREFLIGHT: Final = "https://fetch.spec.whatwg.org/#cors-preflight-fetch"
BROWSERS: Final = ("chromium", "firefox", "webkit")

ALLOWED: Final = Fix(
    "server",
    "Name the page's origin, and allow credentials and the method.",
    answers=(
        AnswerChange(
            "preflight",
            "OPTIONS",
            f"{API}/items/7",
            headers=(
                HeaderChange("Access-Control-Allow-Origin", PAGE, "*"),
                HeaderChange("Access-Control-Allow-Credentials", "true"),
                HeaderChange("Access-Control-Allow-Methods", "PUT"),
                HeaderChange("Access-Control-Allow-Headers", "content-type"),
                HeaderChange("Vary", "Origin"),
            ),
        ),
        AnswerChange(
            "actual",
            "PUT",
            f"{API}/items/7",
            headers=(
                HeaderChange("Access-Control-Allow-Origin", PAGE),
                HeaderChange("Access-Control-Allow-Credentials", "true"),
                HeaderChange("Vary", "Origin"),
            ),
            is_assumed=True,
        ),
    ),
    warnings=("With credentials, this page can act in its user's name; name no origin that is not your own.",),
    proven_in=BROWSERS,
    needs=Needs(PAGE, API, "/items/7", "PUT", methods=("PUT",), headers=("content-type",), credentials=True),
)

WITHOUT_COOKIES: Final = Fix(
    "both",
    "Ask without credentials, and allow the method.",
    answers=(
        AnswerChange(
            "preflight",
            "OPTIONS",
            f"{API}/items/7",
            status=204,
            headers=(
                HeaderChange("Access-Control-Allow-Methods", "PUT"),
                HeaderChange("Access-Control-Allow-Credentials", None, "True"),
            ),
        ),
    ),
    requests=(RequestChange("credentials", '"include"', '"omit"', "Send no cookies."),),
    proven_in=BROWSERS,
)

BLOCKED: Final = Report(
    "blocked",
    "allow-origin-wildcard-with-credentials",
    "chromium",
    f"{PAGE} may not send PUT {API}/items/7: the preflight response allows any origin (*), but the request was "
    "made with credentials.",
    Attempt(
        PAGE,
        f"{PAGE}/cart?id=3",
        "fetch",
        "PUT",
        f"{API}/items/7",
        "cors",
        "include",
        (("Content-Type", "application/json"), ("X-Request-Id", "7d1f-44")),
        17,
    ),
    PreflightStory(
        "sent",
        causes=(
            Cause("PUT", "It is not one of GET, HEAD and POST."),
            Cause("Content-Type", "It is not application/x-www-form-urlencoded, multipart/form-data or text/plain."),
        ),
    ),
    evidence=(
        Excerpt(f"OPTIONS {API}/items/7 -> 200 OK", entry=0),
        Excerpt("Access-Control-Allow-Origin: *", 29, 30, f"has to be exactly: {PAGE}", 0),
        Excerpt("(Access-Control-Allow-Credentials is missing)", remark="has to be: true", entry=0),
    ),
    rule=Rule("A wildcard does not match a request made with credentials.", "CORS check", "4", CHECK),
    names=(
        BrowserName("chromium", "PreflightWildcardOriginNotAllowed"),
        BrowserName("firefox", "CORSNotSupportingCredentials", f"{API}/items/7"),
        BrowserName("webkit", "wildcard-with-credentials"),
    ),
    notes=("Preflights never carry cookies or Authorization, so they have to be answered before any log-in.",),
    behind=(
        Obstacle("allow-credentials-not-true", "The answer to the preflight does not allow credentials.", True),
        Obstacle("method-not-allowed", "The answer to the preflight does not allow the method PUT.", True),
        Obstacle("allow-origin-missing", "The response has no Access-Control-Allow-Origin header.", False),
    ),
    fixes=(ALLOWED, WITHOUT_COOKIES),
    differences=(
        Difference("chromium", "blocked", "allow-origin-wildcard-with-credentials", ""),
        Difference("firefox", "blocked", "allow-origin-wildcard-with-credentials", ""),
        Difference("webkit", "readable", "", "This browser sent no preflight: it still remembered one."),
    ),
    timeline=(
        Entry(
            "preflight",
            "OPTIONS",
            f"{API}/items/7",
            200,
            "OK",
            "",
            (
                ("Accept", "*/*"),
                ("Access-Control-Request-Headers", "content-type,x-request-id"),
                ("Access-Control-Request-Method", "PUT"),
                ("Origin", PAGE),
                ("Sec-Fetch-Mode", "cors"),
            ),
            (("Content-Type", "text/html; charset=utf-8"), ("Access-Control-Allow-Origin", "*")),
        ),
    ),
    steps=(
        Step(
            "noted",
            "main fetch",
            "12.6",
            "a preflight has to be sent first",
            "https://fetch.spec.whatwg.org/#main-fetch",
        ),
        Step("failed", "CORS check", "4", "the response allows any origin (*)", CHECK),
    ),
    server="flask",
)

READABLE: Final = Report(
    "readable",
    "readable",
    "firefox",
    f"{PAGE} may read {API}/v2/items.",
    Attempt(PAGE, f"{PAGE}/", "XMLHttpRequest", "POST", f"{API}/items", "cors", "same-origin", body_length=1),
    PreflightStory(
        "sent",
        causes=(Cause("X-Trace", "No page could send this header without CORS."),),
        remembered=(Remembered("chromium", 7200), Remembered("firefox", 86400), Remembered("webkit", 600)),
    ),
    visible_headers=("content-type", "cache-control"),
    hidden_headers=("x-total-count", "etag"),
    surprises=(
        Surprise(
            "header-hidden",
            "X-Total-Count came, and the page does not see it.",
            "Expose it by name.",
            Fix(
                "server",
                "Expose the header.",
                answers=(
                    AnswerChange(
                        "actual",
                        "GET",
                        f"{API}/v2/items",
                        headers=(HeaderChange("Access-Control-Expose-Headers", "X-Total-Count"),),
                    ),
                ),
                proven_in=BROWSERS,
            ),
        ),
        Surprise("method-became-get", "The redirect turned POST into GET, without its body."),
    ),
    timeline=(
        Entry("preflight", "OPTIONS", f"{API}/items", 204, "No Content"),
        Entry("redirect", "POST", f"{API}/items", 302, "Found", "", (("Origin", PAGE),), (("Location", "/v2/items"),)),
        Entry("actual", "GET", "https://cdn.example.net/v2/items", 200, "OK", time=0.25),
    ),
    steps=(Step("passed", "CORS check", "5", f"Access-Control-Allow-Origin is {PAGE}", CHECK),),
)

OPAQUE: Final = Report(
    "opaque",
    "opaque-response",
    "webkit",
    "Nothing failed, but the page cannot see the response.",
    Attempt("null", "data:text/html,hello", "fetch", "GET", f"{API}/", "no-cors", "omit"),
    PreflightStory("not needed"),
    advice='To read it, ask in mode "cors", and let the server allow that.',
    timeline=(Entry("actual", "GET", f"{API}/", 200, "OK"),),
)

UNDECIDED: Final = Report(
    "undecided",
    "not-mounted",
    "chromium",
    f"{PAGE} gets no response from {API}/: nothing is mounted for it.",
    Attempt(PAGE, f"{PAGE}/", "fetch", "GET", f"{API}/", "cors", "same-origin"),
    PreflightStory("not needed"),
    evidence=(Excerpt(f"GET {API}/ -> no response", entry=0),),
    advice="Mount a server for this origin.",
    timeline=(Entry("actual", "GET", f"{API}/", failure="nothing is mounted for this origin"),),
)

REMEMBERED: Final = Report(
    "blocked",
    "allow-origin-missing",
    "chromium",
    f"{PAGE} may not read {API}/items/7: the response has no Access-Control-Allow-Origin header.",
    Attempt(PAGE, f"{PAGE}/", "fetch", "DELETE", f"{API}/items/7", "cors", "same-origin"),
    PreflightStory("remembered", causes=(Cause("DELETE", "It is not one of GET, HEAD and POST."),)),
    evidence=(Excerpt("(Access-Control-Allow-Origin is missing)", remark=f"has to be: {PAGE}", entry=1),),
    rule=Rule(
        "A page can read a response from another origin only if that response allows it.", "CORS check", "2", CHECK
    ),
    names=(BrowserName("chromium", "MissingAllowOriginHeader"), BrowserName("webkit", "")),
    notes=("The server answered 500; see to that first.",),
    timeline=(
        Entry("remembered-preflight", "DELETE", f"{API}/items/7", time=3.0),
        Entry("actual", "DELETE", f"{API}/items/7", 500, "Internal Server Error", time=3.0),
    ),
)

OUT_OF_CACHE: Final = Report(
    "blocked",
    "allow-origin-missing",
    "chromium",
    f"{PAGE} may not read {API}/logo.png: the response came from the browser's HTTP cache.",
    Attempt(PAGE, f"{PAGE}/", "fetch", "GET", f"{API}/logo", "cors", "same-origin"),
    PreflightStory("not needed"),
    evidence=(Excerpt("(Access-Control-Allow-Origin is missing)", remark=f"has to be: {PAGE}", entry=3),),
    fixes=(
        Fix(
            "server",
            "Allow the page.",
            answers=(
                AnswerChange(
                    "actual",
                    "GET",
                    f"{API}/logo.png",
                    headers=(HeaderChange("Access-Control-Allow-Origin", PAGE), HeaderChange("Vary", "Origin")),
                    is_stored=True,
                ),
            ),
            proven_in=BROWSERS,
        ),
    ),
    timeline=(
        Entry("revalidation", "GET", f"{API}/logo", 301, "Moved Permanently", time=70.0),
        Entry(
            "cached-response", "GET", f"{API}/logo", 301, "Moved Permanently", time=70.0,
            cached=Cached(70.0, PAGE, is_confirmed=False, is_redirect=True),
        ),
        Entry("actual", "GET", f"{API}/logo.png", 304, "Not Modified", "", (("If-None-Match", '"1"'),), time=70.0),
        Entry(
            "cached-response", "GET", f"{API}/logo.png", 200, "OK", "",
            (("Sec-Fetch-Mode", "no-cors"),), (("Cache-Control", "no-cache"), ("ETag", '"1"')), 70.0,
            Cached(0.0, None, is_confirmed=True, is_redirect=False),
        ),
    ),
)  # fmt: skip
"""A stale redirect, which is fetched anew behind the page's back, and an answer that the server confirms."""

UNSENT: Final = Report(
    "blocked",
    "mixed-content",
    "chromium",
    f"{PAGE} may not fetch http://api.example.com/: the page was loaded over https, and this URL is not secure (mixed "
    "content).",
    Attempt(PAGE, f"{PAGE}/", "fetch", "GET", "http://api.example.com/", "cors", "same-origin"),
    PreflightStory("not reached"),
    evidence=(Excerpt("(this request was not sent)"),),
    rule=Rule(
        "Pages of https may load from https only.", "main fetch", "7", "https://fetch.spec.whatwg.org/#main-fetch"
    ),
    advice="Call the server over https.",
)

ATTACKS: Final = (
    "<script>document.title='hacked'</script>",
    "</style></code></pre></details></title><img src=x onerror=\"document.title='hacked'\">",
    '" onload="document.title=1" autofocus onfocus=\'document.title=2\' x="',
    "\x1b[31mred\x1b[0m\x9b2J\r\n\tnext line\x00",
    "\u202egnp.exe\u202c \u2066isolated\u2069 \u200bzero\u2028line",
    "\udc80\ud800 lone surrogates \udfff",
    "javascript:document.title='hacked'",
    "``` \n```\n<b>bold</b> [link](https://evil.example/) ![](https://evil.example/x.png) @octocat #1",
    "| cell | `tick`` \\| | --- \\\\|",
    "# - 1. > *** === [x]: https://evil.example/ __bold__ ~~gone~~ &amp; $`x`$ :tada: {{ braces }} \\",
    "www.evil.example http://evil.example/ <https://evil.example/> mail@evil.example",
    "x\nend\nP->>S1: forged; participant Q %%{init: {}}%% #quot;#60;b#62; end",
    "style:x#59;; classDef a:b#1;;",
    "--><!--<![CDATA[ ]]>&lt;script&gt;&#60;script>",
)
"""What a server or a page may write to be more than text: HTML, terminals, bidirectional text, Markdown, Mermaid."""


def hostile(attack: str) -> Report:
    """
    Return a report in which every text that can be foreign is *attack*, the URL of the rule as well.
    """
    url = f"https://{attack}/"
    header = (attack, attack)
    change = AnswerChange("actual", attack, url, 200, (HeaderChange(*header), HeaderChange(attack, None, attack)))
    fix = Fix(
        "both",
        attack,
        (change, attrs.evolve(change, kind="preflight", is_assumed=True)),
        (RequestChange(attack, attack, attack, attack),),
        (attack, attack),
        (attack,),
    )
    entry = Entry("actual", attack, url, 200, attack, attack, (header, header), (header,))
    return Report(
        "blocked",
        attack,
        attack,
        attack,
        Attempt(attack, attack, attack, attack, attack, attack, attack, (header,), 1),
        PreflightStory("sent", causes=(Cause(attack, attack), Cause("", attack)), remembered=(Remembered(attack, 5),)),
        (Excerpt(attack, 1, 4, attack, 0), Excerpt(attack, 0, 10**9, attack), Excerpt(attack, 5, 2, attack, 99)),
        Rule(attack, attack, attack, attack),
        (BrowserName(attack, attack, attack),),
        (attack,),
        (Obstacle(attack, attack, True),),
        (fix,),
        attack,
        (attack,),
        (attack, attack),
        (Surprise(attack, attack, attack, fix),),
        (Difference(attack, "blocked", attack, attack),),
        (
            entry,
            attrs.evolve(entry, kind="redirect", url=attack),
            attrs.evolve(entry, kind="remembered-preflight"),
            attrs.evolve(entry, kind="preflight", status=None),
            attrs.evolve(entry, kind="revalidation"),
            attrs.evolve(
                entry, kind="cached-response", cached=Cached(1.0, attack, is_confirmed=True, is_redirect=True)
            ),
        ),
        (Step("failed", attack, attack, attack, f"{CHECK}{attack}"),),
        attack,
        (ServerCause(attack, attack, attack, attack, attack, attack, attack, 0),),
        attack,
    )


HOSTILE: Final = hostile(" ".join(ATTACKS))

REPORTS: Final = {
    "blocked": BLOCKED,
    "readable": READABLE,
    "opaque": OPAQUE,
    "undecided": UNDECIDED,
    "remembered": REMEMBERED,
    "out of cache": OUT_OF_CACHE,
    "unsent": UNSENT,
    "hostile": HOSTILE,
}

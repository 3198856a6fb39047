"""
Which origins people leave behind in allow-lists, long after the reason for them is gone.

A developer allows a development server, a colleague's machine, a preview deployment or a tunnel "for now". Each kind
has a table, and each entry names the page that documents it. `near_misses` has the origins that a careless comparison
lets in; these are origins that somebody once allowed on purpose.
"""

from __future__ import annotations

import enum
from itertools import zip_longest
from typing import TYPE_CHECKING, Final, NamedTuple

import attrs

from browsercors.policy.origins.near_misses import ATTACKER
from browsercors.policy.origins.patterns import (
    OriginPattern,
    PortsOf,
    SubdomainsOf,
    listed_patterns,
    problem_with_pattern,
)
from browsercors.protections.bad_port import is_bad_port
from browsercors.values.sites import Sites, is_ip_address
from browsercors.values.urls import parse_url

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from browsercors.values.urls import URL

__all__ = ["LeftBehindKind", "LeftBehindOrigin", "left_behind_origins"]

SITES: Final = Sites()


class LeftBehindKind(enum.Enum):
    """
    Why an origin was once allowed; the value is the name in reports.
    """

    DEVELOPMENT_SERVER = "development-server"
    """The default address of a development server: `http://localhost:5173`."""

    STAGING = "staging"
    """A deployment beside the one that is allowed: `https://staging.example.com`."""

    SHARED_HOSTING = "shared-hosting"
    """A service where anyone can publish a page: `https://attacker.vercel.app`."""

    TUNNEL = "tunnel"
    """A public address of somebody's own machine: `https://attacker.ngrok-free.app`."""

    LOCAL_NETWORK = "local-network"
    """A machine in a home or an office: `http://192.168.1.20:3000`."""

    LOOPBACK = "loopback"
    """The same machine, in each spelling that a browser keeps apart: `http://127.0.0.1`."""

    APP = "app"
    """What a WebView in a mobile or desktop app sends: `capacitor://localhost`."""

    EXTENSION = "extension"
    """What a browser extension sends: `chrome-extension://...`."""


@attrs.frozen
class LeftBehindOrigin:
    """
    An origin that allow-lists keep though nobody needs it any more.

    Attributes:
        kind: Why it was once allowed.
        origin: As the `Origin` header has it.
        reason: Whose pages have this origin, in one sentence.
        source: The page that documents it.
        is_web: Whether `Browser.open` makes a page that has it: an http(s) origin, or `null`. Only a WebView or an
            extension can send the others; the URL Standard gives their URLs an opaque origin.
    """

    kind: LeftBehindKind
    origin: str
    reason: str
    source: str
    is_web: bool = True


class _DevelopmentServer(NamedTuple):
    """
    A tool that serves pages while they are written.
    """

    name: str
    port: int
    source: str
    scheme: str = "http"


KESTREL: Final = "https://learn.microsoft.com/en-us/aspnet/core/fundamentals/servers/kestrel/endpoints"

# The commonest first. One port stands once: the tool named is the one that most people use it for.
DEVELOPMENT_SERVERS: Final = (
    _DevelopmentServer("Next.js, Create React App, Nuxt and Rails", 3000, "https://nextjs.org/docs/app/api-reference/cli/next"),
    _DevelopmentServer("Vite and SvelteKit", 5173, "https://vite.dev/config/server-options#server-port"),
    _DevelopmentServer("the Angular CLI", 4200, "https://angular.dev/cli/serve"),
    _DevelopmentServer("webpack and the Vue CLI", 8080, "https://webpack.js.org/configuration/dev-server/#devserverport"),
    _DevelopmentServer("Django and Gatsby", 8000, "https://docs.djangoproject.com/en/stable/ref/django-admin/#runserver"),
    _DevelopmentServer("Flask", 5000, "https://flask.palletsprojects.com/en/stable/cli/"),
    _DevelopmentServer("a second server of Next.js or Create React App", 3001, "https://nextjs.org/docs/app/api-reference/cli/next"),
    _DevelopmentServer("Vite's preview", 4173, "https://vite.dev/config/preview-options#preview-port"),
    _DevelopmentServer("Live Server of VS Code", 5500, "https://github.com/ritwickdey/vscode-live-server"),
    _DevelopmentServer("Expo and React Native's Metro", 8081, "https://docs.expo.dev/more/expo-cli/"),
    _DevelopmentServer("the Ionic CLI", 8100, "https://ionicframework.com/docs/cli/commands/serve"),
    _DevelopmentServer("Storybook", 6006, "https://storybook.js.org/docs/api/cli-options"),
    _DevelopmentServer("Parcel", 1234, "https://parceljs.org/features/cli/"),
    _DevelopmentServer("Astro", 4321, "https://docs.astro.build/en/reference/configuration-reference/#serverport"),
    _DevelopmentServer("Next.js with HTTPS", 3000, "https://nextjs.org/docs/app/api-reference/cli/next", "https"),
    _DevelopmentServer("Vite with HTTPS", 5173, "https://vite.dev/config/server-options#server-https", "https"),
    _DevelopmentServer("the Angular CLI with HTTPS", 4200, "https://angular.dev/cli/serve", "https"),
    _DevelopmentServer("ASP.NET Core", 5001, KESTREL, "https"),
    _DevelopmentServer("a second server of Vite", 5174, "https://vite.dev/config/server-options#server-strictport"),
    _DevelopmentServer("Expo for the web, built by webpack", 19006, "https://docs.expo.dev/more/expo-cli/"),
    _DevelopmentServer("Quasar, and what Gatsby has built", 9000, "https://www.gatsbyjs.com/docs/reference/gatsby-cli/#serve"),
    _DevelopmentServer("Jekyll", 4000, "https://jekyllrb.com/docs/configuration/options/"),
    _DevelopmentServer("Hugo", 1313, "https://gohugo.io/commands/hugo_server/"),
    _DevelopmentServer("Tauri's templates", 1420, "https://v2.tauri.app/start/frontend/vite/"),
    _DevelopmentServer("Stencil", 3333, "https://stenciljs.com/docs/dev-server"),
    _DevelopmentServer("Netlify Dev and Jupyter", 8888, "https://docs.netlify.com/api-and-cli-guides/cli-guides/local-development/"),
    _DevelopmentServer("Wrangler", 8787, "https://developers.cloudflare.com/workers/wrangler/commands/"),
)  # fmt: skip
"""The default ports of development servers."""

# NB: most developers name the machine `localhost`; some copy the address that the server prints.
ALSO_BY_ADDRESS: Final = (3000, 5173, 5500, 8000, 8080)


class _Address(NamedTuple):
    """
    A host, and whose it is.
    """

    host: str
    reason: str
    source: str


LOOPBACK: Final = (
    _Address("localhost", "Any program on the visitor's machine can serve it.", "https://www.rfc-editor.org/rfc/rfc6761#section-6.3"),
    _Address("127.0.0.1", "Any program on the visitor's machine can serve it.", "https://www.rfc-editor.org/rfc/rfc1122#section-3.2.1.3"),
    _Address("[::1]", "Any program on the visitor's machine can serve it.", "https://www.rfc-editor.org/rfc/rfc4291#section-2.5.3"),
    _Address("0.0.0.0", "Servers print it as their address, and systems but Windows connect it to the same machine.", "https://www.rfc-editor.org/rfc/rfc1122#section-3.2.1.3"),  # noqa: S104 - a host in a URL, and nothing binds to it
    _Address("app.localhost", "Browsers take every name below localhost for the same machine.", "https://www.rfc-editor.org/rfc/rfc6761#section-6.3"),
    _Address("localhost.localdomain", "Many Linux systems have it as another name of the same machine.", "https://man7.org/linux/man-pages/man5/hosts.5.html"),
    _Address("lvh.me", "Public DNS gives this name, which anyone may use, the address 127.0.0.1.", "https://lvh.me"),
    _Address("[::ffff:7f00:1]", "It is 127.0.0.1 as an IPv6 address.", "https://www.rfc-editor.org/rfc/rfc4291#section-2.5.5.2"),
)  # fmt: skip
"""Each spelling of the same machine that browsers keep apart."""

LOCAL_NETWORK: Final = (
    _Address("192.168.1.20", "Every home and every office has machines of its own at this address.", "https://www.rfc-editor.org/rfc/rfc1918#section-3"),
    _Address("10.0.0.20", "Every network may have machines of its own at this address.", "https://www.rfc-editor.org/rfc/rfc1918#section-3"),
    _Address("172.16.0.20", "Every network may have machines of its own at this address.", "https://www.rfc-editor.org/rfc/rfc1918#section-3"),
    _Address("attacker.local", "Any machine in the visitor's network can take a name that ends in .local.", "https://www.rfc-editor.org/rfc/rfc6762#section-3"),
    _Address("10.0.2.2", "Android's emulator has the developer's machine at this address.", "https://developer.android.com/studio/run/emulator-networking"),
    _Address("192.168.0.20", "Every home and every office has machines of its own at this address.", "https://www.rfc-editor.org/rfc/rfc1918#section-3"),
    _Address("172.17.0.2", "Docker gives it to the first container on each machine.", "https://docs.docker.com/engine/network/drivers/bridge/"),
    _Address("host.docker.internal", "Docker Desktop has the developer's machine under this name.", "https://docs.docker.com/desktop/features/networking/"),
    _Address("169.254.1.20", "A machine takes such an address where no one gives it another.", "https://www.rfc-editor.org/rfc/rfc3927#section-2.1"),
    _Address("100.64.0.20", "Providers and VPNs give such addresses to their customers.", "https://www.rfc-editor.org/rfc/rfc6598"),
    _Address("[fd00::20]", "Every network may have machines of its own at this address.", "https://www.rfc-editor.org/rfc/rfc4193#section-3.1"),
    _Address("[fe80::20]", "Every link has machines of its own at this address.", "https://www.rfc-editor.org/rfc/rfc4291#section-2.5.6"),
    _Address("attacker.lan", "Home routers make such names for whoever connects.", "https://openwrt.org/docs/guide-user/base-system/dhcp"),
    _Address("attacker.home.arpa", "Home routers make such names for whoever connects.", "https://www.rfc-editor.org/rfc/rfc8375"),
    _Address("attacker.internal", "Every network may have such names of its own.", "https://www.icann.org/en/board-activities-and-meetings/materials/approved-resolutions-special-meeting-of-the-icann-board-29-07-2024-en"),
)  # fmt: skip
"""An address of each range that is not public, and the names that local networks make."""

# NB: what a development server in the network listens on, the commonest port first; None is the scheme's default.
NETWORK_ADDRESSES: Final = (("http", 3000), ("http", None), ("https", None), ("http", 8080))

STAGING_LABELS: Final = (
    "staging", "dev", "test", "preview", "beta", "www", "", "stage", "qa", "uat", "demo", "sandbox", "local", "old",
    "next", "canary", "preprod",
)  # fmt: skip
"""The names of deployments beside the one in use; the empty one is the registrable domain itself."""

STAGING_WORDS: Final = ("staging", "dev", "test", "preview", "beta")
"""What is joined to a name by a hyphen: `app-staging.example.com`."""

STAGING_SOURCE: Final = (
    "https://owasp.org/www-project-web-security-testing-guide/stable/4-Web_Application_Security_Testing/"
    "01-Information_Gathering/04-Enumerate_Applications_on_Webserver"
)

PUBLIC_SUFFIX_LIST: Final = "https://publicsuffix.org/list/public_suffix_list.dat"

SHARED_HOSTING: Final = (
    "vercel.app", "netlify.app", "github.io", "pages.dev", "herokuapp.com", "web.app", "azurewebsites.net",
    "cloudfront.net", "s3.amazonaws.com", "onrender.com", "firebaseapp.com", "workers.dev", "amplifyapp.com",
    "azurestaticapps.net", "fly.dev", "up.railway.app", "gitlab.io", "appspot.com", "ondigitalocean.app", "surge.sh",
    "s3-website-us-east-1.amazonaws.com", "s3.us-east-1.amazonaws.com", "deno.dev", "vercel.dev", "now.sh", "r2.dev",
    "blob.core.windows.net", "azureedge.net", "nyc3.digitaloceanspaces.com", "replit.app", "csb.app", "lovable.app",
    "bolt.host", "hf.space", "streamlit.app", "pythonanywhere.com", "webflow.io", "framer.app", "bubbleapps.io",
    "myshopify.com", "blogspot.com", "codeberg.page", "supabase.co", "convex.site", "translate.goog", "zeabur.app",
)  # fmt: skip
"""Suffixes below which anyone can have a name and a page; all stand in the list's private section."""

# NB: what serves the pages of everyone from one origin or domain, without standing in the list.
OTHER_HOSTING: Final = (
    _Address("s3.amazonaws.com", "Anyone can publish a page in a bucket there.", "https://docs.aws.amazon.com/AmazonS3/latest/userguide/VirtualHosting.html#path-style-access"),
    _Address("storage.googleapis.com", "Anyone can publish a page in a bucket there.", "https://docs.cloud.google.com/storage/docs/request-endpoints"),
    _Address("attacker.stackblitz.io", "Anyone can publish a page there.", "https://developer.stackblitz.com/platform/webcontainers/browser-support"),
    _Address("attacker.glitch.me", "Anyone could publish a page there, until the service ended.", "https://blog.glitch.com/post/changes-are-coming-to-glitch/"),
    _Address("attacker.neocities.org", "Anyone can publish a page there.", "https://neocities.org"),
    _Address("cdpn.io", "Anyone can publish a page there, through CodePen.", "https://blog.codepen.io/documentation/full-page-view/"),
    _Address("fiddle.jshell.net", "Anyone can publish a page there, through JSFiddle.", "https://docs.jsfiddle.net"),
)  # fmt: skip

TUNNELS: Final = (
    _Address("attacker.ngrok-free.app", "Anyone can open a tunnel there.", "https://ngrok.com/docs/universal-gateway/domains/"),
    _Address("attacker.ngrok.io", "Anyone can open a tunnel there.", "https://ngrok.com/docs/universal-gateway/domains/"),
    _Address("attacker.trycloudflare.com", "Anyone can open a tunnel there.", "https://developers.cloudflare.com/cloudflare-one/networks/connectors/cloudflare-tunnel/do-more-with-tunnels/trycloudflare/"),
    _Address("attacker.loca.lt", "Anyone can open a tunnel there.", "https://github.com/localtunnel/localtunnel"),
    _Address("attacker-3000.app.github.dev", "Anyone can publish a port of a codespace there.", "https://docs.github.com/en/codespaces/developing-in-a-codespace/forwarding-ports-in-your-codespace"),
    _Address("3000-attacker.ws-eu1.gitpod.io", "Anyone can publish a port of a workspace there.", "https://www.gitpod.io/docs/classic/user/configure/workspaces/ports"),
    _Address("attacker-3000.euw.devtunnels.ms", "Anyone can open a tunnel there.", "https://learn.microsoft.com/en-us/azure/developer/dev-tunnels/overview"),
    _Address("attacker.ngrok.app", "Anyone can open a tunnel there.", "https://ngrok.com/docs/universal-gateway/domains/"),
    _Address("attacker.ngrok-free.dev", "Anyone can open a tunnel there.", "https://ngrok.com/docs/universal-gateway/domains/"),
    _Address("attacker.ngrok.dev", "Anyone can open a tunnel there.", "https://ngrok.com/docs/universal-gateway/domains/"),
    _Address("attacker.eu.ngrok.io", "Anyone can open a tunnel there.", "https://ngrok.com/docs/universal-gateway/domains/"),
    _Address("attacker.serveo.net", "Anyone can open a tunnel there.", "https://serveo.net"),
    _Address("attacker.lhr.life", "Anyone can open a tunnel there.", "https://localhost.run/docs/"),
    _Address("attacker.a.pinggy.link", "Anyone can open a tunnel there.", "https://pinggy.io/docs/"),
    _Address("attacker.tunnelmole.net", "Anyone can open a tunnel there.", "https://tunnelmole.com/docs/"),
    _Address("attacker.githubpreview.dev", "Anyone could publish a port of a codespace there.", "https://docs.github.com/en/codespaces/developing-in-a-codespace/forwarding-ports-in-your-codespace"),
    _Address("3000-attacker.cloudworkstations.dev", "Anyone can publish a port of a workstation there.", "https://docs.cloud.google.com/workstations/docs/architecture"),
)  # fmt: skip
"""Public addresses of somebody's own machine."""

CAPACITOR: Final = "https://capacitorjs.com/docs/config"
TAURI: Final = "https://docs.rs/crate/tauri/2.12.0/source/src/protocol/mod.rs"
ELECTRON: Final = "https://www.electronjs.org/docs/latest/api/protocol"
WEB_VIEW: Final = "https://chromium.googlesource.com/chromium/src/+/main/android_webview/docs/cors-and-webview-api.md"

APPS: Final = (
    _Address("capacitor://localhost", "Every Capacitor app on iOS sends it.", CAPACITOR),
    _Address("https://localhost", "Every Capacitor app on Android sends it.", CAPACITOR),
    _Address("http://localhost", "Every Capacitor app on Android sent it before version 6.", CAPACITOR),
    _Address("ionic://localhost", "Every Ionic app with Cordova's WebView plugin on iOS sends it.", "https://github.com/ionic-team/cordova-plugin-ionic-webview"),
    _Address("http://localhost:8080", "Every Ionic app with an early version of Cordova's WebView plugin sends it.", "https://github.com/ionic-team/cordova-plugin-ionic-webview"),
    _Address("tauri://localhost", "Every Tauri app on macOS, Linux and iOS sends it.", TAURI),
    _Address("http://tauri.localhost", "Every Tauri app on Windows and Android sends it.", TAURI),
    _Address(
        "https://tauri.localhost",
        "Every Tauri app on Windows and Android that has HTTPS switched on sends it.",
        TAURI,
    ),
    _Address("null", "Pages in files send it, as every sandboxed frame does.", "https://html.spec.whatwg.org/multipage/browsers.html#concept-origin"),
    _Address("file://", "A page in a file sends it where a WebView gives files access to everything.", WEB_VIEW),
    _Address(
        "https://appassets.androidplatform.net",
        "Every Android app that loads its pages with WebViewAssetLoader sends it.",
        "https://developer.android.com/reference/androidx/webkit/WebViewAssetLoader",
    ),
    _Address("app://.", "Electron apps send it that have a scheme of this name.", ELECTRON),
    _Address("app://localhost", "Electron apps send it that have a scheme of this name.", ELECTRON),
    _Address("vscode-webview://1a2b3c4d5e6f7g8h9i0j", "Extensions of VS Code send it from their views.", "https://code.visualstudio.com/api/extension-guides/webview"),
)  # fmt: skip
"""What WebViews in apps send: the same for every app that is built with the tool."""

EXTENSIONS: Final = (
    _Address(
        "chrome-extension://abcdefghijklmnopabcdefghijklmnop",
        "An extension of Chromium sends it, under its own id of 32 letters.",
        "https://developer.chrome.com/docs/extensions/develop/concepts/network-requests",
    ),
    _Address(
        "moz-extension://01234567-89ab-4cde-8f01-23456789abcd",
        "An extension of Firefox sends it, under an id that each installation draws.",
        "https://developer.mozilla.org/en-US/docs/Mozilla/Add-ons/WebExtensions/manifest.json/web_accessible_resources",
    ),
    _Address(
        "safari-web-extension://01234567-89AB-4CDE-8F01-23456789ABCD",
        "An extension of Safari sends it, under an id that each installation draws.",
        "https://developer.apple.com/documentation/safariservices/assessing-your-safari-web-extension-s-browser-compatibility",
    ),
)  # fmt: skip
"""What pages of browser extensions send."""


def left_behind_origins(
    allowed: Iterable[OriginPattern],
    target: str,
    *,
    attacker: str = ATTACKER,
    sites: Sites = SITES,
) -> tuple[LeftBehindOrigin, ...]:
    """
    Return the origins that a server might still allow, though *allowed* does not have them.

    The first of each kind come first, then the second of each, and so on: whoever stops early has tried every kind.

    Args:
        allowed: The origins that are meant, as `Policy(origins=...)` takes them. None that they match is returned, and
            the names of staging deployments are made from them.
        target: The origin of the server, such as `https://api.example.com`; it has staging deployments too.
        attacker: The domain of whoever tries it; its first label is the name below suffixes that everyone shares.
        sites: What the public suffixes are.

    Raises:
        ValueError: *target* is not an http(s) origin, or *allowed* has what is no pattern of origins.
    """
    patterns = listed_patterns(allowed)
    for pattern in patterns:
        problem = problem_with_pattern(pattern)
        if problem is not None:
            raise ValueError(f"allowed: {pattern!r} {problem}")
    server = parse_url(target) if isinstance(target, str) else None
    if server is None or not server.is_http or server.origin.serialized != target:
        raise ValueError(f"target has to be an origin such as 'https://api.example.com', not {target!r}")
    bases = _bases(patterns, server)
    name = attacker.partition(".")[0]
    by_kind = (
        _development_servers(),
        _staging(bases, sites),
        _shared_hosting(bases, name, sites),
        _of_hosts(LeftBehindKind.TUNNEL, TUNNELS, (("https", None),), name),
        _of_hosts(LeftBehindKind.LOCAL_NETWORK, LOCAL_NETWORK, NETWORK_ADDRESSES, name),
        _of_hosts(LeftBehindKind.LOOPBACK, LOOPBACK, (("http", None), ("https", None)), name),
        _whole(LeftBehindKind.APP, APPS),
        _whole(LeftBehindKind.EXTENSION, EXTENSIONS),
    )
    found: dict[str, LeftBehindOrigin] = {}
    for row in zip_longest(*(_not_meant(of_kind, patterns, target) for of_kind in by_kind)):
        for left in row:
            if left is not None:
                found.setdefault(left.origin, left)
    return tuple(found.values())


def _not_meant(
    candidates: Iterable[LeftBehindOrigin], patterns: tuple[OriginPattern, ...], target: str
) -> Iterator[LeftBehindOrigin]:
    """
    Leave out what a browser cannot hold, what is allowed, and the server's own origin.
    """
    for left in candidates:
        if left.origin == target or any(_matches(pattern, left.origin) for pattern in patterns):
            continue
        if left.is_web and left.origin != "null":
            url = parse_url(left.origin)
            if url is None or url.origin.serialized != left.origin or is_bad_port(url):
                continue
        yield left


def _matches(pattern: OriginPattern, origin: str) -> bool:
    return pattern == origin if isinstance(pattern, str) else pattern.matches(origin)


def _bases(patterns: tuple[OriginPattern, ...], server: URL) -> list[URL]:
    """
    Return the URLs whose hosts have other deployments: those of the allowed origins, then the server's own.
    """
    written = [
        pattern if isinstance(pattern, str) else pattern.origin
        for pattern in patterns
        if isinstance(pattern, (str, SubdomainsOf, PortsOf))
    ]
    urls = [parse_url(origin) for origin in written]
    return [*dict.fromkeys([*(url for url in urls if url is not None), server])]


def _development_servers() -> Iterator[LeftBehindOrigin]:
    for tool in DEVELOPMENT_SERVERS:
        reason = f"It is the default of {tool.name}."
        origin = f"{tool.scheme}://localhost:{tool.port}"
        yield LeftBehindOrigin(LeftBehindKind.DEVELOPMENT_SERVER, origin, reason, tool.source)
    for tool in DEVELOPMENT_SERVERS:
        if tool.port in ALSO_BY_ADDRESS and tool.scheme == "http":
            reason = f"It is the default of {tool.name}."
            origin = f"http://127.0.0.1:{tool.port}"
            yield LeftBehindOrigin(LeftBehindKind.DEVELOPMENT_SERVER, origin, reason, tool.source)


def _staging(bases: list[URL], sites: Sites) -> Iterator[LeftBehindOrigin]:
    """
    Yield the siblings of each registrable domain, then what stands beside each host: `app-staging`, `staging.app`.
    """
    domains: dict[tuple[str, str, str], str] = {}
    for url in bases:
        domain = None if is_ip_address(url.host) else sites.registrable_domain(url.host)
        if domain is not None:
            domains.setdefault((domain, f"{url.scheme}://", f":{url.port}" if url.port else ""), domain)
    for label in STAGING_LABELS:
        for domain, scheme, port in domains:
            host = f"{label}.{domain}" if label else domain
            reason = f"It has the same registrable domain, {domain}, and a name that other deployments have."
            yield LeftBehindOrigin(LeftBehindKind.STAGING, f"{scheme}{host}{port}", reason, STAGING_SOURCE)
    for word in STAGING_WORDS:
        for url in bases:
            for host in _beside(url, word, sites):
                origin = f"{url.scheme}://{host}" + (f":{url.port}" if url.port else "")
                reason = f"It is the {word} deployment of {url.host}."
                yield LeftBehindOrigin(LeftBehindKind.STAGING, origin, reason, STAGING_SOURCE)


def _beside(url: URL, word: str, sites: Sites) -> Iterator[str]:
    domain = None if is_ip_address(url.host) else sites.registrable_domain(url.host)
    if domain is None:
        return
    label, _, rest = url.host.partition(".")
    # NB: `example-staging.com` is somebody else's domain; `example-staging.vercel.app` is how such services name them.
    if url.host != domain or rest in SHARED_HOSTING:
        yield f"{label}-{word}.{rest}"
        yield f"{word}-{label}.{rest}"
        yield f"{word}.{url.host}"
    if url.host != domain:
        yield f"{label}.{word}.{rest}"


def _shared_hosting(bases: list[URL], name: str, sites: Sites) -> Iterator[LeftBehindOrigin]:
    """
    Yield a page of anyone at each service; then one whose name begins as that of the allowed origin does.
    """
    kind = LeftBehindKind.SHARED_HOSTING
    for suffix in SHARED_HOSTING:
        reason = f"Anyone can publish a page below {suffix}."
        yield LeftBehindOrigin(kind, f"https://{name}.{suffix}", reason, PUBLIC_SUFFIX_LIST)
    yield from _of_hosts(kind, OTHER_HOSTING, (("https", None),), name)
    # NB: for a pattern such as `https://shop-.*\.vercel\.app`: names are given to whoever asks first.
    domains = [sites.registrable_domain(url.host) for url in bases if not is_ip_address(url.host)]
    brands = dict.fromkeys(domain.partition(".")[0] for domain in domains if domain is not None)
    for suffix in SHARED_HOSTING:
        for brand in brands:
            reason = f"Anyone can publish a page below {suffix}, under a name that begins like this too."
            yield LeftBehindOrigin(kind, f"https://{brand}-{name}.{suffix}", reason, PUBLIC_SUFFIX_LIST)


def _of_hosts(
    kind: LeftBehindKind, addresses: tuple[_Address, ...], ends: tuple[tuple[str, int | None], ...], name: str
) -> Iterator[LeftBehindOrigin]:
    """
    Yield every host with the first scheme and port, then with the second.
    """
    for scheme, port in ends:
        for host, reason, source in addresses:
            named = host.replace("attacker", name)
            origin = f"{scheme}://{named}" if port is None else f"{scheme}://{named}:{port}"
            yield LeftBehindOrigin(kind, origin, reason, source)


def _whole(kind: LeftBehindKind, addresses: tuple[_Address, ...]) -> Iterator[LeftBehindOrigin]:
    for origin, reason, source in addresses:
        is_web = origin == "null" or origin.startswith(("http://", "https://"))
        yield LeftBehindOrigin(kind, origin, reason, source, is_web)

"""The GraphiQL page of GET /graphql: our page around it and the files it loads, all local once built."""

import json
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass, field
from html import escape
from pathlib import Path
from string import Template
from typing import Any

from starlette.applications import Starlette
from starlette.responses import Response
from starlette.routing import Mount
from starlette.staticfiles import StaticFiles
from starlette.types import ASGIApp, Scope

__all__ = ["Example", "ExplorerConfig", "Principal", "RestCall", "assets", "page"]

HERE = Path(__file__).parent
BUILT = HERE / "built"

# The last GraphiQL published as one script: pinned, with the digests of the files that npm holds.
PUBLIC_STYLE = (
    "https://cdn.jsdelivr.net/npm/graphiql@4.1.2/graphiql.min.css",
    "sha384-1el1QShFBnnXTx9x/Cprg82hZWKt0ry29OAYIXt05swbi0KcZDFoj0CWguMpopJr",
)
PUBLIC_SCRIPTS = (
    (
        "https://cdn.jsdelivr.net/npm/react@18.3.1/umd/react.production.min.js",
        "sha384-DGyLxAyjq0f9SPpVevD6IgztCFlnMF6oW/XQGmfe+IsZ8TqEiDrcHkMLKI6fiB/Z",
    ),
    (
        "https://cdn.jsdelivr.net/npm/react-dom@18.3.1/umd/react-dom.production.min.js",
        "sha384-gTGxhz21lVGYNMcdJOyq01Edg0jhn/c22nsx0kyqP0TxaV5WVdsSH1fSDUf5YJj1",
    ),
    (
        "https://cdn.jsdelivr.net/npm/graphiql@4.1.2/graphiql.min.js",
        "sha384-9XdHu7ajgGJziD4J1zNBKQ842Q/+zZfDv+ib1eMhZWBH6hPAs806x+Jbcf0yNO6B",
    ),
)

NOTE = '<p class="note">Public copy. Run <code>make explorer</code> for the offline copy.</p>'
WAITING = "Opening the explorer…"
UNREACHABLE = (
    "Opening the public copy of GraphiQL. Without a network it does not come: run make explorer once."
)


@dataclass(frozen=True, slots=True)
class Example:
    """A query offered as a tab; the tab is called as the query's operation. The first of each audience is open."""

    title: str
    query: str
    variables: Mapping[str, Any] = field(default_factory=dict)
    audience: str = ""


@dataclass(frozen=True, slots=True)
class Principal:
    """Somebody of the demo whom the reader may be. The token stands in the page: never a real one."""

    name: str
    description: str
    token: str
    partner_id: str | None = None


@dataclass(frozen=True, slots=True)
class RestCall:
    """A REST operation that answers what `field` of the schema answers, and the query to ask instead.

    `curl` has `{origin}` where the page's own origin belongs.
    """

    field: str
    api: str
    call: str
    title: str
    curl: str
    query: str


@dataclass(frozen=True, slots=True)
class ExplorerConfig:
    """What the page is told; `assets_url` is where `assets()` is mounted."""

    endpoint: str = "/graphql"
    examples: tuple[Example, ...] = ()
    principals: tuple[Principal, ...] = ()
    rest_calls: tuple[RestCall, ...] = ()
    assets_url: str = "/explorer"


def page(config: ExplorerConfig, built: Path = BUILT) -> tuple[str, dict[str, str]]:
    """The page and its headers: the built copy, or the public one with a note where nothing was built."""
    manifest = built / "manifest.json"
    template = Template((HERE / "page.html").read_text(encoding="utf-8"))
    block = _data_block(config)
    if manifest.is_file():
        head = _built_head(config.assets_url, json.loads(manifest.read_text(encoding="utf-8")))
        return template.substitute(config=block, head=head, note="", waiting=WAITING), _headers()
    html = template.substitute(
        config=block, head=_public_head(config.assets_url), note=NOTE, waiting=UNREACHABLE
    )
    return html, _headers(scripts=[url for url, _ in PUBLIC_SCRIPTS], styles=[PUBLIC_STYLE[0]])


def assets(built: Path = BUILT) -> ASGIApp:
    """The files the page loads, to be mounted where `ExplorerConfig.assets_url` says."""
    named_by_content = _Files(built, "public, max-age=31536000, immutable")
    as_written = _Files(HERE / "src", "no-cache")
    return Starlette(routes=[Mount("/src", as_written), Mount("/", named_by_content)])


class _Files(StaticFiles):
    """Static files, each with its ETag and one rule of caching."""

    def __init__(self, directory: Path, cache_control: str) -> None:
        super().__init__(directory=directory, check_dir=False)
        self.cache_control = cache_control

    async def check_config(self) -> None:
        """Nothing to complain about: the built copy may come while we serve, or never."""

    async def get_response(self, path: str, scope: Scope) -> Response:
        response = await super().get_response(path, scope)
        response.headers["Cache-Control"] = self.cache_control
        response.headers["X-Content-Type-Options"] = "nosniff"
        return response


def _data_block(config: ExplorerConfig) -> str:
    """JSON that no HTML parser takes for markup."""
    block = {
        "endpoint": config.endpoint,
        "examples": [asdict(one) for one in config.examples],
        "principals": [
            {
                "name": one.name,
                "description": one.description,
                "token": one.token,
                "partnerId": one.partner_id,
            }
            for one in config.principals
        ],
        "restCalls": [asdict(one) for one in config.rest_calls],
    }
    return json.dumps(block).replace("<", "\\u003c").replace(">", "\\u003e").replace("&", "\\u0026")


def _built_head(assets_url: str, manifest: Mapping[str, str]) -> str:
    return _style(f"{assets_url}/{manifest['style']}") + _module(f"{assets_url}/{manifest['script']}")


def _public_head(assets_url: str) -> str:
    scripts = "".join(
        f'<script defer src="{url}" integrity="{digest}" crossorigin="anonymous"></script>\n'
        for url, digest in PUBLIC_SCRIPTS
    )
    url, digest = PUBLIC_STYLE
    style = f'<link rel="stylesheet" href="{url}" integrity="{digest}" crossorigin="anonymous">\n'
    return style + _style(f"{assets_url}/src/page.css") + scripts + _module(f"{assets_url}/src/public.js")


def _style(url: str) -> str:
    return f'<link rel="stylesheet" href="{escape(url)}">\n'


def _module(url: str) -> str:
    return f'<script type="module" src="{escape(url)}"></script>'


def _headers(scripts: Sequence[str] = (), styles: Sequence[str] = ()) -> dict[str, str]:
    policy = {
        "default-src": ["'none'"],
        "script-src": ["'self'", *scripts],
        "worker-src": ["'self'"],
        "style-src": ["'self'", "'unsafe-inline'", *styles],  # the editors write their own style elements
        "font-src": ["'self'", "data:"],
        "img-src": ["'self'", "data:"],
        "connect-src": ["'self'"],
        "base-uri": ["'none'"],
        "form-action": ["'none'"],
        "frame-ancestors": ["'none'"],
    }
    return {
        "Content-Security-Policy": "; ".join(
            f"{name} {' '.join(sources)}" for name, sources in policy.items()
        ),
        "Content-Type": "text/html; charset=utf-8",
        "Cache-Control": "no-store",
        "Referrer-Policy": "no-referrer",
        "X-Content-Type-Options": "nosniff",
    }

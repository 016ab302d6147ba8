"""What every answer of the server passes: is it asked by a name of ours, and what may the browser do.

Host names: a page of a stranger can point its own name at this machine and then read our answers
(DNS rebinding); Streamlit checks the name for its WebSocket only.
"""

from __future__ import annotations

import base64
import hashlib
import re
from collections.abc import Sequence
from typing import TYPE_CHECKING

from starlette.datastructures import Headers, MutableHeaders
from starlette.responses import PlainTextResponse

from dashboard.labels import LANGUAGES, Labels

if TYPE_CHECKING:
    from starlette.types import ASGIApp, Message, Receive, Scope, Send

_HOST = re.compile(r"(?i)(?:\[[0-9a-f:.]+\]|[a-z0-9](?:[a-z0-9._-]*[a-z0-9])?\.?)(?::\d{1,5})?")
POLICY = {
    "default-src": "'self'",
    "script-src": "'self' blob:",  # blob: is how Streamlit loads our own script
    "style-src": "'self' 'unsafe-inline'",
    "img-src": "'self' data: blob: https: http:",
    "font-src": "'self' data:",
    "connect-src": "'self'",
    "worker-src": "'self' blob:",
    "media-src": "'self' blob:",
    "frame-src": "'self'",
    "object-src": "'none'",
    "base-uri": "'self'",
    "form-action": "'self'",
    "frame-ancestors": "'self'",
}
HEADERS = {
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "no-referrer",
    "X-Frame-Options": "SAMEORIGIN",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
    "Permissions-Policy": "camera=(), geolocation=(), microphone=(), payment=(), usb=()",
}


def name_of(host: str) -> str:
    """The name in a Host header, lower-case, without its port; "" for what is no host."""
    if not _HOST.fullmatch(host):
        return ""
    name = host.lower()
    if not name.endswith("]"):
        before, colon, after = name.rpartition(":")
        name = before if colon and after.isdigit() else name
    return name.rstrip(".")


def allowed(host: str, hosts: Sequence[str]) -> bool:
    """Whether ``host`` is one of ``hosts``, which are names, ``*.name`` or ``*``; none = any."""
    name = name_of(host)
    if not name:
        return False
    if not hosts:
        return True
    patterns = [pattern.strip().lower().rstrip(".") for pattern in hosts]
    bare = name.strip("[]")
    return any(
        pattern == "*"
        or pattern.strip("[]") == bare
        or (pattern.startswith("*.") and name.endswith(pattern[1:]))
        for pattern in patterns
    )


class Guard:
    """ASGI middleware: refuses foreign host names, and adds `HEADERS` and the `POLICY`."""

    def __init__(self, app: ASGIApp, hosts: Sequence[str], scripts: Sequence[str] = ()) -> None:
        self.app = app
        self.hosts = tuple(hosts)
        self.scripts = tuple(scripts)

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] not in {"http", "websocket"}:
            await self.app(scope, receive, send)
            return
        host = Headers(scope=scope).get("host", "")
        if not allowed(host, self.hosts):
            if scope["type"] == "websocket":
                await send({"type": "websocket.close", "code": 1008})
                return
            said = "".join(f"{Labels(lang)('ask.wrong_host')}\n" for lang in LANGUAGES)
            await PlainTextResponse(said, 421)(scope, receive, send)
            return

        async def with_headers(message: Message) -> None:
            if message["type"] == "http.response.start":
                headers = MutableHeaders(scope=message)
                for name, value in HEADERS.items():
                    headers.setdefault(name, value)
                headers.setdefault("Content-Security-Policy", policy(host, self.scripts))
            await send(message)

        await self.app(scope, receive, with_headers)


def inline_scripts(page: str) -> list[str]:
    """The sources by which a policy allows the scripts that stand in ``page``, and no others."""
    found = re.findall(r"<script>(.*?)</script>", page, re.DOTALL)
    digests = [hashlib.sha256(script.encode()).digest() for script in found]
    return [f"'sha256-{base64.b64encode(digest).decode()}'" for digest in digests]


def policy(host: str, scripts: Sequence[str] = ()) -> str:
    """The Content-Security-Policy; not every browser counts WebSockets of ``host`` as 'self'."""
    rules = POLICY | {
        "script-src": " ".join([POLICY["script-src"], *scripts]),
        "connect-src": f"{POLICY['connect-src']} ws://{host} wss://{host}",
    }
    return "; ".join(f"{name} {value}" for name, value in rules.items())

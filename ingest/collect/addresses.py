"""Canonical URLs: one article, one address. Pure string work; nothing is looked up.

Many Korean content systems keep the article's id in the query alone (``?idxno=61226``), so
parameters are kept unless they are known to say only where the reader came from.
"""

from __future__ import annotations

import ipaddress
import re
from functools import lru_cache
from urllib.parse import urljoin

MAX_URL = 2_000
"""characters; longer addresses are not articles"""

# Parameters that only say how the reader came here.
_TRACKING = frozenset(
    [
        *["fbclid", "gclid", "gclsrc", "gbraid", "wbraid", "dclid", "yclid", "msclkid", "twclid"],
        *["igshid", "igsh", "mc_cid", "mc_eid", "mkt_tok", "_hsenc", "_hsmi", "oc", "input"],
        *["plink", "ref", "ref_src", "ref_url", "cmpid", "ncid", "ocid", "ftag", "ns_campaign"],
        *["ns_mchannel", "ns_source", "ns_linkname", "rssid", "rss_id", "rsslink", "outurl"],
        *["kakao_from", "__twitter_impression", "spm", "sc_campaign", "sc_channel", "guccounter"],
        *["guce_referrer", "guce_referrer_sig"],
    ]
)
# These are tracking only when their value says "from a feed".
_ORIGIN = frozenset(
    [
        *["from", "source", "src", "cooper", "mode", "rss", "via", "medium", "partner", "referer"],
        *["referrer", "cmp", "channel", "utm", "type", "outlink", "site", "cid", "sns"],
    ]
)
_FROM_FEED = re.compile(r"rss|feed", re.IGNORECASE)

_URL = re.compile(
    r"(?P<scheme>[a-zA-Z][a-zA-Z0-9+.-]*)://(?P<authority>[^/?#\\]*)"
    r"(?P<path>[^?#]*)(?:\?(?P<query>[^#]*))?(?:#.*)?",
    re.DOTALL,
)
_DOUBLED = re.compile(r"https?://[^/?#]*?(?=https?:/)", re.IGNORECASE)
_DOUBLED_PATH = re.compile(
    r"https?://(?P<host>[^/?#]+)/+(?=https?://(?P=host)(?:[/?#]|$))", re.IGNORECASE
)
_WEB = re.compile(r"\s*https?://[^/\s]", re.IGNORECASE)
_TIDY = re.compile(r"https?://[^/]")
_SLOPPY_SCHEME = re.compile(r"^(https?):/*(?=[^/])", re.IGNORECASE)
_LABEL = re.compile(r"(?!-)[a-z0-9_-]{1,63}(?<!-)")
_STRIPPED = re.compile(
    "[\u0000-\u001f\u007f-\u009f\u00ad\u200b-\u200f\u2028-\u202e\u2060-\u206f\ufeff\ud800-\udfff\ufff9-\uffff]"
)
_PERCENT = re.compile(r"%([0-9a-fA-F]{2})")
_LONE_PERCENT = re.compile(r"%(?![0-9a-fA-F]{2})")
_UNRESERVED = frozenset("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-._~")
_UNSAFE_IN_PATH = re.compile(r"[^A-Za-z0-9._~!$&'()*+,;=:@/%-]")
_UNSAFE_IN_QUERY = re.compile(r"[^A-Za-z0-9._~!$&'()*+,;=:@/?%-]")
_NAT64 = ipaddress.IPv6Network("64:ff9b::/96")
# protocol assignments and the old 6to4 relays: nobody publishes a feed there
_NOBODY = [ipaddress.IPv4Network("192.0.0.0/24"), ipaddress.IPv4Network("192.88.99.0/24")]
_DEFAULT_PORTS = {"http": "80", "https": "443"}


def is_web_address(text: str) -> bool:
    """Whether ``text`` is an absolute http(s) URL (a guid such as ``20260822000123`` is not)."""
    return _WEB.match(text) is not None


def absolute(link: str, base: str) -> str:
    """``link`` resolved against ``base``; unchanged where it is absolute or cannot be resolved."""
    link = _STRIPPED.sub("", link).strip()
    if link.startswith("//"):
        return f"https:{link}"
    if not link or re.match(r"[a-zA-Z][a-zA-Z0-9+.-]*:", link) or not is_web_address(base):
        return link
    try:
        return urljoin(base.strip(), link)
    except ValueError:
        return link


def is_public(address: str) -> bool:
    """Whether an IP address is one of the public internet, also when it wraps another one."""
    try:
        ip = ipaddress.ip_address(address.partition("%")[0])
    except ValueError:
        return False
    if isinstance(ip, ipaddress.IPv6Address):
        if ip in _NAT64:
            return is_public(str(ipaddress.IPv4Address(int(ip) & 0xFFFFFFFF)))
        inner = ip.ipv4_mapped or ip.sixtofour or (ip.teredo[1] if ip.teredo else None)
        if inner is not None:
            return is_public(str(inner))
        # ::7f00:1, the old way to write IPv4; fec0::1, the old way to be private
        if int(ip) < 1 << 32 or ip.is_site_local:
            return False
    elif any(ip in network for network in _NOBODY):
        return False
    special = ip.is_multicast or ip.is_reserved or ip.is_loopback or ip.is_link_local
    return ip.is_global and not special and not ip.is_unspecified


def canonical_url(url: str) -> str | None:
    """The one form of an article's address, or None where it is no usable web address.

    https unless a port is given, lower-case ASCII host, no default port, doubled hosts repaired,
    double slashes and dot segments resolved, tracking parameters and fragment removed, remaining
    parameters sorted, percent-encoding uniform. Idempotent. Addresses with a user name in them
    are refused: they are made to deceive.
    """
    text = _STRIPPED.sub("", url).strip()
    if text.startswith("//"):
        text = f"https:{text}"
    if len(text) > 3 * MAX_URL:
        return None
    canonical = _canonical(_repair(text))
    if canonical is None or len(canonical) > MAX_URL:
        return None
    # decoding may lay bare another doubled address
    return canonical if _repair(canonical) == canonical else canonical_url(canonical)


def _canonical(text: str) -> str | None:
    found = _URL.fullmatch(text)
    if not found:
        return None
    scheme = found["scheme"].lower()
    if scheme not in _DEFAULT_PORTS:
        return None
    authority = _authority(found["authority"], scheme)
    if authority is None:
        return None
    host, port = authority
    scheme = scheme if port else "https"
    return f"{scheme}://{host}{port}{_path(found['path'])}{_query(found['query'] or '')}"


def _repair(text: str) -> str:
    """``http://a.krhttp://a.kr/x`` and ``https://a.kr/https://a.kr/x`` → the last of the two."""
    if _TIDY.match(text) and "http" not in text[7:].lower():
        return text
    # http:/host and http:host, as some content systems write it
    text = _SLOPPY_SCHEME.sub(r"\1://", text, count=1)
    while (doubled := _DOUBLED.match(text) or _DOUBLED_PATH.match(text)) is not None:
        text = _SLOPPY_SCHEME.sub(r"\1://", text[doubled.end() :], count=1)
    return text


@lru_cache(maxsize=1024)
def _authority(authority: str, scheme: str) -> tuple[str, str] | None:
    """(host, ":port" or "") or None."""
    if "@" in authority:
        return None
    host, port = authority, ""
    if authority.startswith("["):
        host, bracket, rest = authority.partition("]")
        if not bracket or (rest and not rest.startswith(":")):
            return None
        host, port = host[1:], rest[1:]
    elif ":" in authority:
        host, _, port = authority.partition(":")
    if port and not (port.isascii() and port.isdigit() and 0 < int(port) < 65536):
        return None
    port = str(int(port)) if port else ""
    name = _host(host, bracketed=authority.startswith("["))
    if name is None:
        return None
    return name, "" if port in ("", _DEFAULT_PORTS[scheme]) else f":{port}"


def _host(host: str, *, bracketed: bool) -> str | None:
    try:
        if bracketed:
            return f"[{ipaddress.IPv6Address(host).compressed}]"
        host = host.lower()
        if not host.isascii():
            host = host.encode("idna").decode("ascii").lower()
    except ValueError:
        return None
    host = host.rstrip(".")
    labels = host.split(".")
    if len(host) > 253 or not all(_LABEL.fullmatch(label) for label in labels):
        return None
    if labels[-1].isdigit():
        # only a dotted quad may end in digits; 2130706433 and 127.1 are disguises
        try:
            return str(ipaddress.IPv4Address(host))
        except ValueError:
            return None
    return host if len(labels) > 1 or host == "localhost" else None


def _escape(text: str, unsafe: re.Pattern[str]) -> str:
    """Uniform percent-encoding: upper-case hex, nothing encoded that need not be."""
    if "%" in text:
        text = _PERCENT.sub(_plain_or_upper, _LONE_PERCENT.sub("%25", text))
    return unsafe.sub(
        lambda found: "".join(f"%{byte:02X}" for byte in found.group().encode()), text
    )


def _plain_or_upper(found: re.Match[str]) -> str:
    character = chr(int(found.group(1), 16))
    return character if character in _UNRESERVED else found.group().upper()


def _path(path: str) -> str:
    # `//` after a colon belongs to an address inside the path (archives)
    path = re.sub(r"(?<!:)/{2,}", "/", _escape(path.replace("\\", "/"), _UNSAFE_IN_PATH))
    if "/." not in path:
        return path or "/"
    kept: list[str] = []
    segments = path.split("/")[1:]
    for segment in segments:
        if segment == "..":
            del kept[-1:]
        elif segment != ".":
            kept.append(segment)
    if segments[-1] in (".", ".."):
        kept.append("")
    return re.sub(r"(?<!:)/{2,}", "/", "/" + "/".join(kept))


def _query(query: str) -> str:
    kept = []
    for raw in query.split("&") if query else ():
        pair = _escape(raw, _UNSAFE_IN_QUERY)
        while pair.startswith("amp;"):  # the rest of an escaped ampersand
            pair = pair[4:]
        name, _, value = pair.partition("=")
        key = name.lower()
        if not pair or key.startswith("utm_") or key in _TRACKING:
            continue
        if key in _ORIGIN and _FROM_FEED.search(value):
            continue
        kept.append(pair)
    return f"?{'&'.join(sorted(kept))}" if kept else ""

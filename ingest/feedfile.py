"""Writing sources: adding to the user's feeds.toml, reading and writing OPML."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import asdict
from pathlib import Path
from urllib.parse import urlsplit
from xml.etree import ElementTree

import tomlkit

from db.errors import InputError
from db.model import RightsMode, Source
from ingest.config import PACKAGED, load_sources

OMITTED_DEFAULTS = {
    "section": "",
    "timezone": "Asia/Seoul",
    "aggregator": False,
    "licence": "",
    "enabled": True,
    "interval_minutes": 0,
    "newsroom": "",
}


def add_sources(directory: Path, sources: Sequence[Source]) -> tuple[Path, int]:
    """Append ``sources`` to feeds.toml in ``directory``; returns its path and how many were new.

    The packaged file is copied there first, so that nothing is lost by having an own one. A
    source whose URL is there already is left alone. The file is replaced in one step; a result
    that would not load is never written. Raises `ConfigError`.
    """
    path = directory / "feeds.toml"
    existing = path if path.is_file() else PACKAGED / "feeds.toml"
    known = load_sources(existing)
    urls = {source.url for source in known}
    ids = {source.id for source in known}
    document = tomlkit.parse(existing.read_text("utf-8-sig"))
    tables = document.get("feed")
    if tables is None:
        tables = tomlkit.aot()
        document.append("feed", tables)
    added = 0
    for source in sources:
        if source.url in urls:
            continue
        urls.add(source.url)
        table = tomlkit.table()
        fields = asdict(source) | {"id": _free_id(source.id, ids), "rights": source.rights.value}
        for key, value in fields.items():
            if OMITTED_DEFAULTS.get(key) != value or (
                key == "timezone" and source.language != "ko"
            ):
                table.add(key, value)
        ids.add(fields["id"])
        tables.append(table)
        added += 1
    if added:
        directory.mkdir(parents=True, exist_ok=True)
        draft = path.with_suffix(".toml.new")
        draft.write_text(tomlkit.dumps(document), "utf-8")
        load_sources(draft)
        draft.replace(path)
    return path, added


def _free_id(wanted: str, taken: set[str]) -> str:
    candidate, number = wanted, 2
    while candidate in taken:
        candidate, number = f"{wanted}-{number}", number + 1
    return candidate


def source_id(url: str) -> str:
    """A slug from a feed's address: ``https://rss.etnews.com/Section901.xml`` → ``etnews-section901``."""
    parts = urlsplit(url)
    host = re.sub(r"^(www|rss|feeds?|cdn|news)\.", "", parts.hostname or "feed")
    name = re.sub(r"\.(co\.kr|com|net|org|kr|io)$", "", host)
    last = re.sub(r"\.\w+$", "", parts.path.rstrip("/").rpartition("/")[2])
    slug = re.sub(r"[^a-z0-9]+", "-", f"{name}-{last}".lower()).strip("-")
    return slug[:60].strip("-") or "feed"


def read_opml(path: Path) -> list[Source]:
    """The feeds of an OPML file; folders become sections. Raises `InputError`."""
    try:
        root = ElementTree.fromstring(path.read_bytes())  # noqa: S314 - expat stops entity bombs
    except (ElementTree.ParseError, ValueError) as error:
        raise InputError(
            str(path), f"OPML이 아닙니다({error}).", f"not an OPML file ({error})."
        ) from error
    except OSError as error:
        raise InputError(
            str(path), f"파일을 읽을 수 없습니다({error.strerror}).", f"cannot be read ({error})."
        ) from error
    sources: list[Source] = []
    _outlines(root, "", sources)
    if not sources:
        raise InputError(str(path), "피드(xmlUrl)가 하나도 없습니다.", "no feed (xmlUrl) in it.")
    return sources


def _outlines(element: ElementTree.Element, folder: str, found: list[Source]) -> None:
    for outline in element:
        url = outline.get("xmlUrl", "").strip()
        title = (outline.get("text") or outline.get("title") or "").strip()
        if urlsplit(url).scheme in ("http", "https") and urlsplit(url).hostname:
            language = (outline.get("language") or "ko")[:2].lower()
            rights = outline.get("chipwatchRights", "")
            found.append(
                Source(
                    id=source_id(url),
                    outlet=title or urlsplit(url).hostname or url,
                    url=url,
                    section=outline.get("chipwatchSection", folder),
                    language=language if re.fullmatch("[a-z]{2}", language) else "ko",
                    timezone=outline.get("chipwatchTimezone")
                    or ("Asia/Seoul" if language == "ko" else "UTC"),
                    rights=RightsMode(rights) if rights in list(RightsMode) else RightsMode.EXCERPT,
                    aggregator=outline.get("chipwatchAggregator") == "true",
                )
            )
            _outlines(outline, folder, found)
        else:
            _outlines(outline, title or folder, found)


def write_opml(sources: Iterable[Source]) -> bytes:
    """The sources as OPML 2.0; what other readers do not know goes into attributes of our own."""
    root = ElementTree.Element("opml", version="2.0")
    head = ElementTree.SubElement(root, "head")
    ElementTree.SubElement(head, "title").text = "칩워치 chipwatch"
    body = ElementTree.SubElement(root, "body")
    for source in sources:
        ElementTree.SubElement(
            body,
            "outline",
            type="rss",
            text=source.outlet,
            title=source.outlet,
            xmlUrl=source.url,
            language=source.language,
            chipwatchSection=source.section,
            chipwatchTimezone=source.timezone,
            chipwatchRights=source.rights.value,
            chipwatchAggregator=str(source.aggregator).lower(),
        )
    ElementTree.indent(root)
    text: bytes = ElementTree.tostring(root, encoding="utf-8", xml_declaration=True)
    return text + b"\n"

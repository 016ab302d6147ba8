"""Articles as lists and pages show them, with what their rights mode withholds left out."""

from __future__ import annotations

import base64
import binascii
import json
import sqlite3
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace

from db.model import Mention, Quote, RightsMode, Span, TimeQuality
from db.query import ArticleCard, ArticleDetail, ArticleFilter, CardPage, Sort
from db.sqlite import identity, matches, notes, overruled, stored, versions
from db.sqlite.filter import select
from db.sqlite.tags import not_found
from db.sqlite.values import MUTED, TONES, maybe_instant, strings, to_instant, to_json

SIMILAR = 50
EXCERPT_QUOTES = 3
EXCERPT_LENGTH = 200
"""characters of one quotation, a cut one's … included"""
_EXPORT_BATCH = 500

# the source's present mode rules over the one at the time of collecting: a licence may end
_RIGHTS = "COALESCE(s.rights, c.rights)"
_CARD = f"""SELECT a.id, a.public_id, a.published_at, a.first_seen_at, a.language, a.relevant,
        a.tone, c.url, c.title, c.author, c.time_quality, c.modified_at, c.has_text, c.image_url,
        EXISTS (SELECT 1 FROM versions v WHERE v.article = a.id AND v.changed LIKE '%"title"%')
            AS retitled,
        {_RIGHTS} AS rights, o.name AS outlet, s.slug AS source, t.relevance, t.tone_score,
        t.summary, t.corrected, (SELECT COUNT(*) FROM article_notes n
            WHERE n.article = a.id AND n.deleted_at IS NULL) AS notes,
        st.public_id AS story, st.articles, st.outlets, st.first_article, e.share
    FROM articles a
    JOIN contents c ON c.article = a.id
    JOIN outlets o ON o.id = a.outlet
    JOIN sources s ON s.id = a.source
    LEFT JOIN tags t ON t.article = a.id
    LEFT JOIN stories st ON st.id = a.story AND a.relevant = 1
    LEFT JOIN echoes e ON e.article = a.id AND a.relevant = 1 AND EXISTS (
        SELECT 1 FROM articles r WHERE r.id = e.release AND r.story = a.story AND r.relevant = 1)
    WHERE a.id IN (SELECT value FROM json_each(?))"""
_DETAIL = f"""SELECT a.id, c.subheads, c.image_caption, c.image_credit, c.copyright, c.guid,
        c.published_raw, p.gone_at, v.version, t.tagged_at, t.summary_spans, t.reasons,
        CASE WHEN {_RIGHTS} = 'full' THEN b.summary ELSE '' END AS description,
        CASE WHEN {_RIGHTS} = 'full' THEN b.body ELSE '' END AS body
    FROM articles a
    JOIN contents c ON c.article = a.id
    JOIN bodies b ON b.article = a.id
    JOIN sources s ON s.id = a.source
    LEFT JOIN tags t ON t.article = a.id
    LEFT JOIN taggers v ON v.id = a.tagger
    LEFT JOIN pages p ON p.article = a.id
    WHERE a.id IN (SELECT value FROM json_each(?))"""


def load_cards(connection: sqlite3.Connection, articles: Sequence[int]) -> list[ArticleCard]:
    """The cards of internal ids, in their order."""
    rows = {row["id"]: row for row in connection.execute(_CARD, (to_json(articles),))}
    mentions, topics = stored.mentions(connection, articles), stored.topics(connection, articles)
    return [_card(rows[article], mentions[article], topics[article]) for article in articles]


def _shown_mention(mention: Mention, rights: RightsMode) -> Mention:
    if all(_may_quote(evidence.where, rights) for evidence in mention.evidence):
        return mention
    evidence = tuple(
        e if _may_quote(e.where, rights) else replace(e, context="") for e in mention.evidence
    )
    return replace(mention, evidence=evidence)


def _may_quote(where: str, rights: RightsMode) -> bool:
    if where == "title" or rights is RightsMode.FULL:
        return True
    return where == "summary" and rights is RightsMode.EXCERPT


def _shown_quotes(quotes: Sequence[Quote], rights: RightsMode) -> tuple[Quote, ...]:
    if rights is RightsMode.FULL:
        return tuple(quotes)
    if rights is RightsMode.LINK:
        return ()
    return tuple(
        replace(quote, text=_cut(quote.text), span=_shown_span(quote.span, rights))
        for quote in quotes[:EXCERPT_QUOTES]
    )


def _cut(text: str) -> str:
    if len(text) <= EXCERPT_LENGTH:
        return text
    return text[: EXCERPT_LENGTH - 1].rstrip() + "…"


def _shown_span(span: Span, rights: RightsMode) -> Span:
    """A place in a text that is withheld becomes an empty one: its length tells of the text."""
    if rights is RightsMode.FULL or span.where == "title":
        return span
    return Span(span.where, 0, 0)


def _card(row: sqlite3.Row, mentions: Sequence[Mention], topics: Sequence[str]) -> ArticleCard:
    rights = RightsMode(row["rights"])
    linked_only = rights is RightsMode.LINK
    return ArticleCard(
        id=row["public_id"],
        url=row["url"],
        title=row["title"],
        outlet=row["outlet"],
        source_id=row["source"],
        published_at=to_instant(row["published_at"]),
        first_seen_at=to_instant(row["first_seen_at"]),
        time_quality=TimeQuality(row["time_quality"]),
        language=row["language"],
        rights=rights,
        author=row["author"],
        modified_at=maybe_instant(row["modified_at"]),
        retitled=bool(row["retitled"]),
        relevant=bool(row["relevant"]),
        relevance=row["relevance"] or 0.0,
        tone=TONES[row["tone"]],
        tone_score=row["tone_score"] or 0.0,
        corrected=bool(row["corrected"]),
        mentions=tuple(_shown_mention(mention, rights) for mention in mentions),
        topics=tuple(topics),
        summary=() if linked_only else strings(row["summary"] or "[]"),
        has_text=bool(row["has_text"]),
        image_url="" if linked_only else row["image_url"],
        story_id=row["story"] or "",
        story_articles=row["articles"] or 1,
        story_outlets=row["outlets"] or 1,
        first_in_story=row["first_article"] in (None, row["id"]),
        muted=row["relevant"] == MUTED,
        notes=row["notes"],
        echo=row["share"],
    )


def load_details(connection: sqlite3.Connection, articles: Sequence[int]) -> list[ArticleDetail]:
    """The details of internal ids, in their order, without ``similar``."""
    rows = {row["id"]: row for row in connection.execute(_DETAIL, (to_json(articles),))}
    quotes = stored.quotes(connection, articles)
    corrections = overruled.standing(connection, articles)
    forms = versions.load(connection, articles)
    noted = notes.load(connection, articles)
    details = []
    for article, card in zip(articles, load_cards(connection, articles), strict=True):
        row = rows[article]
        shown = card.rights is not RightsMode.LINK
        spans = stored.spans(row["summary_spans"] or "[]") if shown else ()
        details.append(
            ArticleDetail(
                card=card,
                reasons=stored.reasons(row["reasons"] or "[]"),
                subheads=strings(row["subheads"]) if shown else (),
                description=row["description"],
                body=row["body"],
                summary_spans=tuple(_shown_span(span, card.rights) for span in spans),
                quotes=_shown_quotes(quotes[article], card.rights),
                corrections=tuple(corrections[article]),
                notes=tuple(noted[article]),
                image_caption=row["image_caption"] if shown else "",
                image_credit=row["image_credit"] if shown else "",
                copyright=row["copyright"],
                gone_at=maybe_instant(row["gone_at"]),
                guid=row["guid"],
                published_raw=row["published_raw"],
                versions=tuple(forms.get(article, ())),
                tagger_version=row["version"] or "",
                tagged_at=maybe_instant(row["tagged_at"]),
            )
        )
    return details


def detail(connection: sqlite3.Connection, article_id: str) -> ArticleDetail:
    """One article with its story, also by the id of another address. Raises `NotFound`."""
    number = identity.number_of(connection, article_id)
    if number is None:
        raise not_found(article_id)
    found = load_details(connection, [number])[0]
    return replace(found, similar=tuple(_similar(connection, number)))


def _similar(connection: sqlite3.Connection, article: int) -> list[ArticleCard]:
    """The story's articles, oldest first, this one always among them."""
    rows = connection.execute(
        """SELECT id FROM articles WHERE relevant = 1
            AND story = (SELECT story FROM articles WHERE id = ? AND relevant = 1)
            ORDER BY published_at, public_id LIMIT ?""",
        (article, SIMILAR),
    )
    found = [row[0] for row in rows]
    if found and article not in found:
        found[-1] = article
    return load_cards(connection, found)


# --- pages --------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class _Cursor:
    """A place in a list, just beside one article, and the way to read on from there."""

    onward: bool
    published_at: int
    public_id: str

    def text(self) -> str:
        plain = json.dumps([int(self.onward), self.published_at, self.public_id])
        return base64.urlsafe_b64encode(plain.encode()).decode().rstrip("=")

    @classmethod
    def read(cls, text: str) -> _Cursor:
        try:
            padded = text.encode("ascii") + b"=" * (-len(text) % 4)
            onward, published_at, public_id = json.loads(
                base64.b64decode(padded, altchars=b"-_", validate=True)
            )
        except (ValueError, TypeError, binascii.Error, RecursionError) as error:
            raise ValueError(f"malformed cursor: {text[:80]!r}") from error
        if (
            onward not in (0, 1)
            or type(published_at) is not int
            or abs(published_at) >= 1 << 62
            or not isinstance(public_id, str)
        ):
            raise ValueError(f"malformed cursor: {text[:80]!r}")
        return cls(bool(onward), published_at, public_id)


def page(
    connection: sqlite3.Connection, wanted: ArticleFilter, sort: Sort, limit: int, cursor: str
) -> CardPage:
    """One page of a filter's articles; see `db.store.ReadStore.cards`."""
    if limit < 1:
        raise ValueError(f"limit must be at least 1, not {limit}")
    start = _Cursor.read(cursor) if cursor else None
    found_by = None
    if wanted.query.strip() and matches.worth(connection, wanted):
        found_by = matches.Matches(connection, wanted)
        chosen = select(connection, ArticleFilter())
    else:
        chosen = select(connection, wanted, paged=True)
    who = "a" if chosen.by_mention else "x"
    source = chosen.with_article if chosen.by_mention else chosen.source

    def rows(
        onward: bool, beside: tuple[int, str] | None, count: int
    ) -> list[tuple[int, int, str]]:
        falling = onward is (sort is Sort.NEWEST)
        sign, direction = ("<", "DESC") if falling else (">", "ASC")
        params = dict(chosen.params)
        after = ""
        if beside is not None:
            params |= {"at": beside[0], "id": beside[1]}
            # the first bound is the one that SQLite starts from
            after = f"""x.published_at {sign}= :at
                AND (x.published_at {sign} :at OR {who}.public_id {sign} :id) AND """
        among = ""
        if found_by is not None:
            at = None if beside is None else beside[0]
            params["among"] = to_json(found_by.newest(at, count, falling=falling))
            among = " AND x.id IN (SELECT value FROM json_each(:among))"
        found = connection.execute(
            f"""SELECT {chosen.key}, x.published_at, {who}.public_id FROM {source}
                WHERE {after}{chosen.where}{among}
                ORDER BY x.published_at {direction}, {who}.public_id {direction} LIMIT {count}""",
            params,
        ).fetchall()
        return [(row[0], row[1], row[2]) for row in found]

    beside = None if start is None else (start.published_at, start.public_id)
    onward = start is None or start.onward
    found = rows(onward, beside, limit + 1)
    if not found and not onward:
        # what stood before is gone: this is the beginning now
        onward, beside = True, None
        found = rows(onward, beside, limit + 1)
    more = len(found) > limit
    found = found[:limit]
    if not onward:
        found.reverse()
    if not found:
        return CardPage(())
    first, last = found[0][1:], found[-1][1:]
    has_newer = bool(rows(False, first, 1)) if onward and beside else more and not onward
    has_older = more if onward else bool(rows(True, last, 1))
    return CardPage(
        tuple(load_cards(connection, [row[0] for row in found])),
        older=_Cursor(True, *last).text() if has_older else "",
        newer=_Cursor(False, *first).text() if has_newer else "",
    )


def stories(
    connection: sqlite3.Connection, wanted: ArticleFilter, limit: int, *, largest: bool
) -> list[ArticleCard]:
    """The first articles of the stories that `counts` counts."""
    order = "s.articles DESC, " if largest else ""
    if matches.worth(connection, wanted):
        first = matches.Matches(connection, wanted).first_stories(limit, largest=largest)
        rows = connection.execute(
            f"""SELECT s.first_article FROM stories s JOIN articles a ON a.id = s.first_article
                WHERE s.id IN (SELECT value FROM json_each(?))
                ORDER BY {order}s.first_at DESC, a.public_id DESC LIMIT ?""",
            (to_json(first), max(limit, 0)),
        )
        return load_cards(connection, [row[0] for row in rows])
    chosen = select(connection, wanted)
    rows = connection.execute(
        f"""SELECT s.first_article FROM stories s WHERE s.id IN (
                SELECT a.story FROM {chosen.with_article} WHERE {chosen.where} AND a.relevant = 1)
            AND s.first_day BETWEEN {chosen.first_day} AND {chosen.last_day}
            ORDER BY {order}s.first_at DESC,
                (SELECT public_id FROM articles WHERE id = s.first_article) DESC LIMIT :limit""",
        {**chosen.params, "limit": max(limit, 0)},
    )
    return load_cards(connection, [row[0] for row in rows])


def export(connection: sqlite3.Connection, wanted: ArticleFilter) -> Iterator[ArticleDetail]:
    """All articles of a filter, newest first."""
    chosen = select(connection, wanted)
    who = "a" if chosen.by_mention else "x"
    source = chosen.with_article if chosen.by_mention else chosen.source
    rows = connection.execute(
        f"""SELECT {chosen.key} FROM {source} WHERE {chosen.where}
            ORDER BY x.published_at DESC, {who}.public_id DESC""",
        chosen.params,
    )
    while batch := [row[0] for row in rows.fetchmany(_EXPORT_BATCH)]:
        yield from load_details(connection, batch)

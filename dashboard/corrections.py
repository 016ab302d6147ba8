"""What a person corrects on the page of an article: the form, what became of it, and the list.

Every choice begins with what holds now and only what was changed is written, each correction by
itself, so that one that the store refuses keeps none of the others back.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import streamlit as st

from dashboard import clock, data, formats, person
from dashboard.frame import Page
from dashboard.labels import Labels
from dashboard.markup import EMPTY, Html, fill, foreign, join, label, option, show, tag
from dashboard.tiles import card_head
from db.corrections import REASON_LENGTH
from db.errors import AlreadyCorrected, NotFound, StoreError
from db.model import Correction, CorrectionKind, Tone
from db.query import ArticleCard, ArticleDetail

TONES = (Tone.POSITIVE.value, Tone.NEUTRAL.value, Tone.NEGATIVE.value)
NOT_NAMED = CorrectionKind.NOT_NAMED.value
YES, NO = "yes", "no"
_OPEN, _SAID = "chipwatch_fix_open", "chipwatch_fix_said"


@dataclass(frozen=True, slots=True)
class _Said:
    """What became of the last click: sentences, and whether they report a failure."""

    article_id: str
    lines: Sequence[Html]
    failed: bool = False


@dataclass(frozen=True, slots=True)
class _Form:
    """One article's form as it was drawn; a click is read against this, not against the store."""

    labels: Labels
    card: ArticleCard
    names: Mapping[str, str]

    def key(self, part: str, now: str = "") -> str:
        """A widget's key. With the present value in it, so that another value begins anew."""
        return f"fix:{self.card.id}:{part}:{now}"

    def value(self, part: str, now: str = "") -> str:
        """What a widget holds, in one line; "" where nothing is chosen."""
        return " ".join(str(st.session_state.get(self.key(part, now)) or "").split())

    @property
    def relevance(self) -> str:
        return YES if self.card.relevant else NO

    def name(self, company_id: str) -> str:
        return self.names.get(company_id, company_id)

    def wanted(self) -> list[Correction]:
        """The corrections that the choices ask for."""
        found: list[Correction] = []

        reason = self.value("reason")[:REASON_LENGTH]

        def add(
            kind: CorrectionKind,
            company: str = "",
            tone: Tone | None = None,
            relevant: bool | None = None,
        ) -> None:
            who = person.name()
            found.append(Correction(self.card.id, kind, company, tone, relevant, reason, who))

        for mention in self.card.mentions:
            choice = self.value(mention.company_id, mention.tone)
            if choice == NOT_NAMED:
                add(CorrectionKind.NOT_NAMED, mention.company_id)
            elif choice and choice != mention.tone:
                add(CorrectionKind.TONE, mention.company_id, tone=Tone(choice))
        missing, tone = self.value("missing"), self.value("missing-tone")
        if missing:
            add(CorrectionKind.NAMED, missing, tone=Tone(tone or Tone.NEUTRAL))
        tone = self.value("tone", self.card.tone)
        if tone and tone != self.card.tone:
            add(CorrectionKind.TONE, tone=Tone(tone))
        relevance = self.value("relevance", self.relevance)
        if relevance and relevance != self.relevance:
            add(CorrectionKind.RELEVANCE, relevant=relevance == YES)
        return found

    def what(self, correction: Correction) -> Html:
        """A correction in a few words: ``SK하이닉스 · 부정``."""
        labels = self.labels
        if correction.kind == CorrectionKind.RELEVANCE:
            parts: list[object] = [
                labels("fix.relevance"),
                labels("fix.relevant" if correction.relevant else "fix.irrelevant"),
            ]
        else:
            company = correction.company_id
            parts = [foreign(self.name(company)) if company else labels("fix.article_tone")]
            if correction.kind == CorrectionKind.NAMED:
                parts.append(labels("fix.added"))
            if correction.kind == CorrectionKind.NOT_NAMED:
                parts.append(labels("fix.not_named"))
            if correction.tone is not None:
                parts.append(labels(f"tone.{correction.tone}"))
        return join(parts, " · ")


def _form(page: Page, card: ArticleCard) -> _Form:
    return _Form(page.labels, card, {key: page.company_name(key) for key in page.companies})


def _say(form: _Form, *lines: Html, failed: bool = False) -> None:
    st.session_state[_SAID] = _Said(form.card.id, lines, failed)


def _toggle(article_id: str) -> None:
    st.session_state.pop(_SAID, None)
    st.session_state[_OPEN] = "" if _is_open(article_id) else article_id


def _is_open(article_id: str) -> bool:
    return st.session_state.get(_OPEN) == article_id


def _sentence(labels: Labels, error: StoreError) -> Html:
    """Why the store refused. Ids mean nothing to a reader; a path does."""
    about_tags = isinstance(error, NotFound | AlreadyCorrected)
    alone = error.ko if labels.lang == "ko" else error.en
    return foreign(alone if about_tags else error.text(labels.lang))


def _correct(correction: Correction) -> int:
    return data.at_desk(lambda desk: desk.correct(correction, clock.now()))


def _save(form: _Form) -> None:
    """Write what was changed. The form stays as it is unless everything was written."""
    labels = form.labels
    person.read(form.key("name"))
    wanted = form.wanted()
    if not wanted:
        _say(form, tag("p", labels("fix.nothing")), failed=True)
        return
    done: list[Html] = []
    refused: list[Html] = []
    for correction in wanted:
        try:
            _correct(correction)
        except (NotFound, AlreadyCorrected) as error:
            refused.append(
                tag("p", tag("b", form.what(correction)), ": ", _sentence(labels, error))
            )
        except StoreError as error:
            # whatever is in the way is in the way of the others too
            refused.append(tag("p", _sentence(labels, error)))
            break
        else:
            done.append(form.what(correction))
    saved = [tag("p", fill(labels.template("fix.saved"), what=join(done, ", ")))] if done else []
    _say(form, *saved, *refused, failed=bool(refused))
    if not refused:
        st.session_state[_OPEN] = ""


def _undo(form: _Form, correction: Correction) -> None:
    labels = form.labels
    try:
        held = data.at_desk(lambda desk: desk.undo_correction(correction.id, clock.now()))
    except StoreError as error:
        _say(form, tag("p", _sentence(labels, error)), failed=True)
        return
    key = "fix.undone" if held else "fix.undone_before"
    _say(form, tag("p", fill(labels.template(key), what=form.what(correction))))


def action(page: Page, card: ArticleCard) -> None:
    """The button that opens the form, and closes it again."""
    st.button(
        page.labels("fix.open"),
        icon=":material/edit:",
        key="fix-on" if _is_open(card.id) else "fix-off",
        on_click=_toggle,
        args=(card.id,),
    )


def panel(page: Page, detail: ArticleDetail) -> None:
    """Below the card: the form if it is open, what became of it, and the corrections that hold."""
    card, labels = detail.card, page.labels
    form = _form(page, card)
    said = st.session_state.pop(_SAID, None)  # it is about the click before this run
    if not isinstance(said, _Said) or said.article_id != card.id:
        said = None
    opened = _is_open(card.id)
    if not (opened or said or detail.corrections):
        return
    with st.container(border=True, key="card-fix"):
        if opened:
            show(card_head(labels("fix.open"), tag("span", labels("fix.say"))))
            _draw(form, said)
        elif said:
            show(_notice(said))
        if detail.corrections:
            count = tag("span", str(len(detail.corrections)), class_="mt")
            show(tag("h3", labels("fix.list"), " ", count, class_="fix-list"))
            for correction in reversed(detail.corrections):
                _row(page, form, correction)


def _notice(said: _Said) -> Html:
    role = "alert" if said.failed else "status"
    return tag("div", *said.lines, class_="said bad" if said.failed else "said", role=role)


def _draw(form: _Form, said: _Said | None) -> None:
    labels, card = form.labels, form.card
    with st.form(f"fix-form-{card.id}", border=False, enter_to_submit=False):
        for mention in card.mentions:
            _choice(
                form,
                mention.company_id,
                form.name(mention.company_id),
                mention.tone,
                (*TONES, NOT_NAMED),
            )
        with st.container(horizontal=True, vertical_alignment="bottom", key="fix-missing"):
            named = {mention.company_id for mention in card.mentions}
            st.selectbox(
                labels("fix.missing"),
                [company for company in form.names if company not in named],
                index=None,
                format_func=lambda company: option(form.name(company)),
                placeholder=labels("fix.missing_choose"),
                key=form.key("missing"),
            )
            st.segmented_control(
                labels("fix.missing_tone"),
                TONES,
                default=Tone.NEUTRAL.value,
                required=True,
                format_func=lambda value: labels(f"tone.{value}"),
                key=form.key("missing-tone"),
                label_visibility="collapsed",
            )
        _choice(form, "tone", labels("fix.article_tone"), card.tone, TONES)
        st.segmented_control(
            labels("fix.relevance"),
            (YES, NO),
            default=form.relevance,
            required=True,
            format_func=lambda value: labels("fix.relevant" if value == YES else "fix.irrelevant"),
            key=form.key("relevance", form.relevance),
        )
        st.text_area(
            labels("fix.reason"), max_chars=REASON_LENGTH, height=76, key=form.key("reason")
        )
        person.field(labels, form.key("name"))
        if said:
            show(_notice(said))
        with st.container(horizontal=True, horizontal_alignment="right", key="fix-buttons"):
            st.form_submit_button(
                labels("fix.cancel"), key="fix-cancel", on_click=_toggle, args=(card.id,)
            )
            st.form_submit_button(
                labels("fix.save"), key="fix-save", type="primary", on_click=_save, args=(form,)
            )


def _choice(form: _Form, part: str, name: str, now: Tone, options: Sequence[str]) -> None:
    """A tone to choose. What could not be judged has no choice yet and need not get one."""
    labels = form.labels
    rated = now.value in options
    st.segmented_control(
        label(name if rated else labels("fix.unrated", name=name)),
        options,
        default=now.value if rated else None,
        required=rated,
        format_func=lambda value: labels(
            "fix.not_named" if value == NOT_NAMED else f"tone.{value}"
        ),
        key=form.key(part, now),
    )


def _row(page: Page, form: _Form, correction: Correction) -> None:
    """One correction that holds: what, who, when, why, and the button that takes it back."""
    labels = page.labels
    who = foreign(correction.author) if correction.author else labels("fix.nobody")
    when = formats.recent(labels, correction.made_at, page.now)
    reason = tag("div", foreign(correction.reason), class_="why") if correction.reason else EMPTY
    with st.container(
        horizontal=True,
        horizontal_alignment="distribute",
        vertical_alignment="center",
        key=f"fixed-{correction.id}",
    ):
        show(
            tag(
                "div",
                tag("b", form.what(correction)),
                tag("div", join([who, when], " · "), class_="mt"),
                reason,
                class_="fix-row",
            )
        )
        st.button(
            labels("fix.undo"),
            icon=":material/undo:",
            key=f"undo-{correction.id}",
            on_click=_undo,
            args=(form, correction),
        )

"""The colours, light and dark, for the style sheet and for the charts alike.

Accent is for selection and links only, hue for tone only, lightness for health only.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import asdict, dataclass

from db.model import Tone


@dataclass(frozen=True, slots=True)
class Palette:
    """Hex colours. ``*_soft`` is a chip's background, ``*_text`` the text on it."""

    background: str
    surface: str
    line: str
    hairline: str
    text: str
    muted: str
    faint: str
    accent: str
    link: str
    accent_soft: str
    positive: str
    positive_soft: str
    positive_text: str
    negative: str
    negative_soft: str
    negative_text: str
    neutral: str
    neutral_soft: str
    neutral_text: str
    unrated: str
    previous: str
    ok: str
    late: str
    failed: str
    mark: str
    mark_text: str
    company2: str
    company3: str
    company4: str
    company5: str
    others: str

    def tone(self, tone: Tone) -> str:
        """The fill of a tone's bar; of the unrated it is the line of the hatch."""
        return {
            Tone.POSITIVE: self.positive,
            Tone.NEUTRAL: self.neutral,
            Tone.NEGATIVE: self.negative,
            Tone.UNRATED: self.unrated,
        }[tone]

    def css(self) -> str:
        """The colours as CSS custom properties: ``--cw-accent-soft`` and so on."""
        rules = "".join(
            f"--cw-{name.replace('_', '-')}:{value};" for name, value in asdict(self).items()
        )
        return f":root{{{rules}}}"


LIGHT = Palette(
    background="#FFFFFF",
    surface="#F6F6F3",
    line="#E2E2DD",
    hairline="#EEEEEA",
    text="#1B1C21",
    muted="#565962",
    faint="#696C75",
    accent="#5147B8",
    link="#463CA8",
    accent_soft="#EFEDFA",
    positive="#0B7A75",
    positive_soft="#E1F2F0",
    positive_text="#075E5A",
    negative="#C2620E",
    negative_soft="#FBECDD",
    negative_text="#8F4303",
    neutral="#A3A7B1",
    neutral_soft="#EFEFF1",
    neutral_text="#4B4E57",
    unrated="#A1A4AC",
    previous="#8E8A9E",
    ok="#DCDEE3",
    late="#9DA1AB",
    failed="#2A2C34",
    mark="#FFF1B8",
    mark_text="#3D3000",
    company2="#33658A",
    company3="#7C9A3B",
    company4="#A85C8F",
    company5="#D1A52B",
    others="#C9CBD1",
)

DARK = Palette(
    background="#131419",
    surface="#1A1C22",
    line="#2E313A",
    hairline="#24272F",
    text="#ECEDF1",
    muted="#ABAFBA",
    faint="#8C909B",
    accent="#6E63DB",
    link="#B6AFF8",
    accent_soft="#272444",
    positive="#3BB5AB",
    positive_soft="#12302E",
    positive_text="#76D6CE",
    negative="#E8924A",
    negative_soft="#382313",
    negative_text="#F5B27C",
    neutral="#686C77",
    neutral_soft="#262930",
    neutral_text="#C3C6CF",
    unrated="#7B7F8A",
    previous="#A39EBA",
    ok="#30343D",
    late="#6E727E",
    failed="#E6E7EC",
    mark="#544612",
    mark_text="#FFEFB0",
    company2="#6BA3CF",
    company3="#A5C460",
    company4="#D18CBB",
    company5="#E6C35C",
    others="#4A4E58",
)


def of(theme: str | None) -> Palette:
    """The palette of Streamlit's theme type, "light" (also for None) or "dark"."""
    return DARK if theme == "dark" else LIGHT


def company_colors(
    palette: Palette, dictionary: Sequence[str], shown: Sequence[str], focus: Sequence[str]
) -> dict[str, str]:
    """A colour for each of at most five ``shown`` companies, by id and never by rank.

    A company prefers the colour of its place in the ``dictionary`` and yields only where another
    shown company, earlier in the dictionary, has it. The first company in ``focus`` takes the
    accent, which nobody else gets while there is a focus.
    """
    others = [palette.company2, palette.company3, palette.company4, palette.company5]
    colors: dict[str, str] = {}
    first = next((company for company in focus if company in shown), None)
    if first is None:
        others = [palette.accent, *others]
    else:
        colors[first] = palette.accent
    places = {company: place for place, company in enumerate(dictionary)}
    waiting = sorted(set(shown) - colors.keys(), key=lambda c: (places.get(c, len(places)), c))
    taken: set[str] = set()
    for company in waiting:
        start = places.get(company, 0)
        choices = [others[(start + step) % len(others)] for step in range(len(others))]
        color = next((choice for choice in choices if choice not in taken), palette.others)
        taken.add(color)
        colors[company] = color
    return colors

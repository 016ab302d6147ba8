"""Groups of companies, ours and others, as one click in the sidebar. Pure functions.

A group's click puts its companies into the URL, not the group: so a link says the same to whoever
opens it, also after the groups were changed.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence

from db.audiences import Audience


def known(audiences: Sequence[Audience], companies: Collection[str]) -> dict[str, tuple[str, ...]]:
    """The companies of each group that the dictionary knows; groups without any are left out."""
    found = {
        audience.group.value: tuple(c for c in audience.companies if c in companies)
        for audience in audiences
    }
    return {group: ids for group, ids in found.items() if ids}


def chosen(groups: Mapping[str, Sequence[str]], companies: Collection[str]) -> str | None:
    """The group that has just these companies."""
    return next((group for group, ids in groups.items() if set(ids) == set(companies)), None)

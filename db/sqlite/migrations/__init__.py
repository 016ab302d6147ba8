"""The schema of the SQLite store, step by step. Append only: an applied step is never edited.

A step is a module ``mNNN_what`` with its ``STATEMENTS``, entered into `STEPS`.

Conventions: ``id`` is internal, a ``slug`` or ``public_id`` is what the outside sees. Instants
(``…_at``) are whole seconds since 1970 in UTC; ``day`` counts days since 1970-01-01 in Korea.
Lists are JSON. ``tone``: 0 unrated, 1 negative, 2 neutral, 3 positive. ``position`` is the place
in the configuration, NULL once something left it.
"""

from __future__ import annotations

from collections.abc import Callable
from types import ModuleType

from sqlite_utils import Database, Migrations

from db.sqlite.migrations import (
    m001_first_schema,
    m002_quotations,
    m003_corrections,
    m004_pages,
    m005_versions,
    m006_stories,
    m007_health,
    m009_people,
    m010_scale,
    m011_terms,
    m012_reasons,
)

STEPS = (
    m001_first_schema,
    m002_quotations,
    m003_corrections,
    m004_pages,
    m005_versions,
    m006_stories,
    m007_health,
    m009_people,
    m010_scale,
    m011_terms,
    m012_reasons,
)

MIGRATIONS = Migrations("chipwatch")


def step(module: ModuleType) -> Callable[[Database], None]:
    """The function that `Migrations` wants of a step, named after its module."""

    def apply(db: Database) -> None:
        for statement in module.STATEMENTS:
            db.execute(statement)

    apply.__name__ = module.__name__.rpartition(".")[2]
    return apply


for _module in STEPS:
    MIGRATIONS()(step(_module))


def known() -> tuple[str, ...]:
    """The names of all steps, in their order; the last one is the schema's version."""
    return tuple(pending.name for pending in MIGRATIONS.pending(Database(memory=True)))

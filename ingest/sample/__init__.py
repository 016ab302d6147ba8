"""The sample: what a newcomer sees when no feed answers.

Invented outlets, reporters and companies; real companies only in harmless, evidently invented
roles (fairs, lectures, standards meetings). Every function is pure: the same ``now``, the same
result. The texts are in the ``*.jsonl`` files, the pictures in ``dashboard/static/sample``.
"""

from ingest.sample.events import articles, first_form
from ingest.sample.outlets import companies, sources
from ingest.sample.visits import STEP, visits

__all__ = ["STEP", "articles", "companies", "first_form", "sources", "visits"]

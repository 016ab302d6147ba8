"""The program ``chipwatch``, and ``python -m ingest``.

Workers import the module that the program was started by: this one costs them nothing.
"""

from __future__ import annotations


def main() -> None:
    """See `ingest.cli.main`."""
    from ingest.cli import main as run

    run()


if __name__ == "__main__":
    main()

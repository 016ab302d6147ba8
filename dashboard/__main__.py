"""``python -m dashboard [--address 127.0.0.1] [--port 8501] [--db URL]``: start the dashboard."""

from __future__ import annotations

import argparse
import sys
from collections.abc import Sequence

from dashboard.launch import run


def main(argv: Sequence[str] | None = None) -> int:
    """Start Streamlit with our settings; returns its exit status."""
    parser = argparse.ArgumentParser(prog="python -m dashboard")
    parser.add_argument("--address", default="127.0.0.1", help="where to listen")
    parser.add_argument("--port", type=int, default=8501)
    parser.add_argument("--db", default="", help="URL or path of the store; else CHIPWATCH_DB")
    chosen = parser.parse_args(argv)
    return run(chosen.address, chosen.port, chosen.db)


if __name__ == "__main__":
    sys.exit(main())

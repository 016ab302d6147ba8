"""What `start` and `dashboard` need: is there a network, and the dashboard's server."""

from __future__ import annotations

import os
import socket
import subprocess
import sys
from dataclasses import replace
from pathlib import Path
from urllib.parse import urlsplit

from db.errors import InputError
from db.model import FeedState, Source
from ingest.cli_screen import err
from ingest.collect.fetch import Fetched, NotModified, fetch_all
from ingest.config import Config, limits_of
from ingest.messages import say

PROBES = 6
"""sources that `start` asks before it decides that there is no network"""


def anybody_there(config: Config) -> bool:
    """Ask a few sources of different hosts, briefly: is there any network at all?"""
    err.print(say("start.preparing"))
    hosts: dict[str, Source] = {}
    for source in config.sources:
        if source.enabled and len(hosts) < PROBES:
            hosts.setdefault(urlsplit(source.url).netloc, source)
    brief = replace(limits_of(config), timeout=6.0, connect_timeout=4.0)
    answers = fetch_all([(source, FeedState()) for source in hosts.values()], brief)
    return any(isinstance(answer, Fetched | NotModified) for _, answer in answers)


def serve(url: str, address: str, port: int) -> int:
    """Start Streamlit and wait for its end; returns its exit code."""
    with socket.socket() as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((address, port))
        except OSError as error:
            raise InputError(
                f"{address}:{port}",
                f"이 주소로 들을 수 없습니다({error.strerror}). --port로 다른 포트를 고르세요.",
                f"cannot listen there ({error.strerror}). Choose another with --port.",
            ) from error
    err.print(say("start.open", url=f"http://{address}:{port}"))
    arguments = [sys.executable, "-m", "dashboard", "--address", address, "--port", str(port)]
    environment = os.environ | {"CHIPWATCH_DB": str(Path(url).resolve())}
    try:
        return subprocess.run(arguments, env=environment, check=False).returncode  # noqa: S603
    except KeyboardInterrupt:
        return 0

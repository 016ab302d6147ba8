"""How the dashboard is started: Streamlit in a process of its own.

The settings lie in ``dashboard/.streamlit/config.toml``, beside the script, where Streamlit finds
them from any working directory; what the caller chooses is passed as flags, which override them.
"""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

SCRIPT = Path(__file__).with_name("app.py")
THIS_MACHINE = frozenset({"localhost", "127.0.0.1", "::1"})


def command(address: str, port: int) -> list[str]:
    """The argument vector that starts Streamlit on ``address``:``port``.

    Bound to this machine, only requests naming it are answered (DNS rebinding); bound to another
    address, the operator's network decides who may ask, and any host name is accepted.
    """
    hosts = [] if address in THIS_MACHINE else ["--server.allowedHosts=*"]
    return [
        sys.executable,
        "-m",
        "streamlit",
        "run",
        str(SCRIPT),
        f"--server.address={address}",
        f"--server.port={port}",
        *hosts,
    ]


def environment(url: str) -> dict[str, str]:
    """This process's environment with the store's ``url`` in it; "" keeps what is there."""
    return {**os.environ, "CHIPWATCH_DB": url} if url else dict(os.environ)


def run(address: str, port: int, url: str) -> int:
    """Start the dashboard and wait until it ends; returns its exit status.

    Where the system can, this process becomes Streamlit, so that whoever stops it stops that.
    """
    argv, variables = command(address, port), environment(url)
    if os.name == "posix":
        os.execve(argv[0], argv, variables)  # noqa: S606 - our own argv, no shell
    return subprocess.run(argv, env=variables, check=False).returncode  # noqa: S603 - likewise

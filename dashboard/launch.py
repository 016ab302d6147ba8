"""How the dashboard is started: Streamlit in a process of its own.

The settings lie in ``dashboard/.streamlit/config.toml``, beside the script, where Streamlit finds
them from any working directory; what the caller chooses is passed as flags, which override them.
"""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

SCRIPT = Path(__file__).with_name("served.py")
THIS_MACHINE = frozenset({"localhost", "127.0.0.1", "::1"})


def command(address: str, port: int, names: str = "") -> list[str]:
    """The argument vector that starts Streamlit on ``address``:``port``.

    Requests must name this machine, or one of ``names`` (parted by blanks or commas; ``*.x`` is
    any name below x): no stranger's page may point its own name here (DNS rebinding). Bound to
    another address without any ``names``, the operator's network decides who may ask.
    """
    given = names.replace(",", " ").split()
    own = [*sorted(THIS_MACHINE), address] if given else []
    if address not in THIS_MACHINE and not given:
        given = ["*"]
    hosts = [f"--server.allowedHosts={name}" for name in (*own, *given)]
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
    names = os.environ.get("CHIPWATCH_HOSTS", "")
    argv, variables = command(address, port, names), environment(url)
    if os.name == "posix":
        os.execve(argv[0], argv, variables)  # noqa: S606 - our own argv, no shell
    return subprocess.run(argv, env=variables, check=False).returncode  # noqa: S603 - likewise

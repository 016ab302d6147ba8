"""The server: Streamlit's pages, our own routes beside them, and the guard around both.

`dashboard.launch` gives this file to ``streamlit run``, which finds ``app`` in it.
"""

from __future__ import annotations

from pathlib import Path

import streamlit as st
from starlette.middleware import Middleware

from dashboard.guard import Guard, inline_scripts
from dashboard.routes import routes

PAGE = Path(st.__file__).with_name("static") / "index.html"

app = st.App(
    Path(__file__).with_name("app.py"),
    routes=routes(st.get_option("server.baseUrlPath") or ""),
    middleware=[
        Middleware(
            Guard,
            hosts=st.get_option("server.allowedHosts") or (),
            scripts=inline_scripts(PAGE.read_text(encoding="utf-8")),
        )
    ],
)

"""The entry for ``streamlit run app.py``: pages by Streamlit, routes and worker by us."""

import streamlit as st

from coach.ui.server import MAIN, lifespan, middleware, routes

app = st.App(MAIN, routes=routes(), middleware=middleware(), lifespan=lifespan)

"""A real Chromium for tests: what every browser test module shares."""

from __future__ import annotations

import pytest

from tests.conftest import CHROMIUM

MARKS = [
    pytest.mark.browser,
    pytest.mark.skipif(
        CHROMIUM is None, reason="Chromium is not there (Debian: apt-get install chromium)"
    ),
]
FLAGS = [
    "--no-sandbox", "--disable-gpu", "--no-first-run", "--disable-background-networking",
    "--disable-component-update", "--disable-sync", "--mute-audio",
]  # fmt: skip
WAIT = 15_000  # milliseconds

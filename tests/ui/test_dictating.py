"""A question is said into a microphone and found: a real browser, worker and model."""

from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pytest

from tests.conftest import CHROMIUM
from tests.factories import demo_sound, write_wav
from tests.ui.app import App, running_app
from tests.ui.browser import FLAGS, MARKS, WAIT

pytestmark = MARKS


@pytest.fixture
def speaking_app(demo_template: Path, tmp_path: Path) -> Iterator[App]:
    more = {"COACH_MODEL": "demo-zh", "COACH_WORKER": "app"}
    with running_app(demo_template, tmp_path, **more) as found:
        yield found


@pytest.fixture
def page(speaking_app: App, tmp_path: Path) -> Iterator[object]:
    """Its microphone hears the customer's first question of a demo call, over and over."""
    from playwright.sync_api import sync_playwright

    customer = demo_sound("02")[int(6.8 * 8000) : int(13.4 * 8000), :1]  # why fifty yuan again?
    write_wav(tmp_path / "mouth.wav", (customer * 32767).astype(np.int16))
    ears = [
        "--use-fake-ui-for-media-stream",
        "--use-fake-device-for-media-stream",
        f"--use-file-for-fake-audio-capture={tmp_path / 'mouth.wav'}",
    ]
    with sync_playwright() as p:
        browser = p.chromium.launch(executable_path=CHROMIUM, args=[*FLAGS, *ears])
        context = browser.new_context(permissions=["microphone"], locale="zh-CN")
        found = context.new_page()
        found.set_default_timeout(WAIT)
        yield found
        browser.close()


def test_a_spoken_question_is_typed_and_searched_for(page, speaking_app: App) -> None:  # type: ignore[no-untyped-def]
    page.goto(f"{speaking_app.url}/library")
    page.get_by_role("button", name="Record").click()
    clock = page.get_by_test_id("stAudioInputWaveformTimeCode")
    page.wait_for_function("e => e.textContent >= '00:06'", arg=clock.element_handle())
    page.get_by_role("button", name="Stop recording").click()
    typed = page.get_by_label("客户问了什么")
    page.wait_for_function("e => e.value.length > 5", arg=typed.element_handle(), timeout=60_000)
    page.get_by_text("按字词相似查找").wait_for()
    assert not list((speaking_app.data / "spoken").glob("*.wav"))

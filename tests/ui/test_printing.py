"""The printed form is one A4, however much was said: printed by a real browser."""

import re
from pathlib import Path

import pytest

from coach.i18n import Translator
from coach.meeting.printing import printed
from tests.ui.browser import MARKS

pytestmark = MARKS


def form(people: int, words: int) -> dict[str, object]:
    """A form of so many people who wrote so many different words each."""
    said = "；".join(f"{n}号：" + "先安抚客户再说明原因，" * words for n in range(people))
    one = {
        "number": 1, "seconds": 60, "question": "为什么又扣我钱，我都没怎么用" * words, "benchmark": said,
        "answered": people, "noted": people, "guessed": people, "said": said, "points": "有共情 3/10、说清时间 4/10",
        "notes": said, "guesses": said, "missed": "说清费用、确认需求", "more": "主动提醒", "hits": "2/9",
    }  # fmt: skip
    typed = (
        "team", "leader", "node", "metric", "why", "alias", "names", "absent", "visitors", "recall", "venue",
        "bulletin", "signed_in", "late", "recall_points", "sentence", "check_result", "reviewed_by",
    )  # fmt: skip
    head: dict[str, object] = dict.fromkeys(typed, "先安抚再说明" * words)
    head |= {
        "date": "2026-11-23", "time": "08:30", "number": "20261123-1A2B", "pack": "1a2b3c4d", "released": "✓",
        "planned_minutes": "3.9", "minutes": "4.2", "participation": "92%", "previous_participation": "88%",
        "hit_rate": "40%", "previous_hit_rate": "35%", "check_by": "2026-12-01", "reviewed_at": "2026-11-24",
    }  # fmt: skip
    again = [{"days": n, "people": people, "share": "60%", "before": "80%"} for n in (1, 8)]
    promises = [{"who": "林晓", "what": "每通先说一句安抚", "until": "2026-12-01"}] * 12
    return head | {
        "title": "标杆",
        "due": 10,
        "present": 9,
        "rounds": [one] * 4,
        "promises": promises,
        "retests": again,
    }


@pytest.mark.parametrize(("people", "words"), [(1, 1), (10, 2), (30, 20)])
def test_it_is_one_a4(browser, tmp_path: Path, people: int, words: int) -> None:  # type: ignore[no-untyped-def]
    page = browser.new_page()
    page.set_content(printed(form(people, words), Translator("zh"), "老王 于 2026-11-23 导出"))
    page.pdf(path=tmp_path / "form.pdf", prefer_css_page_size=True)
    page.close()
    found = re.findall(rb"/Type\s*/Page[^s]", (tmp_path / "form.pdf").read_bytes())
    assert len(found) == 1

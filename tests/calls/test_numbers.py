"""Spoken numbers and their written readings."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from coach.calls.numbers import DIGITS, readings, value
from tests.conftest import SHARED

CASES = {
    "我爸的号码是幺三八零零幺三八零零零": ["13800138000"],
    "工号三零二七为您服务": ["3027"],
    "一天二十五块": ["25元"],
    "五十九块九": ["59.9元"],
    "打回国内是九毛九一分钟": ["0.99元"],
    "一个月三块钱最多加九个号码": ["3元"],
    "一百二十八块五毛": ["128.5元"],
    "十号晚上八点发过": [],
    "下午三点半": ["3:30"],
    "三点二十分到": ["3:20"],
    "涨了三点五倍": ["3.5"],
    "十月三号上门": ["10月3日"],
    "二零二六年十一月二十二号": ["2026年11月22日"],
    "打百分之九十五折": ["95%"],
    "一共一万两千三百": ["12300"],
    "一万二": ["12000"],
    "三百五": ["350"],
    "一千零五": ["1005"],
    "两千零一十": ["2010"],
    "洞拐洞拐": ["0707"],
    "马路拐弯": [],
    "一下": [],
    "一一核对": [],
    "万一没有信号": [],
    "千万别挂": [],
    "十分抱歉": [],
    "没有数字": [],
    "": [],
}


@pytest.mark.parametrize("text", CASES)
def test_what_is_read_beside_the_text(text: str) -> None:
    assert [r.written for r in readings(text)] == CASES[text]


def said(n: int) -> str:
    """An independent way to say a number below 10,000."""
    names = "零一二三四五六七八九"
    digits = f"{n:04}"
    out = "".join(
        names[int(d)] + unit if d != "0" else "零"
        for d, unit in zip(digits, ["千", "百", "十", ""], strict=True)
    ).strip("零")
    while "零零" in out:
        out = out.replace("零零", "零")
    return out or "零"


@given(st.integers(0, 9999))
def test_every_number_is_read_back(n: int) -> None:
    assert value(said(n)) == n


@given(st.text(alphabet="零一二三四五六七八九十百千万亿点块毛分月号年幺拐两元半个我，"))
def test_readings_never_overlap_and_lie_in_the_text(text: str) -> None:
    end = 0
    for r in readings(text):
        assert end <= r.start < r.end <= len(text)
        end = r.end


@pytest.mark.skipif(not SHARED.is_dir(), reason="no shared data")
def test_numbers_of_other_peoples_cases() -> None:
    """Plain numbers and strings of digits, where there is one way to write them."""
    right = tried = 0
    folder = SHARED / "itn_cases" / "spoken_to_written"
    for name in ("number", "cardinal"):
        for line in (folder / f"{name}.txt").read_text("utf-8").splitlines():
            spoken, _, written = line.partition(" => ")
            if (
                len(spoken) > 1
                and set(spoken) <= set(DIGITS) | set("十百千万亿点")
                and written.isdigit()
            ):
                tried += 1
                right += "".join(r.written for r in readings(spoken)) == written
    assert tried >= 15
    assert right == tried

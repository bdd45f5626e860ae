"""Simplified characters, punctuation, the team's words, doubts; words and times stay."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from coach.calls.doubts import doubted, reason
from coach.calls.mandarin import punctuate, simplify
from coach.calls.transcript import Segment, Word, rewrite


def spoken(
    text: str, *, start: float = 0.0, step: float = 0.2, gaps: dict[int, float] | None = None
) -> Segment:
    """One word per character, ``gaps`` seconds of silence before some."""
    words, now = [], start
    for i, c in enumerate(text):
        now += (gaps or {}).get(i, 0.0)
        words.append(Word(now, now + step, c, 0.9))
        now += step
    return Segment(start, now, text.strip(), words=tuple(words))


def joined(segment: Segment) -> str:
    return "".join(w.text for w in segment.words).strip()


@given(
    st.lists(st.text(alphabet="甲乙丙丁 ", min_size=1, max_size=3), min_size=1, max_size=6),
    st.data(),
)
def test_rewriting_changes_the_text_as_asked_and_keeps_words_in_step(
    pieces: list[str], data: st.DataObject
) -> None:
    words = tuple(Word(float(i), i + 0.8, p) for i, p in enumerate(pieces))
    text = "".join(pieces).strip()
    segment = Segment(0.0, float(len(pieces)), text, words=words)
    if not text:
        return
    a = data.draw(st.integers(0, len(text)))
    b = data.draw(st.integers(a, len(text)))
    new = data.draw(st.text(alphabet="子丑寅", max_size=4))
    if a == b and not new:
        return
    changed = rewrite(segment, [(a, b, new)])
    assert changed.text == (text[:a] + new + text[b:]).strip()
    assert joined(changed) == changed.text
    times = [(w.start, w.end) for w in changed.words]
    assert times == sorted(times)
    assert all(0 <= start <= end <= len(pieces) for start, end in times)


@pytest.mark.parametrize(
    ("heard", "written"),
    [
        ("您好請問有什麼可以幫您", "您好请问有什么可以帮您"),
        ("這個寬帶費用", "这个宽带费用"),
        ("已经是简体", "已经是简体"),
        ("hello", "hello"),
    ],
)
def test_characters_are_simplified(heard: str, written: str) -> None:
    changed = simplify(spoken(heard))
    assert changed.text == joined(changed) == written
    assert len(changed.words) == len(heard)


@pytest.mark.parametrize(
    ("segment", "text"),
    [
        (spoken("您先别着急我马上帮您查", gaps={5: 0.4}), "您先别着急，我马上帮您查。"),
        (spoken("那什么时候生效"), "那什么时候生效？"),
        (spoken("今天打能免费吗"), "今天打能免费吗？"),
        (spoken("好的"), "好的。"),
        (spoken("有标点，就不动"), "有标点，就不动"),
        (spoken("okay thank you"), "okay thank you"),
        (Segment(0, 3, "没有词的时间也有句号"), "没有词的时间也有句号。"),
    ],
)
def test_punctuation_is_restored_where_there_is_none(segment: Segment, text: str) -> None:
    changed = punctuate(segment)
    assert changed.text == text
    if segment.words:
        assert joined(changed) == text
        assert [w.start for w in changed.words] == [w.start for w in segment.words]


DOUBTS = {
    "字幕由Amara.org社区提供": "phantom",
    "请不吝点赞 订阅 转发 打赏支持明镜与点点栏目": "phantom",
    "谢谢观看": "phantom",
    "以下是普通话的客服电话录音。": "phantom",
    "Thanks for watching!": "phantom",
    "谢谢您的来电，再见": "",
    "演唱会的票能退吗？": "",
    "字幕怎么关掉？": "",
    "作曲版权怎么登记": "",
    "您订阅的流量包已经生效": "",
    "好的好的好的好的好的好的好的好的": "repeat",
    "我要退款我要退款我要退款我要退款我要退款": "repeat",
    "零零零零零零零零零零零零": "",
    "嗯嗯嗯": "",
    "幺三八零零幺三八零零零": "",
}


@pytest.mark.parametrize("text", DOUBTS)
def test_what_is_made_up_is_marked(text: str) -> None:
    assert reason(spoken(text)) == DOUBTS[text]


def test_more_words_than_anybody_speaks_and_words_on_silence_are_marked() -> None:
    assert reason(spoken("一句话里说了太多的字了", step=0.05)) == "speed"
    assert reason(Segment(0, 20, "嗯。")) == "speed"
    assert reason(spoken("这里没有声音"), sound=0.02) == "silence"
    assert reason(spoken("这里有声音"), sound=0.6) == ""


def test_the_same_sentence_again_and_again_is_a_loop_and_nothing_is_deleted() -> None:
    said = [spoken("请您稍等一下", start=3.0 * i) for i in range(4)] + [spoken("好的", start=13)]
    marked = doubted(said)
    assert [s.doubt for s in marked] == ["", "repeat", "repeat", "repeat", ""]
    assert [s.text for s in marked] == [s.text for s in said]

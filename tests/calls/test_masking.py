"""Finding and taking out what identifies a person: as spoken, as written, over turns."""

from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from coach.calls.masking.finder import Rules
from coach.calls.masking.findings import Finding, Kind, Said, merged
from coach.calls.masking.sound import PAD, Window, locate, silence
from coach.calls.masking.strings import id_number, luhn
from coach.calls.masking.text import mask_text, mask_turn
from coach.calls.transcript import Role, Segment, Word
from coach.calls.turns import Turn
from tests.calls.test_mandarin import spoken
from tests.conftest import SHARED


def masked(*texts: str) -> list[str]:
    """Texts of a conversation, customer first, as a team would read them."""
    said = [Said("CA"[i % 2], text) for i, text in enumerate(texts)]
    found = Rules().find(said)
    return [mask_text(s.text, [f for f in found if f.turn == i]) for i, s in enumerate(said)]


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("我手机幺三八零零幺三八零零零", "我手机[手机号]"),
        ("138 然后 幺二三四 五六七八", "[手机号]"),
        ("１３８００１３８０００就是我", "[手机号]就是我"),
        ("幺三八，嗯，零零幺三，对，八零零零", "[手机号]"),
        ("幺三八零零五五，不对，是五六七八", "[手机号]"),
        ("身份证三四零二零三一九三七零幺零幺零五幺X", "身份证[身份证]"),
        ("身份证后四位是二零一叉", "身份证后四位是[身份证]"),
        ("信用卡有效期二零二八年三月，安全码三二一", "信用卡有效期[安全码]，安全码[安全码]"),
        ("验证码是六五四三二一", "验证码是[密码]"),
        ("订单号是二零二六一一零五八八", "订单号是[账号]"),
        ("我叫王建国，我想办个卡", "我叫[姓名]，我想办个卡"),
        ("免贵姓李", "免贵姓[姓名]"),
        ("我叫阿卜杜拉·买买提，身份证上有个点", "我叫[姓名]，身份证上有个点"),
        ("窦建华是我舅舅", "[姓名]是我舅舅"),
        ("我老婆殷悦在家", "我老婆[姓名]在家"),
        ("您叫我小潘就可以", "您叫我小[姓名]就可以"),
        ("一串都给你，15872069034，简宁", "一串都给你，[手机号]，[姓名]"),
        ("我姓孔，孔子的孔", "我姓[姓名]，[姓名]"),
        ("就石桥村三组", "[地址]"),
        ("送到人民医院斜对面那个小卖部", "送到[地址]"),
        ("我家住中山北路银座公寓，六栋二零一", "我家住[地址]"),
        ("单号是HW8Q3302LM7", "单号是[账号]"),
        ("您好，138****2207是您的号码吗", "您好，[手机号]是您的号码吗"),
        ("口令是苹果香蕉，你对一下", "口令是[密码]，你对一下"),
        ("麻烦寄到前进农场七分场二连", "麻烦寄到[地址]"),
        ("王先生您好", "[姓名]先生您好"),
        ("寄到上海市浦东新区张江路八十八弄三号楼五零二室", "寄到上海市[地址]"),
        ("邮箱zhang下划线三艾特qq点com", "邮箱[邮箱]"),
        ("车牌京A八八六六幺", "车牌[车牌]"),
        ("生日一九八八年三月五号", "生日[生日]"),
        ("my name is John Smith", "my name is [姓名]"),
        ("call me at oh seven double five one two three four", "call me at [手机号]"),
        ("I live at 42 Maple Street", "I live at [地址]"),
        ("john dot smith at gmail dot com", "[邮箱]"),
    ],
)
def test_what_identifies_is_taken_out(text: str, shown: str) -> None:
    assert masked(text) == [shown]


@pytest.mark.parametrize(
    "text",
    [
        "扣了我三十八块五，五月十五号到期，二十个G",
        "打一零零八六，或者四零零八二零八八二零",
        "畅享一九九套餐，五G，两千兆宽带",
        "工号一零二七为您服务",
        "我在上海，从北京到广州",
        "我是黄金会员，马上给您查",
        "高兴，安静一点，成功了，时间还早",
        "天天打电话，明明说好的",
        "您去附近的营业厅，带上证件",
        "今天的天气，话费的费用",
        "密码是不是错了，密码是什么",
        "发票寄到您的邮箱，短信发到您手机",
        "手机号是多少，密码忘了",
        "小区停电了，路由器坏了",
        "圆周率三点一四一五九二六",
        "the total is thirty eight dollars for two months",
    ],
)
def test_what_says_nothing_about_a_person_stays(text: str) -> None:
    assert masked(text) == [text]


def test_a_number_given_over_turns_is_one_group() -> None:
    texts = ["幺三八", "嗯", "零零幺三", "零零幺三，好的", "八零零零"]
    found = Rules().find([Said("CA"[i % 2], t) for i, t in enumerate(texts)])
    assert {f.group for f in found} == {found[0].group}
    assert [f.turn for f in found] == [0, 2, 3, 4]
    assert masked(*texts) == ["[手机号]", "嗯", "[手机号]", "[手机号]，好的", "[手机号]"]


def test_an_echo_much_later_is_found_too() -> None:
    shown = masked(
        "手机幺三八零零幺三八零零零", "好的，为您登记", "谢谢", "跟您核对，尾数三八零零零对吗"
    )
    assert shown[3] == "跟您核对，尾数[手机号]对吗"


def test_a_name_said_once_with_a_cue_is_found_everywhere() -> None:
    assert masked("我叫王建国", "好的，王建国") == ["我叫[姓名]", "好的，[姓名]"]


@given(
    st.lists(st.sampled_from(list("幺零一二三八手机是嗯，块号我叫王路abc 。1")), max_size=60).map(
        "".join
    )
)
def test_findings_lie_in_the_text_in_order_and_apart(text: str) -> None:
    end = 0
    for f in Rules().find([Said("C", text)]):
        assert end <= f.start < f.end <= len(text)
        end = f.end


@given(st.text(max_size=200))
def test_any_text_is_taken(text: str) -> None:
    Rules().find([Said("C", text), Said("A", text)])


@given(st.integers(0, 10**15))
def test_luhn_takes_one_check_digit_of_ten(number: int) -> None:
    assert sum(luhn(f"{number}{check}") for check in range(10)) == 1


def test_id_numbers_are_told_by_date_and_check_digit() -> None:
    assert id_number("11010519491231002X")
    assert not id_number("110105194912310021")
    assert not id_number("11010519491331002X")


def test_what_overlaps_becomes_one_of_the_surer_kind() -> None:
    found = merged([Finding(0, 0, 5, Kind.OTHER, 0.7), Finding(0, 3, 9, Kind.MOBILE, 0.9)])
    assert found == [Finding(0, 0, 9, Kind.MOBILE, 0.9)]


def turn(text: str, start: float = 10.0) -> Turn:
    """A turn whose characters take 0.25 s each."""
    one = spoken(text, start=start)
    return Turn(Role.CUSTOMER, text, one.start, one.end, "ch0", 0, one.words)


def test_a_masked_turn_keeps_the_times_of_what_stays() -> None:
    one = turn("我手机幺三八零零幺三八零零零谢谢")
    shown = mask_turn(one, Rules().find([Said("C", one.text)]))
    assert shown.text == "我手机[手机号]谢谢"
    assert "".join(w.text for w in shown.words) == shown.text
    assert shown.words[-1] == one.words[-1]
    assert (shown.start, shown.end) == (one.start, one.end)


def test_a_finding_is_as_long_as_its_words_and_a_bit() -> None:
    one = turn("我手机幺三八零零幺三八零零零谢谢")
    found = Rules().find([Said("C", one.text)])
    (window,) = locate([one], found, 60).windows
    assert window.start == pytest.approx(one.words[3].start - PAD)
    assert window.end == pytest.approx(one.words[13].end + PAD)


@pytest.mark.parametrize(
    ("question", "reply", "shown"),
    [
        ("请问您怎么称呼？", "古丽娜尔", "[姓名]"),
        ("机主姓名报一下", "嗯，邱月娥，就是我", "嗯，[姓名]，就是我"),
        ("请问您贵姓", "不方便说", "不方便说"),
        ("您的姓名是？", "稍等", "稍等"),
        ("送到哪里？", "庙后头红砖墙那家", "[地址]"),
        ("后面还有几位？", "416。", "[其他]。"),
        ("区号多少", "零三七幺", "[其他]"),
        ("后面还有几位？", "三块钱", "三块钱"),
        ("您家地址是", "没变", "没变"),
        ("您要哪个套餐", "一九九那个", "一九九那个"),
    ],
)
def test_what_answers_such_a_question_goes_whatever_it_is(
    question: str, reply: str, shown: str
) -> None:
    found = [f for f in Rules().find([Said("A", question), Said("C", reply)]) if f.turn == 1]
    assert mask_text(reply, found) == shown


@pytest.mark.parametrize("fault", ["no words", "shared out", "outside", "backwards", "other words"])
def test_where_words_cannot_be_trusted_the_whole_turn_goes(fault: str) -> None:
    from dataclasses import replace

    one = turn("我手机幺三八零零幺三八零零零谢谢")
    words = one.words
    broken = {
        "no words": replace(one, words=()),
        "shared out": replace(one, located=False),
        "outside": replace(one, words=tuple(Word(w.start + 99, w.end + 99, w.text) for w in words)),
        "backwards": replace(one, words=(*words[:5], Word(9.5, 9.7, words[5].text), *words[6:])),
        "other words": replace(one, words=words[1:]),
    }[fault]
    (window,) = locate([broken], Rules().find([Said("C", one.text)]), 60).windows
    assert (window.start, window.end) == pytest.approx((one.start - PAD, one.end + PAD))


def test_what_cannot_be_placed_in_time_is_said_so() -> None:
    one = Turn(Role.CUSTOMER, "手机幺三八零零幺三八零零零")
    found = locate([one], Rules().find([Said("C", one.text)]), 60)
    assert found.lost == (0,)


@given(
    st.integers(8000, 44100),
    st.lists(
        st.tuples(st.floats(0, 2), st.floats(0, 2)).map(lambda p: Window(min(p), max(p))),
        max_size=4,
    ),
    st.booleans(),
)
def test_windows_are_silent_in_both_channels_and_nothing_else_changes(
    rate: int, windows: list[Window], tone: bool
) -> None:
    draw = np.random.default_rng(1)
    pcm = draw.integers(-20000, 20000, (2 * rate, 2)).astype(np.int16)
    out = silence(pcm, rate, windows, tone=tone)
    assert out.shape == pcm.shape
    inside = np.zeros(len(pcm), bool)
    for w in windows:
        if w.start < w.end:
            inside[int(w.start * rate) : int(np.ceil(w.end * rate))] = True
    assert (out[~inside] == pcm[~inside]).all()
    if tone and inside.sum() > rate // 10:
        by_chance = 5 / np.sqrt(inside.sum())  # five standard errors
        assert abs(np.corrcoef(out[inside, 0], pcm[inside, 0])[0, 1]) < by_chance
    if not tone:
        assert (out[inside] == 0).all()


@pytest.mark.skipif(not SHARED.is_dir(), reason="no shared data")
def test_other_peoples_cases_keep_their_amounts_and_dates() -> None:
    wrong = []
    for path in (SHARED / "itn_cases").rglob("*.txt"):
        for line in path.read_text("utf-8").splitlines():
            text = line.partition(" => ")[0]
            if any(cue in text for cue in ("手机", "身份证", "电话", "尾号", "幺八五洞", "中关村")):
                continue
            if path.stem != "license_plate" and masked(text) != [text]:
                wrong.append(text)
    assert wrong == []


def test_the_command_masks_a_recording_to_the_same_length(tmp_path: Path) -> None:
    import json

    from coach.calls.master import Master
    from coach.cli.mask import mask_audio
    from tests.factories import tone_wav

    audio = tone_wav(tmp_path / "call.wav", 20)
    one = spoken("手机幺三八零零幺三八零零零", start=5)
    segments = [Segment(one.start, one.end, one.text, channel=0, words=one.words).to_json()]
    (tmp_path / "t.json").write_text(json.dumps({"segments": segments}))
    told = mask_audio(audio, tmp_path / "t.json", tmp_path / "out.wav")
    before, after = Master(audio), Master(tmp_path / "out.wav")
    assert after.samples == before.samples
    ((start, end),) = told["windows"]
    assert np.abs(after.read(start, end)).max() == 0
    assert (after.read(0, start - 0.01) == before.read(0, start - 0.01)).all()


def test_a_number_in_a_very_long_turn_is_found_wherever_it_stands() -> None:
    for at in (0, 980, 995, 1000, 2990, 5000):
        text = "这个事情我再说一遍，" * 600
        text = f"{text[:at]}，手机{'幺三八，零零幺三，八零零零'}，{text[at:]}"
        assert masked(text)[0].count("[手机号]") >= 1
        assert "幺三八" not in masked(text)[0]

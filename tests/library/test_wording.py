"""How questions are read before they are compared."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from coach.library.lexical import LexicalIndex, similarities
from coach.library.wording import bare, clash, expanded, numbers, opposed


@pytest.mark.parametrize(
    ("said", "read"),
    [
        ("嗯，那个，我想问一下流量怎么超了呀", "流量怎么超"),
        ("為什麼又扣我錢？", "为什么又扣我钱"),
        ("三十块钱的套餐", "30元 的套餐"),
        ("ＡＰＰ 打不开", "app 打不开"),
        ("我是[姓名]，号码[手机号]", "我是 号码"),
        ("嗯嗯", "嗯嗯"),
        ("😀！？", ""),
    ],
)
def test_what_counts_of_a_question(said: str, read: str) -> None:
    assert bare(said).replace(" ", "") == read.replace(" ", "")


@pytest.mark.parametrize(
    ("a", "b", "less"),
    [
        ("开通国际漫游", "取消国际漫游", True),
        ("30元的套餐怎么办", "50元的套餐怎么办", True),
        ("三十块钱的套餐", "30元的套餐", False),
        ("公积金转入", "公积金转出", True),
        ("怎么取消", "怎么开通又取消", False),
        ("流量超了", "流量超了多少钱", False),
        ("怎么提高额度", "额度怎么提高", False),
    ],
)
def test_numbers_and_opposites_are_not_lost(a: str, b: str, less: bool) -> None:
    assert (clash(bare(a), bare(b)) < 1) is less


def test_what_else_a_word_is_called() -> None:
    assert "上网" in expanded("流量超了")
    assert expanded("乌龙茶") == ""
    assert "晒单" in expanded("秀一下", [("秀一下", "晒单")])


def test_amounts_are_the_same_however_written() -> None:
    assert numbers(bare("五十九块九")) == numbers("59.90元") == {"59.9"}


def test_opposites_count_only_where_each_says_one() -> None:
    assert opposed("开通漫游", "关闭漫游")
    assert not opposed("开通漫游", "开通短信")


@given(st.text(max_size=60), st.text(max_size=60))
def test_likeness_is_between_nothing_and_all_and_the_same_both_ways(a: str, b: str) -> None:
    one, other = similarities([(a, b), (b, a)])
    assert 0 <= one <= 1
    assert one == pytest.approx(other)


@given(st.lists(st.text(max_size=20), max_size=6), st.text(max_size=30))
def test_an_index_takes_any_text(texts: list[str], query: str) -> None:
    scores = LexicalIndex(texts).scores(query)
    assert len(scores) == len(texts)
    assert all(0 <= s <= 1.001 for s in scores)


def test_a_text_is_most_like_itself() -> None:
    texts = ["流量怎么超了", "宽带能搬家吗", "为什么又扣我钱", "怎么开发票"]
    for i, text in enumerate(texts):
        assert int(LexicalIndex(texts).scores(text).argmax()) == i
    assert similarities([("能开发票吗", "能开发票吗")]) == [pytest.approx(1, abs=0.05)]


def test_a_synonym_is_found_though_no_character_is_shared() -> None:
    scores = LexicalIndex(["上网好慢", "积分兑换"]).scores("流量")
    assert scores[0] > scores[1] == 0

"""The team's words: chosen within the room there is, corrections as plain text."""

import time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from coach.calls.glossary import Corrections, Term, choose, read_terms, uses
from coach.errors import BadGlossary
from tests.calls.test_mandarin import joined, spoken


def test_the_nodes_own_terms_come_first_then_the_most_used() -> None:
    terms = [
        Term("光猫", "宽带", uses=1),
        Term("亲情号", uses=9),
        Term("漫游包", "国际漫游", uses=99),
        Term("移机", "宽带", uses=5),
        Term("流量包", uses=20),
    ]
    chosen = choose(terms, node="宽带", cost=len, room=100)
    assert chosen == ["移机", "光猫", "流量包", "亲情号", "漫游包"]


@given(st.lists(st.text(min_size=1, max_size=9), max_size=60), st.integers(0, 60))
def test_what_is_chosen_fits(texts: list[str], room: int) -> None:
    chosen = choose([Term(t) for t in texts], node="", cost=len, room=room)
    assert sum(map(len, chosen)) <= room
    assert len(chosen) == len(set(chosen))
    left = set(texts) - set(chosen)
    assert all(len(t) > room - sum(map(len, chosen)) for t in left)


def test_corrections_put_right_the_longest_first_and_keep_the_words() -> None:
    put_right = Corrections(
        [Term("亲情号", wrong=("青青号", "青青")), Term("光猫", wrong=("光毛", "光帽子"))]
    )
    changed = put_right.apply(spoken("开通青青号，还有光帽子"))
    assert changed.text == joined(changed) == "开通亲情号，还有光猫"


def test_a_wrong_form_inside_the_right_one_is_left_alone() -> None:
    put_right = Corrections([Term("宽带包", wrong=("宽带",))])
    assert put_right.apply(spoken("宽带包和宽带")).text == "宽带包和宽带包"


def test_regex_characters_are_only_characters() -> None:
    put_right = Corrections([Term("5G+", wrong=("5G(", "[a-z]*", ".*"))])
    assert put_right.apply(spoken("办5G(套餐.*好")).text == "办5G+套餐5G+好"


def test_five_thousand_terms_with_duplicates_are_quick() -> None:
    lines = "\n".join(f"术语{i % 4000},节点{i % 9},错听{i}|(+{i}*" for i in range(5000))
    terms = read_terms(lines)
    assert len(terms) == 4000
    assert terms[0].wrong == ("错听0", "(+0*", "错听4000", "(+4000*")
    before = time.process_time()
    put_right = Corrections(terms)
    for _ in range(200):
        put_right.apply(spoken("我想办错听4321这个业务"))
    assert time.process_time() - before < 5


def test_terms_are_read_from_lines_and_csv_with_a_heading() -> None:
    assert read_terms("\ufeff术语,业务节点,错听\n光猫,宽带,光毛|光帽\n\n亲情号\n光猫,,光矛\n") == [
        Term("光猫", "宽带", ("光毛", "光帽", "光矛")),
        Term("亲情号"),
    ]


@pytest.mark.parametrize("raw", ["", "\n\n", "字" * 41])
def test_a_list_that_cannot_be_read_says_so(raw: str) -> None:
    with pytest.raises(BadGlossary):
        read_terms(raw, name="terms.csv")


def test_uses_are_counted() -> None:
    assert uses([Term("光猫"), Term("移机")], "光猫要带，光猫和路由器") == {"光猫": 2}

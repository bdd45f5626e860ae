"""Terms in the database."""

from sqlalchemy import Engine

from coach.calls.glossary import Term
from coach.store.glossary import SqlGlossaryStore
from tests.factories import START


def test_a_term_is_its_text_and_what_is_heard_wrong_adds_up(engine: Engine) -> None:
    store = SqlGlossaryStore(engine, lambda: START)
    assert store.put([Term("光猫", "宽带", ("光毛",)), Term("亲情号")]) == 2
    assert store.put([Term("光猫", "", ("光帽", "光毛"))]) == 0
    store.count({"亲情号": 3, "没有的": 1})
    assert store.listed() == [Term("亲情号", uses=3), Term("光猫", "宽带", ("光毛", "光帽"))]
    store.remove("光猫")
    store.remove("光猫")
    assert [t.text for t in store.listed()] == ["亲情号"]

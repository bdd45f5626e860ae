"""Members by typing, pasting and tables."""

from io import BytesIO

import pandas as pd
import pytest

from coach.errors import BadInput
from coach.people.team import names_from_file, parse_names


@pytest.mark.parametrize(
    ("text", "names"),
    [
        ("林晓\n陈默", ["林晓", "陈默"]),
        ("林晓，陈默、王珊;赵一鸣", ["林晓", "陈默", "王珊", "赵一鸣"]),
        ("林晓\t林晓\n\n ", ["林晓"]),
        ("Ann Lee, Bob", ["Ann Lee", "Bob"]),
        ("", []),
    ],
)
def test_names_from_text(text: str, names: list[str]) -> None:
    assert parse_names(text) == names


def xlsx(rows: list[list[object]]) -> bytes:
    out = BytesIO()
    pd.DataFrame(rows).to_excel(out, header=False, index=False)
    return out.getvalue()


def test_names_from_tables() -> None:
    assert names_from_file(
        "a.xlsx", xlsx([["名单", None], ["工号", "姓名"], [1, "林晓"], [2, "陈默"]])
    ) == ["林晓", "陈默"]
    assert names_from_file("a.xlsx", xlsx([["林晓"], ["陈默"]])) == ["林晓", "陈默"]
    assert names_from_file("a.csv", "姓名,组\n林晓,一\n".encode("gb18030")) == ["林晓"]
    assert names_from_file("a.csv", "姓名\n赵一鸣\n".encode()) == ["赵一鸣"]
    assert names_from_file("a.csv", b"name;x\nAnn;1\n") == ["Ann"]


@pytest.mark.parametrize(
    ("name", "data"), [("a.xlsx", b"no"), ("a.csv", b""), ("a.xlsx", xlsx([["姓名"]]))]
)
def test_a_table_without_names_is_a_clear_error(name: str, data: bytes) -> None:
    with pytest.raises(BadInput):
        names_from_file(name, data)

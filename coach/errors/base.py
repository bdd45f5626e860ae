"""What every error has: a code, a sentence and advice, in two languages."""

from __future__ import annotations

from typing import Any, ClassVar


class CoachError(Exception):
    """Base of all errors shown to people. Fields fill the templates."""

    code: ClassVar[str] = "error"
    zh: ClassVar[str] = "出了点问题：{detail}"
    en: ClassVar[str] = "Something went wrong: {detail}"
    do_zh: ClassVar[str] = "请重试；仍不行时运行 coach doctor。"
    do_en: ClassVar[str] = "Try again; if it persists, run coach doctor."

    def __init__(self, **fields: Any) -> None:
        self.fields = fields
        super().__init__(self.code, fields)

    def _fill(self, template: str) -> str:
        return template.format_map(_Fields(self.fields))

    def message(self, language: str = "zh") -> str:
        """What happened, in one sentence; it ends like one whatever detail it ends with."""
        text = self._fill(self.en if language == "en" else self.zh)
        if text.endswith(tuple("。？！.?!")):
            return text
        return text + ("." if language == "en" else "。")

    def advice(self, language: str = "zh") -> str:
        """What to do next, in one sentence."""
        return self._fill(self.do_en if language == "en" else self.do_zh)

    def __str__(self) -> str:
        return f"[{self.code}] {self.message('zh')} {self.message('en')}"

    def __reduce__(self) -> Any:
        return (_rebuild, (type(self), self.fields))

    def as_dict(self) -> dict[str, str]:
        """For JSON output: code, both sentences, both pieces of advice."""
        return {
            "code": self.code,
            "message": self.message("en"),
            "message_zh": self.message("zh"),
            "advice": self.advice("en"),
            "advice_zh": self.advice("zh"),
        }


class _Fields(dict[str, Any]):
    def __missing__(self, key: str) -> str:
        return "?"


def _rebuild(cls: type[CoachError], fields: dict[str, Any]) -> CoachError:
    return cls(**fields)


def all_errors(root: type[CoachError] = CoachError) -> list[type[CoachError]]:
    """Every class of the tree, the root first."""
    found = [root]
    for child in root.__subclasses__():
        found += all_errors(child)
    return found

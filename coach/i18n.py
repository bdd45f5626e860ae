"""Two languages. Source strings are Chinese; ``locale/en.po`` holds the English."""

from __future__ import annotations

import gettext
from functools import lru_cache
from io import BytesIO
from pathlib import Path

from coach.errors import CoachError

LANGUAGES = {"zh": "中文", "en": "English"}


@lru_cache(maxsize=4)
def _catalogue(language: str) -> gettext.NullTranslations:
    if language == "zh":
        return gettext.NullTranslations()
    from babel.messages.mofile import write_mo
    from babel.messages.pofile import read_po

    path = Path(__file__).parent / "locale" / f"{language}.po"
    buffer = BytesIO()
    with path.open("rb") as file:
        write_mo(buffer, read_po(file, locale=language))
    buffer.seek(0)
    return gettext.GNUTranslations(buffer)


def later(source: str) -> str:
    """Marks a string that is translated where it is shown."""
    return source


class Translator:
    """``t("中文")`` in the language chosen; ``{name}`` fields are filled from keywords."""

    def __init__(self, language: str = "zh") -> None:
        self.language = language if language in LANGUAGES else "zh"

    def __call__(self, source: str, **fields: object) -> str:
        text = _catalogue(self.language).gettext(source) if source else ""
        return text.format(**fields) if fields else text

    def error(self, error: CoachError) -> str:
        """What happened and what to do, for a screen."""
        gap = " " if self.language == "en" else ""
        return f"{error.message(self.language)}{gap}{error.advice(self.language)}"

"""Masked text as HTML: the tokens stand out."""

from __future__ import annotations

import html
import re

from coach.calls.masking.findings import Kind
from coach.i18n import Translator, later

NAMES = {
    Kind.MOBILE: later("手机号"), Kind.LANDLINE: later("座机"), Kind.ID: later("身份证"),
    Kind.CARD: later("银行卡"), Kind.CODE: later("安全码"), Kind.PASSWORD: later("密码"),
    Kind.NAME: later("姓名"), Kind.ADDRESS: later("地址"), Kind.EMAIL: later("邮箱"),
    Kind.ACCOUNT: later("账号"), Kind.PLATE: later("车牌"), Kind.BIRTH: later("生日"),
    Kind.OTHER: later("其他"),
}  # fmt: skip
_TOKENS = re.compile("|".join(re.escape(kind.token) for kind in Kind))
_STYLE = "background:#0f5c5c;color:#fff;border-radius:5px;padding:0 .35em"


def shown(text: str, t: Translator) -> str:
    """Escaped text, its tokens as dark labels in the reader's language."""
    kinds = {kind.token: t(NAMES[kind]) for kind in Kind}
    return _TOKENS.sub(
        lambda m: f'<span style="{_STYLE}">{html.escape(kinds[m[0]])}</span>',
        html.escape(text, quote=False),
    )

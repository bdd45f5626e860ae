"""The keys of this installation, from a file or the environment."""

from __future__ import annotations

from coach.calls.sealing.keyring import Keyring
from coach.errors import BadInput, KeyFileGone, KeyUnusable
from coach.settings import Settings


def load_keys(settings: Settings) -> Keyring:
    """The keys set; none where none is.

    Raises:
        KeyFileGone, KeyUnusable.
        BadInput: the file lies among the data that it locks, or both ways are set.
    """
    if settings.key_file is None and settings.key is None:
        return Keyring()
    if settings.key_file is None:
        return _some(settings.key.get_secret_value() if settings.key else "")
    path = settings.key_file.expanduser().resolve()
    if settings.key is not None:
        raise BadInput(
            detail="COACH_KEY 和 COACH_KEY_FILE 只能设一个",
            detail_en="set COACH_KEY or COACH_KEY_FILE, not both",
        )
    if path.is_relative_to(settings.data):
        raise BadInput(
            detail="密钥文件不能放在数据目录里：和锁放在一起的钥匙锁不住什么",
            detail_en="the key file lies in the data folder: a key beside its lock locks nothing",
        )
    try:
        text = path.read_text("utf-8")
    except (OSError, UnicodeDecodeError) as error:
        raise KeyFileGone(path=str(settings.key_file)) from error
    return _some(text)


def _some(text: str) -> Keyring:
    """What is set and holds no key must not pass for none. Raises KeyUnusable."""
    found = Keyring.parse(text)
    if found.first is None:
        raise KeyUnusable(detail="：是空的 (it is empty)")
    return found

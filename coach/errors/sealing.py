"""Keys that originals are sealed with, and what goes wrong with them."""

from __future__ import annotations

from coach.errors.base import CoachError


class SealingError(CoachError):
    """The root of these."""

    code = "key"


class KeyFileGone(SealingError):
    code = "key.file"
    zh = "打不开密钥文件 {path}。"
    en = "The key file {path} cannot be read."
    do_zh = "请检查 COACH_KEY_FILE 指的位置和读取权限；密钥从备份里拿回来之前，数据不会动。"
    do_en = "Check where COACH_KEY_FILE points and who may read it; nothing is touched until the key is back."


class KeyUnusable(SealingError):
    code = "key.unusable"
    zh = "这不是可用的密钥{detail}。"
    en = "This is no usable key{detail}."
    do_zh = "一行一个密钥，新的在前；用 coach keys new 生成。"
    do_en = "One key a line, the newest first; coach keys new makes one."


class KeyMissing(SealingError):
    code = "key.missing"
    zh = "数据是用密钥 {key} 加密的，现在没有这个密钥。"
    en = "This data is sealed with the key {key}, which is not there."
    do_zh = "把它放回 COACH_KEY_FILE（旧密钥写在新密钥下面的行）。数据没有丢，也没有改。"
    do_en = "Put it back into COACH_KEY_FILE (older keys on the lines below the newest). Nothing is lost or changed."


class SealBroken(SealingError):
    code = "key.broken"
    zh = "加密的数据坏了，或被人改过。"
    en = "Sealed data is damaged, or somebody changed it."
    do_zh = "请从备份恢复，或删除后重新导入这通电话。"
    do_en = "Restore it from a backup, or delete this call and import it again."

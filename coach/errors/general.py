"""What may happen anywhere: conflicts, things not found, storage."""

from __future__ import annotations

from coach.errors.base import CoachError


class Conflict(CoachError):
    """It collides with what is already there."""

    code = "conflict"


class AlreadyImported(Conflict):
    code = "conflict.already_imported"
    zh = "“{name}”已经导入过（编号 {recording_id}）。"
    en = "“{name}” was already imported (id {recording_id})."
    do_zh = "直接打开那一通即可。"
    do_en = "Open that one."


class WasErased(Conflict):
    """A call that was deleted comes again."""

    code = "recording.erased"
    zh = "这通电话以前按要求删除过，不能再导入。"
    en = "This call was deleted on request: it is not taken in again."
    do_zh = "请换一通电话；确实要用，请先问清删除的理由。"
    do_en = "Take another call; if you must have this one, ask why it was deleted."


class StillTranscribing(Conflict):
    code = "call.transcribing"
    zh = "这通电话还没有转写完，回合还会变。"
    en = "This call is not fully transcribed yet; the rounds will still change."
    do_zh = "可以先看、先校对；转写完成后再存成分享包。"
    do_en = "Look and repair meanwhile; make the pack when the transcription is done."


class RepairConflict(Conflict):
    code = "repair.conflict"
    zh = "这一句刚被别人改过，没有覆盖。"
    en = "Somebody else has just changed this line; nothing was overwritten."
    do_zh = "页面已换成最新的文字，请再看一眼再改。"
    do_en = "The page now shows the newest text: look again, then repair."


class JobRunning(Conflict):
    code = "conflict.job"
    zh = "这通电话正在转写。"
    en = "This call is being transcribed already."
    do_zh = "请等它完成，或先取消。"
    do_en = "Wait for it, or cancel it first."


class SessionEnded(Conflict):
    code = "conflict.session_ended"
    zh = "这场分享会已经结束。"
    en = "This session has ended."
    do_zh = "请到“记录”里查看，或重新开一场。"
    do_en = "See it under Records, or start a new one."


class NotDue(Conflict):
    """A re-test out of its days."""

    code = "conflict.not_due"
    zh = "现在不能复测：听过的第二天起六天内一次，第七天起七天内一次。"
    en = "It is not time for a re-test: one within six days from the next day on, one in the week after that."
    do_zh = "请到那几天再打开。"
    do_en = "Open it again on one of those days."


class DoorLocked(Conflict):
    """By the one who leads."""

    code = "conflict.door_locked"
    zh = "门锁上了，现在进不去。"
    en = "The door is locked: nobody comes in now."
    do_zh = "请班长在主持面板上打开。"
    do_en = "Ask the leader to open it on the panel."


class StepLocked(Conflict):
    code = "conflict.locked"
    zh = "这一步已经锁定，不能再改。"
    en = "This step is locked."
    do_zh = "可以记在笔记里。"
    do_en = "Put it in your notes."


class NotFound(CoachError):
    code = "not_found"
    zh = "没有找到{what}“{key}”。"
    en = "No {what_en} “{key}”."
    do_zh = "它可能已被删除；请从列表里重新选。"
    do_en = "It may have been removed; choose again from the list."


class BadInput(CoachError):
    code = "input"
    zh = "输入有问题：{detail}"
    en = "The input is not usable: {detail_en}"
    do_zh = "请改正后再试。"
    do_en = "Correct it and try again."


class StorageError(CoachError):
    """Something could not be stored."""

    code = "storage"


class DiskFull(StorageError):
    code = "storage.disk_full"
    zh = "磁盘满了，“{name}”没有存下来。"
    en = "The disk is full; “{name}” was not stored."
    do_zh = "请腾出空间再试；已有的内容没有受影响。"
    do_en = "Free some space and try again; nothing else was touched."


class DatabaseProblem(StorageError):
    code = "storage.database"
    zh = "数据库打不开：{detail}"
    en = "The database cannot be used: {detail}"
    do_zh = "请检查 COACH_DATABASE_URL 和磁盘权限，再运行 coach doctor。"
    do_en = "Check COACH_DATABASE_URL and permissions, then run coach doctor."


class UnexpectedProblem(CoachError):
    """The edge of every screen and job: a fault of ours, never a traceback."""

    code = "unexpected"
    zh = "程序出了意外的问题（{detail}）。"
    en = "The program met an unexpected problem ({detail})."
    do_zh = "内容没有丢。请重试一次；再出现请把日志交给管理员。"
    do_en = "Nothing was lost. Try once more; if it returns, give the log to your administrator."

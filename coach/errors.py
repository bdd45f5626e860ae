"""Every error that a person may meet, in one tree.

CoachError
├── AudioError: EmptyFile, NotAudio, NoSamples, TruncatedAudio, UnsupportedAudio, TooShort,
│               TooLong, SilentAudio, UploadTooLarge
├── TranscriptError: BadTranscript, TranscriptTimes, TranscriptMismatch
├── ModelError: ModelNotFound, ModelIncomplete, ModelDamaged, BadModelArchive, DownloadFailed
├── Conflict: AlreadyImported, JobRunning, SessionEnded, StepLocked, RepairConflict,
│             StillTranscribing, WasErased
├── NotFound
├── NoExchanges, NotHearable, NotReleased, Blocked, BadInput, BadGlossary
└── StorageError: DiskFull, DatabaseProblem

Each class carries a stable ``code``, the sentence in Chinese and English, and what to do next in
both. The sentences are templates over the keyword fields given when it is raised.
"""

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


class AudioError(CoachError):
    """The audio cannot be taken."""

    code = "audio"
    do_zh = "请换一个录音文件（wav、mp3、m4a、flac、ogg、amr）。"
    do_en = "Use another recording (wav, mp3, m4a, flac, ogg, amr)."


class EmptyFile(AudioError):
    code = "audio.empty"
    zh = "文件“{name}”是空的（0 字节）。"
    en = "The file “{name}” is empty (0 bytes)."
    do_zh = "请从录音系统重新导出这通电话。"
    do_en = "Export the call again from your recording system."


class NotAudio(AudioError):
    code = "audio.not_audio"
    zh = "“{name}”不是能读的录音。"
    en = "“{name}” is not audio that can be read."


class NoSamples(AudioError):
    code = "audio.no_samples"
    zh = "“{name}”里没有一个声音样本。"
    en = "“{name}” holds no audio samples."
    do_zh = "请从录音系统重新导出这通电话。"
    do_en = "Export the call again from your recording system."


class TruncatedAudio(AudioError):
    code = "audio.truncated"
    zh = "“{name}”不完整：应有 {expected:.1f} 秒，只读到 {found:.1f} 秒。"
    en = "“{name}” is cut off: {expected:.1f} s announced, {found:.1f} s found."
    do_zh = "请重新下载或导出这个文件。"
    do_en = "Download or export the file again."


class UnsupportedAudio(AudioError):
    code = "audio.unsupported"
    zh = "“{name}”有 {channels} 个声道、采样率 {rate} Hz；只收 1–2 个声道、8000–48000 Hz。"
    en = "“{name}” has {channels} channels at {rate} Hz; 1–2 channels at 8,000–48,000 Hz are taken."
    do_zh = "请在导出时选单声道或双声道、8–48 kHz。"
    do_en = "Export it as mono or stereo, 8–48 kHz."


class TooShort(AudioError):
    code = "audio.too_short"
    zh = "“{name}”只有 {seconds:.1f} 秒，至少要 {least:g} 秒。"
    en = "“{name}” is only {seconds:.1f} s long; at least {least:g} s is needed."
    do_zh = "请选一通完整的电话。"
    do_en = "Choose a whole call."


class TooLong(AudioError):
    code = "audio.too_long"
    zh = "“{name}”超过 {most:g} 小时。"
    en = "“{name}” is longer than {most:g} hours."
    do_zh = "请先截取要分享的那一段，或在设置里调高 COACH_MAX_HOURS。"
    do_en = "Cut out the part to be played, or raise COACH_MAX_HOURS."


class SilentAudio(AudioError):
    code = "audio.silent"
    zh = "“{name}”从头到尾没有声音。"
    en = "“{name}” is silent throughout."
    do_zh = "请检查录音系统有没有录到声音，再重新导出。"
    do_en = "Check that the recorder captured sound, then export it again."


class UploadTooLarge(AudioError):
    code = "audio.too_large"
    zh = "文件超过 {limit_mb} MB 的上限。"
    en = "The file is over the limit of {limit_mb} MB."
    do_zh = "请压缩或截取后再传，或在设置里调高 COACH_MAX_UPLOAD_MB。"
    do_en = "Compress or cut it first, or raise COACH_MAX_UPLOAD_MB."


class TranscriptError(CoachError):
    """A transcript from elsewhere cannot be taken."""

    code = "transcript"
    do_zh = "请检查文字稿，或改为导入后自动转写。"
    do_en = "Check the transcript, or import without it and transcribe."


class BadTranscript(TranscriptError):
    code = "transcript.unreadable"
    zh = "文字稿“{name}”读不懂：{detail}"
    en = "The transcript “{name}” cannot be read: {detail}"
    do_zh = "请用 WebVTT、SRT、whisper/whisperX 的 JSON 或本产品的 JSON。"
    do_en = "Use WebVTT, SRT, whisper/whisperX JSON or our own JSON."


class BadGlossary(CoachError):
    code = "glossary.unreadable"
    zh = "术语表“{name}”第 {line} 行读不懂：{detail}"
    en = "Line {line} of the glossary “{name}” cannot be read: {detail}"
    do_zh = "每行一个术语：术语,业务节点,错听一|错听二；术语不超过 40 个字，最多 20000 个。"
    do_en = "One term a line: term,node,heard wrong|heard wrong; at most 40 characters and 20,000 terms."


class TranscriptTimes(TranscriptError):
    code = "transcript.times"
    zh = "文字稿“{name}”的时间不对：{detail}"
    en = "The times in “{name}” are wrong: {detail}"


class TranscriptMismatch(TranscriptError):
    code = "transcript.mismatch"
    zh = "文字稿“{name}”不像是这通电话的：它写有话的地方，录音里 {share:.0%} 是静音。"
    en = "“{name}” does not seem to belong to this call: {share:.0%} of what it times is silence."
    do_zh = "请核对文字稿和录音是不是同一通电话。"
    do_en = "Check that transcript and recording are of the same call."


class ModelError(CoachError):
    """A model is missing or broken."""

    code = "model"


class ModelNotFound(ModelError):
    code = "model.not_found"
    zh = "没有找到识别模型“{model}”：{folder} 里没有。"
    en = "Speech model “{model}” was not found: nothing in {folder}."
    do_zh = "运行 {command} 下载它，或把模型文件夹放到上面的位置；也可以直接导入现成的文字稿（coach import 录音 --transcript 文字稿）。"
    do_en = (
        "Run {command}, or put the model folder there; or import a transcript made elsewhere "
        "(coach import AUDIO --transcript FILE)."
    )


class ModelIncomplete(ModelError):
    code = "model.incomplete"
    zh = "模型文件夹 {folder} 缺少：{missing}"
    en = "The model folder {folder} lacks: {missing}"
    do_zh = "运行 {command} 重新下载，或补齐这些文件。"
    do_en = "Run {command} again, or add these files."


class ModelDamaged(ModelError):
    code = "model.damaged"
    zh = "模型“{model}”的文件变了或丢了：{files}"
    en = "Files of the model “{model}” have changed or are gone: {files}"
    do_zh = "删除文件夹 {folder} 后重新下载或导入。"
    do_en = "Delete {folder}, then pull or import it again."


class BadModelArchive(ModelError):
    code = "model.archive"
    zh = "{path} 里没有能用的模型：{detail}"
    en = "There is no usable model in {path}: {detail}"
    do_zh = "给一个模型文件夹，或装着它的 zip、tar 文件。"
    do_en = "Give a model folder, or a zip or tar file that holds one."


class DownloadFailed(ModelError):
    code = "model.download"
    zh = "下载模型“{model}”失败：{detail}"
    en = "Downloading “{model}” failed: {detail}"
    do_zh = (
        "连不上时换一个来源：coach models pull {model} --source modelscope，或设 HF_ENDPOINT 指向镜像；"
        "也可以在别处下载，用 coach models import 放进来。"
    )
    do_en = (
        "Try another source: coach models pull {model} --source modelscope, or HF_ENDPOINT for a mirror; "
        "or download elsewhere and use coach models import."
    )


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


class NoExchanges(CoachError):
    code = "call.no_exchanges"
    zh = "这通电话里没有找到一问一答（{detail}）。"
    en = "No question and answer was found in this call ({detail})."
    do_zh = "请确认两个人都说了话、客户和坐席没有认反，或换一通电话。"
    do_en = "Check that both people speak and the roles are not swapped, or choose another call."


class NotHearable(CoachError):
    code = "clip.not_hearable"
    zh = "这段声音现在不能播放。"
    en = "This clip may not be heard now."
    do_zh = "请回到分享会，走到那一步再播放。"
    do_en = "Return to the session and play it at its step."


class NotReleased(CoachError):
    """A clip that has not passed the gate, or no longer."""

    code = "clip.not_released"
    zh = "这段录音还没有放行，不能放给班组听。"
    en = "This clip is not released: the team may not hear it."
    do_zh = "请班长或质检在“放行”页听过打码后的声音，再放行。"
    do_en = "A leader or QA listens to the masked sound on the page Release, and releases it."


class Blocked(CoachError):
    """Clips that have not passed the second look cannot be released."""

    code = "clip.blocked"
    zh = "还有片段没有通过复查，不能放行。"
    en = "Some clips have not passed the second look and cannot be released."
    do_zh = "请看标出来的片段：在备课页补上要去掉的词，或请人听过后说明理由，再重新备课。"
    do_en = "See the clips marked: add what must go on the page Prepare, or waive it with a reason, and prepare again."


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


def all_errors(root: type[CoachError] = CoachError) -> list[type[CoachError]]:
    """Every class of the tree, the root first."""
    found = [root]
    for child in root.__subclasses__():
        found += all_errors(child)
    return found

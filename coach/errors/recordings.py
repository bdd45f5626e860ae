"""What is wrong with a recording, a transcript or a glossary."""

from __future__ import annotations

from coach.errors.base import CoachError


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


class SpokenTooLong(AudioError):
    code = "audio.spoken_too_long"
    zh = "这段话超过 {longest:.0f} 秒。"
    en = "This is longer than {longest:.0f} seconds."
    do_zh = "挑要紧的再说一遍，或者打字。"
    do_en = "Say the gist again, or type it."


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


class NoExchanges(CoachError):
    code = "call.no_exchanges"
    zh = "这通电话里没有找到一问一答（{detail}）。"
    en = "No question and answer was found in this call ({detail})."
    do_zh = "请确认两个人都说了话、客户和坐席没有认反，或换一通电话。"
    do_en = "Check that both people speak and the roles are not swapped, or choose another call."

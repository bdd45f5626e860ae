"""What is wrong with a model."""

from __future__ import annotations

from coach.errors.base import CoachError


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

"""The library: what cannot be learnt, read, taken in or decided."""

from __future__ import annotations

from coach.errors.base import CoachError


class TooFewPairs(CoachError):
    code = "search.pairs"
    zh = "只有 {n} 个有标杆回答的问题，学不出界限，至少要 {least} 个。"
    en = "Only {n} questions with a benchmark answer: too few to learn a limit, at least {least} are needed."
    do_zh = "在标杆库里查找后点“就是这个”或“不是这个”，攒够了再来；或者给一个文件，每行 {{a, b, same}}。"
    do_en = "Search the library and judge what is found, or give a file with {{a, b, same}} a line."


class NoEmbedder(CoachError):
    code = "search.embedder"
    zh = "没有可用的语义模型“{name}”，现在按字词查找。"
    en = "There is no usable embedding model “{name}”: search goes by characters."
    do_zh = "把模型整个文件夹放进 models/，或用 COACH_EMBEDDER 指到它。"
    do_en = "Put the model's whole folder into models/, or point COACH_EMBEDDER at it."


class SamePerson(CoachError):
    code = "benchmark.same_person"
    zh = "自己推荐的标杆要由另一个人认可。"
    en = "A benchmark is approved by somebody else than who nominated it."
    do_zh = "请另一位质检来认可。"
    do_en = "Ask another analyst to approve it."


class AlreadyDecided(CoachError):
    code = "benchmark.decided"
    zh = "这一版已经有人处理过了，或者已经有更新的一版。"
    en = "Somebody has decided about this version already, or there is a newer one."
    do_zh = "刷新页面看最新的情况。"
    do_en = "Reload the page to see how it stands."


class BadReport(CoachError):
    code = "nodes.report"
    zh = "报表“{name}”读不出来：{detail}。"
    en = "The report “{name}” cannot be read: {detail_en}."
    do_zh = "要有一行表头，至少有节点、归档量、首问（一次）解决率三列；比率写成 85% 或 0.85。列名不同就先选好对应的列。"
    do_en = "It needs a heading and at least node, volume and first-contact resolution; shares as 85% or 0.85. Map columns that are named otherwise."


class BadTemplate(CoachError):
    code = "record.template"
    zh = "记录表模板“{name}”用不了：{detail}。"
    en = "The template “{name}” cannot be used: {detail}."
    do_zh = "模板要是 xlsx；字段写成 {{{{team}}}}、{{{{rounds.1.question}}}}，名字见 docs/operations.md。"
    do_en = "It must be an xlsx; fields are written {{{{team}}}}, {{{{rounds.1.question}}}}; their names are in docs/operations.md."


class BadBundle(CoachError):
    code = "library.bundle"
    zh = "“{name}”不是能导入的文件：{detail}。"
    en = "“{name}” cannot be taken in: {detail_en}."
    do_zh = "请重新导出，不要改动里面的文件。"
    do_en = "Export it anew and leave what is in it as it is."

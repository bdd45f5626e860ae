"""The wording of service calls, Mandarin and English: what greets, asks, nods, closes. Pure data.

Written by us from how hotlines talk; every list may be extended without touching the code.
"""

from __future__ import annotations

import re

_PUNCTUATION = re.compile(r"[\s，。？！、,.?!…~；;:：\"“”'()（）-]+")

NODS = [
    "嗯嗯",
    "嗯",
    "哦",
    "噢",
    "喔",
    "呃",
    "额",
    "啊",
    "唉",
    "诶",
    "哎",
    "喂",
    "你好",
    "对对",
    "对的",
    "对",
    "是的",
    "是",
    "好的",
    "好",
    "行",
    "可以",
    "没错",
    "没有",
    "明白",
    "知道了",
    "清楚了",
    "这样啊",
    "这样",
    "听得到吗",
    "听得见吗",
    "了",
    "吧",
    "呢",
    "哈",
    "uhhuh",
    "uh",
    "huh",
    "mhm",
    "mm",
    "hmm",
    "um",
    "yeah",
    "yep",
    "yes",
    "okay",
    "ok",
    "right",
    "sure",
    "alright",
    "isee",
    "oh",
    "ah",
    "no",
    "hello",
]
_NOD = re.compile("(?:" + "|".join(sorted(map(re.escape, NODS), key=len, reverse=True)) + ")+")

ASKS = re.compile(
    r"[？?]|吗|么$|呢$|什么|怎么|咋|为什么|为啥|哪|谁|几[个天号点月块次]|多少|多久|多长|多大|能不能|可不可以|可以不|"
    r"是不是|有没有|要不要|行不行|会不会|贵不贵|收不收|是否|如何|啥|凭什么|"
    r"[收要花扣交](?:钱|费).{0,2}吧|那得.{1,8}吧|[年月天号]呢|"
    r"\b(?:what|when|where|which|who|why|how|can (?:i|you|we)|could (?:i|you)|is (?:it|there|that)|"
    r"are (?:there|you)|do (?:i|you)|does|will (?:it|i|you)|would (?:you|it))\b",
    re.I,
)
_SOUND = re.compile(r"(?:嗯|哦|噢|喔|呃|额|啊|唉|诶|哎|uhhuh|uh|huh|mhm|mm|hmm|um|ah|oh)+")
_HOLD = re.compile(
    r"稍等|稍候|等一下|等一会|请[讲说]|听得[到见]|one (?:moment|second)|hold on|bear with|go ahead",
    re.I,
)
_WAIT = re.compile(
    r"稍等|稍候|等一下|等一会|(?:帮|给|为)您(?:查|看|核实|提交|问|办).{0,12}$|查一下|看一下|one (?:moment|second)|hold on|bear with",
    re.I,
)
# Words that look like asking and are not: 没什么了, 怎么说呢, 三十八块什么的, 哪个便宜办哪个
_NOT_ASKING = re.compile(
    r"[，,。](?:你说|你看)?(?:是不是|对不对|是吧|对吧|怪不怪)[啊呀]?[？?。！!，,]*$|你说(?:是不是|怪不怪|对不对)|"
    r"不知道.{0,8}什么|能不能靠点?谱|谁(?:去|会|知道|管).{1,8}[啊呀]|"
    r"没什么|没有什么|没怎么|不怎么|怎么说呢?|什么的|那个什么(?!时候)|什么都|哪个.{1,6}哪个|听得[到见]吗|"
    r"没(?:有)?(?:问题|别的|其他)"
)
REQUESTS = re.compile(
    r"我(?:想|要|得|需要|打算)|帮(?:我|忙)|给我|麻烦(?:你|您)(?!了)|想(?:问|办|查|改|换|退|取消|咨询|了解)|问一下|咨询|投诉|"
    r"退了|取消|不认|没收到|收不到|用不了|打不通|上不了|连不上|断网|停机|没来|没通知|坏了|丢了|太慢|很慢|"
    r"扣(?:了|我|钱|费)|你还[收扣要]|又[扣收]|"
    r"不会(?:用|弄|操作|填|[呀啊])|[回去来赶]不[了来到]|没人[用接管来理]|[打登点开进刷付发退]不[开了上进出通动]|"
    r"不[亮热转动]了?|漏水|没信号|没到|还没[到来收发退]|你们?[跟让叫].{1,4}[说讲打催改送来]|"
    r"\b(?:i (?:want|need|would like|lost|forgot|wanted)|i'd like|i'm (?:calling|trying)|i am calling|"
    r"i've (?:lost|got)|help me|my .{1,30} (?:is|isn't|doesn't|won't|was))\b",
    re.I,
)
CLOSES = re.compile(
    r"谢谢|感谢|再见|拜拜|没(?:有)?(?:了|别的|其他|什么|问题)|不用了|麻烦(?:你|您)了|辛苦|清楚了|"
    r"\b(?:thank(?:s| you)|bye|goodbye|that's (?:all|it)|have a (?:good|great|nice))\b",
    re.I,
)

_WANTS = re.compile(
    r"提供一?下|报一?下|说一?下|告诉我|留一?[个下]|输入|核对一下|"
    r"\b(?:please (?:tell|give|provide|confirm|repeat)|tell me|i(?:'ll| will) need)\b",
    re.I,
)

_OFFERS = re.compile(
    r"(?:有什么|需要什么|还有.{0,6})(?:可以|能|需要)?.{0,4}(?:帮|为)您|咨询什么|办理什么|"
    r"还有(?:其他|别的|什么)|请[讲说]|"
    r"how (?:can|may) i help|anything else",
    re.I,
)

AGENT_CUES: tuple[tuple[re.Pattern[str], float], ...] = tuple(
    (re.compile(pattern, re.I), weight)
    for pattern, weight in (
        (r"为您服务|工号|专席|客服中心|很高兴为", 4.0),
        (r"有什么(?:可以|能)?帮|请问您?(?:有什么|要|需要)|还有(?:别的|其他|什么)", 3.0),
        (r"您", 0.5),
        (r"请(?:问|您|稍等)|稍等|久等|抱歉|不好意思给您|理解您", 1.2),
        (r"(?:帮|为|给|跟)您", 1.5),
        (r"感谢您|祝您|不客气|来电", 2.0),
        (r"建议您|我们(?:公司|这边|会)|工作日|核(?:对|实)|系统|提交|登记", 1.0),
        (r"this is .{1,40} (?:bank|service|support|centre|center)|my name is .{1,20} how", 3.0),
        (r"(?:how|what) (?:can|may|could) i (?:help|do|assist)|for calling|help you", 3.0),
        (
            r"anything else|have a (?:great|good|nice)|you're welcome|one moment|let me|i can help",
            2.0,
        ),
        (r"\b(?:can|could|may) i (?:have|get)|what is your|what's your|\byour\b", 0.8),
    )
)
CUSTOMER_CUES: tuple[tuple[re.Pattern[str], float], ...] = tuple(
    (re.compile(pattern, re.I), weight)
    for pattern, weight in (
        (r"我(?:想|要|得|打算)|我(?:家|爸|妈|老婆|老公|这个|的(?:号码|手机|卡|钱|宽带))", 1.5),
        (r"你们?(?!好)", 0.8),
        (r"你好|喂", 0.6),
        (r"帮我|给我|为什么|怎么(?:会|办|又)|谢谢", 1.0),
        (r"呃|那个|啊", 0.4),
        (r"\b(?:i want|i need|i lost|i would like|i'd like|i'm calling|my name is)\b", 1.5),
        (r"\b(?:my|mine)\b", 0.5),
        (r"\bthank you\b|\bthanks\b|\bokay\b", 0.3),
    )
)


_LINE_CHECK = re.compile(
    r"喂+.{0,4}你?那?边?听|(?:喂+)?(?:你|你那边)?听[得不]?[到见]|啊(?:你说)?(?:啥|什么)?$|喂+$"
)
_CLAUSE = re.compile(r"[^，。？！,.?!]+[，。？！,.?!]*")
_PARTICLES = re.compile(r"^(?:那个|那|哦|啊|嗯|就|还要?|都)+|(?:什么|吗|呢|啊|呀|吧|的)+$")
_KEYS = r"请按|按[零一二三四五六七八九0-9#井星]|井号|请输入|press (?:one|two|\d|star|pound)"
MENU_KEYS = re.compile(_KEYS, re.I)
# What a dialogue machine says, and people do not
MENU = re.compile(
    _KEYS + r"|欢迎(?:致电|拨打|来电|使用)|转接|正忙|排队|以#号?键结束|"
    r"通话(?:将|可能)(?:会)?被?录音|评价.{0,6}请|for (?:english|billing)|your call|please hold",
    re.I,
)
_TAG = re.compile(r"\[[^\]]*\]|<[^>]*>")  # [noise], <unk>: a transcriber's marks, not speech
_DIGITS = "0-9零〇一二三四五六七八九十幺两洞拐勾"
_NUMBER = re.compile(f"(?:[{_DIGITS}][是就的]?){{5,}}")


def bare(text: str) -> str:
    """Speech alone: no punctuation, spaces or transcriber's tags, lower case."""
    return _PUNCTUATION.sub("", _TAG.sub("", text)).lower()


def gives_number(text: str) -> bool:
    """Mostly reads out a number: the reply to an identity check."""
    found = _NUMBER.search(bare(text))
    return found is not None and len(bare(text)) - len(found[0]) <= 8


def is_backchannel(text: str) -> bool:
    """Only a listener's sound (嗯, 哦): never an answer, whatever was asked."""
    words = bare(text)
    return not words or (len(words) <= 8 and _SOUND.fullmatch(words) is not None)


def is_line_check(text: str) -> bool:
    """Asks only whether one is heard (喂？听得到吗), or did not catch what was said (啊？你说啥？)."""
    words = bare(text)
    return len(words) <= 16 and _LINE_CHECK.match(words) is not None


def echoes(text: str, before: str) -> bool:
    """Asks back with the other side's own words only (三成？那我再等等, 家庭什么？)."""
    asking = [clause for clause in _CLAUSE.findall(text) if asks(clause)]
    said = bare(before)
    return bool(asking) and all(
        len(core) <= 8 and core in said for core in (_PARTICLES.sub("", bare(c)) for c in asking)
    )


def is_hold(text: str) -> bool:
    """Asks to wait or to go on, and says nothing else (请稍等, 您请讲, 听得到吗)."""
    return len(bare(text)) <= 16 and _HOLD.search(text) is not None


def asks_to_wait(text: str) -> bool:
    """Announces a silence (请您稍等, 我马上帮您查一下)."""
    return _WAIT.search(text) is not None


def is_nod(text: str) -> bool:
    """A backchannel or bare consent: nothing but 嗯, 对, 好的, yes …"""
    words = bare(text)
    return not words or (len(words) <= 12 and _NOD.fullmatch(words) is not None)


def asks(text: str) -> bool:
    """A question by its wording."""
    return ASKS.search(_NOT_ASKING.sub("", text)) is not None


def wants_reply(text: str) -> bool:
    """What an agent says that the customer must answer, with or without a question mark."""
    return (asks(text) or _WANTS.search(text) is not None) and _OFFERS.search(text) is None


def offers(text: str) -> bool:
    """Asks only what else can be done (还有什么可以帮您)."""
    return _OFFERS.search(text) is not None


def requests(text: str) -> bool:
    """A statement that wants something done (我想办…, 为什么又扣…)."""
    return REQUESTS.search(text) is not None


def closes(text: str) -> bool:
    """Thanks or good-bye, and nothing asked."""
    return CLOSES.search(text) is not None and not asks(text)

"""The words beside a number that say what it is. Pure data, Mandarin and English."""

from __future__ import annotations

import re

from coach.calls.masking.findings import Kind

_TABLE: tuple[tuple[Kind | None, str], ...] = (
    (Kind.CODE, r"安全码|cv[vcn]2?|背面(?:.{0,6}(?:三|3)位|写着|印着|那|有)|(?:末|最后)三位|有效期|到期(?:年月|日期)|security code|"
                r"expir(?:y|es|ation)(?: date)?|back of (?:the|your) card"),
    (Kind.PASSWORD, r"密码|验证码|那个码|(?<![号条])码是|短信(?:里|上|说)|收到的.{0,4}(?:码|数字)|校验码|动态码|口令|短信码|\bpin\b|pass ?(?:word|code)|verification code|one[- ]time code|(?<!error )\bcode\b(?! e)"),
    (Kind.ID, r"身份证(?:号码?)?|证件(?:号码?)?|身份号码?|社保号|护照(?:号码?)?|social security(?: number)?|\bssn\b|"
              r"\bid (?:card )?number|passport(?: number)?|driver'?s licen[cs]e(?: number)?"),
    (Kind.PLATE, r"车牌(?:号码?)?|牌照|licen[cs]e plate|plate number|registration"),
    (Kind.BIRTH, r"生日|出生(?:年月日?|日期)?|date of birth|\bdob\b|birthday|born"),
    (Kind.LANDLINE, r"座机(?:号码?)?|固话|固定电话|家里电话|单位电话|办公电话|区号|landline"),
    (Kind.ACCOUNT, r"订单(?:号码?|编号)?|单号|运单号?|快递单?号?|工单号?|流水号?|账号|帐号|户号|客户(?:编)?号|会员(?:卡)?号|保单号?|保险单|"
                   r"合同(?:编)?号|微信(?:号)?|q\s*q(?:号)?|扣扣(?:号)?|编号|卡密|序列号|串号|imei|取件码|提货码|票号|案件?号|缴费号|表号|"
                   r"宽带(?:账)?号|机票号?|积分卡号?|交易号|凭证号|退款单|户头|order(?: number| id)?|tracking(?: number)?|"
                   r"account (?:number|no\\b)|account(?=\\s+[a-z]{0,3}\\s?\\d)|policy(?: number)?|reference(?: number)?|member(?:ship)?(?: number| id)?|confirmation(?: number)?|claim(?: number)?|case number"),
    (Kind.CARD, r"银行卡(?:号)?|信用卡(?:号)?|储蓄卡(?:号)?|借记卡(?:号)?|工资卡|卡号|卡片|存折|这张卡|那张卡|(?:的|张|本)卡|卡尾号|卡的?(?:后|末|最后|尾)|"
                r"(?:credit|debit|bank) card(?: number)?|card(?: number)?"),
    (Kind.MOBILE, r"手机(?:号码?)?|电话(?:号码?)?|号码|联系方式|联系我|打我|打给|回电|回拨|回我|本机|副卡|主卡号?|手机尾号|来电号|"
                  r"(?:cell|mobile|phone|contact)(?: phone)?(?: number)?|call(?: me)?(?: back)? (?:at|on)|reach me (?:at|on)|my number"),
    (None, r"工号|错误(?:代)?码|代码|报错|套餐|版本|型号|频道|编码器|窗口|航班|车次|楼层|error(?: code)?|code e|extension of|plan|version|flight|channel|badge"),
)  # fmt: skip
_CUE = re.compile("|".join(f"(?P<k{i}>{words})" for i, (_, words) in enumerate(_TABLE)), re.I)
PARTIAL = re.compile(
    r"尾号|尾数|后面?[三四六3-6]个(?:数字?|号)|后[两三四五六2-8]位|末[三四六346]位|最后[三四六346]位|前[三四六346]位|末尾|结尾|last (?:four|six|three)(?: digits)?|ending (?:in|with)",
    re.I,
)
EXPIRY = re.compile(r"有效期|到期|expir", re.I)
CARDS = re.compile(r"卡|安全码|cv[vcn]|card", re.I)
NO_CUE = "none"


def last_cue(text: str) -> tuple[Kind | None, int] | str:
    """The last cue in ``text`` and where it ends; a cue that says "keep" has no kind."""
    found: tuple[Kind | None, int] | str = NO_CUE
    for match in _CUE.finditer(text):
        number = int(match.lastgroup[1:]) if match.lastgroup else 0
        found = (_TABLE[number][0], match.end())
    return found


def first_cue(text: str) -> Kind | None:
    """The first cue in ``text`` that names a kind."""
    for match in _CUE.finditer(text):
        kind = _TABLE[int(match.lastgroup[1:]) if match.lastgroup else 0][0]
        if kind is not None:
            return kind
    return None

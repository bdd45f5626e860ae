"""Who may not hear or do what, and why."""

from __future__ import annotations

from coach.errors.base import CoachError


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


class NotAllowed(CoachError):
    """The role of whoever asks has no such right, or not to this thing."""

    code = "access.not_allowed"
    zh = "你的账号不能做这件事（{right}）。"
    en = "Your account may not do this ({right})."
    do_zh = "需要的话请管理员调整你的角色或班组。"
    do_en = "If you need it, ask an admin to change your role or teams."


class NameTaken(CoachError):
    """Another phone holds that member's seat."""

    code = "access.name_taken"
    zh = "“{name}”已经有一部手机了。"
    en = "Another phone is in as “{name}”."
    do_zh = "换回那部手机，或请班长把这个座位放开。"
    do_en = "Use that phone, or ask the leader to free the seat."


class SignedOut(CoachError):
    """No valid sign-in: it ended, was ended by somebody, or never was."""

    code = "access.signed_out"
    zh = "还没有登录，或登录已经失效。"
    en = "You are not signed in, or no longer."
    do_zh = "请重新登录。"
    do_en = "Sign in again."


class WrongPassword(CoachError):
    """The same words for an unknown account: nobody learns which there are."""

    code = "access.wrong_password"
    zh = "账号或密码不对，或者试得太多，暂时锁住了。"
    en = "Wrong login or password, or locked for a while after too many tries."
    do_zh = "请过一分钟再试；忘了密码请管理员重设。"
    do_en = "Try again in a minute; if you forgot it, an admin can set a new one."


class TooManyTries(CoachError):
    """Locked for a while after wrong passwords."""

    code = "access.too_many"
    zh = "试得太多了，请过一会儿再试。"
    en = "Too many tries: wait a while."
    do_zh = "一分钟后再试；忘了密码请管理员重设，没有码请问班长。"
    do_en = "Try again in a minute; if you forgot the password, an admin can set a new one; the leader has the code."


class NotListened(CoachError):
    """Whoever releases answers for what they heard."""

    code = "clip.not_listened"
    zh = "还有 {n} 段没有听过。"
    en = "{n} clips have not been listened to."
    do_zh = "请从头播放到尾，再放行。"
    do_en = "Play them from beginning to end, then release."


class StillListening(CoachError):
    """A second recogniser is to hear every clip before a release, and has not."""

    code = "clip.second_listening"
    zh = "另一个识别模型还没有听完这些片段。"
    en = "The second speech model has not heard all of these clips yet."
    do_zh = "请等“任务”页上的复听完成，再放行；失败了就在那里重试。"
    do_en = "Wait until the second listening is done (page Jobs), then release; if it failed, retry it there."


class WrongCode(CoachError):
    """The same words for a code that never was, one that is over, and a locked door."""

    code = "access.wrong_code"
    zh = "没有这个码的分享会，或者它已经结束、锁门了。"
    en = "No session has this code, or it is over or locked."
    do_zh = "请看大屏幕上的六位码，再输一次。"
    do_en = "Look at the six signs on the big screen and type them again."


class CompanySignIn(CoachError):
    """The company's provider cannot be reached, refuses, or says something that does not hold."""

    code = "access.company"
    zh = "公司账号登录没有成功（{detail}）。"
    en = "Signing in with the company account failed ({detail})."
    do_zh = "请再试一次；一直不行请管理员检查 COACH_OIDC_* 设置。"
    do_en = "Try again; if it goes on, an admin has to check the COACH_OIDC_* settings."


class NoAccount(CoachError):
    """The company vouches for somebody who has no account here."""

    code = "access.no_account"
    zh = "公司账号“{who}”在这里还没有账号。"
    en = "The company account “{who}” has no account here."
    do_zh = "请管理员在“账号管理”里添加，登录名写这个邮箱。"
    do_en = "An admin adds one on the page Accounts, with this e-mail address as the login."


class Objected(CoachError):
    """The agent of a call does not want it to be used."""

    code = "clip.objected"
    zh = "{who} 对使用这通电话有申诉。"
    en = "{who} has objected to the use of this call."
    do_zh = "请质检在“我的通话”页答复；没有同意的才能放行。"
    do_en = "QA answers on the page My calls; it can be released only where that says no."

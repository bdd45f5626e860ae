"""What a string of digits is: telephone, ID, card, password, order number, or nothing. Pure.

Checksums: ID numbers by GB 11643-1999 (ISO 7064 MOD 11-2), cards by Luhn (ISO/IEC 7812-1). The
words beside the digits decide first, then length and checksum; a long string that nothing explains
is masked as well.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Iterator, Sequence

from coach.calls.masking import cues
from coach.calls.masking.digits import PUBLIC, Chunk, Episode, episodes, plain
from coach.calls.masking.findings import Finding, Kind, Said

_NO_WORD = frozenset(
    [
        "is",
        "to",
        "was",
        "code",
        "pin",
        "the",
        "it",
        "as",
        "a",
        "my",
        "number",
        "then",
        "and",
        "that",
        "s",
        "set",
    ]
)
_PRIVATE = {Kind.ID, Kind.CARD, Kind.CODE, Kind.PASSWORD, Kind.ACCOUNT}
BEFORE, AFTER = 40, 12  # characters of talk around a number that may say what it is
LONG = 7  # digits that are masked though nothing says what they are
SHORT = {
    Kind.CODE: 3, Kind.PASSWORD: 3, Kind.ID: 4, Kind.CARD: 4, Kind.ACCOUNT: 4, Kind.LANDLINE: 5,
    Kind.MOBILE: 4, Kind.PLATE: 3, Kind.BIRTH: 4,
}  # fmt: skip
_MOBILE = re.compile(r"(?:86)?1[3-9]\d{9}")
_LANDLINE = re.compile(r"0(?:10|2\d|[3-9]\d\d)[2-9]\d{6,7}")
_WEIGHTS = (7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2)


def luhn(digits: str) -> bool:
    """Whether the check digit of a card number is right."""
    if not digits.isdigit():
        return False
    total = 0
    for i, c in enumerate(reversed(digits)):
        n = int(c) * (1 + i % 2)
        total += n - 9 * (n > 9)
    return total % 10 == 0


def id_number(digits: str) -> bool:
    """Whether this is a whole ID number: its date is one, and its check digit is right."""
    if not re.fullmatch(
        r"[1-9]\d{5}(?:19|20)\d\d(?:0[1-9]|1[0-2])(?:0[1-9]|[12]\d|3[01])\d{3}[\dX]", digits
    ):
        return False
    total = sum(int(d) * w for d, w in zip(digits, _WEIGHTS, strict=False))
    return digits[17] == "10X98765432"[total % 11]


def by_shape(digits: str) -> tuple[Kind, float] | None:
    """What the digits alone tell."""
    if id_number(digits):
        return Kind.ID, 0.99
    if _MOBILE.fullmatch(digits):
        return Kind.MOBILE, 0.97
    if 15 <= len(digits) <= 19 and luhn(digits):
        return Kind.CARD, 0.95
    if _LANDLINE.fullmatch(digits):
        return Kind.LANDLINE, 0.85
    if len(digits) in (17, 18) and re.match(r"[1-9]\d{5}(?:19|20)\d\d", digits):
        return Kind.ID, 0.85
    if re.match(r"1[3-9]\d{7}", digits) and len(digits) < 19:
        return Kind.MOBILE, 0.75
    if len(digits) >= LONG:
        return Kind.OTHER, 0.7
    return None


class Strings:
    """Finds strings of digits. ``keep``: numbers that are public for this team."""

    def __init__(self, keep: Collection[str] = ()) -> None:
        self._keep = {re.sub(r"\D", "", n) for n in keep}

    def find(self, said: Sequence[Said], group: int = 1) -> list[Finding]:
        """Findings, each number's parts with a group of their own from ``group`` on."""
        texts = [plain(s.text) for s in said]
        seen = episodes(said)
        out: list[Finding] = []
        known: list[tuple[str, Kind, int]] = []
        for episode in seen:
            what = self._what(episode, said, texts)
            if what is not None:
                echoed = next((k for k in known if episode.digits in k[0]), None)
                if echoed and what[1] < 0.95:  # the end of a number given before
                    out += _parts(episode.chunks, echoed[1], what[1], echoed[2])
                    continue
                certain = what[1] >= 0.95 or what[0] in _PRIVATE
                chunks = episode.chunks if certain else self._private(episode.chunks)
                out += _parts(chunks, *what, group)
                known.append((episode.digits, what[0], group))
                group += 1
        out = [_widened(f, texts) for f in out]
        taken = {(f.turn, i) for f in out for i in range(f.start, f.end)}
        for episode in seen:  # echoes of a found number, wherever they stand
            for chunk in episode.chunks:
                if (chunk.turn, chunk.start) in taken or len(chunk.digits) < 3:
                    continue
                if self._public(chunk.digits):
                    continue
                least = 3 if chunk.digits.startswith(("1", "0")) and len(chunk.digits) > 3 else 4
                for digits, kind, of in known:
                    if len(chunk.digits) >= least and chunk.digits in digits:
                        out.append(Finding(chunk.turn, chunk.start, chunk.end, kind, 0.8, of))
                        break
        return out

    def _private(self, chunks: Sequence[Chunk]) -> list[Chunk]:
        """Those that are not a hotline's number said in the same breath."""
        return [c for c in chunks if len(c.digits) < 5 or not self._public(c.digits)]

    def _public(self, digits: str) -> bool:
        return digits in self._keep or PUBLIC.fullmatch(digits) is not None

    def _what(
        self, episode: Episode, said: Sequence[Said], texts: Sequence[str]
    ) -> tuple[Kind, float] | None:
        voices = _voices(episode, said)
        longest = max(len(v) for v in voices)
        context = "\n".join(_before(episode, texts))
        cue = cues.last_cue(context)
        partial = cues.PARTIAL.search(context[-20:]) is not None
        speakers = len({said[c.turn].speaker for c in episode.chunks})
        public = all(self._public(c.digits) for c in episode.chunks) or any(
            map(self._public, voices[:speakers])
        )
        if public and not partial and _kind(cue) not in _PRIVATE:
            return None
        shape = _best_shape(voices)
        if shape is not None and shape[1] >= 0.95:
            return shape
        after = cues.first_cue(_after(episode, texts))
        if isinstance(cue, tuple) and cue[0] is None:
            return shape if longest >= 9 else None
        if isinstance(cue, tuple) and cue[0] is not None and longest >= SHORT[cue[0]] - (partial):
            return _sized(cue[0], longest, partial, context), 0.9
        if partial and longest >= 3:
            return after or Kind.OTHER, 0.85
        if after is not None and longest >= max(4, SHORT[after]):
            return _sized(after, longest, partial, context), 0.8
        return shape


def _kind(cue: object) -> Kind:
    return cue[0] if isinstance(cue, tuple) and cue[0] is not None else Kind.OTHER


def _sized(kind: Kind, length: int, partial: bool, context: str) -> Kind:
    """A cue's kind, put right where the length says otherwise."""
    if kind is Kind.MOBILE and not partial and 15 <= length <= 19:
        return Kind.CARD
    if kind is Kind.CODE and length > 8:
        return Kind.CARD
    return kind


def _voices(episode: Episode, said: Sequence[Said]) -> list[str]:
    """The digits as each speaker said them, and all together."""
    by: dict[str, str] = {}
    for chunk in episode.chunks:
        by[said[chunk.turn].speaker] = by.get(said[chunk.turn].speaker, "") + chunk.digits
    return [*by.values(), episode.digits, *(c.digits for c in episode.chunks)]


def _best_shape(voices: Sequence[str]) -> tuple[Kind, float] | None:
    shapes = [s for s in map(by_shape, voices) if s is not None]
    return max(shapes, key=lambda s: s[1], default=None)


def _before(episode: Episode, texts: Sequence[str]) -> Iterator[str]:
    """What is said before the first chunk: the ends of two turns, and the turn's own beginning."""
    first = episode.chunks[0]
    for i in range(max(0, first.turn - 2), first.turn):
        yield texts[i][-BEFORE:]
    yield texts[first.turn][: first.start][-BEFORE:]


def _after(episode: Episode, texts: Sequence[str]) -> str:
    last = episode.chunks[-1]
    return texts[last.turn][last.end : last.end + AFTER]


def _widened(f: Finding, texts: Sequence[str]) -> Finding:
    """A password takes the word before its digits with it (admin 5960, blue double seven)."""
    if f.kind is not Kind.PASSWORD:
        return f
    word = re.search(r"(?<![a-z])[a-z]{2,12}[\s\-_]?$", texts[f.turn][: f.start])
    plain_word = word and word[0].strip() not in _NO_WORD
    start = word.start() if word and plain_word else f.start
    return Finding(f.turn, start, f.end, f.kind, f.confidence, f.group)


def _parts(chunks: Sequence[Chunk], kind: Kind, confidence: float, group: int) -> list[Finding]:
    """One finding per run of chunks in a turn: what is said between them goes with them."""
    out: list[Finding] = []
    for chunk in chunks:
        if out and out[-1].turn == chunk.turn:
            out[-1] = Finding(chunk.turn, out[-1].start, chunk.end, kind, confidence, group)
        else:
            out.append(Finding(chunk.turn, chunk.start, chunk.end, kind, confidence, group))
    return out

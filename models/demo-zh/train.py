"""Train the demonstration model.

    python train.py SPEECH WORK --ranks multilingual.tiktoken [--threads 1]

``SPEECH`` is what speech.py wrote. Three stages of windows: 8 s, 15 s, 30 s; the last is all the
model will ever be given. A checkpoint is kept every 200 steps and taken up again.

The usual CTC part is not needed here: the synthesiser tells where every character is, so the encoder
learns frame by frame from the first step (phonemes half way up, characters on top), and the first
head of each decoder layer is shown where to look (guided attention, after Tachibana et al. 2018),
which makes it the head that word times are read from.
"""

from __future__ import annotations

import argparse
import json
import math
import time
from pathlib import Path

import torch
from batches import IGNORE, Batch, Windows
from network import Network, Size
from speech import Utterance, read
from torch.nn import functional as F
from vocabulary import Vocabulary

# steps, windows in a batch, seconds of a window, service sentences or only words and digits
STAGES = (
    (2200, 12, 8.0, False),
    (2000, 12, 8.0, True),
    (1000, 8, 15.0, True),
    (1400, 4, 30.0, True),
    (1400, 8, 15.0, True),
    (4000, 4, 30.0, True),
)
# Learning rate: up, flat, down; drawn three times, since the first two left the error falling.
# (first step, steps it is drawn over, peak)
CURVES = ((0, 7000, 1.2e-3), (6600, 4000, 9e-4), (10600, 1400, 5e-4))
FLOOR, WARM = 2e-5, 200
SEED = 20261122
EVERY = 3  # of how many frames one is asked for its character: a character lasts about ten


def loss_of(net: Network, batch: Batch) -> tuple[torch.Tensor, dict[str, float]]:
    with torch.autocast("cpu", dtype=torch.bfloat16):
        memory, lower = net.encoder(batch.mels)
        logits, heads = net.decoder(batch.tokens, memory, dropout=0.1)
        frames = net.frame_tokens(memory[:, ::EVERY])
        sounds = net.frame_sounds(lower)
    said = F.cross_entropy(
        logits.float().flatten(0, 1),
        batch.next.flatten(),
        ignore_index=IGNORE,
        label_smoothing=0.03,
    )
    here = batch.frames[:, ::EVERY]
    top = F.cross_entropy(frames.float().flatten(0, 1), here.flatten())
    low = F.cross_entropy(sounds.float().flatten(0, 1), batch.sounds.flatten())
    look = _looking(heads, batch)
    with torch.no_grad():
        hit = (logits.argmax(-1) == batch.next)[batch.next != IGNORE].float().mean()
        seen = (frames.argmax(-1) == here)[batch.sounds[:, ::EVERY] != 0].float().mean()
    figures = {"said": said, "top": top, "low": low, "look": look, "hit": hit, "seen": seen}
    total = said + 0.7 * top + 0.5 * low + 0.3 * look
    return total, {name: float(value.detach()) for name, value in figures.items()}


def _looking(heads: list[torch.Tensor], batch: Batch) -> torch.Tensor:
    """How little of the guided heads' weight lies on the character that is said next."""
    first, last = batch.near[..., :1], batch.near[..., 1:]
    frame = torch.arange(heads[0].shape[-1])
    inside = (frame >= first - 2) & (frame <= last + 2)
    about = first[..., 0] >= 0
    parts = [-(h * inside).sum(-1).clamp(min=1e-4).log()[about].mean() for h in heads]
    return torch.stack(parts).mean()


def rate(step: int) -> float:
    """Learning rate: up in WARM steps, flat, then down along a cosine over the last 60 %."""
    first, drawn, peak = [c for c in CURVES if c[0] <= step][-1]
    step -= first
    if step < WARM:
        return peak * (step + 1) / WARM
    done = min(1.0, max(0.0, (step - 0.4 * drawn) / (0.6 * drawn)))
    return FLOOR + (peak - FLOOR) * 0.5 * (1 + math.cos(done * math.pi))


def sound_names(utterances: list[Utterance]) -> list[str]:
    return sorted({name for u in utterances for _, name in u.sounds if not name.startswith("_")})


def train(options: argparse.Namespace) -> None:
    torch.manual_seed(SEED)
    torch.set_num_threads(options.threads)
    work: Path = options.work
    work.mkdir(parents=True, exist_ok=True)
    vocabulary = Vocabulary(options.ranks)
    names = sound_names(read(options.speech, words=True))
    (work / "sounds.json").write_text(json.dumps(names))
    net = Network(Size(), tokens=len(vocabulary.used) + 1, sounds=len(names) + 1)
    decay = [p for p in net.parameters() if p.requires_grad and p.ndim > 1]
    plain = [p for p in net.parameters() if p.requires_grad and p.ndim == 1]
    groups = [{"params": decay, "weight_decay": 0.02}, {"params": plain, "weight_decay": 0.0}]
    optimiser = torch.optim.AdamW(groups, lr=CURVES[0][2], betas=(0.9, 0.98))
    total, step, begun = sum(s[0] for s in STAGES), 0, 0
    if (work / "last.pt").exists():
        kept = torch.load(work / "last.pt")
        net.load_state_dict(kept["net"])
        optimiser.load_state_dict(kept["optimiser"])
        step = kept["step"]
    for number, (steps, count, seconds, service) in enumerate(STAGES):
        begun += steps
        if step >= begun:
            continue
        utterances = read(options.speech, words=not service)
        windows = Windows(utterances, vocabulary, names, seed=SEED + 1000 * number + step)
        print(f"stage {number}: {len(utterances)} utterances, {seconds} s", flush=True)
        while step < begun:
            started = time.monotonic()
            for group in optimiser.param_groups:
                group["lr"] = rate(step)
            loss, figures = loss_of(net, windows.batch(count, seconds))
            optimiser.zero_grad()
            loss.backward()
            torch.nn.utils.clip_grad_norm_(net.parameters(), 1.0)
            optimiser.step()
            step += 1
            if step % 20 == 0:
                shown = " ".join(f"{k} {v:.3f}" for k, v in figures.items())
                print(f"{step}/{total} {shown} {time.monotonic() - started:.2f}s", flush=True)
            if step % 200 == 0 or step == total:
                kept = {"net": net.state_dict(), "optimiser": optimiser.state_dict(), "step": step}
                torch.save(kept, work / "last.tmp")
                (work / "last.tmp").rename(work / "last.pt")


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("speech", type=Path)
    parser.add_argument("work", type=Path)
    parser.add_argument("--ranks", type=Path, required=True)
    parser.add_argument("--threads", type=int, default=2)
    train(parser.parse_args())


if __name__ == "__main__":
    main()

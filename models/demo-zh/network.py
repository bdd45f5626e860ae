"""Whisper's encoder and decoder, small, with the extra heads that only training needs.

Parameters carry the names of ``transformers.WhisperForConditionalGeneration``, so that a finished
network is loaded there by ``load_state_dict`` and converted for ctranslate2. Method: Radford et al.,
"Robust Speech Recognition via Large-Scale Weak Supervision", 2022, section 2.2.
"""

from __future__ import annotations

import math
from dataclasses import dataclass

import torch
from torch import Tensor, nn
from torch.nn import functional as F

FRAMES = 1500  # encoder frames of a 30 s window, 20 ms each
POSITIONS = 448
MELS = 80


@dataclass(frozen=True)
class Size:
    width: int = 192
    heads: int = 3
    encoder_layers: int = 4
    decoder_layers: int = 2
    sounds_after: int = 2  # encoder layers before the phoneme head


class Attention(nn.Module):
    def __init__(self, width: int, heads: int) -> None:
        super().__init__()
        self.heads = heads
        self.q_proj = nn.Linear(width, width)
        self.k_proj = nn.Linear(width, width, bias=False)
        self.v_proj = nn.Linear(width, width)
        self.out_proj = nn.Linear(width, width)

    def _split(self, x: Tensor) -> Tensor:
        return x.view(x.shape[0], x.shape[1], self.heads, -1).transpose(1, 2)

    def forward(
        self, x: Tensor, memory: Tensor | None = None, *, causal: bool = False
    ) -> tuple[Tensor, Tensor | None]:
        """Values for ``x``; over ``memory`` also the first head's weights (batch, x, memory)."""
        over = x if memory is None else memory
        q, k, v = (self._split(y) for y in (self.q_proj(x), self.k_proj(over), self.v_proj(over)))
        mixed = F.scaled_dot_product_attention(q, k, v, is_causal=causal)
        first = None
        if memory is not None:
            scale = q.shape[-1] ** -0.5
            first = ((q[:, 0] @ k[:, 0].transpose(1, 2)).float() * scale).softmax(-1)
        return self.out_proj(mixed.transpose(1, 2).reshape(x.shape)), first


class Layer(nn.Module):
    def __init__(self, size: Size, *, cross: bool) -> None:
        super().__init__()
        d = size.width
        self.self_attn = Attention(d, size.heads)
        self.self_attn_layer_norm = nn.LayerNorm(d)
        if cross:
            self.encoder_attn = Attention(d, size.heads)
            self.encoder_attn_layer_norm = nn.LayerNorm(d)
        self.fc1 = nn.Linear(d, 4 * d)
        self.fc2 = nn.Linear(4 * d, d)
        self.final_layer_norm = nn.LayerNorm(d)

    def forward(
        self, x: Tensor, memory: Tensor | None = None, *, dropout: float = 0.0
    ) -> tuple[Tensor, Tensor | None]:
        drop = self.training and dropout > 0
        y, _ = self.self_attn(self.self_attn_layer_norm(x), causal=memory is not None)
        x = x + (F.dropout(y, dropout) if drop else y)
        first = None
        if memory is not None:
            y, first = self.encoder_attn(self.encoder_attn_layer_norm(x), memory)
            x = x + (F.dropout(y, dropout) if drop else y)
        y = self.fc2(F.gelu(self.fc1(self.final_layer_norm(x))))
        return x + (F.dropout(y, dropout) if drop else y), first


def sinusoids(length: int, width: int) -> Tensor:
    """Whisper's fixed encoder positions, (length, width)."""
    step = math.log(10000) / (width // 2 - 1)
    angles = torch.arange(length)[:, None] * torch.exp(-step * torch.arange(width // 2))[None]
    return torch.cat([angles.sin(), angles.cos()], dim=1)


class Encoder(nn.Module):
    def __init__(self, size: Size) -> None:
        super().__init__()
        self.conv1 = nn.Conv1d(MELS, size.width, 3, padding=1)
        self.conv2 = nn.Conv1d(size.width, size.width, 3, stride=2, padding=1)
        self.embed_positions = nn.Embedding.from_pretrained(sinusoids(FRAMES, size.width))
        self.layers = nn.ModuleList(Layer(size, cross=False) for _ in range(size.encoder_layers))
        self.layer_norm = nn.LayerNorm(size.width)
        self.sounds_after = size.sounds_after

    def forward(self, mels: Tensor, dropout: float = 0.0) -> tuple[Tensor, Tensor]:
        """Log-mel (batch, 80, 2 n) to frames (batch, n, width), and those of the lower layers."""
        x = F.gelu(self.conv2(F.gelu(self.conv1(mels)))).transpose(1, 2)
        x = x + self.embed_positions.weight[: x.shape[1]]
        lower = x
        for i, layer in enumerate(self.layers, start=1):
            x, _ = layer(x, dropout=dropout)
            if i == self.sounds_after:
                lower = x
        return self.layer_norm(x), lower


class Decoder(nn.Module):
    def __init__(self, size: Size, tokens: int) -> None:
        super().__init__()
        self.embed_tokens = nn.Embedding(tokens, size.width)
        self.embed_positions = nn.Embedding(POSITIONS, size.width)
        self.layers = nn.ModuleList(Layer(size, cross=True) for _ in range(size.decoder_layers))
        self.layer_norm = nn.LayerNorm(size.width)
        nn.init.normal_(self.embed_tokens.weight, std=0.03)
        nn.init.normal_(self.embed_positions.weight, std=0.01)

    def forward(
        self, tokens: Tensor, memory: Tensor, dropout: float = 0.0
    ) -> tuple[Tensor, list[Tensor]]:
        """Logits (batch, length, tokens) and, per layer, the first head's weights on the sound."""
        x = self.embed_tokens(tokens) + self.embed_positions.weight[: tokens.shape[1]]
        heads = []
        for layer in self.layers:
            x, first = layer(x, memory, dropout=dropout)
            heads.append(first)
        return F.linear(self.layer_norm(x), self.embed_tokens.weight), heads


class Network(nn.Module):
    """``tokens``: the used part of Whisper's vocabulary, plus one class for all the others."""

    def __init__(self, size: Size, *, tokens: int, sounds: int) -> None:
        super().__init__()
        self.encoder = Encoder(size)
        self.decoder = Decoder(size, tokens)
        self.frame_tokens = nn.Linear(size.width, tokens)  # thrown away after training
        self.frame_sounds = nn.Linear(size.width, sounds)  # thrown away after training

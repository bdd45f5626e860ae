"""A small, randomly initialised model in Whisper's format: real loading, real decoding, no meaning.

Keeps Whisper's multilingual vocabulary of 51,865 entries with the empty string as entry 50,256: by
that entry ctranslate2 4.8 knows a multilingual model. For tests and ``make bench`` where no real model is there.
"""

from __future__ import annotations

import itertools
import json
from pathlib import Path

TEXT_TOKENS = 50257
LANGUAGES = 99


def special_tokens() -> list[str]:
    """Whisper's special tokens in their order, before the timestamps."""
    from faster_whisper.tokenizer import _LANGUAGE_CODES

    codes = [c for c in _LANGUAGE_CODES if c != "yue"][:LANGUAGES]
    languages = [f"<|{c}|>" for c in codes]
    tasks = ["<|translate|>", "<|transcribe|>", "<|startoflm|>", "<|startofprev|>"]
    return [
        "<|endoftext|>",
        "<|startoftranscript|>",
        *languages,
        *tasks,
        "<|nospeech|>",
        "<|notimestamps|>",
    ]


def build(
    folder: Path, *, width: int = 32, layers: int = 1, seed: int = 7, ends: bool = False
) -> Path:
    """Write the model into ``folder`` and return it. ``ends``: every window is over at once."""
    import torch
    from ctranslate2.converters.transformers import WhisperLoader
    from transformers import WhisperConfig, WhisperForConditionalGeneration

    torch.manual_seed(seed)
    specials = special_tokens()
    stamps = [f"<|{i * 0.02:.2f}|>" for i in range(1501)]
    size = TEXT_TOKENS + len(specials) + len(stamps)
    config = WhisperConfig(
        vocab_size=size, d_model=width, encoder_layers=layers, decoder_layers=layers,
        encoder_attention_heads=2, decoder_attention_heads=2,
        encoder_ffn_dim=2 * width, decoder_ffn_dim=2 * width,
    )  # fmt: skip
    model = WhisperForConditionalGeneration(config).eval()
    if ends:  # the last layer norm always points at <|endoftext|>
        row = model.model.decoder.embed_tokens.weight.data[TEXT_TOKENS]
        model.model.decoder.layer_norm.bias.data = 200 * row / row.norm()
    spec = WhisperLoader().get_model_spec(model)
    tokens = [*_text_tokens(), *specials, *stamps]
    spec.register_vocabulary(tokens)
    place = {token: i for i, token in enumerate(tokens)}
    spec.config.suppress_ids = []
    spec.config.suppress_ids_begin = [place["<|endoftext|>"]]
    spec.config.lang_ids = [place[t] for t in specials[2 : 2 + LANGUAGES]]
    spec.config.alignment_heads = list(itertools.product(range(layers), range(2)))
    spec.validate()
    spec.optimize(quantization="int8")
    folder.mkdir(parents=True, exist_ok=True)
    spec.save(str(folder))
    _tokenizer(folder, specials, stamps)
    (folder / "preprocessor_config.json").write_text(json.dumps({"feature_size": 80}))
    return folder


def _text_tokens() -> list[str]:
    from tokenizers.pre_tokenizers import ByteLevel

    alphabet = sorted(ByteLevel.alphabet())
    return [*alphabet, *(f"Ġw{i}" for i in range(TEXT_TOKENS - len(alphabet) - 1)), ""]


def _tokenizer(folder: Path, specials: list[str], stamps: list[str]) -> None:
    from tokenizers import AddedToken, Tokenizer, decoders, models, pre_tokenizers

    vocabulary = {token: i for i, token in enumerate(_text_tokens())}
    tokenizer = Tokenizer(models.BPE(vocabulary, []))
    tokenizer.pre_tokenizer = pre_tokenizers.ByteLevel(add_prefix_space=False)
    tokenizer.decoder = decoders.ByteLevel()
    tokenizer.add_special_tokens([AddedToken(t, special=True) for t in specials])
    tokenizer.add_tokens([AddedToken(t, special=False) for t in stamps])
    tokenizer.save(str(folder / "tokenizer.json"))

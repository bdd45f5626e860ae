"""Write a trained network as a model folder that faster-whisper loads like any other.

python export.py WORK FOLDER --ranks multilingual.tiktoken
"""

from __future__ import annotations

import argparse
import json
from pathlib import Path

import torch
from network import Size
from vocabulary import LANGUAGES, Vocabulary

GUIDED = [[0, 0], [1, 0]]  # layer, head: those that were shown where to look


def whole(narrow: torch.Tensor, vocabulary: Vocabulary) -> torch.Tensor:
    """Rows for all of Whisper's tokens: the extra class stands for every unused one."""
    out = narrow[-1].repeat(vocabulary.size, 1)
    out[torch.from_numpy(vocabulary.used)] = narrow[:-1]
    return out


def checkpoint(work: Path, vocabulary: Vocabulary, size: Size) -> object:
    """The network in transformers' class, in which ctranslate2 knows Whisper."""
    from transformers import WhisperConfig, WhisperForConditionalGeneration

    config = WhisperConfig(
        vocab_size=vocabulary.size, d_model=size.width,
        encoder_layers=size.encoder_layers, decoder_layers=size.decoder_layers,
        encoder_attention_heads=size.heads, decoder_attention_heads=size.heads,
        encoder_ffn_dim=4 * size.width, decoder_ffn_dim=4 * size.width,
    )  # fmt: skip
    state = torch.load(work / "last.pt")["net"]
    state = {f"model.{k}": v for k, v in state.items() if not k.startswith("frame_")}
    rows = whole(state["model.decoder.embed_tokens.weight"], vocabulary)
    state["model.decoder.embed_tokens.weight"] = state["proj_out.weight"] = rows
    model = WhisperForConditionalGeneration(config)
    model.load_state_dict(state)
    return model.eval()


def write(work: Path, folder: Path, vocabulary: Vocabulary, size: Size) -> None:
    from ctranslate2.converters.transformers import WhisperLoader

    spec = WhisperLoader().get_model_spec(checkpoint(work, vocabulary, size))
    spec.register_vocabulary(vocabulary.names())
    place = vocabulary.place
    spec.config.suppress_ids = []
    spec.config.suppress_ids_begin = [place["<|endoftext|>"]]
    spec.config.lang_ids = [place[t] for t in vocabulary.specials[2 : 2 + LANGUAGES]]
    spec.config.alignment_heads = GUIDED
    spec.validate()
    spec.optimize(quantization="int8")
    folder.mkdir(parents=True, exist_ok=True)
    spec.save(str(folder))
    vocabulary.tokenizer().save(str(folder / "tokenizer.json"))
    about = json.dumps(
        {"feature_size": 80, "sampling_rate": 16000, "n_fft": 400, "hop_length": 160}
    )
    (folder / "preprocessor_config.json").write_text(about + "\n")


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("work", type=Path)
    parser.add_argument("folder", type=Path)
    parser.add_argument("--ranks", type=Path, required=True)
    options = parser.parse_args()
    write(options.work, options.folder, Vocabulary(options.ranks), Size())
    for path in sorted(options.folder.iterdir()):
        print(f"{path.stat().st_size / 1e6:8.2f} MB  {path.name}")


if __name__ == "__main__":
    main()

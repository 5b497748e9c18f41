"""The tokens of prepared audio, for training the transformers: at 10 bits a token six hours take 21 MB.

    make_tokens.py --codec CODEC --audio PARTS --out FOLDER [--variants 4] [--codebooks 4]

CODEC is a model file (`codec.safetensors`); its codebooks are written beside the tokens. Each variant after the first plays the recordings at another speed (up to a
semitone), level and offset against the frames: a transformer that sees the same tokens again and again learns them by
heart. Variants already in the folder are kept. `--minutes` stops after the variant in hand.
"""

import argparse
import time
from pathlib import Path

import numpy as np
import torch

from recipe.audio_pool import load_recordings
from recipe.model_files import freeze_weight_norm, load_network, trained_loudness_lufs
from recipe.tokens import SUFFIX, encode, save_codebooks, save_tokens, variant


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--codec", required=True, type=Path)
    parser.add_argument("--audio", required=True, type=Path)
    parser.add_argument("--out", required=True, type=Path)
    parser.add_argument("--variants", type=int, default=1, help="how many (default 1: the recordings as they are)")
    parser.add_argument("--codebooks", type=int, help="only the first, what the coarse model needs (default all)")
    parser.add_argument("--minutes", type=float, default=float("inf"))
    arguments = parser.parse_args()

    started = time.monotonic()
    device = torch.device("cuda" if torch.cuda.is_available() else "cpu")
    codec, metadata = load_network(arguments.codec)
    codec = freeze_weight_norm(codec).to(device)
    recordings = load_recordings(arguments.audio, codec.sample_rate, trained_loudness_lufs(metadata))
    arguments.out.mkdir(parents=True, exist_ok=True)
    save_codebooks(arguments.out, codec)
    for number in range(arguments.variants):
        path = arguments.out / f"{arguments.audio.name}-{number}{SUFFIX}"
        if path.exists() or time.monotonic() - started > 60 * arguments.minutes:
            continue
        generator = np.random.default_rng(number)
        encoded = [
            encode(codec, variant(recording.levelled, number, codec.hop, generator), device) for recording in recordings]
        encoded = [codes[: arguments.codebooks] for codes in encoded]
        save_tokens(path, encoded, codec.codebook_size)
        frames = sum(codes.shape[1] for codes in encoded)
        print(f"{path}: {len(encoded)} recordings, {frames} frames, {path.stat().st_size / 2**20:.1f} MiB", flush=True)


if __name__ == "__main__":
    main()

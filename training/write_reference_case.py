"""What PyTorch computes from a model, as reference cases that the Swift tests check (`fixtures/reference/README.md`).

    write_reference_case.py --model models/NAME --out FOLDER
    VAMPC_REFERENCE_DIR=FOLDER swift test -c release --disable-testable-imports --filter 'matchesPublishedCodec|logitsMatch'

Writes `dac/`, and `coarse/` and `c2f/` where the model has them; `lac/` is copied from the repository's cases, because the
tests want a case of every kind.
"""

import argparse
import json
import shutil
from pathlib import Path

import numpy as np
import torch

from recipe.model_files import load_network
from recipe.vampnet_training import random_masks

FRAMES = 24
MASKED_SHARE = 0.6
REFERENCE = Path(__file__).resolve().parents[1] / "fixtures" / "reference"


def test_signal(sample_count, sample_rate):
    """Three decaying tones and a little noise, the same every time."""
    time = np.arange(sample_count) / sample_rate
    noise = np.random.default_rng(1).normal(size=sample_count) * 0.01
    tones = sum(0.2 * np.sin(2 * np.pi * pitch * time) * np.exp(-3 * time) for pitch in (220, 554.37, 1318.5))
    return (tones + noise).astype(np.float32)


def begin(folder, model_file, description):
    folder.mkdir(parents=True, exist_ok=True)
    shutil.copyfile(model_file, folder / "weights.safetensors")
    (folder / "case.json").write_text(json.dumps(description, indent=1) + "\n")


def save(folder, **arrays):
    for name, array in arrays.items():
        np.save(folder / f"{name}.npy", np.ascontiguousarray(array))


def write_codec(folder, model_file):
    codec, metadata = load_network(model_file)
    half = len(codec.quantizer.quantizers) // 2
    begin(folder, model_file, {
        "model": "DAC", "kwargs": json.loads(metadata["kwargs"]), "hop_length": codec.hop, "half_codebooks": half})
    # Not a whole number of hops: the last one is filled with silence.
    signal = test_signal(FRAMES * codec.hop - codec.hop // 3, codec.sample_rate)
    padded = np.pad(signal, (0, FRAMES * codec.hop - len(signal)))
    latents = codec.encoder(torch.from_numpy(padded)[None, None])
    residual, codes, projections = latents, [], []
    for stage in codec.quantizer.quantizers:
        projections.append(stage.in_proj(residual))
        codes.append(stage.nearest_projected(projections[-1]))
        residual = residual - stage.entry(codes[-1])
    codes = torch.stack(codes, 1)
    save(folder, input=signal, encoder_output=latents[0], codes=codes[0].int(), latents=torch.cat(projections, 1)[0],
         quantized=codec.quantizer.decode(codes)[0], audio=codec.decode(codes)[0, 0],
         audio_half_codebooks=codec.decode(codes[:, :half])[0, 0])
    return codec


def write_transformer(folder, model_file, codec):
    network, metadata = load_network(model_file)
    begin(folder, model_file, {"model": "VampNet", "kwargs": json.loads(metadata["kwargs"])})
    books = codec.quantizer.books[: network.n_codebooks]
    generator = torch.Generator().manual_seed(2)
    codes = torch.randint(network.vocab_size, (1, network.n_codebooks, 3 * FRAMES), generator=generator)
    mask = random_masks(codes, MASKED_SHARE, network.n_conditioning_codebooks)
    latents = network.latents(codes, mask, books)
    # `[vocabulary, frame · predicted]`
    logits = network(latents)[0].permute(2, 0, 1).flatten(1)
    save(folder, codes=codes[0].int(), mask=mask[0].byte(), latents=latents[0], logits=logits)


@torch.inference_mode()
def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--model", required=True, type=Path)
    parser.add_argument("--out", required=True, type=Path)
    arguments = parser.parse_args()
    codec = write_codec(arguments.out / "dac", arguments.model / "codec.safetensors")
    for role in ("coarse", "c2f"):
        model_file = arguments.model / f"{role}.safetensors"
        if model_file.exists():
            write_transformer(arguments.out / role, model_file, codec)
    shutil.copytree(REFERENCE / "lac", arguments.out / "lac", dirs_exist_ok=True)


if __name__ == "__main__":
    main()

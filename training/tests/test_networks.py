"""The networks compute what the published classes compute (`fixtures/reference/README.md`)."""

from __future__ import annotations

import json
from typing import Any

import numpy as np
import pytest
import torch
from conftest import REPOSITORY

from recipe.model_files import NETWORKS, load_published_state, trained_loudness_lufs
from recipe.vampnet_training import masked_cross_entropy

REFERENCE = REPOSITORY / "fixtures" / "reference"


def array(case: str, name: str) -> torch.Tensor:
    return torch.from_numpy(np.load(REFERENCE / case / f"{name}.npy"))


def published(case: str) -> Any:
    """The network that the published software saved, in evaluation mode."""
    facts = json.loads((REFERENCE / case / "case.json").read_text())
    state = torch.load(REFERENCE / case / "weights.pth", weights_only=True, map_location="cpu")["state_dict"]
    return load_published_state(NETWORKS[facts["model"]](**facts["kwargs"]), state).eval()


def relative_error(found: torch.Tensor, expected: torch.Tensor) -> float:
    return ((found - expected).norm() / expected.norm()).item()


@torch.inference_mode()
def test_codec_matches_published_class() -> None:
    codec = published("dac")
    signal = array("dac", "input").reshape(-1)
    padded = torch.nn.functional.pad(signal, (0, -len(signal) % codec.hop))
    codes = codec.encode(padded[None, None])
    assert torch.equal(codes[0], array("dac", "codes").reshape(codes[0].shape).long())
    audio = codec.decode(codes)
    assert relative_error(audio.flatten(), array("dac", "audio").flatten()) < 1e-4


@torch.inference_mode()
@pytest.mark.parametrize("case", ["coarse", "c2f", "coarse_long"])
def test_transformer_matches_published_class(case: str) -> None:
    network_case = case.removesuffix("_long")
    network = published(network_case)
    codec = published("dac")
    books = codec.quantizer.books[: network.n_codebooks]
    codes, mask = (array(case, name).reshape(1, network.n_codebooks, -1) for name in ("codes", "mask"))
    logits = network(network.latents(codes.long(), mask.bool(), books))
    found = logits[0].permute(2, 0, 1).flatten()
    assert relative_error(found, array(case, "logits").flatten()) < 1e-5


@torch.inference_mode()
def test_cross_entropy_counts_masked_tokens_alone() -> None:
    network = published("coarse")
    generator = torch.Generator().manual_seed(0)
    books = torch.randn(network.n_codebooks, network.vocab_size, network.latent_dim, generator=generator)
    codes = torch.randint(network.vocab_size, (2, network.n_codebooks, 10), generator=generator)
    mask = torch.zeros_like(codes, dtype=torch.bool)
    mask[1, 2, 7] = True
    loss, by_codebook = masked_cross_entropy(network, network, codes, mask, books)
    logits = network(network.latents(codes, mask, books))
    expected = -logits[1, 7, 2].log_softmax(0)[codes[1, 2, 7]]
    assert loss.item() == pytest.approx(expected.item(), rel=1e-5)
    assert by_codebook.tolist() == pytest.approx([0, 0, expected.item()], rel=1e-5)


@pytest.mark.parametrize(
    "metadata, loudness",
    [
        ({"loudness_lufs": "-20", "loudness_dbfs_rms": "-24"}, -20),
        ({"loudness_dbfs_rms": "-24"}, -24),  # vampc-default-0
        ({}, -16),
    ],
)
def test_codecs_say_how_loud_their_audio_was(metadata: dict[str, str], loudness: float) -> None:
    assert trained_loudness_lufs(metadata) == loudness

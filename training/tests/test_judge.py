"""The perceptual judge: FAD of two clips is a stored value, and what a codec does not change is at no distance."""

from __future__ import annotations

import os
import sys
from pathlib import Path

import numpy as np
import pytest
import torch
from conftest import REPOSITORY

from audio_metrics import frechet_distance
from frechet_judge import FrechetJudge

CLIPS = REPOSITORY / "fixtures" / "audio"
# Distance from music.flac to speech.flac, the same with `tflite-runtime` 2.14 and with `ai-edge-litert` 2.3 without
# delegates. The default delegate of `ai-edge-litert` gives 76.644.
MUSIC_TO_SPEECH = 80.39479


@pytest.fixture
def model() -> Path:
    path = os.environ.get("VAMPC_JUDGE", "")
    if not path:
        pytest.skip("VAMPC_JUDGE does not name yamnet.tflite")
    return Path(path)


def test_the_distance_of_two_clips_is_the_stored_one(model: Path) -> None:
    """By a process of its own, as `evaluate --judge` does it."""
    music, speech = FrechetJudge(model, sys.executable).embed([CLIPS / "music.flac", CLIPS / "speech.flac"])
    assert music.shape == (56, 1024) and speech.shape == (17, 1024)
    assert frechet_distance(music, speech) == pytest.approx(MUSIC_TO_SPEECH, rel=1e-4)


class Passage(torch.nn.Module):
    """A codec that makes everything softer, and that with half of the codebooks silences every second half of a
    frame."""

    hop = 64

    def encode(self, audio: torch.Tensor) -> torch.Tensor:
        return audio.unflatten(-1, (-1, self.hop)).squeeze(1).transpose(1, 2)

    def decode(self, codes: torch.Tensor) -> torch.Tensor:
        samples = torch.zeros(1, codes.shape[2], self.hop)
        samples[..., : codes.shape[1]] = codes.transpose(1, 2)
        return 0.5 * samples.flatten(1)[:, None]


def test_what_a_codec_does_not_change_is_at_no_distance(model: Path, tmp_path: Path) -> None:
    pytest.importorskip("ai_edge_litert")
    from recipe.judge import CodecJudge

    for name in ("music.flac", "speech.flac"):
        (tmp_path / name).symlink_to(CLIPS / name)
    judge = CodecJudge(model, tmp_path, 44_100, -24.0)
    assert len(judge.reference) == 56 + 17
    same, other = judge.frechet_distances(Passage(), [Passage.hop, Passage.hop // 2])
    assert same < 0.2 and other > 10
    assert np.isfinite([same, other]).all()

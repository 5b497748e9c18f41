"""FAD (YAMNet) of a codec that is being trained: clips through encoder, quantiser and decoder, all in PyTorch."""

from __future__ import annotations

import sys
from collections.abc import Callable
from pathlib import Path

import numpy as np
import torch

from recipe.audio_pool import LARGEST_SAMPLE, load_recordings
from recipe.dac import DAC

sys.path.insert(0, str(Path(__file__).resolve().parents[2] / "tools"))
from audio_metrics import frechet_distance
from embed_yamnet import YAMNet


class CodecJudge:
    """Perceptual judge with the clips of one folder; `model` is the file `yamnet.tflite`."""

    def __init__(
        self, model: Path, clips: Path, sample_rate: int, loudness_lufs: float, check: Callable[[], None] = lambda: None,
    ) -> None:
        """`check` is called before each clip, and may raise."""
        if not model.is_file():
            raise SystemExit(f"{model}: no such file")
        self.yamnet = YAMNet(model)
        self.sample_rate, self.check = sample_rate, check
        self.recordings = load_recordings(clips, sample_rate, loudness_lufs)
        self.reference = np.concatenate([
            self.embed(recording.samples / np.float32(LARGEST_SAMPLE)) for recording in self.recordings])

    def embed(self, samples: np.ndarray) -> np.ndarray:
        self.check()
        return self.yamnet.embed(samples, self.sample_rate)

    @torch.no_grad()
    def frechet_distances(self, network: DAC, codebook_counts: list[int]) -> list[float]:
        """FAD with the first codebooks alone, for each number of codebooks."""
        found: list[list[np.ndarray]] = [[] for _ in codebook_counts]
        for recording in self.recordings:
            samples = torch.from_numpy(recording.levelled)
            padded = torch.nn.functional.pad(samples, (0, -len(samples) % network.hop))[None, None]
            codes = network.encode(padded)
            for embeddings, count in zip(found, codebook_counts):
                decoded = network.decode(codes[:, :count])[0, 0, : len(samples)].numpy()
                original_loudness = np.clip(decoded * 10 ** (-recording.gain_db / 20), -1, 1)
                embeddings.append(self.embed(original_loudness))
        return [frechet_distance(self.reference, np.concatenate(embeddings)) for embeddings in found]

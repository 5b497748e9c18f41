"""FAD (YAMNet) of a codec that is being trained: clips through encoder, quantiser and decoder, all in PyTorch.

Decoded clips have the loudness of the originals, as vampc gives it to them. `vampc-default-3` has FAD 17.7 at 8 kbit/s
on
`eval_public`, by vampc.
"""

from __future__ import annotations

import math
from collections.abc import Callable
from pathlib import Path

import numpy as np
import torch

from audio_metrics import frechet_distance
from audio_metrics import loudness_lufs as measure_loudness
from embed_yamnet import YAMNet
from recipe.audio_pool import audio_files, read_mono, recording_gain_db
from recipe.dac import DAC


class CodecJudge:
    """Perceptual judge with the clips of one folder; `model` is the file `yamnet.tflite`."""

    def __init__(
        self,
        model: Path,
        clips: Path,
        sample_rate: int,
        loudness_lufs: float,
        check: Callable[[], None] = lambda: None,
    ) -> None:
        """`check` is called before each clip, and may raise."""
        if not model.is_file():
            raise SystemExit(f"{model}: no such file")
        self.yamnet = YAMNet(model)
        self.sample_rate, self.check = sample_rate, check
        # Not an `AudioPool`: YAMNet notices in quiet clips that its samples have 16 bits.
        self.clips = [read_mono(path, sample_rate) for path in audio_files(clips)]
        self.gains_db = [recording_gain_db(samples, sample_rate, loudness_lufs) for samples in self.clips]
        self.reference = np.concatenate([self.embed(samples) for samples in self.clips])

    def embed(self, samples: np.ndarray) -> np.ndarray:
        self.check()
        return self.yamnet.embed(samples, self.sample_rate)

    def with_loudness_of(self, original: np.ndarray, decoded: np.ndarray) -> np.ndarray:
        """Decoded samples, as loud as the original; as they are where either has no loudness."""
        wanted, found = (measure_loudness(samples, self.sample_rate) for samples in (original, decoded))
        gain_db = wanted - found if math.isfinite(found) and math.isfinite(wanted) else 0.0
        return np.clip(decoded * 10 ** (gain_db / 20), -1, 1)

    @torch.no_grad()
    def frechet_distances(self, network: DAC, codebook_counts: list[int]) -> list[float]:
        """FAD with the first codebooks alone, for each number of codebooks."""
        found: list[list[np.ndarray]] = [[] for _ in codebook_counts]
        for clip, gain_db in zip(self.clips, self.gains_db, strict=False):
            samples = torch.from_numpy(clip * np.float32(10 ** (gain_db / 20)))
            padded = torch.nn.functional.pad(samples, (0, -len(samples) % network.hop))[None, None]
            codes = network.encode(padded)
            for embeddings, count in zip(found, codebook_counts, strict=False):
                decoded = network.decode(codes[:, :count])[0, 0, : len(samples)].numpy()
                embeddings.append(self.embed(self.with_loudness_of(clip, decoded)))
        return [frechet_distance(self.reference, np.concatenate(embeddings)) for embeddings in found]

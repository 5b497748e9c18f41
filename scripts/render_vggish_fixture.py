#!/usr/bin/env python3
"""Makes fixtures/reference/vggish: a narrow VGGish with random weights, and what PyTorch computes from a sound.

    scripts/render_vggish_fixture.py [--full] [TARGET]     (TARGET: fixtures/reference/vggish)

The structure is that of the usual PyTorch port, torchvggish (names, order of flattening, no rectifier behind the last
layer); the log mel front end is written out here in double precision. Widths are a sixteenth of the published ones, or
the published ones with --full, which is too large for the repository. Needs torch and numpy.
"""

import argparse
import json
import math
from pathlib import Path

import numpy as np
import torch
from torch import nn

SAMPLE_RATE = 16_000
WINDOW, HOP, TRANSFORM = 400, 160, 512
BANDS, LOWEST_HZ, HIGHEST_HZ, LOG_OFFSET = 64, 125.0, 7_500.0, 0.01
EXAMPLE_FRAMES = 96
FULL = {"channels": [64, 128, 256, 256, 512, 512], "hidden": [4096, 4096], "embedding_dim": 128}
NARROW = {"channels": [4, 8, 16, 16, 32, 32], "hidden": [64, 48], "embedding_dim": 24}
POOLED = (0, 1, 3, 5)


class VGGish(nn.Module):
    def __init__(self, channels, hidden, embedding_dim):
        super().__init__()
        layers, width = [], 1
        for index, count in enumerate(channels):
            layers += [nn.Conv2d(width, count, kernel_size=3, padding=1), nn.ReLU()]
            layers += [nn.MaxPool2d(2, 2)] if index in POOLED else []
            width = count
        self.features = nn.Sequential(*layers)
        first, second = hidden
        self.embeddings = nn.Sequential(
            nn.Linear(6 * 4 * width, first), nn.ReLU(), nn.Linear(first, second), nn.ReLU(),
            nn.Linear(second, embedding_dim))

    def forward(self, examples):
        """`[example, frame, band]` to `[example, value]`."""
        maps = self.features(examples[:, None])
        return self.embeddings(maps.permute(0, 2, 3, 1).flatten(1))


def mel(hertz):
    return 1127 * np.log(1 + np.asarray(hertz) / 700)


def log_mel_examples(samples):
    hann = 0.5 - 0.5 * np.cos(2 * np.pi * np.arange(WINDOW) / WINDOW)
    frames = np.lib.stride_tricks.sliding_window_view(samples.astype(np.float64), WINDOW)[::HOP]
    magnitudes = np.abs(np.fft.rfft(frames * hann, TRANSFORM))
    corners = np.linspace(mel(LOWEST_HZ), mel(HIGHEST_HZ), BANDS + 2)
    bins = mel(np.arange(TRANSFORM // 2 + 1) * SAMPLE_RATE / TRANSFORM)[:, None]
    rising = (bins - corners[:-2]) / (corners[1:-1] - corners[:-2])
    falling = (corners[2:] - bins) / (corners[2:] - corners[1:-1])
    filters = np.maximum(0, np.minimum(rising, falling))
    filters[0] = 0
    logs = np.log(magnitudes @ filters + LOG_OFFSET)
    count = len(logs) // EXAMPLE_FRAMES
    return logs[: count * EXAMPLE_FRAMES].reshape(count, EXAMPLE_FRAMES, BANDS).astype(np.float32)


def sound(seconds):
    """A chirp, a beating chord and noise that comes and goes."""
    time = np.arange(int(seconds * SAMPLE_RATE)) / SAMPLE_RATE
    noise = np.random.default_rng(5).standard_normal(len(time))
    chirp = np.sin(2 * math.pi * (100 * time + 1_500 * time**2))
    chord = sum(np.sin(2 * math.pi * hertz * time) for hertz in (220, 221.5, 329.6, 1_046.5))
    return (0.2 * chirp + 0.1 * chord + 0.05 * noise * np.sin(3 * time) ** 2).astype(np.float32)


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--full", action="store_true")
    parser.add_argument("target", nargs="?", type=Path, default=Path("fixtures/reference/vggish"))
    arguments = parser.parse_args()
    widths = FULL if arguments.full else NARROW
    torch.manual_seed(20)
    torch.set_num_threads(1)
    network = VGGish(**widths).eval()
    with torch.no_grad():
        for parameter in network.parameters():
            # As PyTorch begins, but for more: outputs that differ from one example to the next.
            parameter.mul_(1.5)
    samples = sound(2.5)
    examples = log_mel_examples(samples)
    with torch.no_grad():
        embeddings = network(torch.from_numpy(examples)).numpy()
    arguments.target.mkdir(parents=True, exist_ok=True)
    torch.save(network.state_dict(), arguments.target / "weights.pth")
    for name, array in {"input": samples, "examples": examples, "embeddings": embeddings}.items():
        np.save(arguments.target / f"{name}.npy", array)
    case = {"model": "VGGish", "kwargs": widths}
    (arguments.target / "case.json").write_text(json.dumps(case, indent=1) + "\n")


if __name__ == "__main__":
    main()

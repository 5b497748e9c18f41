"""Fingerprints that find a clip in a recording: pairs of spectral peaks (A. Wang, ISMIR 2003).

A recording that contains a clip has many pairs in common with it, all at the same distance in time. Gain, an offset and
lossy coding change few of them.
"""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np
from numpy.typing import NDArray
from scipy.ndimage import maximum_filter
from scipy.signal import resample_poly

from recipe.audio_pool import Array

# Samples are compared at a quarter of 44.1 kHz.
DECIMATION = 4
WINDOW = 1024
HOP = 256
# A peak is the largest value within this many bins and frames to each side.
PEAK_BINS, PEAK_FRAMES = 12, 8
# Peaks that are so much softer than the loudest one do not count.
PEAK_RANGE_DB = 60
# Pairs of a peak with the next ones, at most so many frames later.
PAIRS = 5
LONGEST_PAIR = 63
FRAMES_AT_ONCE = 20_000
# Pairs in common at one distance in time, at least, and as share of the clip's.
FEWEST_COMMON = 12
LEAST_SHARE = 0.05


def peaks(samples: Array) -> NDArray[np.int64]:
    """Frame and bin of each spectral peak `[peak, 2]`, in the order of time; samples at 44.1 kHz."""
    signal = resample_poly(samples.astype(np.float32), 1, DECIMATION)
    if len(signal) < WINDOW:
        return np.zeros((0, 2), np.int64)
    windows = np.lib.stride_tricks.sliding_window_view(signal, WINDOW)[::HOP]
    window = np.hanning(WINDOW).astype(np.float32)
    found = []
    for start in range(0, len(windows), FRAMES_AT_ONCE):
        first = max(0, start - PEAK_FRAMES)
        magnitudes = np.abs(np.fft.rfft(windows[first : start + FRAMES_AT_ONCE + PEAK_FRAMES] * window))
        largest = maximum_filter(magnitudes, (2 * PEAK_FRAMES + 1, 2 * PEAK_BINS + 1))
        is_peak = (magnitudes == largest) & (magnitudes > magnitudes.max() * 10 ** (-PEAK_RANGE_DB / 20) + 1e-6)
        places = np.argwhere(is_peak) + np.array([first, 0])
        found.append(places[(places[:, 0] >= start) & (places[:, 0] < start + FRAMES_AT_ONCE)])
    return np.concatenate(found)


def landmarks(samples: Array) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
    """Pairs of peaks as integers made of both bins and the frames between them, and the frame of each pair."""
    places = peaks(samples)
    keys, frames = [], []
    for distance in range(1, PAIRS + 1):
        first, second = places[:-distance], places[distance:]
        apart = second[:, 0] - first[:, 0]
        near = apart <= LONGEST_PAIR
        keys.append((first[:, 1] << 16 | second[:, 1] << 6 | apart)[near])
        frames.append(first[:, 0][near])
    return np.concatenate(keys), np.concatenate(frames)


class Fingerprints:
    """Fingerprints of clips, by name; samples at 44.1 kHz."""

    def __init__(self, clips: Mapping[str, Array]) -> None:
        self.names = list(clips)
        found = [landmarks(samples) for samples in clips.values()]
        self.counts = [len(keys) for keys, _ in found]
        keys = np.concatenate([keys for keys, _ in found])
        order = np.argsort(keys, kind="stable")
        self.keys = keys[order]
        self.frames = np.concatenate([frames for _, frames in found])[order]
        self.clips = np.repeat(np.arange(len(found)), self.counts)[order]

    def clip_in(self, samples: Array) -> str | None:
        """Name of a clip that the recording contains, or that contains it; None where there is none."""
        keys, frames = landmarks(samples)
        starts, ends = np.searchsorted(self.keys, keys, "left"), np.searchsorted(self.keys, keys, "right")
        counts = ends - starts
        # One entry for each pair of the recording with the same pair of a clip.
        offsets = np.arange(counts.sum()) - np.repeat(counts.cumsum() - counts, counts)
        common = np.repeat(starts, counts) + offsets
        distances = np.repeat(frames, counts) - self.frames[common]
        for clip, name in enumerate(self.names):
            at = distances[self.clips[common] == clip]
            if not len(at):
                continue
            # A distance between two frames is rounded to either side.
            votes = np.bincount(at - at.min())
            most = int((votes + np.append(votes[1:], 0)).max())
            if most >= max(FEWEST_COMMON, LEAST_SHARE * min(self.counts[clip], len(keys))):
                return name
        return None

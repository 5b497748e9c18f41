"""Audio metrics of the evaluation scripts, independent of vampc's own implementation. Needs NumPy only.

    tools/audio_metrics.py fixtures/reference/metrics

compares the metrics with recorded values and ends with exit status 1 where one differs (needs soundfile).

Signals are one-dimensional arrays, samples in -1...1.
"""

import json
import math
import sys
from collections.abc import Callable, Sequence
from functools import lru_cache
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import ArrayLike, NDArray

Array = NDArray[np.floating[Any]]

# VampNet (arXiv 2307.04686), equation 3: window and mel bands of each scale. The hop is a quarter of the window.
MEL_SCALES = ((2048, 150), (512, 80))
MAGNITUDE_FLOOR = 1e-5
FRAMES_AT_ONCE = 4096
# ITU-R BS.1770-4: absolute gate, relative gate, block length and step.
ABSOLUTE_GATE_LUFS = -70.0
RELATIVE_GATE_LU = -10.0
GATING_BLOCK_SECONDS = 0.4
GATING_STEP_SECONDS = 0.1
# Relative tolerance of all metrics but loudness. The recorded loudness comes from a high-pass normalised to 0 dB at
# high frequencies; the standard's coefficients (1, -2, 1) give 0.046 dB more or less.
TOLERANCE = 1e-3
LOUDNESS_TOLERANCE_LU = 0.06


def hertz_to_mel(hertz: ArrayLike) -> Array:
    """Slaney's mel scale: linear up to 1 kHz, logarithmic above."""
    hertz = np.asarray(hertz, float)
    return np.where(hertz < 1000, hertz * 3 / 200, 15 + 27 * np.log(np.maximum(hertz, 1e-9) / 1000) / math.log(6.4))


def mel_to_hertz(mel: ArrayLike) -> Array:
    """Inverse of `hertz_to_mel`."""
    mel = np.asarray(mel, float)
    return np.where(mel < 15, mel * 200 / 3, 1000 * np.exp(math.log(6.4) * (mel - 15) / 27))


@lru_cache
def mel_filters(sample_rate: int, window: int, bands: int) -> Array:
    """Triangular filters of equal area, `[band, bin]`."""
    edges = mel_to_hertz(np.linspace(0, hertz_to_mel(sample_rate / 2), bands + 2))
    bins = np.arange(window // 2 + 1) * sample_rate / window
    rising = (bins - edges[:-2, None]) / (edges[1:-1] - edges[:-2])[:, None]
    falling = (edges[2:, None] - bins) / (edges[2:] - edges[1:-1])[:, None]
    area = 2 / (edges[2:] - edges[:-2])
    return np.maximum(0, np.minimum(rising, falling)) * area[:, None]


def mel_spectrum(signal: Array, sample_rate: int, window: int, bands: int) -> Array:
    """Mel magnitudes `[frame, band]`."""
    hann = 0.5 - 0.5 * np.cos(2 * np.pi * np.arange(window) / window)
    padded = np.pad(signal, window // 2, mode="reflect")
    frames = np.lib.stride_tricks.sliding_window_view(padded, window)[:: window // 4]
    filters = mel_filters(sample_rate, window, bands).T
    # The spectra of an hour at once would fill the memory.
    chunks = [
        np.abs(np.fft.rfft(frames[start : start + FRAMES_AT_ONCE] * hann, axis=1)) @ filters
        for start in range(0, len(frames), FRAMES_AT_ONCE)
    ]
    return np.concatenate(chunks)


def log_mel(signal: Array, sample_rate: int, window: int, bands: int) -> Array:
    """Logarithms of mel magnitudes, base 10, `[frame, band]`."""
    return np.log10(np.maximum(mel_spectrum(signal, sample_rate, window, bands), MAGNITUDE_FLOOR))


def mel_distance(signal: Array, reference: Array, sample_rate: int) -> float:
    """VampNet's mel distance (equation 3): mean absolute difference of log mel magnitudes, over both scales."""
    count = min(len(signal), len(reference))
    return float(
        sum(
            np.abs(
                log_mel(signal[:count], sample_rate, *scale) - log_mel(reference[:count], sample_rate, *scale)
            ).mean()
            for scale in MEL_SCALES
        )
    )


def dac_mel_distance(signal: Array, reference: Array, sample_rate: int) -> float:
    """DAC's mel distance, as in its published tables: log distance of squared magnitudes plus that of magnitudes."""
    count = min(len(signal), len(reference))
    difference = 0.0
    for scale in MEL_SCALES:
        found, wanted = (mel_spectrum(samples[:count], sample_rate, *scale) for samples in (signal, reference))
        logs = (np.log10(np.maximum(spectrum, MAGNITUDE_FLOOR)) for spectrum in (found, wanted))
        difference += 2 * np.abs(np.subtract(*logs)).mean() + np.abs(found - wanted).mean()
    return float(difference)


def k_weighted(signal: Array, sample_rate: int) -> Array:
    """Signal after the two filters of BS.1770.

    The filters are applied as a product of spectra; zeros after the signal take up the circular tail.
    """
    size = 1 << (len(signal) + sample_rate - 1).bit_length()
    z = np.exp(-2j * np.pi * np.arange(size // 2 + 1) / size)
    spectrum = np.fft.rfft(signal, size)
    # The standard gives coefficients for 48 kHz; these are its analogue prototypes, valid at every sample rate.
    for gain_db, frequency, quality, is_shelf in (
        (3.999843853973347, 1681.974450955533, 0.7071752369554196, True),
        (0, 38.13547087602444, 0.5003270373238773, False),
    ):
        k = math.tan(math.pi * frequency / sample_rate)
        high = 10 ** (gain_db / 20)
        band = high**0.4996667741545416
        scale = 1 + k / quality + k * k
        if is_shelf:
            taps = (high + band * k / quality + k * k, 2 * (k * k - high), high - band * k / quality + k * k)
            numerator = [tap / scale for tap in taps]
        else:
            numerator = [1.0, -2.0, 1.0]
        denominator = (1, 2 * (k * k - 1) / scale, (1 - k / quality + k * k) / scale)
        spectrum *= np.polyval(numerator[::-1], z) / np.polyval(denominator[::-1], z)
    return np.fft.irfft(spectrum, size)[: len(signal)]


def loudness_lufs(signal: Array, sample_rate: int) -> float:
    """Integrated loudness of one channel; minus infinity where no block passes the gates."""
    block, step = round(GATING_BLOCK_SECONDS * sample_rate), round(GATING_STEP_SECONDS * sample_rate)
    if len(signal) < block:
        return -math.inf
    energy = np.concatenate([[0], np.cumsum(k_weighted(signal, sample_rate) ** 2)])
    starts = np.arange(0, len(signal) - block + 1, step)
    power = np.maximum((energy[starts + block] - energy[starts]) / block, 1e-30)
    loudness = -0.691 + 10 * np.log10(power)
    gated = power[loudness > ABSOLUTE_GATE_LUFS]
    if not gated.size:
        return -math.inf
    gate = -0.691 + 10 * math.log10(gated.mean()) + RELATIVE_GATE_LU
    gated = power[(loudness > ABSOLUTE_GATE_LUFS) & (loudness > gate)]
    return float(-0.691 + 10 * math.log10(gated.mean()))


def frame_mean_db(signal: Array, frame: int) -> float:
    """Power of the mean over all frames of `frame` samples, in dB relative to the power of the signal.

    Noise gives 10 log10(1 / frames); a signal that repeats with every frame gives more. A constant signal and one
    without a whole frame give minus infinity.
    """
    whole = signal[: len(signal) // frame * frame]
    if len(whole) == 0 or np.ptp(whole) == 0:
        return -math.inf
    whole = whole - whole.mean()
    return float(10 * np.log10(np.square(whole.reshape(-1, frame).mean(0)).mean() / np.square(whole).mean() + 1e-20))


def si_sdr_db(signal: Array, reference: Array) -> float:
    """Scale-invariant signal-to-distortion ratio; the means of both signals are removed first."""
    signal, reference = signal - signal.mean(), reference - reference.mean()
    target = reference * (signal @ reference / (reference @ reference))
    return float(10 * np.log10((target @ target) / ((signal - target) @ (signal - target))))


def bootstrap_interval(
    values: ArrayLike, probability: float = 0.95, draws: int = 10_000, seed: int = 1
) -> tuple[float, float]:
    """Percentile interval of the mean over clips."""
    of_clips = np.asarray(values, float)
    picks = np.random.default_rng(seed).integers(len(of_clips), size=(draws, len(of_clips)))
    tail = 50 * (1 - probability)
    low, high = np.percentile(of_clips[picks].mean(1), [tail, 100 - tail])
    return float(low), float(high)


def frechet_distance(a: Array, b: Array) -> float:
    """Squared distance between Gaussians fitted to rows of embeddings (covariances over n - 1).

    The trace of the root of the covariances' product is the nuclear norm of the product of the centred rows. This norm
    needs no root of an ill-conditioned matrix and also holds for fewer rows than dimensions.
    """
    difference = a.mean(0) - b.mean(0)
    a, b = a - a.mean(0), b - b.mean(0)
    rows_a, rows_b = len(a) - 1, len(b) - 1
    cross = np.linalg.svd(a @ b.T, compute_uv=False).sum() / math.sqrt(rows_a * rows_b)
    return float(difference @ difference + (a * a).sum() / rows_a + (b * b).sum() / rows_b - 2 * cross)


def jackknife_deviation(leave_one_out: ArrayLike) -> float:
    """Standard error of a statistic, from its values with one clip left out at a time."""
    values = np.asarray(leave_one_out, float)
    return float(np.sqrt((len(values) - 1) / len(values) * ((values - values.mean()) ** 2).sum()))


def found_metrics(signal: Array, reference: Array, sample_rate: int, names: Sequence[str]) -> dict[str, float]:
    """Metrics of `signal` that the recorded values name."""
    metrics: dict[str, Callable[[], float]] = {
        "loudness_lufs": lambda: loudness_lufs(signal, sample_rate),
        "mel_distance": lambda: mel_distance(signal, reference, sample_rate),
        "dac_mel_distance": lambda: dac_mel_distance(signal, reference, sample_rate),
        "si_sdr_db": lambda: si_sdr_db(signal, reference),
    }
    return {name: compute() for name, compute in metrics.items() if name in names}


def agrees(name: str, metric: str, value: float, recorded: float) -> bool:
    """Prints a metric beside its recorded value. Returns whether the two agree."""
    tolerance = LOUDNESS_TOLERANCE_LU if metric == "loudness_lufs" else TOLERANCE * abs(recorded)
    is_equal = abs(value - recorded) <= tolerance
    print(f"{name:22} {metric:16} {value:12.6f} {recorded:12.6f}{'' if is_equal else '  differs'}")
    return is_equal


def main() -> int:
    import soundfile

    folder = Path(sys.argv[1])
    expected: dict[str, dict[str, Any]] = json.loads((folder / "expected.json").read_text())
    reference, sample_rate = soundfile.read(folder / "reference.wav")
    results = []
    for name, values in expected.items():
        if "loudness_lufs" not in values:
            continue
        signal, _ = soundfile.read(folder / f"{name}.wav")
        recorded = {metric: value for metric, value in values.items() if value is not None}
        for metric, value in found_metrics(signal, reference, sample_rate, list(recorded)).items():
            results.append(agrees(name, metric, value, recorded[metric]))
    a, b = np.load(folder / "embeddings_a.npy"), np.load(folder / "embeddings_b.npy")
    for name in ("frechet", "frechet_rank_deficient"):
        distance = frechet_distance(a[: expected[name].get("rows_of_a")], b)
        results.append(agrees(name, "distance", distance, expected[name]["distance"]))
    return 0 if results and all(results) else 1


if __name__ == "__main__":
    sys.exit(main())

"""Metrics that the evaluation scripts share; numpy only, independent of vampc's own implementation.

    audio_metrics.py fixtures/reference/metrics     compares with recorded values, exit status 1 where one differs

Signals are one-dimensional arrays, samples in -1...1.
"""

import json
import math
import sys
from functools import lru_cache
from pathlib import Path

import numpy as np

# VampNet (arXiv 2307.04686) equation 3: window and number of mel bands of each scale; the hop is a quarter.
MEL_SCALES = ((2048, 150), (512, 80))
MAGNITUDE_FLOOR = 1e-5
FRAMES_AT_ONCE = 4096
# ITU-R BS.1770-4: absolute gate, relative gate, block length and step.
ABSOLUTE_GATE_LUFS = -70.0
RELATIVE_GATE_LU = -10.0
GATING_BLOCK_SECONDS = 0.4
GATING_STEP_SECONDS = 0.1
# Relative; loudness in LU instead: the recorded values come from a high-pass normalised to 0 dB at high frequencies,
# which the standard's coefficients (1, -2, 1) are not: 0.046 dB apart.
TOLERANCE = 1e-3
LOUDNESS_TOLERANCE_LU = 0.06


def hertz_to_mel(hertz):
    """Slaney's scale: linear up to 1 kHz, logarithmic above."""
    hertz = np.asarray(hertz, float)
    return np.where(hertz < 1000, hertz * 3 / 200, 15 + 27 * np.log(np.maximum(hertz, 1e-9) / 1000) / math.log(6.4))


def mel_to_hertz(mel):
    mel = np.asarray(mel, float)
    return np.where(mel < 15, mel * 200 / 3, 1000 * np.exp(math.log(6.4) * (mel - 15) / 27))


@lru_cache
def mel_filters(sample_rate, window, bands):
    """Triangles of equal area, `[band, bin]`."""
    edges = mel_to_hertz(np.linspace(0, hertz_to_mel(sample_rate / 2), bands + 2))
    bins = np.arange(window // 2 + 1) * sample_rate / window
    rising = (bins - edges[:-2, None]) / (edges[1:-1] - edges[:-2])[:, None]
    falling = (edges[2:, None] - bins) / (edges[2:] - edges[1:-1])[:, None]
    area = 2 / (edges[2:] - edges[:-2])
    return np.maximum(0, np.minimum(rising, falling)) * area[:, None]


def mel_spectrum(signal, sample_rate, window, bands):
    """Magnitudes `[frame, band]`."""
    hann = 0.5 - 0.5 * np.cos(2 * np.pi * np.arange(window) / window)
    padded = np.pad(signal, window // 2, mode="reflect")
    frames = np.lib.stride_tricks.sliding_window_view(padded, window)[:: window // 4]
    filters = mel_filters(sample_rate, window, bands).T
    # In parts: the spectra of an hour would fill the memory.
    parts = [
        np.abs(np.fft.rfft(frames[start : start + FRAMES_AT_ONCE] * hann, axis=1)) @ filters
        for start in range(0, len(frames), FRAMES_AT_ONCE)
    ]
    return np.concatenate(parts)


def log_mel(signal, sample_rate, window, bands):
    """`[frame, band]`, base 10."""
    return np.log10(np.maximum(mel_spectrum(signal, sample_rate, window, bands), MAGNITUDE_FLOOR))


def mel_distance(signal, reference, sample_rate):
    """Equation 3: the mean absolute difference of the log mel magnitudes, summed over both scales."""
    count = min(len(signal), len(reference))
    return float(
        sum(
            np.abs(log_mel(signal[:count], sample_rate, *scale) - log_mel(reference[:count], sample_rate, *scale)).mean()
            for scale in MEL_SCALES
        )
    )


def dac_mel_distance(signal, reference, sample_rate):
    """What DAC's published tables report: the log distance of squared magnitudes plus that of the magnitudes."""
    count = min(len(signal), len(reference))
    difference = 0.0
    for scale in MEL_SCALES:
        found, wanted = (mel_spectrum(samples[:count], sample_rate, *scale) for samples in (signal, reference))
        logs = (np.log10(np.maximum(spectrum, MAGNITUDE_FLOOR)) for spectrum in (found, wanted))
        difference += 2 * np.abs(np.subtract(*logs)).mean() + np.abs(found - wanted).mean()
    return float(difference)


def k_weighted(signal, sample_rate):
    """BS.1770's two filters, applied as a product of spectra (padding keeps the circular tail away)."""
    size = 1 << (len(signal) + sample_rate - 1).bit_length()
    z = np.exp(-2j * np.pi * np.arange(size // 2 + 1) / size)
    spectrum = np.fft.rfft(signal, size)
    # The filters of the standard as analogue prototypes, so that they hold at every sample rate.
    for gain_db, frequency, quality, is_shelf in (
        (3.999843853973347, 1681.974450955533, 0.7071752369554196, True),
        (0, 38.13547087602444, 0.5003270373238773, False),
    ):
        k = math.tan(math.pi * frequency / sample_rate)
        high = 10 ** (gain_db / 20)
        band = high**0.4996667741545416
        if is_shelf:
            numerator = (high + band * k / quality + k * k, 2 * (k * k - high), high - band * k / quality + k * k)
            scale = 1 + k / quality + k * k
            numerator = tuple(value / scale for value in numerator)
        else:
            numerator = (1.0, -2.0, 1.0)
            scale = 1 + k / quality + k * k
        denominator = (1, 2 * (k * k - 1) / scale, (1 - k / quality + k * k) / scale)
        spectrum *= np.polyval(numerator[::-1], z) / np.polyval(denominator[::-1], z)
    return np.fft.irfft(spectrum, size)[: len(signal)]


def loudness_lufs(signal, sample_rate):
    """Integrated loudness of one channel; minus infinity where nothing passes the gates."""
    block, step = round(GATING_BLOCK_SECONDS * sample_rate), round(GATING_STEP_SECONDS * sample_rate)
    if len(signal) < block:
        return -math.inf
    energy = np.concatenate([[0], np.cumsum(k_weighted(signal, sample_rate) ** 2)])
    starts = np.arange(0, len(signal) - block + 1, step)
    power = np.maximum((energy[starts + block] - energy[starts]) / block, 1e-30)
    level = -0.691 + 10 * np.log10(power)
    heard = power[level > ABSOLUTE_GATE_LUFS]
    if not heard.size:
        return -math.inf
    gate = -0.691 + 10 * math.log10(heard.mean()) + RELATIVE_GATE_LU
    heard = power[(level > ABSOLUTE_GATE_LUFS) & (level > gate)]
    return float(-0.691 + 10 * math.log10(heard.mean()))


def frame_mean_db(signal, frame):
    """Level of the mean over all frames of so many samples, relative to the signal: 10 log10(1 / frames) for noise, more where
    something repeats with every frame. Minus infinity for what is constant, and where there is no whole frame."""
    whole = signal[: len(signal) // frame * frame]
    if len(whole) == 0 or np.ptp(whole) == 0:
        return -math.inf
    whole = whole - whole.mean()
    return float(10 * np.log10(np.square(whole.reshape(-1, frame).mean(0)).mean() / np.square(whole).mean() + 1e-20))


def si_sdr_db(signal, reference):
    """Scale-invariant ratio of signal to distortion, both made free of their mean."""
    signal, reference = signal - signal.mean(), reference - reference.mean()
    target = reference * (signal @ reference / (reference @ reference))
    return float(10 * np.log10((target @ target) / ((signal - target) @ (signal - target))))


def bootstrap_interval(values, level=0.95, draws=10_000, seed=1):
    """Percentile interval of the mean over clips."""
    values = np.asarray(values, float)
    picks = np.random.default_rng(seed).integers(len(values), size=(draws, len(values)))
    tail = 50 * (1 - level)
    low, high = np.percentile(values[picks].mean(1), [tail, 100 - tail])
    return float(low), float(high)


def frechet_distance(a, b):
    """Squared distance between Gaussians fitted to rows of embeddings (covariances over n - 1).

    The trace of the root of the covariances' product is the nuclear norm of the product of the centred rows, which
    needs no root of an ill-conditioned matrix and holds for fewer rows than dimensions, too.
    """
    difference = a.mean(0) - b.mean(0)
    a, b = a - a.mean(0), b - b.mean(0)
    rows_a, rows_b = len(a) - 1, len(b) - 1
    cross = np.linalg.svd(a @ b.T, compute_uv=False).sum() / math.sqrt(rows_a * rows_b)
    return float(difference @ difference + (a * a).sum() / rows_a + (b * b).sum() / rows_b - 2 * cross)


def jackknife_deviation(leave_one_out):
    """Standard error of a statistic from its values with one clip left out each."""
    values = np.asarray(leave_one_out, float)
    return float(np.sqrt((len(values) - 1) / len(values) * ((values - values.mean()) ** 2).sum()))


def main():
    import soundfile

    folder = Path(sys.argv[1])
    expected = json.loads((folder / "expected.json").read_text())
    reference, sample_rate = soundfile.read(folder / "reference.wav")
    failures = 0
    for name, values in expected.items():
        if "loudness_lufs" not in values:
            continue
        signal, _ = soundfile.read(folder / f"{name}.wav")
        found = {"loudness_lufs": loudness_lufs(signal, sample_rate)}
        if "mel" in values:
            found["mel"] = mel_distance(signal, reference, sample_rate)
        if "mel_dac_table" in values:
            found["mel_dac_table"] = dac_mel_distance(signal, reference, sample_rate)
        if values.get("si_sdr") is not None:
            found["si_sdr"] = si_sdr_db(signal, reference)
        for metric, value in found.items():
            allowed = LOUDNESS_TOLERANCE_LU if metric == "loudness_lufs" else TOLERANCE * abs(values[metric])
            fails = abs(value - values[metric]) > allowed
            failures += fails
            print(f"{name:20} {metric:14} {value:12.6f} {values[metric]:12.6f}{'  differs' if fails else ''}")
    a, b = np.load(folder / "embeddings_a.npy"), np.load(folder / "embeddings_b.npy")
    for name in ("frechet", "frechet_rank_deficient"):
        value, recorded = frechet_distance(a[: expected[name].get("rows_of_a")], b), expected[name]["distance"]
        fails = abs(value - recorded) > TOLERANCE * recorded
        failures += fails
        print(f"{name:20} {'distance':14} {value:12.6f} {recorded:12.6f}{'  differs' if fails else ''}")
    return 1 if failures else 0


if __name__ == "__main__":
    sys.exit(main())

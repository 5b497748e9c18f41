"""The committed table of rates: every clip at every rate, with and without generation.

    rate_table.py --vampc .build/release/vampc --clips FOLDER [--whole FOLDER]

Mel distance (equation 3 of the VampNet paper) to the clip's mono downmix, mean over clips with a bootstrap interval,
and the rate that really was written, container included. On the way every decode is checked, and the exit status is 1
where one fails:

- exactly as many samples, and the same sample rate, as the clip
- nothing on standard error, of encoding or decoding, under `-q`
- all codebooks of every frame: integrated loudness within 0.5 dB of the downmix
- no silence: at no rate more than 20 dB under the clip's loudness
- no clipping: no run of three samples at full scale that the clip does not have

`--whole FOLDER` names long pieces that must pass the same checks; they get rows of their own.
Writes OUTPUT.md and OUTPUT.csv. Needs numpy and soundfile.
"""

import argparse
import csv
import math
import sys
import tempfile
from dataclasses import dataclass, field
from pathlib import Path

import numpy as np

from audio_metrics import bootstrap_interval, loudness_lufs, mel_distance
from vampc_runs import Condition, Runner, clips_in, read_mono

CONDITIONS = "14,1 7,1 4,1 2,1 1,1 1,2 1,4 1,8 1,12"
LOUDNESS_LIMIT_DB = 0.5
SILENCE_LIMIT_DB = 20
# Below this a clip counts as silent itself.
SILENT_LUFS = -60
CLIPPED_RUN = 3
FULL_SCALE = 1 - 1.5 / 32768


@dataclass
class Row:
    condition: Condition
    generated: bool
    names: list = field(default_factory=list)
    mel: list = field(default_factory=list)
    rate_bps: list = field(default_factory=list)
    loudness_db: list = field(default_factory=list)


def clipped_run_count(signal):
    """Places where at least `CLIPPED_RUN` samples in a row are at full scale."""
    full = np.abs(signal) >= FULL_SCALE
    runs = np.lib.stride_tricks.sliding_window_view(full, CLIPPED_RUN).all(1) if len(full) >= CLIPPED_RUN else full[:0]
    return int(np.count_nonzero(runs[1:] & ~runs[:-1]) + runs[:1].sum())


class Checks:
    """What a decoded clip must fulfil; `failures` lists what did not."""

    def __init__(self):
        self.failures = []
        self.count = 0

    def expect(self, holds, what):
        self.count += 1
        if not holds:
            self.failures.append(what)
            print(f"FAILED {what}", file=sys.stderr, flush=True)

    def inspect(self, where, condition, all_codebooks, decoded, clip, loudness_db):
        (signal, sample_rate), (reference, reference_rate) = decoded, clip
        self.expect(sample_rate == reference_rate, f"{where}: {sample_rate} Hz instead of {reference_rate}")
        self.expect(len(signal) == len(reference), f"{where}: {len(signal)} samples instead of {len(reference)}")
        self.expect(np.isfinite(signal).all(), f"{where}: samples that are no numbers")
        clipped, allowed = clipped_run_count(signal), clipped_run_count(reference)
        self.expect(clipped <= allowed, f"{where}: {clipped} clipped runs, {allowed} in the clip")
        if loudness_db is not None:
            self.expect(loudness_db > -SILENCE_LIMIT_DB, f"{where}: {loudness_db:.1f} dB quieter than the clip")
            if all_codebooks:
                self.expect(abs(loudness_db) <= LOUDNESS_LIMIT_DB, f"{where}: loudness off by {loudness_db:+.2f} dB")


def measure(row, runner, checks, all_codebooks, clip, audio, loudness):
    stream = runner.encode(clip, row.condition)
    options = [] if row.generated else ["--no-generate"]
    path = runner.decode(stream, "generated" if row.generated else "kept-alone", *options)
    decoded = read_mono(path)
    path.unlink()
    difference = None
    if loudness > SILENT_LUFS:
        difference = loudness_lufs(*decoded) - loudness
        row.loudness_db.append(difference)
    where = f"{clip.name} {row.condition} {'generated' if row.generated else 'kept alone'}"
    checks.inspect(where, row.condition, all_codebooks, decoded, audio, difference)
    row.names.append(clip.stem)
    row.mel.append(mel_distance(decoded[0], *audio))
    row.rate_bps.append(8 * stream.stat().st_size * audio[1] / len(audio[0]))


def table(rows, frame_rate_hz, bits_a_token):
    """One line a condition: rates, then mel distance generated and kept alone, and the paired difference."""
    lines = [
        "| kept | tokens, bits/s | file, bits/s | mel, generated | mel, kept alone | generated − kept alone | loudness, dB |",
        "|---|--:|--:|--:|--:|--:|--:|",
    ]

    def mean(values, digits=3):
        low, high = bootstrap_interval(values)
        return f"{np.mean(values):.{digits}f} ({low:.{digits}f}–{high:.{digits}f})"

    for condition in dict.fromkeys(row.condition for row in rows):
        generated, kept = (next((row for row in rows if row.condition == condition and row.generated == wanted), None)
                           for wanted in (True, False))
        difference = ""
        if generated and kept:
            change = np.subtract(generated.mel, kept.mel)
            low, high = bootstrap_interval(change)
            difference = f"{change.mean():+.3f} ({low:+.3f}…{high:+.3f})"
        some = generated or kept
        nominal = condition.codebooks * bits_a_token * frame_rate_hz / condition.period
        lines.append(
            f"| {condition} | {nominal:.0f} | {np.mean(some.rate_bps):.0f} | {mean(generated.mel) if generated else '–'} | "
            f"{mean(kept.mel) if kept else '–'} | {difference or '–'} | "
            f"{min(some.loudness_db, default=math.nan):+.2f}…{max(some.loudness_db, default=math.nan):+.2f} |")
    return lines


def write_csv(path, groups):
    with open(path, "w", newline="") as file:
        writer = csv.writer(file)
        writer.writerow(["clip", "codebooks", "period", "generated", "mel", "rate_bps"])
        for rows in groups:
            for row in rows:
                for name, mel, rate in zip(row.names, row.mel, row.rate_bps):
                    writer.writerow([name, row.condition.codebooks, row.condition.period, int(row.generated),
                                     f"{mel:.4f}", f"{rate:.1f}"])


def measure_all(arguments, runner, checks, clips):
    """Rows of one set of clips, each clip read once."""
    conditions = [Condition.parse(text) for text in arguments.conditions.split()]
    rows = {(condition, generated): Row(condition, generated) for condition in conditions for generated in (True, False)}
    for clip in clips:
        audio = read_mono(clip)
        loudness = loudness_lufs(*audio)
        for (condition, generated), row in rows.items():
            all_codebooks = condition == Condition(arguments.codebooks, 1)
            # With nothing missing there is nothing to leave out.
            if all_codebooks and not generated:
                continue
            measure(row, runner, checks, all_codebooks, clip, audio, loudness)
        print(f"{clip.name}: done", file=sys.stderr, flush=True)
    return [row for row in rows.values() if row.mel]


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--vampc", required=True)
    parser.add_argument("--clips", type=Path, required=True)
    parser.add_argument("--whole", type=Path, help="folder of long pieces")
    parser.add_argument("--conditions", default=CONDITIONS, help="codebooks,period … (default '%(default)s')")
    parser.add_argument("--codebooks", type=int, default=14, help="how many the model has (default 14)")
    parser.add_argument("--frame-rate", type=float, default=44100 / 768, help="the model's frames a second (default 57.42)")
    parser.add_argument("--codebook-bits", type=float, default=10, help="bits a token (default 10)")
    parser.add_argument("--limit", type=int, help="only the first clips")
    parser.add_argument("-o", "--output", type=Path, default=Path("Benchmarks/RESULTS-rates"))
    arguments = parser.parse_args()

    checks = Checks()
    with tempfile.TemporaryDirectory() as folder:
        runner = Runner(arguments.vampc, Path(folder) / "clips")
        clips = clips_in(arguments.clips)[: arguments.limit]
        groups = [measure_all(arguments, runner, checks, clips)]
        pieces = clips_in(arguments.whole) if arguments.whole else []
        if pieces:
            whole_runner = Runner(arguments.vampc, Path(folder) / "whole")
            groups.append(measure_all(arguments, whole_runner, checks, pieces))
            runner.complaints += whole_runner.complaints
    for command, complaint in runner.complaints:
        checks.expect(False, f"said '{complaint}': {command}")

    def lines(rows):
        return "\n".join(table(rows, arguments.frame_rate, arguments.codebook_bits))

    text = f"""# Rates

Written by `scripts/rate_table.py` on {len(clips)} clips. Mel distance is equation 3 of the VampNet paper (lower is better), mean
over clips and 95 % bootstrap interval; the difference is paired. "Kept" is (codebooks, period). "File" counts the container.
Loudness: smallest and largest difference to the clip.

{lines(groups[0])}
"""
    if pieces:
        text += f"\nWhole pieces ({len(pieces)}):\n\n{lines(groups[1])}\n"
    passed = checks.count - len(checks.failures)
    text += f"\nChecks (length, sample rate, loudness, silence, clipping, warnings): {passed} of {checks.count} passed.\n"
    text += "".join(f"- {failure}\n" for failure in checks.failures)
    arguments.output.with_suffix(".md").write_text(text)
    write_csv(arguments.output.with_suffix(".csv"), groups)
    print(text)
    return 1 if checks.failures else 0


if __name__ == "__main__":
    sys.exit(main())

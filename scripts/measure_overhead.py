#!/usr/bin/env python3
"""Measures what the container costs beyond the bits of the tokens, on real recordings, and writes it into the document.

    measure_overhead.py --vampc .build/release/vampc --clips FOLDER --long FOLDER [--document formats/container.md]

Every clip of 10 s is encoded with all codebooks and trimmed to the nine rates, which gives what encoding at them would
(a test holds trim to that, but for the byte of another gain); so are the first three minutes of every long piece. Tags are
left out. Exit code 1 where a limit is passed: 5 % for three minutes at 50 bit/s, 1 % at 1 kbit/s and more, 40 bytes for
10 s at 50 bit/s. Needs soundfile.
"""

import argparse
import json
import re
import subprocess
import sys
import tempfile
from pathlib import Path

import soundfile

RATES = [(1, 12), (1, 8), (1, 4), (1, 2), (1, 1), (2, 1), (4, 1), (7, 1), (14, 1)]
START, END = "<!-- measured by scripts/measure_overhead.py -->", "<!-- end -->"


def run(*arguments):
    return subprocess.run([str(argument) for argument in arguments], check=True, capture_output=True, text=True).stdout


def figures(vampc, recording, folder, seconds):
    """For each rate: bytes beyond the bare tokens, the bytes of these, nominal bit/s and blocks."""
    audio, whole, stream = folder / "cut.wav", folder / "whole.vampc", folder / "trimmed.vampc"
    samples, sample_rate = soundfile.read(recording, always_2d=True)
    soundfile.write(audio, samples[:seconds * sample_rate], sample_rate)
    run(vampc, "encode", "-q", "-f", "-k", 14, "-p", 1, "-o", whole, audio)
    result = []
    for codebooks, period in RATES:
        run(vampc, "trim", "-q", "-f", "-k", codebooks, "-p", period, "-o", stream, whole)
        info = json.loads(run(vampc, "info", "--json", stream))
        tokens = info["token_bits"] / 8
        result.append((info["bytes"] - info["tag_bytes"] - tokens, tokens, info["token_rate_bps"], info["blocks"]))
    return result


def column(recordings):
    """For each rate the mean and the worst over recordings, as cells."""
    cells = []
    for rate in range(len(RATES)):
        values = [recording[rate] for recording in recordings]
        overhead = [value[0] for value in values]
        shares = [100 * value[0] / value[1] for value in values]
        mean = sum(overhead) / len(overhead)
        cells.append(f"{mean:.0f} | {max(overhead):.0f} | {sum(shares) / len(shares):.1f} % | {max(shares):.1f} %")
    return cells


def faults(clips, long):
    for rate, kept in enumerate(RATES):
        worst = max(100 * recording[rate][0] / recording[rate][1] for recording in long)
        limit = 5 if kept == (1, 12) else 1 if long[0][rate][2] >= 1_000 else None
        if limit is not None and worst > limit:
            yield f"{kept}, three minutes: {worst:.2f} %, allowed are {limit} %"
    worst = max(recording[0][0] for recording in clips)
    if worst > 40:
        yield f"{RATES[0]}, 10 s: {worst:.0f} bytes, allowed are 40"


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--vampc", required=True)
    parser.add_argument("--clips", type=Path, required=True)
    parser.add_argument("--long", type=Path, required=True)
    parser.add_argument("--document", type=Path, default=Path("formats/container.md"))
    options = parser.parse_args()
    audio = re.compile(r"\.(flac|wav|ogg|opus|mp3)$")
    with tempfile.TemporaryDirectory() as folder:
        clips, long = ([figures(options.vampc, path, Path(folder), seconds) for path in sorted(where.iterdir())
                        if audio.search(path.name)] for where, seconds in ((options.clips, 10), (options.long, 180)))
    rows = [
        f"| kept | bit/s | {len(clips)} clips of 10 s: bytes | at most | share | at most | {len(long)} pieces of 3 min: "
        "bytes | at most | share | at most |",
        "|---|---|---|---|---|---|---|---|---|---|",
    ]
    for rate, (short, lengthy) in enumerate(zip(column(clips), column(long))):
        rows.append(f"| {RATES[rate]} | {long[0][rate][2]:.0f} | {short} | {lengthy} |")
    print("\n".join(rows))
    text = options.document.read_text()
    start, end = text.index(START) + len(START), text.index(END)
    options.document.write_text(text[:start] + "\n" + "\n".join(rows) + "\n" + text[end:])
    found = list(faults(clips, long))
    for fault in found:
        print(f"measure_overhead: error: {fault}", file=sys.stderr)
    sys.exit(1 if found else 0)


if __name__ == "__main__":
    main()

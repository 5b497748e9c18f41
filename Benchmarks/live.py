"""Hours of sound through `vampc encode - | vampc decode -`: does memory stay constant, does sound come at once?

    live.py --vampc .build/release/vampc [--hours 10] [--codebooks 14] [-o RESULTS-live.md]

Chords and noise, written here, go into the encoder as raw samples, as fast as it takes them, and its stream goes
straight into the decoder. The resident set of both processes is sampled every few seconds and told by how much audio
has gone in. Before that, forty seconds go through at the speed of sound, to see when the first decoded sample comes.
Standard library only; Linux.
"""

import argparse
import math
import os
import random
import shutil
import subprocess
import sys
import threading
import time
from array import array
from pathlib import Path

SAMPLE_RATE = 44100
BYTES_PER_SECOND = 2 * SAMPLE_RATE
PACED_SECONDS = 40
SAMPLE_INTERVAL = 2.0
TONES_HERTZ = (220.0, 277.2, 329.6, 440.0)
# Levels of the minutes, so that the gain of the blocks moves.
LEVELS = (1.0, 0.5, 0.8, 0.25)
WAV_HEADER_BYTES = 44
# Audio in seconds at which the table has a row.
ROWS = [60, 600, 1800, 3600, 7200, 10800, 14400, 18000, 21600, 25200, 28800, 32400, 36000]
LIMIT = 1.3


def minutes():
    """A minute of 16-bit mono at each of the levels."""
    generator = random.Random(1)
    pattern = []
    for second in range(60):
        factor = 2 ** (generator.randrange(12) / 12)
        for i in range(SAMPLE_RATE):
            value = sum(math.sin(2 * math.pi * factor * tone * i / SAMPLE_RATE) for tone in TONES_HERTZ)
            pattern.append(4000 * math.exp(-2 * i / SAMPLE_RATE) * value + 300 * (2 * generator.random() - 1))
    return [array("h", (int(level * value) for value in pattern)).tobytes() for level in LEVELS]


def resident_mib(process):
    with open(f"/proc/{process.pid}/status") as status:
        for line in status:
            if line.startswith("VmRSS:"):
                return int(line.split()[1]) / 1024
    return None


class Pipeline:
    """Encoder and decoder at work; counts what goes in and what comes out."""

    def __init__(self, vampc, codebooks, options):
        encode = [vampc, "encode", "-q", *options, "--raw", f"{SAMPLE_RATE}:1:s16le", "-k", str(codebooks), "-p", "1",
                  "-o", "-", "-"]
        self.encoder = subprocess.Popen(encode, stdin=subprocess.PIPE, stdout=subprocess.PIPE)
        self.decoder = subprocess.Popen([vampc, "decode", "-q", *options, "-o", "-", "-"], stdin=self.encoder.stdout,
                                        stdout=subprocess.PIPE)
        self.encoder.stdout.close()
        self.bytes_in = self.bytes_out = 0
        self.first_sound = None
        self.input_end = None
        self.start = time.monotonic()

    def feed(self, pieces, paced):
        for piece in pieces:
            for offset in range(0, len(piece), BYTES_PER_SECOND):
                if paced:
                    time.sleep(max(0, self.start + self.bytes_in / BYTES_PER_SECOND - time.monotonic()))
                part = piece[offset : offset + BYTES_PER_SECOND]
                self.encoder.stdin.write(part)
                self.bytes_in += len(part)
        self.input_end = time.monotonic() - self.start
        self.encoder.stdin.close()

    def drain(self):
        while data := os.read(self.decoder.stdout.fileno(), 1 << 16):
            self.bytes_out += len(data)
            if self.first_sound is None and self.bytes_out > WAV_HEADER_BYTES:
                self.first_sound = (time.monotonic() - self.start, self.bytes_in / BYTES_PER_SECOND)

    def run(self, pieces, paced=False, sample=lambda pipeline: None):
        feeder = threading.Thread(target=self.feed, args=(pieces, paced))
        drainer = threading.Thread(target=self.drain)
        feeder.start()
        drainer.start()
        while drainer.is_alive():
            drainer.join(0.5 if self.bytes_in < 120 * BYTES_PER_SECOND else SAMPLE_INTERVAL)
            sample(self)
        feeder.join()
        for process in (self.encoder, self.decoder):
            if process.wait() != 0:
                raise SystemExit(f"live.py: status {process.returncode}")
        self.seconds = time.monotonic() - self.start
        wanted = self.bytes_in
        if self.bytes_out - WAV_HEADER_BYTES != wanted:
            raise SystemExit(f"live.py: {wanted} bytes of samples in, {self.bytes_out - WAV_HEADER_BYTES} out")


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--vampc", required=True)
    parser.add_argument("--hours", type=float, default=10)
    parser.add_argument("--codebooks", type=int, default=14, help="what 'all' is in the model (default 14)")
    parser.add_argument("--option", action="append", default=[], help="handed to vampc, both for encode and decode")
    parser.add_argument("-o", "--output", type=Path, default=Path(__file__).with_name("RESULTS-live.md"))
    arguments = parser.parse_args()
    vampc = os.path.abspath(shutil.which(arguments.vampc) or parser.error(f"no such program: {arguments.vampc}"))
    material = minutes()

    paced = Pipeline(vampc, arguments.codebooks, arguments.option)
    paced.run([material[0][: PACED_SECONDS * BYTES_PER_SECOND]], paced=True)
    print(f"paced: first sound after {paced.first_sound[0]:.1f} s, input ended at {paced.input_end:.1f} s", flush=True)

    samples = []

    def sample(pipeline):
        figures = [resident_mib(process) for process in (pipeline.encoder, pipeline.decoder)]
        if None not in figures and pipeline.input_end is None:
            samples.append((pipeline.bytes_in / BYTES_PER_SECOND, *figures))
            if len(samples) % 100 == 0:
                print(f"{samples[-1][0] / 3600:.2f} h: {figures}", flush=True)

    pipeline = Pipeline(vampc, arguments.codebooks, arguments.option)
    count = round(arguments.hours * 60)
    pipeline.run((material[index % len(material)] for index in range(count)), sample=sample)

    rows = ["| audio in | encoder MiB | decoder MiB |", "|--:|--:|--:|"]
    for seconds in (row for row in ROWS if row <= arguments.hours * 3600):
        _, encoder, decoder = min(samples, key=lambda sample: abs(sample[0] - seconds))
        rows.append(f"| {f'{seconds // 60} min' if seconds < 3600 else f'{seconds // 3600} h'} | {encoder:.1f} | {decoder:.1f} |")
    early = [sample for sample in samples if 60 <= sample[0] <= 600]
    ratios = [max(sample[i] for sample in samples) / max(sample[i] for sample in early) for i in (1, 2)]
    arguments.output.write_text(f"""# {arguments.hours:g} hours live

By `Benchmarks/live.py`: {arguments.hours:g} hours of mono at 44.1 kHz through `vampc encode - | vampc decode -` at all
{arguments.codebooks} codebooks, resident memory of both processes by how much audio has gone in ({len(samples)} samples):

{chr(10).join(rows)}

Largest resident set of the whole run to that of the minutes 1 to 10: encoder **{ratios[0]:.2f}**, decoder **{ratios[1]:.2f}** (limit {LIMIT}).

Every sample came out: {(pipeline.bytes_out - WAV_HEADER_BYTES) // 2} in, as many out, in {pipeline.seconds / 60:.0f} minutes. The decoder's first
sample came when {pipeline.first_sound[1]:.1f} s had gone in. At the speed of sound it comes after {paced.first_sound[0]:.1f} s: the gain's
look-ahead, a block of at most 10 s, and what the networks see ahead.
""")
    print(arguments.output.read_text())
    return 0 if max(ratios) <= LIMIT else 1


if __name__ == "__main__":
    sys.exit(main())

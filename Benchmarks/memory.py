"""Peak memory of `vampc encode` and `vampc decode` on one minute and on one hour.

    memory.py --vampc .build/release/vampc [--long-minutes 60] [-o RESULTS-memory.md] [AUDIO]

Without AUDIO the input is noise and tones, written here; with it, the file repeated to the wanted length. The figure
is the largest resident set of the process (`ru_maxrss`), as the kernel counts it when the process ends; model files
are mapped into memory and count. The limit is a ratio: an hour may take at most 1.3 times what a minute takes.
Standard library only; Linux.
"""

import argparse
import math
import os
import random
import resource
import shutil
import sys
import tempfile
import time
import wave
from array import array
from pathlib import Path

SAMPLE_RATE = 44100
LIMIT = 1.3
SHORT_MINUTES = 1
# (codebooks, period); "all" leaves the choice to the model.
CONDITIONS = (("all", 1), ("1", 1), ("1", 12))
TONES_HERTZ = (220.0, 277.2, 329.6, 440.0)


def synthesize(path, minutes):
    """Chords that change every second over a little noise, 16 bit mono; one pattern of a minute, repeated."""
    generator = random.Random(1)
    pattern = array("h")
    for second in range(60):
        factor = 2 ** (generator.randrange(12) / 12)
        for i in range(SAMPLE_RATE):
            value = sum(math.sin(2 * math.pi * factor * tone * i / SAMPLE_RATE) for tone in TONES_HERTZ)
            envelope = math.exp(-2 * i / SAMPLE_RATE)
            pattern.append(int(4000 * envelope * value + 300 * (2 * generator.random() - 1)))
    with wave.open(str(path), "wb") as file:
        file.setparams((1, 2, SAMPLE_RATE, 0, "NONE", ""))
        for _ in range(minutes):
            file.writeframesraw(pattern.tobytes())


def repeat(source, path, minutes):
    """`source` over and over, up to exactly the wanted length."""
    import soundfile

    samples, rate = soundfile.read(source, dtype="int16", always_2d=True)
    remaining = minutes * 60 * rate
    with soundfile.SoundFile(path, "w", rate, samples.shape[1], "PCM_16") as file:
        while remaining > 0:
            file.write(samples[:remaining])
            remaining -= len(samples)


def in_child(function, *arguments):
    """Keeps this process small: what it once held would count as its children's peak (execve keeps the figure)."""
    process = os.fork()
    if process == 0:
        status = 1
        try:
            function(*arguments)
            status = 0
        finally:
            os._exit(status)
    if os.waitstatus_to_exitcode(os.waitpid(process, 0)[1]) != 0:
        raise SystemExit("memory.py: could not write the input")


def run(command):
    """Runs `command`; its largest resident set in MiB and its seconds."""
    start = time.monotonic()
    process = os.posix_spawn(command[0], [str(part) for part in command], os.environ)
    _, status, usage = os.wait4(process, 0)
    if os.waitstatus_to_exitcode(status) != 0:
        raise SystemExit(f"memory.py: failed: {' '.join(map(str, command))}")
    own = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    if usage.ru_maxrss <= own:
        raise SystemExit(f"memory.py: {command[1]} needs no more than this script, {own / 1024:.1f} MiB: no figure")
    return usage.ru_maxrss / 1024, time.monotonic() - start


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("audio", nargs="?", type=Path, metavar="AUDIO")
    parser.add_argument("--vampc", required=True)
    parser.add_argument("--long-minutes", type=int, default=60, help="length of the long input (default 60)")
    parser.add_argument("--codebooks", type=int, default=14, help="what 'all' is in the model (default 14)")
    parser.add_argument("--conditions", default=" ".join(f"{k},{p}" for k, p in CONDITIONS),
                        help="codebooks and period, separated by blanks (default '%(default)s')")
    parser.add_argument("--option", action="append", default=[], help="handed to vampc, both for encode and decode")
    parser.add_argument("-o", "--output", type=Path, default=Path(__file__).with_name("RESULTS-memory.md"))
    arguments = parser.parse_args()
    vampc = shutil.which(arguments.vampc) or parser.error(f"no such program: {arguments.vampc}")
    vampc = os.path.abspath(vampc)

    rows, worst = [], 0
    with tempfile.TemporaryDirectory() as folder:
        folder = Path(folder)
        inputs = {}
        for minutes in (SHORT_MINUTES, arguments.long_minutes):
            inputs[minutes] = folder / f"{minutes}.wav"
            if arguments.audio:
                in_child(repeat, arguments.audio, inputs[minutes], minutes)
            else:
                in_child(synthesize, inputs[minutes], minutes)
        for condition in arguments.conditions.split():
            codebooks, period = condition.split(",")
            kept = str(arguments.codebooks) if codebooks == "all" else codebooks
            found = {}
            for minutes, audio in inputs.items():
                stream, decoded = folder / "stream.vampc", folder / "decoded.wav"
                options = ["-f", "-q", *arguments.option]
                found["encode", minutes] = run(
                    [vampc, "encode", *options, "-k", kept, "-p", period, "-o", stream, audio])
                found["decode", minutes] = run([vampc, "decode", *options, "-o", decoded, stream])
                # Room for the next one: an hour of WAV is 318 MB.
                decoded.unlink()
            for command in ("encode", "decode"):
                short, long = (found[command, minutes][0] for minutes in inputs)
                seconds = found[command, arguments.long_minutes][1]
                worst = max(worst, long / short)
                speed = arguments.long_minutes * 60 / seconds
                rows.append(f"| {command} | ({kept}, {period}) | {short:.1f} | {long:.1f} | **{long / short:.2f}** | {speed:.0f} |")
                print(rows[-1], flush=True)

    source = "a file, repeated" if arguments.audio else "chords and noise, synthesised"
    arguments.output.write_text(f"""# Memory

Written by `Benchmarks/memory.py`: largest resident set of the process, mono 44.1 kHz input ({source}).
The limit for the ratio is {LIMIT}; the largest found is {worst:.2f}.

| command | (codebooks, period) | {SHORT_MINUTES} min, MiB | {arguments.long_minutes} min, MiB | ratio | times real time |
|---|---|--:|--:|--:|--:|
""" + "\n".join(rows) + "\n")
    print(f"wrote {arguments.output}")
    return 0 if worst <= LIMIT else 1


if __name__ == "__main__":
    sys.exit(main())

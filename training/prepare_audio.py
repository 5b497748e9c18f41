"""Raw audio to parts that a training run can carry.

    prepare_audio.py SOURCE TARGET [--part-mib 16] [--seconds 70]

Every audio file below SOURCE becomes one mono excerpt of at most `--seconds`, from the middle, in one of the folders
TARGET/part-000, part-001 … of at most `--part-mib` each, in an order that makes every part a sample of the whole. A mono
Ogg Opus file that is short enough is copied as it is, everything else encoded as Ogg Opus of about 64 kbit/s, so that no
part is larger than it need be; `--flac` keeps what is heard, at ten times the size. `index.json` in each part says where each excerpt
comes from and which gain vampc's encoder would give it.

Files that cannot be read are named on standard error and left out; exit status 1 where nothing is left.
"""

import argparse
import json
import random
import shutil
import sys
from pathlib import Path

import numpy as np
import soundfile
from scipy.signal import resample_poly

from recipe.audio_pool import INDEX, audio_files, read_mono, recording_gain_db

SAMPLE_RATE = 44_100
OPUS_RATE = 48_000
# libsndfile's compression level for about 64 kbit/s of mono.
OPUS_LEVEL = 0.77
SHORTEST_SECONDS = 4.0
TARGET_LUFS = -24.0


def excerpt(samples, seconds):
    surplus = max(0, len(samples) - round(seconds * SAMPLE_RATE))
    return samples[surplus // 2 : len(samples) - (surplus - surplus // 2)]


def can_stay(path, seconds):
    """Whether a file is already what this script would make."""
    information = soundfile.info(path)
    return information.subtype == "OPUS" and information.channels == 1 and information.duration <= seconds + 1


def prepare(source, folder, arguments):
    """Writes one excerpt; its entry of the index."""
    samples = read_mono(source, SAMPLE_RATE)
    if len(samples) < SHORTEST_SECONDS * SAMPLE_RATE:
        raise ValueError(f"shorter than {SHORTEST_SECONDS} s")
    stem = "+".join(source.relative_to(arguments.source).with_suffix("").parts)
    if not arguments.flac and can_stay(source, arguments.seconds):
        target = folder / f"{stem}.opus"
        shutil.copyfile(source, target)
    else:
        samples = excerpt(samples, arguments.seconds)
        if arguments.flac:
            target = folder / f"{stem}.flac"
            soundfile.write(target, samples, SAMPLE_RATE, subtype="PCM_16")
        else:
            target = folder / f"{stem}.opus"
            resampled = np.clip(resample_poly(samples, OPUS_RATE // 300, SAMPLE_RATE // 300), -1, 1)
            soundfile.write(target, resampled, OPUS_RATE, format="OGG", subtype="OPUS", compression_level=OPUS_LEVEL)
    return {
        "file": target.name,
        "source": str(source.relative_to(arguments.source)),
        "seconds": round(len(samples) / SAMPLE_RATE, 2),
        "gain_db": round(recording_gain_db(samples, SAMPLE_RATE, arguments.loudness), 2),
    }


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("source", type=Path)
    parser.add_argument("target", type=Path)
    parser.add_argument("--part-mib", type=float, default=16)
    parser.add_argument("--seconds", type=float, default=70)
    parser.add_argument("--flac", action="store_true")
    parser.add_argument("--loudness", type=float, default=TARGET_LUFS, help=f"LUFS (default {TARGET_LUFS})")
    arguments = parser.parse_args()

    files = audio_files(arguments.source)
    random.Random(0).shuffle(files)
    # A folder of its own until it is known which part an excerpt goes into.
    waiting = arguments.target / "waiting"
    waiting.mkdir(parents=True, exist_ok=True)
    parts, size = [[]], 0
    for source in files:
        try:
            entry = prepare(source, waiting, arguments)
        except (soundfile.LibsndfileError, ValueError) as error:
            print(f"{source}: left out: {error}", file=sys.stderr, flush=True)
            continue
        byte_count = (waiting / entry["file"]).stat().st_size
        if parts[-1] and size + byte_count > arguments.part_mib * 2**20:
            parts.append([])
            size = 0
        parts[-1].append(entry)
        size += byte_count
    for number, entries in enumerate(parts):
        if not entries:
            raise SystemExit(f"{arguments.source}: no audio that can be used")
        folder = arguments.target / f"part-{number:03d}"
        folder.mkdir(exist_ok=True)
        for entry in entries:
            (waiting / entry["file"]).rename(folder / entry["file"])
        (folder / INDEX).write_text(json.dumps(entries, indent=1, ensure_ascii=False) + "\n")
        minutes = sum(entry["seconds"] for entry in entries) / 60
        print(f"{folder}: {len(entries)} excerpts, {minutes:.1f} min")
    waiting.rmdir()


if __name__ == "__main__":
    main()

"""Is a loss better imagined than silenced? Blocks of streams are damaged, and what comes out is compared.

    evaluate_concealment.py --vampc .build/release/vampc --pieces FOLDER
        [--judge FOLDER_OR_SCRIPT --judge-python PYTHON] [--rates "14,1:120 1,1:60"]

A stretch of every piece, mixed to mono, is encoded in blocks as long as a loss is to last, and blocks drawn with a
seed get a wrong byte, so that the reader loses them. Then:

    undamaged   the stream as it was
    imagined    as `vampc decode` does by default
    bridged     `--no-generate`: latents on a straight line over the gap; what the stream does not keep is left out
    silenced    the undamaged decode with silence in the lost stretches

Mel distance: equation 3 of the VampNet paper, over everything and inside the lost stretches alone, mean over pieces by
their length. Fréchet distance (with `--judge`, the folder that holds yamnet.tflite): over all windows of all pieces.
The first and the last block are never lost. Where the wanted share is less than a block, one is lost all the same: the
table says which share it came to.

Writes OUTPUT.md and OUTPUT.csv. Needs numpy and soundfile.
"""

import argparse
import csv
import random
import subprocess
import sys
import tempfile
from pathlib import Path

import numpy as np
import soundfile

import frechet_judge
from audio_metrics import frechet_distance, mel_distance
from vampc_runs import clips_in

SYNC = b"\xf5VC"
BLOCK_SECTION = 2
CHECKSUM_BYTES = 4
LOSS_SECONDS = (0.2, 1.0, 5.0)
SHARES = (0.01, 0.05, 0.20)
UNDAMAGED, IMAGINED, BRIDGED, SILENCED = "undamaged", "imagined", "bridged", "silenced"
WAYS = (IMAGINED, BRIDGED, SILENCED)
DECODED_DAMAGED = 2


def block_records(stream):
    """(start, end) of every record with tokens, in order (formats/container.md, section 2)."""
    found, position = [], 0
    while position < len(stream):
        assert stream[position : position + 3] == SYNC
        kind = stream[position + 3]
        length, shift, cursor = 0, 0, position + 4
        while True:
            byte = stream[cursor]
            length |= (byte & 0x7F) << shift
            cursor, shift = cursor + 1, shift + 7
            if byte < 0x80:
                break
        end = cursor + length + CHECKSUM_BYTES
        if kind & BLOCK_SECTION:
            found.append((position, end))
        position = end
    return found


def run(command, allowed=(0,)):
    result = subprocess.run([str(part) for part in command], capture_output=True, text=True)
    if result.returncode not in allowed:
        raise SystemExit(f"failed with {result.returncode}: {' '.join(map(str, command))}\n{result.stderr.strip()}")
    return result


def lost_spans(damaged_run, sample_rate, sample_count):
    """Samples that the decoder says are lost: "lost from A to B s"."""
    spans = []
    for line in damaged_run.stderr.splitlines():
        if "; lost from " in line:
            first, _, last, _ = line.split("; lost from ")[1].split()
            spans.append((round(float(first) * sample_rate), min(sample_count, round(float(last) * sample_rate))))
    return spans


def inside(signal, reference, sample_rate, spans):
    """Mel distance of the lost stretches alone."""
    lengths = [last - first for first, last in spans]
    values = [mel_distance(signal[a:b], reference[a:b], sample_rate) for a, b in spans]
    return float(np.average(values, weights=lengths))


class Experiment:
    def __init__(self, arguments, folder):
        self.vampc, self.folder, self.arguments = arguments.vampc, folder, arguments
        self.files = {}

    def excerpt(self, piece, seconds):
        path = self.folder / f"{piece.stem}-{seconds}.wav"
        if not path.exists():
            info = soundfile.info(piece)
            start = round(self.arguments.start * info.samplerate)
            samples, rate = soundfile.read(piece, start=start, frames=seconds * info.samplerate, always_2d=True)
            soundfile.write(path, samples.mean(1), rate, "PCM_16")
        return path

    def decode(self, stream, name, *options, allowed=(0,)):
        output = stream.with_name(f"{stream.stem}-{name}.wav")
        result = run([self.vampc, "decode", "-q", "-f", *options, "-o", output, stream], allowed)
        return output, result

    def results(self, piece, kept, seconds):
        """Yields (loss seconds, share wanted, share reached, way, mel, mel inside, file, reference file, seconds)."""
        codebooks, period = kept.split(",")
        original = self.excerpt(piece, seconds)
        reference, sample_rate = soundfile.read(original)
        for loss in LOSS_SECONDS:
            stream = self.folder / f"{original.stem}-{codebooks}-{period}-{loss}.vampc"
            run([self.vampc, "encode", "-q", "-f", "-k", codebooks, "-p", period, "--latency", loss, original, "-o", stream])
            whole = stream.read_bytes()
            blocks = block_records(whole)
            undamaged = None
            for share in SHARES:
                generator = random.Random(f"{piece.stem} {loss} {share} {self.arguments.seed}")
                count = max(1, round(share * len(blocks)))
                damaged = bytearray(whole)
                for start, end in generator.sample(blocks[1:-1], count):
                    damaged[end - CHECKSUM_BYTES - 1] ^= 0xFF
                broken = stream.with_name(f"{stream.stem}-{share}.vampc")
                broken.write_bytes(damaged)
                imagined, said = self.decode(broken, IMAGINED, allowed=(DECODED_DAMAGED,))
                bridged, _ = self.decode(broken, BRIDGED, "--no-generate", allowed=(DECODED_DAMAGED,))
                if undamaged is None:
                    undamaged = self.undamaged(stream, kept, original)
                spans = lost_spans(said, sample_rate, len(reference))
                silent, _ = soundfile.read(undamaged)
                for first, last in spans:
                    silent[first:last] = 0
                silenced = broken.with_name(f"{broken.stem}-{SILENCED}.wav")
                soundfile.write(silenced, silent, sample_rate, "PCM_16")
                reached = sum(last - first for first, last in spans) / len(reference)
                for way, path in ((UNDAMAGED, undamaged), (IMAGINED, imagined), (BRIDGED, bridged), (SILENCED, silenced)):
                    signal, _ = soundfile.read(path)
                    yield (loss, share, reached, way, mel_distance(signal, reference, sample_rate),
                           inside(signal, reference, sample_rate, spans), path, original, seconds)
                print(f"{piece.stem} ({kept}) {loss} s {share:.0%}", file=sys.stderr, flush=True)

    def undamaged(self, stream, kept, original):
        """Blocks do not change what is decoded: one decode serves all losses."""
        key = (original, kept)
        if key not in self.files:
            self.files[key], _ = self.decode(stream, UNDAMAGED)
        return self.files[key]


def embed(arguments, files):
    """Embeddings `[window, value]` of each file, by path."""
    model = next(path for path in (arguments.judge, arguments.judge.parent / "yamnet.tflite",
                                   arguments.judge / "yamnet.tflite") if path.suffix == ".tflite" and path.is_file())
    files = sorted(set(files))
    return dict(zip(files, frechet_judge.embed(arguments.judge_python, model, files)))


def table(arguments, folder, experiments):
    rows = []
    embeddings = None
    if arguments.judge:
        embeddings = embed(arguments, [path for _, found in experiments for row in found for path in row[6:8]])
    for kept, found in experiments:
        for loss in LOSS_SECONDS:
            for share in SHARES:
                for way in (UNDAMAGED, *WAYS):
                    cells = [row for row in found if row[0] == loss and row[1] == share and row[3] == way]
                    weights = [row[8] for row in cells]
                    columns = {
                        "kept": f"({kept.replace(',', ', ')})", "loss": f"{loss:g} s", "wanted": f"{share:.0%}",
                        "lost": f"{np.average([row[2] for row in cells], weights=weights):.1%}", "lost frames": way,
                        "mel": f"{np.average([row[4] for row in cells], weights=weights):.3f}",
                        "mel inside": f"{np.average([row[5] for row in cells], weights=[row[2] * row[8] for row in cells]):.3f}",
                    }
                    if embeddings:
                        original = np.concatenate([embeddings[row[7]] for row in cells])
                        decoded = np.concatenate([embeddings[row[6]] for row in cells])
                        columns["Fréchet"] = f"{frechet_distance(original, decoded):.2f}"
                    rows.append(columns)
    return rows


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--vampc", required=True)
    parser.add_argument("--pieces", type=Path, required=True)
    parser.add_argument("--rates", default="14,1:120 1,1:60", help="codebooks,period:seconds of each piece (default '%(default)s')")
    parser.add_argument("--start", type=float, default=60, help="where in each piece the stretch begins (default 60 s)")
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--judge", type=Path, help="yamnet.tflite, or a file beside it, or its folder")
    parser.add_argument("--judge-python", default="python3", help="Python with tflite-runtime (default python3)")
    parser.add_argument("--work", type=Path, help="where streams and decodes stay (default: a temporary folder)")
    parser.add_argument("-o", "--output", type=Path, default=Path("Benchmarks/RESULTS-concealment"))
    arguments = parser.parse_args()

    pieces = clips_in(arguments.pieces)
    with tempfile.TemporaryDirectory() as temporary:
        folder = arguments.work or Path(temporary)
        folder.mkdir(exist_ok=True, parents=True)
        experiment = Experiment(arguments, folder)
        experiments = []
        for rate in arguments.rates.split():
            kept, seconds = rate.split(":")
            experiments.append((kept, [row for piece in pieces for row in experiment.results(piece, kept, int(seconds))]))
        rows = table(arguments, folder, experiments)
    names = list(rows[0])
    with open(arguments.output.with_suffix(".csv"), "w", newline="") as file:
        writer = csv.DictWriter(file, names)
        writer.writeheader()
        writer.writerows(rows)
    lines = ["| " + " | ".join(names) + " |", "|---|--:|--:|--:|---|" + "--:|" * (len(names) - 5)]
    lines += ["| " + " | ".join(row[name] for name in names) + " |" for row in rows]
    arguments.output.with_suffix(".md").write_text(f"""# Losses imagined, bridged and silenced

Written by `scripts/evaluate_concealment.py` on {len(pieces)} pieces ({arguments.rates}: codebooks, period, seconds of each; seed {arguments.seed}).
Lower is better. "mel inside" is the mel distance of the lost stretches alone; "undamaged" is what the codec gives there
without a loss.

""" + "\n".join(lines) + "\n")
    print(arguments.output.with_suffix(".md").read_text())


if __name__ == "__main__":
    main()

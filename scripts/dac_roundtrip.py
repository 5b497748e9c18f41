#!/usr/bin/env python3
"""Crosses DAC's own tool and vampc: codecs of the published sizes, codes, sound and .dac files, both ways.

  python3 -m venv .dac && .dac/bin/pip install -r scripts/requirements-dac.txt
  .dac/bin/python scripts/dac_roundtrip.py FOLDER-OF-AUDIO [--vampc PATH] [--models 44khz,24khz,16khz] [--seconds 60]

Weights are random. Random networks answer every sound alike, so each layer is scaled and centred on the audio itself (unit
variance, no offset), each codebook's projection is centred, its inverse undoes it, and its entries are what frames of that audio leave
for it. Nothing is trained. Each codec is saved by the package, imported by `vampc model import`, and written down in
Benchmarks/RESULTS-dac-roundtrip.md as it comes along. Exit status 1 where a figure misses its bound.
"""

import argparse
import importlib.metadata
import math
import os
import pathlib
import re
import subprocess
import sys
import tempfile
import warnings

import numpy as np
import soundfile
import torch

warnings.filterwarnings("ignore")
import dac
import julius
from audiotools import AudioSignal

ROOT = pathlib.Path(__file__).resolve().parent.parent
TABLE = ROOT / "Benchmarks" / "RESULTS-dac-roundtrip.md"

# The published configurations: conf/final/*.yml of the package's repository.
MODELS = {
    "44khz": dict(encoder_dim=64, encoder_rates=[2, 4, 8, 8], decoder_dim=1536, decoder_rates=[8, 8, 4, 2],
                  n_codebooks=9, codebook_size=1024, codebook_dim=8, sample_rate=44_100),
    "24khz": dict(encoder_dim=64, encoder_rates=[2, 4, 5, 8], decoder_dim=1536, decoder_rates=[8, 5, 4, 2],
                  n_codebooks=32, codebook_size=1024, codebook_dim=8, sample_rate=24_000),
    "16khz": dict(encoder_dim=64, encoder_rates=[2, 4, 5, 8], decoder_dim=1536, decoder_rates=[8, 5, 4, 2],
                  n_codebooks=12, codebook_size=1024, codebook_dim=8, sample_rate=16_000),
}
AGREEMENT, LEAST_USED, LEAST_DB = 0.999, 200, 60.0


def gather(folder, sample_rate, seconds):
    """Pieces of all recordings in the folder, in stereo, joined to `seconds`."""
    paths = sorted(path for path in pathlib.Path(folder).iterdir() if path.suffix in {".wav", ".flac", ".ogg"})
    if not paths:
        sys.exit(f"no audio in {folder}")
    pieces = []
    share = seconds / len(paths)
    for path in paths:
        samples, rate = soundfile.read(path, dtype="float32", always_2d=True)
        start = max(0, len(samples) // 2 - int(share * rate))
        piece = torch.from_numpy(samples[start : start + math.ceil(share * rate), :2].T.copy())
        piece = piece if len(piece) == 2 else piece.repeat(2, 1)
        pieces.append(julius.resample_frac(piece, rate, sample_rate))
    return torch.cat(pieces, dim=1)[:, : int(seconds * sample_rate)]


@torch.no_grad()
def calibrate_layers(network, sample, target=1.0):
    """Gives every weight-normalised convolution of `network` unit variance over time and no offset, first to last."""
    handles = []

    def correct(module, inputs, output):
        mean = output.mean(dim=(0, 2))
        deviation = (output - mean[None, :, None]).std() + 1e-9
        module.weight_g.mul_(target / deviation)
        module.bias.copy_((module.bias - mean) * target / deviation)
        return (output - mean[None, :, None]) * (target / deviation)

    for module in network.modules():
        if isinstance(module, (torch.nn.Conv1d, torch.nn.ConvTranspose1d)):
            handles.append(module.register_forward_hook(correct))
    network(sample)
    for handle in handles:
        handle.remove()


@torch.no_grad()
def make(name, audio):
    torch.manual_seed(20_000 + sorted(MODELS).index(name))
    model = dac.DAC(**MODELS[name]).eval()
    signal = AudioSignal(audio.mean(0, keepdim=True)[None], model.sample_rate).normalize(-16).ensure_max_of_audio()
    sample = model.preprocess(signal.audio_data, model.sample_rate)
    short = sample[..., : 5 * model.sample_rate // model.hop_length * model.hop_length]
    calibrate_layers(model.encoder, short)
    residual = model.encoder(sample)
    generator = torch.Generator().manual_seed(1)
    quantised = torch.zeros_like(residual)
    for stage in model.quantizer.quantizers:
        weight = stage.in_proj.weight_v[..., 0]
        weight = weight / weight.norm(dim=1, keepdim=True)
        mean = residual.mean(dim=(0, 2))
        inverse = torch.linalg.pinv(weight)
        stage.in_proj.weight_v.copy_(weight[..., None])
        stage.in_proj.weight_g.fill_(1)
        stage.in_proj.bias.copy_(-weight @ mean)
        stage.out_proj.weight_v.copy_(inverse[..., None])
        stage.out_proj.weight_g.copy_(inverse.norm(dim=1)[:, None, None])
        stage.out_proj.bias.copy_(inverse @ weight @ mean)
        seen = stage.in_proj(residual)[0].T
        chosen = seen[torch.randperm(max(len(seen), stage.codebook_size), generator=generator)[: stage.codebook_size] % len(seen)]
        # Frames of silence are all alike; entries may not be, or which of them is nearest is a matter of rounding.
        stage.codebook.weight.copy_(chosen + 0.05 * seen.std() * torch.randn(chosen.shape, generator=generator))
        found = stage(residual)[0]
        quantised += found
        residual = residual - found
    calibrate_layers(model.decoder, quantised[..., : 5 * model.sample_rate // model.hop_length])
    # A last layer of moderate level, so that tanh bends it and does not clip it.
    last = [module for module in model.decoder.modules() if isinstance(module, torch.nn.Conv1d)][-1]
    last.weight_g.mul_(0.3)
    last.bias.mul_(0.3)
    return model


def si_sdr(reference, found):
    """In dB, scale and offset taken out; of all channels together."""
    reference = (reference - reference.mean()).astype(np.float64).ravel()
    found = (found - found.mean()).astype(np.float64).ravel()
    scaled = reference * (found @ reference) / (reference @ reference)
    return 10 * math.log10((scaled @ scaled) / max(1e-30, ((found - scaled) ** 2).sum()))


class Vampc:
    def __init__(self, program, folder):
        self.program, self.folder = program, folder
        self.environment = {**os.environ, "XDG_DATA_HOME": str(folder / "data"), "VAMPC_MODELS": ""}

    def __call__(self, *arguments):
        result = subprocess.run([self.program, *map(str, arguments)], env=self.environment, capture_output=True, text=True)
        if result.returncode != 0:
            sys.exit(f"vampc {' '.join(map(str, arguments))}: {result.stderr}")
        return result.stdout + result.stderr

    def decode(self, path, *options):
        target = self.folder / "decoded.wav"
        self("decode", "-f", "--bits", "float", "-o", target, *options, path)
        return soundfile.read(target, dtype="float32", always_2d=True)[0].T


def bare_length(decoder, frames):
    """Samples that a decoder gives for one window without padding."""
    length = frames
    for layer in decoder.modules():
        if isinstance(layer, torch.nn.ConvTranspose1d):
            length = (length - 1) * layer.stride[0] + layer.kernel_size[0]
        elif isinstance(layer, torch.nn.Conv1d):
            length -= layer.dilation[0] * (layer.kernel_size[0] - 1)
    return length


def cut(recording, model, seconds):
    """Keeps the first windows, or frames, of a recording."""
    if recording.padding:
        frames = math.ceil(seconds * model.sample_rate / model.hop_length)
        samples = frames * model.hop_length
        recording.chunk_length = min(recording.chunk_length, frames)
    else:
        step = bare_length(model.decoder, recording.chunk_length)
        windows = math.ceil(seconds * model.sample_rate / step)
        frames, samples = windows * recording.chunk_length, windows * step
    recording.codes = recording.codes[..., :frames]
    # Odd strides decode to a few samples fewer, which the tool could not fill.
    length = samples * recording.sample_rate // model.sample_rate - 2 * model.hop_length
    recording.original_length = int(min(recording.original_length, length))


def cross(vampc, model, name, folder, samples, rate, window, heard):
    """One recording through both, each reading the other's file; of a long one the tool's first `heard` seconds."""
    source = folder / "source.wav"
    soundfile.write(source, samples.T.numpy(), rate, subtype="FLOAT")
    theirs = model.compress(AudioSignal(samples[None], rate), win_duration=window)
    theirs_path = theirs.save(folder / "theirs.dac")
    ours_path = folder / "ours.dac"
    vampc("encode", "-f", "--format", "dac", "--model", name, "--channels", "keep", "--window", window or "whole",
          "-o", ours_path, source)
    ours = dac.DACFile.load(ours_path)
    frames = min(ours.codes.shape[-1], theirs.codes.shape[-1])
    row = dict(model=name, rate=rate, channels=len(samples), window=window,
               seconds=samples.shape[1] / rate, tokens=theirs.codes.numel(), extra=ours.codes.shape[-1] - theirs.codes.shape[-1])
    row["agreement"] = (ours.codes[..., :frames] == theirs.codes[..., :frames]).float().mean().item()
    row["used"] = min(len(theirs.codes[:, index].unique()) for index in range(theirs.codes.shape[1]))
    row["loudness"] = float(np.abs(np.asarray(ours.input_db) - theirs.input_db.numpy()).max())
    row["heard"] = row["seconds"] if heard is None else min(heard, row["seconds"])
    if row["heard"] < row["seconds"]:
        theirs = dac.DACFile.load(theirs_path)
        theirs.input_db = torch.from_numpy(theirs.input_db)
        cut(theirs, model, heard)
        theirs_path = theirs.save(folder / "theirs.dac")
    reference = model.decompress(str(theirs_path)).audio_data[0].numpy()
    decoded = vampc.decode(theirs_path, "--model", name)
    row["theirs_si_sdr"] = si_sdr(reference, decoded)
    row["theirs_level"] = 20 * math.log10(np.abs(decoded).astype(np.float64).mean() / np.abs(reference).astype(np.float64).mean())
    row["ours_si_sdr"] = None
    if row["heard"] == row["seconds"]:
        row["ours_si_sdr"] = si_sdr(model.decompress(str(ours_path)).audio_data[0].numpy(), vampc.decode(ours_path))
    # A few seconds have too few frames to use that many entries.
    row["passed"] = (row["agreement"] >= AGREEMENT and (row["used"] >= LEAST_USED or row["seconds"] < 10)
                     and row["theirs_si_sdr"] >= LEAST_DB and (row["ours_si_sdr"] or LEAST_DB) >= LEAST_DB)
    return row


def write_table(rows, sizes, vampc, arguments):
    level = re.search(r"(\d+) threads?, (\S+)", vampc.verbose)
    versions = {package: importlib.metadata.version(package)
                for package in ["descript-audio-codec", "torch", "descript-audiotools", "julius", "numpy"]}
    lines = [
        "# DAC's own tool and vampc",
        "",
        f"Written by `scripts/dac_roundtrip.py` on {arguments.seconds:g} s of real audio, pieces of all clips of a folder joined. Random weights, scaled and centred",
        "layer by layer on that audio, codebooks filled from it; saved by the package as a `.pth` file and imported by `vampc model import`.",
        "",
        f"vampc {vampc('--version').strip()}, {level.group(2) if level else 'unknown level'}; "
        + ", ".join(f"{package} {version}" for package, version in versions.items()) + f"; Python {sys.version.split()[0]}; on the CPU.",
        "",
        "| model | parameters | source | window | tokens | codes that agree | entries used, least | loudness, dB off | its file here: SI-SDR | level | our file: SI-SDR | |",
        "|---|--:|---|---|--:|--:|--:|--:|--:|--:|--:|---|",
    ]
    for row in rows:
        window = "whole, padded" if row["window"] is None else f"{row['window']:g} s, unpadded"
        lines.append(
            f"| {row['model']} | {sizes[row['model']] / 1e6:.1f} M | {row['seconds']:.0f} s, {row['channels']} ch, {row['rate']} Hz | {window} | {row['tokens']} "
            f"| {100 * row['agreement']:.3f} % | {row['used']} | {row['loudness']:.4f} | {row['theirs_si_sdr']:.1f} dB over {row['heard']:.0f} s | {row['theirs_level']:+.5f} dB "
            f"| {'–' if row['ours_si_sdr'] is None else format(row['ours_si_sdr'], '.1f') + ' dB'} | {'' if row['passed'] else '**misses its bound**'} |")
    lines += [
        "",
        f"Bounds: codes that agree at least {100 * AGREEMENT:g} %, every codebook with at least {LEAST_USED} different entries, SI-SDR at least {LEAST_DB:g} dB.",
        "\"Codes that agree\" compares what the tool and `vampc encode --format dac` make of the same WAV file. \"Its file here\" is the tool's `.dac` file decoded by `vampc decode",
        "--bits float` against the tool's own decoding of it, \"our file\" a file of vampc's, decoded by both. SI-SDR forgives a level, which therefore stands beside it.",
        "",
    ]
    TABLE.write_text("\n".join(lines))


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("folder")
    parser.add_argument("--vampc", default=str(ROOT / ".build" / "release" / "vampc"))
    parser.add_argument("--models", default="44khz,24khz,16khz")
    parser.add_argument("--seconds", type=float, default=60)
    parser.add_argument("--heard", type=float, help="decode no more seconds of the long recordings; default: all")
    arguments = parser.parse_args()
    rows, sizes = [], {}
    with tempfile.TemporaryDirectory() as temporary:
        folder = pathlib.Path(temporary)
        vampc = Vampc(arguments.vampc, folder)
        for name in arguments.models.split(","):
            rate = MODELS[name]["sample_rate"]
            audio = gather(arguments.folder, rate, arguments.seconds)
            model = make(name, audio)
            sizes[name] = sum(parameter.numel() for parameter in model.parameters())
            checkpoint = folder / f"{name}.pth"
            model.save(str(checkpoint), package=False)
            vampc("model", "import", "--name", name, checkpoint)
            checkpoint.unlink()
            mono = audio.mean(0, keepdim=True)
            other = 48_000 if rate == 44_100 else 44_100
            short = gather(arguments.folder, other, 2)
            silent = folder / "silence.wav"
            soundfile.write(silent, np.zeros(rate), rate)
            vampc.verbose = vampc("encode", "-v", "-f", "--format", "dac", "--model", name, "-o", folder / "silence.dac", silent)
            for samples, source_rate, window in [(mono, rate, None), (mono, rate, 5.0), (short, other, 1.0)]:
                rows.append(cross(vampc, model, name, folder, samples, source_rate, window, arguments.heard))
                print(rows[-1], flush=True)
                write_table(rows, sizes, vampc, arguments)
            vampc("model", "remove", name)
    sys.exit(0 if all(row["passed"] for row in rows) else 1)


if __name__ == "__main__":
    main()

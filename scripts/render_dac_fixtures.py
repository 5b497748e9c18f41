#!/usr/bin/env python3
"""Renders fixtures/dac-files, .dac files as DAC's own tool writes them, what it decodes them to, and broken ones, and the
beginning of fixtures/fuzz/dac-file.

  pip install descript-audio-codec==1.0.0 safetensors
  scripts/render_dac_fixtures.py

Two tiny DACs with random weights, one with odd strides. The audio is synthetic. Run scripts/fixtures-manifest afterwards.
"""

import hashlib
import io
import json
import os
import pathlib
import pickle
import shutil
import warnings

import numpy as np
import soundfile
import torch

warnings.filterwarnings("ignore")
import dac
from audiotools import AudioSignal
from safetensors.torch import save_file

FIXTURES = pathlib.Path(__file__).resolve().parent.parent / "fixtures"
FOLDER = FIXTURES / "dac-files"
CORPUS = FIXTURES / "fuzz" / "dac-file"

MODELS = {
    "tiny": dict(encoder_dim=2, encoder_rates=[2, 4], decoder_dim=8, decoder_rates=[4, 2], n_codebooks=3,
                 codebook_size=32, codebook_dim=2, sample_rate=16_000),
    "odd": dict(encoder_dim=2, encoder_rates=[2, 5], decoder_dim=8, decoder_rates=[5, 2], n_codebooks=2,
                codebook_size=32, codebook_dim=2, sample_rate=8_000),
}

# name: model, channels, sample rate, seconds, window in seconds (None: in one piece), codebooks (None: all)
CASES = {
    "padded-mono": ("tiny", 1, 16_000, 0.12345, 5.0, None),
    "padded-stereo-22050": ("tiny", 2, 22_050, 0.11, None, None),
    "windows-mono": ("tiny", 1, 16_000, 0.75, 0.2, None),
    "windows-stereo-44100": ("tiny", 2, 44_100, 0.3, 0.2, None),
    "two-codebooks": ("tiny", 1, 16_000, 0.1, 5.0, 2),
    "odd-padded": ("odd", 1, 8_000, 0.20025, None, None),
    "odd-windows": ("odd", 1, 8_000, 0.9, 0.3, None),
}


def model(name):
    torch.manual_seed(sorted(MODELS).index(name) + 1)
    network = dac.DAC(**MODELS[name]).eval()
    # Random initialisation is faint; this makes every layer count.
    with torch.no_grad():
        for parameter_name, parameter in network.named_parameters():
            if parameter_name.endswith("weight_g"):
                parameter.mul_(1.6)
            if parameter_name.endswith("bias"):
                parameter.normal_(0, 0.02)
            if parameter_name.endswith("alpha"):
                parameter.uniform_(0.5, 1.5)
    folder = FOLDER / "models" / name
    folder.mkdir(parents=True)
    metadata = {"kind": "DAC", "role": "codec", "name": name, "kwargs": json.dumps(MODELS[name]),
                "licence": "CC0-1.0", "source": "random weights, scripts/render_dac_fixtures.py"}
    save_file({key: value.contiguous() for key, value in network.state_dict().items()},
              folder / "codec.safetensors", metadata=metadata)
    return network


def audio(channels, sample_rate, seconds):
    count = int(seconds * sample_rate)
    time = np.arange(count) / sample_rate
    noise = np.random.default_rng(count + channels)
    tracks = [0.3 * np.sin(2 * np.pi * (200 + 900 * channel + 1_500 * time) * time) + 0.05 * noise.standard_normal(count)
              for channel in range(channels)]
    return np.stack(tracks).astype(np.float32)


def npy(value, protocol=4, header=None):
    """An object array as np.save writes it, with any pickle protocol."""
    array = np.empty((), dtype=object)
    array[()] = value
    stream = io.BytesIO()
    np.lib.format.write_array_header_1_0(stream, {"descr": "|O", "fortran_order": False, "shape": ()})
    return (header or stream.getvalue()) + pickle.dumps(array, protocol=protocol)


class Call:
    """Pickles into a call."""

    def __init__(self, function, *arguments):
        self.function, self.arguments = function, arguments

    def __reduce__(self):
        return self.function, self.arguments


def changed(codes, metadata, **changes):
    return {"codes": codes, "metadata": {**metadata, **changes}}


def spellings(codes, metadata):
    """The same recording, stored otherwise."""
    loudness = metadata["input_db"].astype(">f8").reshape(())
    text = b"{'shape': (), \"fortran_order\": True, 'descr': '|O'}      \n"
    wide = b"\x93NUMPY\x02\x00" + len(text).to_bytes(4, "little") + text
    return {
        "big-endian": npy(changed(codes.astype(">u2"), metadata)),
        "int64": npy(changed(codes.astype("<i8"), metadata)),
        "int32-big-endian": npy(changed(codes.astype(">i4"), metadata)),
        "fortran-order": npy(changed(np.asfortranarray(codes), metadata)),
        "float64-loudness": npy(changed(codes, metadata, input_db=loudness)),
        "protocol-3": npy(changed(codes, metadata), protocol=3),
        "more-keys": npy({**changed(codes, metadata, more=1), "more": [None]}),
        "header-version-2": npy(changed(codes, metadata), header=wide),
    }


def saved(array):
    stream = io.BytesIO()
    np.save(stream, array, allow_pickle=True)
    return stream.getvalue()


def faults(codes, metadata):
    """Broken and hostile files; the names say the fault."""
    whole = npy(changed(codes, metadata))
    number = lambda value: pickle.dumps(value, 2)[2:-1]
    incomplete = {key: value for key, value in metadata.items() if key != "original_length"}
    two = np.array([changed(codes, metadata), changed(codes, metadata)], dtype=object)
    return {
        "calls-os-system": npy(changed(codes, metadata, more=Call(os.system, "touch executed"))),
        "calls-eval": npy({"codes": Call(eval, "1"), "metadata": metadata}),
        "truncated-header": whole[:70],
        "truncated-pickle": whole[: len(whole) // 2],
        "trailing-bytes": whole + b"\0",
        "bytes-pickled-by-protocol-2": npy(changed(codes, metadata), protocol=2),
        "plain-array": saved(codes),
        "two-objects": saved(two),
        "no-dictionary": npy([1, 2]),
        "codes-missing": npy({"metadata": metadata}),
        "codes-of-floats": npy(changed(codes.astype(np.float32), metadata)),
        "codes-of-bytes": npy(changed(codes.astype(np.uint8), metadata)),
        "codes-negative": npy(changed(-codes.astype(np.int32), metadata)),
        "codes-of-two-axes": npy(changed(codes[0], metadata)),
        "codes-beyond-codebook": npy(changed(codes + 1_000, metadata)),
        "shape-beyond-bytes": whole.replace(number(codes.shape[2]) + b"\x87", number(codes.shape[2] + 1) + b"\x87"),
        "channels-differ": npy(changed(codes, metadata, channels=1)),
        "window-of-nothing": npy(changed(codes, metadata, chunk_length=0)),
        "window-too-short": npy(changed(codes, metadata, chunk_length=2, padding=False)),
        "length-beyond-codes": npy(changed(codes, metadata, original_length=10**9)),
        "length-missing": npy({"codes": codes, "metadata": incomplete}),
        "rate-of-nothing": npy(changed(codes, metadata, sample_rate=0)),
        "loudness-not-a-number": npy(changed(codes, metadata, input_db=np.array([np.nan], np.float32))),
        "loudness-of-a-batch": npy(changed(codes, metadata, input_db=np.array([-20, -20], np.float32))),
        "padding-of-text": npy(changed(codes, metadata, padding="False")),
        "version-unknown": npy(changed(codes, metadata, dac_version="2.0.0")),
    }


def main():
    shutil.rmtree(FOLDER / "models", ignore_errors=True)
    for name in ["valid", "variants", "invalid"]:
        shutil.rmtree(FOLDER / name, ignore_errors=True)
        (FOLDER / name).mkdir(parents=True)
    networks = {name: model(name) for name in MODELS}
    for name, (model_name, channels, sample_rate, seconds, window, codebooks) in CASES.items():
        samples = audio(channels, sample_rate, seconds)
        soundfile.write(FOLDER / "valid" / f"{name}.wav", samples.T, sample_rate, subtype="FLOAT")
        signal = AudioSignal(torch.from_numpy(samples)[None], sample_rate)
        network = networks[model_name]
        recording = network.compress(signal, win_duration=window, n_quantizers=codebooks)
        recording.save(FOLDER / "valid" / f"{name}.dac")
        np.save(FOLDER / "valid" / f"{name}.codes.npy", recording.codes.numpy().astype(np.int32))
        decoded = network.decompress(recording).audio_data[0].numpy()
        np.save(FOLDER / "valid" / f"{name}.decoded.npy", decoded)

    content = np.load(FOLDER / "valid" / "padded-stereo-22050.dac", allow_pickle=True)[()]
    for folder, files in [("variants", spellings(**content)), ("invalid", faults(**content))]:
        for name, data in files.items():
            (FOLDER / folder / f"{name}.dac").write_bytes(data)

    # Small ones for the fuzzer to begin with.
    CORPUS.mkdir(parents=True, exist_ok=True)
    few = {**content, "codes": content["codes"][:, :2, :3].copy()}
    for data in [npy(few), *spellings(**few).values(), *faults(**few).values()]:
        (CORPUS / hashlib.sha1(data).hexdigest()).write_bytes(data)


if __name__ == "__main__":
    main()

"""A codec in a wider network."""

from __future__ import annotations

import copy
import os
import shutil
import subprocess
import sys
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
import torch
from conftest import TINY, TRAINING
from conftest import run as command

from recipe.audio_pool import AudioPool
from recipe.configuration import Configuration
from recipe.dac import DAC
from recipe.model_files import load_network, save_network
from recipe.tokens import load_codebooks
from recipe.widening import blend, widen


def wider(configuration: Configuration, **widths: Any) -> Configuration:
    return replace(configuration, codec=replace(configuration.codec, **widths))


def test_computes_the_same_and_learns_with_all_of_it(audio: AudioPool, configuration: Configuration) -> None:
    torch.manual_seed(1)
    narrow = DAC(**configuration.codec.kwargs)
    wide = DAC(**wider(configuration, encoder_dim=6, decoder_dim=80).codec.kwargs)
    widen(wide, narrow)
    crops = audio.crops(3, 24 * narrow.hop)
    codes = narrow.encode(crops)
    assert torch.equal(wide.encode(crops), codes)
    torch.testing.assert_close(wide.decode(codes), narrow.decode(codes), rtol=0, atol=1e-6)
    torch.testing.assert_close(wide.encoder(crops), narrow.encoder(crops), rtol=1e-4, atol=1e-5)
    wide.decoder(wide.encoder(crops)).square().sum().backward()
    silent = [
        name for name, value in wide.named_parameters() if not name.startswith("quantizer") and not value.grad.any()
    ]
    assert silent == []
    # Channels that nobody reads yet learn to be read first.
    weight = wide.decoder.model[-2].parametrizations.weight.original1
    assert not weight[:, 3:].any() and weight.grad[:, 3:].all()


def test_a_decoder_between_a_wide_one_and_the_one_it_began_as(audio: AudioPool, configuration: Configuration) -> None:
    torch.manual_seed(1)
    narrow = DAC(**configuration.codec.kwargs)
    wide = DAC(**wider(configuration, encoder_dim=6, decoder_dim=80).codec.kwargs)
    widen(wide, narrow)
    codes = narrow.encode(audio.crops(2, 24 * narrow.hop))
    expected = narrow.decode(codes)
    with torch.no_grad():
        for parameter in wide.decoder.parameters():
            parameter.add_(0.02 * torch.randn_like(parameter))
    distances = []
    for share in (0, 0.5, 1):
        between = copy.deepcopy(wide)
        blend(between.decoder, narrow.decoder, share)
        distances.append((between.decode(codes) - expected).square().mean().item())
    torch.testing.assert_close(between.decode(codes), expected, rtol=0, atol=1e-6)
    assert distances[0] > 2 * distances[1] > 0


def test_begins_joint_training_from_a_file(audio_folder: Path, configuration: Configuration, tmp_path: Path) -> None:
    narrow = DAC(**configuration.codec.kwargs)
    path = tmp_path / "codec.safetensors"
    save_network(path, narrow.state_dict(), "DAC", "codec", "narrow", configuration.codec.kwargs, {})
    text = TINY.read_text()
    wide = tmp_path / "wide.toml"
    wide.write_text(text.replace("encoder_dim = 4", "encoder_dim = 6").replace("decoder_dim = 48", "decoder_dim = 80"))
    start = ("train-codec", "--audio", audio_folder, "--weights-of", path, "--steps", 2, "--log-every", 1)
    output = command(*start, "--configuration", wide, "--state", tmp_path / "state")
    assert "joint 0: mel" in output and "joint, step 2" in output
    others = {
        "size": {"codebook_size = 32": "codebook_size = 64"},
        "rates": {
            "encoder_rates = [4, 4, 2, 2]": "encoder_rates = [2, 2, 4, 4]",
            "decoder_rates = [2, 2, 4, 4]": "decoder_rates = [4, 4, 2, 2]",
        },
        "narrower": {"decoder_dim = 48": "decoder_dim = 32"},
    }
    for name, changes in others.items():
        other, changed = tmp_path / f"{name}.toml", text
        for before, after in changes.items():
            assert before in changed
            changed = changed.replace(before, after)
        other.write_text(changed)
        with pytest.raises(AssertionError, match=r"not a codec that fits into the one of the configuration"):
            command(*start, "--configuration", other, "--state", tmp_path / name)


def test_a_frozen_codec_makes_the_tokens_of_the_decoder_that_goes_on(
    audio_folder: Path, configuration: Configuration, tmp_path: Path
) -> None:
    path = tmp_path / "codec.safetensors"
    kwargs = configuration.codec.kwargs
    save_network(path, DAC(**kwargs).state_dict(), "DAC", "codec", "first", kwargs, {})
    run = (
        "train-codec",
        "--configuration",
        TINY,
        "--audio",
        audio_folder,
        "--state",
        tmp_path / "state",
        "--weights-of",
        path,
        "--log-every",
        1,
    )
    output = command(*run, "--freeze-after", 0, "--steps", 4)
    assert "frozen.safetensors: the decoder goes on alone" in output and "decoder, step 6" in output
    frozen, metadata = load_network(tmp_path / "state" / "frozen.safetensors")
    assert metadata["loudness_lufs"] == "-24"
    command(
        "export-model",
        "--configuration",
        TINY,
        "--name",
        "x",
        "--codec",
        tmp_path / "state",
        "--out",
        tmp_path / "x",
        "--codes-of",
        tmp_path / "state" / "frozen.safetensors",
    )
    last = load_network(tmp_path / "x" / "codec.safetensors")[0].state_dict()
    changed = {name.split(".")[0] for name, value in frozen.state_dict().items() if not torch.equal(value, last[name])}
    assert changed == {"decoder"}
    # Goes on as what it is.
    assert "decoder, step 8" in command(*run[:-4], "--steps", 2, "--log-every", 1)


def test_a_whole_model_in_one_go(audio_folder: Path, configuration: Configuration, tmp_path: Path) -> None:
    kwargs = configuration.codec.kwargs
    save_network(tmp_path / "codec.safetensors", DAC(**kwargs).state_dict(), "DAC", "codec", "first", kwargs, {})
    (tmp_path / "audio").mkdir()
    shutil.copytree(audio_folder, tmp_path / "audio" / "part-000")
    environment = os.environ | {
        "PYTHON": sys.executable,
        "CONFIGURATION": str(TINY),
        "COMPILE": "",
        "AUDIO": str(tmp_path / "audio"),
        "VALIDATION": str(tmp_path / "audio"),
        "FROM": str(tmp_path / "codec.safetensors"),
        "WORK": str(tmp_path / "work"),
        "SECONDS_IN_ALL": "45",
        "JOINT_SECONDS": "12",
        "SAVE_SECONDS": "5",
        "VARIANTS": "1",
        "NAME": "tiny",
    }
    result = subprocess.run(["bash", TRAINING / "train-in-one-go"], env=environment, capture_output=True, text=True)
    logs = {path.name: path.read_text() for path in (tmp_path / "work").glob("*.txt")}
    assert result.returncode == 0, (result.stdout + result.stderr, logs)
    assert "the decoder goes on alone" in logs["codec.txt"]
    for role in ("codec", "coarse", "c2f"):
        load_network(tmp_path / "work" / "model" / f"{role}.safetensors")
    # What the decoder heard is there, and the tokens are those of the codec that came out.
    assert (tmp_path / "work" / "generator" / "c2f.safetensors").exists()
    codec, _ = load_network(tmp_path / "work" / "model" / "codec.safetensors")
    assert torch.equal(codec.quantizer.books, torch.from_numpy(load_codebooks(tmp_path / "work" / "tokens")))
    failed = subprocess.run(
        ["bash", TRAINING / "train-in-one-go"],
        env=environment | {"FROM": "nowhere", "WORK": str(tmp_path / "other")},
        capture_output=True,
        text=True,
    )
    assert failed.returncode != 0

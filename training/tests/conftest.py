"""What the tests of the recipe share. They run on a CPU, on the tiny configuration."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
import torch

from recipe.audio_pool import AudioPool
from recipe.configuration import Configuration, load_configuration
from recipe.portable_checkpoint import PortableCheckpoint
from recipe.runs import Machine

TRAINING = Path(__file__).resolve().parents[1]
REPOSITORY = TRAINING.parent
TINY = TRAINING / "configurations" / "tiny.toml"


def run(command: str, *arguments: Any) -> str:
    """Runs one of the recipe's commands; its standard output."""
    result = subprocess.run([sys.executable, TRAINING / command, *map(str, arguments)], capture_output=True, text=True)
    assert result.returncode == 0, f"{command} {' '.join(map(str, arguments))}\n{result.stdout}{result.stderr}"
    return result.stdout


def saved_in(folder: Path) -> PortableCheckpoint:
    """The checkpoint in a folder that has one."""
    state = PortableCheckpoint.load(folder)
    assert state is not None
    return state


@pytest.fixture
def configuration() -> Configuration:
    return load_configuration(TINY)


@pytest.fixture
def machine() -> Machine:
    torch.manual_seed(0)
    machine = Machine(is_compiled=False)
    # The same arithmetic on every CPU; tests of 16-bit products ask for them.
    machine.has_16_bit_products = False
    return machine


@pytest.fixture(scope="session")
def audio_folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The repository's music and speech, prepared."""
    folder = tmp_path_factory.mktemp("audio")
    run("prepare-audio", REPOSITORY / "fixtures" / "audio", folder, "--seconds", 20)
    return folder / "part-000"


@pytest.fixture
def audio(audio_folder: Path, configuration: Configuration, machine: Machine) -> AudioPool:
    length = configuration.codec_training.crop_frames * configuration.codec.hop
    return AudioPool(audio_folder, configuration.audio, configuration.codec.sample_rate, length, machine.device)

"""What the tests of the recipe share. They run on a CPU, on the tiny configuration."""

import os
import subprocess
import sys
from pathlib import Path

# Read when torch is loaded. Networks this small only lose by threads, and waiting threads must not spin.
os.environ.setdefault("OMP_NUM_THREADS", "1")
os.environ.setdefault("OMP_WAIT_POLICY", "passive")

import pytest
import torch

TRAINING = Path(__file__).resolve().parents[1]
REPOSITORY = TRAINING.parent
sys.path.insert(0, str(TRAINING))

from recipe.audio_pool import AudioPool
from recipe.configuration import load_configuration
from recipe.slices import Machine

TINY = TRAINING / "configurations" / "tiny.toml"


def run(command, *arguments):
    """Runs one of the recipe's commands; its standard output."""
    result = subprocess.run(
        [sys.executable, TRAINING / command, *map(str, arguments)], capture_output=True, text=True)
    assert result.returncode == 0, f"{command} {' '.join(map(str, arguments))}\n{result.stdout}{result.stderr}"
    return result.stdout


@pytest.fixture
def configuration():
    return load_configuration(TINY)


@pytest.fixture
def machine():
    torch.manual_seed(0)
    machine = Machine(is_compiled=False)
    # The same arithmetic on every CPU; tests of 16-bit products ask for them.
    machine.has_16_bit_products = False
    return machine


@pytest.fixture(scope="session")
def audio_folder(tmp_path_factory):
    """The repository's music and speech, prepared."""
    folder = tmp_path_factory.mktemp("audio")
    run("prepare_audio.py", REPOSITORY / "fixtures" / "audio", folder, "--seconds", 20)
    return folder / "part-000"


@pytest.fixture
def audio(audio_folder, configuration, machine):
    length = configuration.codec_training.crop_frames * configuration.codec.hop
    return AudioPool(audio_folder, configuration.audio, configuration.codec.sample_rate, length, machine.device)

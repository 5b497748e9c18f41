"""Configuration files."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pytest
from conftest import TINY

from recipe.codec_run import CodecRun
from recipe.codec_training import DecoderTraining, JointTraining
from recipe.configuration import Configuration, ConfigurationError, load_configuration
from recipe.runs import Machine


@pytest.fixture
def derived(tmp_path: Path) -> Callable[[str], Configuration]:
    """The configuration in a file of the given text beside the tiny one."""
    (tmp_path / TINY.name).write_text(TINY.read_text())

    def write(text: str) -> Configuration:
        (tmp_path / "derived.toml").write_text(text)
        return load_configuration(tmp_path / "derived.toml")

    return write


CONFIGURATIONS = sorted(TINY.parent.glob("*.toml"))


@pytest.mark.parametrize("path", CONFIGURATIONS, ids=lambda path: path.stem)
def test_a_run_can_begin_with_every_configuration(path: Path, machine: Machine) -> None:
    configuration = load_configuration(path)
    run = CodecRun(configuration, machine, 0)
    assert JointTraining(run.network, configuration, machine).trained
    assert DecoderTraining(run.network, configuration, machine).trained


def test_there_are_configurations() -> None:
    assert len(CONFIGURATIONS) > 3


def test_a_file_says_what_is_other_than_in_its_base(
    derived: Callable[[str], Configuration], configuration: Configuration
) -> None:
    found = derived('base = "tiny.toml"\n[codec_training]\nbatch = 7\n')
    assert found == replace(configuration, codec_training=replace(configuration.codec_training, batch=7))


def test_a_base_may_have_a_base(
    derived: Callable[[str], Configuration], configuration: Configuration, tmp_path: Path
) -> None:
    (tmp_path / "middle.toml").write_text('base = "tiny.toml"\n[codec_training]\nbatch = 7\nwarmup_steps = 9\n')
    found = derived('base = "middle.toml"\n[codec_training]\nbatch = 8\n')
    assert found == replace(
        configuration, codec_training=replace(configuration.codec_training, batch=8, warmup_steps=9)
    )


@pytest.mark.parametrize(
    "text, complaint",
    [
        ('base = "absent.toml"', "derived.toml: base: no absent.toml beside it"),
        ('base = "derived.toml"', "derived.toml: base: builds on itself"),
        ('base = "tiny.toml"\n[codec_training]\nbatches = 7', "codec_training: unknown: batches"),
        ('base = "tiny.toml"\ncodec_training = 7', "codec_training: must be a section"),
        ("batch = ", "derived.toml: "),
    ],
)
def test_what_is_wrong_with_a_file_is_said(derived: Callable[[str], Configuration], text: str, complaint: str) -> None:
    with pytest.raises(ConfigurationError, match=complaint):
        derived(text)

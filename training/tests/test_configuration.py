"""Configuration files."""

from dataclasses import replace

import pytest
from conftest import TINY

from recipe.configuration import ConfigurationError, load_configuration


@pytest.fixture
def derived(tmp_path):
    """A file of the given text beside the tiny configuration."""
    (tmp_path / TINY.name).write_text(TINY.read_text())

    def write(text):
        (tmp_path / "derived.toml").write_text(text)
        return load_configuration(tmp_path / "derived.toml")

    return write


def test_every_configuration_is_whole():
    paths = sorted(TINY.parent.glob("*.toml"))
    assert len(paths) > 3 and all(load_configuration(path) for path in paths)


def test_a_file_says_what_is_other_than_in_its_base(derived, configuration):
    found = derived('base = "tiny.toml"\n[codec_training]\nbatch = 7\n')
    assert found == replace(configuration, codec_training=replace(configuration.codec_training, batch=7))


@pytest.mark.parametrize("text, complaint", [
    ('base = "absent.toml"', "derived.toml: base: no absent.toml beside it"),
    ('base = "derived.toml"', "derived.toml: unknown: base"),
    ('base = "tiny.toml"\n[codec_training]\nbatches = 7', "codec_training: unknown: batches"),
    ('base = "tiny.toml"\ncodec_training = 7', "codec_training: must be a section"),
    ("batch = ", "derived.toml: "),
])
def test_what_is_wrong_with_a_file_is_said(derived, text, complaint):
    with pytest.raises(ConfigurationError, match=complaint):
        derived(text)

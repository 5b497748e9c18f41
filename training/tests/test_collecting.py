"""Parts of `collect-data`: licences of Debian packages, fingerprints of clips, scores."""

from __future__ import annotations

import struct
from pathlib import Path

import numpy as np
import pytest
import soundfile
from conftest import REPOSITORY

from recipe.audio_pool import Array
from recipe.debian import CopyrightFile, is_free
from recipe.fingerprints import Fingerprints
from recipe.scores import scores_in

SAMPLE_RATE = 44_100
COPYRIGHT = """\
Format: https://www.debian.org/doc/packaging-manuals/copyright-format/1.0/
Upstream-Name: game

Files: *
Copyright: 2010, A. Programmer
License: GPL-2+

Files: data/music/*.ogg
Copyright: 2011, B. Composer
 2012, C. Composer
License: CC-BY-SA-3.0

Files: data/music/theirs-?.ogg
 data/voices/*
Copyright: 2013, D. Composer
License: CC-BY-NC-3.0

License: GPL-2+
 The text of the licence.
"""


@pytest.mark.parametrize(
    "path, licence",
    [
        ("usr/share/games/game/data/music/song.ogg", "CC-BY-SA-3.0"),
        ("usr/share/games/game/data/music/disc/song.ogg", "CC-BY-SA-3.0"),
        ("usr/share/games/game/data/music/theirs-1.ogg", "CC-BY-NC-3.0"),
        ("usr/share/games/game/data/music/theirs-10.ogg", "CC-BY-SA-3.0"),
        ("usr/share/games/game/data/voices/en/hello.wav", "CC-BY-NC-3.0"),
        ("usr/share/games/game/sounds/bang.ogg", "GPL-2+"),
    ],
)
def test_the_last_stanza_that_fits_gives_the_licence(path: str, licence: str) -> None:
    found = CopyrightFile(COPYRIGHT).licence_of(path)
    assert found is not None and found.name == licence


def test_a_licence_has_its_holders_in_one_line() -> None:
    found = CopyrightFile(COPYRIGHT).licence_of("data/music/song.ogg")
    assert found is not None and found.holders == "2011, B. Composer; 2012, C. Composer"


def test_a_copyright_file_in_prose_gives_no_licence() -> None:
    copyright_file = CopyrightFile("This package was debianized by somebody.\n\nLicense:\n\nThe GNU GPL.\n")
    assert not copyright_file.is_machine_readable
    assert copyright_file.licence_of("data/music/song.ogg") is None


@pytest.mark.parametrize(
    "licence",
    ["GPL-2+", "CC-BY-SA-3.0", "CC-BY-NC-3.0 or GPL-2+", "GPL-2+ and CC-BY-4.0", "CC0-1.0", "public-domain", "Expat"],
)
def test_free_licences(licence: str) -> None:
    assert is_free(licence)


@pytest.mark.parametrize(
    "licence",
    ["CC-BY-NC-3.0", "CC-BY-NC-SA-4.0", "CC-BY-ND-3.0", "GPL-2+ and CC-BY-NC-3.0", "freeware", "custom", "", "GPL-NC"],
)
def test_licences_that_are_not_free_or_not_known(licence: str) -> None:
    assert not is_free(licence)


@pytest.fixture(scope="module")
def music() -> Array:
    samples, rate = soundfile.read(REPOSITORY / "fixtures" / "audio" / "music.flac", dtype="float32", always_2d=True)
    assert rate == SAMPLE_RATE
    return samples.mean(1)


def test_a_clip_is_found_in_the_recording_that_it_comes_from(music: Array, tmp_path: Path) -> None:
    clip = music[7 * SAMPLE_RATE + 1234 : 15 * SAMPLE_RATE]
    fingerprints = Fingerprints({"other.wav": music[18 * SAMPLE_RATE :], "clip.wav": clip})
    softer = 0.3 * music[3 * SAMPLE_RATE : 17 * SAMPLE_RATE]
    soundfile.write(tmp_path / "lossy.ogg", softer, SAMPLE_RATE, format="OGG", subtype="VORBIS")
    lossy, _ = soundfile.read(tmp_path / "lossy.ogg", dtype="float32")
    assert fingerprints.clip_in(lossy) == "clip.wav"


def test_other_recordings_have_no_clip_in_them(music: Array) -> None:
    speech, _ = soundfile.read(REPOSITORY / "fixtures" / "audio" / "speech.flac", dtype="float32", always_2d=True)
    fingerprints = Fingerprints({"speech.wav": speech.mean(1), "silence.wav": np.zeros(SAMPLE_RATE, np.float32)})
    noise = np.random.default_rng(1).normal(size=20 * SAMPLE_RATE).astype(np.float32)
    for samples in (music, 0.1 * noise, np.zeros(9 * SAMPLE_RATE, np.float32), np.zeros(10, np.float32)):
        assert fingerprints.clip_in(samples) is None


def test_scores_are_found_in_a_wad_and_alone(tmp_path: Path) -> None:
    score = b"MThd" + bytes(10)
    entries = {b"D_MAP01": score, b"PALETTE": b"colours", b"D_MAP02": score + b"more"}
    content, directory = b"", b""
    for name, data in entries.items():
        directory += struct.pack("<ii8s", 12 + len(content), len(data), name)
        content += data
    header = b"IWAD" + struct.pack("<ii", len(entries), 12 + len(content))
    (tmp_path / "game.wad").write_bytes(header + content + directory)
    (tmp_path / "song.mid").write_bytes(score)
    (tmp_path / "text.txt").write_text("no score")
    assert list(scores_in(tmp_path / "game.wad")) == [("D_MAP01", score), ("D_MAP02", score + b"more")]
    assert list(scores_in(tmp_path / "song.mid")) == [("song", score)]
    assert list(scores_in(tmp_path / "text.txt")) == []


def test_a_wad_with_a_directory_outside_is_refused(tmp_path: Path) -> None:
    (tmp_path / "cut.wad").write_bytes(b"PWAD" + struct.pack("<ii", 3, 1000))
    with pytest.raises(ValueError, match="directory of 3 entries"):
        list(scores_in(tmp_path / "cut.wad"))

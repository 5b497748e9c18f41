"""Files for the examples of the manual: small stand-ins for everything that a command line names."""

from __future__ import annotations

import json
import os
import re
import shutil
import subprocess
import wave
from collections.abc import Callable
from pathlib import Path
from typing import IO, Any

# Words behind these are outputs, which must not exist.
OUTPUTS = re.compile(r"(?:\s-o|--output|>|--click|--save-statistics|--manifest|--mask-out)\s*[^\s|]+")
TIMEOUT_SECONDS = 600
# Programs that need devices or films, as shell scripts. An example gives and takes what they would give and take.
STAND_INS = {
    "ffmpeg": 'exec cat "$EXAMPLE_FILES/song.wav"',
    "arecord": "exec head -c 352800 /dev/urandom",
    "aplay": "exec cat > /dev/null",
    "jq": "exec cat > /dev/null",
}
EMBED = """
import sys, numpy
for path in sys.argv[2:]:
    name = path.rsplit("/", 1)[-1].removesuffix(".wav")
    numpy.save(sys.argv[1] + "/" + name + ".npy", numpy.random.default_rng(0).normal(size=(4, 3)))
"""


class ExampleFiles:
    """Prepared files, and a way to run a script with those that it names."""

    def __init__(self, folder: Path, program: Path, root: Path) -> None:
        self.prepared = folder / "prepared"
        self.home = folder / "home"
        self.work = folder / "work"
        self.programs = folder / "programs"
        for path in (self.prepared, self.home, self.programs):
            path.mkdir()
        (self.programs / "vampc").symlink_to(program.resolve())
        for name, script in STAND_INS.items():
            path = self.programs / name
            path.write_text(f"#!/bin/sh\n{script}\n", encoding="utf-8")
            path.chmod(0o755)
        python = root / ".build/python-env/bin"
        path_parts = [str(self.programs), *([str(python)] if python.exists() else []), os.environ["PATH"]]
        self.environment = {
            "PATH": ":".join(path_parts),
            "HOME": str(self.home),
            "TMPDIR": str(folder),
            "LC_ALL": "C.UTF-8",
            "EXAMPLE_FILES": str(self.prepared),
        }
        self.root = root
        self.made: set[str] = set()

    def run(self, script: str) -> str | None:
        """Runs a script in a new folder; says what is wrong."""
        shutil.rmtree(self.work, ignore_errors=True)
        self.work.mkdir()
        shutil.rmtree(self.home)
        self.home.mkdir()
        script = script.replace("…", "part3").replace("/tmp/", "./")
        # Minutes that a recording of two seconds does not have.
        script = script.replace("--from 12:30 --to 13:00", "--from 0:01 --to 0:01.5")
        try:
            for name in self.inputs(script):
                self.take(name, script)
        except subprocess.CalledProcessError as error:
            return f"the files cannot be made: {error} {error.stderr}"
        try:
            result = subprocess.run(
                ["bash", "-e", "-o", "pipefail", "-c", script],
                cwd=self.work,
                env=self.environment,
                stdin=self.standard_input(script),
                capture_output=True,
                text=True,
                errors="replace",
                timeout=TIMEOUT_SECONDS,
            )
        except subprocess.TimeoutExpired:
            return f"not finished after {TIMEOUT_SECONDS} s"
        allowed = (0, 2) if re.search(r"damaged|bad\.vampc", script) else (0,)
        if result.returncode not in allowed:
            return f"exit status {result.returncode}: {result.stderr.strip()[-400:]}"
        return None

    def standard_input(self, script: str) -> IO[bytes] | int:
        """Audio for a command that reads standard input and is not behind a pipe; nothing for all others."""
        if not script.endswith(" -") or "|" in script:
            return subprocess.DEVNULL
        self.need("song.wav")
        return (self.prepared / "song.wav").open("rb")

    def inputs(self, script: str) -> list[str]:
        """Names of the prepared files that the first command of a script reads."""
        line = OUTPUTS.sub(" ", script.replace("\\\n", " ").split("\n")[0])
        names = [name for name in FILES if re.search(rf"(?<![\w.-]){re.escape(name)}(?![\w.-])", line)]
        if "--from-tokens" in line:
            names.append("song.json")
        elif "tokens --header" in line:
            names = [name for name in names if name != "song.json"]
        if "*.vampc" in line:
            names.append("song.vampc")
        if "*.vampa" in line:
            names.append("radio.vampa")
        if "archive append" in line:
            names = [name for name in names if name != "radio.vampa"]
        if "model import" in line:
            # The word behind --name is the model that the command makes.
            made = re.search(r"--name (\S+)", line)
            names = [name for name in names if not (made and name == made.group(1))]
        if "--config" in line:
            names = [name for name in names if name != "weights.pth"] + ["weights-alone.pth"]
        if "--frechet dac" in line or "vggish:" in line:
            names.append("my-vggish")
        return names

    def take(self, name: str, script: str) -> None:
        """Makes a prepared file unless it exists, and puts a copy into the work folder, or a model into the library."""
        if name not in self.made:
            self.made.add(name)
            FILES[name](self, self.prepared / name)
        source = self.prepared / name
        library = self.home / ".local/share/vampc/models"
        if name in MODELS:
            shutil.copytree(source, library / name, dirs_exist_ok=True)
        # "vampnet/*.safetensors" names the files of a model, which are copied to the work folder, too.
        if name not in MODELS or f" {name}/" in script:
            (shutil.copytree if source.is_dir() else shutil.copy2)(source, self.work / ALIASES.get(name, name))

    def need(self, *names: str) -> None:
        for name in names:
            if name not in self.made:
                self.made.add(name)
                FILES[name](self, self.prepared / name)

    def vampc(self, *arguments: str | Path) -> None:
        subprocess.run(
            [self.programs / "vampc", *arguments],
            check=True,
            cwd=self.prepared,
            env=self.environment,
            stdin=subprocess.DEVNULL,
            capture_output=True,
            text=True,
        )


# Makes a file, or a folder, of a name.
Maker = Callable[[ExampleFiles, Path], None]


def song_wav(files: ExampleFiles, path: Path) -> None:
    stream = path.with_name("music-of-fixtures.vampc")
    music = files.root / "fixtures/audio/music.flac"
    files.vampc("encode", "--loudness", "codec", "--channels", "keep", "-b", "16k", "-o", stream, music)
    files.vampc("decode", "--from", "2", "--to", "4", "-o", path, stream)


def song_flac(files: ExampleFiles, path: Path) -> None:
    files.need("whole.vampc")
    files.vampc("decode", "-o", path, files.prepared / "whole.vampc")


def whole(files: ExampleFiles, path: Path) -> None:
    files.need("song.wav")
    files.vampc("encode", "--loudness", "codec", "-o", path, files.prepared / "song.wav")


def song_vampc(files: ExampleFiles, path: Path) -> None:
    files.need("song.wav")
    files.vampc("encode", "--loudness", "codec", "-b", "2k", "-o", path, files.prepared / "song.wav")


def copy_of(name: str) -> Maker:
    def make(files: ExampleFiles, path: Path) -> None:
        files.need(name)
        shutil.copy2(files.prepared / name, path)

    return make


def folder_of(name: str, *members: str) -> Maker:
    def make(files: ExampleFiles, path: Path) -> None:
        files.need(name)
        path.mkdir()
        for member in members:
            shutil.copy2(files.prepared / name, path / member)

    return make


def damaged(files: ExampleFiles, path: Path) -> None:
    """Two streams, of which the second is damaged, so that repair finds intact blocks."""
    files.need("song.vampc")
    stream = (files.prepared / "song.vampc").read_bytes()
    data = bytearray(stream * 2)
    data[len(stream) + len(stream) // 3] ^= 0xFF
    path.write_bytes(data)


def two(files: ExampleFiles, path: Path) -> None:
    files.need("whole.vampc")
    path.write_bytes((files.prepared / "whole.vampc").read_bytes() * 2)


def tokens(files: ExampleFiles, path: Path) -> None:
    files.need("whole.vampc")
    array, header = path.with_suffix(".npy"), path.with_suffix(".json")
    files.made |= {array.name, header.name}
    files.vampc("tokens", "--header", header, "-o", array, files.prepared / "whole.vampc")


def radio(files: ExampleFiles, path: Path) -> None:
    files.need("whole.vampc")
    start = "2026-11-23T12:00:00Z"
    files.vampc("archive", "append", "--name", "monday", "--start", start, path, files.prepared / "whole.vampc")


def text(content: str) -> Maker:
    def make(_: ExampleFiles, path: Path) -> None:
        path.write_text(content, encoding="utf-8")

    return make


def fixture(name: str) -> Maker:
    def make(files: ExampleFiles, path: Path) -> None:
        source = files.root / "fixtures" / name
        (shutil.copytree if source.is_dir() else shutil.copy2)(source, path)

    return make


def model(*arguments: str) -> Maker:
    """Model of a name, imported from checkpoints of the fixtures."""

    def make(files: ExampleFiles, path: Path) -> None:
        checkpoints = [files.root / "fixtures/reference" / f"{name}.pth" for name in arguments]
        files.vampc("model", "import", *checkpoints, "--name", path.name)
        shutil.copytree(files.home / ".local/share/vampc/models" / path.name, path)

    return make


def safetensors(path: Path) -> tuple[dict[str, Any], bytes]:
    """Header and data of a safetensors file."""
    content = path.read_bytes()
    length = int.from_bytes(content[:8], "little")
    return json.loads(content[8 : 8 + length]), content[8 + length :]


def weights_alone(files: ExampleFiles, path: Path) -> None:
    """Weights without the arguments of their network, in place of a checkpoint that has none."""
    header, data = safetensors(files.root / TINY_CODEC)
    del header["__metadata__"]
    encoded = json.dumps(header).encode()
    path.write_bytes(len(encoded).to_bytes(8, "little") + encoded + data)


def arguments(files: ExampleFiles, path: Path) -> None:
    header, _ = safetensors(files.root / TINY_CODEC)
    path.write_text(header["__metadata__"]["kwargs"], encoding="utf-8")


def statistics(files: ExampleFiles, path: Path) -> None:
    files.need("originals")
    files.vampc("measure", "--frechet", "dac", "--save-statistics", path, files.prepared / "originals")


def shard(number: int) -> Maker:
    def make(files: ExampleFiles, path: Path) -> None:
        files.need("music", "mine.json")
        grid = files.prepared / "mine.json"
        files.vampc("sweep", files.prepared / "music", "-o", path, "--grid", grid, "--shard", f"{number}/3")

    return make


def results(files: ExampleFiles, path: Path) -> None:
    files.need("part1", "part2", "part3")
    files.vampc("sweep", "merge", *[files.prepared / f"part{number}" for number in (1, 2, 3)], "-o", path)


def music(files: ExampleFiles, path: Path) -> None:
    files.need("song.wav")
    path.mkdir()
    with wave.open(str(files.prepared / "song.wav"), "rb") as source:
        parameters = source.getparams()
        frames = source.readframes(parameters.framerate)
    with wave.open(str(path / "clip.wav"), "wb") as target:
        target.setparams(parameters)
        target.writeframes(frames)


GRID = '{"tokens": [[1, 4]], "baselines": false}\n'
TINY_CODEC = "fixtures/dac-files/models/tiny/codec.safetensors"
# Prepared files that an example knows by another name.
ALIASES = {"weights-alone.pth": "weights.pth"}
MODELS = {"dac-44khz", "vampnet", "my-vggish"}
FILES: dict[str, Maker] = {
    "song.wav": song_wav,
    "whole.vampc": whole,
    "song.flac": song_flac,
    "song.vampc": song_vampc,
    "loop.wav": copy_of("song.wav"),
    "bars.wav": copy_of("song.wav"),
    "noon.wav": copy_of("song.wav"),
    "monday.flac": copy_of("song.flac"),
    "tuesday.flac": copy_of("song.flac"),
    "beats.txt": text("0.5\n1\n1.5\n2\n"),
    "music": music,
    "streams": folder_of("whole.vampc", "one.vampc"),
    "originals": folder_of("song.wav", "one.wav", "two.wav"),
    "decoded": folder_of("song.wav", "one.wav", "two.wav"),
    "tiny.vampc": copy_of("song.vampc"),
    "damaged.vampc": damaged,
    "bad.vampc": damaged,
    "two.vampc": two,
    "song.npy": tokens,
    "song.json": tokens,
    "radio.vampa": radio,
    "song.dac": fixture("dac-files/valid/windows-stereo-44100.dac"),
    "dac-44khz": fixture("dac-files/models/tiny"),
    "vampnet": model("dac/weights", "coarse/weights", "c2f/weights"),
    "my-vggish": model("vggish/weights"),
    "codec.pth": fixture("reference/dac/weights.pth"),
    "coarse.pth": fixture("reference/coarse/weights.pth"),
    "c2f.pth": fixture("reference/c2f/weights.pth"),
    "weights.pth": fixture("reference/dac/weights.pth"),
    "weights_44khz.pth": fixture("reference/dac/weights.pth"),
    "tuned.pth": fixture("reference/coarse/lora.pth"),
    "my_lora.pth": fixture("reference/coarse/lora.pth"),
    "weights-alone.pth": weights_alone,
    "arguments.json": arguments,
    "kept": statistics,
    "embed.py": text(EMBED),
    "mine.json": text(GRID),
    "part1": shard(1),
    "part2": shard(2),
    "part3": shard(3),
    "results": results,
}

"""Debian packages as a source of audio: their files, and the licence of each file by the package's copyright file."""

from __future__ import annotations

import re
import shutil
import subprocess
import tempfile
from dataclasses import dataclass
from pathlib import Path

# Free licences, which ask at most for naming the authors and for sharing alike.
FREE = re.compile(
    r"(AGPL|LGPL|GPL|CC0|CC-BY|CC-BY-SA|OGA-BY|BSD|MIT|Expat|ISC|Zlib|Artistic|FAL|Free-Art|WTFPL|public-domain)"
    r"([-.+ ]?[\w.+-]*)?",
    re.IGNORECASE,
)
# Parts of a name that forbid commercial use or changes.
RESTRICTED = re.compile(r"(^|[-_ ])(NC|ND|non-?commercial|no-?derivatives)([-_ ]|$)", re.IGNORECASE)


@dataclass(frozen=True)
class FileLicence:
    """Short name of the licence of a file, and whose work the file is, in one line each."""

    name: str
    holders: str


@dataclass(frozen=True)
class Package:
    """A package whose files lie in `folder`."""

    name: str
    version: str
    folder: Path

    @property
    def copyright_text(self) -> str:
        path = self.folder / "usr/share/doc" / self.name / "copyright"
        return path.read_text(errors="replace") if path.is_file() else ""


def fetch(name: str, cache: Path) -> Package:
    """Downloads a package with apt-get and unpacks it below `cache`, unless that has been done."""
    cache.mkdir(parents=True, exist_ok=True)
    if not list(cache.glob(f"{name}_*.deb")):
        with tempfile.TemporaryDirectory(dir=cache) as arriving:
            subprocess.run(["apt-get", "download", "--quiet", name], cwd=arriving, check=True)
            for path in Path(arriving).iterdir():
                path.rename(cache / path.name)
    archive = max(cache.glob(f"{name}_*.deb"))
    field = subprocess.run(["dpkg-deb", "--field", archive, "Version"], capture_output=True, text=True, check=True)
    folder = cache / f"{name}.unpacked"
    if not folder.exists():
        unfinished = cache / f"{name}.new"
        subprocess.run(["dpkg-deb", "--extract", archive, unfinished], check=True)
        for container in list(unfinished.rglob("*.pk3")):
            # A zip file, in which games of the Quake family keep their data.
            shutil.unpack_archive(container, container.parent, "zip")
        unfinished.rename(folder)
    return Package(name, field.stdout.strip(), folder)


def is_free(licence: str) -> bool:
    """Whether one of the alternatives ("or") has only free licences ("and", commas)."""
    alternatives = re.split(r"\s+or\s+|\s*\|\s*", licence)
    return any(
        all(
            FREE.fullmatch(part) and not RESTRICTED.search(part) for part in re.split(r"\s+and\s+|\s*,\s*", alternative)
        )
        for alternative in alternatives
        if alternative
    )


class CopyrightFile:
    """A machine-readable copyright file (DEP 5). Files that it says nothing about have no licence."""

    def __init__(self, text: str) -> None:
        self.stanzas: list[tuple[list[re.Pattern[str]], FileLicence]] = []
        for fields in map(stanza_fields, re.split(r"\n[ \t]*\n", text)):
            if "files" in fields and "license" in fields:
                licence = FileLicence(fields["license"].split("\n")[0].strip(), one_line(fields.get("copyright", "")))
                self.stanzas.append(([file_pattern(pattern) for pattern in fields["files"].split()], licence))

    @property
    def is_machine_readable(self) -> bool:
        return bool(self.stanzas)

    def licence_of(self, path: str) -> FileLicence | None:
        """Licence of an installed file. The last stanza that fits counts, as DEP 5 says.

        Patterns are relative to the source package, which installs its folders elsewhere: a pattern fits if it matches
        the end of the path from any folder on.
        """
        parts = path.split("/")
        ends = ["/".join(parts[start:]) for start in range(len(parts))]
        found = None
        for patterns, licence in self.stanzas:
            if any(pattern.fullmatch(end) for pattern in patterns for end in ends):
                found = licence
        return found


def stanza_fields(text: str) -> dict[str, str]:
    """Fields of one paragraph by name in lower case, continuation lines included."""
    fields: dict[str, str] = {}
    name = ""
    for line in text.split("\n"):
        if line.startswith("#"):
            continue
        if match := re.match(r"([A-Za-z][\w-]*):\s*(.*)", line):
            name = match[1].lower()
            fields[name] = match[2]
        elif name:
            fields[name] += "\n" + line.strip()
    return fields


def file_pattern(pattern: str) -> re.Pattern[str]:
    """A pattern of DEP 5: `*` and `?` match slashes, too."""
    escaped = re.escape(pattern.removeprefix("./"))
    return re.compile(escaped.replace(r"\*", ".*").replace(r"\?", "."))


def one_line(text: str) -> str:
    return "; ".join(line.strip() for line in text.split("\n") if line.strip())

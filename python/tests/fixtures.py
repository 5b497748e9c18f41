"""Container fixtures of the repository."""

import zlib
from pathlib import Path

REPOSITORY = Path(__file__).resolve().parents[2]
CONTAINERS = REPOSITORY / "fixtures" / "containers"
ARCHIVE = REPOSITORY / "fixtures" / "archives" / "worked-example.vampa"


def names(folder: str) -> list[str]:
    """Names of the fixtures in `valid` or `invalid`, in order."""
    found = sorted(path.stem for path in (CONTAINERS / folder).glob("*.vampc"))
    if not found:
        raise FileNotFoundError(f"{CONTAINERS / folder}: no fixtures")
    return found


def path(name: str, folder: str = "valid") -> Path:
    return CONTAINERS / folder / f"{name}.vampc"


def content(name: str, folder: str = "valid") -> bytes:
    return path(name, folder).read_bytes()


def listing_of(name: str) -> str:
    """Expected listing of a valid fixture."""
    return (CONTAINERS / "valid" / f"{name}.txt").read_text()


def expected_faults() -> dict[str, str]:
    """Expected `CODE BYTE-OFFSET` of every invalid fixture."""
    words = map(str.split, (CONTAINERS / "invalid" / "expected.txt").read_text().splitlines())
    return {name: f"{code} {offset}" for name, code, offset in words}


def with_checksum(record: bytes) -> bytes:
    """Returns `record` with the checksum of its other bytes in its last four."""
    return record[:-4] + zlib.crc32(record[:-4]).to_bytes(4, "big")

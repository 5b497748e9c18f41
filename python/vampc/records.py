"""Records: section 2 of container.md."""

import zlib
from dataclasses import dataclass

from vampc.faults import Fault
from vampc.fields import FieldReader

SYNC = b"\xf5VC"
VERSION = 1
BODY_MAX_BYTES = 1 << 20
LENGTH_MAX_BYTES = 3
CHECKSUM_BYTES = 4


@dataclass
class Record:
    """One record. `sections` holds bits 0...3 of its kind; a record without any is an ancillary record."""

    offset: int
    sections: int
    body: FieldReader
    end: int

    @property
    def has_header(self) -> bool:
        return bool(self.sections & 1)

    @property
    def has_block(self) -> bool:
        return bool(self.sections & 2)

    @property
    def has_trailer(self) -> bool:
        return bool(self.sections & 4)

    @property
    def is_start(self) -> bool:
        """Whether the record is the first one of a stream."""
        return bool(self.sections & 8)


def read_record(data: bytes, offset: int) -> Record:
    """Reads the record that must begin at `offset`, with the first checks of section 2.1 in their order."""
    if not SYNC.startswith(data[offset : offset + len(SYNC)]):
        raise Fault("missing-sync", offset)
    length, body_start = read_length(data, offset)
    if not 1 <= length <= BODY_MAX_BYTES:
        raise Fault("bad-record-length", offset)
    body_end = body_start + length
    end = body_end + CHECKSUM_BYTES
    if end > len(data):
        raise Fault("truncated", offset)
    if zlib.crc32(data[offset:body_end]) != int.from_bytes(data[body_end:end], "big"):
        raise Fault("bad-checksum", offset)
    kind = data[offset + len(SYNC)]
    if kind >> 4 != VERSION:
        raise Fault("unsupported-version", offset)
    return Record(offset, kind & 15, FieldReader(data, body_start, body_end), end)


def read_length(data: bytes, offset: int) -> tuple[int, int]:
    """Reads the length of the record at `offset`. Returns the length and the offset of the body."""
    length, at = 0, offset + len(SYNC) + 1
    for index in range(LENGTH_MAX_BYTES):
        if at >= len(data):
            raise Fault("truncated", offset)
        byte = data[at]
        at += 1
        length |= (byte & 0x7F) << 7 * index
        if byte < 0x80:
            if byte == 0 and index > 0:
                raise Fault("bad-varint", offset)
            return length, at
    raise Fault("bad-record-length", offset)

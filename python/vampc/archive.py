"""Index of archives: archive.md. The whole file is read from its beginning, so that only chained records count."""

from __future__ import annotations

import zlib
from dataclasses import dataclass

from vampc.faults import Fault, within
from vampc.fields import FieldReader
from vampc.records import BODY_MAX_BYTES, CHECKSUM_BYTES, SYNC, Record, read_length, read_record

ENTRIES, NAMES, DIRECTORY, ROOT = 5, 6, 7, 8
START_RANGE = (-30_610_224_000_000_000, 32_503_679_999_999_999)
UTC_OFFSET_RANGE = (-1_439, 1_439)
DURATION_MAX = (1 << 56) - 1
LATEST_END = START_RANGE[0] + DURATION_MAX
PAGE_MAX_BYTES, DIRECTORY_MAX_BYTES = 65_536, 262_144
RECORD_MAX_BYTES = BODY_MAX_BYTES + 11
LEAST_BYTES_OF_ENTRY = 32


@dataclass(frozen=True)
class Entry:
    """Index entry of one recording. `offset` is the byte offset of the recording's record."""

    name: str
    start: int
    utc_offset: int
    offset: int
    byte_count: int
    sample_count: int
    source_rate_hz: int
    is_cut_off: bool

    @property
    def end(self) -> int:
        """Microseconds since 1970 at which the recording ends, clamped as section 3.3 says."""
        return min(self.start + self.sample_count * 1_000_000 // self.source_rate_hz, LATEST_END)

    def __str__(self) -> str:
        state = "cut-off" if self.is_cut_off else "complete"
        return (
            f"{self.start} {self.utc_offset} {self.offset} {self.byte_count} {self.sample_count} "
            f"{self.source_rate_hz} {state} {self.name}"
        )


@dataclass(frozen=True)
class Run:
    """A run as a root describes it."""

    entry_count: int
    directory: int
    directory_byte_count: int


@dataclass(frozen=True)
class Root:
    """A root, and the entries of its runs and its own, in the order of time."""

    offset: int
    entries: list[Entry]


def read_index(data: bytes) -> Root:
    """Returns the root in force. Raises the Fault `empty` where no root counts."""
    found: Root | None = None
    is_chained, at = True, 0
    while at < len(data):
        try:
            record = read_record(data, at)
        except Fault:
            end = end_of_damaged_record(data, at)
            is_chained = is_chained and end is not None
            at = next_sync(data, at) if end is None else end
            continue
        root = read_counting_root(data, record)
        if root and (is_chained or not found or set(found.entries) <= set(root.entries)):
            found, is_chained = root, True
        at = record.end
    if not found:
        raise Fault("empty", 0)
    return found


def end_of_damaged_record(data: bytes, at: int) -> int | None:
    """End of the damaged record at `at` where its length leads to another record, or to the end of the file."""
    if not data.startswith(SYNC, at):
        return None
    try:
        length, body = read_length(data, at)
    except Fault:
        return None
    end = body + length + CHECKSUM_BYTES
    leads_on = end == len(data) or data.startswith(SYNC, end)
    return end if 1 <= length <= BODY_MAX_BYTES and leads_on else None


def next_sync(data: bytes, at: int) -> int:
    found = data.find(SYNC, at + 1)
    return len(data) if found < 0 else found


def read_counting_root(data: bytes, record: Record) -> Root | None:
    """Reads a root with all its entries. Returns None for any other record, and for a root that does not count."""
    if record.sections or record.body.remaining == 0 or record.body.byte() != ROOT:
        return None
    try:
        record.body.varint(record.offset, record.offset)
        fields = unpacked(record.body, PAGE_MAX_BYTES)
        runs = [read_run(fields, record.offset) for _ in range(fields.varint(0, 32))]
        recent = read_entries(fields, 0, 15, record.offset)
        count = sum(run.entry_count for run in runs) + len(recent)
        within(count, 0, record.offset // LEAST_BYTES_OF_ENTRY, record.offset)
    except Fault:
        return None
    entries = list(recent)
    for run in runs:
        try:
            entries += read_run_entries(data, run, record.offset)
        except Fault:
            # Without the run that was written with it, a root does not count; an older run is damage of the index.
            if run.directory + run.directory_byte_count == record.offset:
                return None
    return Root(record.offset, sorted(entries, key=lambda entry: (entry.start, entry.offset)))


def unpacked(fields: FieldReader, max_bytes: int) -> FieldReader:
    """Reads a packed section up to the end of its record: section 3."""
    length_at = fields.at
    byte_count = fields.varint(0, max_bytes)
    at = fields.at
    rest = fields.bytes(fields.remaining)
    if byte_count == 0:
        within(len(rest), 1, max_bytes, length_at)
        return FieldReader(rest, 0, len(rest))
    inflater = zlib.decompressobj(-15)
    try:
        content = inflater.decompress(rest, byte_count + 1)
    except zlib.error as error:
        raise Fault("bad-deflate", at) from error
    if len(content) != byte_count or not inflater.eof or inflater.unused_data:
        raise Fault("bad-deflate", at)
    return FieldReader(content, 0, byte_count)


def read_run(fields: FieldReader, place: int) -> Run:
    fields.varint(0, 16)
    entry_count = fields.varint(1, 1 << 32)
    directory = fields.varint(0, max(0, place - 1))
    byte_count = fields.varint(1, max(1, place - directory))
    fields.signed_varint(*START_RANGE)
    fields.varint(0, DURATION_MAX)
    return Run(entry_count, directory, byte_count)


def read_entries(fields: FieldReader, low: int, high: int, file_byte_count: int) -> list[Entry]:
    """Reads a list of entries up to the end of its section: section 3.1."""
    entries: list[Entry] = []
    name, start, end = b"", 0, 0
    for index in range(fields.varint(low, high)):
        at = fields.at
        shared = fields.varint(0, len(name))
        name = name[:shared] + fields.bytes(fields.varint(max(0, 1 - shared), 255 - shared))
        text = checked_name(name, at)
        if index == 0:
            start = fields.signed_varint(*START_RANGE)
        else:
            start += fields.varint(0, START_RANGE[1] - start)
        utc_offset = fields.signed_varint(*UTC_OFFSET_RANGE)
        offset = end + fields.signed_varint(-end, max(0, file_byte_count - end))
        byte_count = fields.varint(1, max(1, file_byte_count - offset))
        end = offset + byte_count
        samples, rate = fields.varint(0, 1 << 53), fields.varint(1, 16_777_216)
        flags_at = fields.at
        flags = fields.byte()
        if flags > 1:
            raise Fault("reserved", flags_at)
        entries.append(Entry(text, start, utc_offset, offset, byte_count, samples, rate, flags == 1))
    fields.finish()
    return entries


def checked_name(name: bytes, at: int) -> str:
    try:
        text = name.decode()
    except UnicodeDecodeError as error:
        raise Fault("bad-text", at) from error
    if any(ord(character) < 0x20 or 0x7F <= ord(character) <= 0x9F for character in text):
        raise Fault("bad-text", at)
    return text


def read_run_entries(data: bytes, run: Run, file_byte_count: int) -> list[Entry]:
    """Reads the directory of a run and all its entry pages: section 3.3."""
    record = index_record(data, run.directory, run.directory_byte_count, DIRECTORY)
    fields = unpacked(record.body, DIRECTORY_MAX_BYTES)
    pages: list[tuple[int, int]] = []
    for index in range(fields.varint(1, 16_384)):
        pages.append((fields.varint(1, RECORD_MAX_BYTES), fields.varint(1, 512)))
        if index == 0:
            fields.signed_varint(*START_RANGE)
        else:
            fields.varint(0, START_RANGE[1] - START_RANGE[0])
        fields.varint(0, DURATION_MAX)
    names = [fields.varint(0, RECORD_MAX_BYTES) for _ in range(fields.varint(1, 16_384))]
    fields.finish()
    within(sum(count for _, count in pages), run.entry_count, run.entry_count, run.directory)
    at = run.directory - sum(names) - sum(byte_count for byte_count, _ in pages)
    within(at, 0, run.directory, run.directory)
    entries: list[Entry] = []
    for byte_count, count in pages:
        page = index_record(data, at, byte_count, ENTRIES)
        entries += read_entries(unpacked(page.body, PAGE_MAX_BYTES), count, count, file_byte_count)
        at += byte_count
    for byte_count in names:
        if byte_count > 0:
            index_record(data, at, byte_count, NAMES)
        at += byte_count
    return entries


def index_record(data: bytes, at: int, byte_count: int, kind: int) -> Record:
    """Reads the index record that the index places at `at`."""
    record = read_record(data, at)
    if record.end != at + byte_count or record.sections:
        raise Fault("bad-record-length", at)
    record.body.byte(kind, kind)
    return record

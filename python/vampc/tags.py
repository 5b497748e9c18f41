"""Tags records: section 6 of container.md."""

from vampc.faults import Fault, within
from vampc.fields import FieldReader
from vampc.silence import (
    CHANNEL_SILENCE,
    SILENCE,
    ChannelSilence,
    Silence,
    read_channel_silence,
    read_silence,
)

TAGS = 1
FIRST_RESERVED_TYPE = 128
TAGS_MAX_BYTES = 65_536

Tag = tuple[str, str]


def read_ancillary(fields: FieldReader) -> list[Tag] | Silence | ChannelSilence | None:
    """Reads the body of an ancillary record. Returns its tags or silent runs, or None for a record to be ignored."""
    start = fields.at
    body_size = fields.remaining
    kind = fields.byte()
    if kind == 0 or kind >= FIRST_RESERVED_TYPE:
        raise Fault("reserved", start)
    if kind == SILENCE:
        return read_silence(fields)
    if kind == CHANNEL_SILENCE:
        return read_channel_silence(fields)
    if kind != TAGS:
        return None
    within(body_size, 1, TAGS_MAX_BYTES, start)
    tags: list[Tag] = []
    for _ in range(fields.varint(1, 256)):
        key = read_text(fields, fields.varint(1, 255))
        tags.append((key, read_text(fields, fields.varint(0, 32_768))))
    fields.finish()
    return tags


def read_text(fields: FieldReader, length: int) -> str:
    start = fields.at
    try:
        return fields.bytes(length).decode("utf-8")
    except UnicodeDecodeError:
        raise Fault("bad-text", start) from None

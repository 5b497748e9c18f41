"""Strict reader: the order of records and of checks in sections 2, 6 and 7 of container.md."""

from dataclasses import dataclass, field, replace

from vampc.blocks import Block, read_block
from vampc.faults import Fault
from vampc.header import Header, read_header
from vampc.records import Record, read_record
from vampc.silence import ChannelSilence, Silence, source_samples
from vampc.tags import Tag, read_ancillary
from vampc.trailer import Trailer, extend_token_hash, read_trailer

KIND_OFFSET = 3


@dataclass(frozen=True)
class StreamContent:
    """Everything that one stream holds.

    `has_header_record` says whether the header has a record of its own before the first block, `has_trailer_record`
    whether the trailer has a record of its own after the last block.
    """

    header: Header
    tags: list[Tag]
    blocks: list[Block]
    trailer: Trailer
    has_header_record: bool
    has_trailer_record: bool


@dataclass
class OpenStream:
    """A stream whose trailer has not been read. `due_frame` is the frame at which the next block must begin."""

    header: Header
    header_bytes: bytes
    tags: list[Tag]
    has_header_record: bool
    blocks: list[Block] = field(default_factory=list)
    token_hash: int = 0
    due_frame: int | None = None


@dataclass
class PendingTags:
    """Tags that wait for the stream to which they belong, and the offset of their record."""

    tags: list[Tag]
    offset: int


class Reader:
    """Reads one input record by record; `streams` has all streams whose trailers have been read."""

    def __init__(self) -> None:
        self.streams: list[StreamContent] = []
        self.open_stream: OpenStream | None = None
        self.pending_tags: PendingTags | None = None
        self.pending_silence: Silence | None = None
        self.pending_channel_silence: ChannelSilence | None = None

    def take(self, record: Record) -> None:
        """Reads the body of `record`."""
        if record.sections == 0:
            self.take_ancillary(record)
        else:
            self.take_sections(record)
            self.pending_tags = None

    def finish(self, end: int) -> list[StreamContent]:
        """Checks that the input is complete and returns its streams."""
        if self.open_stream:
            raise Fault("missing-trailer", end)
        if self.pending_tags:
            raise Fault("stray-tags", self.pending_tags.offset)
        if not self.streams:
            raise Fault("empty", 0)
        return self.streams

    def take_ancillary(self, record: Record) -> None:
        tags = read_ancillary(record.body)
        if tags is None:
            return
        if isinstance(tags, Silence):
            self.pending_silence = tags
            return
        if isinstance(tags, ChannelSilence):
            self.pending_channel_silence = tags
            return
        if self.open_stream:
            raise Fault("missing-trailer", record.offset)
        if self.pending_tags:
            raise Fault("stray-tags", self.pending_tags.offset)
        self.pending_tags = PendingTags(tags, record.offset)

    def take_sections(self, record: Record) -> None:
        """Reads all sections of a record, then checks whether the record may stand at its place."""
        fields, stream = record.body, self.open_stream
        if record.is_start and not record.has_header:
            raise Fault("reserved", record.offset + KIND_OFFSET)
        start = fields.at
        if record.has_header:
            header = read_header(fields)
        elif stream:
            header = stream.header
        else:
            raise Fault("missing-start", record.offset)
        header_bytes = fields.data[start : fields.at]
        trailer = read_trailer(fields, record.has_block) if record.has_trailer else None
        block = read_block(fields, header) if record.has_block else None
        fields.finish()

        if record.is_start:
            if stream:
                raise Fault("missing-trailer", record.offset)
            tags = self.pending_tags.tags if self.pending_tags else []
            stream = OpenStream(header, header_bytes, tags, not record.has_block and not record.has_trailer)
        elif not stream:
            raise Fault("missing-start", record.offset)
        elif record.has_header and header_bytes != stream.header_bytes:
            raise Fault("header-changed", record.offset)
        self.open_stream = stream
        if block:
            self.append_block(block, stream, record.offset)
        if trailer:
            self.close(stream, trailer, record)

    def append_block(self, block: Block, stream: OpenStream, offset: int) -> None:
        if stream.due_frame not in (None, block.first_frame):
            raise Fault("frame-gap", offset)
        stream.due_frame = block.end_frame
        stream.token_hash = extend_token_hash(stream.token_hash, block)
        samples = source_samples(stream.header, block.first_frame, block.end_frame)
        if self.pending_silence:
            block = replace(block, silence=self.pending_silence.within(samples))
        if self.pending_channel_silence:
            channels = self.pending_channel_silence.within(samples, stream.header.coded_channel_count)
            block = replace(block, channel_silence=channels)
        self.pending_silence, self.pending_channel_silence = None, None
        stream.blocks.append(block)

    def close(self, stream: OpenStream, trailer: Trailer, record: Record) -> None:
        if trailer.end_frame not in (None, stream.due_frame or 0):
            raise Fault("frame-gap", record.offset)
        if trailer.token_hash != stream.token_hash:
            raise Fault("bad-token-hash", record.offset)
        has_trailer_record = not record.is_start and not record.has_block
        self.streams.append(
            StreamContent(
                stream.header, stream.tags, stream.blocks, trailer, stream.has_header_record, has_trailer_record
            )
        )
        self.open_stream = None
        self.pending_silence, self.pending_channel_silence = None, None


def read_streams(data: bytes) -> list[StreamContent]:
    """Reads all streams of an input. Raises its first Fault."""
    reader, offset = Reader(), 0
    while offset < len(data):
        record = read_record(data, offset)
        reader.take(record)
        offset = record.end
    return reader.finish(offset)

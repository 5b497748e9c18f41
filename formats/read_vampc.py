#!/usr/bin/env python3
"""Reads vampc containers, strictly and by container.md alone: a second reader to hold the first one to.

    read_vampc.py FILE|- ...

Prints what fixtures/containers/README.md calls the listing of a file, or `CODE BYTE-OFFSET` of its first fault (section
9). With several files a line `file NAME` leads each. Exit code: 0 where all were read, 65 where one has a fault, 1 where
one cannot be opened, 64 without a file.

As a module: read(data) gives the streams with their tokens or raises Fault. Section numbers are those of container.md.
"""

import os
import sys
import zlib
from dataclasses import dataclass, field

SYNC = b"\xf5VC"
VERSION = 1
LONGEST_BODY = 1 << 20
LONGEST_TAGS = 65_536
GEOMETRIES = {1: (44_100, 768, 14, 1_024), 2: (44_100, 512, 9, 1_024), 3: (24_000, 320, 32, 1_024),
              4: (16_000, 320, 12, 1_024)}
SOURCE_RATES = [8_000, 11_025, 12_000, 16_000, 22_050, 24_000, 32_000, 44_100, 48_000, 64_000, 88_200, 96_000, 176_400,
                192_000]
SAMPLERS = {0: (24, 2, 100, 0, 1_050, 100, 100), 1: (12, 2, 100, 100, 1_050, 100, 100)}


class Fault(Exception):
    """The first thing wrong with an input: a code of section 9 and the byte it stands at."""

    def __init__(self, code, offset):
        super().__init__(f"{code} {offset}")
        self.code, self.offset = code, offset


@dataclass
class Header:
    """Section 3. Gains are hundredths of a decibel; `gain` is None where every block has its own."""

    codec_hash: bytes
    generator_hash: bytes | None
    codec_rate: int
    hop: int
    codebooks: int
    codebook_size: int
    kept: int
    period: int
    phase: int
    coded_channels: int
    source_channels: int
    source_rate: int
    gain: int | None
    sampler: tuple
    seed: int

    @property
    def token_bits(self):
        return (self.codebook_size - 1).bit_length()

    def kept_frames(self, first, count):
        """The frames of first ..< first + count whose tokens are stored."""
        return range(first + (self.phase - first) % self.period, first + count, self.period)


@dataclass
class Block:
    """Section 5. `planes[codebook][channel]` has a token for each of `kept_frames`."""

    first: int
    frames: int
    gain: int | None
    kept_frames: range
    planes: list


@dataclass
class Stream:
    header: Header
    tags: list
    blocks: list = field(default_factory=list)
    samples: int | None = None
    token_hash: int | None = None


class Fields:
    """The fields of one record's body, from the first to the last."""

    def __init__(self, data, start, end):
        self.data, self.at, self.end = data, start, end

    def bytes(self, count):
        if count > self.end - self.at:
            raise Fault("field-beyond-record", self.at)
        self.at += count
        return self.data[self.at - count:self.at]

    def unsigned(self, count, low=0, high=None):
        start = self.at
        value = int.from_bytes(self.bytes(count), "big")
        return within(value, low, value if high is None else high, start)

    def varint(self, low, high):
        start, value = self.at, 0
        for index in range(8):
            if self.at == self.end:
                raise Fault("field-beyond-record", start)
            byte = self.data[self.at]
            self.at += 1
            value |= (byte & 0x7F) << 7 * index
            if byte < 0x80:
                if byte == 0 and index > 0:
                    break
                return within(value, low, high, start)
        raise Fault("bad-varint", start)

    def signed_varint(self, low, high):
        start = self.at
        value = self.varint(0, 1 << 56)
        return within(-(value + 1) // 2 if value & 1 else value // 2, low, high, start)

    def gain(self):
        return self.signed_varint(-32_768, 32_767)

    def finish(self):
        if self.at < self.end:
            raise Fault("trailing-bytes", self.at)


def within(value, low, high, offset):
    if not low <= value <= high:
        raise Fault("out-of-range", offset)
    return value


# Section 3


def read_header(fields):
    first = fields.at
    byte = fields.unsigned(1)
    geometry, kept = byte & 15, byte >> 4
    if geometry not in GEOMETRIES and geometry != 0:
        raise Fault("reserved", first)
    if geometry != 0 and kept != 0:
        within(kept, 1, GEOMETRIES[geometry][2], first)

    second = fields.at
    byte = fields.unsigned(1)
    rate, has_generator, gain_mode, has_extras = byte & 15, byte >> 4 & 1, byte >> 5 & 3, byte >> 7
    if rate == 15 or gain_mode == 3:
        raise Fault("reserved", second)

    extras, start = 0, fields.at
    if has_extras:
        extras = fields.unsigned(1)
        sampler_number = extras >> 4
        if extras & 0b1100 or sampler_number not in (0, 1, 15):
            raise Fault("reserved", start)
        within(extras, 1, 255, start)

    channels = fields.at
    byte = fields.unsigned(1)
    coded, source = byte & 15, byte >> 4
    if coded and source:
        within(source, coded, 15, channels)

    codec_hash = fields.bytes(6)
    generator_hash = fields.bytes(4) if has_generator else None
    if geometry == 0:
        codec = (fields.varint(1, 1_000_000), fields.varint(1, 65_536), fields.varint(1, 256), fields.varint(2, 65_536))
    else:
        codec = GEOMETRIES[geometry]
    if kept == 0:
        kept = fields.varint(1, codec[2])
    else:
        within(kept, 1, codec[2], first)
    period = fields.varint(1, 65_535)
    phase = 0
    if extras & 1:
        if period == 1:
            raise Fault("out-of-range", fields.at)
        phase = fields.varint(1, period - 1)
    if coded == 0:
        coded = fields.varint(1, 1_024)
    if source == 0:
        source = fields.varint(coded, 1_024)
    else:
        within(source, coded, 1_024, channels)
    rate = SOURCE_RATES[rate - 1] if rate else fields.varint(1, 16_777_216)
    gain = {0: lambda: 0, 1: fields.gain, 2: lambda: None}[gain_mode]()
    sampler = read_sampler(fields) if extras >> 4 == 15 else SAMPLERS[extras >> 4]
    seed = fields.varint(1, 4_294_967_295) if extras & 2 else 0
    return Header(codec_hash, generator_hash, *codec, kept, period, phase, coded, source, rate, gain, sampler, seed)


def read_sampler(fields):
    return (fields.unsigned(1, 1), fields.unsigned(1, 1), fields.unsigned(2), fields.unsigned(2), fields.unsigned(2),
            fields.unsigned(1, 1, 100), fields.unsigned(1, 1, 100))


# Section 5


def read_block(fields, header):
    first = fields.varint(0, (1 << 48) - 1)
    limit = max(1, (1 << 22) // (header.codebooks * header.coded_channels))
    frames = fields.varint(1, limit)
    start = fields.at
    arrangement = fields.unsigned(1)
    if arrangement > 2:
        raise Fault("reserved", start)
    gain = fields.gain() if header.gain is None else None
    kept_frames = header.kept_frames(first, frames)
    count = len(kept_frames)
    plane_count = header.kept * header.coded_channels
    if count == 0:
        tokens = [[] for _ in range(plane_count)]
    elif arrangement == 2:
        tokens = [read_plane(fields, header, count) for _ in range(plane_count)]
    else:
        flat = read_packed(fields, header, count * plane_count, arrangement == 1)
        tokens = [flat[index * count:(index + 1) * count] for index in range(plane_count)]
    fields.finish()
    coded = header.coded_channels
    planes = [tokens[codebook * coded:(codebook + 1) * coded] for codebook in range(header.kept)]
    return Block(first, frames, gain, kept_frames, planes)


def read_packed(fields, header, count, deflated):
    start = fields.at
    size = (count * header.token_bits + 7) // 8
    if deflated:
        packed = inflate(fields.bytes(fields.end - fields.at), size, start)
    else:
        packed = fields.bytes(size)
    return checked(unpack(packed, count, header.token_bits, start), header, start)


def read_plane(fields, header, count):
    start = fields.at
    length, coding = divmod(fields.varint(0, 1 << 22), 4)
    if coding == 3 or (coding == 0 and length != 0):
        raise Fault("reserved", start)
    start, bits = fields.at, header.token_bits
    if coding == 0:
        return checked(unpack(fields.bytes((count * bits + 7) // 8), count, bits, start), header, start)
    deflated = fields.bytes(length)
    if coding == 1:
        return checked(unpack(inflate(deflated, (count * bits + 7) // 8, start), count, bits, start), header, start)
    high_bits = max(0, bits - 8)
    split = inflate(deflated, count + (count * high_bits + 7) // 8, start)
    high = unpack(split[count:], count, high_bits, start)
    return checked([high << 8 | low for low, high in zip(split, high)], header, start)


def inflate(data, size, offset):
    """Exactly `size` bytes from a raw deflate stream that ends where `data` does."""
    stream = zlib.decompressobj(wbits=-15)
    try:
        # One byte of room more than is needed: a stream that fills it is too long.
        output = stream.decompress(data, size + 1)
    except zlib.error:
        raise Fault("bad-deflate", offset) from None
    if len(output) != size or not stream.eof or stream.unused_data:
        raise Fault("bad-deflate", offset)
    return output


def unpack(data, count, bits, offset):
    """`count` integers of `bits` bits, the most significant bit first; what fills the last byte must be 0."""
    values, held, held_bits, position = [], 0, 0, 0
    for _ in range(count):
        while held_bits < bits:
            held = held << 8 | data[position]
            held_bits, position = held_bits + 8, position + 1
        held_bits -= bits
        values.append(held >> held_bits)
        held &= (1 << held_bits) - 1
    if held:
        raise Fault("bad-padding", offset)
    return values


def checked(tokens, header, offset):
    if tokens and max(tokens) >= header.codebook_size:
        raise Fault("out-of-range", offset)
    return tokens


# Section 4


def read_trailer(fields, has_block):
    samples = fields.varint(0, 1 << 53)
    end_frame = None if has_block else fields.varint(0, 1 << 48)
    return samples, end_frame, fields.unsigned(4)


def token_hash(crc, block):
    words = bytearray()
    for index in range(len(block.kept_frames)):
        for codebook in block.planes:
            for channel in codebook:
                words += channel[index].to_bytes(2, "big")
    return zlib.crc32(words, crc)


# Section 6


def read_tags(fields):
    tags = []
    for _ in range(fields.varint(1, 256)):
        key = read_text(fields, fields.varint(1, 255))
        tags.append((key, read_text(fields, fields.varint(0, 32_768))))
    fields.finish()
    return tags


def read_text(fields, length):
    start = fields.at
    try:
        return fields.bytes(length).decode("utf-8")
    except UnicodeDecodeError:
        raise Fault("bad-text", start) from None


# Section 2


@dataclass
class Record:
    offset: int
    sections: int
    body: Fields
    end: int


def read_record(data, offset):
    """The record that must begin at `offset`, by section 2.1 in its order."""
    if not SYNC.startswith(data[offset:offset + 3]):
        raise Fault("missing-sync", offset)
    length, at = 0, offset + 4
    for index in range(3):
        if at >= len(data):
            raise Fault("truncated", offset)
        byte = data[at]
        at += 1
        length |= (byte & 0x7F) << 7 * index
        if byte < 0x80:
            if byte == 0 and index > 0:
                raise Fault("bad-varint", offset)
            break
    else:
        raise Fault("bad-record-length", offset)
    if not 1 <= length <= LONGEST_BODY:
        raise Fault("bad-record-length", offset)
    end = at + length + 4
    if end > len(data):
        raise Fault("truncated", offset)
    if zlib.crc32(data[offset:end - 4]) != int.from_bytes(data[end - 4:end], "big"):
        raise Fault("bad-checksum", offset)
    kind = data[offset + 3]
    if kind >> 4 != VERSION:
        raise Fault("unsupported-version", offset)
    return Record(offset, kind & 15, Fields(data, at, end - 4), end)


def read(data):
    """The streams of `data`. Raises the first Fault."""
    streams, stream, tags, tags_offset, offset = [], None, None, 0, 0
    while offset < len(data):
        record = read_record(data, offset)
        if record.sections == 0:
            start = record.body.at
            kind = record.body.unsigned(1)
            if kind == 0 or kind >= 128:
                raise Fault("reserved", start)
            if kind == 1:
                if stream:
                    raise Fault("missing-trailer", offset)
                if tags is not None:
                    raise Fault("stray-tags", tags_offset)
                within(record.end - 4 - start, 1, LONGEST_TAGS, start)
                tags, tags_offset = read_tags(record.body), offset
        else:
            stream, finished = read_sections(record, stream, tags)
            if finished:
                streams.append(stream.stream)
                stream = None
            tags = None
        offset = record.end
    if stream:
        raise Fault("missing-trailer", offset)
    if tags is not None:
        raise Fault("stray-tags", tags_offset)
    if not streams:
        raise Fault("empty", 0)
    return streams


@dataclass
class OpenStream:
    """A stream whose trailer has not come yet."""

    stream: Stream
    header_bytes: bytes
    crc: int = 0
    due: int | None = None


def read_sections(record, stream, tags):
    """Takes a record of a stream in; gives the stream and whether it ends here."""
    has_header, has_block, has_trailer, starts = (record.sections >> bit & 1 for bit in range(4))
    fields, offset = record.body, record.offset
    if starts and not has_header:
        raise Fault("reserved", offset + 3)
    if starts and stream:
        raise Fault("missing-trailer", offset)
    if not starts and not stream:
        raise Fault("missing-start", offset)
    if has_header:
        start = fields.at
        header = read_header(fields)
        header_bytes = fields.data[start:fields.at]
        if starts:
            stream = OpenStream(Stream(header, tags or []), header_bytes)
        elif header_bytes != stream.header_bytes:
            raise Fault("header-changed", offset)
    if has_trailer:
        samples, end_frame, expected_hash = read_trailer(fields, has_block)
    if has_block:
        block = read_block(fields, stream.stream.header)
        if stream.due not in (None, block.first):
            raise Fault("frame-gap", offset)
        stream.due = block.first + block.frames
        stream.crc = token_hash(stream.crc, block)
        stream.stream.blocks.append(block)
    fields.finish()
    if has_trailer:
        if end_frame not in (None, stream.due or 0):
            raise Fault("frame-gap", offset)
        if expected_hash != stream.crc:
            raise Fault("bad-token-hash", offset)
        stream.stream.samples, stream.stream.token_hash = samples, expected_hash
    return stream, bool(has_trailer)


# The listing of fixtures/containers/README.md


def listing(streams):
    """The lines that describe `streams`."""
    for stream in streams:
        header = stream.header
        yield "stream"
        yield f"codec {header.codec_hash.hex()}"
        yield f"generator {header.generator_hash.hex() if header.generator_hash is not None else '-'}"
        yield f"geometry {header.codec_rate} {header.hop} {header.codebooks} {header.codebook_size}"
        yield f"keep {header.kept} {header.period} {header.phase}"
        yield f"channels {header.coded_channels} {header.source_channels}"
        yield f"rate {header.source_rate}"
        yield f"gain {'per-block' if header.gain is None else header.gain}"
        yield " ".join(map(str, ("sampler", *header.sampler, header.seed)))
        for key, value in stream.tags:
            yield f"tag {key.encode().hex()} {value.encode().hex() or '-'}"
        for block in stream.blocks:
            yield f"block {block.first} {block.frames} {'-' if block.gain is None else block.gain}"
            for codebook, channels in enumerate(block.planes):
                for channel, tokens in enumerate(channels):
                    yield " ".join(map(str, ("plane", codebook, channel, *tokens)))
        yield f"trailer {stream.samples} {stream.token_hash}"


def main(names):
    if not names or names[0].startswith("--"):
        print(__doc__, file=sys.stderr)
        return 64
    status = 0
    for name in names:
        if len(names) > 1:
            print("file", name)
        try:
            if name == "-":
                data = sys.stdin.buffer.read()
            else:
                with open(name, "rb") as file:
                    data = file.read()
            for line in listing(read(data)):
                print(line)
        except Fault as fault:
            print(fault)
            status = status or 65
        except OSError as error:
            print(f"{os.path.basename(sys.argv[0])}: {name}: {error.strerror}", file=sys.stderr)
            status = 1
    return status


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))

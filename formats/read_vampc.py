#!/usr/bin/env python3
"""Reads vampc containers, strictly and by container.md alone: a second reader to hold the first one to.

    read_vampc.py FILE|- ...

Prints what fixtures/containers/README.md calls the listing of a file, or `CODE BYTE-OFFSET` of its first fault (section
9). With several files a line `file NAME` leads each. Exit code: 0 where all were read, 65 where one has a fault, 1 where
one cannot be opened, 64 without a file.

As a module: read(data) gives the streams with their tokens or raises Fault. Section numbers are those of container.md.
"""

import itertools
import os
import sys
import zlib
from dataclasses import dataclass, field

SYNC = b"\xf5VC"
VERSION = 1
LONGEST_BODY = 1 << 20
LONGEST_TAGS = 65_536
LARGEST_BLOCK = 1 << 20
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
    has_masks: bool

    @property
    def token_bits(self):
        return (self.codebook_size - 1).bit_length()

    def periodic_frames(self, first, count):
        """The frames of first ..< first + count that are kept in codebooks 0 ..< kept."""
        if self.period == 0:
            return range(0)
        return range(first + (self.phase - first) % self.period, first + count, self.period)


@dataclass
class Block:
    """Section 5. `planes[codebook][channel]` has a token for each of the frames `kept[codebook]`."""

    first: int
    frames: int
    gain: int | None
    kept: list
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

    second = fields.at
    byte = fields.unsigned(1)
    rate, has_generator, gain_mode, has_extras = byte & 15, byte >> 4 & 1, byte >> 5 & 3, byte >> 7
    if rate == 15 or gain_mode == 3:
        raise Fault("reserved", second)

    extras, start = 0, fields.at
    if has_extras:
        extras = fields.unsigned(1)
        sampler_number = extras >> 4
        if extras & 0b1000 or sampler_number not in (0, 1, 15):
            raise Fault("reserved", start)
        within(extras, 1, 255, start)

    channels = fields.at
    byte = fields.unsigned(1)
    coded, source = byte & 15, byte >> 4

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
    has_masks = extras >> 2 & 1 == 1
    period = fields.varint(0 if has_masks else 1, 65_535)
    phase = 0
    if extras & 1:
        if period < 2:
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
    return Header(codec_hash, generator_hash, *codec, kept, period, phase, coded, source, rate, gain, sampler, seed,
                  has_masks)


def read_sampler(fields):
    return (fields.unsigned(1, 1), fields.unsigned(1, 1), fields.unsigned(2), fields.unsigned(2), fields.unsigned(2),
            fields.unsigned(1, 1, 100), fields.unsigned(1, 1, 100))


# Section 5


def read_block(fields, header):
    first = fields.varint(0, (1 << 48) - 1)
    frames = fields.varint(1, max(1, LARGEST_BLOCK // (header.codebooks * header.coded_channels)))
    start = fields.at
    arrangement = fields.unsigned(1)
    if arrangement > 4:
        raise Fault("reserved", start)
    gain = fields.gain() if header.gain is None else None
    periodic = header.periodic_frames(first, frames)
    kept = [periodic if codebook < header.kept else range(0) for codebook in range(header.codebooks)]
    if header.has_masks:
        masked = read_mask(fields, header, frames)
        kept = [sorted(set(kept[codebook]) | {first + frame for frame in masked[codebook]})
                for codebook in range(header.codebooks)]

    if arrangement == 3:
        kept = [range(0)] * header.codebooks
    counts = [len(own) for own in kept for _ in range(header.coded_channels)]
    if not any(counts):
        tokens = [[] for _ in counts]
    elif arrangement == 2:
        tokens = [read_plane(fields, header, count) if count else [] for count in counts]
    else:
        flat = iter(read_coded(fields, header, [header.coded_channels * len(own) for own in kept]) if arrangement == 4
                    else read_packed(fields, header, sum(counts), arrangement == 1))
        tokens = [list(itertools.islice(flat, count)) for count in counts]
    fields.finish()
    coded = header.coded_channels
    planes = [tokens[codebook * coded:(codebook + 1) * coded] for codebook in range(header.codebooks)]
    return Block(first, frames, gain, kept, planes)


def read_mask(fields, header, frames):
    """What the terms of section 5.1 keep: for every codebook a set of frames, counted from the block's first."""
    masked = [set() for _ in range(header.codebooks)]
    for _ in range(fields.unsigned(1, 0, 15)):
        start = fields.at
        byte = fields.unsigned(1)
        kind, codebooks = byte & 3, byte >> 2
        if kind == 3:
            raise Fault("reserved", start)
        if codebooks == 0:
            codebooks = fields.varint(1, header.codebooks)
        else:
            within(codebooks, 1, header.codebooks, start)
        if kind == 0:
            for frame in read_list(fields, frames):
                for codebook in range(codebooks):
                    masked[codebook].add(frame)
        elif kind == 1:
            for run in read_runs(fields, frames):
                for codebook in range(codebooks):
                    masked[codebook].update(run)
        else:
            for run in read_runs(fields, frames * codebooks):
                for position in run:
                    masked[position // frames].add(position % frames)
    return masked


def read_list(fields, frames):
    count = fields.varint(1, frames)
    frame = fields.varint(0, frames - 1)
    yield frame
    for _ in range(count - 1):
        start = fields.at
        frame = within(frame + fields.varint(1, frames), 0, frames - 1, start)
        yield frame


def read_runs(fields, limit):
    """The kept ones of runs that together go no further than `limit`."""
    position = 0
    for index in range(fields.varint(1, 1 << 20)):
        length = fields.varint(0 if index == 0 else 1, limit - position)
        if index % 2 == 1:
            yield range(position, position + length)
        position += length


def read_coded(fields, header, counts):
    """`counts[codebook]` tokens of each codebook, by frequencies that are learnt from those before."""
    start = fields.at
    data = fields.bytes(fields.end - start)
    code, width, taken = int.from_bytes((data + bytes(4))[:4], "big"), 0xFFFFFFFF, 4
    tokens = []
    for count in counts:
        frequencies = Frequencies(header.codebook_size) if count else None
        for _ in range(count):
            unit = width // frequencies.total
            value = code // unit
            if value >= frequencies.total:
                raise Fault("out-of-range", start)
            token = frequencies.find(value)
            below, above = frequencies.below(token), frequencies.below(token + 1)
            code, width = code - below * unit, (above - below) * unit
            while width < 1 << 24:
                code = code << 8 | (data[taken] if taken < len(data) else 0)
                width, taken = width << 8, taken + 1
            if taken > len(data) + 4:
                raise Fault("field-beyond-record", start)
            frequencies.grow(token)
            tokens.append(token)
    if taken < len(data):
        raise Fault("trailing-bytes", start + taken)
    return tokens


class Frequencies:
    """1 for each token value and 2 more for each time it was seen, in a binary indexed tree."""

    def __init__(self, size):
        self.size, self.total = size, size
        self.tree = [node & -node for node in range(size + 1)]

    def grow(self, token):
        self.total += 2
        node = token + 1
        while node <= self.size:
            self.tree[node] += 2
            node += node & -node

    def below(self, token):
        total = 0
        while token > 0:
            total += self.tree[token]
            token -= token & -token
        return total

    def find(self, value):
        """The token whose share of the total holds `value`."""
        token, width = 0, 1 << self.size.bit_length() - 1
        while width:
            if token + width <= self.size and self.tree[token + width] <= value:
                token += width
                value -= self.tree[token]
            width >>= 1
        return token


def read_packed(fields, header, count, deflated):
    start = fields.at
    size = (count * header.token_bits + 7) // 8
    if deflated:
        packed = inflate(fields.bytes(fields.end - fields.at), size, start)
    else:
        packed = fields.bytes(size)
    return unpack(packed, count, header, start)


def read_plane(fields, header, count):
    start = fields.at
    length, coding = divmod(fields.varint(0, 1 << 22), 4)
    if coding == 3 or (coding == 0 and length != 0):
        raise Fault("reserved", start)
    start, size = fields.at, (count * header.token_bits + 7) // 8
    if coding == 0:
        return unpack(fields.bytes(size), count, header, start)
    deflated = fields.bytes(length)
    if coding == 1:
        return unpack(inflate(deflated, size, start), count, header, start)
    high_bits = max(0, header.token_bits - 8)
    split = inflate(deflated, count + (count * high_bits + 7) // 8, start)
    high, filling = integers(split[count:], count, high_bits)
    return checked([high << 8 | low for low, high in zip(split, high)], filling, header, start)


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


def unpack(data, count, header, offset):
    tokens, filling = integers(data, count, header.token_bits)
    return checked(tokens, filling, header, offset)


def integers(data, count, bits):
    """`count` integers of `bits` bits, the most significant bit first, and the bits that fill up the last byte."""
    values, held, held_bits, position = [], 0, 0, 0
    for _ in range(count):
        while held_bits < bits:
            held = held << 8 | data[position]
            held_bits, position = held_bits + 8, position + 1
        held_bits -= bits
        values.append(held >> held_bits)
        held &= (1 << held_bits) - 1
    return values, held


def checked(tokens, filling, header, offset):
    if max(tokens) >= header.codebook_size:
        raise Fault("out-of-range", offset)
    if filling:
        raise Fault("bad-padding", offset)
    return tokens


# Section 4


def read_trailer(fields, has_block):
    samples = fields.varint(0, 1 << 53)
    end_frame = None if has_block else fields.varint(0, 1 << 48)
    return samples, end_frame, fields.unsigned(4)


def token_hash(crc, block):
    words = bytearray()
    tokens = {}
    for frames, planes in zip(block.kept, block.planes):
        for frame, *channels in zip(frames, *planes):
            tokens.setdefault(frame, []).extend(channels)
    for frame in sorted(tokens):
        for token in tokens[frame]:
            words += token.to_bytes(2, "big")
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
                within(record.end - 4 - start, 1, LONGEST_TAGS, start)
                found = read_tags(record.body)
                if stream:
                    raise Fault("missing-trailer", offset)
                if tags is not None:
                    raise Fault("stray-tags", tags_offset)
                tags, tags_offset = found, offset
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
    if not has_header and not stream:
        raise Fault("missing-start", offset)

    # All fields.
    start = fields.at
    header = read_header(fields) if has_header else stream.stream.header
    header_bytes = fields.data[start:fields.at]
    samples, end_frame, expected_hash = read_trailer(fields, has_block) if has_trailer else (None, None, None)
    block = read_block(fields, header) if has_block else None
    fields.finish()

    # Whether they may follow what was before.
    if starts and stream:
        raise Fault("missing-trailer", offset)
    if starts:
        stream = OpenStream(Stream(header, tags or []), header_bytes)
    elif not stream:
        raise Fault("missing-start", offset)
    elif has_header and header_bytes != stream.header_bytes:
        raise Fault("header-changed", offset)
    if block:
        if stream.due not in (None, block.first):
            raise Fault("frame-gap", offset)
        stream.due = block.first + block.frames
        stream.crc = token_hash(stream.crc, block)
        stream.stream.blocks.append(block)
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
            for codebook, frames in enumerate(block.kept):
                if frames and header.has_masks:
                    yield " ".join(map(str, ("kept", codebook, *frames)))
                for channel, tokens in enumerate(block.planes[codebook] if frames else []):
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

"""Arrangements of a block's tokens without a range coder: section 5 of container.md, arrangements 0, 1 and 2."""

import zlib

from vampc.faults import Fault
from vampc.fields import FieldReader
from vampc.header import Header

PLANE_PACKED, PLANE_DEFLATED, PLANE_RESERVED = 0, 1, 3
PLANE_PREFIX_MAX = 1 << 22


def read_packed(fields: FieldReader, header: Header, count: int) -> list[int]:
    """Reads `count` packed tokens."""
    start = fields.at
    return unpack(fields.bytes(packed_size(count, header.token_bits)), count, header, start)


def read_deflated(fields: FieldReader, header: Header, count: int) -> list[int]:
    """Reads `count` packed tokens that fill the rest of the record as one deflate stream."""
    start = fields.at
    packed = inflate(fields.bytes(fields.remaining), packed_size(count, header.token_bits), start)
    return unpack(packed, count, header, start)


def read_plane(fields: FieldReader, header: Header, count: int) -> list[int]:
    """Reads one plane of `count` tokens with its prefix."""
    start = fields.at
    length, coding = divmod(fields.varint(0, PLANE_PREFIX_MAX), 4)
    if coding == PLANE_RESERVED or (coding == PLANE_PACKED and length != 0):
        raise Fault("reserved", start)
    if coding == PLANE_PACKED:
        return read_packed(fields, header, count)
    start = fields.at
    deflated = fields.bytes(length)
    if coding == PLANE_DEFLATED:
        return unpack(inflate(deflated, packed_size(count, header.token_bits), start), count, header, start)
    # Split plane: the low 8 bits of all tokens as bytes, then the bits above them, packed.
    high_bits = max(0, header.token_bits - 8)
    split = inflate(deflated, count + packed_size(count, high_bits), start)
    high, padding = integers(split[count:], count, high_bits)
    return checked([high << 8 | low for low, high in zip(split[:count], high, strict=True)], padding, header, start)


def packed_size(count: int, bits: int) -> int:
    """Returns the bytes of `count` packed integers."""
    return (count * bits + 7) // 8


def inflate(data: bytes, size: int, offset: int) -> bytes:
    """Returns exactly `size` bytes from a raw deflate stream that ends where `data` ends."""
    stream = zlib.decompressobj(wbits=-15)
    try:
        # Room for one byte more than is needed: a stream that fills it is too long.
        output = stream.decompress(data, size + 1)
    except zlib.error:
        raise Fault("bad-deflate", offset) from None
    if len(output) != size or not stream.eof or stream.unused_data:
        raise Fault("bad-deflate", offset)
    return output


def unpack(data: bytes, count: int, header: Header, offset: int) -> list[int]:
    tokens, padding = integers(data, count, header.token_bits)
    return checked(tokens, padding, header, offset)


def integers(data: bytes, count: int, bits: int) -> tuple[list[int], int]:
    """Returns `count` integers of `bits` bits, most significant bit first, and the padding of the last byte."""
    values: list[int] = []
    buffer, buffered_bits, position = 0, 0, 0
    for _ in range(count):
        while buffered_bits < bits:
            buffer = buffer << 8 | data[position]
            buffered_bits, position = buffered_bits + 8, position + 1
        buffered_bits -= bits
        values.append(buffer >> buffered_bits)
        buffer &= (1 << buffered_bits) - 1
    return values, buffer


def checked(tokens: list[int], padding: int, header: Header, offset: int) -> list[int]:
    """Returns `tokens` once their range and the padding after them are checked."""
    if max(tokens) >= header.codebook_size:
        raise Fault("out-of-range", offset)
    if padding:
        raise Fault("bad-padding", offset)
    return tokens

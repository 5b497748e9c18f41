import Bitstream
import TestSupport
import Tokens

/// Container with one fault, for each rule of `formats/container.md`; its name states the fault.
struct InvalidContainer {
  let name: String
  let bytes: [UInt8]
  let code: String
  let byteOffset: Int

  static func all() throws -> [InvalidContainer] {
    try framingFaults() + grammarFaults() + headerFaults + trailerFaults + blockFaults + maskFaults + deflateFaults
      + ancillaryFaults
  }

  private init(_ name: String, _ code: String, at byteOffset: Int, _ bytes: [UInt8]) {
    (self.name, self.code, self.byteOffset, self.bytes) = (name, code, byteOffset, bytes)
  }

  /// Returns the four records of a stream: three blocks and a trailer.
  private static func records() throws -> [[UInt8]] {
    var random = SeededGenerator(seed: 77)
    var sample = SampleStream.random(
      SampleStream.header(codebooks: 2), frameCount: 24, blockFrames: 8, using: &random)
    sample.foldsTrailer = false
    return try sample.encodedRecords().records
  }

  private static func flipping(_ index: Int, _ bytes: [UInt8]) -> [UInt8] {
    var bytes = bytes
    bytes[index] ^= 0x10
    return bytes
  }

  private static func framingFaults() throws -> [InvalidContainer] {
    let records = try records()
    let first = records[0].count
    let whole = RawRecord.whole()
    return [
      InvalidContainer("empty-input", "empty", at: 0, []),
      InvalidContainer("ignored-record-alone", "empty", at: 0, RawRecord.framed(kind: 0x10, [2])),
      InvalidContainer("riff-file", "missing-sync", at: 0, Array("RIFF____WAVEfmt ".utf8)),
      InvalidContainer("garbage-after-trailer", "missing-sync", at: whole.count, whole + [0]),
      InvalidContainer("truncated-sync", "truncated", at: 0, [0xF5, 0x56]),
      InvalidContainer("truncated-header", "truncated", at: 0, Array(whole.prefix(12))),
      InvalidContainer("truncated-block", "truncated", at: first, Array((records[0] + records[1]).dropLast(9))),
      InvalidContainer("truncated-checksum", "truncated", at: 0, whole.dropLast()),
      InvalidContainer("bad-header-crc", "bad-checksum", at: 0, flipping(8, records[0]) + records[1...].joined()),
      InvalidContainer(
        "bad-block-crc", "bad-checksum", at: first, records[0] + flipping(30, records[1]) + records[2] + records[3]),
      InvalidContainer(
        "bad-trailer-crc", "bad-checksum", at: first + records[1].count + records[2].count,
        records[0] + records[1] + records[2] + flipping(6, records[3])),
      InvalidContainer("record-of-no-bytes", "bad-record-length", at: 0, RawRecord.framed(kind: 0x1F, [])),
      InvalidContainer(
        "record-too-long", "bad-record-length", at: 0, [0xF5, 0x56, 0x43, 0x1F] + RawRecord.varint(1_048_577)),
      InvalidContainer(
        "record-length-of-four-bytes", "bad-record-length", at: 0, [0xF5, 0x56, 0x43, 0x1F, 255, 255, 255]),
      InvalidContainer("overlong-record-length", "bad-varint", at: 0, [0xF5, 0x56, 0x43, 0x1F, 0x85, 0x00]),
      InvalidContainer(
        "unsupported-version", "unsupported-version", at: 0, RawRecord.framed(kind: 0x2F, Array(whole[5..<30]))),
      InvalidContainer("start-without-header", "reserved", at: 3, RawRecord.framed(kind: 0x1A, RawRecord.block())),
    ]
  }

  private static func grammarFaults() throws -> [InvalidContainer] {
    let records = try records()
    let offsets = records.reduce(into: [0]) { $0.append($0.last! + $1.count) }
    let other = RawRecord.framed(kind: 0x13, RawRecord.header() + RawRecord.block(first: [8]))
    let all = records.flatMap { $0 }
    return [
      InvalidContainer("missing-start", "missing-start", at: 0, Array(records[1...].joined())),
      InvalidContainer("block-without-header", "missing-start", at: 0, records[2] + records[3]),
      InvalidContainer("missing-trailer", "missing-trailer", at: offsets[3], Array(records[..<3].joined())),
      InvalidContainer("stream-inside-stream", "missing-trailer", at: offsets[2], records[0] + records[1] + all),
      InvalidContainer("missing-block", "frame-gap", at: offsets[1], records[0] + records[2] + records[3]),
      InvalidContainer("repeated-block", "frame-gap", at: offsets[2], Array((records[...1] + records[1...]).joined())),
      InvalidContainer("missing-last-block", "frame-gap", at: offsets[2], records[0] + records[1] + records[3]),
      InvalidContainer(
        "header-changed", "header-changed", at: offsets[1],
        records[0] + RawRecord.framed(kind: 0x13, Array(other[5..<other.count - 4]))),
    ]
  }

  private static let headerFaults: [InvalidContainer] = {
    func fault(_ name: String, _ code: String, at offset: Int, _ header: [UInt8]) -> InvalidContainer {
      InvalidContainer(name, code, at: offset, RawRecord.empty(header: header))
    }
    func raw(_ geometry: UInt8, _ flags: UInt8, _ extras: [UInt8], _ channels: UInt8, _ rest: [UInt8]) -> [UInt8] {
      RawRecord.header(geometry: geometry, flags: flags, extras: extras, channels: channels, rest: rest)
    }
    let long = RawRecord.varint
    // The body begins at byte 5; without extras the hashes end at byte 17, where `rest` begins.
    return [
      fault("reserved-geometry", "reserved", at: 5, raw(0x15, 0x18, [], 0x21, [1])),
      fault("reserved-source-rate", "reserved", at: 6, raw(0x11, 0x1F, [], 0x21, [1])),
      InvalidContainer(
        "reserved-rate-in-a-header-cut-off", "reserved", at: 6, RawRecord.framed(kind: 0x1D, [0x11, 0x1F])),
      fault("reserved-gain-mode", "reserved", at: 6, raw(0x11, 0x78, [], 0x21, [1])),
      fault("reserved-extras", "reserved", at: 7, raw(0x11, 0x98, [0x08], 0x21, [1])),
      fault("reserved-sampler", "reserved", at: 7, raw(0x11, 0x98, [0x20], 0x21, [1])),
      fault("empty-extras", "out-of-range", at: 7, raw(0x11, 0x98, [0x00], 0x21, [1])),
      fault("codebooks-kept-beyond-codec", "out-of-range", at: 5, raw(0xF1, 0x18, [], 0x21, [1])),
      fault("no-codebooks-kept", "out-of-range", at: 18, raw(0x01, 0x18, [], 0x21, [0, 1])),
      fault("period-of-zero", "out-of-range", at: 18, raw(0x11, 0x18, [], 0x21, [0])),
      fault("period-beyond-limit", "out-of-range", at: 18, raw(0x11, 0x18, [], 0x21, long(65_536))),
      fault("overlong-period", "bad-varint", at: 18, raw(0x11, 0x18, [], 0x21, [0x81, 0x00])),
      fault("endless-period", "bad-varint", at: 18, raw(0x11, 0x18, [], 0x21, .init(repeating: 0xFF, count: 9))),
      InvalidContainer(
        "period-cut-off", "field-beyond-record", at: 18, RawRecord.framed(kind: 0x1D, RawRecord.header(rest: [0x80]))),
      fault("phase-beyond-period", "out-of-range", at: 20, raw(0x11, 0x98, [0x01], 0x21, [2, 2])),
      fault("phase-of-zero", "out-of-range", at: 20, raw(0x11, 0x98, [0x01], 0x21, [2, 0])),
      fault("phase-without-period", "out-of-range", at: 20, raw(0x11, 0x98, [0x01], 0x21, [1, 1])),
      fault("no-coded-channels", "out-of-range", at: 19, raw(0x11, 0x18, [], 0x20, [1, 0])),
      fault("coded-channels-beyond-source", "out-of-range", at: 7, raw(0x11, 0x18, [], 0x12, [1])),
      fault("source-channels-beyond-limit", "out-of-range", at: 19, raw(0x11, 0x18, [], 0x01, [1] + long(1_025))),
      fault("source-rate-of-zero", "out-of-range", at: 19, raw(0x11, 0x10, [], 0x21, [1, 0])),
      fault("gain-beyond-limit", "out-of-range", at: 19, raw(0x11, 0x38, [], 0x21, [1] + long(65_536))),
      fault("seed-of-zero", "out-of-range", at: 20, raw(0x11, 0x98, [0x02], 0x21, [1, 0])),
      fault(
        "seed-beyond-limit", "out-of-range", at: 20, raw(0x11, 0x98, [0x02], 0x21, [1] + long(1 << 32))),
      fault("no-coarse-steps", "out-of-range", at: 20, raw(0x11, 0x98, [0xF0], 0x21, [1, 0, 2, 0, 9, 0, 9, 9, 9])),
      fault(
        "top-p-beyond-limit", "out-of-range", at: 28,
        raw(0x11, 0x98, [0xF0], 0x21, [1, 1, 2, 0, 9, 0, 9, 0, 9, 101, 9])),
      fault(
        "codec-rate-beyond-limit", "out-of-range", at: 18, raw(0x10, 0x18, [], 0x21, long(1_000_001) + [1, 1, 2, 1])),
      fault("hop-of-zero", "out-of-range", at: 19, raw(0x10, 0x18, [], 0x21, [1, 0, 1, 2, 1])),
      fault("codebooks-beyond-limit", "out-of-range", at: 20, raw(0x10, 0x18, [], 0x21, [1, 1] + long(257) + [2, 1])),
      fault("codebook-of-one-entry", "out-of-range", at: 21, raw(0x10, 0x18, [], 0x21, [1, 1, 1, 1, 1])),
      InvalidContainer(
        "header-beyond-record", "field-beyond-record", at: 8, RawRecord.framed(kind: 0x19, [0x11, 0x18, 0x21, 1, 2])),
      InvalidContainer(
        "bytes-after-header", "trailing-bytes", at: 19, RawRecord.framed(kind: 0x19, RawRecord.header() + [0])),
    ]
  }()

  private static let trailerFaults: [InvalidContainer] = [
    InvalidContainer(
      "samples-beyond-limit", "out-of-range", at: 19,
      RawRecord.whole(trailer: RawRecord.trailer(samples: RawRecord.varint(1 << 53 + 1)))),
    InvalidContainer(
      "bad-token-hash", "bad-token-hash", at: 0, RawRecord.whole(trailer: RawRecord.trailer(hash: [0, 0, 0, 0]))),
    InvalidContainer(
      "end-frame-without-blocks", "frame-gap", at: 0,
      RawRecord.framed(kind: 0x1D, RawRecord.header() + [0, 1, 0, 0, 0, 0])),
    InvalidContainer(
      "bytes-after-trailer", "trailing-bytes", at: 25,
      RawRecord.framed(kind: 0x1D, RawRecord.header() + [0, 0, 0, 0, 0, 0, 0])),
  ]

  /// Byte offset of the block section of `RawRecord.whole`.
  private static let blockOffset = 25

  private static let blockFaults: [InvalidContainer] = {
    func fault(_ name: String, _ code: String, at offset: Int, _ block: [UInt8]) -> InvalidContainer {
      InvalidContainer(name, code, at: blockOffset + offset, RawRecord.whole(block: block))
    }
    let small = RawRecord.header(
      geometry: 0x10, rest: RawRecord.varint(16_000) + [100, 1] + RawRecord.varint(300) + [1])
    let sparse = RawRecord.header(rest: [9])
    return [
      fault("no-frames", "out-of-range", at: 1, RawRecord.block(frames: [0], payload: [])),
      fault("frames-beyond-limit", "out-of-range", at: 1, RawRecord.block(frames: RawRecord.varint(74_899))),
      fault("first-frame-beyond-limit", "out-of-range", at: 0, RawRecord.block(first: RawRecord.varint(1 << 48))),
      fault("reserved-arrangement", "reserved", at: 2, RawRecord.block(arrangement: 5)),
      fault("payload-of-a-lost-block", "trailing-bytes", at: 3, RawRecord.block(arrangement: 3, payload: [0])),
      fault(
        "code-beyond-frequencies", "out-of-range", at: 3,
        RawRecord.block(arrangement: 4, payload: [255, 255, 255, 255])),
      fault("code-cut-off", "field-beyond-record", at: 3, RawRecord.block(arrangement: 4, payload: [])),
      // Four tokens of value 0 take 8 bytes.
      fault(
        "bytes-after-code", "trailing-bytes", at: 11,
        RawRecord.block(arrangement: 4, payload: .init(repeating: 0, count: 9))),
      fault("tokens-beyond-record", "field-beyond-record", at: 3, RawRecord.block(payload: [0, 0x60, 0x3F, 0xFC])),
      fault("bytes-after-tokens", "trailing-bytes", at: 8, RawRecord.block(payload: [0, 0x60, 0x3F, 0xFC, 0, 0])),
      fault("padding-not-zero", "bad-padding", at: 3, RawRecord.block(frames: [3], payload: [0, 0x60, 0x3F, 0xFD])),
      InvalidContainer(
        "token-beyond-codebook", "out-of-range", at: blockOffset + 6 + 3,
        RawRecord.whole(header: small, block: RawRecord.block(frames: [1], payload: [0x96, 0x00]))),
      InvalidContainer(
        "payload-without-kept-tokens", "trailing-bytes", at: blockOffset + 3,
        RawRecord.whole(header: sparse, block: RawRecord.block(first: [1], payload: [0]))),
      InvalidContainer(
        "block-gain-beyond-limit", "out-of-range", at: blockOffset + 3,
        RawRecord.whole(
          header: RawRecord.header(flags: 0x58), block: RawRecord.block(payload: RawRecord.varint(65_536) + [0, 0]))),
    ]
  }()

  /// Returns containers with faults in the mask of a block of four frames.
  private static let maskFaults: [InvalidContainer] = {
    func fault(_ name: String, _ code: String, at offset: Int, _ mask: [UInt8]) -> InvalidContainer {
      let header = RawRecord.header(flags: 0x98, extras: [0x04])
      return InvalidContainer(
        name, code, at: blockOffset + 1 + 3 + offset,
        RawRecord.whole(header: header, block: RawRecord.block(payload: mask)))
    }
    return [
      fault("mask-missing", "field-beyond-record", at: 0, []),
      fault("mask-of-sixteen-terms", "out-of-range", at: 0, [16]),
      fault("mask-term-missing", "field-beyond-record", at: 1, [1]),
      fault("reserved-mask-term", "reserved", at: 1, [1, 0x07]),
      fault("mask-codebooks-beyond-codec", "out-of-range", at: 1, [1, 15 << 2]),
      fault("mask-of-no-codebooks", "out-of-range", at: 2, [1, 0x00, 0]),
      fault("mask-list-of-no-frames", "out-of-range", at: 2, [1, 0x04, 0]),
      fault("mask-list-too-long", "out-of-range", at: 2, [1, 0x04, 5]),
      fault("mask-list-beyond-block", "out-of-range", at: 3, [1, 0x04, 1, 4]),
      fault("mask-list-step-of-zero", "out-of-range", at: 4, [1, 0x04, 2, 1, 0]),
      fault("mask-list-step-beyond-block", "out-of-range", at: 4, [1, 0x04, 2, 3, 1]),
      fault("mask-list-cut-off", "field-beyond-record", at: 4, [1, 0x04, 2, 1]),
      fault("mask-of-no-runs", "out-of-range", at: 2, [1, 0x05, 0]),
      fault("mask-runs-too-many", "out-of-range", at: 2, [1, 0x05] + RawRecord.varint(1 << 20 + 1)),
      fault("mask-run-of-zero", "out-of-range", at: 4, [1, 0x05, 2, 0, 0]),
      fault("mask-run-beyond-block", "out-of-range", at: 4, [1, 0x05, 2, 1, 4]),
      fault("mask-run-after-the-end", "out-of-range", at: 5, [1, 0x05, 3, 1, 3, 1]),
      fault("mask-token-run-beyond-block", "out-of-range", at: 4, [1, 0x0A, 2, 7, 2]),
    ]
  }()

  private static let deflateFaults: [InvalidContainer] = {
    func fault(_ name: String, _ code: String, at offset: Int, _ arrangement: UInt8, _ payload: [UInt8])
      -> InvalidContainer
    {
      InvalidContainer(
        name, code, at: blockOffset + offset,
        RawRecord.whole(block: RawRecord.block(arrangement: arrangement, payload: payload)))
    }
    let packed: [UInt8] = [0x00, 0x60, 0x3F, 0xFC, 0x00]
    let stored = RawRecord.storedDeflate(packed)
    let count = UInt8(stored.count)
    return [
      fault("broken-deflate", "bad-deflate", at: 3, 1, [0xFF, 0xFF, 0xFF]),
      fault("no-deflate", "bad-deflate", at: 3, 1, []),
      fault("truncated-deflate", "bad-deflate", at: 3, 1, stored.dropLast()),
      fault("deflate-too-short", "bad-deflate", at: 3, 1, RawRecord.storedDeflate(packed.dropLast())),
      fault("deflate-too-long", "bad-deflate", at: 3, 1, RawRecord.storedDeflate(packed + [0])),
      fault("bytes-after-deflate", "bad-deflate", at: 3, 1, stored + [0]),
      InvalidContainer(
        "deflated-padding-not-zero", "bad-padding", at: blockOffset + 3,
        RawRecord.whole(
          block: RawRecord.block(
            frames: [3], arrangement: 1, payload: RawRecord.storedDeflate([0, 0x60, 0x3F, 0xFD])))),
      fault("reserved-plane-coding", "reserved", at: 3, 2, [count << 2 | 3] + stored),
      fault("packed-plane-with-length", "reserved", at: 3, 2, [5 << 2] + packed),
      fault("plane-beyond-record", "field-beyond-record", at: 4, 2, [(count + 1) << 2 | 1] + stored),
      fault("plane-too-long", "bad-deflate", at: 4, 2, [(count + 1) << 2 | 1] + RawRecord.storedDeflate(packed + [0])),
      fault(
        "split-plane-too-short", "bad-deflate", at: 4, 2,
        [(count - 1) << 2 | 2] + RawRecord.storedDeflate([1, 3, 255, 0])),
      fault("bytes-after-planes", "trailing-bytes", at: 4 + stored.count, 2, [count << 2 | 1] + stored + [0]),
    ]
  }()

  private static let ancillaryFaults: [InvalidContainer] = {
    let tag = RawRecord.tags([1, 1, 0x61, 1, 0x62])
    let start = RawRecord.framed(kind: 0x1B, RawRecord.header() + RawRecord.block())
    let whole = RawRecord.whole()
    func fault(_ name: String, _ code: String, at offset: Int, _ data: [UInt8]) -> InvalidContainer {
      InvalidContainer(name, code, at: offset, RawRecord.tags(data) + whole)
    }
    return [
      InvalidContainer("tags-without-stream", "stray-tags", at: whole.count, whole + tag),
      InvalidContainer("tags-twice", "stray-tags", at: 0, tag + tag + whole),
      InvalidContainer("tags-inside-stream", "missing-trailer", at: start.count, start + tag),
      InvalidContainer("critical-record", "reserved", at: 5, RawRecord.framed(kind: 0x10, [128]) + whole),
      InvalidContainer("record-of-type-zero", "reserved", at: 5, RawRecord.framed(kind: 0x10, [0]) + whole),
      fault("no-tags", "out-of-range", at: 6, [0]),
      fault("tag-without-key", "out-of-range", at: 7, [1, 0, 0]),
      fault("tag-key-not-utf8", "bad-text", at: 8, [1, 1, 0xC3, 0]),
      fault("tag-value-not-utf8", "bad-text", at: 10, [1, 1, 0x61, 2, 0xC0, 0x80]),
      fault("tag-beyond-record", "field-beyond-record", at: 10, [1, 1, 0x61, 2, 0x62]),
      fault("tag-value-too-long", "out-of-range", at: 9, [1, 1, 0x61] + RawRecord.varint(32_769)),
      fault("bytes-after-tags", "trailing-bytes", at: 10, [1, 1, 0x61, 0, 0]),
      InvalidContainer(
        "tags-too-long", "out-of-range", at: 7,
        RawRecord.tags(.init(repeating: 0, count: 65_536)) + whole),
    ]
  }()
}

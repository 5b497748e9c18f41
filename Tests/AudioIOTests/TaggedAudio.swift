import AudioIO
import Foundation
import Signal
import TestSupport

/// Bytes of short audio files with Vorbis comments.
enum TaggedAudio {
  /// Comment header without the bytes around it.
  static func comments(_ comments: [String]) -> [UInt8] {
    var bytes: [UInt8] = []
    bytes.little(4, 4)
    bytes.text("test")
    bytes.little(comments.count, 4)
    for comment in comments {
      bytes.little(comment.utf8.count, 4)
      bytes.text(comment)
    }
    return bytes
  }

  /// FLAC whose only comment block has the given content and stands behind all other blocks.
  static func flac(_ comments: [UInt8], channelCount: Int = 1) throws -> [UInt8] {
    let file = try written("a.flac", channelCount: channelCount)
    func block(_ type: UInt8, _ content: [UInt8]) -> [UInt8] {
      [type] + [16, 8, 0].map { UInt8(truncatingIfNeeded: content.count >> $0) } + content
    }
    var bytes = Array("fLaC".utf8)
    var offset = 4
    var isLast = false
    while !isLast {
      isLast = file[offset] & 0x80 != 0
      let type = file[offset] & 0x7F
      let end = offset + 4 + file[offset + 1..<offset + 4].reduce(0) { $0 << 8 | Int($1) }
      if type != 4 { bytes += [type] + file[offset + 1..<end] }
      offset = end
    }
    bytes += block(6, [UInt8](repeating: 7, count: 5_000)) + block(2, Array("test".utf8)) + block(0x84, comments)
    return bytes + file[offset...]
  }

  /// Ogg Vorbis with a comment header of the given content.
  static func vorbis(_ comments: [UInt8]) throws -> [UInt8] {
    let file = try written("a.ogg", channelCount: 1)
    var pages = pages(of: file)
    var headers: [[UInt8]] = [[]]
    var headerPageCount = 0
    while headers.count < 4 {
      let page = pages[headerPageCount]
      headerPageCount += 1
      var body = page[(27 + Int(page[26]))...]
      for segmentByteCount in page[27..<27 + Int(page[26])] {
        headers[headers.count - 1] += body.prefix(Int(segmentByteCount))
        body = body.dropFirst(Int(segmentByteCount))
        if segmentByteCount < 255 { headers.append([]) }
      }
    }
    pages.removeFirst(headerPageCount)
    let serialNumber = Array(file[14..<18])
    let start = paged([headers[0]], serialNumber: serialNumber, isBeginning: true)
    let rest = paged(
      [[3] + Array("vorbis".utf8) + comments + [1], headers[2]], serialNumber: serialNumber, isBeginning: false)
    return (start + rest + pages).enumerated().flatMap { index, page in
      var page = page
      for byte in 0..<4 { page[18 + byte] = UInt8(truncatingIfNeeded: index >> (8 * byte)) }
      for byte in 0..<4 { page[22 + byte] = 0 }
      let checksum = checksum(page)
      for byte in 0..<4 { page[22 + byte] = UInt8(truncatingIfNeeded: checksum >> UInt32(8 * byte)) }
      return page
    }
  }

  private static func written(_ name: String, channelCount: Int) throws -> [UInt8] {
    let folder = try TemporaryFolder()
    let writer = try AudioWriter(path: folder.file(name), sampleRateHz: 44_100, channelCount: channelCount)
    try writer.write(TestAudio.tones(channelCount: channelCount))
    try writer.finish()
    return try [UInt8](file: folder.file(name))
  }

  private static func pages(of file: [UInt8]) -> [[UInt8]] {
    var pages: [[UInt8]] = []
    var start = 0
    while start < file.count {
      let segmentCount = Int(file[start + 26])
      let byteCount = file[start + 27..<start + 27 + segmentCount].reduce(27 + segmentCount) { $0 + Int($1) }
      pages.append(Array(file[start..<start + byteCount]))
      start += byteCount
    }
    return pages
  }

  /// Pages of packets, 255 segments each, without sequence numbers and checksums.
  private static func paged(_ packets: [[UInt8]], serialNumber: [UInt8], isBeginning: Bool) -> [[UInt8]] {
    let lacing = packets.flatMap { [UInt8](repeating: 255, count: $0.count / 255) + [UInt8($0.count % 255)] }
    var body = packets.flatMap { $0 }[...]
    var pages: [[UInt8]] = []
    for start in stride(from: 0, to: lacing.count, by: 255) {
      let segments = lacing[start..<min(start + 255, lacing.count)]
      let continues = start > 0 && lacing[start - 1] == 255
      let endsPacket = segments.contains { $0 < 255 }
      var page = Array("OggS".utf8) + [0, (continues ? 1 : 0) + (isBeginning ? 2 : 0)]
      page += [UInt8](repeating: endsPacket ? 0 : 255, count: 8) + serialNumber + [UInt8](repeating: 0, count: 8)
      page += [UInt8(segments.count)] + segments
      let byteCount = segments.reduce(0) { $0 + Int($1) }
      pages.append(page + body.prefix(byteCount))
      body = body.dropFirst(byteCount)
    }
    return pages
  }

  /// CRC-32 of Ogg (RFC 3533, section 6, field 7), bit by bit.
  private static func checksum(_ page: [UInt8]) -> UInt32 {
    page.reduce(UInt32(0)) { checksum, byte in
      (0..<8).reduce(checksum ^ UInt32(byte) << 24) { value, _ in
        value & 0x8000_0000 == 0 ? value << 1 : value << 1 ^ 0x04C1_1DB7
      }
    }
  }
}

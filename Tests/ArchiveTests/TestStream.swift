import Archive
import Bitstream
import Foundation
import TestSupport
import Tokens

/// Streams for tests.
enum TestStream {
  static let geometry = TokenGeometry(sampleRateHz: 44_100, hopLength: 768, codebookCount: 14, codebookSize: 1_024)

  static func header(codebooks: Int = 1, rateHz: Int = 44_100, tags: [StreamTag] = []) -> StreamHeader {
    StreamHeader(
      codecHash: .codec(sha256: (0..<32).map { UInt8(0xC0 + $0) }), generatorHash: nil, geometry: geometry,
      prompt: CompressionPrompt(codebookCount: codebooks), sourceSampleRateHz: rateHz, tags: tags)
  }

  /// Returns a stream of blocks with random tokens; its length is 100 samples less than its blocks cover.
  static func bytes(
    _ header: StreamHeader = header(), blockCount: Int = 3, blockFrames: Int = 4, firstFrame: Int = 0,
    foldsTrailer: Bool = true, using random: inout SeededGenerator
  ) throws -> [UInt8] {
    var encoder = try StreamEncoder(header: header)
    var bytes: [UInt8] = []
    let frameCount = blockCount * blockFrames
    let sampleCount = max(
      0, frameCount * geometry.hopLength * header.sourceSampleRateHz / geometry.sampleRateHz - 100)
    for index in 0..<blockCount {
      let block = block(header, firstFrame + index * blockFrames, blockFrames, using: &random)
      bytes += try encoder.encode(block, endingAt: foldsTrailer && index == blockCount - 1 ? sampleCount : nil)
    }
    if !encoder.hasEnded { bytes += try encoder.finish(sampleCount: sampleCount) }
    return bytes
  }

  static func block(
    _ header: StreamHeader, _ firstFrame: Int, _ frameCount: Int, using random: inout SeededGenerator
  ) -> StreamBlock {
    let frames = firstFrame..<firstFrame + frameCount
    let mask = TokenMask(keeping: header.prompt, codebookCount: geometry.codebookCount, frames: frames)
    var grid = TokenGrid(codebookCount: geometry.codebookCount, frameCount: frameCount)
    for codebook in 0..<geometry.codebookCount {
      for frame in 0..<frameCount where mask.isKept(codebook: codebook, frame: frame) {
        grid[codebook, frame] = UInt16(UInt32.random(in: 0..<1_024, using: &random))
      }
    }
    return StreamBlock(firstFrame: firstFrame, mask: mask, grids: [grid])
  }
}

/// Temporary folder with one archive, removed with the object.
final class ArchivePlace {
  let folder: String

  init() throws {
    folder = FileManager.default.temporaryDirectory.path + "/vampc-archive-\(UUID().uuidString)"
    try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true)
  }

  deinit { try? FileManager.default.removeItem(atPath: folder) }

  var archive: String { folder + "/a.vampa" }

  func bytes() throws -> [UInt8] { [UInt8](try Data(contentsOf: URL(fileURLWithPath: archive))) }

  func write(_ bytes: [UInt8]) throws { try Data(bytes).write(to: URL(fileURLWithPath: archive)) }

  /// Returns a writer that does not flush to the disk.
  func writer() throws -> ArchiveWriter {
    try ArchiveWriter(try ArchiveFile(appendingTo: archive), isDurable: false)
  }
}

/// Returns a fixed time in November 2026 plus `index` hours.
func hour(_ index: Int, utcOffsetMinutes: Int = 60) -> ArchiveTime {
  ArchiveTime(
    microseconds: 1_795_000_000_000_000 + index * 3_600_000_000, utcOffsetMinutes: utcOffsetMinutes)
}

extension ArchiveWriter {
  @discardableResult
  func append(_ name: String, _ start: ArchiveTime, _ stream: [UInt8]) throws -> ArchivedRecording {
    try begin(name: name, start: start)
    // The stream comes in chunks, as from a pipe.
    for start in stride(from: 0, to: stream.count, by: 100) {
      try append(Array(stream[start..<min(stream.count, start + 100)]))
    }
    return try finish()
  }
}

extension ArchiveReader {
  /// Returns all recordings that overlap the span, or all recordings.
  func all(in span: Range<Int>? = nil) throws -> [ArchivedRecording] {
    var cursor = try span.map { try recordings(in: $0) } ?? recordings()
    var found: [ArchivedRecording] = []
    while let entry = try cursor.next() { found.append(entry) }
    return found
  }

  /// Returns the bytes of a recording's stream, or `nil` if no recording has this name.
  func stream(named name: String) throws -> [UInt8]? {
    guard let recording = try recording(named: name) else { return nil }
    var bytes: [UInt8] = []
    _ = try extract(recording) { bytes += $0 }
    return bytes
  }
}

func verification(of bytes: [UInt8]) throws -> ArchiveVerification { try ArchiveVerification(bytes) }

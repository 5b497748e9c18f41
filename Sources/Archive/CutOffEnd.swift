import Bitstream

/// End of a stream whose writer was stopped: a mark whose flag says that the writer was stopped, and a trailer for the
/// intact blocks (`formats/archive.md`, section 5).
struct CutOffEnd {
  let sampleCount: Int
  private let trailer: [UInt8]

  init(_ header: StreamHeader, _ frames: Range<Int>, _ hash: TokenHash) throws {
    sampleCount = header.sampleCount(ofFrames: frames.count)
    trailer = try StreamEncoder.trailerRecord(sampleCount: sampleCount, endFrame: frames.upperBound, hash)
  }

  func bytes(rootOffset: Int) -> [UInt8] { ArchiveMark(isCut: true, rootOffset: rootOffset).encoded() + trailer }
}

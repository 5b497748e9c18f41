import Bitstream
import Tokens

/// A stream whose tokens follow from their place, so that streams that keep different ones agree on what they share.
struct SyntheticStream: Sendable {
  var prompt = CompressionPrompt(codebookCount: 14)
  var channelCount = 1
  var firstFrame = 0
  var frameCount = 1_500
  /// Frames of each block; nil makes them as an encoder does for a file of this length.
  var blockFrameCount: Int?
  /// One for each block; empty: one for the stream.
  var gainsHundredthsDB: [Int] = []
  var tags: [StreamTag] = []
  /// Whether a token is kept besides the periodic ones; nil makes a stream without block masks.
  var keepsAlso: (@Sendable (_ codebook: Int, _ frame: Int) -> Bool)?
  /// Blocks of which nothing is kept.
  var lostBlocks: Set<Int> = []
  /// Another number, other tokens.
  var variant = 0

  static let geometry = TokenGeometry(sampleRateHz: 44_100, hopLength: 768, codebookCount: 14, codebookSize: 1_024)

  var sampleCount: Int { frameCount * 768 - 100 }

  var header: StreamHeader {
    StreamHeader(
      codecHash: .codec(sha256: (0..<32).map { UInt8($0) }),
      generatorHash: .generator(sha256: (0..<32).map { UInt8($0) }),
      geometry: Self.geometry, prompt: prompt, codedChannelCount: channelCount, sourceSampleRateHz: 44_100,
      sourceChannelCount: channelCount, gain: gainsHundredthsDB.isEmpty ? .whole(Gain(hundredthsDB: -321)) : .perBlock,
      sampler: .explicit(.published), tags: tags, hasBlockMasks: keepsAlso != nil)
  }

  func token(_ codebook: Int, _ frame: Int, _ channel: Int) -> UInt16 {
    var state = UInt64(codebook + 16 * channel + 256 * variant) &* 0x9E37_79B9_7F4A_7C15 &+ UInt64(frame)
    state = (state ^ state >> 31) &* 0xBF58_476D_1CE4_E5B9
    state = (state ^ state >> 29) &* 0x94D0_49BB_1331_11EB
    return UInt16(truncatingIfNeeded: state >> 40 & 1_023)
  }

  var blocks: [StreamBlock] {
    let length =
      blockFrameCount
      ?? BlockLength.frames(
        for: prompt, geometry: Self.geometry, channelCount: channelCount, totalFrameCount: frameCount)
    return stride(from: 0, to: frameCount, by: length).enumerated().map { index, start in
      let frames = firstFrame + start..<firstFrame + min(start + length, frameCount)
      var mask = TokenMask(keeping: prompt, codebookCount: 14, frames: frames)
      if let keepsAlso {
        for frame in frames {
          for codebook in 0..<14 where keepsAlso(codebook, frame) {
            mask.keep(codebook: codebook, frame: frame - frames.lowerBound)
          }
        }
      }
      if lostBlocks.contains(index) { mask = TokenMask(codebookCount: 14, frameCount: frames.count, isKept: false) }
      let grids = (0..<channelCount).map { channel in
        var grid = TokenGrid(codebookCount: 14, frameCount: frames.count)
        for codebook in 0..<14 {
          for frame in mask.keptFrames(ofCodebook: codebook) {
            grid[codebook, frame] = token(codebook, frames.lowerBound + frame, channel)
          }
        }
        return grid
      }
      return StreamBlock(
        firstFrame: frames.lowerBound,
        gain: gainsHundredthsDB.isEmpty ? nil : Gain(hundredthsDB: gainsHundredthsDB[index]),
        mask: mask, grids: grids)
    }
  }

  /// The records, the trailer in the last one.
  func records() throws -> [[UInt8]] {
    var encoder = try StreamEncoder(header: header)
    let blocks = blocks
    return try blocks.enumerated().map { index, block in
      try encoder.encode(block, endingAt: index == blocks.count - 1 ? sampleCount : nil)
    }
  }

  func bytes() throws -> [UInt8] { try records().flatMap { $0 } }
}

/// A source that gives bytes in pieces of odd length.
func pieces(of bytes: [UInt8]) -> () -> [UInt8] {
  var rest = bytes[...]
  return {
    defer { rest = rest.dropFirst(777) }
    return [UInt8](rest.prefix(777))
  }
}

/// The blocks of all streams in `bytes`.
func blocks(of bytes: [UInt8]) throws -> [StreamBlock] {
  var reader = StreamReader(bytes)
  var blocks: [StreamBlock] = []
  while let event = try reader.next() { if case .block(let block) = event { blocks.append(block) } }
  return blocks
}

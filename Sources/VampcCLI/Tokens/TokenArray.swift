import Bitstream
import NumPy
import Tokens

/// Tokens of a stream in a NumPy file: int32 `[channel, codebook, frame]`, −1 where the stream stores no token.
///
/// "Tokens in files" in python/README.md defines the layout.
struct TokenArray {
  static let masked: Int32 = -1
  private static let type = "<i4"

  let channelCount: Int
  let codebookCount: Int
  let frameCount: Int
  private let file: NumPyFile

  /// Token array in the bytes of a file. ``blocks(of:_:)`` checks the tokens.
  ///
  /// - Parameter bytes: Content of a `.npy` file.
  /// - Throws: `TokenFileError.array` where the file is not an int32 array with three axes.
  init(_ bytes: [UInt8]) throws(TokenFileError) {
    do {
      file = try NumPyFile(bytes)
    } catch {
      throw .array(reason: "\(error)")
    }
    guard file.header.type.dropFirst() == Self.type.dropFirst() else {
      throw .array(reason: "the array has elements of type '\(file.header.type)', not int32 ('\(Self.type)')")
    }
    guard file.shape.count == 3 else {
      throw .array(reason: "the array has the shape \(file.shape), not [channels, codebooks, frames]")
    }
    (channelCount, codebookCount, frameCount) = (file.shape[0], file.shape[1], file.shape[2])
  }

  /// Token at the given indices of the array, −1 for a masked token; `frame` counts from the first frame of the array.
  subscript(channel: Int, codebook: Int, frame: Int) -> Int32 {
    let index = (channel * codebookCount + codebook) * frameCount + frame
    return Int32(truncatingIfNeeded: file.bitPattern(at: index))
  }

  /// Writes the token array of `stream` as a NumPy file, one codebook of one channel after the other.
  static func write(_ stream: StreamTokens, write: ([UInt8]) throws -> Void) throws {
    let (channelCount, codebookCount) = (stream.header.codedChannelCount, stream.header.geometry.codebookCount)
    try write(NumPyHeader.bytes(type: type, shape: [channelCount, codebookCount, stream.frameCount]))
    for channel in 0..<channelCount {
      for codebook in 0..<codebookCount {
        var bytes: [UInt8] = []
        bytes.reserveCapacity(4 * stream.frameCount)
        for block in stream.blocks {
          for frame in 0..<block.frameCount {
            let isKept = block.mask.isKept(codebook: codebook, frame: frame)
            let token = isKept ? UInt32(block.grids[channel][codebook, frame]) : UInt32(bitPattern: masked)
            for shift in [0, 8, 16, 24] { bytes.append(UInt8(truncatingIfNeeded: token >> UInt32(shift))) }
          }
        }
        try write(bytes)
      }
    }
  }

  /// Blocks of a stream with `header` that hold the tokens of this array.
  ///
  /// - Parameter spans: Frames, gain and silence of each block, in order. Together the blocks have all frames of the
  ///   array.
  /// - Throws: `TokenFileError.array` where a token is out of range, or is kept or masked in contradiction to the
  ///   header.
  func blocks(of header: StreamHeader, _ spans: [TokenHeader.BlockSpan]) throws(TokenFileError) -> [StreamBlock] {
    let firstFrame = spans.first?.frames.lowerBound ?? 0
    var blocks: [StreamBlock] = []
    for span in spans { blocks.append(try block(of: header, span, firstFrame: firstFrame)) }
    return blocks
  }

  private func block(
    of header: StreamHeader, _ span: TokenHeader.BlockSpan, firstFrame: Int
  ) throws(TokenFileError) -> StreamBlock {
    var mask = TokenMask(codebookCount: codebookCount, frameCount: span.frames.count, isKept: false)
    var grids: [TokenGrid] = []
    for channel in 0..<channelCount {
      var grid = TokenGrid(codebookCount: codebookCount, frameCount: span.frames.count)
      for codebook in 0..<codebookCount {
        for frame in 0..<span.frames.count {
          let index = span.frames.lowerBound - firstFrame + frame
          let token = self[channel, codebook, index]
          let isKept = token != Self.masked
          guard !isKept || (0..<Int32(header.geometry.codebookSize)).contains(token) else {
            throw .array(
              reason: "token [\(channel), \(codebook), \(index)] is \(token), allowed are -1 to "
                + "\(header.geometry.codebookSize - 1)")
          }
          if channel == 0, isKept { mask.keep(codebook: codebook, frame: frame) }
          guard mask.isKept(codebook: codebook, frame: frame) == isKept else {
            throw .array(
              reason: "token [\(channel), \(codebook), \(index)] is \(isKept ? "kept" : "masked (-1)"), "
                + "that of channel 0 is not: channels have one keep mask")
          }
          if isKept { grid[codebook, frame] = UInt16(token) }
        }
      }
      grids.append(grid)
    }
    try check(mask, of: header, span, firstFrame: firstFrame)
    return StreamBlock(
      firstFrame: span.frames.lowerBound, gain: span.gain, mask: mask, grids: grids, silence: span.silence,
      channelSilence: span.channelSilence)
  }

  /// Checks that the keep mask of a block agrees with the header.
  ///
  /// - Throws: `TokenFileError.array`.
  private func check(
    _ mask: TokenMask, of header: StreamHeader, _ span: TokenHeader.BlockSpan, firstFrame: Int
  ) throws(TokenFileError) {
    if span.isLost {
      guard mask.keptCount > 0 else { return }
      throw .array(
        reason: "the block at frame \(span.frames.lowerBound) is lost by the header but has \(mask.keptCount) tokens")
    }
    let periodic = TokenMask(keeping: header.prompt, codebookCount: codebookCount, frames: span.frames)
    guard mask != periodic else { return }
    for codebook in 0..<codebookCount {
      for frame in 0..<span.frames.count {
        let isKept = mask.isKept(codebook: codebook, frame: frame)
        let isPeriodic = periodic.isKept(codebook: codebook, frame: frame)
        let place = "token [0, \(codebook), \(span.frames.lowerBound - firstFrame + frame)]"
        if isPeriodic, !isKept {
          throw .array(reason: "\(place) is masked (-1), but the header's codebooks, period and phase keep it")
        }
        if isKept, !isPeriodic, !header.hasBlockMasks {
          throw .array(
            reason: "\(place) is kept, but the header's codebooks, period and phase mask it and block_masks is false")
        }
      }
    }
  }
}

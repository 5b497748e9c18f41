import Tokens

/// Kept tokens of a block outside the periodic keep mask, as a union of terms (`formats/container.md`, section 5.1).
struct BlockMask: Equatable {
  /// Set of tokens, with frames counted from the block's first frame.
  enum Term: Equatable {
    /// Tokens of the first `codebookCount` codebooks in each frame of `frames`; frame numbers ascend.
    case list(codebookCount: Int, frames: [Int])
    /// Tokens of the first `codebookCount` codebooks in the kept runs of frames. `lengths` are the numbers of frames of
    /// all runs, alternately masked and kept, a masked run first.
    case runs(codebookCount: Int, lengths: [Int])
    /// Tokens of the kept runs of tokens. `lengths` are the numbers of tokens of all runs, alternately masked and kept,
    /// a masked run first. Runs go through all frames of codebook 0, then all frames of codebook 1, and so on, up to
    /// `codebookCount` codebooks.
    case tokenRuns(codebookCount: Int, lengths: [Int])
  }

  var terms: [Term]

  /// Mask without terms: the block keeps the periodic tokens alone.
  static let none = BlockMask(terms: [])

  private init(terms: [Term]) { self.terms = terms }

  /// Creates the mask with the smaller encoding of two candidates: one list or one series of runs for each number of
  /// kept codebooks, or runs of single tokens.
  ///
  /// - Throws: `BitstreamError.unencodable` if `mask` masks a token that `prompt` keeps.
  init(encoding mask: TokenMask, prompt: CompressionPrompt, firstFrame: Int) throws {
    let periodic = TokenMask(
      keeping: prompt, codebookCount: mask.codebookCount, frames: firstFrame..<firstFrame + mask.frameCount)
    guard mask != periodic else {
      terms = []
      return
    }
    for (isKept, isKeptByPeriod) in zip(mask.keptFlags, periodic.keptFlags) where isKeptByPeriod && !isKept {
      try requireEncodable("periodic tokens that are masked", 1, 0...0)
    }
    let candidates = [Self.byDepth(mask, periodic), Self.tokenRuns(mask, periodic)].compactMap { $0 }
    terms = candidates.min { Self.byteCount($0) < Self.byteCount($1) } ?? []
  }

  /// Returns one term for each number of kept codebooks; `nil` if a frame keeps a token outside `periodic` in a
  /// codebook above a masked codebook, or if there are more terms than a mask can have.
  private static func byDepth(_ mask: TokenMask, _ periodic: TokenMask) -> [Term]? {
    var framesByDepth: [Int: [Int]] = [:]
    for frame in 0..<mask.frameCount {
      let depth = (0..<mask.codebookCount).firstIndex { !mask.isKept(codebook: $0, frame: frame) } ?? mask.codebookCount
      for codebook in depth..<mask.codebookCount
      where mask.isKept(codebook: codebook, frame: frame) && !periodic.isKept(codebook: codebook, frame: frame) {
        return nil
      }
      if depth > 0, !periodic.isKept(codebook: depth - 1, frame: frame) {
        framesByDepth[depth, default: []].append(frame)
      }
    }
    guard StreamLimits.maskTermCount.contains(framesByDepth.count) else { return nil }
    return framesByDepth.sorted { $0.key < $1.key }.map { depth, frames in
      let list = Term.list(codebookCount: depth, frames: frames)
      let runs = Term.runs(codebookCount: depth, lengths: runLengths(of: frames))
      return byteCount([runs]) <= byteCount([list]) ? runs : list
    }
  }

  private static func tokenRuns(_ mask: TokenMask, _ periodic: TokenMask) -> [Term] {
    let positions = mask.keptFlags.indices.filter { mask.keptFlags[$0] && !periodic.keptFlags[$0] }
    guard let last = positions.last else { return [] }
    return [.tokenRuns(codebookCount: last / mask.frameCount + 1, lengths: runLengths(of: positions))]
  }

  /// Returns the lengths of the runs that are alternately outside and inside `positions`, which ascend.
  private static func runLengths(of positions: [Int]) -> [Int] {
    var lengths: [Int] = []
    var end = 0
    for position in positions {
      if position == end, !lengths.isEmpty {
        lengths[lengths.count - 1] += 1
      } else {
        lengths += [position - end, 1]
      }
      end = position + 1
    }
    return lengths
  }

  private static func byteCount(_ terms: [Term]) -> Int {
    var writer = ByteWriter()
    write(terms, to: &writer)
    return writer.bytes.count
  }
}

/// Coding of the mask field of a block section.
extension BlockMask {
  private enum Kind {
    static let list = 0
    static let runs = 1
    static let tokenRuns = 2
    static let bitCount = 2
  }
  private static let longestShortCodebookCount = 63

  func write(to writer: inout ByteWriter) {
    writer.byte(terms.count)
    Self.write(terms, to: &writer)
  }

  private static func write(_ terms: [Term], to writer: inout ByteWriter) {
    for term in terms {
      let (kind, codebookCount, values) =
        switch term {
        case .list(let codebookCount, let frames):
          (Kind.list, codebookCount, zip(frames, [0] + frames).map { $0 - $1 })
        case .runs(let codebookCount, let lengths): (Kind.runs, codebookCount, lengths)
        case .tokenRuns(let codebookCount, let lengths): (Kind.tokenRuns, codebookCount, lengths)
        }
      let isShort = codebookCount <= longestShortCodebookCount
      writer.byte(kind | (isShort ? codebookCount << Kind.bitCount : 0))
      if !isShort { writer.varint(codebookCount) }
      writer.varint(values.count)
      for value in values { writer.varint(value) }
    }
  }

  /// Reads the mask field and keeps the tokens of all terms in `mask`, which has the block's shape.
  ///
  /// - Throws: `BitstreamError`.
  static func read(from reader: inout ByteReader, into mask: inout TokenMask) throws {
    let termCount = try reader.fixed(1, "mask terms", in: StreamLimits.maskTermCount)
    for _ in 0..<termCount {
      let headOffset = reader.byteOffset
      let head = Int(try reader.byte("mask term"))
      let kind = head & 3
      guard kind <= Kind.tokenRuns else {
        throw BitstreamError.reserved(field: "mask term", value: head, byteOffset: headOffset)
      }
      var codebookCount = head >> Kind.bitCount
      let codebooks = 1...mask.codebookCount
      if codebookCount == 0 {
        codebookCount = try reader.varint("codebooks of a mask term", in: codebooks)
      } else if !codebooks.contains(codebookCount) {
        throw BitstreamError.outOfRange(
          field: "codebooks of a mask term", value: codebookCount, allowed: codebooks, byteOffset: headOffset)
      }
      switch kind {
      case Kind.list: try readList(codebookCount, from: &reader, into: &mask)
      case Kind.runs:
        try readRuns(of: mask.frameCount, from: &reader) { run in
          for codebook in 0..<codebookCount {
            let start = codebook * mask.frameCount
            mask.keep(positions: start + run.lowerBound..<start + run.upperBound)
          }
        }
      default:
        try readRuns(of: codebookCount * mask.frameCount, from: &reader) { mask.keep(positions: $0) }
      }
    }
  }

  private static func readList(
    _ codebookCount: Int, from reader: inout ByteReader, into mask: inout TokenMask
  ) throws {
    let count = try reader.varint("frames of a mask term", in: 1...mask.frameCount)
    var frame = 0
    for index in 0..<count {
      let least = index == 0 ? 0 : 1
      // Past the last frame every step is out of range.
      let most = max(least, mask.frameCount - 1 - frame)
      let offset = reader.byteOffset
      let step = try reader.varint("frame of a mask term", in: least...most)
      frame += step
      guard frame < mask.frameCount else {
        throw BitstreamError.outOfRange(field: "frame of a mask term", value: step, allowed: 0...0, byteOffset: offset)
      }
      for codebook in 0..<codebookCount { mask.keep(codebook: codebook, frame: frame) }
    }
  }

  /// Reads the lengths of alternately masked and kept runs and calls `keep` with each kept run of positions below
  /// `positionCount`.
  private static func readRuns(
    of positionCount: Int, from reader: inout ByteReader, keep: (Range<Int>) -> Void
  ) throws {
    let count = try reader.varint("runs of a mask term", in: 1...StreamLimits.blockTokenCount)
    var end = 0
    for index in 0..<count {
      let least = index == 0 ? 0 : 1
      let offset = reader.byteOffset
      let length = try reader.varint("run of a mask term", in: least...max(least, positionCount - end))
      guard end + length <= positionCount else {
        throw BitstreamError.outOfRange(field: "run of a mask term", value: length, allowed: 0...0, byteOffset: offset)
      }
      if !index.isMultiple(of: 2) { keep(end..<end + length) }
      end += length
    }
  }
}

public import Tokens
import VampNet

/// Keep rules, converted to frames and codebooks of one codec, from which keep masks are computed.
public struct KeepPlan: Sendable {
  private let prompt: CompressionPrompt
  private let geometry: TokenGeometry
  private let rules: KeepRules
  /// Number of codebooks, coarse first, that the rules for the beginning, the end, segments, times and random tokens
  /// keep.
  private let codebookCount: Int
  private let firstFrameCount: Int
  private let lastFrameCount: Int
  /// Ranges of absolute frame numbers that are kept for the times of the rules, by ascending start. All ranges have
  /// nearly the same length, except for shorter ranges at the beginning of the recording.
  private let timeFrames: [Range<Int>]
  private let longestTimeFrameCount: Int
  private let keptFrames: [Range<Int>]
  private let generatedFrames: [Range<Int>]

  /// Converts keep rules to the frames and codebooks of a codec.
  ///
  /// - Parameters:
  ///   - rules: Rules for tokens that are kept or masked in addition to the prompt.
  ///   - prompt: Codebooks, period and phase of the periodically kept frames.
  ///   - geometry: Token geometry of the codec.
  public init(_ rules: KeepRules, prompt: CompressionPrompt, geometry: TokenGeometry) {
    self.rules = rules
    self.prompt = prompt
    self.geometry = geometry
    codebookCount = min(rules.codebookCount ?? geometry.codebookCount, geometry.codebookCount)
    let rate = geometry.frameRateHz
    func frame(_ seconds: Double, _ rounding: FloatingPointRoundingRule) -> Int {
      Int(min(max(0, seconds) * rate, 0x1p52).rounded(rounding))
    }
    firstFrameCount = frame(rules.firstSeconds, .up)
    lastFrameCount = frame(rules.lastSeconds, .up)
    timeFrames = rules.timesSeconds.map { time in
      let start = frame(time - rules.timeReach.beforeSeconds, .down)
      return start..<max(frame(time, .down) + 1, frame(time + rules.timeReach.afterSeconds, .up))
    }.sorted { ($0.lowerBound, $0.upperBound) < ($1.lowerBound, $1.upperBound) }
    longestTimeFrameCount = timeFrames.map(\.count).max() ?? 0
    keptFrames = rules.keptSegments.map { segment in
      let start = frame(segment.startSeconds, .up)
      return start..<max(start, segment.endSeconds.map { frame($0, .up) } ?? .max)
    }
    generatedFrames = rules.generatedSegments.map { segment in
      let start = frame(segment.startSeconds, .down)
      return start..<max(start, segment.endSeconds.map { frame($0, .up) } ?? .max)
    }
  }

  /// End (exclusive) of the frames whose keep decision is final, while more frames than `knownFrameCount` may follow.
  func decidedFrameCount(knownFrameCount: Int) -> Int { max(0, knownFrameCount - lastFrameCount) }

  /// Keep mask of a range of frames, with all codebooks of the codec.
  ///
  /// - Parameters:
  ///   - frames: Absolute numbers of the frames.
  ///   - totalFrameCount: Number of frames of the recording; nil while this number is unknown. The mask then lacks the
  ///     tokens that ``KeepRules/lastSeconds`` keeps.
  public func mask(of frames: Range<Int>, totalFrameCount: Int?) -> TokenMask {
    var result = TokenMask(codebookCount: geometry.codebookCount, frameCount: frames.count, isKept: false)
    func keep(_ kept: Range<Int>, codebookCount: Int) {
      for frame in kept.clamped(to: frames) {
        for codebook in 0..<codebookCount { result.keep(codebook: codebook, frame: frame - frames.lowerBound) }
      }
    }
    for frame in frames where isPeriodic(frame) { keep(frame..<frame + 1, codebookCount: prompt.codebookCount) }
    keep(0..<firstFrameCount, codebookCount: codebookCount)
    if let totalFrameCount {
      keep(max(0, totalFrameCount - lastFrameCount)..<max(0, totalFrameCount), codebookCount: codebookCount)
    }
    for range in keptFrames { keep(range, codebookCount: codebookCount) }
    for range in timeFrames[firstTimeIndex(reaching: frames.lowerBound)...]
      .prefix(while: { $0.lowerBound < frames.upperBound })
    {
      keep(range, codebookCount: codebookCount)
    }
    if let mask = rules.mask { result.keep(mask, frames: frames) }
    applyRandomChoice(to: &result, frames: frames)
    for range in generatedFrames.map({ $0.clamped(to: frames) }) {
      for frame in range {
        for codebook in 0..<geometry.codebookCount {
          result.setMasked(codebook: codebook, frame: frame - frames.lowerBound)
        }
      }
    }
    return result
  }

  private func isPeriodic(_ frame: Int) -> Bool {
    guard prompt.period > 0 else { return false }
    let place = (frame - prompt.phase) % prompt.period
    return (place + prompt.period) % prompt.period < rules.periodWidth
  }

  private func applyRandomChoice(to mask: inout TokenMask, frames: Range<Int>) {
    let random = CounterRandom(seed: rules.random.seed)
    func draws(_ purpose: CounterRandom.Purpose, _ share: Double, _ codebook: Int, _ frame: Int) -> Bool {
      Double(random.bits(purpose, frame: frame, codebook: codebook, step: 0)) < share * 0x1p32
    }
    if rules.random.keepShare > 0 {
      for codebook in 0..<codebookCount {
        for frame in frames where draws(.keep, rules.random.keepShare, codebook, frame) {
          mask.keep(codebook: codebook, frame: frame - frames.lowerBound)
        }
      }
    }
    if rules.random.dropout > 0 {
      mask = mask.dropping { codebook, column in
        draws(.dropout, rules.random.dropout, codebook, frames.lowerBound + column)
      }
    }
  }

  /// Index in `timeFrames` of the first range that may contain absolute frame `frame` or lies behind this frame.
  private func firstTimeIndex(reaching frame: Int) -> Int {
    var range = 0..<timeFrames.count
    while !range.isEmpty {
      let middle = range.lowerBound + range.count / 2
      let isBefore = timeFrames[middle].lowerBound + longestTimeFrameCount <= frame
      range = isBefore ? middle + 1..<range.upperBound : range.lowerBound..<middle
    }
    return range.lowerBound
  }
}

extension TokenMask {
  /// Keeps, in this mask of some frames, the tokens that the mask of a whole recording keeps.
  ///
  /// - Parameter frames: Absolute numbers of this mask's frames.
  fileprivate mutating func keep(_ recording: TokenMask, frames: Range<Int>) {
    for frame in frames.clamped(to: 0..<recording.frameCount) {
      for codebook in 0..<min(recording.codebookCount, codebookCount)
      where recording.isKept(codebook: codebook, frame: frame) {
        keep(codebook: codebook, frame: frame - frames.lowerBound)
      }
    }
  }
}

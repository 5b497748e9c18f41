public import Tokens

/// What a stream keeps besides the tokens of its period; the union of all rules.
public struct KeepRules: Equatable, Sendable {
  /// Frames that begin in the first so many seconds are kept.
  public var firstSeconds: Double
  /// The same for the last seconds. They must be known as such, so a live stream lags behind by them.
  public var lastSeconds: Double
  /// The frames at these times are kept: beats, onsets. In any order.
  public var timesSeconds: [Double]
  /// Codebooks that the rules above keep, coarse first; nil keeps all.
  public var codebookCount: Int?
  /// Tokens that this mask does not hide are kept; frames after its last and codebooks after its last are hidden.
  public var mask: TokenMask?
  /// Whether the rules are all there is, and nothing periodic is kept.
  public var excludesPeriodic: Bool

  public init(
    firstSeconds: Double = 0, lastSeconds: Double = 0, timesSeconds: [Double] = [], codebookCount: Int? = nil,
    mask: TokenMask? = nil, excludesPeriodic: Bool = false
  ) {
    self.firstSeconds = firstSeconds
    self.lastSeconds = lastSeconds
    self.timesSeconds = timesSeconds
    self.codebookCount = codebookCount
    self.mask = mask
    self.excludesPeriodic = excludesPeriodic
  }

  /// Whether the period says all.
  public var isEmpty: Bool {
    firstSeconds <= 0 && lastSeconds <= 0 && timesSeconds.isEmpty && mask == nil && !excludesPeriodic
  }
}

/// `KeepRules` in frames and codebooks of one codec.
struct KeepPlan {
  private let prompt: CompressionPrompt
  private let geometry: TokenGeometry
  private let mask: TokenMask?
  private let codebookCount: Int
  private let firstFrameCount: Int
  private let lastFrameCount: Int
  /// Ascending.
  private let singleFrames: [Int]

  init(_ rules: KeepRules, prompt: CompressionPrompt, geometry: TokenGeometry) {
    self.prompt = prompt
    self.geometry = geometry
    mask = rules.mask
    codebookCount = min(rules.codebookCount ?? geometry.codebookCount, geometry.codebookCount)
    func frames(_ seconds: Double) -> Int { Int((max(0, seconds) * geometry.frameRateHz).rounded(.up)) }
    firstFrameCount = frames(rules.firstSeconds)
    lastFrameCount = frames(rules.lastSeconds)
    singleFrames = rules.timesSeconds.map { Int(max(0, $0) * geometry.frameRateHz) }.sorted()
  }

  /// The frame before which it is certain what is kept, while more frames than `knownFrameCount` may follow.
  func decidedFrameCount(knownFrameCount: Int) -> Int { max(0, knownFrameCount - lastFrameCount) }

  /// What is kept of some frames.
  ///
  /// - Parameter totalFrameCount: of the recording; nil where more than the decided frames will follow.
  func mask(of frames: Range<Int>, totalFrameCount: Int?) -> TokenMask {
    var result = TokenMask(keeping: prompt, codebookCount: geometry.codebookCount, frames: frames)
    func keep(_ kept: Range<Int>) {
      for frame in kept.clamped(to: frames) {
        for codebook in 0..<codebookCount { result.keep(codebook: codebook, frame: frame - frames.lowerBound) }
      }
    }
    keep(0..<firstFrameCount)
    if let totalFrameCount { keep(max(0, totalFrameCount - lastFrameCount)..<max(0, totalFrameCount)) }
    for frame in singleFrames[firstIndex(notBefore: frames.lowerBound)...].prefix(while: { $0 < frames.upperBound }) {
      keep(frame..<frame + 1)
    }
    guard let mask else { return result }
    for frame in frames.clamped(to: 0..<mask.frameCount) {
      for codebook in 0..<min(mask.codebookCount, geometry.codebookCount)
      where mask.isKept(codebook: codebook, frame: frame) {
        result.keep(codebook: codebook, frame: frame - frames.lowerBound)
      }
    }
    return result
  }

  /// Where in `singleFrames` those from `frame` on begin.
  private func firstIndex(notBefore frame: Int) -> Int {
    var range = 0..<singleFrames.count
    while !range.isEmpty {
      let middle = range.lowerBound + range.count / 2
      range = singleFrames[middle] < frame ? middle + 1..<range.upperBound : range.lowerBound..<middle
    }
    return range.lowerBound
  }
}

import Tokens

/// Keep rules, in frames and codebooks of one codec.
struct KeepPlan {
  private let prompt: CompressionPrompt
  private let geometry: TokenGeometry
  private let mask: TokenMask?
  private let codebookCount: Int
  private let firstFrameCount: Int
  private let lastFrameCount: Int
  /// Single frames that are kept, in ascending order.
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

  /// End (exclusive) of the frames whose keep decision is final, while more frames than `knownFrameCount` may follow.
  func decidedFrameCount(knownFrameCount: Int) -> Int { max(0, knownFrameCount - lastFrameCount) }

  /// Keep mask of some frames.
  ///
  /// - Parameters:
  ///   - frames: Absolute frame numbers.
  ///   - totalFrameCount: Number of frames of the recording; nil where more frames than the decided ones will follow.
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

  /// Index in `singleFrames` of the first frame at or behind `frame`.
  private func firstIndex(notBefore frame: Int) -> Int {
    var range = 0..<singleFrames.count
    while !range.isEmpty {
      let middle = range.lowerBound + range.count / 2
      range = singleFrames[middle] < frame ? middle + 1..<range.upperBound : range.lowerBound..<middle
    }
    return range.lowerBound
  }
}

import Foundation
public import Kernels
import ModelStore
public import Tokens

/// Sampler that generates the masked tokens of one window by parallel iterative decoding (arXiv 2307.04686, section
/// 3.3).
///
/// Each step predicts and draws all masked tokens and ranks them by confidence: log probability plus annealed Gumbel
/// noise. The cosine schedule determines how many tokens of the lowest confidence are masked again. Kept tokens never
/// change.
public final class ParallelSampler {
  private let predictor: TokenPredictor
  private let context: ComputeContext
  private let workspace: TokenPredictor.Workspace
  private let logits: FloatRows

  /// Settings for one of the two transformers.
  public struct Settings: Sendable {
    /// Number of steps, at least 1.
    public var stepCount: Int
    /// Divisor of the logits; 0 takes the most likely token.
    public var temperature: Double
    /// Scale of the Gumbel noise before the first step.
    public var maskTemperature: Double
    /// Filter of the entries that may be drawn.
    public var filter: TokenFilter
    /// Random number generator.
    public var random: CounterRandom
    /// Revision of the mask schedule.
    public var revision: SamplerRevision

    /// Settings with the given values.
    public init(
      stepCount: Int, temperature: Double, maskTemperature: Double, filter: TokenFilter = TokenFilter(),
      random: CounterRandom, revision: SamplerRevision = .second
    ) {
      self.stepCount = stepCount
      self.temperature = temperature
      self.maskTemperature = maskTemperature
      self.filter = filter
      self.random = random
      self.revision = revision
    }

    /// Settings of a stream for the coarse transformer or the coarse-to-fine transformer.
    public init(_ settings: SamplerSettings, isCoarse: Bool) {
      self.init(
        stepCount: isCoarse ? settings.coarseStepCount : settings.fineStepCount,
        temperature: isCoarse ? settings.temperature : settings.fineTemperature,
        maskTemperature: settings.maskTemperature,
        filter: TokenFilter(topP: settings.topP, typicalMass: settings.typicalMass),
        random: CounterRandom(seed: settings.seed, revision: settings.revision), revision: settings.revision)
    }
  }

  /// Sampler with memory of its own.
  public init(_ predictor: TokenPredictor, context: ComputeContext) {
    self.predictor = predictor
    self.context = context
    workspace = TokenPredictor.Workspace(predictor.configuration)
    logits = FloatRows(channelCount: predictor.configuration.vocabularySize)
  }

  /// Token drawn in one step.
  private struct Candidate {
    let codebook: Int
    let frame: Int
    let token: UInt16
    let confidence: Float
  }

  /// Generates the masked tokens of a window.
  ///
  /// - Parameters:
  ///   - tokens: Tokens `[codebook, frame]` of all codebooks of the transformer.
  ///   - mask: Keep mask with the shape of `tokens`. Conditioning codebooks have no masked tokens.
  ///   - firstFrame: Absolute number of the window's first frame, which determines the random numbers.
  ///   - settings: Number of steps, temperatures, limits of the drawn tokens, and seed.
  /// - Returns: The tokens, kept and generated.
  public func generate(_ tokens: TokenGrid, mask: TokenMask, firstFrame: Int, settings: Settings) -> TokenGrid {
    var (tokens, mask) = (tokens, mask)
    let schedule = MaskSchedule(
      stepCount: settings.stepCount, initialCount: mask.maskedCount, revision: settings.revision)
    var currentCount = schedule.initialCount
    for step in 0..<settings.stepCount where currentCount > 0 {
      predictor.run(tokens, mask: mask, workspace: workspace, context: context)
      let candidates = sample(mask: mask, firstFrame: firstFrame, step: step, schedule: schedule, settings: settings)
      for candidate in candidates {
        tokens[candidate.codebook, candidate.frame] = candidate.token
        mask.keep(codebook: candidate.codebook, frame: candidate.frame)
      }
      let remaining = schedule.maskedCount(after: step, currentCount: currentCount)
      if remaining > 0 {
        // The fixed order of the candidates breaks ties.
        let order = candidates.indices.sorted {
          (candidates[$0].confidence, $0) < (candidates[$1].confidence, $1)
        }
        for index in order.prefix(remaining) {
          mask.setMasked(codebook: candidates[index].codebook, frame: candidates[index].frame)
        }
      }
      currentCount = remaining
    }
    return tokens
  }

  private func sample(
    mask: TokenMask, firstFrame: Int, step: Int, schedule: MaskSchedule, settings: Settings
  ) -> [Candidate] {
    let noiseScale = Float(settings.maskTemperature) * (1 - schedule.progress(after: step))
    let takesMostLikely = settings.temperature == 0
    var candidates: [Candidate] = []
    let configuration = predictor.configuration
    for codebook in configuration.conditioningCodebookCount..<configuration.codebookCount {
      let frames = (0..<mask.frameCount).filter { !mask.isKept(codebook: codebook, frame: $0) }
      guard !frames.isEmpty else { continue }
      predictor.logits(codebook: codebook, frames: frames, into: logits, workspace: workspace, context: context)
      if !settings.filter.keepsAll { filterLogits(settings.filter) }
      let scale = takesMostLikely ? 1 : 1 / Float(settings.temperature)
      let sums = logits.exponentiateRows(scale: scale, context: context)
      let mostLikely = takesMostLikely ? logits.indicesOfGreatest(context: context) : []
      for (row, frame) in frames.enumerated() {
        let absolute = firstFrame + frame
        let token: Int
        if takesMostLikely {
          token = mostLikely[row]
        } else {
          let uniform = settings.random.uniform(.token, frame: absolute, codebook: codebook, step: step)
          token = logits.indexWhereRunningSum(ofRow: row, exceeds: uniform * sums[row])
        }
        var confidence = log(logits[row, token] / sums[row])
        if noiseScale > 0 {
          let uniform = settings.random.uniform(.confidence, frame: absolute, codebook: codebook, step: step)
          confidence += noiseScale * -log(-log(uniform))
        }
        candidates.append(
          Candidate(codebook: codebook, frame: frame, token: UInt16(token), confidence: confidence))
      }
    }
    return candidates
  }

  private func filterLogits(_ filter: TokenFilter) {
    for row in 0..<logits.count {
      for (entry, isKept) in filter.kept(logits.row(row)).enumerated() where !isKept {
        logits[row, entry] = -.infinity
      }
    }
  }
}

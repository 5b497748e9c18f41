import Foundation
public import Kernels
import ModelStore
public import Tokens

/// Parallel iterative decoding of one window (arXiv 2307.04686, section 3.3): estimate all masked tokens, sample them,
/// rank them by log-probability plus annealed Gumbel noise, mask the lowest again by the cosine schedule, repeat.
///
/// Kept tokens are never changed.
public final class ParallelSampler {
  private let predictor: TokenPredictor
  private let context: ComputeContext
  private let workspace: TokenPredictor.Workspace
  private let logits: FloatRows

  /// Settings of one run, for one of the two networks.
  public struct Settings: Sendable {
    /// At least 1.
    public var stepCount: Int
    /// Divides the logits; 0 takes the most likely token.
    public var temperature: Double
    /// Scale of the Gumbel noise before the first step.
    public var maskTemperature: Double
    public var filter: TokenFilter
    public var random: CounterRandom

    public init(
      stepCount: Int, temperature: Double, maskTemperature: Double, filter: TokenFilter = TokenFilter(),
      random: CounterRandom
    ) {
      self.stepCount = stepCount
      self.temperature = temperature
      self.maskTemperature = maskTemperature
      self.filter = filter
      self.random = random
    }

    /// The settings of a stream for the network with the given role.
    public init(_ settings: SamplerSettings, isCoarse: Bool) {
      self.init(
        stepCount: isCoarse ? settings.coarseStepCount : settings.fineStepCount,
        temperature: isCoarse ? settings.temperature : settings.fineTemperature,
        maskTemperature: settings.maskTemperature,
        filter: TokenFilter(topP: settings.topP, typicalMass: settings.typicalMass),
        random: CounterRandom(seed: settings.seed))
    }
  }

  public init(_ predictor: TokenPredictor, context: ComputeContext) {
    self.predictor = predictor
    self.context = context
    workspace = TokenPredictor.Workspace(predictor.configuration)
    logits = FloatRows(channelCount: predictor.configuration.vocabularySize)
  }

  /// A token sampled in one step.
  private struct Candidate {
    let codebook: Int
    let frame: Int
    let token: UInt16
    let confidence: Float
  }

  /// Fills in the masked tokens.
  ///
  /// - Parameters:
  ///   - tokens: `[codebook, frame]` of all the network's codebooks.
  ///   - mask: same shape. Codebooks that the network is given have nothing masked.
  ///   - firstFrame: absolute frame of the window's first, which the random numbers are keyed by.
  public func fill(_ tokens: TokenGrid, mask: TokenMask, firstFrame: Int, _ settings: Settings) -> TokenGrid {
    var (tokens, mask) = (tokens, mask)
    let schedule = MaskSchedule(stepCount: settings.stepCount, initialCount: mask.maskedCount)
    var currentCount = schedule.initialCount
    for step in 0..<settings.stepCount where currentCount > 0 {
      predictor.run(tokens, mask: mask, workspace, context: context)
      let candidates = sample(mask: mask, firstFrame: firstFrame, step: step, schedule, settings)
      for candidate in candidates {
        tokens[candidate.codebook, candidate.frame] = candidate.token
        mask.keep(codebook: candidate.codebook, frame: candidate.frame)
      }
      let remaining = schedule.maskedCount(after: step, currentCount: currentCount)
      if remaining > 0 {
        // Candidates stand in a fixed order, which settles ties.
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
    mask: TokenMask, firstFrame: Int, step: Int, _ schedule: MaskSchedule, _ settings: Settings
  ) -> [Candidate] {
    let noiseScale = Float(settings.maskTemperature) * (1 - schedule.progress(after: step))
    let takesMostLikely = settings.temperature == 0
    var candidates: [Candidate] = []
    let configuration = predictor.configuration
    for codebook in configuration.conditioningCodebookCount..<configuration.codebookCount {
      let frames = (0..<mask.frameCount).filter { !mask.isKept(codebook: codebook, frame: $0) }
      guard !frames.isEmpty else { continue }
      predictor.logits(codebook: codebook, frames: frames, into: logits, workspace, context: context)
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

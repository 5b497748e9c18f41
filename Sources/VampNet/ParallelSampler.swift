import Foundation
public import Kernels
public import Tokens

/// Sampler that generates the masked tokens of one window by parallel iterative decoding (arXiv 2307.04686, section
/// 3.3).
///
/// Each step predicts and draws all masked tokens and ranks them by confidence: log probability plus annealed Gumbel
/// noise. The cosine schedule determines how many tokens of the lowest confidence are masked again. Kept tokens never
/// change. The method `vampnetRandom` ranks tokens at random instead. `SpanSampler` takes the steps of MAGNeT's
/// sampler; `SequentialStart` generates frames in order.
public final class ParallelSampler {
  private let source: any LogitSource
  private let drawer: TokenDrawer

  /// Sampler with memory of its own for a transformer.
  ///
  /// - Parameters:
  ///   - predictor: Transformer that predicts the tokens.
  ///   - context: Threads and instruction set of the computation.
  public convenience init(_ predictor: TokenPredictor, context: ComputeContext) {
    self.init(NetworkLogits(predictor, context: context), context: context)
  }

  /// Sampler for any source of logits.
  ///
  /// - Parameters:
  ///   - source: Network that predicts the tokens.
  ///   - context: Threads and instruction set of the computation.
  public init(_ source: any LogitSource, context: ComputeContext) {
    self.source = source
    drawer = TokenDrawer(source, context: context)
  }

  /// Token drawn in one step, with its position in the window and its confidence.
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
  ///   - settings: Settings of the sampler.
  /// - Returns: The tokens, kept and generated.
  public func generate(_ tokens: TokenGrid, mask: TokenMask, firstFrame: Int, settings: Settings) -> TokenGrid {
    var (tokens, mask) = (tokens, mask)
    if firstFrame < settings.sequentialEndFrame {
      SequentialStart(source: source, drawer: drawer).generate(
        &tokens, mask: &mask, firstFrame: firstFrame, settings: settings)
    }
    if settings.method == .magnet {
      SpanSampler(source: source, drawer: drawer).generate(
        &tokens, mask: mask, firstFrame: firstFrame, settings: settings)
    } else {
      generateInParallel(&tokens, mask: mask, firstFrame: firstFrame, settings: settings)
    }
    return tokens
  }

  private func generateInParallel(
    _ tokens: inout TokenGrid, mask: TokenMask, firstFrame: Int, settings: Settings
  ) {
    var mask = mask
    let schedule = MaskSchedule(
      stepCount: settings.stepCount, initialCount: mask.maskedCount, revision: settings.revision)
    var currentCount = schedule.initialCount
    for step in 0..<settings.stepCount where currentCount > 0 {
      source.run(tokens, mask: mask, contextFrameCount: nil)
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
  }

  private func sample(
    mask: TokenMask, firstFrame: Int, step: Int, schedule: MaskSchedule, settings: Settings
  ) -> [Candidate] {
    let noiseScale = Float(settings.maskTemperature) * (1 - schedule.progress(after: step))
    let distribution = TokenDrawer.Distribution(
      temperature: settings.temperature,
      takesMostLikely: settings.takesMostLikely(step: step, of: settings.stepCount), filter: settings.filter,
      filtersAtTemperature: false)
    var candidates: [Candidate] = []
    for codebook in source.predictedCodebooks {
      let frames = mask.maskedFrames(ofCodebook: codebook)
      guard !frames.isEmpty else { continue }
      let drawn = drawer.draw(codebook: codebook, frames: frames, distribution) { frame in
        settings.random.uniform(.token, frame: firstFrame + frame, codebook: codebook, step: step)
      }
      for (frame, token) in zip(frames, drawn) {
        func uniform() -> Float {
          settings.random.uniform(.confidence, frame: firstFrame + frame, codebook: codebook, step: step)
        }
        var confidence = token.logProbability
        if settings.method == .vampnetRandom {
          confidence = uniform()
        } else if noiseScale > 0 {
          confidence += noiseScale * -log(-log(uniform()))
        }
        candidates.append(
          Candidate(codebook: codebook, frame: frame, token: UInt16(token.token), confidence: confidence))
      }
    }
    return candidates
  }
}

extension TokenMask {
  /// Frames at which `codebook` has a masked token, in ascending order.
  func maskedFrames(ofCodebook codebook: Int) -> [Int] {
    (0..<frameCount).filter { !isKept(codebook: codebook, frame: $0) }
  }
}

import DAC
import Kernels
import ModelStore
import Tokens
import VampNet

/// Turns what a stream keeps of one channel into latents for every frame.
protocol TokenFiller: AnyObject {
  /// Takes the next frames and appends the latents `[frame, latent]` that are complete to `latents`.
  func fill(_ stretch: TokenStretch, into latents: FloatRows)
  /// Appends the rest.
  func finish(into latents: FloatRows)
}

/// VampNet: the coarse transformer fills in the first codebooks, the coarse-to-fine one the others.
final class ImaginingFiller: TokenFiller {
  private let codec: Codec
  private let context: ComputeContext
  private let coarse: WindowedSampler?
  private let coarseToFine: WindowedSampler?
  private let coarseCodebookCount: Int
  private let codebookCount: Int
  /// What the stream keeps of frames whose coarse tokens are not complete yet, all codebooks.
  private var waitingTokens: TokenGrid
  private var waitingMask: TokenMask

  /// - Parameters:
  ///   - coarse: nil where the stream keeps all coarse tokens.
  ///   - coarseToFine: nil where the model has none: then coarse codebooks are all there is.
  init(
    _ codec: Codec, coarse: TokenPredictor?, coarseToFine: TokenPredictor?, coarseCodebookCount: Int,
    settings: SamplerSettings, context: ComputeContext
  ) {
    self.codec = codec
    self.context = context
    self.coarseCodebookCount = coarseCodebookCount
    codebookCount = coarseToFine?.configuration.codebookCount ?? coarseCodebookCount
    self.coarse = coarse.map { WindowedSampler($0, .init(settings, isCoarse: true), context: context) }
    self.coarseToFine = coarseToFine.map { WindowedSampler($0, .init(settings, isCoarse: false), context: context) }
    waitingTokens = TokenGrid(codebookCount: codebookCount, frameCount: 0)
    waitingMask = TokenMask(codebookCount: codebookCount, frameCount: 0, masked: false)
  }

  func fill(_ stretch: TokenStretch, into latents: FloatRows) {
    let (codebooks, columns) = (0..<codebookCount, 0..<stretch.frames.count)
    advance(
      stretch.tokens.slice(codebooks: codebooks, frames: columns),
      stretch.mask.slice(codebooks: codebooks, frames: columns), isFinal: false, into: latents)
  }

  func finish(into latents: FloatRows) {
    let nothing = TokenGrid(codebookCount: codebookCount, frameCount: 0)
    advance(
      nothing, TokenMask(codebookCount: codebookCount, frameCount: 0, masked: false), isFinal: true, into: latents)
  }

  private func advance(_ tokens: TokenGrid, _ mask: TokenMask, isFinal: Bool, into latents: FloatRows) {
    waitingTokens = waitingTokens.appending(tokens)
    waitingMask = waitingMask.appending(mask)
    let all = 0..<tokens.frameCount
    let given = tokens.slice(codebooks: 0..<coarseCodebookCount, frames: all)
    let completeCoarse =
      coarse?.fill(given, mask: mask.slice(codebooks: 0..<coarseCodebookCount, frames: all), isFinal: isFinal)
      ?? given

    let ready = 0..<completeCoarse.frameCount
    var joined = waitingTokens.slice(codebooks: 0..<codebookCount, frames: ready)
    var joinedMask = waitingMask.slice(codebooks: 0..<codebookCount, frames: ready)
    for codebook in 0..<coarseCodebookCount {
      for frame in ready {
        joined[codebook, frame] = completeCoarse[codebook, frame]
        joinedMask[codebook, frame] = false
      }
    }
    let rest = ready.upperBound..<waitingTokens.frameCount
    waitingTokens = waitingTokens.slice(codebooks: 0..<codebookCount, frames: rest)
    waitingMask = waitingMask.slice(codebooks: 0..<codebookCount, frames: rest)
    let complete = coarseToFine?.fill(joined, mask: joinedMask, isFinal: isFinal) ?? joined
    latents.append(codec.quantiser.decode(complete, context: context))
  }
}

/// Random tokens in place of imagined ones: the noise that generation is compared with.
final class RandomFiller: TokenFiller {
  private let codec: Codec
  private let context: ComputeContext
  private let random: CounterRandom

  init(_ codec: Codec, seed: UInt32, context: ComputeContext) {
    self.codec = codec
    self.context = context
    random = CounterRandom(seed: seed)
  }

  func fill(_ stretch: TokenStretch, into latents: FloatRows) {
    var tokens = stretch.tokens
    for codebook in 0..<tokens.codebookCount {
      for frame in 0..<tokens.frameCount where stretch.mask[codebook, frame] {
        let bits = random.bits(.replacement, frame: stretch.frames.lowerBound + frame, codebook: codebook, step: 0)
        tokens[codebook, frame] = UInt16(UInt64(bits) * UInt64(codec.quantiser.codebookSize) >> 32)
      }
    }
    latents.append(codec.quantiser.decode(tokens, context: context))
  }

  func finish(into latents: FloatRows) {}
}

/// Nothing is imagined: codebooks from the first missing one on are left out, and the latents of frames that lack the
/// first one lie on a straight line between those of the nearest others, which hold at either end.
final class InterpolatingFiller: TokenFiller {
  private let codec: Codec
  private let context: ComputeContext
  private var last: [Float]?
  private var missingCount = 0

  /// The longest period of a prompt.
  private static let longestBridge = 65_535

  init(_ codec: Codec, context: ComputeContext) {
    self.codec = codec
    self.context = context
  }

  func fill(_ stretch: TokenStretch, into latents: FloatRows) {
    for row in rows(of: stretch) {
      guard let row else {
        missingCount += 1
        continue
      }
      bridge(to: row, into: latents)
      latents.append(row)
      last = row
    }
    // A loss so long is not bridged but held, so that memory stays bounded.
    if missingCount > Self.longestBridge { bridge(to: last ?? silence, into: latents) }
  }

  func finish(into latents: FloatRows) {
    bridge(to: last ?? silence, into: latents)
  }

  /// The latents of each frame, nil where its first codebook is masked.
  private func rows(of stretch: TokenStretch) -> [[Float]?] {
    var rows = [[Float]?](repeating: nil, count: stretch.frames.count)
    for (depth, columns) in Dictionary(grouping: rows.indices, by: stretch.depth(ofColumn:)) where depth > 0 {
      var grid = TokenGrid(codebookCount: depth, frameCount: columns.count)
      for codebook in 0..<depth {
        for (index, column) in columns.enumerated() { grid[codebook, index] = stretch.tokens[codebook, column] }
      }
      let decoded = codec.quantiser.decode(grid, context: context)
      for (index, column) in columns.enumerated() { rows[column] = decoded.row(index) }
    }
    return rows
  }

  private var silence: [Float] { [Float](repeating: 0, count: codec.quantiser.latentDim) }

  private func bridge(to next: [Float], into latents: FloatRows) {
    let start = last ?? next
    for step in stride(from: 1, through: missingCount, by: 1) {
      let share = Float(step) / Float(missingCount + 1)
      latents.append(zip(start, next).map { $0 + ($1 - $0) * share })
    }
    missingCount = 0
  }
}

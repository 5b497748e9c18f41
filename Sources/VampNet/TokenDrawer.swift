import Foundation
import Kernels

/// Drawer of tokens from the logits of a window, for one codebook at a time.
final class TokenDrawer {
  private let source: any LogitSource
  private let context: ComputeContext
  private let logits: FloatRows
  /// Probabilities before filtering, one row for each frame; each row is multiplied by a factor of its own.
  private let unfiltered: FloatRows

  /// Distribution from which one step draws tokens.
  struct Distribution {
    /// Divisor of the logits, more than 0 unless the most likely token is taken.
    var temperature: Double
    /// Whether the most likely token is taken instead of a drawn token.
    var takesMostLikely: Bool
    /// Filter of the codebook entries that may be drawn.
    var filter: TokenFilter
    /// Whether the filter sees the probabilities at ``temperature``, as in MAGNeT's sampler, or at temperature 1, as in
    /// VampNet's samplers. The probability of a drawn token is the probability before filtering (true) or after
    /// filtering (false).
    var filtersAtTemperature: Bool
  }

  /// Token and the natural logarithm of its probability.
  struct Drawn {
    let token: Int
    let logProbability: Float
  }

  init(_ source: any LogitSource, context: ComputeContext) {
    self.source = source
    self.context = context
    logits = FloatRows(channelCount: source.vocabularySize)
    unfiltered = FloatRows(channelCount: source.vocabularySize)
  }

  /// Draws the tokens of some frames.
  ///
  /// - Parameters:
  ///   - codebook: Predicted codebook.
  ///   - frames: Frames, counted from the beginning of the window.
  ///   - distribution: Temperature and filter.
  ///   - uniform: Closure that returns the random number, greater than 0 and at most 1, for a frame of the window.
  /// - Returns: A token for each frame, in the order of `frames`.
  func draw(codebook: Int, frames: [Int], _ distribution: Distribution, uniform: (Int) -> Float) -> [Drawn] {
    source.logits(codebook: codebook, frames: frames, into: logits)
    let scale = distribution.takesMostLikely ? 1 : 1 / Float(distribution.temperature)
    let scoresUnfiltered = distribution.filtersAtTemperature && !distribution.filter.keepsAll
    var unfilteredSums: [Float] = []
    if scoresUnfiltered {
      unfiltered.removeAll()
      unfiltered.append(logits)
      unfilteredSums = unfiltered.exponentiateRows(scale: scale, context: context)
    }
    distribution.filter.apply(
      to: logits, scale: distribution.filtersAtTemperature ? scale : 1, context: context)
    let sums = logits.exponentiateRows(scale: scale, context: context)
    let mostLikely = distribution.takesMostLikely ? logits.indicesOfGreatest(context: context) : []
    return frames.enumerated().map { row, frame in
      let token =
        distribution.takesMostLikely
        ? mostLikely[row] : logits.indexWhereRunningSum(ofRow: row, exceeds: uniform(frame) * sums[row])
      let probability =
        scoresUnfiltered
        ? unfiltered[row, token] / unfilteredSums[row] : logits[row, token] / sums[row]
      return Drawn(token: token, logProbability: log(probability))
    }
  }
}

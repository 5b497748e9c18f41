import Foundation
import Signal

/// Meter of the loss of a mono mix: how much softer the mix is than the loudest of its channels.
///
/// Channels of opposite sign cancel each other, and a mean of many channels buries a single channel with sound. The
/// power of a signal is its variance, because a constant offset is no sound.
struct MixLossMeter {
  private var channels: [Spread]
  private var mix = Spread()

  /// Smallest loss in dB that is reported: about the loss at which a voice becomes half as loud.
  static let notableDB = 10.0

  /// Running sums over the samples of one signal.
  private struct Spread {
    private var count = 0.0
    private var sum = 0.0
    private var squareSum = 0.0

    mutating func add(_ samples: [Float]) {
      count += Double(samples.count)
      for sample in samples {
        sum += Double(sample)
        squareSum += Double(sample) * Double(sample)
      }
    }

    /// Variance of the samples: their power without a constant offset.
    var power: Double { count > 0 ? max(0, squareSum / count - sum / count * (sum / count)) : 0 }
  }

  private let mixedChannels: [Bool]

  /// Meter of a mix.
  ///
  /// - Parameter mixedChannels: For each channel, whether the channel is part of the mix. Channels outside the mix are
  ///   ignored.
  init(mixedChannels: [Bool]) {
    self.mixedChannels = mixedChannels
    channels = Array(repeating: Spread(), count: mixedChannels.count)
  }

  /// Adds a chunk of all channels, and the mono mix of this chunk.
  mutating func add(_ chunk: AudioBuffer, mix mono: AudioBuffer) {
    for (index, samples) in chunk.channels.enumerated() where mixedChannels[index] { channels[index].add(samples) }
    mix.add(mono.channels[0])
  }

  /// Decibels by which the mix is softer than the loudest of the mixed channels; infinite for a silent mix. Nil for
  /// less than ``notableDB``, and where all mixed channels are silent.
  var notableLossDB: Double? {
    let loudest = channels.map(\.power).max() ?? 0
    guard loudest > pow(10, AudioBuffer.silenceDBFS / 10) else { return nil }
    let lossDB = 10 * log10(loudest / mix.power)
    return lossDB >= Self.notableDB ? lossDB : nil
  }
}

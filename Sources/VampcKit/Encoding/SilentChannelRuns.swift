/// Queue of silent runs on their way into blocks: those of all channels together, and those of single channels.
struct SilentChannelRuns {
  private var all: SilentRuns
  /// Runs of each channel; none where the encoder has a single channel.
  private var channels: [SilentRuns]
  private let shortestLoneSampleCount: Int

  /// Queue that stores runs that last long enough. A run of a single channel also needs
  /// ``SilentRuns/shortestDividedSeconds`` in each block that lie outside the runs of all channels.
  init(sampleRateHz: Int, channelCount: Int) {
    all = SilentRuns(sampleRateHz: sampleRateHz)
    // The runs of a single channel are those of all channels.
    channels = channelCount > 1 ? Array(repeating: all, count: channelCount) : []
    shortestLoneSampleCount = Int((SilentRuns.shortestDividedSeconds * Double(sampleRateHz)).rounded(.up))
  }

  /// Queue that stores all runs, such as those of another stream.
  init(channelCount: Int) {
    all = SilentRuns()
    channels = Array(repeating: all, count: channelCount)
    shortestLoneSampleCount = 1
  }

  /// Appends runs in order; a run that touches the one before continues it.
  ///
  /// - Parameters:
  ///   - runs: Runs that are silent in all channels.
  ///   - channelRuns: Runs of each channel; none where no channel has any.
  mutating func append(all runs: [Range<Int>], channels channelRuns: [[Range<Int>]]) {
    for run in runs { all.append(run) }
    for (channel, runs) in zip(channels.indices, channelRuns) {
      for run in runs { channels[channel].append(run) }
    }
  }

  /// Removes the runs before the end of a block, and returns the runs that the block stores. Those of single channels
  /// are empty where no channel has any.
  mutating func take(in samples: Range<Int>) -> (all: [Range<Int>], channels: [[Range<Int>]]) {
    let all = all.take(in: samples)
    var taken: [[Range<Int>]] = []
    for channel in channels.indices {
      let runs = channels[channel].take(in: samples)
      taken.append(runs.filter { Self.loneSampleCount($0, outside: all) >= shortestLoneSampleCount })
    }
    return (all, taken.allSatisfy(\.isEmpty) ? [] : taken)
  }

  private static func loneSampleCount(_ run: Range<Int>, outside all: [Range<Int>]) -> Int {
    all.reduce(run.count) { $0 - $1.clamped(to: run).count }
  }
}

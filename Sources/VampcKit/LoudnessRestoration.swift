import Signal

/// What brings the loudness back that is lost between encoder and decoder: networks smooth noise away, by 1 dB and more,
/// and what is imagined may be softer than what was there by far more.
struct LoudnessRestoration {
  /// Stretches of a recording as they were, and as they come back.
  private var originals: [AudioBuffer] = []
  private var decoded: [AudioBuffer] = []
  /// Stretches that count at most, the latest.
  private let capacity: Int

  init(capacity: Int = .max) { self.capacity = capacity }

  /// What is softer by more is hardly there, and made louder would be noise.
  private static let largestCorrectionDB = 12.0
  /// The limiter takes back part of a correction; after so many rounds what is left is small.
  private static let roundCount = 3

  /// A stretch, and what comes back of it without the encoder's gain.
  mutating func add(_ original: AudioBuffer, decoded block: AudioBuffer) {
    originals.append(original)
    decoded.append(block)
    if originals.count > capacity {
      originals.removeFirst()
      decoded.removeFirst()
    }
  }

  /// How much louder what comes back is to be made, in dB; 0 where nothing can be heard.
  ///
  /// - Throws: `SignalError` for a format that cannot be measured.
  func correctionDB() throws -> Double {
    guard let wanted = try Self.loudness(of: originals) else { return 0 }
    var correctionDB = 0.0
    for _ in 0..<Self.roundCount {
      let correction = QuantisedGain(decibels: correctionDB)
      let found = try Self.loudness(
        of: decoded.map { block in
          var block = block
          correction.apply(to: &block)
          var limiter = Limiter(channelCount: block.channelCount, sampleRateHz: block.sampleRateHz)
          var limited = try limiter.process(block)
          limited.append(limiter.finish())
          return limited
        })
      guard let found else { return 0 }
      correctionDB = min(max(correctionDB + wanted - found, -Self.largestCorrectionDB), Self.largestCorrectionDB)
    }
    return correctionDB
  }

  /// Of all blocks one after the other; `nil` where nothing can be heard.
  static func loudness(of blocks: [AudioBuffer]) throws -> Double? {
    guard let first = blocks.first else { return nil }
    let meter = try LoudnessMeter(channelCount: first.channelCount, sampleRateHz: first.sampleRateHz)
    for block in blocks { try meter.add(block) }
    return meter.integratedLoudnessLUFS
  }
}

/// Collects a few stretches of a recording while it is read, spread over its length; all of one that is short.
struct StretchCollector {
  private let stretchSampleCount: Int
  /// First samples of the stretches.
  private let starts: [Int]
  private var position = 0
  private(set) var stretches: [AudioBuffer] = []

  /// Some windows of VampNet's: in shorter ones it imagines at another level than in a recording.
  private static let stretchSeconds = 10.0
  /// Fewer say too little of pieces that change.
  private static let stretchCount = 6

  /// - Parameter sampleCount: of the recording; nil where that is not known, then its beginning is taken.
  init(sampleRateHz: Int, sampleCount: Int?) {
    let length = Int(Self.stretchSeconds * Double(sampleRateHz))
    let room = (sampleCount ?? 0) - Self.stretchCount * length
    if room > 0 {
      stretchSampleCount = length
      starts = (0..<Self.stretchCount).map { $0 * length + room * $0 / (Self.stretchCount - 1) }
    } else {
      stretchSampleCount = Self.stretchCount * length
      starts = [0]
    }
  }

  mutating func add(_ block: AudioBuffer) {
    for (index, start) in starts.enumerated() {
      let first = max(start, position)
      let end = min(start + stretchSampleCount, position + block.sampleCount)
      guard first < end else { continue }
      if stretches.count <= index {
        stretches.append(
          AudioBuffer(emptyWithChannelCount: block.channelCount, sampleRateHz: block.sampleRateHz))
      }
      stretches[index].append(block.slice(first - position..<end - position))
    }
    position += block.sampleCount
  }
}

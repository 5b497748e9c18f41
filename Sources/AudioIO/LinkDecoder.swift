/// Decoder of one link of a chained Ogg file (RFC 3533, section 4): decodes the runs of intact pages one after the
/// other, and reports the samples that are lost between two runs.
final class LinkDecoder {
  private let link: OggLink
  private let open: DecodedSource.Opening
  private(set) var decoder: any AudioDecoding
  private var runIndex = 0
  /// Granule position (RFC 3533, section 6) of the link's first sample; `nil` if unknown.
  private let firstGranulePosition: Int?
  /// Number of samples per channel of the link in front of the next sample, lost samples included.
  private var samplePosition = 0
  /// Number of samples per channel at the beginning of the current run that the previous run has returned already, and
  /// that are still to be dropped.
  private var repeatedSampleCount = 0
  private var hasEnded = false

  /// Largest number of samples per channel that count as lost with a damaged page at the end: 255 Opus packets of 120
  /// ms.
  private static let largestPageSampleCount = 255 * 5760

  /// Opens the first run.
  ///
  /// - Throws: ``AudioIOError``; `.notAudio` where the headers are damaged.
  init(_ link: OggLink, open: @escaping DecodedSource.Opening) throws {
    self.link = link
    self.open = open
    decoder = try open(link.byteRanges(ofRun: 0))
    if let end = link.runs[0].endGranulePosition, let count = decoder.statedSampleCount, count <= end {
      firstGranulePosition = end - count
    } else {
      firstGranulePosition = nil
    }
  }

  func read(upTo count: Int) throws -> DecodedPart? {
    while !hasEnded {
      let isLastRun = runIndex == link.runs.count - 1
      switch try decoder.read(upTo: count) {
      case .samples(let channels)?:
        let repeated = min(channels[0].count, repeatedSampleCount)
        repeatedSampleCount -= repeated
        guard repeated < channels[0].count else { continue }
        samplePosition += channels[0].count - repeated
        return .samples(channels.map { Array($0[repeated...]) })
      case .cutOff(let expected, let reason)? where isLastRun && link.runs.count == 1:
        hasEnded = true
        return .cutOff(expectedSampleCount: expected, reason: reason)
      case .lost(let count, let reason)? where link.runs.count == 1:
        samplePosition += count
        return .lost(sampleCount: count, reason: reason)
      case .damagedSomewhere(let reason)? where link.runs.count == 1:
        return .damagedSomewhere(reason: reason)
      case .lost?, .damagedSomewhere?:
        // The decoder reports the gap in front of its run, which `openNextRun` has counted already.
        continue
      case .cutOff?, nil:
        if let part = try isLastRun ? end() : openNextRun() { return part }
      }
    }
    return nil
  }

  private func openNextRun() throws -> DecodedPart? {
    runIndex += 1
    let run = link.runs[runIndex]
    let damage = run.damage ?? "a hole"
    do { decoder = try open(link.byteRanges(ofRun: runIndex)) } catch AudioIOError.notAudio {
      // The run has no whole packet. The next run's granule position shows how many samples are lost.
      return .lost(sampleCount: 0, reason: damage)
    }
    var lost = 0
    repeatedSampleCount = 0
    if let end = run.endGranulePosition, let first = firstGranulePosition, let count = decoder.statedSampleCount {
      let distance = end - first - count - samplePosition
      lost = max(0, distance)
      repeatedSampleCount = max(0, -distance)
    }
    samplePosition += lost
    return .lost(sampleCount: lost, reason: damage)
  }

  /// Ends the link; returns the damage at its end, or `nil` if there is none.
  private func end() -> DecodedPart? {
    hasEnded = true
    if let damage = link.endDamage {
      let stated = damage.granulePosition.flatMap { end in firstGranulePosition.map { end - $0 - samplePosition } }
      let lost = stated.map { (0...Self.largestPageSampleCount).contains($0) ? $0 : 0 } ?? 0
      samplePosition += lost
      return .lost(sampleCount: lost, reason: damage.reason)
    }
    return link.isCut ? .cutOff(expectedSampleCount: nil, reason: nil) : nil
  }
}

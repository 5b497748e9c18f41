/// Source that decodes the links of a seekable file in turn: a plain file has one link, an Ogg file may have several
/// chained streams (RFC 3533, section 4). All links must have the same sample rate and channels.
///
/// ``rewind()`` opens the first link again, because a decoder may not recover from damage.
final class DecodedSource: AudioSource {
  private let file: String
  private let links: [OggLink]
  private let open: (OggLink) throws -> any AudioDecoding
  private var decoder: any AudioDecoding
  private var linkIndex = 0
  /// Number of samples of all links before the current one.
  private var earlierSampleCount = 0
  /// Number of samples read from the current link.
  private var samplePosition = 0
  /// Whether a premature end has been reported.
  private var hasEnded = false

  let sampleRateHz: Int
  let channelCount: Int
  let sampleCount: Int?
  let statedSampleCount: Int?
  let tags: [AudioTag]
  let isSeekable = true

  /// Opens the first link.
  ///
  /// - Throws: ``AudioIOError``.
  /// - Precondition: there is at least one link.
  init(file: String, links: [OggLink], open: @escaping (OggLink) throws -> any AudioDecoding) throws {
    self.file = file
    self.links = links
    self.open = open
    decoder = try open(links[0])
    sampleRateHz = decoder.sampleRateHz
    channelCount = decoder.channelCount
    tags = decoder.tags
    sampleCount = links.count == 1 ? decoder.sampleCount : nil
    statedSampleCount = links.count == 1 ? decoder.statedSampleCount : nil
  }

  var formatDescription: String {
    links.count == 1 ? decoder.formatDescription : "\(decoder.formatDescription), \(links.count) chained links"
  }

  func read(upTo count: Int) throws -> DecodedPart? {
    while !hasEnded {
      let damage = links[linkIndex].damage
      let allowed = damage.map { min(count, max(0, $0.sample - samplePosition)) } ?? count
      let part = allowed > 0 ? try decoder.read(upTo: allowed) : nil
      if let part {
        if case .samples(let channels) = part { samplePosition += channels[0].count }
        if case .cutOff = part { hasEnded = true }
        return part
      }
      if damage != nil || links[linkIndex].isCut {
        hasEnded = true
        return .cutOff(expectedSampleCount: nil, reason: damage?.reason)
      }
      guard linkIndex + 1 < links.count else { return nil }
      try openNextLink()
    }
    return nil
  }

  func rewind() throws {
    decoder = try open(links[0])
    linkIndex = 0
    earlierSampleCount = 0
    samplePosition = 0
    hasEnded = false
  }

  private func openNextLink() throws {
    linkIndex += 1
    earlierSampleCount += samplePosition
    samplePosition = 0
    decoder = try open(links[linkIndex])
    guard decoder.channelCount == channelCount, decoder.sampleRateHz == sampleRateHz else {
      throw AudioIOError.unsupported(
        file: file,
        what: "chained stream that changes from \(channelCount) channels at \(sampleRateHz) Hz to "
          + "\(decoder.channelCount) at \(decoder.sampleRateHz) Hz at sample \(earlierSampleCount)")
    }
  }
}

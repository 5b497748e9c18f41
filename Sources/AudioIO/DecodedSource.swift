import Signal

/// Source that decodes the links of a seekable file in turn: a plain file has one link, an Ogg file may have several
/// chained streams (RFC 3533, section 4). All links must have the same sample rate and channels.
///
/// Every run of intact pages has a decoder of its own, because a decoder may not recover from damage. Granule positions
/// say how many samples are lost between two runs. ``rewind()`` opens the first run again.
final class DecodedSource: AudioSource {
  /// Closure that opens a decoder for byte ranges of the file, which the decoder reads as one input.
  typealias Opening = ([Range<Int>]) throws -> any AudioDecoding

  private let file: String
  private let links: [OggLink]
  private let open: Opening
  private var link: LinkDecoder
  private var linkIndex = 0
  /// Number of samples per channel in front of the next sample of the file, lost samples included.
  private var samplePosition = 0
  /// Number of samples per channel in front of the current link, lost samples included.
  private var linkStart = 0
  private var hasEnded = false

  let sampleRateHz: Int
  let channelCount: Int
  let speakerLayout: SpeakerLayout?
  let sampleCount: Int?
  let statedSampleCount: Int?
  let tags: [AudioTag]
  let isSeekable = true
  /// Always `nil`: a date is read only from WAV files with PCM samples.
  let broadcastOrigin: BroadcastOrigin? = nil

  /// Opens the first link.
  ///
  /// - Parameters:
  ///   - file: Name in error messages.
  ///   - links: Links of the file.
  ///   - comments: Tags of the file, which replace the decoder's tags; `nil` keeps the decoder's tags.
  ///   - moreTags: Further tags; a tag is dropped if one of the other tags has its name.
  ///   - open: Closure that opens a decoder.
  /// - Throws: ``AudioIOError``.
  /// - Precondition: there is at least one link.
  init(
    file: String, links: [OggLink], comments: [AudioTag]? = nil, moreTags: [AudioTag] = [],
    open: @escaping Opening
  ) throws {
    self.file = file
    self.links = links
    self.open = open
    link = try LinkDecoder(links[0], open: open)
    let decoder = link.decoder
    sampleRateHz = decoder.sampleRateHz
    channelCount = decoder.channelCount
    tags = AudioTag.firstOfEachSource([comments ?? decoder.tags, moreTags])
    if let mask = Self.channelMask(in: tags) {
      speakerLayout = SpeakerLayout(channelMask: mask, channelCount: decoder.channelCount)
    } else {
      speakerLayout = decoder.speakerLayout
    }
    let isWhole = links.count == 1 && links[0].runs.count == 1
    sampleCount = isWhole ? decoder.sampleCount : nil
    statedSampleCount = isWhole ? decoder.statedSampleCount : nil
  }

  /// Returns the channel mask that a tag of a FLAC file states (RFC 9639, section 8.6.2); `nil` without this tag, and
  /// where its text is no hexadecimal number.
  private static func channelMask(in tags: [AudioTag]) -> Int? {
    tags.first { $0.name == "WAVEFORMATEXTENSIBLE_CHANNEL_MASK" }.flatMap { tag in
      Int(tag.value.lowercased().hasPrefix("0x") ? tag.value.dropFirst(2) : tag.value[...], radix: 16)
    }
  }

  var formatDescription: String {
    let description = link.decoder.formatDescription
    return links.count == 1 ? description : "\(description), \(links.count) chained links"
  }

  func read(upTo count: Int) throws -> DecodedPart? {
    while !hasEnded {
      if let part = try link.read(upTo: count) { return placed(part) }
      guard linkIndex + 1 < links.count else { break }
      if let part = try openNextLink() { return part }
    }
    hasEnded = true
    return nil
  }

  /// Counts the samples of `part` in `samplePosition`, and returns `part` with sample counts of the whole file.
  ///
  /// An early end of a link becomes a `lost` part, unless the link is the last one. The expected length of the last
  /// link is counted from the beginning of the file.
  private func placed(_ part: DecodedPart) -> DecodedPart {
    switch part {
    case .samples(let channels): samplePosition += channels[0].count
    case .lost(let sampleCount, _): samplePosition += sampleCount
    case .damagedSomewhere: break
    case .cutOff(let expectedSampleCount, let reason):
      guard linkIndex + 1 == links.count else {
        return .lost(sampleCount: 0, reason: reason ?? "a link that ends too early")
      }
      return .cutOff(expectedSampleCount: expectedSampleCount.map { linkStart + $0 }, reason: reason)
    }
    return part
  }

  func rewind() throws {
    link = try LinkDecoder(links[0], open: open)
    linkIndex = 0
    (samplePosition, linkStart) = (0, 0)
    hasEnded = false
  }

  /// Opens the next link; returns damage where the headers of the link are damaged, otherwise `nil`.
  ///
  /// - Throws: ``AudioIOError``; `.unsupported` for a link with another sample rate or number of channels.
  private func openNextLink() throws -> DecodedPart? {
    linkIndex += 1
    linkStart = samplePosition
    do {
      link = try LinkDecoder(links[linkIndex], open: open)
    } catch AudioIOError.notAudio(_, let reason) {
      return .lost(sampleCount: 0, reason: "chained link that cannot be read: \(reason)")
    }
    let decoder = link.decoder
    guard decoder.channelCount == channelCount, decoder.sampleRateHz == sampleRateHz else {
      throw AudioIOError.unsupported(
        file: file,
        what: "chained stream that changes from \(channelCount) channels at \(sampleRateHz) Hz to "
          + "\(decoder.channelCount) at \(decoder.sampleRateHz) Hz at sample \(samplePosition)")
    }
    return nil
  }
}

/// Link of a chained Ogg file (RFC 3533, section 4): one stream, or several streams side by side. A file that is not
/// Ogg counts as one link.
struct OggLink: Equatable {
  /// Intact pages of the link, in order; damage lies between two runs.
  var runs: [OggRun]
  /// Byte range of the pages that hold the headers of the streams.
  var headerByteRange: Range<Int>
  /// Whether the file ends inside a page of this link.
  var isCut = false
  /// Damage behind the last run; `nil` if there is none.
  var endDamage: OggDamage?

  /// Creates the only link of a file that is not Ogg.
  init(byteRange: Range<Int>) {
    runs = [OggRun(byteRange: byteRange)]
    headerByteRange = byteRange.lowerBound..<byteRange.lowerBound
  }

  /// Creates a link with at least one run of intact pages.
  init(runs: [OggRun], headerByteRange: Range<Int>, isCut: Bool, endDamage: OggDamage?) {
    self.runs = runs
    self.headerByteRange = headerByteRange
    self.isCut = isCut
    self.endDamage = endDamage
  }

  /// Link as one run from its first to its last byte, for a decoder that recovers from damage itself.
  var joined: OggLink {
    var link = self
    link.runs = [OggRun(byteRange: runs[0].byteRange.lowerBound..<runs[runs.count - 1].byteRange.upperBound)]
    link.endDamage = nil
    return link
  }

  /// Returns the byte ranges that a decoder of a run reads: the header pages of the link, then the pages of the run.
  /// Run 0 begins with the header pages itself.
  func byteRanges(ofRun index: Int) -> [Range<Int>] {
    index == 0 ? [runs[0].byteRange] : [headerByteRange, runs[index].byteRange]
  }
}

/// Run of consecutive intact pages of an Ogg file.
struct OggRun: Equatable {
  var byteRange: Range<Int>
  /// Granule position (RFC 3533, section 6) of the audio stream at the end of the run; `nil` if no packet ends in the
  /// run.
  var endGranulePosition: Int?
  /// Damage in front of the run; `nil` if there is none.
  var damage: String?
}

/// Damage of Ogg pages.
struct OggDamage: Equatable {
  /// Description of the damage.
  var reason: String
  /// Granule position that the damaged page states, true or not; `nil` if it states none.
  var granulePosition: Int?
}

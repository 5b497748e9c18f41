/// State of one link of a chained Ogg file while the pages of the link are scanned.
struct OggLinkScan {
  private let start: Int
  var isCut = false
  /// Whether a page other than the first page of a stream has been read.
  private(set) var hasContent = false
  /// Serial number of the stream whose granule positions count samples: the first stream with an audio coding.
  private(set) var audioSerialNumber: UInt32?
  private var runs: [OggRun] = []
  /// Damage behind the last run.
  private var damage: OggDamage?
  private var headerEnd: Int
  private var hasSamples = false
  private var nextSequenceNumbers: [UInt32: UInt32] = [:]

  init(start: Int) { (self.start, headerEnd) = (start, start) }

  /// Notes damage behind the pages added so far. Of several reasons in one place, the first is kept; of several granule
  /// positions, the last.
  mutating func note(_ found: OggDamage) {
    damage = OggDamage(
      reason: damage?.reason ?? found.reason, granulePosition: found.granulePosition ?? damage?.granulePosition)
  }

  /// Adds an intact page.
  mutating func add(_ page: OggPages.Page, at offset: Int, body: ArraySlice<UInt8>) {
    if page.beginsStream {
      if audioSerialNumber == nil, OggCoding(body) != nil { audioSerialNumber = page.serialNumber }
    } else {
      hasContent = true
    }
    if let expected = nextSequenceNumbers[page.serialNumber], expected != page.sequenceNumber {
      note(OggDamage(reason: "Ogg page \(page.sequenceNumber) where \(expected) was expected, at byte \(offset)"))
    }
    nextSequenceNumbers[page.serialNumber] = page.sequenceNumber &+ 1
    let end = offset + page.byteCount
    if runs.isEmpty || damage != nil {
      // The first run begins where the link does. If the headers of a link are damaged, its decoder refuses the link.
      runs.append(OggRun(byteRange: (runs.isEmpty ? start : offset)..<end, damage: damage?.reason))
      damage = nil
    } else {
      runs[runs.count - 1].byteRange = runs[runs.count - 1].byteRange.lowerBound..<end
    }
    guard page.serialNumber == audioSerialNumber, page.granulePosition >= 0 else { return }
    if page.granulePosition > 0 { hasSamples = true }
    if !hasSamples { headerEnd = end }
    runs[runs.count - 1].endGranulePosition = page.granulePosition
  }

  /// Returns the link up to the last page.
  func finished() -> OggLink {
    OggLink(
      runs: runs.isEmpty ? [OggRun(byteRange: start..<start)] : runs, headerByteRange: start..<headerEnd, isCut: isCut,
      endDamage: damage)
  }
}

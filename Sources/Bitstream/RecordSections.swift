/// Sections of a record: bits 0–3 of its kind (`formats/container.md`, section 2.1).
///
/// The sections of a body follow one another in the order header, trailer, block.
package struct RecordSections: OptionSet {
  package let rawValue: Int

  package init(rawValue: Int) { self.rawValue = rawValue }

  /// The body has a header section.
  package static let header = RecordSections(rawValue: 1)
  /// The body has a block section.
  package static let block = RecordSections(rawValue: 2)
  /// The body has a trailer section; the stream ends with this record.
  package static let trailer = RecordSections(rawValue: 4)
  /// The record is the first of a stream and has a header section.
  package static let start = RecordSections(rawValue: 8)
}

/// Types of ancillary records, which have no sections (`formats/container.md`, section 6).
package enum AncillaryType {
  /// Type of a tags record, which describes the next stream.
  package static let tags = 1
  /// Type of a silence record, which states the digital silence of the next block.
  package static let silence = 9
  /// Digital silence of single channels in the next block.
  package static let channelSilence = 10
  /// First reserved type. A reader rejects this type, all types above and type 0, and ignores other unknown types.
  package static let firstCritical = 128

  /// Returns whether a record describes the next block, as silence records do.
  package static func isOfNextBlock(_ type: Int?) -> Bool { type == silence || type == channelSilence }
}

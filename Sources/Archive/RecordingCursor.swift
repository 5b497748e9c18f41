import Bitstream

/// Iterator over recordings of an archive in the order of their start, with one entry page of each run of the index in
/// memory (`formats/archive.md`, sections 3 and 4).
public struct RecordingCursor {
  /// Remaining entries of one run, or of a list of entries.
  private struct Source {
    let reader: RunReader?
    /// Indices of the entry pages to read, in order; empty for a list of entries.
    let pages: [Int]
    var nextPage = 0
    /// Entries of the page read last, or of the list, that are not returned yet; the latest first.
    var waiting: [ArchivedRecording]
  }

  private var sources: [Source] = []
  private let span: Range<Int>?

  init(_ archive: ArchiveReader, span: Range<Int>?) throws {
    self.span = span
    for run in archive.root.runs {
      try add(run, of: archive)
    }
    let recent = archive.root.recent.entries + [try archive.unfinished()].compactMap { $0 }
    add(recent)
    for index in sources.indices { try refill(index) }
  }

  /// Creates a cursor over the entries of the given runs and the given further entries.
  ///
  /// - Throws: `BitstreamError` for damage to a run, or the error of reading.
  init(merging runs: [RunReference], of archive: ArchiveReader, _ entries: [ArchivedRecording]) throws {
    span = nil
    for run in runs { try add(run, of: archive) }
    add(entries)
    for index in sources.indices { try refill(index) }
  }

  private mutating func add(_ run: RunReference, of archive: ArchiveReader) throws {
    if let span, run.span.lowerBound >= span.upperBound || run.span.upperBound <= span.lowerBound { return }
    let reader = try RunReader(archive, run)
    let pages = reader.directory.entryPages.indices.filter { index in
      let covered = reader.directory.entryPages[index].span
      return span.map { covered.lowerBound < $0.upperBound && covered.upperBound > $0.lowerBound } ?? true
    }
    sources.append(Source(reader: reader, pages: pages, waiting: []))
  }

  private mutating func add(_ entries: [ArchivedRecording]) {
    let chosen = entries.filter(isWanted).sorted(by: ArchivedRecording.precedes)
    sources.append(Source(reader: nil, pages: [], waiting: chosen.reversed()))
  }

  private func isWanted(_ entry: ArchivedRecording) -> Bool { span.map(entry.overlaps) ?? true }

  /// Returns the next recording, or `nil` after the last.
  ///
  /// - Throws: `BitstreamError` for damage to a page, or the error of reading.
  public mutating func next() throws -> ArchivedRecording? {
    var first: Int?
    for index in sources.indices {
      guard let candidate = sources[index].waiting.last else { continue }
      if let best = first.flatMap({ sources[$0].waiting.last }), !ArchivedRecording.precedes(candidate, best) {
        continue
      }
      first = index
    }
    guard let first else { return nil }
    let entry = sources[first].waiting.removeLast()
    try refill(first)
    return entry
  }

  private mutating func refill(_ index: Int) throws {
    while sources[index].waiting.isEmpty, sources[index].nextPage < sources[index].pages.count,
      let reader = sources[index].reader
    {
      let page = sources[index].pages[sources[index].nextPage]
      sources[index].nextPage += 1
      sources[index].waiting = try reader.entries(ofPage: page).filter(isWanted).reversed()
    }
  }
}

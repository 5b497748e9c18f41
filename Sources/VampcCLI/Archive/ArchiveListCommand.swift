import Archive
import ArgumentParser
import Foundation

/// Command `vampc archive list`.
struct ArchiveListCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "list",
    abstract: "List the recordings of an archive in the order of time.",
    discussion: """
      EXAMPLES
        vampc archive list radio.vampa                   list all recordings
        vampc archive list --json radio.vampa            print an array of objects
        vampc archive list --day 2026-11-23 radio.vampa  list one day
        vampc archive list --gaps --day 2026-11-23 radio.vampa
                                                         list the gaps of one day

      Only the index is read. A gap or overlap is measured from the latest end of \
      all earlier recordings of the list. With --from, --to or --day, --gaps also \
      prints what is missing at both ends of this span.
      """)

  @Flag(help: "Print JSON: an array of objects, one key a line.")
  var json = false

  @Flag(help: "Print the gaps instead of the recordings: start, end, length.")
  var gaps = false

  @OptionGroup var span: ArchiveSpanOptions

  @Argument(help: ArgumentHelp("Archive to read.", valueName: "archive"), completion: .file(extensions: ["vampa"]))
  var archive: String

  func run() throws {
    try InputLoop.run(archive) {
      let reader = try ArchiveReader(try ArchiveFile(reading: archive).bytes(), search: .thorough)
      if gaps { try listGaps(reader) } else { try json ? listJSON(reader) : listText(reader) }
      return .success
    }
  }

  /// Cursor over the recordings that overlap with the span of the options; over all recordings without a span.
  private func recordings(of reader: ArchiveReader) throws -> RecordingCursor {
    try span.range.map { try reader.recordings(in: $0) } ?? reader.recordings()
  }

  private func listGaps(_ reader: ArchiveReader) throws {
    var cursor = try recordings(of: reader)
    var gaps = ArchiveGaps(from: span.start)
    while let recording = try cursor.next() {
      try Interruption.shared.check()
      gaps.add(recording)
    }
    gaps.finish(at: span.end)
    if json {
      let objects = gaps.found.map { gap in
        var object = JSONObject()
        object.set("start", "\(gap.start)")
        object.set("end", "\(gap.end)")
        object.set("seconds", gap.seconds)
        return object.text
      }
      return try Console.result(objects.isEmpty ? "[]" : "[\n" + objects.joined(separator: ",\n") + "\n]")
    }
    for gap in gaps.found { try Console.result("\(gap.start)  \(gap.end)  \(Format.seconds(gap.seconds))") }
    let seconds = gaps.found.reduce(0) { $0 + $1.seconds }
    try Console.result("\(Format.count(gaps.found.count, "gap")), \(Format.seconds(seconds))")
  }

  private func listText(_ reader: ArchiveReader) throws {
    var cursor = try recordings(of: reader)
    var timeline = ArchiveTimeline()
    var (count, seconds, hasUnfinished) = (0, 0.0, false)
    while let recording = try cursor.next() {
      try Interruption.shared.check()
      var parts = [
        "\(recording.start)", Format.seconds(recording.durationSeconds), "\(recording.sampleRateHz) Hz",
        Format.bytes(recording.byteRange.count), Console.printable(recording.name),
      ]
      if let distance = timeline.add(recording), distance != 0 {
        let length = Format.seconds(Double(abs(distance)) / 1e6)
        parts.append(distance > 0 ? "(gap of \(length) before)" : "(overlaps by \(length))")
      }
      switch recording.state {
      case .complete: break
      case .cutOff: parts.append("(cut off)")
      case .unfinished: parts.append("(unfinished)")
      }
      try Console.result(parts.joined(separator: "  "))
      count += 1
      seconds += recording.durationSeconds
      hasUnfinished = hasUnfinished || recording.state == .unfinished
    }
    try Console.result(
      "\(Format.count(count, "recording")), \(Format.seconds(seconds)); \(Format.count(timeline.gapCount, "gap")), "
        + Format.count(timeline.overlapCount, "overlap"))
    if !hasUnfinished, !reader.unindexedByteRange.isEmpty {
      Console.warning(
        "\(archive): \(Format.bytes(reader.unindexedByteRange.count)) at the end are not in the index; the next append "
          + "or 'vampc archive repair' removes or indexes them")
    }
  }

  private func listJSON(_ reader: ArchiveReader) throws {
    var cursor = try recordings(of: reader)
    var timeline = ArchiveTimeline()
    var separator = "[\n"
    while let recording = try cursor.next() {
      try Interruption.shared.check()
      var object = JSONObject()
      object.set("name", recording.name)
      object.set("start", "\(recording.start)")
      object.set("end", "\(recording.end)")
      object.set("duration_seconds", recording.durationSeconds)
      object.set("sample_count", recording.sampleCount)
      object.set("source_sample_rate_hz", recording.sampleRateHz)
      object.set("byte_offset", recording.byteRange.lowerBound)
      object.set("bytes", recording.byteRange.count)
      object.set("state", Self.words(for: recording.state))
      object.set("gap_before_seconds", timeline.add(recording).map { Double($0) / 1e6 })
      try Console.result(separator + object.text, terminator: "")
      separator = ",\n"
    }
    try Console.result(separator == "[\n" ? "[]" : "\n]")
  }

  private static func words(for state: ArchivedRecording.State) -> String {
    switch state {
    case .complete: "complete"
    case .cutOff: "cut off"
    case .unfinished: "unfinished"
    }
  }
}

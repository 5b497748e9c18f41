extension AudioTag {
  /// Names of the tags that a reader returns, because they describe the recording.
  ///
  /// Other tags would be wrong in a stream, or cost more than the sound: the source's encoder, its loudness
  /// (ReplayGain, `R128_TRACK_GAIN`), pictures, lyrics, cue sheets, identifiers of data bases.
  public static let keptNames: [String] = [
    "TITLE", "SUBTITLE", "VERSION", "ALBUM", "ARTIST", "ALBUMARTIST", "PERFORMER", "COMPOSER", "CONDUCTOR", "LYRICIST",
    "ARRANGER", "REMIXER", "AUTHOR", "TRACKNUMBER", "TRACKTOTAL", "TOTALTRACKS", "DISCNUMBER", "DISCTOTAL",
    "TOTALDISCS", "DISCSUBTITLE", "GROUPING", "WORK", "PART", "DATE", "YEAR", "ORIGINALDATE", "GENRE", "MOOD", "BPM",
    "LANGUAGE", "COMMENT", "DESCRIPTION", "LOCATION", "ORGANIZATION", "LABEL", "COPYRIGHT", "LICENSE", "CONTACT",
    "ISRC",
  ]

  /// Names in ``keptNames``, keyed by other spellings that files use.
  private static let spellings = ["ALBUM ARTIST": "ALBUMARTIST", "ALBUM_ARTIST": "ALBUMARTIST"]

  /// Returns the tags with kept names and a text that is not empty, each pair of name and text once.
  static func kept(_ tags: [AudioTag]) -> [AudioTag] {
    let names = Set(keptNames)
    var seen: Set<AudioTag> = []
    return tags.map { AudioTag(name: spellings[$0.name] ?? $0.name, value: $0.value) }
      .filter { names.contains($0.name) && !$0.value.isEmpty && seen.insert($0).inserted }
  }
}

public import AudioIO
import Foundation
import Signal
import SystemCalls

/// Places of a sweep's clips in a folder. The choice depends only on the files and the parameters of the initialiser,
/// so that every machine finds the same clips.
public struct ClipSelection: Sendable {
  /// Place of a clip: a file, and one of the equal segments into which the file is divided.
  public struct Place: Equatable, Sendable {
    /// Path of the file below the folder.
    public let file: String
    /// Number of the segment, counted from 0 at the beginning of the file.
    public let part: Int
  }

  /// Folder with the audio files.
  public let folder: String
  /// Clip length, clips per file and seed.
  public let settings: SweepDescription.Selection
  /// Subfolders below the folder that cannot be listed, and files and subfolders about which the system gives no
  /// information.
  public let unreadable: [FolderListing.Failure]
  /// Places by file, then by segment. A file that is too short for `perFile` clips has fewer clips than places.
  public let places: [Place]
  /// Beginning of the clip names, by the path of the file below the folder; different files have different beginnings.
  private let names: [String: String]

  /// Lists the audio files of a folder and chooses the places of clips.
  ///
  /// - Parameters:
  ///   - folder: Folder with the audio files.
  ///   - settings: Clip length, clips per file and seed.
  ///   - output: Folder whose files are skipped if the folder is inside `folder`; nil skips no files.
  ///   - limit: Largest number of places, spread evenly over the places of all files; nil takes all places.
  /// - Throws: `SweepError.cannotReadFolder`, `.noAudio`.
  public init(
    folder: String, settings: SweepDescription.Selection, excluding output: String? = nil, limit: Int? = nil
  ) throws {
    self.folder = folder
    self.settings = settings
    func resolved(_ path: String) -> String { URL(fileURLWithPath: path).resolvingSymlinksInPath().path + "/" }
    let files: [String]
    do {
      let excluded = output.map(resolved)
      let listing = try FolderListing(of: folder, extensions: FolderListing.audioExtensions)
      unreadable = listing.failures
      files = listing.files.filter { file in
        excluded.map { !resolved(folder + "/" + file).hasPrefix($0) } ?? true
      }
    } catch {
      throw SweepError.cannotReadFolder(path: folder, reason: "\(error)")
    }
    guard !files.isEmpty else { throw SweepError.noAudio(path: folder) }
    let all = files.flatMap { file in (0..<settings.perFile).map { Place(file: file, part: $0) } }
    let count = min(limit ?? all.count, all.count)
    places = (0..<count).map { all[$0 * all.count / count] }
    names = Self.names(of: files)
  }

  /// Names of the files by path: the path without extension, with `_` for each slash. Names that would be equal get the
  /// extension. Names that are too long are cut. Names that are cut or still equal get a hash of the path.
  private static func names(of files: [String]) -> [String: String] {
    func flat(_ path: String) -> String { PathText.readable(path.replacingOccurrences(of: "/", with: "_")) }
    let byStem = Dictionary(grouping: files) { flat(($0 as NSString).deletingPathExtension) }
    func wanted(_ file: String) -> String {
      let stem = flat((file as NSString).deletingPathExtension)
      return byStem[stem]?.count == 1 ? stem : flat(file)
    }
    let byName = Dictionary(grouping: files, by: wanted)
    var names: [String: String] = [:]
    for file in files {
      var name = wanted(file)
      let isUnique = byName[name]?.count == 1
      let isLong = name.utf8.count > longestName
      while name.utf8.count > longestName { name.removeLast() }
      if isLong || !isUnique { name += "-" + String(hash(file), radix: 16) }
      names[file] = name
    }
    return names
  }

  /// Reads a clip from its file and mixes the channels to one.
  ///
  /// - Parameters:
  ///   - place: File and segment of the clip, an element of ``places``.
  ///   - checkCancellation: Closure that is called for each chunk of the file; an error of the closure stops the
  ///     reading.
  /// - Returns: Clip of at most `settings.seconds`; nil if the file has no samples, or too few to have segment
  ///   `place.part`.
  /// - Throws: `AudioIOError`; `ModelError.digestUnavailable` where libcrypto cannot compute SHA-256; the errors of
  ///   `checkCancellation`.
  public func read(_ place: Place, checkCancellation: () throws -> Void = {}) throws -> SweepClip? {
    let reader = try AudioReader(path: folder + "/" + place.file)
    let length = try sampleCount(of: reader, checkCancellation)
    let wanted = max(1, Int((settings.seconds * Double(reader.sampleRateHz)).rounded()))
    let partCount = min(settings.perFile, max(1, length / wanted))
    guard place.part < partCount, length > 0 else { return nil }
    let part = length * place.part / partCount..<length * (place.part + 1) / partCount
    let slack = max(0, part.count - wanted)
    let start = part.lowerBound + Int(Double(slack) * share(for: place))
    let range = start..<min(start + wanted, part.upperBound)
    var audio = AudioBuffer(emptyWithChannelCount: 1, sampleRateHz: reader.sampleRateHz)
    while reader.samplePosition < range.upperBound {
      try checkCancellation()
      let position = reader.samplePosition
      guard let chunk = try reader.read(upTo: min(65_536, range.upperBound - position)) else { break }
      let kept = range.clamped(to: position..<position + chunk.sampleCount)
      if !kept.isEmpty {
        audio.append(
          chunk.mixedToMono(reader.speakerLayout)
            .slice(kept.lowerBound - position..<kept.upperBound - position))
      }
    }
    guard audio.sampleCount > 0 else { return nil }
    let startSeconds = Double(start) / Double(reader.sampleRateHz)
    return try SweepClip(name: name(of: place, startSeconds), file: place.file, startSeconds: startSeconds, audio)
  }

  /// Number of samples per channel of a file. A file whose exact length the reader does not know is read to its end and
  /// rewound.
  private func sampleCount(of reader: AudioReader, _ checkCancellation: () throws -> Void) throws -> Int {
    if let count = reader.sampleCount { return count }
    while try reader.read(upTo: 65_536) != nil { try checkCancellation() }
    let count = reader.samplePosition
    try reader.rewind()
    return count
  }

  /// Position of the clip within its segment, as a share in `0..<1` of the possible starts.
  private func share(for place: Place) -> Double {
    Double(Self.hash("\(settings.seed)/\(place.part)/\(place.file)") >> 11) / Double(1 << 53)
  }

  /// Hash of a text: 64-bit FNV-1a, and a multiplication by which the last bytes also change the upper bits.
  private static func hash(_ text: String) -> UInt64 {
    var hash: UInt64 = 0xcbf2_9ce4_8422_2325
    for byte in text.utf8 { hash = (hash ^ UInt64(byte)) &* 0x100_0000_01b3 }
    return (hash ^ (hash >> 32)) &* 0x9E37_79B9_7F4A_7C15
  }

  /// Largest number of bytes of a name without its hash and the clip's start; file systems accept names of 255 bytes.
  private static let longestName = 160

  private func name(of place: Place, _ startSeconds: Double) -> String {
    let name = names[place.file] ?? place.file
    guard startSeconds > 0 else { return name }
    return name + "@" + String(format: "%.2f", locale: Locale(identifier: "en_US_POSIX"), startSeconds)
  }
}

import Report
import Signal
import SystemCalls
import VampcKit

/// HTML page of `vamp --page`, whose sounds are collected variation by variation.
struct VampPageFile {
  private let title: String
  private var sounds: [VampPage.Sound] = []
  private var picture: KeepMaskPicture?
  private var kept = ""

  /// Page with the recording and no variations yet.
  ///
  /// - Parameters:
  ///   - original: Recording before it is varied.
  ///   - name: Name of the input.
  init(_ original: AudioBuffer, name: String) {
    title = name
    sounds = [VampPage.Sound(name: "Recording", facts: name, audio: original)]
  }

  /// Adds a variation made with the given seed. The page shows the keep mask of the first variation.
  mutating func add(_ vamp: Vamp, seed: UInt32) throws {
    let share = "\(Format.percent(vamp.keptShare)) of the tokens kept, \(Format.bitrate(vamp.keptRateBps))"
    sounds.append(
      VampPage.Sound(name: "Variation \(sounds.count)", facts: "seed \(seed); \(share)", audio: vamp.audio))
    guard picture == nil else { return }
    (picture, kept) = (vamp.mask.picture, share)
  }

  /// Writes the page; does nothing where no variation was added.
  ///
  /// - Parameters:
  ///   - path: Path of the file.
  ///   - input: Path of the recording, whose permissions the page gets.
  ///   - replaces: Whether an existing file may be replaced.
  /// - Throws: errors of `OutputFile` and of coding the sounds.
  func write(to path: String, madeFrom input: String, replaces: Bool) throws {
    guard let picture else { return }
    let page = VampPage(title: title, sounds: sounds, picture: picture, kept: kept)
    let bytes = Array(try page.html().utf8)
    try OutputFile(path: path, replaces: replaces, madeFrom: input).complete { try $0.write(bytes) }
  }
}

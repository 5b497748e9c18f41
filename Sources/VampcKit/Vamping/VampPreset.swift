/// Named prompt for vamping.
///
/// Periods and the medium variation come from the published VampNet app ("slight", "moderate" and "very strong" periodic
/// variation). Other values differ from the app's, for reasons in `Benchmarks/RESULTS-vamping.md`: with three codebooks
/// and the same time around onsets, the app's three variations are alike. One codebook does not keep the notes, and 50 ms
/// from each beat on do not keep the beat.
public enum VampPreset: String, CaseIterable, Sendable {
  case smallVariation = "small-variation"
  case mediumVariation = "medium-variation"
  case largeVariation = "large-variation"
  case timbre
  case followBeat = "follow-beat"
  case loop

  /// Purpose of the preset in a few words, for lists.
  public var summary: String {
    switch self {
    case .smallVariation: "close to the recording: 4 codebooks of every 5th frame and of 87 ms around each onset"
    case .mediumVariation: "other details: 3 codebooks of every 13th frame and of 87 ms around each onset"
    case .largeVariation: "a new idea: 2 codebooks of every 21st frame and of 52 ms around each onset"
    case .timbre: "the same notes with another sound: 2 codebooks of every frame"
    case .followBeat: "new music to the same beat: 4 codebooks of 180 ms around each beat"
    case .loop: "four passes of a loop: 3 codebooks of every 7th frame and of 52 ms around each onset"
    }
  }

  /// Number of codebooks that the preset keeps, coarse first.
  public var codebookCount: Int {
    switch self {
    case .smallVariation, .followBeat: 4
    case .mediumVariation, .loop: 3
    case .largeVariation, .timbre: 2
    }
  }

  /// Number of frames from one periodically kept frame to the next; 0 keeps no frame periodically.
  public var period: Int {
    switch self {
    case .smallVariation: 5
    case .mediumVariation: 13
    case .largeVariation: 21
    case .timbre: 1
    case .followBeat: 0
    case .loop: 7
    }
  }

  /// Whether the frames at onsets are kept.
  public var keepsOnsets: Bool { self != .timbre && self != .followBeat }

  /// Whether the frames at beats are kept.
  public var keepsBeats: Bool { self == .followBeat }

  /// Time around beats and onsets that is kept.
  public var timeReach: KeepRules.TimeReach {
    switch self {
    case .followBeat: KeepRules.TimeReach(beforeSeconds: 0.03, afterSeconds: 0.15)
    case .smallVariation, .mediumVariation: KeepRules.TimeReach(beforeSeconds: 0.035, afterSeconds: 0.052)
    case .largeVariation, .loop: KeepRules.TimeReach(beforeSeconds: 0.017, afterSeconds: 0.035)
    case .timbre: KeepRules.TimeReach()
    }
  }

  /// Number of passes of a loop; nil for a preset that does not treat the recording as a loop.
  public var loopPassCount: Int? { self == .loop ? 4 : nil }
}

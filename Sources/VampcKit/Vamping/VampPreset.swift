/// Named prompt for vamping.
///
/// Periods and widths of the variations and of `followBeat` come from the published VampNet app ("slight", "moderate"
/// and "very strong" periodic variation, "beat-driven variation"), which keeps three codebooks.
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
    case .smallVariation: "close to the recording: every 5th frame and the onsets"
    case .mediumVariation: "the same rhythm, other details: every 13th frame and the onsets"
    case .largeVariation: "a new idea with the onsets of the old one: every 21st frame and the onsets"
    case .timbre: "the same notes with another sound: the first codebook of every frame"
    case .followBeat: "new music to the same beat: 50 ms from each beat on"
    case .loop: "four passes of a loop, each a variation: every 7th frame"
    }
  }

  /// Number of codebooks that the preset keeps, coarse first.
  public var codebookCount: Int { self == .timbre ? 1 : 3 }

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
  public var keepsOnsets: Bool { [.smallVariation, .mediumVariation, .largeVariation].contains(self) }

  /// Whether the frames at beats are kept.
  public var keepsBeats: Bool { self == .followBeat }

  /// Time around beats and onsets that is kept: five frames of the published model around an onset, 50 ms behind a
  /// beat.
  public var timeReach: KeepRules.TimeReach {
    switch self {
    case .followBeat: KeepRules.TimeReach(afterSeconds: 0.05)
    case .smallVariation, .mediumVariation, .largeVariation:
      KeepRules.TimeReach(beforeSeconds: 0.035, afterSeconds: 0.052)
    case .timbre, .loop: KeepRules.TimeReach()
    }
  }

  /// Number of passes of a loop; nil for a preset that does not treat the recording as a loop.
  public var loopPassCount: Int? { self == .loop ? 4 : nil }
}

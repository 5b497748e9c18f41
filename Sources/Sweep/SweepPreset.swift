import Tokens
import VampcKit

/// Named set of conditions: an experiment of arXiv 2307.04686, section 4, a quick look, or all experiments together.
public enum SweepPreset: String, CaseIterable, Sendable {
  /// Preset for quality against the number of sampling steps.
  case figure3
  /// Preset for quality under different prompts.
  case figure4
  /// Preset for quality against bitrate.
  case figure5
  /// Preset `figure3` with the paper's own sampler (``SweepSampler/published``).
  case figure3Published = "figure3-published"
  /// Preset `figure4` with the paper's own sampler and 36 coarse steps. The paper's text allows two readings of the
  /// width of a prompt that keeps both ends or the beats, so each of these prompts also occurs with twice its width.
  case figure4Published = "figure4-published"
  /// Preset `figure5` with the paper's own sampler and 36 coarse steps.
  case figure5Published = "figure5-published"
  /// Preset for a first look in minutes.
  case quick
  /// Preset for all three figures with three seeds. Figure 5 also has random tokens, and Opus with both frame durations
  /// and with constant and constrained variable bitrate.
  case full

  /// Finds a preset by its name.
  ///
  /// - Throws: `SweepError.unknownPreset`.
  public init(named name: String) throws {
    guard let preset = Self(rawValue: name) else {
      throw SweepError.unknownPreset(name: name, known: Self.allCases.map(\.rawValue))
    }
    self = preset
  }

  /// Largest number of clips if the user sets no limit; nil for all clips.
  public var clipLimit: Int? { self == .quick ? 8 : nil }

  /// Largest clip limit of several presets; nil where any preset has no limit.
  static func clipLimit(of presets: [SweepPreset]) -> Int? {
    presets.contains { $0.clipLimit == nil } ? nil : presets.compactMap(\.clipLimit).max()
  }

  /// Makes the grids of the preset.
  ///
  /// - Parameter models: Models of the sweep. Prompts that any of these models cannot code are omitted for all models.
  public func grids(for models: [SweepModel]) -> [SweepGrid] {
    switch self {
    case .figure3: [steps(models)]
    case .figure4: [prompts(models)]
    case .figure5: [rates(models)]
    case .figure3Published: [published(steps(models))]
    case .figure4Published: [published(bothWidths(prompts(models)), steps: [Self.publishedSteps])]
    case .figure5Published: [published(rates(models), steps: [Self.publishedSteps])]
    case .quick: [quick(models)]
    case .full: full(models)
    }
  }

  private static let opusRatesBps = [6_000, 8_000, 12_000]

  private func grid() -> SweepGrid {
    var grid = SweepGrid()
    grid.figures = [rawValue]
    return grid
  }

  /// Compression prompts of the (codebooks, period) pairs that all models can code.
  private func fitting(_ pairs: [(Int, Int)], _ models: [SweepModel]) -> [CompressionPrompt] {
    let available = models.map(\.geometry.codebookCount).min() ?? 0
    return pairs.filter { $0.0 <= available }.map { CompressionPrompt(codebookCount: $0.0, period: $0.1) }
  }

  /// Compression prompts that keep the coarse codebooks at the given periods, in frames. Of several models the smallest
  /// number of coarse codebooks counts; if no model has a coarse transformer, there are no prompts.
  private func coarse(_ periods: [Int], _ models: [SweepModel]) -> [CompressionPrompt] {
    guard let count = models.compactMap(\.coarseCodebookCount).min() else { return [] }
    return periods.map { CompressionPrompt(codebookCount: count, period: $0) }
  }

  private func steps(_ models: [SweepModel]) -> SweepGrid {
    var grid = grid()
    grid.tokens = coarse([16], models)
    grid.fills = [.none, .generate]
    grid.coarseSteps = [1, 4, 8, 12, 24, 36, 64, 72]
    grid.opus = [SweepGrid.OpusGrid(Self.opusRatesBps)]
    return grid
  }

  private func prompts(_ models: [SweepModel]) -> SweepGrid {
    var grid = grid()
    grid.tokens = fitting([(1, 1)], models) + coarse([8, 16, 32], models)
    if models.allSatisfy({ $0.coarseCodebookCount != nil }) {
      grid.prompts = [
        SweepGrid.MaskedPrompt(.edges, seconds: 1), SweepGrid.MaskedPrompt(.edges, seconds: 2),
        SweepGrid.MaskedPrompt(.beats, seconds: 0.075),
      ]
    }
    grid.fills = [.none, .generate]
    grid.opus = [SweepGrid.OpusGrid(Self.opusRatesBps)]
    return grid
  }

  private func rates(_ models: [SweepModel]) -> SweepGrid {
    var grid = grid()
    grid.tokens =
      fitting([(14, 1), (7, 1), (4, 1), (2, 1), (1, 1), (1, 2), (1, 4), (1, 8), (1, 12)], models)
      + coarse([4, 16, 32], models)
    grid.fills = [.none, .generate]
    grid.opus = [SweepGrid.OpusGrid([2_000, 6_000, 8_000, 12_000, 16_000, 24_000])]
    return grid
  }

  /// Number of coarse steps with which the paper computes figures 4 and 5.
  private static let publishedSteps = 36

  private func published(_ grid: SweepGrid, steps: [Int]? = nil) -> SweepGrid {
    var grid = grid
    grid.samplerAxes.samplers = [.published]
    if let steps { grid.coarseSteps = steps }
    return grid
  }

  /// Adds each prompt that keeps both ends or the beats with twice its width. The paper's script keeps half of each
  /// width on either side of the gap or the beat. The paper's text can also be read as the whole width on either side.
  private func bothWidths(_ grid: SweepGrid) -> SweepGrid {
    var grid = grid
    let wider = grid.prompts.map { SweepGrid.MaskedPrompt($0.kind, codebooks: $0.codebooks, seconds: 2 * $0.seconds) }
    grid.prompts += wider.filter { !grid.prompts.contains($0) }
    return grid
  }

  private func quick(_ models: [SweepModel]) -> SweepGrid {
    var grid = grid()
    grid.tokens = fitting([(4, 1), (1, 1), (1, 4)], models)
    grid.fills = [.none, .generate]
    grid.hasNoiseBaselines = false
    grid.opus = [SweepGrid.OpusGrid([6_000, 12_000])]
    return grid
  }

  private func full(_ models: [SweepModel]) -> [SweepGrid] {
    var grids = [steps(models), prompts(models), rates(models)]
    for (index, figure) in [Self.figure3, .figure4, .figure5].enumerated() { grids[index].figures = [figure.rawValue] }
    for index in grids.indices { grids[index].seeds = [0, 1, 2] }
    grids[2].fills = [.none, .generate, .random]
    grids[2].opus = [
      SweepGrid.OpusGrid(
        [2_000, 6_000, 8_000, 12_000, 16_000, 24_000], frameMilliseconds: [60, 20], isConstantRate: [false, true])
    ]
    return grids
  }
}

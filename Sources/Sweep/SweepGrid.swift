public import Tokens
public import VampcKit

/// Values that a sweep combines into conditions; see `formats/sweep-report.md`.
public struct SweepGrid: Equatable, Sendable {
  /// Whether the grid has the baselines: original, codec alone, coarse-to-fine transformer alone (all coarse codebooks
  /// kept) and noise.
  public var hasBaselines = true
  /// Whether the baselines include noise at `baselineNoiseRatios`.
  public var hasNoiseBaselines = true
  /// Compression prompts, each coded with every model.
  public var tokens: [CompressionPrompt] = []
  /// Nominal bitrates in bit/s, each coded with the prompt that every model's frontier has for the bitrate
  /// (`RateFrontier.prompt`).
  public var bitratesBps: [Double] = []
  /// Prompts that are not periodic, each coded with every model.
  public var prompts: [MaskedPrompt] = []
  /// Replacements of masked tokens, each combined with every prompt that masks tokens.
  public var fills: [SweepCondition.Fill] = [.generate]
  /// Numbers of steps of the coarse transformer, for the fill `generate` and prompts that mask coarse tokens.
  public var coarseSteps: [Int] = [SamplerSettings.published.coarseStepCount]
  /// Values of sampler settings that generated conditions combine.
  public var samplerAxes = SamplerAxes()
  /// Seeds of the sampler and of random tokens; each makes conditions of its own.
  public var seeds: [UInt32] = [0]
  /// Probabilities, 0...1, that a token is replaced by a random token, in addition to `baselineNoiseRatios`.
  public var noiseRatios: [Double] = []
  /// Settings of Opus; values are combined within each entry.
  public var opus: [OpusGrid] = []
  /// Names of the presets or of the grid file whose figures show the conditions.
  public var figures: [String] = []

  /// Prompt that keeps both ends of a clip, or the frames around beats.
  public struct MaskedPrompt: Equatable, Sendable {
    /// Kind of the prompt: `.edges` or `.beats`.
    public var kind: SweepCondition.Prompt
    /// Number of kept codebooks; nil keeps the coarse codebooks.
    public var codebooks: Int?
    /// Length of the kept segments in seconds (`SweepCondition.promptSeconds`).
    public var seconds: Double

    /// Prompt of the given kind.
    public init(_ kind: SweepCondition.Prompt, codebooks: Int? = nil, seconds: Double) {
      self.kind = kind
      self.codebooks = codebooks
      self.seconds = seconds
    }
  }

  /// Settings of Opus that are combined with each other.
  public struct OpusGrid: Equatable, Sendable {
    /// Requested bitrates in bit/s.
    public var bitratesBps: [Int]
    /// Frame durations in milliseconds, 20 or 60.
    public var frameMilliseconds: [Int]
    /// Rate modes: true for constant, false for constrained variable.
    public var isConstantRate: [Bool]

    /// Settings of which every combination becomes a condition.
    public init(_ bitratesBps: [Int], frameMilliseconds: [Int] = [60], isConstantRate: [Bool] = [false]) {
      self.bitratesBps = bitratesBps
      self.frameMilliseconds = frameMilliseconds
      self.isConstantRate = isConstantRate
    }
  }

  /// Grid with the baselines alone.
  public init() {}

  /// Noise ratios of the baselines, as in VampNet's experiment (arXiv 2307.04686, figure 5).
  static let baselineNoiseRatios = [0.25, 0.5, 0.75]

  /// Combines grids into the conditions of a sweep; a condition of several grids appears once.
  ///
  /// - Throws: `SweepError.doesNotFit`, `.nothingToDo`; `VampcError.bitrateTooLow` where a model has no prompt for a
  ///   bitrate.
  public static func conditions(of grids: [SweepGrid], models: [SweepModel]) throws -> [SweepCondition] {
    var order: [String] = []
    var found: [String: SweepCondition] = [:]
    for grid in grids {
      for condition in try grid.conditions(models: models) {
        let identifier = condition.identifier
        if found[identifier] == nil { order.append(identifier) }
        let known = found[identifier]?.figures ?? []
        found[identifier, default: condition].figures = known + condition.figures.filter { !known.contains($0) }
      }
    }
    guard !order.isEmpty else { throw SweepError.nothingToDo }
    return order.compactMap { found[$0] }
  }

  private func conditions(models: [SweepModel]) throws -> [SweepCondition] {
    var result: [SweepCondition] = []
    if hasBaselines { result.append(SweepCondition(.original, figures: figures)) }
    for model in models {
      if hasBaselines {
        result.append(kept(model, model.geometry.codebookCount, fill: .none))
        if let coarse = model.coarseCodebookCount { result += generated(kept(model, coarse, fill: .generate), model) }
      }
      var prompts = try tokens.map { try periodic(model, $0) }
      for bitrate in bitratesBps {
        prompts.append(
          try periodic(model, model.frontier.prompt(forBitrateBps: bitrate, geometry: model.geometry)))
      }
      prompts += try self.prompts.map { try masked(model, $0) }
      for prompt in prompts {
        for fill in fills {
          var condition = prompt
          condition.fill = fill
          let isComplete = condition.codebooks == model.geometry.codebookCount && condition.period == 1
          switch fill {
          case .none: result.append(condition)
          // A complete stream has no masked tokens.
          case _ where isComplete: result.append(kept(model, model.geometry.codebookCount, fill: .none))
          case .generate: result += generated(condition, model)
          case .random: result += seeded(condition)
          }
        }
      }
      let ratios = (hasBaselines && hasNoiseBaselines ? Self.baselineNoiseRatios : []) + noiseRatios
      for ratio in ratios {
        var condition = SweepCondition(.noise, figures: figures)
        condition.model = model.name
        condition.noiseRatio = ratio
        result += seeded(condition)
      }
    }
    for grid in opus {
      for frame in grid.frameMilliseconds {
        for isConstant in grid.isConstantRate {
          for bitrate in grid.bitratesBps {
            var condition = SweepCondition(.opus, figures: figures)
            (condition.requestedBps, condition.frameMilliseconds) = (bitrate, frame)
            condition.isConstantRate = isConstant
            result.append(condition)
          }
        }
      }
    }
    return result
  }

  private func kept(_ model: SweepModel, _ codebooks: Int, fill: SweepCondition.Fill) -> SweepCondition {
    var condition = SweepCondition(.vampc, figures: figures)
    condition.model = model.name
    (condition.prompt, condition.codebooks, condition.period) = (.periodic, codebooks, 1)
    condition.fill = fill
    return condition
  }

  private func periodic(_ model: SweepModel, _ prompt: CompressionPrompt) throws -> SweepCondition {
    var condition = kept(model, prompt.codebookCount, fill: .none)
    condition.period = prompt.period
    try check(condition, model)
    return condition
  }

  private func masked(_ model: SweepModel, _ prompt: MaskedPrompt) throws -> SweepCondition {
    guard let codebooks = prompt.codebooks ?? model.coarseCodebookCount else {
      throw SweepError.doesNotFit(
        condition: prompt.kind.rawValue, model: model.name, reason: "has no coarse transformer")
    }
    var condition = kept(model, codebooks, fill: .none)
    condition.period = nil
    (condition.prompt, condition.promptSeconds) = (prompt.kind, prompt.seconds)
    try check(condition, model)
    return condition
  }

  private func check(_ condition: SweepCondition, _ model: SweepModel) throws {
    let asked = condition.codebooks ?? 1
    guard asked <= model.geometry.codebookCount else {
      throw SweepError.doesNotFit(
        condition: condition.identifier, model: model.name, reason: "has \(model.geometry.codebookCount) codebooks")
    }
  }

  private func generated(_ condition: SweepCondition, _ model: SweepModel) -> [SweepCondition] {
    // With all coarse codebooks kept, the coarse transformer does not run, whatever the number of steps.
    let isCoarseComplete = condition.period == 1 && condition.codebooks ?? 0 >= model.coarseCodebookCount ?? 0
    let steps = isCoarseComplete ? [SamplerSettings.published.coarseStepCount] : coarseSteps
    return steps.flatMap { steps in
      samplerAxes.combinations.flatMap { sampler in
        var condition = condition
        condition.coarseSteps = steps
        condition.sampler = sampler
        return seeded(condition)
      }
    }
  }

  private func seeded(_ condition: SweepCondition) -> [SweepCondition] {
    seeds.map { seed in
      var condition = condition
      condition.seed = seed
      return condition
    }
  }
}

import ModelStore
public import Tokens
public import VampcKit

/// Which conditions a sweep goes through, as presets and grids name them; see `formats/sweep-report.md`.
public struct SweepGrid: Equatable, Sendable {
  /// Whether the original, the codec alone, coarse-to-fine alone and noise belong to it.
  public var hasBaselines = true
  public var hasNoiseBaselines = true
  public var tokens: [CompressionPrompt] = []
  public var bitratesBps: [Double] = []
  public var prompts: [MaskedPrompt] = []
  public var fills: [SweepCondition.Fill] = [.generate]
  public var coarseSteps: [Int] = [SamplerSettings.standard.coarseStepCount]
  public var seeds: [UInt32] = [0]
  public var noiseRatios: [Double] = []
  public var opus: [OpusGrid] = []
  /// Presets that these conditions are drawn for.
  public var figures: [String] = []

  /// A prompt that is no period.
  public struct MaskedPrompt: Equatable, Sendable {
    /// `.edges` or `.beats`.
    public var kind: SweepCondition.Prompt
    /// Nil takes the coarse ones.
    public var codebooks: Int?
    public var seconds: Double

    public init(_ kind: SweepCondition.Prompt, codebooks: Int? = nil, seconds: Double) {
      self.kind = kind
      self.codebooks = codebooks
      self.seconds = seconds
    }
  }

  /// Everything that Opus is asked for.
  public struct OpusGrid: Equatable, Sendable {
    public var bitratesBps: [Int]
    /// 20 and 60.
    public var frameMilliseconds: [Int]
    public var isConstantRate: [Bool]

    public init(_ bitratesBps: [Int], frameMilliseconds: [Int] = [60], isConstantRate: [Bool] = [false]) {
      self.bitratesBps = bitratesBps
      self.frameMilliseconds = frameMilliseconds
      self.isConstantRate = isConstantRate
    }
  }

  public init() {}

  /// Ratios of the noise among the baselines: those of the published experiment.
  static let baselineNoiseRatios = [0.25, 0.5, 0.75]

  /// All conditions for some models; what several grids share comes once.
  ///
  /// - Throws: `SweepError.doesNotFit`, `.nothingToDo`, and what a model's frontier throws for a bitrate.
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
        if let coarse = model.coarseCodebookCount { result += imagined(kept(model, coarse, fill: .generate), model) }
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
          // Nothing is left to fill in.
          case _ where isComplete: result.append(kept(model, model.geometry.codebookCount, fill: .none))
          case .generate: result += imagined(condition, model)
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

  private func imagined(_ condition: SweepCondition, _ model: SweepModel) -> [SweepCondition] {
    // With all coarse codebooks kept the coarse transformer has nothing to do, whatever the steps.
    let isCoarseComplete = condition.period == 1 && condition.codebooks ?? 0 >= model.coarseCodebookCount ?? 0
    let steps = isCoarseComplete ? [SamplerSettings.standard.coarseStepCount] : coarseSteps
    return steps.flatMap { steps in
      var condition = condition
      condition.coarseSteps = steps
      return seeded(condition)
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

/// What a grid must know of a model.
public struct SweepModel: Sendable {
  public let name: String
  public let geometry: TokenGeometry
  /// Codebooks that the coarse transformer fills in; nil without one.
  public let coarseCodebookCount: Int?
  public let frontier: RateFrontier

  public init(name: String, geometry: TokenGeometry, coarseCodebookCount: Int?, frontier: RateFrontier) {
    self.name = name
    self.geometry = geometry
    self.coarseCodebookCount = coarseCodebookCount
    self.frontier = frontier
  }

  /// - Throws: `VampcError.invalidFrontier`.
  public init(_ model: Model) throws {
    self.init(
      name: model.name, geometry: model.geometry, coarseCodebookCount: model.coarseCodebookCount,
      frontier: try RateFrontier(besideModel: model.bundle.path, geometry: model.geometry))
  }
}

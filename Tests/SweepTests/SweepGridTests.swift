import Foundation
import Sweep
import Testing
import Tokens
import VampcKit

@Suite struct SweepGridTests {
  private static let model = SweepModel(
    name: "m", geometry: TokenGeometry(sampleRateHz: 44_100, hopLength: 768, codebookCount: 14, codebookSize: 1_024),
    coarseCodebookCount: 4,
    frontier: RateFrontier([CompressionPrompt(codebookCount: 14), CompressionPrompt(codebookCount: 2)]))

  private func conditions(_ preset: SweepPreset) throws -> [SweepCondition] {
    try SweepGrid.conditions(of: preset.grids(for: [Self.model]), models: [Self.model])
  }

  @Test(arguments: SweepPreset.allCases)
  func presetsHaveBaselinesAndNothingTwice(preset: SweepPreset) throws {
    let conditions = try conditions(preset)
    #expect(Set(conditions.map(\.identifier)).count == conditions.count)
    let identifiers = Set(conditions.map(\.identifier))
    let sampler = preset.rawValue.hasSuffix("-published") ? "-\(SweepSampler.published.identifier)" : ""
    #expect(
      identifiers.isSuperset(
        of: ["original", "vampc-m-14x1-none", "vampc-m-4x1-generate-steps12\(sampler)-seed0"])
    )
    #expect(conditions.contains { $0.method == .opus })
    #expect(conditions.contains { $0.method == .noise } == (preset != .quick))
    #expect(conditions.allSatisfy { !$0.figures.isEmpty })
  }

  @Test func figure3GoesThroughThePapersSteps() throws {
    let steps = try conditions(.figure3).filter { $0.period == 16 && $0.fill == .generate }.map(\.coarseSteps)
    #expect(steps == [1, 4, 8, 12, 24, 36, 64, 72])
    // Coarse-to-fine alone has no coarse steps to vary.
    #expect(try conditions(.figure3).count { $0.codebooks == 4 && $0.period == 1 } == 1)
  }

  @Test func figure4HasEveryKindOfPrompt() throws {
    let labels = Set(try conditions(.figure4).filter { $0.fill == .generate }.map(\.label))
    #expect(
      labels == [
        "4 codebooks", "1 codebook", "4 codebooks, 1 frame in 8", "4 codebooks, 1 frame in 16",
        "4 codebooks, 1 frame in 32", "4 codebooks, both ends, 1 s", "4 codebooks, both ends, 2 s",
        "4 codebooks, at beats",
      ])
  }

  /// The names of conditions, under which results are stored, and the sampler of the paper spelled out.
  @Test func publishedFiguresHaveThePapersSampler() throws {
    #expect(SweepSampler.published.identifier == "vampnet-fine2-t1-ft1-mt10.5-p1-typical1")
    for preset in [SweepPreset.figure3Published, .figure4Published, .figure5Published] {
      let generated = try conditions(preset).filter { $0.fill == .generate }
      #expect(generated.allSatisfy { $0.sampler == .published })
    }
    let steps = try conditions(.figure5Published).filter { $0.fill == .generate && $0.period == 4 }.map(\.coarseSteps)
    #expect(steps == [36, 36])
    let prompts = try conditions(.figure4Published).filter { $0.prompt != .periodic && $0.fill == .generate }
    #expect(prompts.map(\.promptSeconds) == [1, 2, 0.075, 4, 0.15])
  }

  @Test func samplerSettingsAreCombined() throws {
    var grid = SweepGrid()
    grid.hasBaselines = false
    grid.tokens = [CompressionPrompt(codebookCount: 1)]
    grid.samplerAxes.methods = [.vampnet, .magnet]
    grid.samplerAxes.temperatures = [0.8, 1]
    grid.samplerAxes.maskTemperatures = [10.5]
    grid.samplerAxes.spans.lengths = [1, 3]
    grid.samplerAxes.spans.levelSteps = [[20, 10]]
    grid.samplerAxes.spans.contextFrames = [-1]
    let found = try SweepGrid.conditions(of: [grid], models: [Self.model]).map(\.identifier)
    #expect(
      found == [
        "vampc-m-1x1-generate-steps12-vampnet-t0.8-mt10.5-seed0",
        "vampc-m-1x1-generate-steps12-vampnet-t1-mt10.5-seed0",
        "vampc-m-1x1-generate-steps12-magnet-t0.8-span1-levels20_10-contextall-seed0",
        "vampc-m-1x1-generate-steps12-magnet-t0.8-span3-levels20_10-contextall-seed0",
        "vampc-m-1x1-generate-steps12-magnet-t1-span1-levels20_10-contextall-seed0",
        "vampc-m-1x1-generate-steps12-magnet-t1-span3-levels20_10-contextall-seed0",
      ])
  }

  @Test func fullBelongsToAllFigures() throws {
    let all = try conditions(.full)
    let original = try #require(all.first { $0.method == .original })
    #expect(original.figures == ["figure3", "figure4", "figure5"])
    #expect(Set(all.compactMap(\.seed)) == [0, 1, 2])
    #expect(all.contains { $0.fill == .random })
  }

  @Test func nothingIsGeneratedForACompleteStream() throws {
    var grid = SweepGrid()
    grid.hasBaselines = false
    grid.tokens = [CompressionPrompt(codebookCount: 14)]
    grid.fills = [.generate, .random, .none]
    grid.seeds = [0, 1]
    let found = try SweepGrid.conditions(of: [grid], models: [Self.model])
    #expect(found.map(\.identifier) == ["vampc-m-14x1-none"])
  }

  @Test func bitratesGoThroughTheFrontier() throws {
    var grid = SweepGrid()
    grid.hasBaselines = false
    grid.bitratesBps = [2_000]
    let found = try SweepGrid.conditions(of: [grid], models: [Self.model])
    #expect(found.map(\.codebooks) == [2])
    grid.bitratesBps = [100]
    #expect(throws: VampcError.self) { try SweepGrid.conditions(of: [grid], models: [Self.model]) }
  }

  @Test func rejectsWhatTheModelDoesNotHave() {
    var grid = SweepGrid()
    grid.tokens = [CompressionPrompt(codebookCount: 15)]
    #expect(throws: SweepError.doesNotFit(condition: "vampc-m-15x1-none", model: "m", reason: "has 14 codebooks")) {
      try SweepGrid.conditions(of: [grid], models: [Self.model])
    }
    var empty = SweepGrid()
    empty.hasBaselines = false
    #expect(throws: SweepError.nothingToDo) { try SweepGrid.conditions(of: [empty], models: [Self.model]) }
  }

  private func read(_ text: String) throws -> (grid: SweepGrid, presets: [SweepPreset]) {
    let path = FileManager.default.temporaryDirectory.appendingPathComponent("grid-\(UUID()).json").path
    try Data(text.utf8).write(to: URL(fileURLWithPath: path))
    defer { try? FileManager.default.removeItem(atPath: path) }
    return try SweepGrid.read(path: path)
  }

  @Test func readsEveryKeyOfAFile() throws {
    let (grid, presets) = try read(
      """
      {"presets": ["quick"], "tokens": [[4, 2]], "bitrates": ["2k", 300], "baselines": false, "noise": [0.1],
       "prompts": [{"kind": "edges", "seconds": 2}, {"kind": "beats", "codebooks": 2, "seconds": 0.1}],
       "fills": ["generate", "random"], "steps": [12, 36], "seeds": [5],
       "opus": [{"bitrates": ["6k"], "frames": [20, 60], "modes": ["vbr", "cbr"]}]}
      """)
    #expect(presets == [.quick])
    #expect(grid.tokens == [CompressionPrompt(codebookCount: 4, period: 2)])
    #expect(grid.bitratesBps == [2_000, 300])
    #expect(!grid.hasBaselines)
    #expect(grid.noiseRatios == [0.1])
    #expect(grid.prompts.map(\.kind) == [.edges, .beats] && grid.prompts.map(\.codebooks) == [nil, 2])
    #expect(grid.fills == [.generate, .random] && grid.coarseSteps == [12, 36] && grid.seeds == [5])
    #expect(
      grid.opus == [SweepGrid.OpusGrid([6_000], frameMilliseconds: [20, 60], isConstantRate: [false, true])])
  }

  @Test func readsEverySamplerSetting() throws {
    let axes = try read(
      """
      {"tokens": [[1, 1]], "samplers": ["magnet", "vampnet-random"], "fine_steps": [1], "temperatures": [0.8],
       "fine_temperatures": [0], "mask_temperatures": [4.5], "top_p": [0.9], "top_k": [50], "typical_masses": [0.2],
       "typical_minimums": [8], "sample_cutoffs": [0.5], "spans": [3], "span_scorings": ["prod"],
       "span_arrangements": ["stride1"], "level_steps": [[20, 10]], "context_frames": ["all", 5], "sequential": [1]}
      """
    ).grid.samplerAxes
    var expected = SamplerAxes()
    expected.methods = [.magnet, .vampnetRandom]
    (expected.fineSteps, expected.temperatures, expected.fineTemperatures) = ([1], [0.8], [0])
    (expected.maskTemperatures, expected.topPs, expected.topKs) = ([4.5], [0.9], [50])
    (expected.typicalMasses, expected.typicalMinimums, expected.sampleCutoffs) = ([0.2], [8], [0.5])
    (expected.spans.lengths, expected.spans.scorings, expected.spans.arrangements) = ([3], [.prod], [.stride1])
    (expected.spans.levelSteps, expected.spans.contextFrames) = ([[20, 10]], [-1, 5])
    expected.sequentialSeconds = [1]
    #expect(axes == expected)
  }

  @Test(
    arguments: [
      (#"{"samplers": ["best"]}"#, "'best' is none of vampnet"), (#"{"temperatures": [-1]}"#, "temperatures: -1"),
      (#"{"top_p": [0]}"#, "top_p: 0"), (#"{"top_k": [0]}"#, "top_k: 0"), (#"{"fine_steps": [256]}"#, "fine_steps"),
      (#"{"sample_cutoffs": [2]}"#, "sample_cutoffs"), (#"{"spans": [3]}"#, "need 'magnet'"),
      (#"{"samplers": ["magnet"], "level_steps": [[]]}"#, "level_steps"),
      (#"{"samplers": ["magnet"], "context_frames": ["some"]}"#, "neither frames nor all"),
      (#"{"samplers": ["magnet"], "span_scorings": ["mean"]}"#, "'mean' is none of max, prod"),
      ("[]", "not a JSON object"), (#"{"token": []}"#, "unknown key 'token'"), (#"{"tokens": [[4]]}"#, "no pair"),
      (#"{"tokens": [[0, 1]]}"#, "no pair"), (#"{"bitrates": ["fast"]}"#, "no bitrate"),
      (#"{"bitrates": [-1]}"#, "out of range"), (#"{"steps": [0]}"#, "out of 1 to 255"),
      (#"{"seeds": [-1]}"#, "seeds"), (#"{"noise": [1.5]}"#, "out of 0 to 1"),
      (#"{"prompts": [{"kind": "periodic", "seconds": 1}]}"#, "'tokens'"),
      (#"{"prompts": [{"kind": "edges"}]}"#, "no 'seconds'"), (#"{"fills": ["magic"]}"#, "fills"),
      (#"{"opus": [{"bitrates": [10]}]}"#, "out of range"),
      (#"{"opus": [{"bitrates": [6000], "frames": [40]}]}"#, "40 ms"), ("{", "not a JSON object"),
    ])
  func rejectsFaultsWithTheirPlace(text: String, reason: String) throws {
    let error = try #require(throws: SweepError.self) { try read(text) }
    guard case .invalidGrid(_, let found) = error else { return #expect(Bool(false), "\(error)") }
    #expect(found.contains(reason), "\(found)")
  }
}

import DAC
import Kernels
import ModelStore
import ReferenceCases
import Testing
import Tokens
import VampNet

/// Comparison with results of the published transformers (`fixtures/reference/README.md`, which states the tolerances).
@Suite struct PredictorReferenceTests {
  private static let instructionSets = InstructionSet.allCases.filter(\.isAvailable)

  private struct Loaded {
    let predictor: TokenPredictor
    let tokens: TokenGrid
    let mask: TokenMask
    let context: ComputeContext
  }

  private func load(
    _ reference: ReferenceCase, instructionSet: InstructionSet, threadCount: Int = 2, isFineTuned: Bool = false
  ) throws -> Loaded {
    let context = ComputeContext(threadCount: threadCount, instructionSet: instructionSet)
    let codec = try Codec(ModelFile(path: reference.codecWeightsPath()), context: context)
    let codebooks = (0..<codec.quantiser.codebookCount).map(codec.quantiser.codebook)
    let predictor = try TokenPredictor(
      ModelFile(path: reference.weightsPath(isFineTuned: isFineTuned)), codebooks: codebooks, context: context)
    let codes = try reference.array("codes")
    let (rows, frames) = (codes.shape[codes.shape.count - 2], codes.shape[codes.shape.count - 1])
    return Loaded(
      predictor: predictor,
      tokens: TokenGrid(codebookCount: rows, frameCount: frames, tokens: codes.integers.map { UInt16($0) }),
      mask: TokenMask(
        codebookCount: rows, frameCount: frames, keptFlags: try reference.array("mask").flags.map { !$0 }),
      context: context)
  }

  /// Logits `[vocabulary, frame · predicted]` with index `t · predicted + c`, as those of the published network.
  private func allLogits(_ loaded: Loaded) -> [Float] {
    let configuration = loaded.predictor.configuration
    let workspace = TokenPredictor.Workspace(configuration)
    loaded.predictor.run(loaded.tokens, mask: loaded.mask, workspace: workspace, context: loaded.context)
    let frames = loaded.tokens.frameCount
    let predicted = configuration.predictedCodebookCount
    var result = [Float](repeating: 0, count: configuration.vocabularySize * frames * predicted)
    let logits = FloatRows(channelCount: configuration.vocabularySize)
    for codebook in 0..<predicted {
      loaded.predictor.logits(
        codebook: codebook + configuration.conditioningCodebookCount, frames: Array(0..<frames), into: logits,
        workspace: workspace, context: loaded.context)
      for frame in 0..<frames {
        for (entry, value) in logits.row(frame).enumerated() {
          result[entry * frames * predicted + frame * predicted + codebook] = value
        }
      }
    }
    return result
  }

  @Test(arguments: instructionSets) func logitsMatchPublishedNetworks(instructionSet: InstructionSet) throws {
    for reference in try ReferenceCases.all(of: "VampNet") {
      let loaded = try load(reference, instructionSet: instructionSet)
      if reference.hasArray("latents") {
        let latents = FloatRows(channelCount: loaded.tokens.codebookCount * loaded.predictor.configuration.latentDim)
        loaded.predictor.embed(loaded.tokens, mask: loaded.mask, into: latents)
        let expected = try reference.array("latents").floats
        let frames = loaded.tokens.frameCount
        let transposed = (0..<latents.channelCount).flatMap { channel in
          (0..<frames).map { latents[$0, channel] }
        }
        #expect(relativeError(transposed, expected) < 1e-5, "latents of \(reference.name)")
      }
      let error = relativeError(allLogits(loaded), try reference.array("logits").floats)
      #expect(error < 1e-5, "logits of \(reference.name)")
    }
  }

  @Test(arguments: instructionSets) func logitsOfFineTunesMatchPublishedNetworks(instructionSet: InstructionSet) throws
  {
    let references = try ReferenceCases.all(of: "VampNet").filter { $0.hasArray("logits_lora") }
    try #require(!references.isEmpty)
    for reference in references {
      let expected = try reference.array("logits_lora").floats
      let tuned = allLogits(try load(reference, instructionSet: instructionSet, isFineTuned: true))
      #expect(relativeError(tuned, expected) < 1e-5, "fine-tuned logits of \(reference.name)")
      // The fine-tune changes the logits.
      #expect(relativeError(allLogits(try load(reference, instructionSet: instructionSet)), expected) > 1e-3)
    }
  }

  @Test(arguments: instructionSets) func greedySamplingMatchesTokenForToken(instructionSet: InstructionSet) throws {
    let references = try ReferenceCases.all(of: "VampNet").filter { $0.hasArray("greedy_tokens") }
    try #require(!references.isEmpty)
    for reference in references {
      let loaded = try load(reference, instructionSet: instructionSet)
      let generated = ParallelSampler(loaded.predictor, context: loaded.context).generate(
        loaded.tokens, mask: loaded.mask, firstFrame: 0,
        settings: ParallelSampler.Settings(
          stepCount: try reference.integer("sampling_steps"), temperature: 0, maskTemperature: 0,
          random: CounterRandom(seed: 0)))
      #expect(
        generated.tokens.map(Int.init) == (try reference.array("greedy_tokens").integers), "tokens of \(reference.name)"
      )
    }
  }

  @Test func typicalFilteringKeepsWhatThePublishedCodeKeeps() throws {
    let references = try ReferenceCases.all(of: "VampNet").filter { $0.hasArray("typical_kept") }
    try #require(!references.isEmpty)
    for reference in references {
      let logits = try reference.array("logits").floats
      let vocabulary = try reference.array("logits").shape.suffix(2).first ?? 0
      let positions = logits.count / vocabulary
      var filter = TokenFilter(typicalMass: 0.15)
      filter.typicalMinimumCount = 8
      let kept = (0..<positions).flatMap { position in
        filter.kept((0..<vocabulary).map { logits[$0 * positions + position] })
      }
      let expected = try reference.array("typical_kept").flags
      #expect(kept == expected, "typical tokens of \(reference.name)")
      for instructionSet in Self.instructionSets {
        let rows = FloatRows(channelCount: vocabulary)
        for position in 0..<positions { rows.append((0..<vocabulary).map { logits[$0 * positions + position] }) }
        filter.apply(to: rows, context: ComputeContext(threadCount: 2, instructionSet: instructionSet))
        #expect(rows.values.map { $0 > -.infinity } == expected, "typical tokens of \(reference.name)")
      }
    }
  }

  @Test func sampledTokensDoNotDependOnThreads() throws {
    let reference = try #require(try ReferenceCases.all(of: "VampNet").first { $0.name == "coarse_long" })
    var results: [TokenGrid] = []
    for threads in [1, 2, 3, 8] {
      let loaded = try load(reference, instructionSet: .best, threadCount: threads)
      var settings = ParallelSampler.Settings(SamplerSettings(seed: 7), isCoarse: true)
      settings.stepCount = 4
      let generated = ParallelSampler(loaded.predictor, context: loaded.context).generate(
        loaded.tokens, mask: loaded.mask, firstFrame: 10, settings: settings)
      results.append(generated)
      for codebook in 0..<generated.codebookCount {
        for frame in 0..<generated.frameCount where loaded.mask.isKept(codebook: codebook, frame: frame) {
          #expect(generated[codebook, frame] == loaded.tokens[codebook, frame])
        }
      }
    }
    #expect(results.allSatisfy { $0 == results[0] })
  }
}

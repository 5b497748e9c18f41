import DAC
import Kernels
import ModelStore
import ReferenceCases
import Testing
import Tokens

/// Comparison with results of the published codecs (`fixtures/reference/README.md`, which states the tolerances).
@Suite struct CodecReferenceTests {
  private static let instructionSets = InstructionSet.allCases.filter(\.isAvailable)

  @Test(arguments: ["DAC", "LAC"], instructionSets) func matchesPublishedCodec(
    model: String, instructionSet: InstructionSet
  ) throws {
    for reference in try ReferenceCases.all(of: model) {
      let context = ComputeContext(threadCount: 2, instructionSet: instructionSet)
      let codec = try Codec(ModelFile(path: reference.weightsPath()), context: context)
      let input = try reference.array("input").floats

      let encoder = codec.makeEncoderStream()
      encoder.input.append(input)
      // The published software pads the last frame with silence.
      let hop = codec.geometry.hopLength
      encoder.input.appendZeros((hop - input.count % hop) % hop)
      let latents = FloatRows(channelCount: codec.configuration.latentDim)
      encoder.advance(into: latents, isFinal: true, context: context)
      let expectedLatents = try reference.array("encoder_output").floats
      #expect(relativeError(transposed(latents.values, columns: latents.channelCount), expectedLatents) < 1e-5)

      var projections: [Float] = []
      let codes = codec.quantiser.encode(latents, context: context) {
        projections += transposed($0.values, columns: $0.channelCount)
      }
      let expectedCodes = try reference.array("codes").integers
      #expect(codes.tokens.map(Int.init) == expectedCodes, "codes of \(reference.name)")
      #expect(relativeError(projections, try reference.array("latents").floats) < 1e-5)

      let quantised = codec.quantiser.decode(codes, context: context)
      #expect(
        relativeError(
          transposed(quantised.values, columns: quantised.channelCount), try reference.array("quantized").floats)
          < 1e-5)

      let audio = decode(codes, codec, context)
      let audioError = relativeError(audio, try reference.array("audio").floats)
      #expect(audioError < 1e-4, "\(audio.count) samples of \(reference.name)")
      let half = codes.slice(
        codebooks: 0..<(try reference.integer("half_codebooks")), frames: 0..<codes.frameCount)
      #expect(
        relativeError(decode(half, codec, context), try reference.array("audio_half_codebooks").floats) < 1e-4)
    }
  }

  @Test(arguments: ["DAC", "LAC"]) func chunksAndThreadsChangeNothing(model: String) throws {
    let reference = try #require(try ReferenceCases.all(of: model).first)
    let file = try ModelFile(path: reference.weightsPath())
    let input = try reference.array("input").floats
    var codes: [TokenGrid] = []
    var samples: [[Float]] = []
    for (threads, block) in [(1, input.count), (2, 1), (3, 1_000), (8, 4_096)] {
      let context = ComputeContext(threadCount: threads)
      let codec = try Codec(file, context: context)
      let encoder = TokenEncoder(codec, context: context)
      var grid = TokenGrid(codebookCount: codec.geometry.codebookCount, frameCount: 0)
      for start in stride(from: 0, to: input.count, by: block) {
        grid = grid.appending(encoder.encode(Array(input[start..<min(input.count, start + block)])))
      }
      grid = grid.appending(encoder.finish())
      #expect(grid.frameCount == codec.geometry.frameCount(forSampleCount: input.count))
      codes.append(grid)

      let decoder = TokenDecoder(codec, context: context)
      var output: [Float] = []
      let step = max(1, block / codec.geometry.hopLength)
      for start in stride(from: 0, to: grid.frameCount, by: step) {
        output += decoder.decode(
          grid.slice(codebooks: 0..<grid.codebookCount, frames: start..<min(grid.frameCount, start + step)))
      }
      samples.append(output + decoder.finish())
    }
    for index in codes.indices {
      #expect(codes[index] == codes[0])
      #expect(samples[index] == samples[0])
    }
  }

  @Test func emptyStreamsGiveNothing() throws {
    let reference = try #require(try ReferenceCases.all(of: "DAC").first)
    let context = ComputeContext(threadCount: 1)
    let codec = try Codec(ModelFile(path: reference.weightsPath()), context: context)
    #expect(TokenEncoder(codec, context: context).finish().frameCount == 0)
    #expect(TokenDecoder(codec, context: context).finish().isEmpty)
  }

  private func decode(_ codes: TokenGrid, _ codec: Codec, _ context: ComputeContext) -> [Float] {
    let decoder = TokenDecoder(codec, context: context)
    return decoder.decode(codes) + decoder.finish()
  }
}

/// Transposes rows `[T, C]` to `[C, T]`.
private func transposed(_ values: [Float], columns: Int) -> [Float] {
  let rows = values.count / columns
  return (0..<columns).flatMap { column in (0..<rows).map { values[$0 * columns + column] } }
}

import DAC
import Kernels
import ModelStore
import ReferenceCases
import Testing

/// Compares with `get_delay` and `get_output_length` of descript-audio-codec 1.0.0.
@Suite struct CodecLengthsTests {
  private func lengths(encoderRates: [Int], decoderRates: [Int]) throws -> CodecLengths {
    let path = try Fixtures.path("dac-files/models/tiny/codec.safetensors")
    var metadata = try SafetensorsFile(path: path).metadata
    metadata["kwargs"] = """
      {"encoder_dim": 4, "encoder_rates": \(encoderRates), "decoder_dim": 32, "decoder_rates": \(decoderRates),
       "n_codebooks": 1, "codebook_size": 8, "codebook_dim": 2, "sample_rate": 16000}
      """
    let folder = try TemporaryModel(metadata: metadata)
    return CodecLengths(try ModelFile(path: folder.path).codecConfiguration())
  }

  @Test(arguments: [
    ([2, 4, 8, 8], [8, 8, 4, 2], 7_904, [220_672: 204_650, 44_544: 28_522]),
    ([2, 4, 5, 8], [8, 5, 4, 2], 5_264, [120_000: 109_346, 80_000: 69_346]),
    ([3, 5], [5, 3], 378, [120_000: 119_235, 12_000: 11_235]),
  ])
  func matchThePackage(encoderRates: [Int], decoderRates: [Int], delay: Int, outputs: [Int: Int]) throws {
    let lengths = try lengths(encoderRates: encoderRates, decoderRates: decoderRates)
    #expect(lengths.delay == delay)
    for (input, output) in outputs {
      let frames = lengths.encodedFrameCount(forSampleCount: input, edges: .bare)
      #expect(lengths.decodedSampleCount(forFrameCount: frames, edges: .bare) == output, "\(input) samples")
    }
  }

  @Test func paddedCodecKeepsWholeHops() throws {
    let even = try lengths(encoderRates: [2, 4, 8, 8], decoderRates: [8, 8, 4, 2])
    #expect(even.encodedFrameCount(forSampleCount: 44_100, edges: .padded) == 87)
    #expect(even.decodedSampleCount(forFrameCount: 87, edges: .padded) == 87 * 512)
    let odd = try lengths(encoderRates: [2, 4, 5, 8], decoderRates: [8, 5, 4, 2])
    #expect(odd.encodedFrameCount(forSampleCount: 16_000, edges: .padded) == 50)
    #expect(odd.decodedSampleCount(forFrameCount: 50, edges: .padded) == 50 * 320 - 8)
  }

  @Test func tooShortInputGivesNoOutput() throws {
    let lengths = try lengths(encoderRates: [2, 4, 8, 8], decoderRates: [8, 8, 4, 2])
    #expect(lengths.encodedFrameCount(forSampleCount: 512, edges: .bare) == 0)
    for frames in 0...6 { #expect(lengths.decodedSampleCount(forFrameCount: frames, edges: .bare) == 0) }
  }
}

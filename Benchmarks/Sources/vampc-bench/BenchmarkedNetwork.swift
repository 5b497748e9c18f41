import DAC
import Dispatch
import Kernels
import ModelStore
import Tokens
import VampNet

/// One network and the calls that are timed.
struct BenchmarkedNetwork {
  private enum Network {
    case codec(Codec)
    case predictor(TokenPredictor, TokenPredictor.Workspace)
  }

  private let network: Network
  private let context: ComputeContext
  private let blockSeconds: Double?

  init(_ file: ModelFile, blockSeconds: Double?, context: ComputeContext) throws {
    self.context = context
    self.blockSeconds = blockSeconds
    switch file.configuration {
    case .codec: network = .codec(try Codec(file, context: context))
    case .vampNet(let configuration):
      // Values of the codebook entries do not affect the time.
      var generator = SplitMix64(state: 1)
      let codebooks = (0..<configuration.codebookCount).map { _ in
        (0..<configuration.vocabularySize * configuration.latentDim).map { _ in
          Float.random(in: -1...1, using: &generator)
        }
      }
      network = .predictor(
        try TokenPredictor(file, codebooks: codebooks, context: context), TokenPredictor.Workspace(configuration))
    case .vggish: throw BenchmarkError.notMeasured(kind: "VGGish")
    }
  }

  /// Runs a command once; the seconds that its computing took.
  func seconds(of command: String, amount: String) throws -> Double {
    guard let value = Double(amount), value > 0, value < 1e6 else { throw BenchmarkError.invalid(command, amount) }
    switch (network, command) {
    case (.codec(let codec), "encode"): return encode(codec, seconds: value)
    case (.codec(let codec), "decode"): return decode(codec, seconds: value)
    case (.predictor(let predictor, let workspace), "forward"):
      return forward(predictor, workspace, frameCount: Int(value))
    default: throw BenchmarkError.unknownCommand(command)
    }
  }

  /// Audio of a whole number of frames to tokens, block by block as it comes from a file.
  private func encode(_ codec: Codec, seconds: Double) -> Double {
    let geometry = codec.geometry
    var generator = SplitMix64(state: 1)
    let samples = (0..<frameCount(geometry, seconds: seconds) * geometry.hopLength).map { _ in
      Float.random(in: -0.17...0.17, using: &generator)
    }
    let step = blockFrameCount(geometry) * geometry.hopLength
    return time {
      let encoder = TokenEncoder(codec, context: context)
      for start in stride(from: 0, to: samples.count, by: step) {
        _ = encoder.encode(Array(samples[start..<min(samples.count, start + step)]))
      }
      _ = encoder.finish()
    }
  }

  /// Tokens of all codebooks to audio.
  private func decode(_ codec: Codec, seconds: Double) -> Double {
    let grid = randomTokens(
      codebookCount: codec.geometry.codebookCount, frameCount: frameCount(codec.geometry, seconds: seconds),
      size: codec.geometry.codebookSize)
    let step = blockFrameCount(codec.geometry)
    return time {
      let decoder = TokenDecoder(codec, context: context)
      for start in stride(from: 0, to: grid.frameCount, by: step) {
        _ = decoder.decode(
          grid.slice(codebooks: 0..<grid.codebookCount, frames: start..<min(grid.frameCount, start + step)))
      }
      _ = decoder.finish()
    }
  }

  /// One window with every predicted token masked, and the logits of all of them.
  private func forward(
    _ predictor: TokenPredictor, _ workspace: TokenPredictor.Workspace, frameCount: Int
  ) -> Double {
    let configuration = predictor.configuration
    let tokens = randomTokens(
      codebookCount: configuration.codebookCount, frameCount: frameCount, size: configuration.vocabularySize)
    var mask = TokenMask(codebookCount: configuration.codebookCount, frameCount: frameCount, isKept: true)
    let predicted = configuration.conditioningCodebookCount..<configuration.codebookCount
    for codebook in predicted {
      for frame in 0..<frameCount { mask.setMasked(codebook: codebook, frame: frame) }
    }
    let frames = Array(0..<frameCount)
    let logits = FloatRows(channelCount: configuration.vocabularySize)
    return time {
      predictor.run(tokens, mask: mask, workspace: workspace, context: context)
      for codebook in predicted {
        predictor.logits(codebook: codebook, frames: frames, into: logits, workspace: workspace, context: context)
      }
    }
  }

  private func frameCount(_ geometry: TokenGeometry, seconds: Double) -> Int {
    Int((seconds * Double(geometry.sampleRateHz) / Double(geometry.hopLength)).rounded())
  }

  private func blockFrameCount(_ geometry: TokenGeometry) -> Int {
    max(1, frameCount(geometry, seconds: blockSeconds ?? 1))
  }

  private func randomTokens(codebookCount: Int, frameCount: Int, size: Int) -> TokenGrid {
    var generator = SplitMix64(state: 2)
    var grid = TokenGrid(codebookCount: codebookCount, frameCount: frameCount)
    for codebook in 0..<codebookCount {
      for frame in 0..<frameCount { grid[codebook, frame] = UInt16.random(in: 0..<UInt16(size), using: &generator) }
    }
    return grid
  }

  private func time(_ body: () -> Void) -> Double {
    let start = DispatchTime.now().uptimeNanoseconds
    body()
    return Double(DispatchTime.now().uptimeNanoseconds - start) * 1e-9
  }
}

/// Seeded random numbers (Steele, Lea, Flood: Fast splittable pseudorandom number generators, 2014).
struct SplitMix64: RandomNumberGenerator {
  var state: UInt64

  mutating func next() -> UInt64 {
    state &+= 0x9e37_79b9_7f4a_7c15
    var mixed = state
    mixed = (mixed ^ (mixed >> 30)) &* 0xbf58_476d_1ce4_e5b9
    mixed = (mixed ^ (mixed >> 27)) &* 0x94d0_49bb_1331_11eb
    return mixed ^ (mixed >> 31)
  }
}

import DAC
import Foundation
import Kernels
import ModelStore
import ReferenceCases
import Testing
import Tokens
import VampNet

@Suite struct WindowTests {
  @Test func windowsFillEveryFrameOnce() {
    for windowLength in [1, 2, 3, 4, 9, 40] {
      let grid = WindowGrid(windowLength: windowLength)
      for frameCount in 1...(5 * windowLength + 3) {
        var fills = [Int](repeating: 0, count: frameCount)
        for index in 0...(frameCount / grid.period + 1) {
          if let even = grid.evenWindow(index, frameCount: frameCount) {
            #expect(even.upperBound <= frameCount && even.count <= windowLength)
            for frame in even { fills[frame] += 1 }
          }
          if let odd = grid.oddWindow(index, frameCount: frameCount) {
            #expect(odd.sees.upperBound <= frameCount && odd.sees.count <= windowLength)
            #expect(odd.sees.lowerBound <= odd.fills.lowerBound && odd.sees.upperBound >= odd.fills.upperBound)
            for frame in odd.fills { fills[frame] += 1 }
          }
        }
        #expect(fills.allSatisfy { $0 == 1 }, "\(frameCount) frames in windows of \(windowLength)")
      }
    }
  }

  /// The reference network of `name` with a window of `windowLength` frames.
  private func predictor(_ name: String, windowLength: Int, context: ComputeContext) throws -> TokenPredictor {
    let reference = try #require(try ReferenceCases.all(of: "VampNet").first { $0.name == name })
    let source = try SafetensorsFile(path: reference.weightsPath())
    var metadata = source.metadata
    metadata["window_frames"] = "\(windowLength)"
    var writer = SafetensorsWriter(metadata: metadata)
    for tensor in source.tensors {
      writer.add(tensor.name, shape: tensor.shape, try source.floats(named: tensor.name, shape: tensor.shape))
    }
    let path = FileManager.default.temporaryDirectory.path + "/vampc-window-\(UUID().uuidString).safetensors"
    try writer.write(to: path)
    defer { try? FileManager.default.removeItem(atPath: path) }
    let codec = try Codec(ModelFile(path: reference.codecWeightsPath()), context: context)
    return try TokenPredictor(
      ModelFile(path: path), codebooks: (0..<codec.quantiser.codebookCount).map(codec.quantiser.codebook),
      context: context)
  }

  @Test(arguments: ["coarse", "c2f"]) func tokensDoNotDependOnHowTheInputIsCut(name: String) throws {
    let context = ComputeContext(threadCount: 2)
    let predictor = try predictor(name, windowLength: 21, context: context)
    let codebookCount = predictor.configuration.codebookCount
    let given = predictor.configuration.conditioningCodebookCount
    let settings = ParallelSampler.Settings(
      SamplerSettings(coarseStepCount: 3, fineStepCount: 2, seed: 11), isCoarse: given == 0)
    for frameCount in [1, 5, 21, 22, 31, 36, 40, 63, 100] {
      var tokens = TokenGrid(codebookCount: codebookCount, frameCount: frameCount)
      let prompt = CompressionPrompt(codebookCount: given + 1, period: 4)
      var mask = TokenMask(keeping: prompt, codebookCount: codebookCount, frames: 0..<frameCount)
      for codebook in 0..<codebookCount {
        for frame in 0..<frameCount {
          tokens[codebook, frame] = UInt16((frame * 7 + codebook * 13) % 96)
          if codebook < given { mask[codebook, frame] = false }
        }
      }
      func run(pieces: Int) -> TokenGrid {
        let sampler = WindowedSampler(predictor, settings, context: context)
        var result = TokenGrid(codebookCount: codebookCount, frameCount: 0)
        for start in stride(from: 0, to: frameCount, by: pieces) {
          let piece = start..<min(frameCount, start + pieces)
          result = result.appending(
            sampler.fill(
              tokens.slice(codebooks: 0..<codebookCount, frames: piece),
              mask: mask.slice(codebooks: 0..<codebookCount, frames: piece), isFinal: piece.upperBound == frameCount))
        }
        return result
      }
      let whole = run(pieces: frameCount)
      #expect(whole.frameCount == frameCount)
      for pieces in [1, 8, 30] { #expect(run(pieces: pieces) == whole, "\(frameCount) frames, \(pieces) at a time") }
      var changed = 0
      for codebook in 0..<codebookCount {
        for frame in 0..<frameCount {
          if !mask[codebook, frame] { #expect(whole[codebook, frame] == tokens[codebook, frame]) }
          if whole[codebook, frame] != tokens[codebook, frame] { changed += 1 }
        }
      }
      #expect(changed > mask.maskedCount / 2)
    }
  }
}

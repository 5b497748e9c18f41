import DAC
import Foundation
import Kernels
import ModelStore
import ReferenceCases
import Testing
import Tokens
import VampNet

@Suite struct WindowTests {
  @Test func windowsGenerateEveryFrameOnce() {
    for windowLength in [1, 2, 3, 4, 9, 40] {
      for firstFrame in 0...(3 * windowLength + 1) {
        let grid = WindowGrid(windowLength: windowLength, firstFrame: firstFrame)
        for endFrame in firstFrame + 1...firstFrame + 5 * windowLength + 3 {
          var generated = [Int](repeating: 0, count: endFrame)
          for index in grid.firstWindow...(endFrame / grid.period + 1) {
            if let even = grid.evenWindow(index, endFrame: endFrame) {
              #expect(even.lowerBound >= firstFrame && even.upperBound <= endFrame && even.count <= windowLength)
              for frame in even { generated[frame] += 1 }
            }
            if let odd = grid.oddWindow(index, endFrame: endFrame) {
              #expect(odd.covers.lowerBound >= firstFrame && odd.covers.upperBound <= endFrame)
              #expect(odd.covers.count <= windowLength)
              #expect(
                odd.covers.lowerBound <= odd.generates.lowerBound && odd.covers.upperBound >= odd.generates.upperBound)
              for frame in odd.generates { generated[frame] += 1 }
            }
          }
          #expect(
            generated.indices.allSatisfy { generated[$0] == ($0 < firstFrame ? 0 : 1) },
            "frames \(firstFrame)..<\(endFrame) in windows of \(windowLength): \(generated)")
        }
      }
    }
  }

  /// Reference transformer of `name` with a window of `windowLength` frames.
  private func predictor(_ name: String, windowLength: Int, context: ComputeContext) throws -> TokenPredictor {
    let reference = try #require(try ReferenceCases.all(of: "VampNet").first { $0.name == name })
    let source = try SafetensorsFile(path: reference.weightsPath())
    var metadata = source.metadata
    metadata["window_frames"] = "\(windowLength)"
    var writer = SafetensorsWriter(metadata: metadata)
    for tensor in source.tensors {
      writer.add(tensor.name, shape: tensor.shape, floats: try source.floats(named: tensor.name, shape: tensor.shape))
    }
    let path = FileManager.default.temporaryDirectory.path + "/vampc-window-\(UUID().uuidString).safetensors"
    try writer.write(to: path)
    defer { try? FileManager.default.removeItem(atPath: path) }
    let codec = try Codec(ModelFile(path: reference.codecWeightsPath()), context: context)
    return try TokenPredictor(
      ModelFile(path: path), codebooks: (0..<codec.quantiser.codebookCount).map(codec.quantiser.codebook),
      context: context)
  }

  @Test(arguments: ["coarse", "c2f"]) func tokensDoNotDependOnTheDivisionIntoChunks(name: String) throws {
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
          if codebook < given { mask.keep(codebook: codebook, frame: frame) }
        }
      }
      func run(chunkFrames: Int) throws -> TokenGrid {
        let sampler = WindowedSampler(predictor, settings: settings, context: context)
        var result = TokenGrid(codebookCount: codebookCount, frameCount: 0)
        for start in stride(from: 0, to: frameCount, by: chunkFrames) {
          let chunk = start..<min(frameCount, start + chunkFrames)
          result = result.appending(
            try sampler.generate(
              tokens.slice(codebooks: 0..<codebookCount, frames: chunk),
              mask: mask.slice(codebooks: 0..<codebookCount, frames: chunk), isFinal: chunk.upperBound == frameCount))
        }
        return result
      }
      let whole = try run(chunkFrames: frameCount)
      #expect(whole.frameCount == frameCount)
      for chunkFrames in [1, 8, 30] {
        #expect(try run(chunkFrames: chunkFrames) == whole, "\(frameCount) frames, \(chunkFrames) at a time")
      }
      var changed = 0
      for codebook in 0..<codebookCount {
        for frame in 0..<frameCount {
          if mask.isKept(codebook: codebook, frame: frame) {
            #expect(whole[codebook, frame] == tokens[codebook, frame])
          }
          if whole[codebook, frame] != tokens[codebook, frame] { changed += 1 }
        }
      }
      #expect(changed > mask.maskedCount / 2)
    }
  }

  /// Tokens of `frameCount` frames of the coarse reference network, and a sampler for some of them.
  private func coarseCase(frameCount: Int) throws -> (
    tokens: TokenGrid, grid: WindowGrid, sampler: (WindowGrid, Int) -> WindowedSampler
  ) {
    let context = ComputeContext(threadCount: 2)
    let predictor = try predictor("coarse", windowLength: 21, context: context)
    let settings = ParallelSampler.Settings(SamplerSettings(coarseStepCount: 2, seed: 3), isCoarse: true)
    var tokens = TokenGrid(codebookCount: predictor.configuration.codebookCount, frameCount: frameCount)
    for codebook in 0..<tokens.codebookCount {
      for frame in 0..<frameCount { tokens[codebook, frame] = UInt16((frame * 7 + codebook * 13) % 96) }
    }
    return (
      tokens, WindowGrid(windowLength: 21),
      { grid, start in
        WindowedSampler(predictor.configuration, settings: settings, grid: grid, start: start, context: context) {
          predictor
        }
      }
    )
  }

  @Test func startOnTheGridGivesTheTokensOfAFullDecode() throws {
    let frameCount = 160
    let (tokens, grid, sampler) = try coarseCase(frameCount: frameCount)
    let codebooks = 0..<tokens.codebookCount
    let mask = TokenMask(
      keeping: CompressionPrompt(codebookCount: 1, period: 4), codebookCount: codebooks.count, frames: 0..<frameCount)
    let whole = try sampler(grid, 0).generate(tokens, mask: mask, isFinal: true)
    for frame in 0..<frameCount {
      let start = grid.start(covering: frame)
      let columns = start..<frameCount
      let part = try sampler(grid, start).generate(
        tokens.slice(codebooks: codebooks, frames: columns), mask: mask.slice(codebooks: codebooks, frames: columns),
        isFinal: true)
      #expect(
        part.slice(codebooks: codebooks, frames: frame - start..<columns.count)
          == whole.slice(codebooks: codebooks, frames: frame..<frameCount), "from frame \(frame)")
    }
  }

  @Test func excerptDoesNotDependOnTheDivisionIntoChunks() throws {
    let (tokens, _, sampler) = try coarseCase(frameCount: 120)
    let codebooks = 0..<tokens.codebookCount
    for (first, count) in [(1, 60), (17, 50), (20, 8), (20, 70), (21, 3), (25, 40), (30, 2), (31, 80)] {
      let grid = WindowGrid(windowLength: 21, firstFrame: first)
      let columns = first..<first + count
      let mask = TokenMask(
        keeping: CompressionPrompt(codebookCount: 1, period: 4), codebookCount: codebooks.count, frames: columns)
      func run(chunkFrames: Int) throws -> TokenGrid {
        let sampler = sampler(grid, first)
        var result = TokenGrid(codebookCount: codebooks.count, frameCount: 0)
        for start in stride(from: 0, to: count, by: chunkFrames) {
          let chunk = start..<min(count, start + chunkFrames)
          result = result.appending(
            try sampler.generate(
              tokens.slice(codebooks: codebooks, frames: first + chunk.lowerBound..<first + chunk.upperBound),
              mask: mask.slice(codebooks: codebooks, frames: chunk), isFinal: chunk.upperBound == count))
        }
        return result
      }
      let whole = try run(chunkFrames: count)
      #expect(whole.frameCount == count)
      var changed = 0
      for codebook in codebooks {
        for frame in 0..<count {
          let given = tokens[codebook, first + frame]
          if !mask.isKept(codebook: codebook, frame: frame) { changed += whole[codebook, frame] == given ? 0 : 1 }
          if mask.isKept(codebook: codebook, frame: frame) { #expect(whole[codebook, frame] == given) }
        }
      }
      #expect(changed > mask.maskedCount / 2, "frames \(columns)")
      for chunkFrames in [1, 7] {
        #expect(try run(chunkFrames: chunkFrames) == whole, "frames \(columns), \(chunkFrames) at a time")
      }
    }
  }

  /// Complete frames are returned at once without a transformer; masked tokens wait for their window.
  @Test func completeFramesDoNotWait() throws {
    let (tokens, grid, sampler) = try coarseCase(frameCount: 200)
    let codebooks = 0..<tokens.codebookCount
    struct Asked: Error {}
    let context = ComputeContext(threadCount: 1)
    let configuration = try predictor("coarse", windowLength: 21, context: context).configuration
    let idle = WindowedSampler(
      configuration, settings: .init(.published, isCoarse: true), grid: grid, start: 0, context: context
    ) { throw Asked() }
    let nothingMasked = TokenMask(codebookCount: codebooks.count, frameCount: 1, isKept: true)
    for frame in 0..<200 {
      let one = tokens.slice(codebooks: codebooks, frames: frame..<frame + 1)
      #expect(try idle.generate(one, mask: nothingMasked, isFinal: false) == one)
    }
    #expect(throws: Asked.self) {
      _ = try idle.generate(
        tokens, mask: TokenMask(codebookCount: codebooks.count, frameCount: 200, isKept: false), isFinal: true)
    }

    let holed = sampler(grid, 0)
    var mask = TokenMask(codebookCount: codebooks.count, frameCount: 200, isKept: true)
    for codebook in codebooks { for frame in 60..<64 { mask.setMasked(codebook: codebook, frame: frame) } }
    var result = TokenGrid(codebookCount: codebooks.count, frameCount: 0)
    for frame in 0..<200 {
      result = result.appending(
        try holed.generate(
          tokens.slice(codebooks: codebooks, frames: frame..<frame + 1),
          mask: mask.slice(codebooks: codebooks, frames: frame..<frame + 1), isFinal: false))
      if frame < 60 { #expect(result.frameCount == frame + 1) }
      // Frame 60 is in the gap 52 ..< 62, which the even window 62 ..< 83 and the odd window settle.
      if (60..<82).contains(frame) { #expect(result.frameCount == 60) }
      if frame >= 82 { #expect(result.frameCount == frame + 1) }
    }
    for codebook in codebooks {
      for frame in 0..<200 where mask.isKept(codebook: codebook, frame: frame) {
        #expect(result[codebook, frame] == tokens[codebook, frame])
      }
    }
  }
}

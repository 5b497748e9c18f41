import AudioIO
import Bitstream
import Evaluation
import Foundation
import Kernels
import ModelStore
import ReferenceCases
import Signal
import Testing
import Tokens
import VampNet
import VampcKit

/// With the default model, on the musical fixture: the joins between VampNet's windows must not be heard.
@Suite struct WindowJoinTests {
  @Test(arguments: zip([4, 1, 1], [1, 1, 4])) func fluxAtJoinsIsNoHigherThanInsideWindows(
    codebooks: Int, period: Int
  ) throws {
    let context = ComputeContext()
    let library = ModelLibrary(folders: [Fixtures.repositoryFolder + "/models"])
    let model = try Model(try library.bundle(named: "vampc-default-0"), context: context)
    let prompt = CompressionPrompt(codebookCount: codebooks, period: period)
    var stream: [UInt8] = []
    _ = try RecordingEncoder(model, EncoderSettings(rate: .prompt(prompt))).encode(
      AudioReader(path: try Fixtures.path("audio/music.flac"))
    ) { stream += $0 }

    let path = FileManager.default.temporaryDirectory.path + "/vampc-joins-\(UUID().uuidString).wav"
    defer { try? FileManager.default.removeItem(atPath: path) }
    var rest = [stream]
    _ = try RecordingDecoder(library: library, settings: DecoderSettings(), context: context).decode(
      source: { rest.popLast() ?? [] }
    ) {
      try AudioWriter(
        path: path, container: .wav, sampleFormat: .float32, sampleRateHz: $0.sourceSampleRateHz, channelCount: 1)
    }
    let audio = try AudioReader(path: path).readAll()

    let coarseWindow = try #require(try model.coarse()).configuration.windowFrameCount
    let fineWindow = try #require(try model.coarseToFine()).configuration.windowFrameCount
    let frameCount = audio.sampleCount * 147 / 160 / model.geometry.hopLength
    let windows = (codebooks >= 4 ? [] : [coarseWindow]) + [fineWindow]
    let joins = Set(windows.flatMap { joinFrames(windowLength: $0, frameCount: frameCount) }).sorted().map {
      $0 * model.geometry.hopLength * audio.sampleRateHz / model.geometry.sampleRateHz
    }
    #expect(joins.count > 8)
    let flux = SpectralFlux(of: audio)
    let exceeding = try flux.joins(joins, exceedingPercentile: 0.99)
    // Notes begin at joins by chance, too: of these joins, one in a hundred.
    #expect(exceeding.count <= 1 + joins.count / 100, "joins at \(exceeding) of \(joins.count)")
  }

  /// Frames at which one window ends and another begins.
  private func joinFrames(windowLength: Int, frameCount: Int) -> [Int] {
    let grid = WindowGrid(windowLength: windowLength)
    return (0...frameCount / grid.period).flatMap { index in
      [index * grid.period, index * grid.period + windowLength]
    }.filter { $0 > 0 && $0 < frameCount }
  }
}

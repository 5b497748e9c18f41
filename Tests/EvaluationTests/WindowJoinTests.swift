import Evaluation
import ModelStore
import Signal
import Testing
import Tokens
import VampNet
import VampcKit

/// Test of the joins between VampNet's windows, which must not be heard: the default model on the musical fixture.
@Suite struct WindowJoinTests {
  @Test(arguments: zip([4, 1, 1], [1, 1, 4])) func fluxAtJoinsIsNoHigherThanInsideWindows(
    codebooks: Int, period: Int
  ) throws {
    let prompt = CompressionPrompt(codebookCount: codebooks, period: period)
    let run = try DefaultModelRun("audio/music.flac", EncoderSettings(rate: .prompt(prompt)))
    let (model, audio) = (run.model, run.decoded)

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
    // Notes may begin at joins by chance, at one join in a hundred.
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

import AudioIO
import Bitstream
import Kernels
import ModelStore
import ReferenceCases
import Signal
import Testing
import Tokens
import VampcKit

/// How much of a stream is read for a part of it, with the default model and music.
@Suite struct PartReadingTests {
  private static let library = ModelLibrary(folders: [Fixtures.repositoryFolder + "/models"])

  /// What surrounds half a second: before it, coarse windows begin at most 517 frames earlier (a quarter of one more
  /// where they may reach back), those of the coarse-to-fine model 259, the limiter looks 1.4 s back, and a block is
  /// read whole; behind it, windows end 517 and 259 frames later.
  private static let contextSeconds = 33.0

  @Test(
    arguments: [(14, 1, .mono), (14, 1, .keep), (4, 1, .mono), (1, 4, .keep)]
      as [(Int, Int, EncoderSettings.Channels)])
  func aPartReadsItsSurroundingsAlone(codebooks: Int, period: Int, channels: EncoderSettings.Channels) throws {
    let bench = try Workbench()
    let bundle = try Self.library.bundle(named: Fixtures.defaultModel)
    let model = try Model(bundle, context: ComputeContext(threadCount: 2))
    let music = try AudioReader(path: Fixtures.path("audio/music.flac")).readAll()
    // 28 s twice, at the codec's rate.
    var source = try Resampler.resample(music, to: 44_100)
    source.append(source)
    let path = try bench.write(source)
    let bytes = try bench.encode(
      path, model,
      EncoderSettings(
        rate: .prompt(CompressionPrompt(codebookCount: codebooks, period: period)), channels: channels,
        sampler: .explicit(SamplerSettings(coarseStepCount: 1, fineStepCount: 1)), latencySeconds: 1))
    let summary = try #require(try StreamSummary.verify(bytes).first)
    #expect(summary.header.codedChannelCount == (channels == .keep ? 2 : 1))
    let range = TimeRange(startSeconds: 40, endSeconds: 40.5)
    let part = try bench.decodePart(bytes, Self.library, range)
    #expect(part.audio.sampleCount == 22_050)
    let seconds = Double(source.sampleCount) / 44_100
    let limit =
      Int(Double(bytes.count) * Self.contextSeconds / seconds) + 40 * summary.statistics.blockCount + 2 * 2_048
    #expect(part.readByteCount < limit, "\(part.readByteCount) of \(bytes.count) bytes")
    // Of short streams the fixed part is most.
    #expect(limit < bytes.count * 3 / 4 || bytes.count < 20_000)
    // From a pipe, that is with everything read, the same comes out.
    #expect(try bench.decode(bytes, Self.library, range: range).audio == part.audio)
  }
}

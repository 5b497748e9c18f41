import AudioIO
import Bitstream
import Foundation
import Kernels
import Signal
import Testing
import Tokens
import VampcKit

@Suite struct PipeTests {
  /// Feeds samples into a pipe, so many bytes at a time, and encodes what comes out.
  private func encodeFromPipe(
    _ bytes: [UInt8], _ model: Model, _ settings: EncoderSettings, byteCountAtATime: Int = .max
  ) throws -> [UInt8] {
    let pipe = Pipe()
    defer { withExtendedLifetime(pipe) {} }
    let writer = Thread {
      var rest = Data(bytes)
      while !rest.isEmpty {
        try? pipe.fileHandleForWriting.write(contentsOf: rest.prefix(byteCountAtATime))
        rest = rest.dropFirst(byteCountAtATime)
      }
      try? pipe.fileHandleForWriting.close()
    }
    writer.start()
    let reader = try AudioReader(
      descriptor: pipe.fileHandleForReading.fileDescriptor, name: "pipe",
      raw: try RawAudioFormat(parsing: "44100:1:f32le"))
    var stream: [UInt8] = []
    _ = try RecordingEncoder(model, settings: settings).encode(reader) { stream += $0 }
    return stream
  }

  @Test func aPipeHasAGainPerBlockAndKeepsItsLength() throws {
    let tiny = try TinyModel()
    defer { tiny.remove() }
    let model = try tiny.load()
    let sampleCount = 44_100 * 9 + 17
    // Loud, then 20 dB softer.
    let samples = (0..<sampleCount).map { index -> Float in
      let level: Float = index < sampleCount / 2 ? 0.5 : 0.05
      return level * sin(Float(index) * 0.05)
    }
    let raw = samples.withUnsafeBytes { [UInt8]($0) }
    let stream = try encodeFromPipe(
      raw, model, EncoderSettings(rate: .prompt(CompressionPrompt(codebookCount: 5)), latencySeconds: 1))
    let summary = try #require(try StreamSummary.verify(stream).first)
    #expect(summary.header.gain == .perBlock)
    #expect(summary.trailer.sampleCount == sampleCount)

    var reader = StreamReader(stream)
    var gains: [Int] = []
    while let event = try reader.next() {
      if case .block(let block) = event { gains.append(try #require(block.gain).hundredthsDB) }
    }
    #expect(gains.count == summary.statistics.blockCount && gains.count >= 8)
    // The softer half is lifted by most of the 20 dB.
    #expect(try #require(gains.last) - gains[0] > 1_500)

    var rest = [stream]
    let path = FileManager.default.temporaryDirectory.path + "/vampc-pipe-\(UUID().uuidString).wav"
    defer { try? FileManager.default.removeItem(atPath: path) }
    let report = try RecordingDecoder(
      library: tiny.library, settings: DecoderSettings(), context: ComputeContext(threadCount: 2)
    ).decode(source: { rest.popLast() ?? [] }) {
      try AudioWriter(
        path: path, container: .wav, sampleFormat: .float32, sampleRateHz: $0.sourceSampleRateHz, channelCount: 1)
    }
    #expect(report.sampleCount == sampleCount)
    #expect(try AudioReader(path: path).readAll().sampleCount == sampleCount)
  }

  /// Where it is listened to for the loudness that is lost depends on the place in the recording alone.
  @Test func theStreamDoesNotDependOnHowThePipeIsCut() throws {
    let tiny = try TinyModel()
    defer { tiny.remove() }
    let model = try tiny.load()
    let samples = music(sampleCount: 44_100 * 27 + 5).channels[0]
    let raw = samples.withUnsafeBytes { [UInt8]($0) }
    let settings = EncoderSettings(
      rate: .prompt(CompressionPrompt(codebookCount: 1, period: 4)), latencySeconds: 4)
    let whole = try encodeFromPipe(raw, model, settings)
    #expect(try encodeFromPipe(raw, model, settings, byteCountAtATime: 10_007) == whole)
    var codecLevel = settings
    codecLevel.loudnessTarget = .codec
    #expect(try encodeFromPipe(raw, model, codecLevel) != whole)
  }
}

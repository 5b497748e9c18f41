import AudioIO
import Bitstream
import Foundation
import Kernels
import Signal
import Testing
import Tokens
import VampcKit

@Suite struct PipeTests {
  /// Feeds a WAV into a pipe and encodes what comes out.
  private func encodeFromPipe(_ bytes: [UInt8], _ model: Model, _ settings: EncoderSettings) throws -> [UInt8] {
    let pipe = Pipe()
    let writer = Thread {
      try? pipe.fileHandleForWriting.write(contentsOf: Data(bytes))
      try? pipe.fileHandleForWriting.close()
    }
    writer.start()
    let reader = try AudioReader(
      descriptor: pipe.fileHandleForReading.fileDescriptor, name: "pipe",
      raw: try RawAudioFormat(parsing: "44100:1:f32le"))
    var stream: [UInt8] = []
    _ = try RecordingEncoder(model, settings).encode(reader) { stream += $0 }
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
      if case .block(let block) = event { gains.append(try #require(block.gainHundredthsDB)) }
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
}

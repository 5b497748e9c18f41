import AudioIO
import Bitstream
import Foundation
import Signal
import Testing
import Tokens
import VampcKit

/// Tests of digital silence, which must come back as digital silence.
@Suite struct SilenceTests {
  /// Music with digital silence at the beginning, inside and at the end.
  private static func source(sampleRateHz: Int, channelCount: Int = 1) -> (audio: AudioBuffer, runs: [Range<Int>]) {
    var audio = music(sampleCount: sampleRateHz * 6, sampleRateHz: sampleRateHz, channelCount: channelCount)
    let runs = [(0.0, 0.35), (1.5, 1.62), (2.5, 4.4), (5.8, 6)].map {
      Int($0.0 * Double(sampleRateHz))..<Int($0.1 * Double(sampleRateHz))
    }
    for channel in audio.channels.indices {
      for run in runs { for index in run { audio.channels[channel][index] = 0 } }
      // Too short for a silence record.
      for index in sampleRateHz..<sampleRateHz + sampleRateHz / 20 { audio.channels[channel][index] = 0 }
    }
    return (audio, runs)
  }

  private static func isSilent(_ audio: AudioBuffer, _ run: Range<Int>) -> Bool {
    audio.channels.allSatisfy { $0[run].allSatisfy { $0 == 0 } }
  }

  @Test(
    arguments: [(44_100, 1, 0.5), (48_000, 2, nil), (8_000, 1, nil), (96_000, 1, 1)] as [(Int, Int, Double?)],
    [(5, 1), (1, 12)])
  func silenceComesBackAsSilence(source: (rateHz: Int, channels: Int, latency: Double?), kept: (Int, Int)) throws {
    let tiny = try TinyModel()
    defer { tiny.remove() }
    let model = try tiny.load()
    let bench = try Workbench()
    let (audio, runs) = Self.source(sampleRateHz: source.rateHz, channelCount: source.channels)
    let path = try bench.write(audio)
    let bytes = try bench.encode(
      path, model,
      EncoderSettings(
        rate: .prompt(CompressionPrompt(codebookCount: kept.0, period: kept.1)), channels: .keep,
        latencySeconds: source.latency))
    let decoded = try bench.decode(bytes, tiny.library).audio
    #expect(decoded.sampleCount == audio.sampleCount)
    // A block that ends within the first 10 ms of a run does not store them: it may be written before the run is known
    // to be long. Blocks of whole periods of 12 frames end 8 ms after 2.5 s.
    let unmarked = kept.1 == 12 ? source.rateHz / 100 : 0
    for run in runs {
      let marked = run.lowerBound == 0 ? run : run.lowerBound + unmarked..<run.upperBound
      #expect(Self.isSilent(decoded, marked), "\(run)")
    }
    // The sound between is not muted.
    let sounding = [runs[0].upperBound..<runs[1].lowerBound, runs[1].upperBound..<runs[2].lowerBound]
    for run in sounding { #expect(decoded.slice(run).channels[0].count { $0 == 0 } < run.count / 100) }
    for (from, to) in [(0.2, 0.5), (3.0, 4.5), (4.39, 4.41)] {
      let part = try bench.decodePart(bytes, tiny.library, TimeRange(startSeconds: from, endSeconds: to)).audio
      let rate = Double(source.rateHz)
      let whole = decoded.slice(Int((from * rate).rounded())..<Int((to * rate).rounded()))
      for (found, expected) in zip(part.channels, whole.channels) {
        #expect(zip(found, expected).allSatisfy { ($0 == 0) == ($1 == 0) && abs($0 - $1) < 1e-6 }, "\(from)")
      }
    }
  }

  /// A channel that is silent while the others sound comes back silent, also in segments, in trimmed and repaired
  /// streams, and where all channels are silent for a while.
  @Test(arguments: [44_100, 48_000], [nil, 0.5]) func silentChannelsComeBackSilent(
    rateHz: Int, latency: Double?
  ) throws {
    let tiny = try TinyModel()
    defer { tiny.remove() }
    let model = try tiny.load()
    let bench = try Workbench()
    var audio = music(sampleCount: rateHz * 4, sampleRateHz: rateHz, channelCount: 3)
    func samples(_ start: Double, _ end: Double) -> Range<Int> {
      Int(start * Double(rateHz))..<Int(end * Double(rateHz))
    }
    let runs = [[samples(2, 2.3)], [samples(0, 4)], [samples(0.5, 1.7), samples(2, 2.5)]]
    for (channel, silent) in runs.enumerated() {
      for run in silent { for index in run { audio.channels[channel][index] = 0 } }
    }
    let bytes = try bench.encode(
      try bench.write(audio), model,
      EncoderSettings(
        rate: .prompt(CompressionPrompt(codebookCount: 4)), channels: .keep, latencySeconds: latency))
    var trimmed: [UInt8] = []
    try StreamTrimmer(codebookCount: 1, period: 4).trim(source: pieces(of: bytes)) { trimmed += $0 }
    var repaired: [UInt8] = []
    _ = try StreamRepairer.repair(source: pieces(of: bytes)) { repaired += $0 }
    #expect(repaired == bytes)
    for stream in [bytes, trimmed] {
      let decoded = try bench.decode(stream, tiny.library).audio
      for (channel, silent) in runs.enumerated() {
        for run in silent { #expect(decoded.channels[channel][run].allSatisfy { $0 == 0 }, "\(channel) \(run)") }
        #expect(channel == 1 || decoded.channels[channel][samples(3, 4)].count { $0 == 0 } < rateHz / 100)
      }
      let (from, to) = (1.1, 2.2)
      let part = try bench.decodePart(stream, tiny.library, TimeRange(startSeconds: from, endSeconds: to)).audio
      for (found, expected) in zip(part.channels, decoded.slice(samples(from, to)).channels) {
        #expect(zip(found, expected).allSatisfy { ($0 == 0) == ($1 == 0) && abs($0 - $1) < 1e-6 })
      }
    }
    // Silence of all channels alone is stored as before.
    var alike = audio
    for channel in alike.channels.indices { alike.channels[channel] = audio.channels[0] }
    let same = try bench.encode(
      try bench.write(alike), model,
      EncoderSettings(rate: .prompt(CompressionPrompt(codebookCount: 4)), channels: .keep))
    #expect(try blocks(of: same).contains { !$0.silence.isEmpty })
    #expect(try blocks(of: same).allSatisfy { $0.channelSilence.isEmpty })
  }

  /// A recording without any sound decodes to digital silence.
  @Test func aSilentRecordingStaysSilent() throws {
    let tiny = try TinyModel()
    defer { tiny.remove() }
    let model = try tiny.load()
    let bench = try Workbench()
    let silence = AudioBuffer(channels: [[Float](repeating: 0, count: 100_000)], sampleRateHz: 48_000)
    let bytes = try bench.encode(
      try bench.write(silence), model, EncoderSettings(rate: .prompt(CompressionPrompt(codebookCount: 1))))
    #expect(try bench.decode(bytes, tiny.library).audio == silence)
  }

  /// Trimming cuts runs at the new blocks and joins them across old ones; repairing keeps them.
  @Test func trimmedAndRepairedStreamsStaySilent() throws {
    let tiny = try TinyModel()
    defer { tiny.remove() }
    let model = try tiny.load()
    let bench = try Workbench()
    let (audio, runs) = Self.source(sampleRateHz: 48_000)
    let bytes = try bench.encode(
      try bench.write(audio), model,
      EncoderSettings(rate: .prompt(CompressionPrompt(codebookCount: 5)), latencySeconds: 0.5))
    var trimmed: [UInt8] = []
    try StreamTrimmer(codebookCount: 1, period: 4).trim(source: pieces(of: bytes)) { trimmed += $0 }
    var repaired: [UInt8] = []
    _ = try StreamRepairer.repair(source: pieces(of: bytes)) { repaired += $0 }
    #expect(repaired == bytes)
    let found = try blocks(of: trimmed)
    #expect(found.count < (try blocks(of: bytes)).count)
    let decoded = try bench.decode(trimmed, tiny.library).audio
    for run in runs { #expect(Self.isSilent(decoded, run), "\(run)") }
  }

  /// Silence of a later stream counts from the beginning of that stream.
  @Test func concatenatedStreamsKeepTheirSilence() throws {
    let tiny = try TinyModel()
    defer { tiny.remove() }
    let model = try tiny.load()
    let bench = try Workbench()
    let (audio, runs) = Self.source(sampleRateHz: 44_100)
    let path = try bench.write(audio)
    let first = try bench.encode(path, model, EncoderSettings(rate: .prompt(CompressionPrompt(codebookCount: 5))))
    let decoded = try bench.decode(first + first, tiny.library).audio
    #expect(decoded.sampleCount == 2 * audio.sampleCount)
    for run in runs {
      #expect(Self.isSilent(decoded, run))
      #expect(Self.isSilent(decoded, run.lowerBound + audio.sampleCount..<run.upperBound + audio.sampleCount))
    }
  }
}

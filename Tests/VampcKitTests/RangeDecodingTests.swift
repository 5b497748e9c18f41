import AudioIO
import Bitstream
import Foundation
import Signal
import Testing
import Tokens
import VampcKit

/// Parts of recordings against the same stretches of the whole.
@Suite struct RangeDecodingTests {
  /// Windows of 40 frames are 0.7 s: 12 s hold many of them, and many blocks of a second.
  private static let sampleRateHz = 44_100
  private static let seconds = 9.0
  private static let ranges: [(from: Double, to: Double?)] = [
    (0, 0.5), (0.3, 0.301), (2.5, 4.25), (7.123_456, 8.5), (8.999, nil),
  ]

  private static func stretch(_ whole: AudioBuffer, _ range: (from: Double, to: Double?)) -> AudioBuffer {
    let rate = Double(whole.sampleRateHz)
    let end = range.to.map { Int(($0 * rate).rounded()) } ?? whole.sampleCount
    return whole.slice(Int((range.from * rate).rounded())..<min(end, whole.sampleCount))
  }

  private static func loudMusic(channelCount: Int = 1, sampleRateHz: Int = sampleRateHz) -> AudioBuffer {
    var block = music(
      sampleCount: Int(seconds * Double(sampleRateHz)) + 123, sampleRateHz: sampleRateHz, channelCount: channelCount)
    // So loud that the limiter works almost all the time.
    for channel in block.channels.indices { block.channels[channel] = block.channels[channel].map { min(1, $0 * 4) } }
    return block
  }

  @Test(arguments: [(5, 1, 2), (3, 1, 1), (1, 4, 1), (4, 3, 2)])
  func partsEqualTheWholeBitForBit(codebooks: Int, period: Int, channels: Int) throws {
    let tiny = try TinyModel()
    defer { tiny.remove() }
    let model = try tiny.load()
    let bench = try Workbench()
    let path = try bench.write(Self.loudMusic(channelCount: channels))
    let bytes = try bench.encode(
      path, model,
      EncoderSettings(
        rate: .prompt(CompressionPrompt(codebookCount: codebooks, period: period)), channels: .keep,
        sampler: .explicit(SamplerSettings(coarseStepCount: 3, seed: 5)), latencySeconds: 1))
    for fill in DecoderSettings.Fill.allCases {
      let settings = DecoderSettings(fill: fill)
      let (whole, report) = try bench.decode(bytes, tiny.library, settings, format: .int16)
      #expect(report.notices.contains { if case .limited = $0 { true } else { false } })
      for range in Self.ranges {
        let time = TimeRange(startSeconds: range.from, endSeconds: range.to)
        let expected = Self.stretch(whole, range)
        let part = try bench.decodePart(bytes, tiny.library, time, settings, format: .int16)
        #expect(part.audio == expected, "\(fill) \(range)")
        let piped = try bench.decode(bytes, tiny.library, settings, range: time, format: .int16)
        #expect(piped.audio == expected, "\(fill) \(range) from a pipe")
      }
    }
  }

  @Test(arguments: [8_000, 48_000, 96_000]) func resampledPartsAreWithinOneStep(sampleRateHz: Int) throws {
    let tiny = try TinyModel()
    defer { tiny.remove() }
    let model = try tiny.load()
    let bench = try Workbench()
    let path = try bench.write(Self.loudMusic(sampleRateHz: sampleRateHz))
    let bytes = try bench.encode(
      path, model, EncoderSettings(rate: .prompt(CompressionPrompt(codebookCount: 5)), latencySeconds: 1))
    let whole = try bench.decode(bytes, tiny.library).audio
    for range in Self.ranges {
      let time = TimeRange(startSeconds: range.from, endSeconds: range.to)
      let expected = Self.stretch(whole, range)
      let part = try bench.decodePart(bytes, tiny.library, time).audio
      #expect(part.sampleCount == expected.sampleCount, "\(range)")
      let worst = zip(part.channels[0], expected.channels[0]).map { abs($0 - $1) }.max() ?? 0
      // Half a step of 16 bits would be 1.5e-5: rounding of single precision is all that differs.
      #expect(worst < 1e-6, "\(range): \(worst)")
    }
  }

  /// A part reads the blocks that it needs and little besides: 40 bytes of the others.
  @Test func aPartOfALongStreamReadsLittle() throws {
    let tiny = try TinyModel()
    defer { tiny.remove() }
    let model = try tiny.load()
    let bench = try Workbench()
    let path = try bench.write(music(sampleCount: 44_100 * 90))
    let bytes = try bench.encode(
      path, model, EncoderSettings(rate: .prompt(CompressionPrompt(codebookCount: 5)), latencySeconds: 1))
    let blockCount = try #require(try StreamSummary.verify(bytes).first).statistics.blockCount
    let whole = try bench.decode(bytes, tiny.library).audio
    let part = try bench.decodePart(bytes, tiny.library, TimeRange(startSeconds: 70, endSeconds: 71))
    #expect(part.audio == Self.stretch(whole, (70, 71)))
    let blockByteCount = bytes.count / blockCount
    // The first block, nine around the wanted second (the anchor, 1.4 s of the limiter's memory, windows of 1 s on
    // either side), and what the last piece holds too much.
    #expect(part.readByteCount < 10 * blockByteCount + 2 * 2_048 + blockCount * 40)
    #expect(part.readByteCount < bytes.count / 2)
  }

  @Test func partsOfADamagedStreamEqualThoseOfTheWhole() throws {
    let tiny = try TinyModel()
    defer { tiny.remove() }
    let model = try tiny.load()
    let bench = try Workbench()
    let path = try bench.write(Self.loudMusic())
    let intact = try bench.encode(
      path, model, EncoderSettings(rate: .prompt(CompressionPrompt(codebookCount: 5)), latencySeconds: 1))
    let records = try Self.records(intact)
    for fill in [DecoderSettings.Fill.generate, .none] {
      for record in [records[1], records[3], records[6], records[records.count - 1]] {
        var bytes = intact
        bytes[record.byteRange.upperBound - 10] ^= 0x40
        let whole = try bench.decode(bytes, tiny.library, DecoderSettings(fill: fill))
        #expect(whole.report.hasDamage)
        for range in [(from: 3.2, to: 3.7 as Double?), (from: 6.5, to: 8), (from: 7.9, to: nil)] {
          let time = TimeRange(startSeconds: range.from, endSeconds: range.to)
          let part = try bench.decodePart(bytes, tiny.library, time, DecoderSettings(fill: fill))
          #expect(part.audio == Self.stretch(whole.audio, range), "\(fill) \(record.byteRange) \(range)")
        }
      }
    }
  }

  @Test func partsOfConcatenatedStreamsEqualThoseOfTheWhole() throws {
    let tiny = try TinyModel()
    defer { tiny.remove() }
    let model = try tiny.load()
    let bench = try Workbench()
    let path = try bench.write(music(sampleCount: 44_100 * 5 + 11))
    var bytes: [UInt8] = []
    for (codebooks, period) in [(5, 1), (1, 4), (3, 1)] {
      bytes += try bench.encode(
        path, model,
        EncoderSettings(
          rate: .prompt(CompressionPrompt(codebookCount: codebooks, period: period)),
          sampler: .explicit(SamplerSettings(coarseStepCount: 2)), latencySeconds: 1))
    }
    let whole = try bench.decode(bytes, tiny.library).audio
    for range in [(from: 4.9, to: 5.3 as Double?), (from: 5.5, to: 6), (from: 3, to: 12), (from: 13.5, to: nil)] {
      let time = TimeRange(startSeconds: range.from, endSeconds: range.to)
      let part = try bench.decodePart(bytes, tiny.library, time)
      #expect(part.audio == Self.stretch(whole, range), "\(range)")
      #expect(try bench.decode(bytes, tiny.library, range: time).audio == part.audio)
    }
  }

  @Test func aPartBehindTheEndIsAnError() throws {
    let tiny = try TinyModel()
    defer { tiny.remove() }
    let model = try tiny.load()
    let bench = try Workbench()
    let path = try bench.write(music(sampleCount: 44_100))
    let bytes = try bench.encode(path, model, EncoderSettings(rate: .prompt(CompressionPrompt(codebookCount: 5))))
    for start in [1.0, 1.5, 1e9, 1e300] {
      #expect(throws: VampcError.rangeBeyondEnd(durationSeconds: 1)) {
        try bench.decodePart(bytes, tiny.library, TimeRange(startSeconds: start))
      }
      #expect(throws: VampcError.rangeBeyondEnd(durationSeconds: 1)) {
        try bench.decode(bytes, tiny.library, range: TimeRange(startSeconds: start))
      }
    }
  }

  /// A stream whose first block is not frame 0: it is as long as its trailer says, and what it keeps sounds as before.
  @Test func anExcerptIsDecodedByItsAbsoluteFrames() throws {
    let tiny = try TinyModel()
    defer { tiny.remove() }
    let model = try tiny.load()
    let bench = try Workbench()
    var source = music(sampleCount: 44_100 * 12)
    source.channels[0] = source.channels[0].map { $0 * 0.02 }
    let path = try bench.write(source)
    for (codebooks, period) in [(5, 1), (1, 4)] {
      let bytes = try bench.encode(
        path, model,
        EncoderSettings(
          rate: .prompt(CompressionPrompt(codebookCount: codebooks, period: period)),
          sampler: .explicit(SamplerSettings(coarseStepCount: 2)), latencySeconds: 1))
      let whole = try bench.decode(bytes, tiny.library).audio
      var reader = StreamReader(bytes)
      var header: StreamHeader?
      var blocks: [StreamBlock] = []
      while let event = try reader.next() {
        if case .header(let found) = event { header = found }
        if case .block(let block) = event { blocks.append(block) }
      }
      var encoder = try StreamEncoder(header: try #require(header))
      var excerpt: [UInt8] = []
      let chosen = blocks[3..<9]
      for block in chosen { excerpt += try encoder.encode(block) }
      let first = try #require(chosen.first).firstFrame
      let sampleCount = chosen.reduce(0) { $0 + $1.frameCount } * 768 - 5
      excerpt += try encoder.finish(sampleCount: sampleCount)

      let (audio, report) = try bench.decode(excerpt, tiny.library)
      #expect(!report.hasDamage)
      #expect(audio.sampleCount == sampleCount)
      // Away from its ends, by windows and the decoder's context, it is what the whole has there.
      let margin = 110 * 768
      let inner = margin..<sampleCount - margin
      #expect(
        audio.slice(inner) == whole.slice(inner.lowerBound + first * 768..<inner.upperBound + first * 768),
        "(\(codebooks), \(period))")
      let part = try bench.decodePart(excerpt, tiny.library, TimeRange(startSeconds: 2.5, endSeconds: 3.5))
      #expect(part.audio == Self.stretch(audio, (2.5, 3.5)))
    }
  }

  private static func records(_ bytes: [UInt8]) throws -> [RecordWalk.Outline] {
    var walk = RecordWalk(bytes)
    var records: [RecordWalk.Outline] = []
    while let record = try walk.next() { records.append(record) }
    return records
  }
}

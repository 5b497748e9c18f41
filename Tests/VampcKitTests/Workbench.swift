import AudioIO
import Bitstream
import Foundation
import Kernels
import ModelStore
import Signal
import VampcKit

/// A folder for the files of one test.
final class Workbench {
  let folder: String

  init() throws {
    folder = FileManager.default.temporaryDirectory.path + "/vampc-kit-\(UUID().uuidString)"
    try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true)
  }

  deinit { try? FileManager.default.removeItem(atPath: folder) }

  func write(_ block: AudioBuffer, _ name: String = "in.wav") throws -> String {
    let path = folder + "/" + name
    try AudioWriter.write(block, asFloatWAV: path)
    return path
  }

  func encode(_ path: String, _ model: Model, _ settings: EncoderSettings) throws -> [UInt8] {
    var bytes: [UInt8] = []
    _ = try RecordingEncoder(model, settings: settings).encode(AudioReader(path: path)) { bytes += $0 }
    return bytes
  }

  /// All of a stream, or a part of it, as from a pipe.
  func decode(
    _ bytes: [UInt8], _ library: ModelLibrary, _ settings: DecoderSettings = DecoderSettings(), threadCount: Int = 2,
    range: TimeRange? = nil, format: AudioSampleFormat = .float32
  ) throws -> (audio: AudioBuffer, report: DecodingReport) {
    var rest = [bytes]
    let decoder = RecordingDecoder(
      library: library, settings: settings, context: ComputeContext(threadCount: threadCount))
    let report = try decoder.decode(
      source: { rest.popLast() ?? [] }, range: range, makeOutput: outputMaker(format))
    return (try AudioReader(path: outputPath).readAll(), report)
  }

  /// A part of a stream, as from a file, and how much of it was read.
  func decodePart(
    _ bytes: [UInt8], _ library: ModelLibrary, _ range: TimeRange, _ settings: DecoderSettings = DecoderSettings(),
    format: AudioSampleFormat = .float32
  ) throws -> (audio: AudioBuffer, report: DecodingReport, readByteCount: Int) {
    let counted = CountedBytes(bytes)
    let decoder = RecordingDecoder(library: library, settings: settings, context: ComputeContext(threadCount: 2))
    let report = try decoder.decode(bytes: counted, range: range, makeOutput: outputMaker(format))
    return (try AudioReader(path: outputPath).readAll(), report, counted.readByteCount)
  }

  private var outputPath: String { folder + "/out.wav" }

  private func outputMaker(_ format: AudioSampleFormat) -> OutputMaker {
    { [outputPath] header in
      try AudioWriter(
        path: outputPath, container: .wav, sampleFormat: format, sampleRateHz: header.sourceSampleRateHz,
        channelCount: header.codedChannelCount)
    }
  }
}

/// A chord with a slow swell: louder and softer, so that gains matter.
func music(sampleCount: Int, sampleRateHz: Int = 44_100, channelCount: Int = 1) -> AudioBuffer {
  let channels = (0..<channelCount).map { channel in
    (0..<sampleCount).map { index -> Float in
      let time = Double(index) / Double(sampleRateHz)
      let swell = 0.15 + 0.1 * sin(2 * .pi * 0.13 * time)
      let chord = [220.0, 277.2, 329.6].map { sin(2 * .pi * $0 * (1 + 0.01 * Double(channel)) * time) }.reduce(0, +)
      return Float(swell * chord)
    }
  }
  return AudioBuffer(channels: channels, sampleRateHz: sampleRateHz)
}

/// Bytes that count how many of them are read.
final class CountedBytes: RandomAccessBytes {
  private let all: [UInt8]
  private(set) var readByteCount = 0

  init(_ bytes: [UInt8]) { all = bytes }

  var byteCount: Int { all.count }

  func bytes(in range: Range<Int>) -> [UInt8] {
    readByteCount += range.count
    return Array(all[range])
  }
}

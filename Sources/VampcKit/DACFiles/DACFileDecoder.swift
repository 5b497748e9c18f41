public import AudioIO
import DAC
public import DACFile
import Foundation
public import Kernels
public import ModelStore
import Signal
import Tokens

/// Decoder of `.dac` files that works like the program of the DAC project (`formats/dac-file.md`, section 4).
public final class DACFileDecoder {
  private let library: ModelLibrary
  private let namedModel: Model?
  private let context: ComputeContext
  private let temporaryFolder: String
  private var loadedModels: [Model] = []

  /// Decoder with one given model, or with the model of a library whose codec fits the file.
  ///
  /// - Parameters:
  ///   - library: Installed models, which are searched for a codec that fits the file where `model` is nil.
  ///   - model: Model that decodes every file; nil searches `library`.
  ///   - context: Threads and instruction set of the computation.
  ///   - temporaryFolder: Folder for a temporary file. The file holds the decoded audio, 4 bytes for each sample of
  ///     each channel, until the loudness of the audio is known.
  public init(library: ModelLibrary, model: Model? = nil, context: ComputeContext, temporaryFolder: String) {
    self.library = library
    namedModel = model
    self.context = context
    self.temporaryFolder = temporaryFolder
  }

  /// Result of a decode: model, length and number of codebooks.
  public struct Report: Sendable {
    /// Name of the model that decoded.
    public let modelName: String
    /// Number of samples per channel that were written, at the sample rate of the file.
    public let sampleCount: Int
    /// Number of codebooks of the file.
    public let codebookCount: Int
  }

  /// Number of frames that pass through the codec at a time, which bounds the memory of its activations.
  private static let chunkFrameCount = 64
  private static let chunkSampleCount = 65_536

  /// Decodes a file.
  ///
  /// - Parameters:
  ///   - recording: Contents of the file.
  ///   - range: Segment to be written; nil for the whole recording. The whole recording is always decoded, because the
  ///     gain follows from its loudness.
  ///   - makeWriter: Closure that opens the output, before the first sample is written.
  ///   - progress: Closure that is called after each processed chunk of audio or tokens; an error of the closure
  ///     cancels the decoding.
  /// - Returns: Name of the model, number of written samples and number of codebooks.
  /// - Throws: `VampcError` where no model or several models fit, the given model does not fit, or the range begins at
  ///   or behind the end; `ModelError`, `AudioIOError`, `SignalError`, and errors of the closures.
  public func decode(
    _ recording: DACRecording, range: TimeRange? = nil, makeWriter: () throws -> AudioWriter,
    progress: CodingProgress.Handler? = nil
  ) throws -> Report {
    let whole = 0..<recording.originalSampleCount
    let wanted = range?.samples(atRateHz: recording.sampleRateHz).clamped(to: whole) ?? whole
    guard range == nil || !wanted.isEmpty else {
      throw VampcError.rangeBeyondEnd(
        durationSeconds: Double(recording.originalSampleCount) / Double(recording.sampleRateHz))
    }
    let model = try model(for: recording)
    let (spool, gains) = try decodeCodes(of: recording, model, progress)
    let writer = try makeWriter()
    let resampler = try JuliusResampler(
      inputRateHz: spool.sampleRateHz, outputRateHz: recording.sampleRateHz, channelCount: spool.channelCount)
    var position = 0
    func write(_ block: AudioBuffer) throws {
      let part = wanted.clamped(to: position..<position + block.sampleCount)
      if !part.isEmpty { try writer.write(block.slice(part.lowerBound - position..<part.upperBound - position)) }
      position += block.sampleCount
    }
    for start in stride(from: 0, to: spool.sampleCount, by: Self.chunkSampleCount) {
      var block = try spool.samples(in: start..<min(spool.sampleCount, start + Self.chunkSampleCount))
      for (index, gain) in gains.enumerated() { block.channels[index] = block.channels[index].map { $0 * gain } }
      try write(resampler.process(block))
    }
    try write(resampler.finish())
    let missing = wanted.count - writer.sampleCount
    if missing > 0 {
      try writer.write(
        AudioBuffer(
          channels: gains.map { _ in [Float](repeating: 0, count: missing) }, sampleRateHz: recording.sampleRateHz))
    }
    try writer.finish()
    return Report(
      modelName: model.name, sampleCount: wanted.count, codebookCount: recording.codebookCount)
  }

  /// Decodes all codes to audio at the codec's rate. Returns the audio and, for each channel, the factor that gives the
  /// channel the loudness of the original recording.
  private func decodeCodes(
    of recording: DACRecording, _ model: Model, _ progress: CodingProgress.Handler?
  ) throws -> (spool: SampleSpool, gains: [Float]) {
    let rate = model.geometry.sampleRateHz
    let spool = try SampleSpool(
      channelCount: recording.channels.count, sampleRateHz: rate, temporaryFolder: temporaryFolder)
    var meters = try recording.channels.map { _ in try AudiotoolsLoudnessMeter(channelCount: 1, sampleRateHz: rate) }
    func keep(_ channels: [[Float]]) throws {
      for (index, samples) in channels.enumerated() {
        try meters[index].add(AudioBuffer(channels: [samples], sampleRateHz: rate))
      }
      try spool.append(AudioBuffer(channels: channels, sampleRateHz: rate))
      try progress?(
        CodingProgress(
          stage: .decoding, doneSeconds: Double(spool.sampleCount) / Double(rate),
          totalSeconds: Double(recording.originalSampleCount) / Double(recording.sampleRateHz)))
    }
    let windowLength = DACFileFit(model.codec.configuration, recording).windowFrameCount
    let edges: InputEdges = recording.isPadded ? .padded : .bare
    for windowStart in stride(from: 0, to: recording.frameCount, by: windowLength) {
      let windowEnd = min(recording.frameCount, windowStart + windowLength)
      let decoders = recording.channels.map { _ in TokenDecoder(model.codec, edges: edges, context: context) }
      for start in stride(from: windowStart, to: windowEnd, by: Self.chunkFrameCount) {
        let frames = start..<min(windowEnd, start + Self.chunkFrameCount)
        try keep(
          zip(decoders, recording.channels).map { decoder, grid in
            decoder.decode(grid.slice(codebooks: 0..<grid.codebookCount, frames: frames))
          })
      }
      try keep(decoders.map { $0.finish() })
    }
    return (
      spool,
      meters.map { AudiotoolsLoudnessMeter.gain(from: $0.integratedLoudnessLUFS, to: recording.inputLoudnessLUFS) }
    )
  }

  private func model(for recording: DACRecording) throws -> Model {
    if let namedModel {
      if let fault = DACFileFit(namedModel.codec.configuration, recording).fault {
        throw VampcError.codecDoesNotFit(model: namedModel.name, reason: fault)
      }
      return namedModel
    }
    let bundles = library.bundles()
    let mismatches = bundles.map { DACFileFit($0.codecConfiguration, recording).mismatch }
    let fitting = zip(bundles, mismatches).compactMap { $1 == nil ? $0 : nil }
    guard let first = fitting.first else {
      throw VampcError.noCodecFits(reasons: zip(bundles, mismatches).map { "\($0.name): \($1 ?? "")" })
    }
    if fitting.count > 1 {
      let digest = try first.codecIdentity().digest
      guard try fitting.allSatisfy({ try $0.codecIdentity().digest == digest }) else {
        throw VampcError.severalCodecsFit(fitting.map(\.name))
      }
    }
    if let loaded = loadedModels.first(where: { $0.bundle.path == first.path }) { return loaded }
    let model = try Model(first, context: context)
    loadedModels.append(model)
    return model
  }
}

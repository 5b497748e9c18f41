private import CSoxr

/// Streaming sample rate converter by libsoxr; one instance converts one recording.
///
/// The filter delay is compensated: output sample 0 has the time of input sample 0. `n` input samples give exactly ⌈n ·
/// outputRateHz / inputRateHz⌉ output samples in total. Memory is constant. Between equal rates audio passes bit for
/// bit.
public final class Resampler {
  /// Supported sample rates in Hz; rates outside this range would need filters of impractical length.
  public static let supportedSampleRatesHz = 100...6_144_000
  /// Numbers of channels that a resampler supports.
  public static let supportedChannelCounts = 1...1024

  /// Sample rate of the input in Hz.
  public let inputRateHz: Int
  /// Sample rate of the output in Hz.
  public let outputRateHz: Int
  /// Number of channels of input and output.
  public let channelCount: Int

  /// State of soxr; `nil` if the rates are equal.
  private let handle: soxr_t?
  private var consumedCount = 0
  private var producedCount = 0
  private var isFinished = false

  /// Largest number of samples per channel and call of soxr, which bounds soxr's buffers.
  private static let chunkLength = 65_536

  /// Converter with soxr's "very high quality" recipe in one thread.
  ///
  /// The recipe has 28 bits, linear phase and a passband to 91 % of the lower Nyquist frequency.
  ///
  /// - Throws: ``SignalError`` for a rate outside ``supportedSampleRatesHz``, for a channel count outside
  ///   ``supportedChannelCounts``, or if soxr fails.
  public init(inputRateHz: Int, outputRateHz: Int, channelCount: Int) throws {
    for rate in [inputRateHz, outputRateHz] where !Self.supportedSampleRatesHz.contains(rate) {
      throw SignalError.unsupportedSampleRate(hz: rate, allowed: Self.supportedSampleRatesHz)
    }
    guard Self.supportedChannelCounts.contains(channelCount) else {
      throw SignalError.unsupportedChannelCount(channelCount, allowed: Self.supportedChannelCounts)
    }
    self.inputRateHz = inputRateHz
    self.outputRateHz = outputRateHz
    self.channelCount = channelCount
    guard inputRateHz != outputRateHz else {
      handle = nil
      return
    }
    var failure: soxr_error_t?
    var io = soxr_io_spec(SOXR_FLOAT32_S, SOXR_FLOAT32_S)
    var quality = soxr_quality_spec(UInt(SOXR_28_BITQ), 0)
    var runtime = soxr_runtime_spec(1)
    handle = soxr_create(
      Double(inputRateHz), Double(outputRateHz), UInt32(channelCount), &failure, &io, &quality, &runtime)
    if handle == nil {
      throw SignalError.libraryFailure(library: "soxr", reason: failure.map { String(cString: $0) } ?? "no memory")
    }
  }

  deinit {
    if let handle { soxr_delete(handle) }
  }

  /// Converts the next chunk of input and returns all output that is ready, possibly none.
  ///
  /// - Precondition: ``finish()`` has not been called.
  /// - Throws: ``SignalError`` if the chunk does not have the converter's channel count and input rate, or if soxr
  ///   fails.
  public func process(_ chunk: AudioBuffer) throws -> AudioBuffer {
    precondition(!isFinished, "resampler used after its end")
    try chunk.requireFormat(channelCount: channelCount, sampleRateHz: inputRateHz)
    consumedCount += chunk.sampleCount
    guard let handle else {
      producedCount += chunk.sampleCount
      return chunk
    }
    var output = AudioBuffer(emptyWithChannelCount: channelCount, sampleRateHz: outputRateHz)
    try convert(chunk, with: handle, into: &output)
    trimToTotal(&output)
    return output
  }

  /// Returns the remaining output, so that the total length is exact.
  ///
  /// - Throws: ``SignalError/libraryFailure(library:reason:)`` if soxr fails.
  public func finish() throws -> AudioBuffer {
    var output = AudioBuffer(emptyWithChannelCount: channelCount, sampleRateHz: outputRateHz)
    guard !isFinished else { return output }
    isFinished = true
    guard let handle, totalOutputCount > producedCount else { return output }
    // soxr ends at the rounded length, which may be one sample shorter than the exact length. Silence is added at the
    // end of the input, and the extra output is cut off.
    let padding = AudioBuffer(
      channels: [[Float]](
        repeating: [Float](repeating: 0, count: 2 * inputRateHz / outputRateHz + 2), count: channelCount),
      sampleRateHz: inputRateHz)
    try convert(padding, with: handle, into: &output)
    while producedCount + output.sampleCount < totalOutputCount {
      let before = output.sampleCount
      _ = try step(
        handle, input: nil, from: 0, count: 0, outputCapacity: totalOutputCount - producedCount - before, into: &output)
      if output.sampleCount == before {
        throw SignalError.libraryFailure(
          library: "soxr", reason: "ended \(totalOutputCount - producedCount - before) samples early")
      }
    }
    trimToTotal(&output)
    return output
  }

  /// Converts a whole audio buffer at once.
  ///
  /// - Throws: ``SignalError`` for a rate outside ``supportedSampleRatesHz``, for a channel count outside
  ///   ``supportedChannelCounts``, or if soxr fails.
  public static func resample(_ audio: AudioBuffer, to outputRateHz: Int) throws -> AudioBuffer {
    let resampler = try Resampler(
      inputRateHz: audio.sampleRateHz, outputRateHz: outputRateHz, channelCount: audio.channelCount)
    var output = try resampler.process(audio)
    output.append(try resampler.finish())
    return output
  }

  /// Number of output samples for `sampleCount` input samples: ⌈sampleCount · outputRateHz / inputRateHz⌉.
  public static func outputCount(forInputCount sampleCount: Int, inputRateHz: Int, outputRateHz: Int) -> Int {
    // Whole seconds and the rest are converted separately, so that no product overflows.
    let (seconds, rest) = sampleCount.quotientAndRemainder(dividingBy: inputRateHz)
    return seconds * outputRateHz + (rest * outputRateHz + inputRateHz - 1) / inputRateHz
  }

  private var totalOutputCount: Int {
    Self.outputCount(forInputCount: consumedCount, inputRateHz: inputRateHz, outputRateHz: outputRateHz)
  }

  /// Removes samples beyond the exact total length and counts the others as produced.
  private func trimToTotal(_ output: inout AudioBuffer) {
    let allowed = totalOutputCount - producedCount
    if output.sampleCount > allowed { output = output.slice(0..<allowed) }
    producedCount += output.sampleCount
  }

  private func convert(_ chunk: AudioBuffer, with handle: soxr_t, into output: inout AudioBuffer) throws {
    var position = 0
    while position < chunk.sampleCount {
      let count = min(Self.chunkLength, chunk.sampleCount - position)
      let capacity =
        Self.outputCount(forInputCount: count, inputRateHz: inputRateHz, outputRateHz: outputRateHz) + 4096
      position += try step(
        handle, input: chunk, from: position, count: count, outputCapacity: capacity, into: &output)
    }
  }

  /// Calls soxr once, appends its output to `output`, and returns the number of consumed input samples.
  private func step(
    _ handle: soxr_t, input: AudioBuffer?, from start: Int, count: Int, outputCapacity: Int,
    into output: inout AudioBuffer
  ) throws -> Int {
    // soxr takes one pointer per channel: all channels are in one array, one after the other.
    let source = input?.channels.flatMap { $0[start..<start + count] } ?? []
    var target = [Float](repeating: 0, count: channelCount * outputCapacity)
    var taken = 0
    var yielded = 0
    let isLast = input == nil
    let channelCount = channelCount
    let failure = source.withUnsafeBufferPointer { source in
      target.withUnsafeMutableBufferPointer { target in
        var inputs: [UnsafePointer<Float>?] = []
        var outputs: [UnsafeMutablePointer<Float>?] = []
        for channel in 0..<channelCount {
          inputs.append(source.baseAddress.map { $0 + channel * count })
          outputs.append(target.baseAddress.map { $0 + channel * outputCapacity })
        }
        return inputs.withUnsafeMutableBufferPointer { inputs in
          outputs.withUnsafeMutableBufferPointer { outputs in
            soxr_process(
              handle, isLast ? nil : UnsafeRawPointer(inputs.baseAddress), count, &taken,
              UnsafeMutableRawPointer(outputs.baseAddress), outputCapacity, &yielded)
          }
        }
      }
    }
    if let failure { throw SignalError.libraryFailure(library: "soxr", reason: String(cString: failure)) }
    for channel in 0..<channelCount {
      output.channels[channel] += target[channel * outputCapacity..<channel * outputCapacity + yielded]
    }
    return taken
  }
}

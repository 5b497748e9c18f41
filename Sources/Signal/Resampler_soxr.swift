private import CSoxr

/// Streaming sample rate conversion through libsoxr, one instance per piece of audio.
///
/// Filter delay is compensated: output sample 0 stands at the time of input sample 0. From `n` input samples come
/// exactly ⌈n · outputRateHz / inputRateHz⌉ output samples in total. Memory is constant, whatever passes through.
/// Between equal rates every block passes unchanged, bit for bit.
public final class Resampler {
  /// Rates that can be converted from and to; outside it the filters become absurd.
  public static let supportedSampleRatesHz = 100...6_144_000
  /// Channels that one resampler takes.
  public static let supportedChannelCounts = 1...1024

  public let inputRateHz: Int
  public let outputRateHz: Int
  public let channelCount: Int

  /// soxr's state; `nil` when the rates are equal.
  private let handle: soxr_t?
  private var consumedCount = 0
  private var producedCount = 0
  private var isFinished = false

  /// Samples handed to soxr at once, so that its buffers stay small however large a block is.
  private static let chunkLength = 65_536

  /// Uses soxr's "very high quality" recipe (28 bit, linear phase, passband to 91 % of the lower Nyquist frequency)
  /// in one thread.
  ///
  /// - Throws: ``SignalError`` for a rate or channel count out of range, or when soxr cannot be set up.
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

  /// Converts the next stretch of input and returns what is ready, which may be nothing.
  ///
  /// - Precondition: ``finish()`` has not been called.
  /// - Throws: ``SignalError`` when the block has another format or soxr fails.
  public func process(_ block: AudioBuffer) throws -> AudioBuffer {
    precondition(!isFinished, "resampler used after its end")
    try block.requireFormat(channelCount: channelCount, sampleRateHz: inputRateHz)
    consumedCount += block.sampleCount
    guard let handle else {
      producedCount += block.sampleCount
      return block
    }
    var output = AudioBuffer(emptyWithChannelCount: channelCount, sampleRateHz: outputRateHz)
    try convert(block, with: handle, into: &output)
    trimToTotal(&output)
    return output
  }

  /// Returns the rest, so that the total length is exact.
  public func finish() throws -> AudioBuffer {
    var output = AudioBuffer(emptyWithChannelCount: channelCount, sampleRateHz: outputRateHz)
    guard !isFinished else { return output }
    isFinished = true
    guard let handle, totalOutputCount > producedCount else { return output }
    // soxr ends at the rounded length, which may be one sample short of the ceiling: feed silence, then cut.
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

  /// Converts a whole piece of audio at once.
  public static func resample(_ block: AudioBuffer, to outputRateHz: Int) throws -> AudioBuffer {
    let resampler = try Resampler(
      inputRateHz: block.sampleRateHz, outputRateHz: outputRateHz, channelCount: block.channelCount)
    var output = try resampler.process(block)
    output.append(try resampler.finish())
    return output
  }

  /// Length of `sampleCount` samples after conversion: ⌈sampleCount · outputRateHz / inputRateHz⌉.
  public static func outputCount(forInputCount sampleCount: Int, inputRateHz: Int, outputRateHz: Int) -> Int {
    // Split so that the product cannot overflow for any length a file can have.
    let (seconds, rest) = sampleCount.quotientAndRemainder(dividingBy: inputRateHz)
    return seconds * outputRateHz + (rest * outputRateHz + inputRateHz - 1) / inputRateHz
  }

  private var totalOutputCount: Int {
    Self.outputCount(forInputCount: consumedCount, inputRateHz: inputRateHz, outputRateHz: outputRateHz)
  }

  /// Cuts what would pass the exact length and counts the rest as produced.
  private func trimToTotal(_ output: inout AudioBuffer) {
    let allowed = totalOutputCount - producedCount
    if output.sampleCount > allowed { output = output.slice(0..<allowed) }
    producedCount += output.sampleCount
  }

  private func convert(_ block: AudioBuffer, with handle: soxr_t, into output: inout AudioBuffer) throws {
    var position = 0
    while position < block.sampleCount {
      let count = min(Self.chunkLength, block.sampleCount - position)
      let capacity =
        Self.outputCount(forInputCount: count, inputRateHz: inputRateHz, outputRateHz: outputRateHz) + 4096
      position += try step(
        handle, input: block, from: position, count: count, outputCapacity: capacity, into: &output)
    }
  }

  /// One call of soxr; appends what it yields to `output` and returns how many input samples it took.
  private func step(
    _ handle: soxr_t, input: AudioBuffer?, from start: Int, count: Int, outputCapacity: Int,
    into output: inout AudioBuffer
  ) throws -> Int {
    // soxr takes one pointer per channel: lay the channels out one after the other in a single buffer.
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

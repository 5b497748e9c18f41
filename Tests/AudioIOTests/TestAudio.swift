import AudioIO
import Foundation
import Signal

/// Audio and fixtures for the tests of this module.
enum TestAudio {
  /// Returns one tone in each channel, at different frequencies, with a peak of 0.5.
  static func tones(channelCount: Int = 1, sampleRateHz: Int = 44_100, count: Int = 5000) -> AudioBuffer {
    AudioBuffer(
      channels: (0..<channelCount).map { channel in
        (0..<count).map { index in
          Float(0.5 * sin(2 * Double.pi * Double(200 + 50 * channel) * Double(index) / Double(sampleRateHz)))
        }
      }, sampleRateHz: sampleRateHz)
  }

  /// Returns reproducible noise with a peak of 0.5.
  static func noise(channelCount: Int = 1, sampleRateHz: Int = 44_100, count: Int) -> AudioBuffer {
    var state: UInt32 = 1
    return AudioBuffer(
      channels: (0..<channelCount).map { _ in
        (0..<count).map { _ in
          state = state &* 1_664_525 &+ 1_013_904_223  // Numerical Recipes, section 7.1
          return Float(state >> 8) / 16_777_216 - 0.5
        }
      }, sampleRateHz: sampleRateHz)
  }

  /// Returns the path of a file in `fixtures/audio`.
  static func fixture(_ name: String) -> String {
    URL(fileURLWithPath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
      .deletingLastPathComponent().appendingPathComponent("fixtures/audio/\(name)").path
  }

  /// Returns the largest difference of two audio buffers; infinity if their shapes differ.
  static func largestDifference(_ first: AudioBuffer, _ second: AudioBuffer) -> Float {
    guard first.channelCount == second.channelCount, first.sampleCount == second.sampleCount else { return .infinity }
    var largest: Float = 0
    for (a, b) in zip(first.channels, second.channels) {
      for (x, y) in zip(a, b) { largest = max(largest, abs(x - y)) }
    }
    return largest
  }
}

/// Pipe that a thread fills.
final class FilledPipe {
  private let pipe = Pipe()

  /// Creates a pipe and starts the thread.
  ///
  /// - Parameter next: Closure that returns the next bytes to write, or `nil` at the end.
  init(_ next: @escaping @Sendable () -> Data?) {
    let writing = pipe.fileHandleForWriting
    Thread.detachNewThread {
      // If the reader closes the pipe first, the write fails and this thread ends.
      var brokenPipe = sigset_t()
      sigemptyset(&brokenPipe)
      sigaddset(&brokenPipe, SIGPIPE)
      pthread_sigmask(SIG_BLOCK, &brokenPipe, nil)
      while let data = next() {
        do { try writing.write(contentsOf: data) } catch { break }
      }
      try? writing.close()
    }
  }

  convenience init(bytes: [UInt8]) {
    let once = Once(Data(bytes))
    self.init { once.take() }
  }

  /// Closed with this object.
  fileprivate var descriptor: Int32 { pipe.fileHandleForReading.fileDescriptor }

  private final class Once: @unchecked Sendable {  // touched by the one writing thread alone
    private var data: Data?
    init(_ data: Data) { self.data = data }
    func take() -> Data? {
      defer { data = nil }
      return data
    }
  }
}

extension AudioReader {
  /// Creates a reader of a pipe, named "pipe".
  convenience init(
    _ pipe: FilledPipe, raw: RawAudioFormat? = nil, stopsAtDamage: Bool = true, stop: RecordingStop? = nil
  ) throws {
    // Otherwise the pipe of a temporary object is closed before the reader has its own descriptor.
    defer { withExtendedLifetime(pipe) {} }
    try self.init(descriptor: pipe.descriptor, name: "pipe", raw: raw, stopsAtDamage: stopsAtDamage, stop: stop)
  }
}

extension [UInt8] {
  /// Reads the bytes of a file.
  init(file path: String) throws { self = Array(try Data(contentsOf: URL(fileURLWithPath: path))) }

  mutating func little(_ value: Int, _ byteCount: Int) {
    for index in 0..<byteCount { append(UInt8(truncatingIfNeeded: value >> (8 * index))) }
  }

  mutating func text(_ text: String) { self += Array(text.utf8) }

  /// Returns a WAV stream with arbitrary sizes in its header, as programs write it to a pipe.
  static func wav(
    form: String = "RIFF", riffByteCount: Int = 0xFFFF_FFFF, dataByteCount: Int = 0xFFFF_FFFF, formatTag: Int = 1,
    bits: Int = 16, channelCount: Int = 1, sampleRateHz: Int = 8000, data: [UInt8]
  ) -> [UInt8] {
    var bytes: [UInt8] = []
    bytes.text(form)
    bytes.little(riffByteCount, 4)
    bytes.text("WAVEfmt ")
    bytes.little(16, 4)
    bytes.little(formatTag, 2)
    bytes.little(channelCount, 2)
    bytes.little(sampleRateHz, 4)
    bytes.little(sampleRateHz * channelCount * bits / 8, 4)
    bytes.little(channelCount * bits / 8, 2)
    bytes.little(bits, 2)
    bytes.text("data")
    bytes.little(dataByteCount, 4)
    return bytes + data
  }
}

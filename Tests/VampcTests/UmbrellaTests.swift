import Foundation
import ReferenceCases
import Testing
import Vampc

@Suite struct UmbrellaTests {
  private struct Cancelled: Error {}

  private let library: ModelLibrary

  init() throws { library = ModelLibrary(folders: [try Fixtures.path("../models")]) }

  private func encoder(_ settings: EncoderSettings = EncoderSettings()) throws -> VampcEncoder {
    try VampcEncoder(
      Model(library.bundle(named: "vampc-default-3"), context: ComputeContext(threadCount: 2)), settings: settings)
  }

  private func speech() throws -> AudioBuffer {
    try AudioReader(path: try Fixtures.path("audio/speech.flac")).readAll().slice(0..<44_100)
  }

  @Test func audioInMemoryComesBackAtItsLength() throws {
    let audio = try speech()
    let bytes = try encoder().encode(audio, tags: [AudioTag(name: "TITLE", value: "a test")])
    let decoder = VampcDecoder(library: library, context: ComputeContext(threadCount: 2))
    let decoded = try decoder.decode(bytes)
    #expect(decoded.sampleCount == audio.sampleCount && decoded.sampleRateHz == audio.sampleRateHz)
    let part = try decoder.decode(bytes, range: TimeRange(startSeconds: 0.5, endSeconds: 1))
    #expect(part.sampleCount == Int(0.5 * Double(audio.sampleRateHz)))
  }

  @Test func memoryAndFileGiveTheSameStream() throws {
    let audio = try speech()
    let settings = EncoderSettings(rate: .bitrateBps(2_000))
    let path = FileManager.default.temporaryDirectory.path + "/vampc-umbrella-\(UUID().uuidString).wav"
    defer { try? FileManager.default.removeItem(atPath: path) }
    try AudioWriter.write(audio, asFloatWAV: path)
    var streamed: [UInt8] = []
    _ = try encoder(settings).encode(AudioReader(path: path), write: { streamed += $0 })
    #expect(try encoder(settings).encode(audio) == streamed)
  }

  @Test func anErrorOfTheListenerCancels() throws {
    let audio = try speech()
    #expect(throws: Cancelled.self) { try encoder().encode(audio) { _ in throw Cancelled() } }
    let bytes = try encoder().encode(audio)
    let decoder = VampcDecoder(library: library, context: ComputeContext(threadCount: 2))
    #expect(throws: Cancelled.self) { try decoder.decode(bytes) { _ in throw Cancelled() } }
  }

  @Test func bytesWithoutAStreamAreRefused() throws {
    let decoder = VampcDecoder(library: library, context: ComputeContext(threadCount: 1))
    #expect(throws: BitstreamError.self) { try decoder.decode([UInt8]("no stream".utf8)) }
  }
}

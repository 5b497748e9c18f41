import Foundation
import ReferenceCases
import Testing

/// Signals in the middle of the work.
@Suite struct InterruptionTests {
  /// A quarter of a minute is far more than the second that the program grants itself, on a machine under load.
  private let limitSeconds = 15.0

  private func hasBegun(_ place: Workplace) throws -> Bool {
    try place.names().contains { $0.hasSuffix(".partial") }
  }

  /// The first signal ends a recording from a device, which would go on for ever, and completes its file.
  @Test(arguments: [SIGINT, SIGTERM, SIGHUP, SIGXCPU, SIGUSR1])
  func aRecordingIsEnded(signal: Int32) throws {
    let place = try Workplace()
    let child = try place.start(["encode", "-q", "--raw", "44100:1:s16le", "-o", "a.vampc", "-"], input: "/dev/zero")
    try place.await("the output is begun") { try hasBegun(place) }
    usleep(300_000)
    let sent = Date()
    child.send(signal)
    let result = try child.wait()
    #expect(result.status == 128 + signal, "\(result)")
    #expect(result.errorLines == ["vampc: interrupted"], "\(result)")
    #expect(Date().timeIntervalSince(sent) < limitSeconds)
    #expect(try place.names() == ["a.vampc"])
    try place.vampc("test", "-q", "a.vampc").expectSuccess()
    #expect(try place.info("a.vampc").int("sample_count") > 0)
  }

  /// The second signal gives the work up at once, and so does Ctrl-\.
  @Test(arguments: [[SIGINT, SIGTERM], [SIGQUIT]])
  func aRecordingIsGivenUp(signals: [Int32]) throws {
    let place = try Workplace()
    try place.write("precious".utf8, to: "a.vampc")
    let child = try place.start(
      ["encode", "-f", "--raw", "44100:1:s16le", "-o", "a.vampc", "-"], input: "/dev/zero")
    try place.await("the output is begun") { try hasBegun(place) }
    signals.forEach(child.send)
    let result = try child.wait()
    #expect(signals.map { 128 + $0 }.contains(result.status), "\(result)")
    #expect(result.errorLines == ["vampc: interrupted"], "\(result)")
    #expect(result.output.isEmpty)
    #expect(try place.names() == ["a.vampc"])
    #expect(try place.bytes("a.vampc") == [UInt8]("precious".utf8))
  }

  /// Here the program waits in a read that never returns: every sample that came is in the file.
  @Test func aRecordingFromASilentPipeIsEnded() throws {
    let place = try Workplace()
    let (reading, writing) = try silentPipe()
    defer { [reading, writing].forEach { close($0) } }
    let child = try place.start(["encode", "-o", "a.vampc", "-"], inputDescriptor: reading)
    try place.await("the output is begun") { try hasBegun(place) }
    child.send(SIGINT)
    let result = try child.wait()
    #expect(result.status == 130, "\(result)")
    #expect(result.errorLines == ["vampc: interrupted"], "\(result)")
    #expect(try place.names() == ["a.vampc"])
    #expect(try place.info("a.vampc").int("sample_count") == Self.pipedSampleCount)
  }

  @Test func aRecordingIntoAnArchiveIsEnded() throws {
    let place = try Workplace()
    let (reading, writing) = try silentPipe()
    defer { [reading, writing].forEach { close($0) } }
    let child = try place.start(["archive", "append", "--name", "live", "a.vampa", "-"], inputDescriptor: reading)
    try place.await("the archive is there") { place.exists("a.vampa") }
    usleep(300_000)
    child.send(SIGINT)
    let result = try child.wait()
    #expect(result.status == 130, "\(result)")
    #expect(result.errorLines == ["vampc: interrupted"], "\(result)")
    #expect(result.text.contains("'live'") && !result.text.contains("cut off"), "\(result)")
    try place.vampc("archive", "extract", "a.vampa", "live").expectSuccess()
    #expect(try place.info("live.vampc").int("sample_count") == Self.pipedSampleCount)
  }

  /// Samples per channel of `silentPipe()`: 1536 of the fixture and 4096 zeros.
  private static let pipedSampleCount = 5632

  /// Pipe with a WAV header of unknown length and some samples, to which nothing more is written.
  private func silentPipe() throws -> (reading: Int32, writing: Int32) {
    var ends: [Int32] = [-1, -1]
    try #require(pipe(&ends) == 0)
    for end in ends { _ = fcntl(end, F_SETFD, FD_CLOEXEC) }
    var start = [UInt8](try Data(contentsOf: URL(fileURLWithPath: Fixtures.path("audio/edge/unknown-length.wav"))))
    start += [UInt8](repeating: 0, count: 16_384)
    #expect(write(ends[1], start, start.count) == start.count)
    return (ends[0], ends[1])
  }

  @Test func decodingIsGivenUp() throws {
    let place = try Workplace()
    // Long work: many steps, one thread.
    try place.encode(
      "audio/music.flac", as: "a.vampc", "-b", "50", "--steps", "255", "--fine-steps", "255", "--level", "codec")
    let before = try place.bytes("a.vampc")
    let child = try place.start(["decode", "--rm", "-T", "1", "a.vampc"])
    try place.await("the output is begun") { try hasBegun(place) }
    child.send(SIGINT)
    let result = try child.wait()
    #expect(result.status == 130, "\(result)")
    #expect(result.errorLines == ["vampc: interrupted"], "\(result)")
    #expect(try place.names() == ["a.vampc"])
    #expect(try place.bytes("a.vampc") == before)
  }

  @Test func theRestOfTheFilesIsLeftAlone() throws {
    let place = try Workplace()
    try place.take("audio/edge/one-hop.wav", as: "b.wav")
    let child = try place.start(
      ["encode", "--raw", "44100:1:s16le", "-o", "out/", "/dev/zero", "b.wav"])
    try place.await("the output is begun") { try hasBegun(place) }
    child.send(SIGINT)
    #expect(try child.wait().status == 130)
    #expect(try place.names() == ["b.wav", "out", "out/zero.vampc"])
  }
}

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

  @Test(arguments: [SIGINT, SIGTERM, SIGHUP, SIGQUIT])
  func anEndlessInputIsGivenUp(signal: Int32) throws {
    let place = try Workplace()
    try place.write("precious".utf8, to: "a.vampc")
    let child = try place.start(
      ["encode", "-f", "--raw", "44100:1:s16le", "-o", "a.vampc", "-"], input: "/dev/zero")
    try place.await("the output is begun") { try hasBegun(place) }
    usleep(300_000)
    let sent = Date()
    child.send(signal)
    let result = try child.wait()
    #expect(result.status == 128 + signal, "\(result)")
    #expect(result.errorLines == ["vampc: interrupted"], "\(result)")
    #expect(result.output.isEmpty)
    #expect(Date().timeIntervalSince(sent) < limitSeconds)
    #expect(try place.names() == ["a.vampc"])
    #expect(try place.bytes("a.vampc") == [UInt8]("precious".utf8))
  }

  /// Here the program waits in a read that never returns.
  @Test func aSilentPipeIsGivenUp() throws {
    let place = try Workplace()
    var ends: [Int32] = [-1, -1]
    try #require(pipe(&ends) == 0)
    defer { ends.forEach { close($0) } }
    for end in ends { _ = fcntl(end, F_SETFD, FD_CLOEXEC) }
    // A header and some samples, then nothing more.
    var start = [UInt8](try Data(contentsOf: URL(fileURLWithPath: Fixtures.path("audio/edge/unknown-length.wav"))))
    start += [UInt8](repeating: 0, count: 16_384)
    #expect(write(ends[1], start, start.count) == start.count)
    let child = try place.start(["encode", "-o", "a.vampc", "-"], inputDescriptor: ends[0])
    try place.await("the output is begun") { try hasBegun(place) }
    child.send(SIGINT)
    let result = try child.wait()
    #expect(result.status == 130, "\(result)")
    #expect(result.errorLines == ["vampc: interrupted"], "\(result)")
    #expect(try place.names() == [])
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
    #expect(try place.names() == ["b.wav", "out"])
  }
}

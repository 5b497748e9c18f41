import Foundation
import ReferenceCases
import Testing

/// Little address space, as batch systems give it.
@Suite struct MemoryTests {
  /// Where even the libraries do not fit, the system's loader ends the program, which then has not begun.
  private static let loaderStatus: Int32 = 127

  /// From what the libraries need to what the work needs, in steps that meet every kind of allocation.
  @Test(arguments: stride(from: 160, through: 420, by: 20).map { $0 })
  func tooLittleOfItIsToldAtOnce(mebibytes: Int) throws {
    let place = try Workplace()
    try place.take("audio/edge/one-hop.wav", as: "a.wav")
    let result = try place.shell(
      #"ulimit -v \#(mebibytes << 10); exec timeout -s KILL 100 "$VAMPC" encode -q -b 300 a.wav"#)
    switch result.status {
    case 0: try place.vampc("test", "-q", "a.vampc").expectSuccess()
    case Self.loaderStatus: #expect(result.errors.contains("error while loading shared libraries"), "\(result)")
    default:
      #expect(result.status == 1, "\(result)")
      #expect(result.errorLines.first?.lowercased().contains("out of memory") == true, "\(result)")
      #expect(try place.names() == ["a.wav"], "\(result)")
    }
  }

  /// 400 MiB are enough for one second: no threads that do nothing, each with memory of its own.
  @Test func needsLittleOfIt() throws {
    let place = try Workplace()
    try place.take("audio/edge/mono-8khz.wav", as: "a.wav")
    try place.shell(#"ulimit -v 409600; "$VAMPC" encode -q -T 1 a.wav"#).expectSuccess()
  }
}

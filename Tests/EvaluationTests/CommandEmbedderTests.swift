import Evaluation
import Foundation
import NumPy
import Signal
import Testing

@Suite struct CommandEmbedderTests {
  private let clips = (0..<3).map { index in
    EmbeddableClip(name: "clip \(index)") {
      AudioBuffer(channels: [[Float](repeating: 0.5, count: 100 * (index + 1))], sampleRateHz: 44_100)
    }
  }

  /// Shell command that writes the same array for every WAV.
  private func writing(_ array: [UInt8]) -> String {
    let digits = array.map { "\\0" + String($0, radix: 8) }.joined()
    return "write() { out=$1; shift; for f in \"$@\"; do printf '%b' '\(digits)' "
      + "> \"$out/$(basename \"$f\" .wav).npy\"; done; }; write"
  }

  private func array(_ values: [Float], shape: [Int], type: String = "<f4") -> [UInt8] {
    NumPyHeader.bytes(type: type, shape: shape)
      + values.flatMap { value in withUnsafeBytes(of: value.bitPattern.littleEndian) { Array($0) } }
  }

  private func embed(_ command: String, timeoutSeconds: Double = 20) throws -> EmbeddingSet {
    let folder = FileManager.default.temporaryDirectory.path + "/vampc a'b \(UUID().uuidString)"
    try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true)
    defer { try? FileManager.default.removeItem(atPath: folder) }
    let embedder = try CommandEmbedder(command: command, temporaryFolder: folder, timeoutSeconds: timeoutSeconds)
    defer { #expect((try? FileManager.default.contentsOfDirectory(atPath: folder)) == [], "left behind") }
    return try embedder.embed(clips)
  }

  /// The embedder accepts the program's arrays, in a folder whose name has a space and a quotation mark.
  @Test func takesWhatTheProgramWrites() throws {
    let command = writing(array([1, 2, 3, 4, 5, 6], shape: [2, 3]))
    let found = try embed(command)
    #expect(found.embedding == "command:" + command)
    #expect(found.dimension == 3 && found.embeddingCount == 6)
    #expect(found.clips.map(\.name) == ["clip 0", "clip 1", "clip 2"])
    #expect(found.clips.allSatisfy { $0.values == [1, 2, 3, 4, 5, 6] })
    let nothing = try embed(writing(array([], shape: [0, 5])))
    #expect(nothing.dimension == 5 && nothing.embeddingCount == 0)
  }

  /// Clips of 100, 200 and 300 samples become WAVs with 400, 800 and 1 200 bytes after the header.
  @Test func givesWaves() throws {
    let sizes =
      "sizes() { wc -c \"$2\" \"$3\" \"$4\" | awk '{ print $1 - \(44 + 14) }' | head -3 | tr '\\n' ' '; exit 9; }; sizes"
    let error = try #require(#expect(throws: EvaluationError.self) { try embed(sizes) })
    #expect("\(error)".contains("exit status 9: "), "\(error)")
    let found = "\(error)".split(separator: " ").suffix(3).compactMap { Int($0) }
    #expect(found.count == 3 && found[1] - found[0] == 400 && found[2] - found[1] == 400, "\(error)")
  }

  @Test func saysWhyTheProgramFailed() throws {
    func message(_ command: String) throws -> String {
      "\(try #require(#expect(throws: EvaluationError.self) { try embed(command) }))"
    }
    #expect(
      try message("fail() { echo some; echo 'no such network' >&2; exit 3; }; fail")
        == "the embedding command failed: exit status 3: no such network")
    #expect(try message("/nowhere/program").contains("exit status 127: "))
    #expect(try message("true").contains("clip-0.npy, of clip 0: it was not written"))
    #expect(try message(writing(Array("not numpy".utf8))).contains("not a NumPy file"))
    #expect(try message(writing(array([1], shape: [1]))).contains("not [window, value]"))
    #expect(try message(writing(array([], shape: [3, 0]))).contains("not [window, value]"))
    #expect(try message(writing(array([1], shape: [1, 1], type: "<i4"))).contains("no floats"))
    #expect(try message(writing(array([1, .nan], shape: [1, 2]))).contains("not a finite number"))
  }

  @Test func aProgramThatHangsIsEnded() throws {
    let started = Date()
    let error = try #require(
      #expect(throws: EvaluationError.self) { try embed("sleep 60; true", timeoutSeconds: 0.2) })
    #expect("\(error)".contains("no end after"))
    #expect(Date().timeIntervalSince(started) < 30)
  }

  @Test func anInterruptionEndsTheProgram() throws {
    struct Stop: Error {}
    let embedder = try CommandEmbedder(
      command: "sleep 60; true", temporaryFolder: FileManager.default.temporaryDirectory.path,
      checkCancellation: { throw Stop() })
    #expect(throws: Stop.self) { try embedder.embed(clips) }
  }

  @Test func refusesCommandsThatAreNone() {
    for command in ["", "  ", String(repeating: "x", count: 1_001), "a\u{0}b"] {
      #expect(throws: EvaluationError.self) { try CommandEmbedder(command: command, temporaryFolder: "/tmp") }
    }
  }
}

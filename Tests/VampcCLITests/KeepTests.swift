import Bitstream
import Foundation
import Testing
import Tokens

/// What is kept besides the periodic tokens, as a reader of the stream sees it.
@Suite struct KeepTests {
  private let frameRate = 44_100.0 / 768

  /// Which tokens a stream keeps, by codebook and frame.
  private func kept(_ bytes: [UInt8]) throws -> (mask: TokenMask, header: StreamHeader) {
    var reader = StreamReader(bytes)
    var (mask, header): (TokenMask?, StreamHeader?)
    while let event = try reader.next() {
      switch event {
      case .header(let found): header = found
      case .block(let block): mask = mask?.appending(block.mask) ?? block.mask
      default: break
      }
    }
    return (try #require(mask), try #require(header))
  }

  /// A mask with the frames at which `isKept` is true, in codebooks that it is given.
  private func mask(_ frameCount: Int, _ isKept: (Int, Int) -> Bool) -> TokenMask {
    TokenMask(
      codebookCount: 14, frameCount: frameCount,
      keptFlags: (0..<14).flatMap { codebook in (0..<frameCount).map { isKept(codebook, $0) } })
  }

  private let times = "# beats\n0.5\n1.25\t2\n\n3.0,down\n7.999;1\n"
  private var timeFrames: Set<Int> { Set([0.5, 1.25, 3.0, 7.999].map { Int($0 * frameRate) }) }

  @Test func keepsBeginningEndAndTimesBesidesThePeriod() throws {
    let place = try Workplace()
    try place.write(Array(times.utf8), to: "beats.txt")
    try place.encode(
      "audio/speech.flac", as: "a.vampc", "-k", "2", "-p", "6", "--keep-first", "0.5", "--keep-last", "0.25",
      "--keep-times", place.path("beats.txt"), "--keep-codebooks", "4")
    let (found, header) = try kept(try place.bytes("a.vampc"))
    #expect(header.prompt == CompressionPrompt(codebookCount: 2, period: 6) && header.hasBlockMasks)
    let (first, last) = (Int((0.5 * frameRate).rounded(.up)), Int((0.25 * frameRate).rounded(.up)))
    let total = found.frameCount
    let expected = mask(total) { codebook, frame in
      let isNamed = frame < first || frame >= total - last || timeFrames.contains(frame)
      return isNamed && codebook < 4 || codebook < 2 && frame % 6 == 0
    }
    #expect(found == expected)
    let info = try place.info("a.vampc")
    #expect(try info.int("tokens") == expected.keptCount)
    #expect(try info.bool("block_masks"))
    let seconds = Double(total) / frameRate
    #expect(abs(try info.double("token_rate_bps") - Double(expected.keptCount) * 10 / seconds) < 0.001)
    let text = try place.vampc("info", "a.vampc").text
    #expect(text.contains("the first 0.51 s, the last 0.26 s, 3 places between"), "\(text)")
    try place.vampc("decode", "-q", "a.vampc").expectSuccess()
    #expect(try place.audio("a.wav").sampleCount == 197_721)
  }

  /// A pipe does not know its end before it is there.
  @Test func keepsTheSameFromAPipe() throws {
    let place = try Workplace()
    try place.write(Array(times.utf8), to: "beats.txt")
    let samples = (0..<44_100 * 9).map { index in Int16(6_000 * sin(Double(index) * 0.03)) }
    try place.write(
      samples.flatMap { [UInt8(truncatingIfNeeded: $0), UInt8(truncatingIfNeeded: $0 >> 8)] }, to: "a.raw")
    let options = "-q --raw 44100:1:s16le -k 1 -p 12 --keep-first 0.3 --keep-last 2 --keep-times beats.txt"
    try place.shell("$VAMPC encode \(options) -o file.vampc a.raw").expectSuccess()
    try place.shell("cat a.raw | $VAMPC encode \(options) --latency 1 - > pipe.vampc").expectSuccess()
    let file = try kept(try place.bytes("file.vampc"))
    let pipe = try kept(try place.bytes("pipe.vampc"))
    #expect(file.mask == pipe.mask && pipe.header.gain == .perBlock)
    #expect(try place.info("pipe.vampc").double("longest_block_seconds") <= 1)
  }

  /// A NumPy file of format version 1.0.
  private func numPy(_ type: String, order: String = "False", shape: String, _ data: [UInt8]) -> [UInt8] {
    let text = "{'descr': '\(type)', 'fortran_order': \(order), 'shape': \(shape), }"
    let line = text + String(repeating: " ", count: 117 - text.utf8.count) + "\n"
    return [0x93] + Array("NUMPY".utf8) + [1, 0, UInt8(line.utf8.count), 0] + Array(line.utf8) + data
  }

  @Test func keepsWhatAMaskDoesNotHide() throws {
    let place = try Workplace()
    let wish = mask(300) { codebook, frame in (frame * 7 + codebook * 3) % 11 == 0 || frame < 9 }
    let rows = wish.keptFlags.map { UInt8($0 ? 0 : 1) }
    try place.write(numPy("|b1", shape: "(14, 300)", rows), to: "mask.npy")
    var columns: [UInt8] = []
    for frame in 0..<300 { for codebook in 0..<14 { columns += [0, 0, 0, rows[codebook * 300 + frame]] } }
    try place.write(numPy(">i4", order: "True", shape: "(1, 14, 300)", columns), to: "columns.npy")
    for file in ["mask.npy", "columns.npy"] {
      try place.encode(
        "audio/speech.flac", as: file + ".vampc", "--no-periodic", "--keep-mask", place.path(file))
    }
    #expect(try place.bytes("mask.npy.vampc") == (try place.bytes("columns.npy.vampc")))
    let (found, header) = try kept(try place.bytes("mask.npy.vampc"))
    #expect(header.prompt.period == 0)
    #expect(
      found
        == mask(found.frameCount) { codebook, frame in frame < 300 && wish.isKept(codebook: codebook, frame: frame) })
    let summary = try place.vampc("info", "mask.npy.vampc").text
    #expect(summary.contains("nothing periodic, and more by mask"), "\(summary)")
    try place.vampc("decode", "-q", "mask.npy.vampc").expectSuccess()
  }

  /// What was encoded with more and trimmed is what would have been encoded with less.
  @Test func trimmingMeetsEncoding() throws {
    let place = try Workplace()
    try place.write(Array(times.utf8), to: "beats.txt")
    let beats = place.path("beats.txt")
    try place.encode(
      "audio/music.flac", as: "whole.vampc", "-k", "14", "-p", "4", "--keep-times", beats, "--keep-last", "1")
    try place.encode(
      "audio/music.flac", as: "direct.vampc", "-k", "3", "-p", "4", "--keep-times", beats, "--keep-last", "1",
      "--keep-codebooks", "3")
    try place.vampc("trim", "-q", "-k", "3", "-o", "trimmed.vampc", "whole.vampc").expectSuccess()
    #expect(try place.bytes("trimmed.vampc") == (try place.bytes("direct.vampc")))
  }

  @Test(arguments: ["|f4", "odd", "values", "size", "deep", "text"])
  func refusesWhatIsNoMask(kind: String) throws {
    let place = try Workplace()
    try place.take("audio/edge/one-hop.wav", as: "a.wav")
    let bytes: [UInt8] =
      switch kind {
      case "|f4": numPy("<f4", shape: "(1, 1)", [0, 0, 0, 0])
      case "odd": numPy("|u1", shape: "(2, 3, 4)", Array(repeating: 0, count: 24))
      case "values": numPy("|u1", shape: "(1, 2)", [0, 2])
      case "size": numPy("|u1", shape: "(14, 9000000000000000000)", [0, 1])
      case "deep": numPy("|u1", shape: "(15, 1)", Array(repeating: 0, count: 15))
      default: Array("not numpy".utf8)
      }
    try place.write(bytes, to: "mask.npy")
    let result = try place.vampc("encode", "--keep-mask", "mask.npy", "a.wav")
    result.expectError(kind == "deep" ? 64 : 65, kind == "deep" ? "15 codebooks" : "mask.npy: ")
    #expect(try place.names() == ["a.wav", "mask.npy"])
  }

  @Test func refusesWhatAreNoTimes() throws {
    let place = try Workplace()
    try place.take("audio/edge/one-hop.wav", as: "a.wav")
    for line in ["-1", "soon", "nan", "1e99"] {
      try place.write(Array("0.0\n\(line)\n".utf8), to: "beats.txt")
      try place.vampc("encode", "--keep-times", "beats.txt", "a.wav").expectError(65, "beats.txt: line 2: '\(line)'")
    }
    try place.vampc("encode", "--keep-times", "nowhere.txt", "a.wav").expectError(1, "nowhere.txt: cannot read")
    #expect(try place.names() == ["a.wav", "beats.txt"])
  }

  @Test func readsTimesBehindAByteOrderMark() throws {
    let place = try Workplace()
    try place.write([0xEF, 0xBB, 0xBF] + Array("0.5 1\n2\n".utf8), to: "beats.txt")
    try place.encode(
      "audio/speech.flac", as: "a.vampc", "--no-periodic", "--keep-times", place.path("beats.txt"))
    let frames = Set([0.5, 2].map { Int($0 * frameRate) })
    let (found, _) = try kept(try place.bytes("a.vampc"))
    #expect(found == mask(found.frameCount) { frames.contains($1) })
  }

  /// "1,5" is 1.5 in half of Europe, and 1 with a second column elsewhere.
  @Test func refusesTimesThatCouldBeMisread() throws {
    let place = try Workplace()
    try place.take("audio/edge/one-hop.wav", as: "a.wav")
    for line in ["1,5", "0,52\t3", "12,1;2"] {
      try place.write(Array("0.0\n\(line)\n".utf8), to: "beats.txt")
      try place.vampc("encode", "--keep-times", "beats.txt", "a.wav")
        .expectError(65, "beats.txt: line 2: '", "times need a decimal point")
    }
    try place.write(Array("0.0\n0x1p3\n".utf8), to: "beats.txt")
    try place.vampc("encode", "--keep-times", "beats.txt", "a.wav").expectError(65, "beats.txt: line 2: '0x1p3'")
    for bytes in [[0xFF, 0xFE, 0x31, 0, 0x0A, 0], Array("1\0\n".utf8), [0x31, 0x0A, 0xE4]] {
      try place.write(bytes, to: "beats.txt")
      try place.vampc("encode", "--keep-times", "beats.txt", "a.wav").expectError(
        65, "beats.txt: not a text file in UTF-8")
    }
    #expect(try place.names() == ["a.wav", "beats.txt"])
  }

  @Test func saysWhichTimesAreOfNoUse() throws {
    let place = try Workplace()
    try place.take("audio/speech.flac", as: "a.flac")
    try place.write(Array("1\n8000\n9000\n".utf8), to: "milliseconds.txt")
    let result = try place.vampc("encode", "-q", "-b", "50", "--keep-times", "milliseconds.txt", "a.flac")
    #expect(result.status == 0)
    #expect(result.errorLines == ["vampc: warning: a.flac: 2 of 3 times are after the end of the recording"])
  }
}

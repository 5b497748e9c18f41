import AudioIO
import Foundation
import Signal
import Testing

/// Variations, loops and extensions, as users make them.
@Suite struct VampTests {
  @Test func makesNumberedVariations() throws {
    let place = try Workplace()
    try place.take("audio/music.flac", as: "a.flac")
    let result = try place.vampc(
      "vamp", "a.flac", "-o", "new.wav", "--variations", "2", "--seed", "5", "--preview", "--mask-out", "mask.npy")
    result.expectSuccess()
    #expect(try place.names() == ["a.flac", "mask.npy", "new-1.wav", "new-2.wav"])
    let size = try place.audio("a.flac")
    for name in ["new-1.wav", "new-2.wav"] { #expect(try place.audio(name) == size) }
    #expect(try place.bytes("new-1.wav") != (try place.bytes("new-2.wav")))
    let lines = result.text.split(separator: "\n")
    #expect(lines.count == 2 && lines[0].contains("a.flac -> new-1.wav") && lines[1].hasSuffix("seed 6"), "\(result)")
    // 3 codebooks of 14 in 1 frame of 7 are 3.06 %, more or less a frame.
    #expect(lines[0].contains("3.0") && lines[0].contains("% of the tokens kept"), "\(result)")
    // A second run with the seed of the second variation gives that variation.
    try place.vampc("vamp", "-q", "a.flac", "-o", "again.wav", "--seed", "6", "--preview").expectSuccess()
    #expect(try place.bytes("again.wav") == (try place.bytes("new-2.wav")))
    // The mask keeps the same tokens in a stream.
    try place.vampc("encode", "-q", "--no-periodic", "--keep-mask", "mask.npy", "a.flac").expectSuccess()
    let info = try place.info("a.vampc")
    #expect(abs(try info.double("masked_share") - (1 - 3.0 / 98)) < 0.002)
  }

  @Test func loopsAndPassesHaveTheLengthOfTheLoop() throws {
    let place = try Workplace()
    try place.take("audio/music.flac", as: "a.flac")
    let size = try place.audio("a.flac")
    try place.vampc(
      "vamp", "-q", "a.flac", "-o", "long.wav", "--loop", "--passes", "2", "--preview", "--bits", "float"
    ).expectSuccess()
    #expect(try place.audio("long.wav").sampleCount == 2 * size.sampleCount)
    try place.vampc(
      "vamp", "-q", "a.flac", "-o", "pass.wav", "--loop", "--passes", "2", "--split", "--preview", "--bits", "float"
    ).expectSuccess()
    let whole = try AudioReader(path: place.path("long.wav")).readAll()
    for (index, name) in ["pass-1.wav", "pass-2.wav"].enumerated() {
      let pass = try AudioReader(path: place.path(name)).readAll()
      #expect(pass == whole.slice(index * size.sampleCount..<(index + 1) * size.sampleCount))
    }
  }

  @Test func inpaintsAndContinuesWithTheOriginalAround() throws {
    let place = try Workplace()
    try place.take("audio/music.flac", as: "a.flac")
    let original = try AudioReader(path: place.path("a.flac")).readAll()
    try place.vampc(
      "vamp", "-q", "a.flac", "-o", "b.wav", "--inpaint", "1:1.5", "--continue", "0.5", "--keep-original",
      "--preview", "--bits", "float"
    ).expectSuccess()
    let result = try AudioReader(path: place.path("b.wav")).readAll()
    #expect(result.sampleCount == original.sampleCount + original.sampleRateHz / 2)
    let rate = original.sampleRateHz
    let kept = 0..<rate - rate / 50
    #expect(Array(result.channels[0][kept]) == Array(original.channels[0][kept]))
    #expect(Array(result.channels[0][rate..<rate * 3 / 2]) != Array(original.channels[0][rate..<rate * 3 / 2]))
  }

  @Test func pipesGoThrough() throws {
    let place = try Workplace()
    try place.take("audio/music.flac", as: "a.flac")
    let count = try place.audio("a.flac").sampleCount
    try place.shell("$VAMPC vamp --preview -q - -o - < a.flac > b.wav").expectSuccess()
    #expect(try place.audio("b.wav").sampleCount == count)
  }

  @Test func presetsAreListed() throws {
    let place = try Workplace()
    let list = try place.vampc("vamp", "--list-presets")
    list.expectSuccess()
    let names = ["small-variation", "medium-variation", "large-variation", "timbre", "follow-beat", "loop"]
    #expect(list.text.split(separator: "\n").map { $0.split(separator: " ")[0] }.map(String.init) == names)
  }

  @Test(arguments: [
    ["vamp"], ["vamp", "a.wav"], ["vamp", "a.wav", "-o", "b.txt"], ["vamp", "a.wav", "-o", "b.wav", "--passes", "2"],
    ["vamp", "a.wav", "-o", "b.wav", "--loop", "--continue", "2"], ["vamp", "a.wav", "-o", "b.wav", "--pitch", "25"],
    ["vamp", "a.wav", "-o", "-", "--variations", "2"], ["vamp", "a.wav", "-o", "b.wav", "--inpaint", "2:1"],
    ["vamp", "a.wav", "-o", "b.wav", "--time-stretch", "0.1"], ["vamp", "a.wav", "-o", "b.wav", "-k", "15"],
    ["vamp", "a.wav", "-o", "b.wav", "--phase", "9", "-p", "7"], ["vamp", "-", "-o", "b.wav", "--beats"],
    ["vamp", "a.wav", "-o", "b.wav", "--keep-original", "--pitch", "1"], ["beats", "-", "--click", "b.wav"],
    ["beats", "a.wav", "--downbeats", "--onsets"], ["encode", "-b", "2k", "--phase", "1", "a.wav"],
    ["encode", "-p", "4", "--width", "5", "a.wav"], ["encode", "--dropout", "2", "a.wav"],
    ["encode", "--upbeats", "a.wav"], ["encode", "--beats", "--upbeats", "--downbeats", "a.wav"],
    ["encode", "--snap-to-beats", "-"], ["encode", "--mask-out", "mask.txt", "a.wav"],
    ["encode", "--mask-out", "mask.npy", "a.wav", "a.wav"],
    ["encode", "--format", "dac", "--mask-out", "m.npy", "a.wav"],
    ["vamp", "a.wav", "-o", "b.wav", "--mask-out", "mask.jpg"], ["vamp", "a.wav", "-o", "b.wav", "--page", "b.pdf"],
    ["vamp", "-", "-o", "b.wav", "--inpaint", "1:2", "--snap-to-beats"],
    ["archive", "append", "a.vampa", "--snap-to-beats", "a.wav"],
  ])
  func wrongUsageIsToldSo(arguments: [String]) throws {
    let place = try Workplace()
    try place.take("audio/edge/one-hop.wav", as: "a.wav")
    try place.start(arguments).wait().expectError(64)
    #expect(try place.names() == ["a.wav"])
  }

  /// The mask of a stream keeps the same tokens in another stream.
  @Test func encodeWritesTheMaskThatItKeeps() throws {
    let place = try Workplace()
    try place.take("audio/music.flac", as: "a.flac")
    let prompt = ["-k", "2", "-p", "9", "--keep", "1:1.5", "--dropout", "0.3"]
    try place.start(["encode", "-q", "-o", "a.vampc", "--mask-out", "mask.npy", "a.flac"] + prompt).wait()
      .expectSuccess()
    try place.start(["encode", "-q", "-o", "c.vampc", "--mask-out", "mask.png", "a.flac"] + prompt).wait()
      .expectSuccess()
    #expect(try place.bytes("mask.png").starts(with: [0x89, 0x50, 0x4E, 0x47]))
    try place.vampc("encode", "-q", "--no-periodic", "--keep-mask", "mask.npy", "-o", "b.vampc", "a.flac")
      .expectSuccess()
    let (first, second) = (try place.info("a.vampc"), try place.info("b.vampc"))
    #expect(try first.int("tokens") == second.int("tokens"))
    #expect(try first.int("tokens") > 0)
  }

  @Test func archivesTellWhatIsKept() throws {
    let place = try Workplace()
    try place.take("audio/edge/one-hop.wav", as: "a.wav")
    let result = try place.vampc("archive", "append", "a.vampa", "-k", "7", "-p", "1", "a.wav")
    result.expectSuccess()
    #expect(result.text.contains("50.0 % of the tokens kept"), "\(result.text)")
  }

  /// Without beats nothing moves; a segment moves to whole beats.
  @Test func segmentsMoveToBeats() throws {
    let place = try Workplace()
    // Clicks every half second.
    let samples = (0..<44_100 * 8).map { index -> Int16 in
      let place = index % 22_050
      return place < 800 ? Int16(12_000 * sin(Double(place) * 0.4) * exp(-Double(place) / 200)) : 0
    }
    try place.write(
      samples.flatMap { [UInt8(truncatingIfNeeded: $0), UInt8(truncatingIfNeeded: $0 >> 8)] }, to: "a.raw")
    try place.shell(
      "$VAMPC encode -q --raw 44100:1:s16le --no-periodic --keep 2.1:3.9 --snap-to-beats --mask-out m.npy a.raw"
    ).expectSuccess()
    let frames = try place.info("a.vampc").int("tokens") / 14
    // Four beats of half a second.
    #expect(abs(frames - Int((2 * 44_100.0 / 768).rounded())) <= 3, "\(frames) frames")
  }

  @Test func thePageStandsAlone() throws {
    let place = try Workplace()
    try place.take("audio/music.flac", as: "a & b.flac")
    try place.vampc(
      "vamp", "-q", "a & b.flac", "-o", "new.wav", "--variations", "2", "--preview", "--page", "new.html",
      "--mask-out", "mask.png"
    ).expectSuccess()
    #expect(try place.bytes("mask.png").starts(with: [0x89, 0x50, 0x4E, 0x47]))
    let page = String(decoding: try place.bytes("new.html"), as: UTF8.self)
    #expect(page.contains("Variations of a &amp; b.flac") && page.contains("Variation 2"))
    #expect(page.hasSuffix("</html>\n"))
    #expect(page.components(separatedBy: "<audio").count == 4)
    #expect(page.components(separatedBy: "data:image/png;base64,").count == 5)
    for outside in ["http:", "https:", "<script", "file:"] { #expect(!page.contains(outside)) }
    let again = ["vamp", "-q", "a & b.flac", "--preview", "--page", "new.html", "-o"]
    try place.start(again + ["new-1.wav", "-f"]).wait().expectSuccess()
    try place.start(again + ["new-3.wav"]).wait().expectError(1)
  }

  @Test func beatsAreTimesThatEncodeReads() throws {
    let place = try Workplace()
    try place.take("audio/music.flac", as: "a.flac")
    try place.shell("$VAMPC beats --onsets a.flac > onsets.txt").expectSuccess()
    let times = String(decoding: try place.bytes("onsets.txt"), as: UTF8.self).split(separator: "\n").map { Double($0) }
    #expect(!times.isEmpty && times.allSatisfy { $0 != nil })
    try place.vampc("encode", "-q", "-o", "file.vampc", "-b", "50", "--keep-times", "onsets.txt", "a.flac")
      .expectSuccess()
    try place.vampc("encode", "-q", "-o", "here.vampc", "-b", "50", "--onsets", "a.flac").expectSuccess()
    let (file, here) = (try place.info("file.vampc"), try place.info("here.vampc"))
    #expect(try abs(file.int("tokens") - here.int("tokens")) <= times.count)
    let output = try place.vampc("beats", "--json", "--click", "click.wav", "a.flac").output
    #expect(String(decoding: output, as: UTF8.self).hasSuffix("}\n"))
    let json = try Figures(output)
    #expect(try json.doubles("onsets_seconds").count == times.count)
    #expect(try place.audio("click.wav") == (try place.audio("a.flac")))
  }
}

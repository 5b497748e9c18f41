import AudioIO
import Foundation
import ReferenceCases
import Signal
import Testing

/// `measure` beyond one pair.
@Suite struct MeasureTests {
  private let place: Workplace

  init() throws { place = try Workplace() }

  /// Clips of the music, in a folder each: the originals, and the same with a little noise, as other files.
  private func makeFolders(clipCount: Int = 5) throws {
    let music = try AudioReader(path: Fixtures.path("audio/music.flac")).readAll()
    for folder in ["originals", "decoded"] {
      try FileManager.default.createDirectory(atPath: place.path(folder), withIntermediateDirectories: true)
    }
    var state: UInt32 = 1
    for index in 0..<clipCount {
      let clip = music.slice(96_000 * index..<96_000 * (index + 1))
      try write(clip, to: "originals/clip-\(index).flac")
      var noisy = clip
      for channel in noisy.channels.indices {
        for sample in noisy.channels[channel].indices {
          state = state &* 1_664_525 &+ 1_013_904_223
          noisy.channels[channel][sample] += 0.002 * (Float(state >> 8) / Float(1 << 23) - 1)
        }
      }
      try write(noisy, to: "decoded/clip-\(index).wav")
    }
  }

  private func write(_ audio: AudioBuffer, to name: String) throws {
    let writer = try AudioWriter(
      path: place.path(name), sampleRateHz: audio.sampleRateHz, channelCount: audio.channelCount)
    try writer.write(audio)
    try writer.finish()
  }

  @Test func foldersAreMatchedByName() throws {
    try makeFolders()
    let table = try place.vampc("measure", "originals", "decoded")
    table.expectSuccess()
    let lines = table.text.split(separator: "\n")
    #expect(lines.count == 9, "\(table)")
    #expect(lines[0].contains("SI-SDR") && lines[1].hasPrefix("clip-0 ") && lines[6].hasPrefix("mean "))

    let csv = try place.vampc("measure", "--csv", "originals", "decoded")
    csv.expectSuccess()
    let rows = csv.text.split(separator: "\n").map { $0.split(separator: ",", omittingEmptySubsequences: false) }
    #expect(rows.count == 6 && rows.allSatisfy { $0.count == rows[0].count })
    #expect(rows[0].contains("dac_mel_distance") && rows[5][1] == "decoded/clip-4.wav")

    let json = try place.vampc("measure", "--json", "originals", "decoded")
    json.expectSuccess()
    let object = try JSONSerialization.jsonObject(with: json.output) as? [String: Any]
    let clips = try #require(object?["clips"] as? [[String: Any]])
    #expect(clips.count == 5 && clips[0]["reference"] as? String == "originals/clip-0.flac")
    #expect((clips[0]["mel_distance"] as? Double ?? 0) > 0 && clips[0]["flags"] as? [String] == [])
    #expect(clips[0]["lag_samples"] as? Int == 0)

    try FileManager.default.moveItem(
      atPath: place.path("decoded/clip-1.wav"), toPath: place.path("decoded/clip-x.wav"))
    try place.vampc("measure", "originals", "decoded").expectError(1, "no counterpart in decoded for clip-1")
  }

  @Test func filesPairByHalves() throws {
    try makeFolders(clipCount: 2)
    let files = ["originals/clip-0.flac", "originals/clip-1.flac", "decoded/clip-0.wav", "decoded/clip-1.wav"]
    let json = try place.start(["measure", "--json"] + files).wait()
    json.expectSuccess()
    let object = try JSONSerialization.jsonObject(with: json.output) as? [String: Any]
    let clips = try #require(object?["clips"] as? [[String: Any]])
    #expect(clips.map { $0["decoded"] as? String } == Array(files.suffix(2)))
    try place.start(["measure"] + files.prefix(3)).wait().expectError(64, "3 files do not pair")
    try place.vampc("measure", "originals", "decoded/clip-0.wav").expectError(64, "is a folder")
    try place.start(["measure", "originals"] + files.prefix(3)).wait().expectError(64, "originals is a folder")
  }

  @Test func flagsWhatIsWrong() throws {
    let reference = try Fixtures.path("reference/metrics/reference.wav")
    for (name, flags) in [("delayed_1ms", ["shifted"]), ("clipped", ["clipped", "level"]), ("half_gain", ["level"])] {
      let result = try place.vampc("measure", "--json", reference, Fixtures.path("reference/metrics/\(name).wav"))
      result.expectSuccess()
      let object = try JSONSerialization.jsonObject(with: result.output) as? [String: Any]
      #expect(object?["flags"] as? [String] == flags, "\(name)")
    }
    let text = try place.vampc("measure", reference, Fixtures.path("reference/metrics/delayed_1ms.wav"))
    #expect(text.text.contains("lag           44 samples") && text.text.contains("flag          shifted: "), "\(text)")
  }

  @Test func keepsStatisticsAndUsesThem() throws {
    try makeFolders()
    let both = try place.vampc("measure", "--json", "--frechet", "dac", "originals", "decoded")
    both.expectSuccess()
    func frechet(_ result: ChildResult) throws -> [String: Any] {
      let object = try JSONSerialization.jsonObject(with: result.output) as? [String: Any]
      return try #require(object?["frechet"] as? [String: Any])
    }
    let direct = try frechet(both)
    #expect(direct["reference_clips"] as? Int == 5 && direct["dimension"] as? Int == 256)
    #expect((direct["distance"] as? Double ?? 0) > 0 && direct["interval_upper"] is Double)

    let saving = try place.vampc("measure", "--frechet", "dac", "--save-statistics", "music.safetensors", "originals")
    saving.expectSuccess()
    #expect(saving.text.hasPrefix("music.safetensors: 5 clips, "))
    let again = try place.vampc(
      "measure", "--json", "--frechet", "dac", "--reference-statistics", "music.safetensors", "decoded")
    again.expectSuccess()
    let kept = try frechet(again)
    #expect(abs((kept["distance"] as? Double ?? 0) - (direct["distance"] as? Double ?? 1)) < 1e-4)

    // Another embedding does not compare; a damaged file is one.
    try place.vampc(
      "measure", "--embedding-command", "true", "--reference-statistics", "music.safetensors", "decoded"
    ).expectError(1, "the embedding command failed")
    try place.write(place.bytes("music.safetensors").dropLast(8), to: "cut.safetensors")
    try place.vampc(
      "measure", "--frechet", "dac", "--reference-statistics", "cut.safetensors", "decoded"
    ).expectError(65, "cut.safetensors: ")
    try place.vampc("measure", "--frechet", "dac", "--reference-statistics", "none", "decoded").expectError(1, "none: ")
  }

  /// Embeddings that a shell makes: 1, 2 and 3, 4 of every file.
  @Test func takesEmbeddingsOfACommand() throws {
    try makeFolders()
    try place.write(
      Array(
        """
        out=$1; shift
        for file in "$@"; do
          { printf '\\223NUMPY\\001\\000\\166\\000'
            printf '%-117s\\n' "{'descr': '<f4', 'fortran_order': False, 'shape': (2, 2), }"
            printf '\\000\\000\\200\\077\\000\\000\\000\\100\\000\\000\\100\\100\\000\\000\\200\\100'; } > "$out/$(basename "$file" .wav).npy"
        done
        """.utf8), to: "embed.sh")
    let result = try place.vampc("measure", "--embedding-command", "sh embed.sh", "originals", "decoded")
    result.expectSuccess()
    #expect(result.text.contains("Fréchet distance ") && result.text.contains("by command:sh embed.sh"), "\(result)")
    #expect(result.text.contains("10 embeddings"), "\(result)")
    try place.vampc("measure", "--embedding-command", "echo no >&2; exit 3; :", "originals", "decoded").expectError(
      1, "exit status 3: no")
  }

  @Test func importsAndUsesVGGish() throws {
    try makeFolders()
    try place.vampc("model", "import", Fixtures.path("reference/vggish/weights.pth"), "--name", "vg").expectSuccess()
    #expect(try place.vampc("model", "list").text.contains("vg\tVGGish\t"))
    #expect(try place.vampc("model", "info", "vg").text.contains("24 values every 0.96 s"))
    let result = try place.vampc("measure", "--frechet", "vggish:vg", "originals", "decoded")
    result.expectSuccess()
    #expect(result.text.contains("24 values each") && result.text.contains("by vggish:"), "\(result)")
    try place.vampc("measure", "--frechet", "vggish:\(Fixtures.defaultModel)", "originals", "decoded").expectError(
      1, "no embedding.safetensors")
    try place.vampc("encode", "--model", "vg", "originals/clip-0.flac").expectError(1, "no codec.safetensors")
  }

  @Test func explainsEveryFigure() throws {
    let result = try place.vampc("measure", "--explain")
    result.expectSuccess()
    for name in ["mel_distance", "si_sdr_db", "frechet_distance", "lag_samples", "dc-offset", "cannot tell: "] {
      #expect(result.text.contains(name), "\(name)")
    }
  }

  @Test(arguments: [
    ["--json", "--csv", "a", "b"], ["--frechet", "ear", "a", "b"], ["--csv", "--frechet", "dac", "a", "b"],
    ["--save-statistics", "s", "a"], ["--frechet", "dac", "--embedding-command", "x", "a", "b"], ["a", ""], ["-", "-"],
    ["--frechet", "dac", "-", "b"],
  ]) func contradictionsAreUsageErrors(arguments: [String]) throws {
    let result = try place.start(["measure"] + arguments).wait()
    #expect(result.status == 64, "\(result)")
  }
}

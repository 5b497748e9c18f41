import AudioIO
import Foundation
import ReferenceCases
import Signal
import Testing

/// `vampc sweep` on short clips of the fixtures: what it writes, and that stopping or sharing it changes nothing.
@Suite struct SweepTests {
  /// Few conditions, one of every kind that needs little generation.
  private static let grid = """
    {"baselines": true, "tokens": [[4, 1], [1, 4]], "fills": ["generate", "none"], "steps": [2],
     "prompts": [{"kind": "edges", "seconds": 0.5}, {"kind": "beats", "seconds": 0.075}],
     "opus": [{"bitrates": [1000, "6k", "12k"]}]}
    """

  private func prepared() throws -> Workplace {
    let place = try Workplace()
    for (name, fixture) in [("a", "music"), ("b", "speech"), ("c d", "music")] {
      let audio = try Data(contentsOf: URL(fileURLWithPath: Fixtures.path("audio/\(fixture).flac")))
      try place.write(audio, to: "clips/\(name).flac")
    }
    try place.write(Self.grid.utf8, to: "grid.json")
    return place
  }

  private static let options = ["--grid", "grid.json", "--seconds", "1.5", "--listen", "1", "-T", "2"]

  @discardableResult
  private func sweep(_ place: Workplace, _ output: String, _ more: String...) throws -> ChildResult {
    let child = try place.start(["sweep", "clips", "-o", output] + Self.options + more)
    return try child.wait()
  }

  private func table(_ place: Workplace, _ name: String) throws -> [[String: String]] {
    CommaSeparatedTable(String(decoding: try place.bytes(name), as: UTF8.self)).rows
  }

  /// `results.csv` without the column that differs from run to run.
  private func timeless(_ place: Workplace, _ folder: String) throws -> String {
    timeless(try place.bytes(folder + "/results.csv"))
  }

  private func timeless(_ table: [UInt8]) -> String {
    String(decoding: table, as: UTF8.self).split(separator: "\n").map { line in
      line.split(separator: ",", omittingEmptySubsequences: false).dropLast().joined(separator: ",")
    }.joined(separator: "\n")
  }

  @Test func writesATidyTableAndGoesOnWhereItWas() throws {
    let place = try prepared()
    let first = try sweep(place, "results")
    #expect(first.status == 0, "\(first)")
    let rows = try table(place, "results/results.csv")
    let conditions = try table(place, "results/conditions.csv")
    #expect(rows.count == 3 * conditions.count)
    #expect(Set(rows.compactMap { $0["clip"] }).count == 3)
    #expect(rows.allSatisfy { Double($0["seconds"] ?? "") == 1.5 })

    // The original is at no distance, the complete codec nearest of vampc's, noise farther the more there is of it.
    func mel(_ condition: String) throws -> Double {
      let row = try #require(conditions.first { $0["condition"] == condition })
      return try #require(Double(row["mel_distance"] ?? ""))
    }
    #expect(try mel("original") == 0)
    let codec = try mel("vampc-\(Fixtures.defaultModel)-14x1-none")
    #expect(try codec < mel("vampc-\(Fixtures.defaultModel)-4x1-none"))
    #expect(
      try mel("noise-\(Fixtures.defaultModel)-ratio0.25-seed0") < mel("noise-\(Fixtures.defaultModel)-ratio0.75-seed0"))
    #expect(try codec < mel("noise-\(Fixtures.defaultModel)-ratio0.25-seed0"))

    // Opus writes silence where it is asked for too little: never a point of a curve.
    let silent = rows.filter { $0["requested_bps"] == "1000" }
    #expect(silent.map { $0["outcome"] } == ["silent", "silent", "silent"])
    #expect(silent.allSatisfy { ($0["flags"] ?? "").contains("silent") })
    let silentSummary = try #require(conditions.first { $0["requested_bps"] == "1000" })
    #expect(silentSummary["clips"] == "0" && silentSummary["left_out"] == "3" && silentSummary["mel_distance"] == "")
    #expect(first.errors.contains("left out"), "\(first)")

    // Rates are those of the bytes.
    for row in rows where row["method"] == "opus" || row["method"] == "vampc" {
      let bytes = try #require(Double(row["file_bytes"] ?? ""))
      let rate = try #require(Double(row["file_bps"] ?? ""))
      #expect(abs(rate - bytes * 8 / 1.5) < 0.001 * rate)
      #expect(try #require(Double(row["payload_bytes"] ?? "")) < bytes)
    }
    // The sound of one clip, complete.
    let heard = try place.names().filter { $0.hasPrefix("results/audio/") && $0.hasSuffix(".flac") }
    #expect(heard.count == conditions.count)
    let source = try place.audio("clips/a.flac")
    let sound = try place.audio(heard[0])
    #expect(
      sound == AudioSize(sampleCount: source.sampleRateHz * 3 / 2, sampleRateHz: source.sampleRateHz, channelCount: 1))

    // Once more: nothing is computed, everything is the same, times included.
    let before = try place.bytes("results/results.csv")
    let again = try sweep(place, "results")
    #expect(again.status == 0 && again.text.contains(" 0 of "), "\(again)")
    #expect(try place.bytes("results/results.csv") == before)

    // Damage to a cell is computed anew.
    let cells = try place.names().filter { $0.hasPrefix("results/cells/") && $0.hasSuffix(".safetensors") }
    let cell = try #require(cells.first)
    try place.write(try place.bytes(cell).prefix(40), to: cell)
    let mended = try sweep(place, "results")
    #expect(mended.text.contains(" 1 of "), "\(mended)")
    #expect(try timeless(place, "results") == timeless(before))
  }

  @Test func killedAndSharedRunsEndWithTheSameTables() throws {
    let place = try prepared()
    try sweep(place, "whole")
    let whole = try timeless(place, "whole")

    for part in 1...2 {
      let child = try place.start(["sweep", "clips", "-o", "killed"] + Self.options)
      try place.await("some cells are there") {
        try place.names().filter { $0.hasPrefix("killed/cells/") && $0.hasSuffix(".safetensors") }.count >= 5 * part
      }
      child.send(SIGKILL)
      _ = try child.wait()
      #expect(!place.exists("killed/results.csv"))
    }
    try sweep(place, "killed")
    #expect(try timeless(place, "killed") == whole)
    #expect(try place.bytes("killed/conditions.csv") == place.bytes("whole/conditions.csv"))

    for part in 1...4 { #expect(try sweep(place, "parts/\(part)", "--shard", "\(part)/4").status == 0) }
    let merged = try place.vampc("sweep", "merge", "parts/3", "parts/1", "parts/4", "parts/2", "-o", "merged")
    merged.expectSuccess()
    #expect(try timeless(place, "merged") == whole)
    #expect(try place.bytes("merged/conditions.csv") == place.bytes("whole/conditions.csv"))
    #expect(try place.names().contains { $0.hasPrefix("merged/audio/a@") && $0.hasSuffix("/original.flac") })

    // Shards of another sweep are no part of this one.
    try place.write(#"{"tokens": [[14, 1]]}"#.utf8, to: "grid.json")
    #expect(try sweep(place, "other", "--shard", "1/4").status == 0)
    try place.vampc("sweep", "merge", "parts/1", "other", "-o", "mixed").expectError(1, "other", "conditions differ")
    try place.vampc("sweep", "merge", "clips", "-o", "mixed").expectError(65, "clips", "no sweep.json")
  }

  @Test func anInterruptionLeavesWhatIsComputed() throws {
    let place = try prepared()
    let child = try place.start(["sweep", "clips", "-o", "results"] + Self.options)
    try place.await("a cell is there") {
      try place.names().contains { $0.hasPrefix("results/cells/") && $0.hasSuffix(".safetensors") }
    }
    child.send(SIGINT)
    let result = try child.wait()
    #expect(result.status == 130 && result.errorLines == ["vampc: interrupted"], "\(result)")
    #expect(!place.exists("results/results.csv"))
  }

  @Test func anUnreadableFileIsLeftOutAndNamed() throws {
    let place = try prepared()
    try place.write("no audio".utf8, to: "clips/b.flac")
    try place.write(#"{"baselines": false, "tokens": [[14, 1]], "fills": ["none"]}"#.utf8, to: "grid.json")
    let result = try sweep(place, "results")
    #expect(result.status == 2, "\(result)")
    #expect(result.errors.contains("b.flac"), "\(result)")
    #expect(try table(place, "results/results.csv").count == 2)
    for name in ["a", "c d"] { try place.write("no audio".utf8, to: "clips/\(name).flac") }
    let none = try sweep(place, "nothing")
    none.expectError(65, "clips", "none of the audio files")
  }

  /// A program that embeds each WAV as the level of each tenth of a second, three values a window; plain Python.
  private static let embedder = """
    import array, math, os, struct, sys
    for path in sys.argv[2:]:
        data = open(path, "rb").read()
        start = data.index(b"data") + 8
        samples = array.array("f", data[start:start + (len(data) - start) // 4 * 4])
        size = 2205
        rows = []
        for at in range(0, len(samples) - 3 * size, size):
            rows += [math.log(1e-9 + sum(x * x for x in samples[at + i * size:at + (i + 1) * size:7])) for i in range(3)]
        header = "{'descr': '<f4', 'fortran_order': False, 'shape': (%d, 3), }" % (len(rows) // 3)
        header += " " * (63 - (len(header) + 10) % 64) + "\\n"
        name = os.path.splitext(os.path.basename(path))[0]
        with open(os.path.join(sys.argv[1], name + ".npy"), "wb") as file:
            file.write(b"\\x93NUMPY\\x01\\x00" + struct.pack("<H", len(header)) + header.encode())
            file.write(array.array("f", rows).tobytes())
    """

  @Test func anEmbeddingOfOnesOwnHasItsDistance() throws {
    let place = try prepared()
    try place.write(Self.embedder.utf8, to: "embed.py")
    try place.write(#"{"baselines": false, "tokens": [[14, 1], [1, 4]], "fills": ["none"]}"#.utf8, to: "grid.json")
    let result = try sweep(place, "results", "--embedding-command", "level=python3 embed.py")
    #expect(result.status == 0, "\(result)")
    let conditions = try table(place, "results/conditions.csv")
    let distances = try conditions.map { try #require(Double($0["frechet_level"] ?? "")) }
    #expect(distances[0] < distances[1] && distances[0] > 0, "\(distances)")
    #expect(conditions.allSatisfy { Double($0["frechet_codec"] ?? "") != nil })

    // One more embedding later: what is missing is computed, what is there stays.
    let more = try sweep(
      place, "results", "--embedding-command", "level=python3 embed.py", "--embedding-command",
      "again=python3 ./embed.py")
    #expect(more.status == 0, "\(more)")
    let both = try table(place, "results/conditions.csv")
    #expect(both.map { $0["frechet_again"] } == conditions.map { $0["frechet_level"] })
    #expect(both.map { $0["mel_distance"] } == conditions.map { $0["mel_distance"] })

    let broken = try sweep(place, "broken", "--embedding-command", "level=false")
    #expect(broken.status == 1 && broken.errors.contains("exit status 1"), "\(broken)")
    #expect(!place.exists("broken/results.csv"))
  }

  @Test func partsRunByGNUParallelAreMerged() throws {
    let place = try prepared()
    try place.write(
      #"{"baselines": false, "tokens": [[14, 1]], "opus": [{"bitrates": ["12k"]}]}"#.utf8, to: "grid.json")
    try sweep(place, "whole")
    let script = (Fixtures.repositoryFolder + "/scripts/sweep-parallel")
    let result = try place.shell(
      "'\(script)' 2 clips 'the results' --grid grid.json --seconds 1.5 --listen 1 -q")
    #expect(result.status == 0, "\(result)")
    #expect(try timeless(place, "the results") == timeless(place, "whole"))

    // Files that cannot be read are missing in the results of the other files, which are merged all the same.
    for name in ["b", "x"] { try place.write("no audio".utf8, to: "clips/\(name).flac") }
    let part = try place.shell("'\(script)' 4 clips partial --grid grid.json --seconds 1.5 --listen 0 -q")
    #expect(part.status == 2, "\(part)")
    #expect(part.errors.contains("b.flac"), "\(part)")
    let wholeLines = try timeless(place, "whole").split(separator: "\n")
    let lines = try timeless(place, "partial").split(separator: "\n")
    #expect(lines.count == 1 + (wholeLines.count - 1) * 2 / 3 && lines.allSatisfy(wholeLines.contains))
  }

  @Test func slurmJobsSayWhatTheyRun() throws {
    let place = try prepared()
    let script = (Fixtures.repositoryFolder + "/scripts/sweep-slurm")
    let result = try place.shell("'\(script)' -n 3 'my clips' /results --preset figure5")
    #expect(result.status == 0, "\(result)")
    #expect(result.errors.contains("--array=1-3"), "\(result)")
    #expect(result.errors.contains(#"sweep my\ clips -o "$results/parts/$part" --shard "$part/3""#), "\(result)")
    #expect(result.errors.contains("--preset figure5") && result.errors.contains("--dependency=afterok:1"), "\(result)")
    // The job of one part, as Slurm would run it.
    let job = result.errors.components(separatedBy: "sbatch ")[1].split(separator: "\n").filter { $0.hasPrefix("| ") }
      .map { $0.dropFirst(2) }.joined(separator: "\n").replacingOccurrences(of: "my\\ clips", with: "clips")
      .replacingOccurrences(of: "results=/results", with: "results=made").replacingOccurrences(
        of: "--preset figure5", with: "--grid grid.json --seconds 1.5 --listen 0 -q")
    try place.write(#"{"baselines": false, "tokens": [[14, 1]]}"#.utf8, to: "grid.json")
    try place.write(
      (job + "\n").replacingOccurrences(
        of: (Fixtures.repositoryFolder + "/.build/release/vampc"), with: place.program
      ).utf8, to: "job.sh")
    let run = try place.shell("SLURM_ARRAY_TASK_ID=2 sh job.sh")
    #expect(run.status == 0, "\(run)")
    #expect(try table(place, "made/parts/2/results.csv").count == 1)
  }

  @Test(
    arguments: [
      (["sweep", "clips"], "Missing expected argument"),
      (["sweep", "clips", "-o", "r", "--preset", "figure9"], "figure9"),
      (["sweep", "clips", "-o", "r", "--shard", "4/3"], "--shard"),
      (["sweep", "clips", "-o", "r", "--seconds", "0"], "--seconds"),
      (["sweep", "clips", "-o", "r", "--per-file", "0"], "--per-file"),
      (["sweep", "clips", "-o", "r", "--limit", "0"], "--limit"),
      (["sweep", "clips", "-o", "r", "--embedding-command", "codec=true"], "codec"),
      (["sweep", "clips", "-o", "r", "--embedding-command", "true"], "--embedding-command"),
      (["sweep", "clips", "-o", "r", "--reference-statistics", "x=y"], "'x'"),
    ])
  func wrongOptionsAreUsageErrors(arguments: [String], part: String) throws {
    let place = try prepared()
    let result = try place.start(arguments).wait()
    #expect(result.status == 64 && result.errors.lowercased().contains(part.lowercased()), "\(result)")
    #expect(!place.exists("r"))
  }

  @Test func wrongFoldersAndGridsAreNamed() throws {
    let place = try prepared()
    try place.vampc("sweep", "nowhere", "-o", "r").expectError(1, "nowhere")
    try place.write([], to: "empty/readme.txt")
    try place.vampc("sweep", "empty", "-o", "r").expectError(1, "empty: no audio files")
    try place.write("{\"tokens\": 5}".utf8, to: "bad.json")
    try place.vampc("sweep", "clips", "-o", "r", "--grid", "bad.json").expectError(65, "bad.json: not a grid", "tokens")
    try place.vampc("sweep", "clips", "-o", "r", "--model", "none").expectError(1, "none")
    // The system's words, without an error number of a library.
    try place.write("text".utf8, to: "file")
    try place.vampc("sweep", "clips", "-o", "file/r").expectError(1, "file/r", "cannot write: not a directory")
  }
}

import ArgumentParser
import Sweep

/// `vampc sweep`
struct SweepCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "sweep",
    abstract: "Bitrate versus quality over a folder of audio, with Opus beside it.",
    discussion: """
      EXAMPLES
        vampc sweep music/ -o results                 a first look, in minutes
        vampc sweep music/ -o results --preset figure5
                                                      quality against bitrate, as in the VampNet paper
        vampc sweep music/ -o results --preset figure3 --preset figure4
        vampc sweep music/ -o results --grid mine.json
        vampc sweep music/ -o part2 --preset figure5 --shard 2/8
        vampc sweep merge part1 part2 … -o results    what several machines found
        vampc sweep report results                    the page again

      results/report.html shows all of it; results.csv has a row for each clip and
      condition, conditions.csv the means with intervals (formats/sweep-report.md says
      what the columns are). A sweep that was stopped goes on where it was when the
      same command is given again.

      Presets: \(SweepPreset.allCases.map(\.rawValue).joined(separator: ", ")).
      """,
    subcommands: [SweepRunCommand.self, SweepMergeCommand.self, SweepReportCommand.self],
    defaultSubcommand: SweepRunCommand.self)
}

import ArgumentParser
import Sweep

/// Command `vampc sweep`.
struct SweepCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "sweep",
    abstract: "Measure quality against bitrate over a folder of audio, compared with Opus.",
    discussion: """
      EXAMPLES
        vampc sweep music/ -o results                 a first look, in minutes
        vampc sweep music/ -o results --preset figure5
                                                      as in the VampNet paper
        vampc sweep music/ -o results --preset figure3 --preset figure4
        vampc sweep music/ -o results --grid mine.json
        vampc sweep music/ -o part2 --preset figure5 --shard 2/8
        vampc sweep merge part1 part2 … -o results    results of several machines
        vampc sweep report results                    tables, plots and page again

      results/report.html shows all results. results.csv has a row for each clip and \
      condition, conditions.csv the means with intervals; formats/sweep-report.md \
      defines the columns. The same command resumes a sweep that was stopped.

      Presets: \(SweepPreset.allCases.map(\.rawValue).joined(separator: ", ")).
      """,
    subcommands: [SweepRunCommand.self, SweepMergeCommand.self, SweepReportCommand.self],
    defaultSubcommand: SweepRunCommand.self)
}

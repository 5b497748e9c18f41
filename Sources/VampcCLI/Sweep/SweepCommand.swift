import ArgumentParser
import Sweep

/// Command `vampc sweep`.
struct SweepCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "sweep",
    abstract: "Measure quality against bitrate over a folder of audio, compared with Opus.",
    discussion: """
      EXAMPLES
        vampc sweep music/ -o results               take a first look, in minutes
        vampc sweep music/ -o results --preset figure5  repeat a figure of the paper
        vampc sweep music/ -o results --preset figure3 --preset figure4
                                                    repeat two figures
        vampc sweep music/ -o results --grid mine.json  set conditions of your own
        vampc sweep music/ -o part2 --preset figure5 --shard 2/8
                                                    run one shard of eight
        vampc sweep merge part1 part2 … -o results  merge the results of shards
        vampc sweep report results                  make tables, plots, page again

      results/report.html shows all results. results.csv has a row for each clip and \
      condition, conditions.csv the means with intervals; formats/sweep-report.md \
      defines the columns. The same command resumes a sweep that was stopped.

      Presets: \(SweepPreset.allCases.map(\.rawValue).joined(separator: ", ")).
      """,
    subcommands: [SweepRunCommand.self, SweepMergeCommand.self, SweepReportCommand.self],
    defaultSubcommand: SweepRunCommand.self)
}

import ArgumentParser

/// Command `vampc archive`.
struct ArchiveCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "archive",
    abstract: "Keep many recordings in one file that only grows.",
    discussion: """
      EXAMPLES
        vampc archive append radio.vampa monday.flac  append a recording
        arecord -t raw -f cd | \\
            vampc archive append radio.vampa --raw 44100:2:s16le -
                                                      append from a sound card
        vampc archive list radio.vampa                list all recordings
        vampc archive extract radio.vampa monday      write monday.vampc
        vampc archive extract radio.vampa --from 2026-11-23T12:00:00Z \\
            --to 2026-11-23T12:10:00Z -o noon.vampc   write ten minutes
        vampc archive test radio.vampa                check every byte

      'vampc info', 'test', 'tokens' and 'decode' read an archive as a sequence of \
      streams.
      """,
    subcommands: [
      ArchiveAppendCommand.self, ArchiveListCommand.self, ArchiveExtractCommand.self, ArchiveTestCommand.self,
      ArchiveRepairCommand.self,
    ])
}

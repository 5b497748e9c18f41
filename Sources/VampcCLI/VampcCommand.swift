import ArgumentParser
import Foundation
import SystemCalls

/// Program `vampc`: parses the command line and runs the command that the arguments select.
@main
struct VampcCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "vampc",
    abstract: "Neural audio codec: from 8 kbit/s down to 50 bit/s.",
    discussion: """
      EXAMPLES
        vampc encode song.flac                 make song.vampc, at most 8 kbit/s
        vampc encode -b 500 song.flac          use at most 500 bit/s
        vampc decode song.vampc                make song.wav, as long as the original
        vampc vamp loop.wav -o new.wav         make a variation of the recording
        vampc info song.vampc                  print kept tokens, rates and settings
        vampc test song.vampc                  check for damage
        vampc trim -k 4 -o s.vampc song.vampc  keep 4 codebooks, without decoding
        vampc repair -o ok.vampc bad.vampc     copy the intact blocks
        vampc tokens song.vampc                write song.npy (NumPy) and song.json
        vampc archive append radio.vampa -     append standard input to an archive
        vampc model import weights.pth         make a model of a published network
        vampc measure song.flac song.wav       measure the distance from the original
        vampc sweep music/ -o results          compare with Opus at many bitrates
        ffmpeg -i film.mkv -f wav - | vampc encode - | vampc decode - | aplay
                                               play the sound of a film as decoded

      encode stores as many tokens of a neural codec as the bitrate allows. decode \
      generates the tokens that are not stored with VampNet.

      EXIT STATUS
        0   success
        1   failure
        2   encoded, decoded or repaired, but the input was damaged
        64  wrong usage
        65  damaged input, or input of another format
        130 interrupted
        141 nobody reads the output any more
        Of several files the worst counts.

      ENVIRONMENT
        VAMPC_MODELS  folders with models, separated by colons, searched first
        TMPDIR        folder for temporary files; default: /tmp
      """,
    version: "0.2.0",
    groupedSubcommands: [
      CommandGroup(name: "Coding", subcommands: [EncodeCommand.self, DecodeCommand.self]),
      CommandGroup(name: "Creating", subcommands: [VampCommand.self, BeatsCommand.self]),
      CommandGroup(
        name: "Stream",
        subcommands: [
          InfoCommand.self, TestCommand.self, TrimCommand.self, RepairCommand.self, TokensCommand.self,
          ArchiveCommand.self,
        ]),
      CommandGroup(name: "Model", subcommands: [ModelCommand.self]),
      CommandGroup(name: "Measuring", subcommands: [MeasureCommand.self, OpusCommand.self, SweepCommand.self]),
    ])

  static func main() {
    StandardStream.openClosed()
    OutOfMemory.prepare()
    MappedFileFault.prepare()
    Interruption.shared.install()
    let arguments = Array(PathText.arguments.dropFirst())
    let parser = CommandLineParser(arguments)
    do {
      if VersionReport.isWanted(by: arguments) {
        return try Console.result(VersionReport(version: configuration.version).text)
      }
      var command = try parser.command()
      try command.run()
    } catch {
      exitProcess(after: error, parser)
    }
  }

  /// Shows an error or the requested help, and ends the program with the exit code.
  private static func exitProcess(after error: any Error, _ parser: CommandLineParser) -> Never {
    var status = ExitStatus(of: error)
    switch exitCode(for: error) {
    case .success:
      do {
        try Console.result(fullMessage(for: error))
        status = .success
      } catch {
        ErrorReport.show(error)
        status = ExitStatus(of: error)
      }
    case .validationFailure:
      let message = message(for: error)
      Console.error(phrase(message), hint: parser.hint(after: ParserComplaint(message)))
      status = .usage
    default: ErrorReport.show(error)
    }
    Foundation.exit(status.code)
  }

  /// First line of a parser's message in the style of vampc's messages: lower case, without a full stop.
  private static func phrase(_ message: String) -> String {
    let sentence = String(message.prefix { !$0.isNewline })
    let text = sentence.hasSuffix(".") ? String(sentence.dropLast()) : sentence
    return text.prefix(1).lowercased() + text.dropFirst()
  }
}

import ArgumentParser
import Foundation

/// The program `vampc`.
@main
struct VampcCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "vampc",
    abstract: "Compress audio to a few kilobits per second, or a few bits, and imagine the rest.",
    discussion: """
      EXAMPLES
        vampc encode song.flac                 song.vampc at 8 kbit/s
        vampc encode -b 500 song.flac          a sketch; the rest is imagined
        vampc decode song.vampc                song.wav, as long as the original
        vampc info song.vampc                  what is inside, what it takes
        vampc test song.vampc                  whether it is intact
        vampc trim -k 4 -o s.vampc song.vampc  fewer codebooks, nothing decoded
        vampc repair -o ok.vampc bad.vampc     what is intact of a damaged stream
        vampc model import weights.pth         a published network as a model of your own
        vampc measure song.flac song.wav       how far it is from the original
        vampc sweep music/ -o results          bitrate versus quality, with Opus beside it
        vampc archive append radio.vampa -     many recordings in one file
        ffmpeg -i film.mkv -f wav - | vampc encode - | vampc decode - | aplay

      EXIT STATUS
        0   success
        1   failure
        2   decoded or repaired, but the input was damaged
        64  wrong usage
        65  damaged input, or not what it should be
        130 interrupted
        Of several files the worst counts.

      ENVIRONMENT
        VAMPC_MODELS  folders to look for models in, separated by colons
        TMPDIR        folder for temporary files; /tmp where unset
      """,
    version: "0.1.0",
    subcommands: [
      EncodeCommand.self, DecodeCommand.self, InfoCommand.self, TestCommand.self, TrimCommand.self,
      RepairCommand.self, TokensCommand.self, ArchiveCommand.self, MeasureCommand.self, OpusCommand.self,
      SweepCommand.self, ModelCommand.self,
    ])

  static func main() {
    Interruption.shared.install()
    do {
      var command = try parsed(Array(CommandLine.arguments.dropFirst()))
      try command.run()
    } catch {
      exitProcess(after: error)
    }
  }

  private static func parsed(_ arguments: [String]) throws -> any ParsableCommand {
    do {
      return try parseAsRoot(arguments)
    } catch  where ParserComplaint(message(for: error)) == .missingArgument {
      // The parser misses an input before it complains of an unknown option, which users need to hear of first.
      do { _ = try parseAsRoot(arguments + ["-"]) } catch let other
        where ParserComplaint(message(for: other)) == .unknownOption
      {
        throw other
      } catch {}
      throw error
    }
  }

  /// Ends the program with the status of an error, or after a request for help.
  private static func exitProcess(after error: any Error) -> Never {
    var status = ExitStatus(of: error)
    switch exitCode(for: error) {
    case .success:
      do {
        try Console.result(fullMessage(for: error))
        status = .success
      } catch {
        ErrorReport.show(error)
      }
    case .validationFailure:
      let name = CommandLine.arguments.dropFirst().first.flatMap { first in
        configuration.subcommands.first { $0.configuration.commandName == first }?.configuration.commandName
      }
      let command = ["vampc", name].compactMap { $0 }.joined(separator: " ")
      Console.error(phrase(message(for: error)), hint: "'\(command) --help' explains the options")
      status = .usage
    default: ErrorReport.show(error)
    }
    Foundation.exit(status.code)
  }

  /// The parser's sentence as our own messages are: in lower case, without a full stop.
  private static func phrase(_ sentence: String) -> String {
    let text = sentence.hasSuffix(".") ? String(sentence.dropLast()) : sentence
    return text.prefix(1).lowercased() + text.dropFirst()
  }
}

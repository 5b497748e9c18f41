import ArgumentParser

/// Parser of the command line: swift-argument-parser, with more detailed errors.
struct CommandLineParser {
  private let arguments: [String]

  init(_ arguments: [String]) { self.arguments = arguments }

  /// Command that the arguments select.
  ///
  /// - Throws: errors of the parser, `BundleError`.
  func command() throws -> any ParsableCommand {
    // A file name with a dash in front is read as letters of options, and an h among them asks for help.
    if let name = bundleThatIsAName { throw BundleError(text: name) }
    do { return try VampcCommand.parseAsRoot(arguments) } catch {
      guard ParserComplaint(VampcCommand.message(for: error)) == .missingArgument else { throw error }
      throw unknownOption(in: arguments) ?? error
    }
  }

  /// Subcommands that the first arguments name, outermost first.
  private var namedCommands: [any ParsableCommand.Type] {
    var commands: [any ParsableCommand.Type] = []
    var last: any ParsableCommand.Type = VampcCommand.self
    for argument in arguments {
      guard let next = last.configuration.subcommands.first(where: { $0.configuration.commandName == argument }) else {
        break
      }
      commands.append(next)
      last = next
    }
    return commands
  }

  /// Next step after an error of the parser: the values of an option whose value is wrong, otherwise the command that
  /// prints the help.
  func hint(after complaint: ParserComplaint) -> String {
    if case .value(let option) = complaint, let help = help(for: option) { return help }
    let words = ["vampc"] + namedCommands.compactMap { $0.configuration.commandName }
    return "'\(words.joined(separator: " ")) --help' explains the options"
  }

  /// Line of the help about an option: its names, its value and its description. Nil for an option without a value.
  private func help(for option: String) -> String? {
    // Wide enough for every description to be one line.
    let lines = (namedCommands.last ?? VampcCommand.self).helpMessage(columns: 10_000).split(separator: "\n")
    for (index, line) in lines.enumerated() where line.hasPrefix("  -") {
      guard let end = line.firstIndex(of: ">"),
        line[..<end].split(whereSeparator: { $0 == " " || $0 == "," }).contains(Substring(option))
      else { continue }
      let label = line[...end].drop { $0 == " " }
      let rest = line[line.index(after: end)...].drop { $0 == " " }
      // A description behind a long label stands on the next line.
      let description = rest.isEmpty && index + 1 < lines.count ? lines[index + 1].drop { $0 == " " } : rest
      return "\(label): \(description.last == "." ? description.dropLast() : description)"
    }
    return nil
  }

  /// First argument that the parser would misread as one-letter options, such as the file name `-ch1.wav`. One dash
  /// precedes a character that is no letter, or letters with an h of which one is no option. Nil where there is no such
  /// argument.
  private var bundleThatIsAName: String? {
    for (index, argument) in arguments.enumerated() {
      if argument == "--" { return nil }
      guard let letters = Self.bundledLetters(of: argument) else { continue }
      // A negative number is the value of an option.
      if Double(argument) != nil { continue }
      guard letters.allSatisfy({ $0.isASCII && $0.isLetter }) else { return argument }
      let withoutHelp = argument.replacing("h", with: "")
      guard letters.contains("h"), withoutHelp.count > 1 else { continue }
      // Other bundles with an h are left out, because they would ask for help, too.
      let others = arguments.enumerated().compactMap { other, text -> String? in
        if other == index { return withoutHelp }
        return Self.bundledLetters(of: text)?.contains("h") == true ? nil : text
      }
      if unknownOption(in: others) != nil { return argument }
    }
    return nil
  }

  /// Characters between a single dash and `=` or the end, where there are several; nil for any other argument.
  private static func bundledLetters(of argument: String) -> Substring? {
    guard argument.hasPrefix("-"), !argument.hasPrefix("--") else { return nil }
    let letters = argument.dropFirst().prefix { $0 != "=" }
    return letters.count > 1 ? letters : nil
  }

  /// Parser's error about an unknown option; nil where all options are known.
  ///
  /// The parser reports a missing input before an unknown option, but users need to know of the option first. The
  /// parser therefore also gets the arguments with one input and with two.
  private func unknownOption(in arguments: [String]) -> (any Error)? {
    for inputs in [[], ["-"], ["file", "-"]] {
      do { _ = try VampcCommand.parseAsRoot(arguments + inputs) } catch {
        if ParserComplaint(VampcCommand.message(for: error)) == .unknownOption { return error }
      }
    }
    return nil
  }
}

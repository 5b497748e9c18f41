/// Command lines in the syntax of a shell.
enum ShellText {
  /// Command line with the name of the program without its folder, and its arguments, quoted where a shell needs
  /// quotes.
  ///
  /// - Parameter arguments: Path of the program, then its arguments.
  static func command(_ arguments: [String]) -> String {
    let name = arguments.first?.split(separator: "/").last.map(String.init) ?? "vampc"
    return ([name] + arguments.dropFirst().map(quoted)).joined(separator: " ")
  }

  private static func quoted(_ word: String) -> String {
    let isPlain =
      !word.isEmpty && word.allSatisfy { $0.isASCII && ($0.isLetter || $0.isNumber || "-_./=:,+@%".contains($0)) }
    return isPlain
      ? word : "'" + word.split(separator: "'", omittingEmptySubsequences: false).joined(separator: "'\\''") + "'"
  }
}

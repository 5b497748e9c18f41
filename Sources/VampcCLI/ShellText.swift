/// Command lines in the syntax of a shell.
enum ShellText {
  /// Name of the program without its folder, and its arguments, quoted where a shell needs quotes.
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

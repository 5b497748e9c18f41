/// Pickles written by Python, and functions that build hostile pickles.
enum PickleBytes {
  /// Results of CPython's `pickle.dumps(value, protocol)` for the protocols 0 to 5.
  ///
  /// The value is `{"name": "a", "shape": (1, 2, 3), "items": [None, True, False, 1.5, -2, 300, 70000, 2**40, -2**40,
  /// …]}`.
  /// The list continues with `2**70` from protocol 2 on and `b"\x00\xff"` from protocol 3 on.
  static let sample: [[UInt8]] = [
    bytes(
      """
      286470300a566e616d650a70310a56610a70320a735673686170650a70330a2849310a49320a49330a7470340a73566974656d73\
      0a70350a286c70360a4e614930310a614930300a6146312e350a61492d320a61493330300a614937303030300a614c3130393935\
      31313632373737364c0a614c2d313039393531313632373737364c0a61732e
      """),
    bytes(
      """
      7d71002858040000006e616d6571015801000000617102580500000073686170657103284b014b024b0374710458050000006974\
      656d7371055d7106284e4930310a4930300a473ff80000000000004afeffffff4d2c014a701101004c3130393935313136323737\
      37364c0a4c2d313039393531313632373737364c0a65752e
      """),
    bytes(
      """
      80027d71002858040000006e616d65710158010000006171025805000000736861706571034b014b024b03877104580500000069\
      74656d7371055d7106284e8889473ff80000000000004afeffffff4d2c014a701101008a060000000000018a060000000000ff8a\
      0900000000000000004065752e
      """),
    bytes(
      """
      80037d71002858040000006e616d65710158010000006171025805000000736861706571034b014b024b03877104580500000069\
      74656d7371055d7106284e8889473ff80000000000004afeffffff4d2c014a701101008a060000000000018a060000000000ff8a\
      09000000000000000040430200ff710765752e
      """),
    bytes(
      """
      80049565000000000000007d94288c046e616d65948c0161948c057368617065944b014b024b0387948c056974656d73945d9428\
      4e8889473ff80000000000004afeffffff4d2c014a701101008a060000000000018a060000000000ff8a09000000000000000040\
      430200ff9465752e
      """),
    bytes(
      """
      80059565000000000000007d94288c046e616d65948c0161948c057368617065944b014b024b0387948c056974656d73945d9428\
      4e8889473ff80000000000004afeffffff4d2c014a701101008a060000000000018a060000000000ff8a09000000000000000040\
      430200ff9465752e
      """),
  ]

  private static func bytes(_ hexadecimal: String) -> [UInt8] {
    let digits = hexadecimal.map { UInt8($0.hexDigitValue!) }
    return stride(from: 0, to: digits.count, by: 2).map { digits[$0] << 4 | digits[$0 + 1] }
  }

  /// Pickle of protocol 2 with the opcodes `body`.
  static func program(_ parts: [UInt8]...) -> [UInt8] { [0x80, 2] + parts.flatMap { $0 } + Array(".".utf8) }

  static func code(_ text: String) -> [UInt8] { Array(text.utf8) }

  /// Opcode `GLOBAL` with its arguments.
  static func global(_ module: String, _ name: String) -> [UInt8] { code("c\(module)\n\(name)\n") }

  /// Opcode `BINUNICODE` with its argument.
  static func text(_ value: String) -> [UInt8] {
    [0x58] + withUnsafeBytes(of: UInt32(value.utf8.count).littleEndian) { Array($0) } + value.utf8
  }
}

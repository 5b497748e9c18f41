/// Colours of a spectrogram.
enum ColourMap {
  /// Colour map "magma" by Smith and van der Walt (matplotlib, CC0). Its lightness rises evenly, also for colour-blind
  /// readers and in grey.
  ///
  /// The map has 64 of the published 256 colours, in steps of 1/63, as 0xRRGGBB.
  static let magma: [UInt32] = [
    0x000004, 0x020109, 0x030312, 0x06051A, 0x0A0822, 0x0E0B2B, 0x130D34, 0x180F3D, 0x1D1147, 0x221150,
    0x29115A, 0x311165, 0x38106C, 0x3F0F72, 0x451077, 0x4C117A, 0x52137C, 0x59157E, 0x5F187F, 0x651A80,
    0x6B1D81, 0x721F81, 0x782281, 0x7E2482, 0x842681, 0x8B2981, 0x912B81, 0x982D80, 0x9E2F7F, 0xA5317E,
    0xAB337C, 0xB2357B, 0xBA3878, 0xC03A76, 0xC73D73, 0xCD4071, 0xD3436E, 0xD9466B, 0xDF4A68, 0xE44F64,
    0xE95462, 0xED5A5F, 0xF1605D, 0xF4675C, 0xF66E5C, 0xF8765C, 0xFA7D5E, 0xFB8560, 0xFC8C63, 0xFD9467,
    0xFD9B6B, 0xFEA36F, 0xFEAA74, 0xFEB47B, 0xFEBB81, 0xFEC287, 0xFECA8D, 0xFED194, 0xFED89A, 0xFDE0A1,
    0xFDE7A9, 0xFCEEB0, 0xFCF6B8, 0xFCFDBF,
  ]

  /// CSS gradient from left to right through every seventh colour of the map, the first and the last included.
  static var magmaGradient: String {
    let stops = Swift.stride(from: 0, to: magma.count, by: 7).map { index in
      let text = String(magma[index], radix: 16)
      return "#" + String(repeating: "0", count: 6 - text.count) + text
    }
    return "linear-gradient(to right,\(stops.joined(separator: ",")))"
  }
}

import Glibc

/// Second-order filter of R. Bristow-Johnson's Audio EQ Cookbook in direct form I, with coefficients rounded to 32
/// bits.
struct Biquad {
  private let (b0, b1, b2): (Double, Double, Double)
  private let (a1, a2): (Double, Double)
  private var (x1, x2, y1, y2) = (0.0, 0.0, 0.0, 0.0)

  private init(b: (Double, Double, Double), a: (Double, Double, Double)) {
    (b0, b1, b2) = (Self.rounded(b.0 / a.0), Self.rounded(b.1 / a.0), Self.rounded(b.2 / a.0))
    (a1, a2) = (Self.rounded(a.1 / a.0), Self.rounded(a.2 / a.0))
  }

  private static func rounded(_ coefficient: Double) -> Double { Double(Float(coefficient)) }

  static func highShelf(gainDB: Double, quality: Double, cornerHz: Double, sampleRateHz: Int) -> Biquad {
    let gain = pow(10, gainDB / 40)
    let angle = 2 * Double.pi * cornerHz / Double(sampleRateHz)
    let slope = 2 * gain.squareRoot() * sin(angle) / (2 * quality)
    let (up, down, cosine) = (gain + 1, gain - 1, cos(angle))
    return Biquad(
      b: (
        gain * (up + down * cosine + slope), -2 * gain * (down + up * cosine), gain * (up + down * cosine - slope)
      ),
      a: (up - down * cosine + slope, 2 * (down - up * cosine), up - down * cosine - slope))
  }

  static func highPass(quality: Double, cornerHz: Double, sampleRateHz: Int) -> Biquad {
    let angle = 2 * Double.pi * cornerHz / Double(sampleRateHz)
    let (cosine, alpha) = (cos(angle), sin(angle) / (2 * quality))
    return Biquad(b: ((1 + cosine) / 2, -(1 + cosine), (1 + cosine) / 2), a: (1 + alpha, -2 * cosine, 1 - alpha))
  }

  mutating func next(_ x: Double) -> Double {
    let y = b0 * x + b1 * x1 + b2 * x2 - a1 * y1 - a2 * y2
    (x2, x1, y2, y1) = (x1, x, y1, y)
    return y
  }
}

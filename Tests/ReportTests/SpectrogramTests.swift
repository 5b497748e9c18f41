import Foundation
import Report
import Testing

@Suite struct SpectrogramTests {
  private static func sine(hz: Double, amplitude: Double, count: Int) -> [Float] {
    (0..<count).map { Float(amplitude * sin(2 * .pi * hz * Double($0) / Double(Spectrogram.sampleRateHz))) }
  }

  @Test func showsSilenceAsTheLowestLevel() {
    #expect(Spectrogram([Float](repeating: 0, count: 48_000)).pixels.allSatisfy { $0 == 0 })
  }

  @Test func showsASineInItsBandAlone() throws {
    let picture = Spectrogram(Self.sine(hz: 8_000, amplitude: 0.5, count: 96_000))
    let column = (0..<picture.height).map { picture.pixels[$0 * picture.width + picture.width / 2] }
    let brightest = try #require(column.indices.max { column[$0] < column[$1] })
    // On Slaney's scale 8 kHz lies at mel 45.2 of 61.2; row 0 is the highest band.
    #expect(abs(Double(brightest) - (1 - 45.24 / 61.22) * 128) <= 1.5)
    #expect(column.filter { $0 == 0 }.count > 64)
  }

  @Test(arguments: [1, 2, 100, 2_047, 48_000, 480_000, 4_800_000])
  func drawsAnyLength(count: Int) throws {
    let picture = Spectrogram(Self.sine(hz: 440, amplitude: 1, count: count))
    #expect((1...440).contains(picture.width))
    #expect(picture.pixels.count == picture.width * picture.height)
  }

  @Test func writesPNG() throws {
    let file = try IndexedPNG.encode(pixels: [0, 1, 2, 0], width: 2, palette: [0x000000, 0xFF0000, 0x00FF00])
    #expect(file.starts(with: [0x89, 0x50, 0x4E, 0x47, 0x0D, 0x0A, 0x1A, 0x0A]))
    #expect(Array(file[12..<29]) == Array("IHDR".utf8) + [0, 0, 0, 2, 0, 0, 0, 2, 8, 3, 0, 0, 0])
    #expect(Array(file.suffix(4)) == [0xAE, 0x42, 0x60, 0x82], "the checksum of an empty IEND")
  }
}

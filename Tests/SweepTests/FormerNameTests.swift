import Evaluation
import Foundation
import Sweep
import Testing

/// Tests of the names that earlier versions wrote (`formats/sweep-report.md`, "Names of earlier versions").
@Suite struct FormerNameTests {
  private static let formerRow = """
    {"clip": "a", "computeSeconds": 0.5, "condition": "c", "fileBytes": 20, "flags": ["level"], "missingShare": 0.25,
     "outcome": "ok", "payloadBytes": 10, "seconds": 2, "values": {"bandwidth_hz": 1, "clipped_samples": 2,
     "dc_offset": 3, "lag_samples": 4, "longest_silence_seconds": 5, "loudness_difference_db": 6, "mel": 7, "mel7": 8,
     "mel_dac": 9, "reference_bandwidth_hz": 10, "si_sdr_db": 11, "stft": 12}}
    """

  @Test func rowsOfEarlierVersionsAreRead() throws {
    let row = try JSONDecoder().decode(SweepRow.self, from: Data(Self.formerRow.utf8))
    #expect(row.maskedShare == 0.25 && row.payloadBytes == 10 && row.flags == ["level"])
    #expect(
      row.values == [
        .decodedBandwidth: 1, .clippedSamples: 2, .dcOffset: 3, .lag: 4, .longestSilence: 5, .loudnessDifference: 6,
        .melDistance: 7, .sevenScaleMelDistance: 8, .dacMelDistance: 9, .referenceBandwidth: 10, .siSDR: 11,
        .stftDistance: 12,
      ])
    let written = String(decoding: try JSONEncoder().encode(row), as: UTF8.self)
    #expect(written.contains("\"maskedShare\"") && written.contains("\"dac_mel_distance\""), "\(written)")
    #expect(!written.contains("missingShare") && !written.contains("\"mel_dac\""), "\(written)")
    #expect(try JSONDecoder().decode(SweepRow.self, from: Data(written.utf8)) == row)
  }

  @Test func machinesOfEarlierVersionsAreRead() throws {
    let former = #"{"processor": "p", "cores": 2, "kernelLevel": "avx2"}"#
    let machine = try JSONDecoder().decode(SweepDescription.Machine.self, from: Data(former.utf8))
    #expect(machine == SweepDescription.Machine(processor: "p", cores: 2, instructionSet: "avx2"))
    let written = try JSONEncoder().encode(machine)
    #expect(String(decoding: written, as: UTF8.self).contains("\"instructionSet\""))
    #expect(try JSONDecoder().decode(SweepDescription.Machine.self, from: written) == machine)
  }

  @Test func unknownMetricsAreRefused() {
    #expect(Metric(id: "mel_dac") == .dacMelDistance && Metric(id: "mel_distance") == .melDistance)
    #expect(Metric(id: "loudness") == nil)
  }
}

import DACFile

extension FuzzTarget {
  /// The reader of `.dac` files, and with it the one of pickles: every input is a recording that is written and read
  /// again unchanged, or a `DACFileError`.
  public static let dacFile = FuzzTarget(name: "dac-file") { input in
    let recording: DACRecording
    do {
      recording = try DACFileReader().read(input)
    } catch is DACFileError {
      return
    } catch {
      throw FuzzFinding("another error than its own: \(error)")
    }
    // The loudness is stored in single precision.
    var single = recording
    single.inputLoudnessLUFS = Double(Float(recording.inputLoudnessLUFS))
    try require(
      try DACFileReader().read(DACFileWriter().bytes(of: recording)) == single, "what is written is read otherwise")
  }
}

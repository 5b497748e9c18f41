import DACFile

extension FuzzTarget {
  /// Reader of `.dac` files, with that of pickles: each input is a recording that can be written and read unchanged, or
  /// a `DACFileError`.
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

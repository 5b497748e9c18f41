import AudioIO
import Foundation

/// The program `ffmpeg`, which reads the formats that libraries do not.
enum FFmpeg {
  /// Path of the program; nil where it is not installed.
  static var path: String? {
    let folders = ProcessInfo.processInfo.environment["PATH"] ?? ""
    return folders.split(separator: ":").map { $0 + "/ffmpeg" }.first(where: FileManager.default.isExecutableFile)
  }

  /// Prints that `ffmpeg` reads an input; prints nothing where a library reads the input.
  static func mention(_ reader: AudioReader, as name: String) {
    if let helper = reader.helper { Console.message("\(name): read through \(helper)") }
  }
}

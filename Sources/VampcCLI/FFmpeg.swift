import AudioIO
import Foundation

/// The program `ffmpeg`, which reads audio formats that vampc's libraries cannot read.
enum FFmpeg {
  /// Path of the program, found in the folders of `PATH`; nil where the program is not installed.
  static var path: String? {
    let folders = ProcessInfo.processInfo.environment["PATH"] ?? ""
    return folders.split(separator: ":").map { $0 + "/ffmpeg" }.first(where: FileManager.default.isExecutableFile)
  }

  /// Prints that `ffmpeg` reads the input named `name`; prints nothing where a library reads the input.
  static func mention(_ reader: AudioReader, as name: String) {
    if let helper = reader.helper { Console.message("\(name): read through \(helper)") }
  }
}

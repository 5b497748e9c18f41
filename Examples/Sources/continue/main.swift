// Generates sound behind a recording.
//
//     continue MODELS INPUT OUTPUT.wav [SECONDS]

import Foundation
import Vampc

let arguments = CommandLine.arguments.dropFirst()
let seconds = arguments.count > 3 ? Double(arguments[4]) ?? 0 : 5
guard (3...4).contains(arguments.count), seconds > 0, seconds <= 3_600 else {
  FileHandle.standardError.write(Data("usage: continue MODELS INPUT OUTPUT.wav [SECONDS]\n".utf8))
  exit(64)
}
let library = ModelLibrary(folders: [arguments[1]])
let model = try Model(library.bundle(named: "vampc-default-3"), context: ComputeContext())
let audio = try AudioReader(path: arguments[2]).readAll()

var settings = VampSettings.keepingAll(of: model)
settings.extent.followingSeconds = seconds
settings.keepsOriginal = true
let longer = try Vamper(model, settings: settings).variation(of: audio, seed: 1).audio

try AudioWriter.write(longer, asFloatWAV: arguments[3])
print("\(audio.sampleCount) samples continued to \(longer.sampleCount)")

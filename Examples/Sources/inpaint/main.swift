// Generates a segment of a recording and keeps the recording's own samples around the segment.
//
//     inpaint MODELS INPUT OUTPUT.wav FROM TO

import Foundation
import Vampc

let arguments = CommandLine.arguments.dropFirst()
guard arguments.count == 5, let start = Double(arguments[4]), let end = Double(arguments[5]), 0 <= start, start < end
else {
  FileHandle.standardError.write(Data("usage: inpaint MODELS INPUT OUTPUT.wav FROM TO, in seconds\n".utf8))
  exit(64)
}
let library = ModelLibrary(folders: [arguments[1]])
let model = try Model(library.bundle(named: "vampc-default-3"), context: ComputeContext())
let audio = try AudioReader(path: arguments[2]).readAll()

var settings = VampSettings.keepingAll(of: model)
settings.keepRules.generatedSegments = [TimeRange(startSeconds: start, endSeconds: end)]
settings.keepsOriginal = true
let mended = try Vamper(model, settings: settings).variation(of: audio, seed: 1)

try AudioWriter.write(mended.audio, asFloatWAV: arguments[3])
print("\(Int(100 * (1 - mended.keptShare))) % of the tokens generated")

// Writes several passes of a loop, each a variation, whose end leads to the beginning.
//
//     loop MODELS INPUT OUTPUT.wav [PASSES]

import Foundation
import Vampc

let arguments = CommandLine.arguments.dropFirst()
let passCount = arguments.count > 3 ? Int(arguments[4]) ?? 0 : 4
guard (3...4).contains(arguments.count), passCount >= 1 else {
  FileHandle.standardError.write(Data("usage: loop MODELS INPUT OUTPUT.wav [PASSES]\n".utf8))
  exit(64)
}
let library = ModelLibrary(folders: [arguments[1]])
let model = try Model(library.bundle(named: "vampc-default-3"), context: ComputeContext())
let audio = try AudioReader(path: arguments[2]).readAll()

// Every 7th frame keeps its three coarsest tokens; the seed draws the first of these frames.
let settings = VampSettings(
  prompt: CompressionPrompt(codebookCount: 3, period: 7), drawsPhase: true, loopPassCount: passCount)
let loop = try Vamper(model, settings: settings).variation(of: audio, seed: 1).audio

try AudioWriter.write(loop, asFloatWAV: arguments[3])
print("\(passCount) passes of \(audio.sampleCount) samples: \(loop.sampleCount) samples")

// Encodes audio from standard input to a stream on standard output, block by block, for as long as it lasts.
//
//     arecord -f cd | stream-pipe MODELS > radio.vampc

import Foundation
import Vampc

guard CommandLine.arguments.count == 2 else {
  FileHandle.standardError.write(Data("usage: stream-pipe MODELS < INPUT > OUTPUT.vampc\n".utf8))
  exit(64)
}
let library = ModelLibrary(folders: [CommandLine.arguments[1]])
let model = try Model(library.bundle(named: "vampc-default-3"), context: ComputeContext())
// A block of one second is written about three seconds after its end: its gain needs some look-ahead.
let encoder = try VampcEncoder(model, settings: EncoderSettings(rate: .bitrateBps(8_000), latencySeconds: 1))
let report = try encoder.encode(
  AudioReader(path: "-"), write: { FileHandle.standardOutput.write(Data($0)) },
  progress: { progress in
    FileHandle.standardError.write(Data("\(Int(progress.doneSeconds)) s\r".utf8))
  })
FileHandle.standardError.write(Data("\(report.statistics.byteCount) bytes\n".utf8))

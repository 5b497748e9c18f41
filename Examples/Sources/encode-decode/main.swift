// Encodes an audio file in memory, decodes the stream, and writes what comes back.
//
//     encode-decode MODELS INPUT OUTPUT.wav [BITRATE]

import Foundation
import Vampc

let arguments = CommandLine.arguments.dropFirst()
guard arguments.count >= 3 else {
  FileHandle.standardError.write(Data("usage: encode-decode MODELS INPUT OUTPUT.wav [BITRATE]\n".utf8))
  exit(64)
}
let (models, input, output) = (arguments[1], arguments[2], arguments[3])
let bitrateBps = arguments.count > 3 ? Double(arguments[4]) ?? 2_000 : 2_000

let library = ModelLibrary(folders: [models])
let model = try Model(library.bundle(named: "vampc-default-3"), context: ComputeContext())

let audio = try AudioReader(path: input).readAll()
let encoder = try VampcEncoder(model, settings: EncoderSettings(rate: .bitrateBps(bitrateBps)))
let stream = try encoder.encode(audio)
let decoded = try VampcDecoder(library: library).decode(stream)

try AudioWriter.write(decoded, asFloatWAV: output)
let seconds = Double(audio.sampleCount) / Double(audio.sampleRateHz)
print("\(stream.count) bytes for \(seconds) s, \(Int(Double(stream.count * 8) / seconds)) bit/s")

// Finding and loading models, and what streams say about them.

import Foundation
import Vampc

// snippet.library
let library = ModelLibrary.standard(environment: ProcessInfo.processInfo.environment, executablePath: nil)
let local = ModelLibrary(folders: ["models"] + library.folders)
for path in local.modelPaths() { print(path) }

// snippet.bundle
let bundle = try local.bundle(named: "vampc-default-3")
print("\(bundle.name): \(bundle.byteCount) bytes, trained at \(bundle.codec.loudnessLUFS) LUFS")
if try bundle.generatorIdentity() == nil { print("a codec alone: nothing is generated") }

// snippet.context
let context = ComputeContext(threadCount: 2)
let model = try Model(bundle, context: context)
print("\(model.geometry.codebookCount) codebooks at \(model.geometry.frameRateHz) frames a second")

// snippet.identity
let audio = AudioBuffer(channels: [[Float](repeating: 0, count: 44_100)], sampleRateHz: 44_100)
let stream = try VampcEncoder(model).encode(audio)
var reader = StreamReader(stream)
if case .header(let header) = try reader.next() {
  print("codec \(header.codecHash), decodes: \(try model.decodes(codec: header.codecHash))")
}
// snippet.end

// Choosing the tokens that a stream keeps, and reading tokens from a stream.

import Vampc

let library = ModelLibrary(folders: ["models"])
let model = try Model(library.bundle(named: "vampc-default-3"), context: ComputeContext())
let audio = try AudioReader(path: "song.opus").readAll()

// snippet.prompt
let prompt = CompressionPrompt(codebookCount: 2, period: 4)
var settings = EncoderSettings(rate: .prompt(prompt))
print("\(model.geometry.tokenRateBps(of: prompt)) bit/s")

// snippet.rules
settings.keepRules.firstSeconds = 0.5
settings.keepRules.timesSeconds = [1.25, 1.75, 2.25]
settings.keepRules.codebookCount = 4

// snippet.mask
var mask = TokenMask(codebookCount: model.geometry.codebookCount, frameCount: 200, isKept: false)
for frame in 50..<60 { mask.keep(codebook: 0, frame: frame) }
settings.keepRules.mask = mask

// snippet.read
let stream = try VampcEncoder(model, settings: settings).encode(audio)
var reader = StreamReader(stream)
var coarsest: [UInt16?] = []
while let event = try reader.next() {
  guard case .block(let block) = event else { continue }
  let tokens = block.grids[0]
  for frame in 0..<block.frameCount {
    coarsest.append(block.mask.isKept(codebook: 0, frame: frame) ? tokens[0, frame] : nil)
  }
}

// snippet.fill
let kept = try VampcDecoder(library: library, settings: DecoderSettings(fill: .none)).decode(stream)

// snippet.sampler
let adjusted = DecoderSettings { sampler in
  sampler.seed = 7
  sampler.coarseStepCount = 36
}
let generated = try VampcDecoder(library: library, settings: adjusted).decode(stream)
// snippet.end

print("\(coarsest.count) frames, \(coarsest.count { $0 != nil }) of codebook 0 kept")
print("\(kept.sampleCount) and \(generated.sampleCount) samples")

// Making new sound from a recording.

import Vampc

let library = ModelLibrary(folders: ["models"])
let model = try Model(library.bundle(named: "vampc-default-3"), context: ComputeContext())
let audio = try AudioReader(path: "song.opus").readAll()

// snippet.variation
let prompt = CompressionPrompt(codebookCount: 3, period: 7)
let vamper = try Vamper(model, settings: VampSettings(prompt: prompt, drawsPhase: true))
let variations = try (1...4).map { try vamper.variation(of: audio, seed: $0).audio }

// snippet.inpainting
var inpainting = VampSettings.keepingAll(of: model)
inpainting.keepRules.generatedSegments = [TimeRange(startSeconds: 2, endSeconds: 3.5)]
inpainting.keepsOriginal = true
let mended = try Vamper(model, settings: inpainting).variation(of: audio, seed: 1)

// snippet.continuation
var continuation = VampSettings.keepingAll(of: model)
continuation.extent.followingSeconds = 10
let longer = try Vamper(model, settings: continuation).variation(of: audio, seed: 1)

// snippet.loop
let loop = VampSettings(prompt: prompt, drawsPhase: true, loopPassCount: 8)
let passes = try Vamper(model, settings: loop).variation(of: audio, seed: 1)

// snippet.beats
var beat = VampSettings(prompt: CompressionPrompt(codebookCount: 3, period: 0))
beat.keepRules.timesSeconds = BeatTracker.beatSeconds(in: audio.downmixedToMono())
beat.keepRules.timeReach.afterSeconds = 0.05
beat.keepRules.codebookCount = 3
let newMusic = try Vamper(model, settings: beat).variation(of: audio, seed: 1)
// snippet.end

print("\(variations.count) variations, \(mended.keptShare), \(longer.audio.sampleCount) samples")
print("\(passes.audio.sampleCount) and \(newMusic.audio.sampleCount) samples")

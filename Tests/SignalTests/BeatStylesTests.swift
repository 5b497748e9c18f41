import Signal
import Testing

/// Beats of rendered music, by style and tempo. `tools/measure-beats` measures more of them.
@Suite struct BeatStylesTests {
  @Test(arguments: [
    (RenderedMusic.Style.rock, 84.0, 84.0), (.rock, 120, 120), (.rock, 150, 150), (.rock, 100, 122),
    (.house, 122, 122), (.house, 134, 134), (.swing, 104, 104), (.swing, 140, 140), (.waltz, 96, 96),
    (.waltz, 144, 144), (.ballad, 72, 72), (.ballad, 84, 76),
  ])
  func findsTheBeatsOfAStyle(style: RenderedMusic.Style, tempo: Double, finalTempo: Double) {
    let music = RenderedMusic(style, tempo: tempo, finalTempo: finalTempo, seed: 1)
    let found = BeatTracker.beatSeconds(in: music.audio)
    #expect(music.fMeasure(of: found) >= 0.9, "\(style) at \(tempo): \(found), seed 1")
  }

  @Test func findsTheBarsOfAWaltz() {
    let music = RenderedMusic(.waltz, tempo: 120, finalTempo: 120, seed: 1)
    let beats = BeatTracker.beatSeconds(in: music.audio)
    let metre = Metre(of: beats, in: music.audio)
    #expect(metre.beatsPerBar == 3)
    let (downbeats, upbeats) = (metre.downbeats(of: beats), metre.upbeats(of: beats))
    #expect((downbeats + upbeats).sorted() == beats)
    #expect(upbeats.count >= 2 * (downbeats.count - 1))
    for downbeat in downbeats {
      #expect(stride(from: 0, to: music.beats.count, by: 3).contains { abs(music.beats[$0] - downbeat) < 0.07 })
    }
  }
}

import Foundation
package import Signal

/// Page with a recording and its variations side by side: one HTML file without scripts and external resources.
package struct VampPage {
  /// Recording or variation that the page plays.
  package struct Sound {
    /// Heading of the sound.
    package var name: String
    /// Text below the player.
    package var facts: String
    /// Samples with any sample rate and any number of channels; the page plays their mono mix.
    package var audio: AudioBuffer

    /// Creates a sound.
    ///
    /// - Parameters:
    ///   - name: Heading of the sound.
    ///   - facts: Text below the player.
    ///   - audio: Samples; must not be empty.
    package init(name: String, facts: String, audio: AudioBuffer) {
      self.name = name
      self.facts = facts
      self.audio = audio
    }
  }

  private let title: String
  private let sounds: [Sound]
  private let picture: KeepMaskPicture
  private let kept: String

  /// Creates a page.
  ///
  /// - Parameters:
  ///   - title: Name of the recording.
  ///   - sounds: Recording and variations, in the order of the page.
  ///   - picture: Keep mask of the first variation.
  ///   - kept: Sentence that says how many tokens are kept.
  package init(title: String, sounds: [Sound], picture: KeepMaskPicture, kept: String) {
    self.title = title
    self.sounds = sounds
    self.picture = picture
    self.kept = kept
  }

  /// Makes the text of the page.
  ///
  /// - Throws: `SignalError`, `OpusBaselineError`, ``ReportError/libraryFailed(library:)``.
  package func html() throws -> String {
    let seconds = sounds.reduce(0) { $0 + Double($1.audio.sampleCount) / Double($1.audio.sampleRateHz) }
    let bitrateBps = ListeningMaterial.bitrateBps(forTotalSeconds: seconds)
    let figures = try sounds.map { try figure($0, bitrateBps) }.joined()
    let page: Markup = """
      <!DOCTYPE html>
      <html lang="en">
      <head>
      <meta charset="utf-8">
      <meta http-equiv="Content-Security-Policy" content="default-src 'none'; style-src 'unsafe-inline'; \
      img-src data:; media-src data:; base-uri 'none'; form-action 'none'">
      <meta name="viewport" content="width=device-width, initial-scale=1">
      <meta name="color-scheme" content="light dark">
      <title>vampc: variations of \(title)</title>
      <link rel="icon" href="data:,">
      <style>\(Markup(trusting: PageStyle.text))</style>
      </head>
      <body>
      <header>
      <h1>Variations of \(title)</h1>
      <p class="lead">\(kept)</p>
      </header>
      <main>
      <section id="mask">
      <h2>Kept tokens</h2>
      <figure class="mask"><img alt="Keep mask" src="\(try Self.source("image/png", picture.png()))">
      <figcaption class="note">Time from left to right, the coarse codebook at the top; dark tokens of the recording are \
      kept, the others are generated.</figcaption></figure>
      </section>
      <section id="listen">
      <h2>Listen</h2>
      <div class="pair">
      \(figures)</div>
      </section>
      </main>
      <footer><p>Written by vampc. The sounds are mono, Opus at about \
      \(NumberText.tick(Double(bitrateBps) / 1_000)) kbit/s. The page loads no external resources.</p></footer>
      </body>
      </html>

      """
    return page.text
  }

  private func figure(_ sound: Sound, _ bitrateBps: Int) throws -> Markup {
    let material = try ListeningMaterial(
      sound.audio.downmixedToMono(), clip: title, condition: sound.name, bitrateBps: bitrateBps)
    let marks = Spectrogram.frequencyMarks.map { mark -> Markup in
      "<span class=\"hz\" style=\"top:\(mark.place * 100)%\">\(mark.text)</span>"
    }.joined()
    return """
      <figure class="sound"><figcaption>\(sound.name)</figcaption>
      <div class="spectrogram"><img alt="Spectrogram" src="\(Self.source("image/png", material.picture))">\(marks)\
      <span class="time">0 s</span><span class="time end">\(NumberText.fixed(material.seconds, decimals: 2)) s</span></div>
      <audio controls preload="none" src="\(Self.source("audio/ogg", material.sound))"></audio>
      <p class="facts">\(sound.facts)</p></figure>

      """
  }

  /// Data URL (RFC 2397) of media type `type` that contains `bytes`.
  private static func source(_ type: String, _ bytes: [UInt8]) -> Markup {
    Markup(trusting: "data:\(type);base64,\(Data(bytes).base64EncodedString())")
  }
}

import Evaluation
import Foundation
import Sweep

/// Section of the page with players and spectrograms, the original beside the decoded clip.
struct ListeningSection {
  let index: SweepIndex
  let listening: ListeningSet

  private var clips: [SweepDescription.Clip] { listening.clips(of: index.description) }

  var isEmpty: Bool { listening.materials.isEmpty }

  var content: Markup {
    guard !isEmpty else {
      return """
        <section id="listen">
        <h2>Listen</h2>
        <p>The sweep stored no audio.</p>
        </section>

        """
    }
    let conditions = index.conditions
    let clipOptions = clips.enumerated().map { place, clip -> Markup in
      "<option value=\"\(place)\">\(clip.name)</option>"
    }.joined()
    let heard = Set(listening.materials.map(\.condition))
    let choices = conditions.enumerated().filter {
      $0.element.method != .original && heard.contains($0.element.identifier)
    }
    var series: [String] = []
    for choice in choices where !series.contains(index.series(of: choice.element)) {
      series.append(index.series(of: choice.element))
    }
    let conditionOptions = series.map { name -> Markup in
      let options = choices.filter { index.series(of: $0.element) == name }.map { place, condition -> Markup in
        "<option value=\"\(place)\">\(index.name(of: condition))</option>"
      }
      return "<optgroup label=\"\(name)\">\(options.joined())</optgroup>"
    }.joined()
    let rate = NumberText.tick(Double(listening.bitrateBps) / 1_000)
    return """
      <section id="listen">
      <h2>Listen</h2>
      <p>\(NumberText.count(clips.count, "clip")) under every condition with stored audio. Choose below, click a point of \
      a curve or figure, or ▶ in a table. To keep the page small, all audio, the originals included, is Opus at \
      about \(rate) kbit/s (mono; Safari plays it from version 18.4 on). The figures were measured on the full-quality \
      audio, which lies in the folder <code>audio</code> of the sweep.</p>
      <noscript><p class="warn">Choosing and playing audio needs JavaScript, which is off. Plots and tables work without it.</p>\
      </noscript>
      <div class="needs-script" hidden>
      <div class="choice">
      <label>Clip <select id="clip">\(clipOptions)</select></label>
      <label>Condition <select id="condition">\(conditionOptions)</select></label>
      <span><button type="button" id="previous">Previous</button> <button type="button" id="next">Next</button></span>
      </div>
      <p class="facts" id="facts" aria-live="polite"></p>
      <div class="pair">
      \(player("original"))\(player("decoded"))</div>
      <div class="levels"><div></div><p><span>\(levels.0) dB</span><span>\(levels.1) dB and more</span></p></div>
      <p class="note">Spectrograms show magnitude by time and frequency (mel scale, hertz). All have the same colours for \
      the same magnitude; 0 dB is a sine of full scale. A click in a spectrogram goes to that time. When the condition \
      changes, playback of the clip continues at the same time.</p>
      </div>
      </section>

      """
  }

  private var levels: (String, String) {
    let range = Spectrogram.levelsDB
    return (NumberText.fixed(range.lowerBound, decimals: 0), NumberText.fixed(range.upperBound, decimals: 0))
  }

  /// Transparent pixel as the source of an image before a clip is chosen; HTML requires a source.
  private static let blank = "data:image/gif;base64,R0lGODlhAQABAAAAACH5BAEKAAEALAAAAAABAAEAAAICTAEAOw=="

  private func player(_ id: String) -> Markup {
    let marks = Spectrogram.frequencyMarks.map { mark -> Markup in
      "<span class=\"hz\" style=\"top:\(mark.place * 100)%\">\(mark.text)</span>"
    }.joined()
    return """
      <figure class="sound" id="\(id)"><figcaption></figcaption>
      <div class="spectrogram"><img alt="" src="\(Markup(trusting: Self.blank))">\(marks)<span class="time">0 s</span><span class="time end"></span>\
      <div class="playhead" hidden></div></div>
      <audio controls preload="none"></audio></figure>

      """
  }

  /// Data that the script reads, in elements that browsers neither run nor show.
  var data: Markup {
    let conditions = index.conditions
    let clipPlaces = Dictionary(clips.enumerated().map { ($0.element.name, $0.offset) }) { first, _ in first }
    let conditionPlaces = Dictionary(conditions.enumerated().map { ($0.element.identifier, $0.offset) }) { first, _ in
      first
    }
    let sounds = listening.materials.compactMap { material -> Markup? in
      guard let clip = clipPlaces[material.clip], let condition = conditionPlaces[material.condition] else {
        return nil
      }
      let key = "\(clip)-\(condition)"
      return """
        <script type="text/plain" id="sound-\(key)" data-seconds="\(material.seconds)">\
        \(Data(material.sound).base64EncodedString())</script>
        <script type="text/plain" id="picture-\(key)">\(Data(material.picture).base64EncodedString())</script>

        """
    }.joined()
    return "\(sounds)<script type=\"application/json\" id=\"listening-data\">\(json)</script>\n"
  }

  private var json: Markup {
    let heard = Set(listening.materials.map(\.condition))
    let conditions = index.conditions
    let data = PageData(
      clips: clips.map { PageData.Clip(name: $0.name) },
      conditions: conditions.map { condition in
        PageData.Condition(
          id: condition.identifier, name: index.name(of: condition), hears: heard.contains(condition.identifier),
          facts: clips.map { facts(of: condition, clip: $0.name) })
      },
      original: conditions.firstIndex { $0.method == .original } ?? -1)
    let encoder = JSONEncoder()
    encoder.outputFormatting = .sortedKeys
    // The data has only strings, integers and Booleans, which the encoder never rejects.
    let text = (try? encoder.encode(data)).map { String(decoding: $0, as: UTF8.self) } ?? "{}"
    // An escaped `<` can neither end the script element nor begin another; JSON reads the escape as `<`.
    return Markup(trusting: text.replacingOccurrences(of: "<", with: "\\u003c"))
  }

  private struct PageData: Encodable {
    struct Clip: Encodable {
      var name: String
    }
    struct Condition: Encodable {
      var id: String
      var name: String
      var hears: Bool
      /// Text about the condition for each element of `clips`; empty where the condition has no row for the clip.
      var facts: [String]
    }
    var clips: [Clip]
    var conditions: [Condition]
    /// Index of the original in `conditions`; -1 where no condition is the original.
    var original: Int
  }

  private func facts(of condition: SweepCondition, clip: String) -> String {
    guard let row = index.rows(of: condition).first(where: { $0.clip == clip }) else { return "" }
    var facts = [index.series(of: condition)]
    if let rate = row.fileBps, rate.isFinite { facts.append("\(NumberText.kilobits(rate)) kbit/s with the container") }
    if let share = row.maskedShare, share.isFinite {
      facts.append("\(NumberText.fixed(share * 100, decimals: 1)) % of the tokens masked")
    }
    if let value = row.values[.melDistance], value.isFinite { facts.append("mel distance \(NumberText.short(value))") }
    if row.outcome != .ok { facts.append("left out: \(row.outcome.words)") }
    facts += row.flags
    return facts.joined(separator: " · ")
  }
}

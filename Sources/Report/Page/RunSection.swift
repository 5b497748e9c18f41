import Sweep

/// Section of the page about the run: command, clips, models, machine and versions.
struct RunSection {
  let description: SweepDescription
  let conditionCount: Int

  var content: Markup {
    """
    <section id="run">
    <h2>The run</h2>
    <p>This command made the sweep; a click selects all of it:</p>
    <pre><code>\(description.command)</code></pre>
    <dl>
    <dt>Presets</dt><dd>\(description.presets.joined(separator: ", "))</dd>
    <dt>Clips</dt><dd>\(clips)</dd>
    <dt>Conditions</dt><dd>\(conditionCount)</dd>
    \(models)\(embeddings)
    <dt>Machine</dt><dd>\(description.machine.processor), \(NumberText.count(description.machine.cores, "core")), \
    kernels for \(description.machine.instructionSet)</dd>
    <dt>Versions</dt><dd>\(versions)</dd>
    </dl>
    </section>

    """
  }

  private var clips: Markup {
    let selection = description.selection
    let seconds = description.clips.reduce(0.0) { $0 + ($1.seconds.isFinite ? $1.seconds : 0) }
    let files = Set(description.clips.map(\.file)).count
    return """
      \(NumberText.count(description.clips.count, "clip")) from \(NumberText.count(files, "file")), \
      \(NumberText.fixed(seconds, decimals: 1)) s in total; at most \(NumberText.tick(selection.seconds)) s a clip and \
      \(NumberText.count(selection.perFile, "clip")) a file, positions from seed \(String(selection.seed)); mixed to mono
      """
  }

  private var models: Markup {
    description.models.map { model -> Markup in
      let generator: Markup =
        model.generatorIdentity.map {
          "<br>transformers <span class=\"hash\">\($0)</span>"
        } ?? "<br>no transformers"
      return """
        <dt>Model</dt><dd>\(model.name): \(NumberText.fixed(Double(model.sampleRateHz), decimals: 0)) Hz, a frame every \
        \(model.hopLength) samples, \(model.codebookCount) codebooks of \(model.codebookSize) entries\
        <br>codec <span class="hash">\(model.codecIdentity)</span>\(generator)</dd>

        """
    }.joined()
  }

  private var embeddings: Markup {
    description.embeddings.map { embedding -> Markup in
      """
      <dt>Embedding</dt><dd>\(embedding.name): \(NumberText.count(embedding.referenceCount, "vector")) of the originals, \
      \(embedding.dimension) dimensions<br><span class="hash">\(embedding.source)</span></dd>

      """
    }.joined()
  }

  private var versions: String {
    description.versions.sorted { $0.key < $1.key }.map { "\($0.key) \($0.value)" }.joined(separator: ", ")
  }
}

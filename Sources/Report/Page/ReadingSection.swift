import Sweep

/// Section of the page that explains the figures and their limits.
struct ReadingSection {
  let description: SweepDescription
  let explanations: [ReportExplanation]

  var content: Markup {
    """
    <section id="reading">
    <h2>How to read these figures</h2>
    <h3>Rates</h3>
    <p>The rate of a point is that of its files: every byte, container and headers included, over the length of the clip. \
    Codecs write what they can, not what they are asked for; short clips make headers look large. The tables give the \
    rate without the container beside it.</p>
    <h3>Intervals</h3>
    <p>A 95 % bootstrap interval says where the mean might have come to lie had other clips of the same kind been \
    drawn. It knows nothing of music that is not among the clips. Conditions are measured on the same clips, so that two \
    of them may differ for certain though their intervals overlap.</p>
    \(frechet)\(explanations.map { "<h3>\($0.title)</h3>\n<p>\($0.text)</p>\n" as Markup }.joined())
    <h3>No figure hears</h3>
    <p>A distance compares with the original. Sound that a model imagines well differs from the original and still pleases; \
    sound that is blurred comes near to it and does not. <a href="#listen">Listen</a>.</p>
    </section>

    """
  }

  private var frechet: Markup {
    guard !description.embeddings.isEmpty else { return "" }
    let counts = description.embeddings.map { embedding in
      let few = embedding.referenceCount <= embedding.dimension
      return """
        \(embedding.name) has \(NumberText.count(embedding.referenceCount, "vector")) in \(embedding.dimension) dimensions\
        \(few ? ", fewer than a covariance needs" : "")
        """
    }.joined(separator: "; ")
    return """
      <h3>Fréchet distance</h3>
      <p>It compares two sets of clips, not a clip with its original, and needs many of them: with few it comes out too \
      large, and only distances from equally many clips compare. Here \(counts).</p>

      """
  }
}

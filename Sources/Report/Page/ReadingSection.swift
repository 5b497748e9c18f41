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
    <p>The rate of a point counts every byte of its files, container and headers included, over the length of the clip. \
    A codec may write more or less than requested, and short clips make headers look large. The tables also give the \
    rate without the container.</p>
    <h3>Intervals</h3>
    <p>A 95 % bootstrap interval shows where the mean might lie with other clips of the same kind. The interval does not \
    cover kinds of music that are not among the clips. All conditions are measured on the same clips, so two conditions \
    may differ significantly although their intervals overlap.</p>
    \(frechet)\(explanations.map { "<h3>\($0.title)</h3>\n<p>\($0.text)</p>\n" as Markup }.joined())
    <h3>Figures do not replace listening</h3>
    <p>A distance compares with the original. Well-generated audio differs from the original and may still sound good; \
    blurred audio may be near the original and sound bad. <a href="#listen">Listen</a>.</p>
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
      <p>The Fréchet distance compares two sets of clips, not a clip with its original. Few clips make the distance too \
      large, and only distances of equally many clips compare. In this sweep, \(counts).</p>

      """
  }
}

/// Result of one clip under one condition, stored between runs (`formats/sweep-report.md`, "cells/").
struct SweepCell {
  var row: SweepRow
  /// Embeddings of the decoded clip by identifier. A clip shorter than a window has an entry without windows.
  var embeddings: [String: EmbeddedWindows]
}

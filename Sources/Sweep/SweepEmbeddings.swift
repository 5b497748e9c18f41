public struct SweepEmbeddings: Sendable {
  var makers: [any ClipEmbedderMaker] = []
  public init() {}
}

/// Embeddings of one clip, one for each window of the network: `[window, dimension]`, row by row.
struct EmbeddedWindows: Equatable {
  let dimension: Int
  let values: [Float]

  var count: Int { dimension == 0 ? 0 : values.count / dimension }
}

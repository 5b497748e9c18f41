import ArgumentParser
import ModelStore
import Sweep

struct SweepEmbeddingOptions: ParsableArguments {
  func embeddings(_ library: ModelLibrary) throws -> SweepEmbeddings { SweepEmbeddings() }
}

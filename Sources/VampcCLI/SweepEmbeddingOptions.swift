import ArgumentParser
import Evaluation
import ModelStore
import Sweep

struct SweepEmbeddingOptions: ParsableArguments {
  func embeddings(_ library: ModelLibrary) throws -> SweepEmbeddings { SweepEmbeddings([.codec()]) }
}

/// A Python function or class by its name. Nothing is ever looked up, imported or called.
public struct PickleGlobal: Hashable, Sendable, CustomStringConvertible {
  public let module: String
  /// With dots where it lies inside another one.
  public let name: String

  public init(module: String, name: String) {
    self.module = module
    self.name = name
  }

  public var description: String { "\(module).\(name)" }
}

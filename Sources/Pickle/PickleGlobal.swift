/// Name of a Python function or class. ``PickleReader`` never looks up, imports or calls a function or class.
public struct PickleGlobal: Hashable, Sendable, CustomStringConvertible {
  /// Name of the Python module, such as `torch._utils`.
  public let module: String
  /// Name of the function or class inside the module, with dots between nested names.
  public let name: String

  /// Creates a name from its module and the name inside the module.
  public init(module: String, name: String) {
    self.module = module
    self.name = name
  }

  /// Module and name with a dot between them.
  public var description: String { "\(module).\(name)" }
}

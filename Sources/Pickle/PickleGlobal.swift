/// Name of a Python function or class. Readers never look up, import or call the function or class.
public struct PickleGlobal: Hashable, Sendable, CustomStringConvertible {
  /// Name of the module.
  public let module: String
  /// Name inside the module, with dots between nested names.
  public let name: String

  /// Global with the given module and name.
  public init(module: String, name: String) {
    self.module = module
    self.name = name
  }

  /// Module and name with a dot between them.
  public var description: String { "\(module).\(name)" }
}

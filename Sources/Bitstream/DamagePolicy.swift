/// Behaviour of a reader at a fault (`formats/container.md`, section 7).
public enum DamagePolicy: Sendable {
  /// Throws the first fault and reads no further.
  case strict
  /// Reports the damage and continues at the next intact record.
  case lenient
}

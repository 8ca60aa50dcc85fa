/// The identity of a trial within an experiment; ordered by its parts in the order of the properties.
package struct TrialKey: Hashable, Comparable, Sendable, CustomStringConvertible {
  /// The data set's name.
  package var dataset: String
  /// The model id.
  package var model: String
  /// The protocol's name.
  package var `protocol`: String
  /// The repetition of the cross-validation, from 1.
  package var repetition: Int
  /// The test fold, from 1.
  package var fold: Int

  /// Creates a key from its parts.
  package init(dataset: String, model: String, protocol: String, repetition: Int, fold: Int) {
    self.dataset = dataset
    self.model = model
    self.protocol = `protocol`
    self.repetition = repetition
    self.fold = fold
  }

  /// The parts of the key in one line for the user.
  package var description: String {
    "\(dataset), \(model), \(`protocol`), repetition \(repetition), fold \(fold)"
  }

  /// Returns whether the left key sorts before the right one.
  package static func < (left: TrialKey, right: TrialKey) -> Bool {
    (left.dataset, left.model, left.protocol, left.repetition, left.fold)
      < (right.dataset, right.model, right.protocol, right.repetition, right.fold)
  }
}

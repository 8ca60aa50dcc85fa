/// A task of classes whose loss is the cross entropy, or a function of it.
package protocol ClassTask: BagTask {
  /// The loss that fits minimise.
  var classLoss: ClassLoss { get }

  /// Returns the task with another loss.
  func minimising(_ loss: ClassLoss) -> Self
}

extension BagTask {
  /// See ``ClassTask/classLoss``; the cross entropy for other tasks.
  package var classLoss: ClassLoss { (self as? any ClassTask)?.classLoss ?? ClassLoss() }

  /// Returns the task with another loss of classes.
  ///
  /// - Throws: ``TaskError`` for a loss other than the cross entropy if the task is not a ``ClassTask``.
  package func minimising(_ loss: ClassLoss) throws -> any BagTask {
    if let task = self as? any ClassTask { return task.minimising(loss) }
    guard loss.kind == .crossEntropy else {
      throw TaskError("classLoss=\(loss.kind.rawValue) needs classes, the task \(Self.id) has \(targetKind.title)")
    }
    return self
  }
}

/// A task of classes whose loss is the cross entropy, or a function of it.
package protocol ClassTask: BagTask {
  /// Whether the task predicts one number per class and the largest is the bag's class.
  ///
  /// Fits of two classes, each class against the rest, can then replace one fit of the task.
  var predictsEachClass: Bool { get }
  /// Whether the one output of a bag is the logit of the positive class, which pseudo-labels need.
  var outputIsLogit: Bool { get }
  /// The loss that fits minimise.
  var classLoss: ClassLoss { get }

  /// Returns the task with another loss.
  func minimising(_ loss: ClassLoss) -> Self
}

extension BagTask {
  /// See ``ClassTask/predictsEachClass``; no for other tasks.
  package var predictsEachClass: Bool { (self as? any ClassTask)?.predictsEachClass ?? false }

  /// See ``ClassTask/outputIsLogit``; no for other tasks.
  package var outputIsLogit: Bool { (self as? any ClassTask)?.outputIsLogit ?? false }

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

/// How the bags of each of several classes were called, over the folds and repetitions of one model on one data set.
package struct ClassResults: Sendable, Equatable, Encodable {
  /// The results for one class.
  package struct OfClass: Sendable, Equatable, Encodable {
    /// The name of the class.
    package let name: String
    /// The number of its bags; in each repetition a bag counts anew.
    package let bags: Int
    /// The number of its bags that are predicted as each class, in the order of classes: a row of the confusion matrix.
    package let calledAs: [Int]
    /// The share of its bags that are predicted as the class; nil without a bag.
    package let recall: Double?
    /// The share of the bags predicted as the class that are of it; nil without such a bag.
    package let precision: Double?
    /// The mean over folds of the AUC of the class's output for it against the rest; folds that test only the class or
    /// only the rest have none. Nil if no fold has one.
    package let areaAgainstRest: Double?
  }

  /// The classes in their order.
  package let classes: [OfClass]

  /// Counts the bags of finished trials; nil unless they have several classes.
  package init?(_ records: [TrialRecord]) {
    let folds = records.filter { $0.status == .finished }.map { Outcomes([$0]) }
    guard let first = folds.first, case .classes(_, let names) = first.targets, names.count > 2,
      folds.allSatisfy({ $0.targets.classCount == names.count })
    else { return nil }
    var table = Array(repeating: Array(repeating: 0, count: names.count), count: names.count)
    for fold in folds {
      for (label, call) in zip(fold.labels, fold.calls)
      where names.indices.contains(label) && names.indices.contains(call) {
        table[label][call] += 1
      }
    }
    func share(_ part: Int, _ whole: Int) -> Double? { whole == 0 ? nil : Double(part) / Double(whole) }
    classes = names.indices.map { label in
      let areas = folds.filter { $0.outputs.count == names.count }.compactMap { fold in
        Metrics.areaUnderCurve(
          labels: fold.labels.map { $0 == label ? 1 : 0 }, scores: fold.outputs[label])
      }
      let bags = table[label].reduce(0, +)
      return OfClass(
        name: names[label], bags: bags, calledAs: table[label], recall: share(table[label][label], bags),
        precision: share(table[label][label], table.reduce(0) { $0 + $1[label] }),
        areaAgainstRest: areas.isEmpty ? nil : areas.reduce(0, +) / Double(areas.count))
    }
  }
}

import MILBags

/// Checks that a bag is positive if and only if it contains a positive instance.
///
/// An instance without a label contradicts nothing: it may be positive or negative.
///
/// Source of the assumption: T. G. Dietterich, R. H. Lathrop, T. Lozano-Pérez, Solving the multiple instance problem
/// with axis-parallel rectangles, Artificial Intelligence 89, 1997, doi:10.1016/S0004-3702(96)00034-3.
enum InstanceLabelCheck {
  /// The largest number of bags in a sentence.
  private static let namedBags = 5

  /// Returns the contradictions in a data set; empty if it has no labels of instances.
  static func findings(in dataset: BagDataset) -> [AuditFinding] {
    guard let labels = dataset.instanceLabels else { return [] }
    var positiveInNegative = 0
    var inNegative: [Int] = []
    var withoutPositive: [Int] = []
    var undecided = 0
    for bag in dataset.labels.indices {
      let own = labels[dataset[rowsOfBag: bag]]
      let positive = own.count { $0 == 1 }
      if dataset.labels[bag] == 0 {
        positiveInNegative += positive
        if positive > 0 { inNegative.append(bag) }
      } else if positive == 0 {
        if own.contains(nil) { undecided += 1 } else { withoutPositive.append(bag) }
      }
    }
    return inNegativeBags(dataset, inNegative, instances: positiveInNegative)
      + inPositiveBags(dataset, withoutPositive, undecided: undecided)
  }

  private static func inNegativeBags(_ dataset: BagDataset, _ bags: [Int], instances: Int) -> [AuditFinding] {
    if bags.isEmpty { return [] }
    let holds = bags.count == 1 ? "holds" : "hold"
    return [
      AuditFinding(
        .instanceLabels, .warning,
        "\(bags.count) of \(dataset.bagCount - dataset.positiveBagCount) negative bags \(holds) "
          + "\(instances) positive instance\(instances == 1 ? "" : "s") (\(names(bags, dataset))), though a bag with one is "
          + "positive by the assumption of multiple-instance learning.",
        ["bags": Double(bags.count), "instances": Double(instances)])
    ]
  }

  private static func inPositiveBags(_ dataset: BagDataset, _ bags: [Int], undecided: Int) -> [AuditFinding] {
    var findings: [AuditFinding] = []
    if !bags.isEmpty {
      let hold = bags.count == 1 ? "holds" : "hold"
      findings.append(
        AuditFinding(
          .instanceLabels, .warning,
          "\(bags.count) of \(dataset.positiveBagCount) positive bags \(hold) no positive instance "
            + "(\(names(bags, dataset))), though each has one by the assumption of multiple-instance learning.",
          ["positive_bags_without": Double(bags.count)]))
    }
    if undecided > 0 {
      findings.append(
        AuditFinding(
          .instanceLabels, .note,
          "\(undecided) of \(dataset.positiveBagCount) positive bags hold no instance labelled positive, but some that are "
            + "not labelled.",
          ["positive_bags_undecided": Double(undecided)]))
    }
    return findings
  }

  private static func names(_ bags: [Int], _ dataset: BagDataset) -> String {
    let named = bags.prefix(namedBags).map { dataset.bagNames[$0] }.joined(separator: ", ")
    let rest = bags.count - namedBags
    return rest > 0 ? "\(named) and \(rest) more" : named
  }
}

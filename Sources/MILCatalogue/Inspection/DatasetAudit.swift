import Foundation
import LinearAlgebra
import MILBags
import MILFormats
import MILRecords
import UserInput

/// Finds problems that make results on a data set meaningless or too good: leaks, wrong labels, copies, empty features.
package enum DatasetAudit {
  /// Returns all findings about a data set, the worst first.
  ///
  /// - Parameters:
  ///   - dataset: the data set, with the labels of its file.
  ///   - catalogue: the known sets for comparison.
  /// - Throws: errors of reading features, if they are not in memory.
  package static func findings(in dataset: BagDataset, catalogue: Catalogue) throws -> [AuditFinding] {
    let whole = dataset
    let dataset = try audited(whole).loaded()
    let table = AuditedFeatures(dataset)
    // These checks need negative and positive bags.
    let hasTwoClasses = dataset.targets.kind == .twoClasses
    var findings =
      hasTwoClasses ? knownLabels(of: dataset, catalogue) + leaks(in: dataset, table, catalogue) : leaks(in: dataset)
    if table.nonFiniteCount > 0 {
      findings.append(
        AuditFinding(
          .nonFinite, .fault, "\(table.nonFiniteCount) feature values are infinite or not a number.",
          ["values": Double(table.nonFiniteCount)]))
    }
    if hasTwoClasses {
      findings += InstanceCopies(of: dataset, table).findings + InstanceLabelCheck.findings(in: dataset)
    }
    let constant = try dataset.constantFeatureCount
    if constant > 0 {
      let sentence = "\(constant) of \(dataset.featureCount) features have one value in all instances."
      findings.append(
        AuditFinding(.constantFeatures, .note, sentence, ["features": Double(constant)]))
    }
    if table.nonFiniteCount == 0, hasTwoClasses { findings += LabelOrder.findings(in: dataset, table) }
    findings += hasTwoClasses ? [bagSize(dataset), classBalance(dataset)] : targetBalance(dataset)
    if dataset.instanceCount < whole.instanceCount {
      findings.append(
        AuditFinding(
          .sample, .note,
          "\(dataset.instanceCount) of \(whole.instanceCount) instances were looked at, at most as many of each bag as fit in "
            + "memory.", ["instances": Double(dataset.instanceCount)]))
    }
    let order = AuditFinding.Severity.allCases
    return order.flatMap { severity in findings.filter { $0.severity == severity } }
  }

  /// Returns the bags to check: for sets above a gibibyte that are not in memory, some instances of each bag.
  private static func audited(_ dataset: BagDataset) -> BagDataset {
    let row = 4 * max(dataset.featureCount, 1)
    guard !dataset.isInMemory, Double(dataset.instanceCount) * Double(row) > 0x1p30 else { return dataset }
    let limit = max(1, (1 << 29) / row / dataset.bagCount)
    return dataset.drawing(atMost: limit, seed: 2018, numbers: Array(0..<dataset.bagCount))
  }

  /// Compares the labels with those of the catalogue's set with these bags.
  private static func knownLabels(of dataset: BagDataset, _ catalogue: Catalogue) -> [AuditFinding] {
    for entry in catalogue.sets {
      guard let shape = entry.shape, let labelling = entry.labellings.first, shape.bags == dataset.bagCount,
        shape.instances == dataset.instanceCount, shape.features == dataset.featureCount,
        labelling.bagLabels != dataset.labels
      else { continue }
      let differing = zip(labelling.bagLabels, dataset.labels).count { $0 != $1 }
      let known = entry.labellings.first { $0.bagLabels == dataset.labels }
      let kind = known.map { "; these are its labels \"\($0.name)\": \($0.note)" } ?? ""
      return [
        AuditFinding(
          .catalogue, .fault,
          "\(differing) of \(dataset.bagCount) bag labels are not those of \(entry.name), which has as many bags, "
            + "instances and features\(kind).",
          ["bags": Double(differing)])
      ]
    }
    return []
  }

  /// Finds features that are the label or separate the labels.
  private static func leaks(
    in dataset: BagDataset, _ table: AuditedFeatures, _ catalogue: Catalogue
  ) -> [AuditFinding] {
    if let leak = LabelLeak.suspicion(in: dataset, named: nil, catalogue: catalogue) {
      return [AuditFinding(.leak, .fault, leak + ".", ["features": Double(dataset.featureCount)])]
    }
    if let column = LabelLeak.column(in: dataset) {
      return [
        AuditFinding(
          .leak, .fault, "Feature \(column + 1) has one value in all positive bags and another in all negative bags.",
          ["feature": Double(column + 1)])
      ]
    }
    if let column = LabelLeak.instanceLabels(in: dataset, among: 0..<dataset.featureCount).first {
      return [
        AuditFinding(
          .leak, .fault,
          "Feature \(column + 1) has two values, of which one stands in every positive bag and in no negative one: it may "
            + "be the label of the instance.",
          ["feature": Double(column + 1)])
      ]
    }
    let byInstance = table.separatingFeatures(of: dataset.labels, byBagMean: false)
    if let column = byInstance.first {
      return [
        AuditFinding(
          .separatingFeature, .fault,
          "A threshold on feature \(column + 1) alone separates all instances of positive from all of negative bags.",
          ["feature": Double(column + 1), "features": Double(byInstance.count)])
      ]
    }
    let byMean = table.separatingFeatures(of: dataset.labels, byBagMean: true)
    guard let column = byMean.first else { return [] }
    return [
      AuditFinding(
        .separatingFeature, .warning,
        "A threshold on the bag mean of feature \(column + 1) alone separates positive from negative bags.",
        ["feature": Double(column + 1), "features": Double(byMean.count)])
    ]
  }

  /// Finds features that are the target, for targets other than two classes.
  private static func leaks(in dataset: BagDataset) -> [AuditFinding] {
    guard let column = LabelLeak.column(in: dataset) else { return [] }
    let what =
      dataset.targets.classCount > 0 ? "has one value in each class, a different one in every class" : "is the target"
    return [
      AuditFinding(.leak, .fault, "Feature \(column + 1) \(what).", ["feature": Double(column + 1)])
    ]
  }

  /// Describes the distribution of the targets, for targets other than two classes.
  private static func targetBalance(_ dataset: BagDataset) -> [AuditFinding] {
    switch dataset.targets {
    case .classes(let labels, let names):
      let counts = names.indices.map { place in labels.count { $0 == place } }
      let text = zip(names, counts).map { "\($1) \($0)" }.joined(separator: ", ")
      let numbers = ["classes": Double(names.count), "smallest": Double(counts.min() ?? 0)]
      guard counts.allSatisfy({ $0 > 0 }) else {
        return [AuditFinding(.classBalance, .warning, "Some classes have no bags: \(text).", numbers)]
      }
      let share = Double(counts.max() ?? 0) / Double(max(labels.count, 1))
      let isUneven = Double(counts.min() ?? 0) * Double(names.count) < 0.2 * Double(labels.count)
      return [
        AuditFinding(
          .classBalance, isUneven ? .warning : .note,
          "Bags of classes: \(text)"
            + (isUneven ? ": accuracy says little here, use balanced accuracy or macro AUC." : "."),
          numbers.merging(["largestShare": share]) { $1 })
      ]
    case .numbers(let values):
      let isConstant = Set(values).count < 2
      return [
        AuditFinding(
          .classBalance, isConstant ? .fault : .note,
          isConstant
            ? "All bags have one number: there is nothing to predict."
            : "\(Set(values).count) different numbers in \(values.count) bags.", ["numbers": Double(Set(values).count)])
      ]
    case .survival(_, let events):
      let count = events.count { $0 }
      return [
        AuditFinding(
          .classBalance, count == 0 ? .fault : count < 10 ? .warning : .note,
          "\(count) of \(events.count) bags have the event"
            + (count == 0
              ? ": there is nothing to learn from." : count < 10 ? ": a concordance of so few says little." : "."),
          ["events": Double(count)])
      ]
    }
  }

  /// Measures the information in the number of instances about the label.
  private static func bagSize(_ dataset: BagDataset) -> AuditFinding {
    let sizes = dataset.labels.indices.map { Double(dataset[sizeOfBag: $0]) }
    guard let area = Metrics.areaUnderCurve(labels: dataset.labels, scores: sizes) else {
      return AuditFinding(.bagSize, .note, "Bag size tells nothing: all bags have one label.")
    }
    let isStrong = abs(area - 0.5) >= 0.25
    let text = String(format: "%.2f", area)
    return AuditFinding(
      .bagSize, isStrong ? .warning : .note,
      "Bag size alone ranks positive above negative bags with an AUC of \(text)\(isStrong ? ", without any feature" : "").",
      ["auc": area])
  }

  /// Describes the share of positive bags.
  private static func classBalance(_ dataset: BagDataset) -> AuditFinding {
    let positive = dataset.positiveBagCount
    let share = Double(positive) / Double(dataset.bagCount)
    let text = "\(positive) of \(dataset.bagCount) bags are positive"
    let numbers = ["positive": Double(positive), "share": share]
    if positive == 0 || positive == dataset.bagCount {
      return AuditFinding(.classBalance, .fault, "\(text): there is nothing to tell apart.", numbers)
    }
    if min(share, 1 - share) < 0.1 {
      return AuditFinding(
        .classBalance, .warning, "\(text): accuracy says little here, use AUC or balanced accuracy.", numbers)
    }
    return AuditFinding(.classBalance, .note, text + ".", numbers)
  }
}

/// The features of a data set in plain memory, with the means of its bags.
struct AuditedFeatures {
  /// All features, instance after instance.
  let values: [Float]
  /// The number of features of an instance.
  let columns: Int
  /// The mean of each feature in each bag, bag after bag.
  let bagMeans: [Double]
  /// The number of values that are infinite or not a number.
  let nonFiniteCount: Int
  private let offsets: [Int]

  init(_ dataset: BagDataset) {
    var instances = dataset.instances
    // Missing values are not a fault if the reader imputes means; here these are means over all bags.
    if dataset.reading?.options.missing == .mean { instances.fillMissing(with: instances.columnMeansOfPresent) }
    values = instances.withUnsafeElements { Array($0) }
    columns = dataset.featureCount
    offsets = dataset.offsets
    nonFiniteCount = values.count { !$0.isFinite }
    var means = [Double](repeating: 0, count: dataset.bagCount * columns)
    for bag in 0..<dataset.bagCount {
      for row in dataset[rowsOfBag: bag] {
        for column in 0..<columns { means[bag &* columns &+ column] += Double(values[row &* columns &+ column]) }
      }
      let size = Double(dataset[sizeOfBag: bag])
      for column in 0..<columns { means[bag * columns + column] /= size }
    }
    bagMeans = means
  }

  /// Returns the features (from 0) for which a threshold separates the two labels; empty if chance would explain so
  /// many.
  ///
  /// A random feature without ties separates B bags of which p are positive with probability 2 / C(B, p).
  ///
  /// - Parameter byBagMean: whether to check the bags' means, or all their instances.
  func separatingFeatures(of labels: [Int], byBagMean: Bool) -> [Int] {
    let (positive, count) = (labels.reduce(0, +), labels.count)
    guard positive > 0, positive < count else { return [] }
    // The logarithm of C(B, p), as the product of (B - p + i) / i.
    let logChoices = (1...positive).reduce(0.0) { $0 + log(Double(count - positive + $1) / Double($1)) }
    guard log(2 * Double(columns)) - logChoices < log(0.001) else { return [] }
    var lowest = [[Double](repeating: .infinity, count: columns), [Double](repeating: .infinity, count: columns)]
    var highest = [[Double](repeating: -.infinity, count: columns), [Double](repeating: -.infinity, count: columns)]
    for bag in labels.indices {
      let rows = byBagMean ? bag..<(bag + 1) : offsets[bag]..<offsets[bag + 1]
      for row in rows {
        for column in 0..<columns {
          let place = row &* columns &+ column
          let value = byBagMean ? bagMeans[place] : Double(values[place])
          if value < lowest[labels[bag]][column] { lowest[labels[bag]][column] = value }
          if value > highest[labels[bag]][column] { highest[labels[bag]][column] = value }
        }
      }
    }
    return (0..<columns).filter { lowest[1][$0] > highest[0][$0] || lowest[0][$0] > highest[1][$0] }
  }
}

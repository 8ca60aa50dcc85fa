import LinearAlgebra
import MILBags
import UserInput

/// The rule for the threshold of positive predictions: a parameter `threshold` of every model of two classes.
///
/// All rules but the first choose it by the scores of training bags. Each score comes from a fit on inner folds without
/// the bag, so that no test bag enters. The threshold is half-way between two scores; of tied thresholds the middle one
/// is taken.
package enum ThresholdRule: String, Sendable, CaseIterable {
  /// .5 for probabilities, 0 for decision values.
  case fixed
  /// The largest sum of the shares of correctly predicted positive and negative bags. Source: W. J. Youden, Index for
  /// rating diagnostic tests, Cancer 3(1), 1950.
  case youden
  /// The largest harmonic mean of precision and recall of the positive label.
  case f1

  /// The name of the parameter.
  static let parameter = "threshold"

  /// Parses a rule.
  ///
  /// - Throws: ``/UserInput/ConfigurationError`` listing the rules.
  init(_ text: String?) throws {
    guard let rule = ThresholdRule(rawValue: text ?? Self.fixed.rawValue) else {
      throw ConfigurationError(
        parameter: Self.parameter, found: text ?? "",
        expected: "one of " + Self.allCases.map(\.rawValue).joined(separator: ", "))
    }
    self = rule
  }

  /// Returns the best threshold for scores; nil if all bags have one class or one score.
  package func threshold(_ scores: [Double], _ labels: [Int]) -> Double? {
    let order = scores.indices.sorted { (scores[$0], $0) < (scores[$1], $1) }
    let positives = labels.count { $0 == 1 }
    let negatives = labels.count - positives
    guard positives > 0, negatives > 0 else { return nil }
    // From the lowest threshold up; at first all bags are predicted positive.
    var (hits, alarms) = (positives, negatives)
    var best: [(value: Double, threshold: Double)] = []
    for (place, bag) in order.enumerated().dropLast() {
      if labels[bag] == 1 { hits -= 1 } else { alarms -= 1 }
      let (low, high) = (scores[bag], scores[order[place + 1]])
      guard low < high else { continue }
      let value =
        switch self {
        case .fixed, .youden: Double(hits) / Double(positives) - Double(alarms) / Double(negatives)
        case .f1: 2 * Double(hits) / Double(hits + alarms + positives)
        }
      if value > best.first?.value ?? -.infinity { best = [] }
      if value >= best.first?.value ?? -.infinity { best.append((value, low + (high - low) / 2)) }
    }
    return best.isEmpty ? nil : best[(best.count - 1) / 2].threshold
  }
}

extension ResolvedModel {
  /// Returns the threshold of a model with all parameters fixed, and a description of its choice.
  func chosenThreshold(_ training: BagDataset, _ context: FitContext) throws -> (value: Double, words: String) {
    let usual = traits.scores.threshold
    let inner = try InnerCrossValidation(
      of: training, folds: traits.innerFolds, seed: Seed.derive(from: context.seed, [ThresholdRule.parameter]))
    var (scores, labels): ([Double], [Int]) = ([], [])
    for fold in inner.folds {
      let test = training.selecting(bags: fold.test)
      var own = FitContext(seed: fold.seed, shared: context.shared?.selecting(fold.training))
      own.announce = context.announce
      scores += try fitMembers(of: model, training.selecting(bags: fold.training), own).predict(test)
      labels += test.labels
    }
    guard let value = thresholdRule.threshold(scores, labels) else {
      return (usual, "\(usual), since no score of the training bags tells them apart")
    }
    return (value, "\(Float(value)) by \(thresholdRule.rawValue) in \(inner.folds.count) inner folds")
  }
}

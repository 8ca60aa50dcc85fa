import Foundation
import LinearAlgebra
import MILBags

/// A bag as fixed rules see it: they identify instances by the mean over their features.
struct SeenBag {
  /// The mean of the features of each instance.
  let means: ArraySlice<Double>
  /// The mean square of the features of each instance.
  let squares: ArraySlice<Double>

  /// Returns the bags of a data set.
  static func all(of dataset: BagDataset) -> [SeenBag] {
    let features = dataset.featureCount
    var means: [Double] = []
    var squares: [Double] = []
    dataset.instances.withUnsafeElements { elements in
      for row in 0..<dataset.instanceCount {
        var (sum, square) = (0.0, 0.0)
        for place in (row * features)..<((row + 1) * features) {
          let value = Double(elements[place])
          sum += value
          square += value * value
        }
        means.append(sum / Double(features))
        squares.append(square / Double(features))
      }
    }
    return dataset.labels.indices.map { bag in
      SeenBag(means: means[dataset[rowsOfBag: bag]], squares: squares[dataset[rowsOfBag: bag]])
    }
  }

  /// Returns the number of instances around `mean`, within five standard errors of a concept and without any
  /// background.
  func count(around mean: Double) -> Int { means.count { abs($0 - mean) < 0.3 } }

  var hasPoison: Bool { count(around: -10) > 0 }
  func max(_ score: (Int) -> Double) -> Double { means.indices.map(score).max() ?? -.infinity }
}

/// A score of bags without learning.
struct FixedRule: Sendable {
  let name: String
  let score: @Sendable (SeenBag) -> Double

  static let noPoison = FixedRule(name: "no poison") { $0.hasPoison ? 0 : 1 }
  static let bagSize = FixedRule(name: "bag size") { Double($0.means.count) }
  static let minusBagSize = FixedRule(name: "minus bag size") { -Double($0.means.count) }
  static let maximalSum = FixedRule(name: "max of the feature sum") { bag in bag.max { bag.means[$0] } }
  static let maximalMinusSum = FixedRule(name: "max of minus the feature sum") { bag in bag.max { -bag.means[$0] } }
  static let meanOfAll = FixedRule(name: "mean of all features") { $0.means.reduce(0, +) / Double($0.means.count) }

  /// Returns the rule that both concepts are present.
  static func both(_ first: Double, _ second: Double) -> FixedRule {
    FixedRule(name: "A and B both present") { $0.count(around: first) > 0 && $0.count(around: second) > 0 ? 1 : 0 }
  }

  /// Returns the number of instances of either concept as a rule.
  static func count(_ first: Double, _ second: Double) -> FixedRule {
    FixedRule(name: "count of A + B") { Double($0.count(around: first) + $0.count(around: second)) }
  }

  /// Returns the maximum of an instance score that is 1 at one concept and 0 elsewhere.
  static func step(at mean: Double) -> FixedRule {
    FixedRule(name: "step at \(mean), max") { $0.count(around: mean) > 0 ? 1 : 0 }
  }

  /// Returns the maximum of the log likelihood ratio of indicator to background; poison has the lowest score.
  static func likelihoodRatio(coin: Bool) -> FixedRule {
    FixedRule(name: "max of the likelihood ratio") { bag in
      bag.max { instance in
        let (mean, square) = (bag.means[instance], bag.squares[instance])
        if mean < -8 { return -.infinity }
        // For 16 independent features: log N(x; 0, 3) / N(x; 0, 1), and log N(x; 1, 1) / N(x; 0, 1).
        let subtle = 16 * (square / 2 * (1 - 1.0 / 9) - log(3))
        guard coin else { return subtle }
        let plain = 16 * (mean - 0.5)
        let larger = Swift.max(subtle, plain)
        return larger + log((exp(subtle - larger) + exp(plain - larger)) / 2)
      }
    }
  }

  /// Returns the area under the ROC curve of the rule's scores; ties count one half.
  func auc(on bags: [SeenBag], labels: [Int]) -> Double {
    let scored = zip(bags.map(score), labels).sorted { $0.0 < $1.0 }
    var (below, wins) = (0, 0.0)
    var start = 0
    while start < scored.count {
      let end = scored[start...].firstIndex { $0.0 != scored[start].0 } ?? scored.count
      let positives = scored[start..<end].count { $0.1 == 1 }
      let negatives = end - start - positives
      wins += Double(positives) * (Double(below) + Double(negatives) / 2)
      below += negatives
      start = end
    }
    return wins / Double(below) / Double(scored.count - below)
  }
}

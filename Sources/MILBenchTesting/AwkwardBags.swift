import LinearAlgebra
import MILBags
import MILModels

/// Kinds of bags that real data sets contain and that break naive code.
package enum AwkwardBags: String, CaseIterable, Sendable {
  case constantColumns, allZero, positiveOnly, negativeOnly, oneBag, tinyFeatures, equalInstances
  case hugeFeatures, hugerFeatures, oneHugeBag

  /// Whether numbers may overflow, so that a clear error is acceptable.
  package var mayOverflow: Bool { [.hugeFeatures, .hugerFeatures, .oneHugeBag].contains(self) }

  /// Creates the bags.
  package func made() throws -> BagDataset {
    let bags = try plantedBags()
    func changed(_ transform: (Int, Float) -> Float) -> BagDataset {
      var instances = bags.instances
      for row in 0..<bags.instanceCount {
        for column in 0..<bags.featureCount { instances[row, column] = transform(column, instances[row, column]) }
      }
      return bags.replacing(instances: instances)
    }
    switch self {
    case .constantColumns: return changed { $0 == 1 ? 0 : $0 == 2 ? 7 : $1 }
    case .allZero: return changed { _, _ in 0 }
    case .positiveOnly: return bags.selecting(bags: [0, 2, 4, 6])
    case .negativeOnly: return bags.selecting(bags: [1, 3, 5])
    case .oneBag: return bags.selecting(bags: [0])
    case .hugeFeatures: return changed { $1 * 1e18 }
    case .hugerFeatures: return changed { $1 < 0 ? -.greatestFiniteMagnitude : .greatestFiniteMagnitude }
    case .oneHugeBag: return changed { $1 * 1e18 }.selecting(bags: [1])
    case .tinyFeatures: return changed { $1 * 1e-38 }
    case .equalInstances: return changed { column, _ in Float(column) }
    }
  }
}

/// The contracts on bags that break naive code.
extension ModelContract {
  static let awkward = [
    ModelContract("Awkward bags give numbers or a clear error, never a score that is none", numbers),
    ModelContract("A feature that is not a number gives an error, not scores", notNumbers),
  ]

  @Sendable private static func numbers(_ model: ModelUnderTest) throws {
    for kind in AwkwardBags.allCases {
      let bags = try kind.made()
      for settings in [["epochs": "1"], ["epochs": "4", "learningRate": "0.1"]] {
        let (scores, weights): ([Double], [Double])
        do {
          let trained = try model.fitted(on: bags, settings)
          (scores, weights) = try (trained.predict(bags), trained.relevance(bags).values)
        } catch {
          try requireOneLine(error)
          try require(kind.mayOverflow, "\(kind.rawValue): \(error)")
          continue
        }
        try require(scores.allSatisfy(\.isFinite), "\(kind.rawValue): scores \(scores), expected numbers")
        try require(weights.allSatisfy(\.isFinite), "\(kind.rawValue): instance numbers \(weights), expected numbers")
      }
    }
  }

  @Sendable private static func notNumbers(_ model: ModelUnderTest) throws {
    if model.isBlind { return }
    let good = try plantedBags()
    var instances = good.instances
    instances[2, 1] = .nan
    let bags = good.replacing(instances: instances)
    try requireOneLine(failure("an error of the fit") { try model.fitted(on: bags) })
  }
}

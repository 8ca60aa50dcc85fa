import Autodiff
import Foundation
import LinearAlgebra
import MILBags

/// Statistics that represent a bag, feature by feature.
package enum BagStatistic: String, Codable, Sendable, CaseIterable {
  /// The mean of each feature.
  case mean
  /// The smallest and the largest value of each feature.
  case range
  /// Both, and the standard deviation.
  case all

  /// Returns the statistics of a bag's instances.
  func values(_ instances: Matrix<Double>) -> [Double] {
    let columns = (0..<instances.columns).map { instances.column($0).sorted() }
    let means = columns.map { $0.reduce(0, +) / Double(max($0.count, 1)) }
    let ends = columns.map { $0.first ?? 0 } + columns.map { $0.last ?? 0 }
    switch self {
    case .mean: return means
    case .range: return ends
    case .all:
      let deviations = zip(columns, means).map { column, mean in
        (column.reduce(0) { $0 + ($1 - mean) * ($1 - mean) } / Double(max(column.count, 1))).squareRoot()
      }
      return means + ends + deviations
    }
  }
}

/// SimpleMI: boosted trees on statistics of each bag.
///
/// Deviations: the source takes bag means and any learner; this model uses the project's own gradient boosted trees on
/// histograms.
///
/// Source: L. Dong, A comparison of multi-instance learning algorithms, thesis, University of Waikato, 2006; for the
/// trees see J. H. Friedman, Greedy function approximation: a gradient boosting machine, Annals of Statistics 29(5),
/// 2001, doi:10.1214/aos/1013203451.
package struct BagStatisticsModel: Model {
  /// The statistics that represent a bag.
  package var statistic = BagStatistic.all
  /// The boosted trees on the statistics.
  package var boost = TreeBoostConfiguration()

  /// Creates a model with mean, range and deviation, and a hundred trees.
  package init() {}

  /// Throws if a value is outside its range.
  package func validate() throws { try boost.validate() }

  /// The traits; scores are probabilities.
  package var traits: ModelTraits {
    var traits = ModelTraits(trained: "features, thresholds and values of trees, one tree after the other")
    traits.isDeterministic = true
    return traits
  }

  private func vectors(_ bags: BagDataset) throws -> Matrix<Double> {
    try bags.vectors(called: "a statistic", statistic.values)
  }

  /// Fits trees to the bags' statistics.
  public func fit(_ training: BagDataset, _ context: FitContext) throws -> any FittedModel {
    let boost = TreeBoost(try vectors(training), labels: training.labels, boost)
    let isConstant = boost.trees.allSatisfy { $0.count <= 1 }
    let notes =
      isConstant
      ? ["trees": "none has a split: leaves of \(self.boost.leafSize) or more of \(training.bagCount) bags"] : [:]
    return FittedTrees(boost: boost, featureCount: training.featureCount, notes: notes, vectors: vectors)
  }

  /// Restores the trees from a state.
  package func fitted(from state: ModelState) throws -> any FittedModel {
    let width = statistic.values(Matrix(rows: 1, columns: state.featureCount)).count
    return FittedTrees(
      boost: try TreeBoost(from: state, width: width), featureCount: state.featureCount, notes: [:], vectors: vectors)
  }

  /// Returns the memory for the features in double precision, and the statistics with their bins.
  package func memory(training: BagShape, scoring: BagShape) throws -> Double {
    3 * (training.bytes + scoring.bytes) + 160 * Double(training.features) * Double(training.bags + scoring.bags)
  }
}

/// Trees fitted to vectors of bags.
private struct FittedTrees: FittedModel {
  let boost: TreeBoost
  let featureCount: Int
  let notes: [String: String]
  let vectors: @Sendable (BagDataset) throws -> Matrix<Double>

  func predict(_ bags: BagDataset) throws -> [Double] { boost.probabilities(try vectors(bags)) }

  var state: ModelState? {
    var state = ModelState(featureCount: featureCount)
    boost.keep(in: &state)
    return state
  }

  var summary: FitSummary { FitSummary(parameters: boost.trees.reduce(1) { $0 + $1.count }, notes: notes) }
}

extension TreeBoost {
  /// Saves the trees in a state.
  func keep(in state: inout ModelState) {
    state.set("trees.start", to: start)
    state.set("trees.sizes", to: trees.map { Double($0.count) })
    let numbers = trees.joined().flatMap {
      [Double($0.feature), $0.threshold, Double($0.left), Double($0.right), $0.value]
    }
    state.set("trees.nodes", to: Matrix(rows: numbers.count / 5, columns: 5, elements: numbers))
  }

  /// Restores the trees from a state, for vectors of `width` elements.
  init(from state: ModelState, width: Int) throws {
    start = try state.number("trees.start")
    let nodes = try state.doubles("trees.nodes", columns: 5)
    let count = try state.doubles("trees.sizes", rows: 1).columns
    trees = try state.ranges("trees.sizes", count: count, of: nodes.rows).map { rows in
      try rows.map { row in
        let place = row - rows.lowerBound
        guard let feature = Int(exactly: nodes[row, 0]), (0..<max(width, 1)).contains(feature),
          let left = Int(exactly: nodes[row, 2]), let right = Int(exactly: nodes[row, 3]),
          // Children come after their parents, so every path ends.
          left == 0 && right == 0
            || ((place + 1)..<rows.count).contains(left) && ((place + 1)..<rows.count).contains(right)
        else { throw ModelError("array trees.nodes: row \(row + 1) is no node of a tree") }
        return Node(feature: feature, threshold: nodes[row, 1], left: left, right: right, value: nodes[row, 4])
      }
    }
  }
}

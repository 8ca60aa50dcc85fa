import Autodiff
import Foundation
import LinearAlgebra
import UserInput

/// The parameters of boosted trees.
package struct TreeBoostConfiguration: Codable, Sendable, Equatable {
  /// The number of trees.
  package var trees = 100
  /// The factor of the values of each tree.
  package var learningRate = 0.1
  /// The largest number of leaves of a tree.
  package var leaves = 31
  /// The smallest number of bags in a leaf.
  package var leafSize = 5
  /// The largest number of bins of a feature.
  package var bins = 255
  /// The weight of the squared values of leaves.
  package var penalty = 0.0

  /// Creates the default: a hundred trees of 31 leaves with at least five bags.
  package init() {}

  /// Throws if a value is outside its range.
  package func validate() throws {
    try ConfigurationError.require("trees", trees, in: 1...100_000)
    try ConfigurationError.require("learningRate", learningRate, in: 1e-6...10)
    try ConfigurationError.require("leaves", leaves, in: 2...65536)
    try ConfigurationError.require("leafSize", leafSize, in: 1...1_000_000)
    try ConfigurationError.require("bins", bins, in: 2...65535)
    try ConfigurationError.require("penalty", penalty, in: 0...1e12)
  }
}

/// Gradient boosting of trees on binned features for the logistic loss.
///
/// A tree grows leaf by leaf at the largest gain G_l^2 / (H_l + penalty) + G_r^2 / (H_r + penalty) - G^2 / (H +
/// penalty), with G and H the sums of first and second derivatives. A leaf's value is - rate G / (H + penalty). The
/// initial value is the log odds of the positive label.
///
/// Sources: J. H. Friedman, Greedy function approximation: a gradient boosting machine, Annals of Statistics 29(5),
/// 2001, doi:10.1214/aos/1013203451; G. Ke et al., LightGBM: a highly efficient gradient boosting decision tree, NIPS
/// 30, 2017.
struct TreeBoost: Sendable {
  /// A node: a leaf if `left` is 0; otherwise a row goes left if its feature is not above the threshold.
  struct Node: Sendable, Equatable {
    var feature = 0
    var threshold = 0.0
    var left = 0
    var right = 0
    var value = 0.0
  }

  /// The log odds before all trees.
  var start: Double
  /// The nodes of each tree, the root first.
  var trees: [[Node]] = []

  /// Returns the probability of each row.
  func probabilities(_ rows: Matrix<Double>) -> [Double] {
    (0..<rows.rows).map { row in
      let value = trees.reduce(start) { sum, nodes in
        var node = nodes[0]
        while node.left > 0 { node = nodes[rows[row, node.feature] <= node.threshold ? node.left : node.right] }
        return sum + node.value
      }
      return 1 / (1 + exp(-value))
    }
  }

  /// Fits trees to rows with labels 0 and 1.
  init(_ rows: Matrix<Double>, labels: [Int], _ configuration: TreeBoostConfiguration) {
    let (count, positives) = (Double(labels.count), Double(labels.reduce(0, +)))
    guard positives > 0, positives < count else {
      // If all rows have one label, the odds with half a row of each label added.
      start = log((positives + 0.5) / (count - positives + 0.5))
      return
    }
    start = log(positives / (count - positives))
    let bins = BinnedFeatures(rows, limit: configuration.bins)
    var values = [Double](repeating: start, count: labels.count)
    for _ in 0..<configuration.trees {
      let probabilities = values.map { 1 / (1 + exp(-$0)) }
      var growth = TreeGrowth(
        bins, zip(probabilities, labels).map { $0 - Double($1) }, probabilities.map { $0 * (1 - $0) }, configuration)
      growth.grow()
      for leaf in growth.leaves { for row in leaf.rows { values[row] += growth.nodes[leaf.node].value } }
      trees.append(growth.nodes)
    }
  }
}

/// Features as bin numbers, and the thresholds between bins.
struct BinnedFeatures: Sendable {
  /// The bin of each row, by feature.
  private(set) var bins: [[Int32]] = []
  /// The thresholds between bins, by feature: a value is in the first bin whose threshold is not less.
  private(set) var thresholds: [[Double]] = []

  /// Bins the distinct values, or groups of about equally many rows if there are more than `limit`.
  init(_ rows: Matrix<Double>, limit: Int) {
    for feature in 0..<rows.columns {
      let column = rows.column(feature)
      let sorted = column.sorted()
      var distinct: [Double] = []
      for value in sorted where distinct.last != value { distinct.append(value) }
      var cuts: [Double] = []
      if distinct.count <= limit {
        cuts = zip(distinct, distinct.dropFirst()).map { $0 + ($1 - $0) / 2 }
      } else {
        for part in 1..<limit {
          let place = part * sorted.count / limit
          let cut = sorted[place - 1] + (sorted[place] - sorted[place - 1]) / 2
          if cut > cuts.last ?? -.infinity, cut < sorted[sorted.count - 1] { cuts.append(cut) }
        }
      }
      thresholds.append(cuts)
      bins.append(
        column.map { value in
          var (low, high) = (0, cuts.count)
          while low < high {
            let middle = (low + high) / 2
            if value <= cuts[middle] { high = middle } else { low = middle + 1 }
          }
          return Int32(low)
        })
    }
  }
}

/// A tree that grows leaf by leaf.
struct TreeGrowth {
  /// A leaf: its node, its rows, and its best split.
  struct Leaf {
    var node: Int
    var rows: [Int]
    var split: Split?
  }

  /// A split of a leaf in two.
  struct Split {
    var gain: Double
    var feature: Int
    var bin: Int
  }

  private(set) var nodes: [TreeBoost.Node] = []
  private(set) var leaves: [Leaf] = []
  private let bins: BinnedFeatures
  private let gradients: [Double]
  private let curvatures: [Double]
  private let configuration: TreeBoostConfiguration

  init(
    _ bins: BinnedFeatures, _ gradients: [Double], _ curvatures: [Double], _ configuration: TreeBoostConfiguration
  ) {
    (self.bins, self.gradients, self.curvatures, self.configuration) = (bins, gradients, curvatures, configuration)
  }

  /// Splits the leaf with the largest gain, ties going to the first, until there are enough leaves or no gain remains.
  mutating func grow() {
    add(Array(gradients.indices))
    while leaves.count < configuration.leaves {
      var best: (place: Int, split: Split)?
      for (place, leaf) in leaves.enumerated() {
        if let split = leaf.split, split.gain > best?.split.gain ?? 0 { best = (place, split) }
      }
      guard let best else { return }
      let leaf = leaves.remove(at: best.place)
      let column = bins.bins[best.split.feature]
      let left = leaf.rows.filter { column[$0] <= best.split.bin }
      let right = leaf.rows.filter { column[$0] > best.split.bin }
      nodes[leaf.node].feature = best.split.feature
      nodes[leaf.node].threshold = bins.thresholds[best.split.feature][best.split.bin]
      nodes[leaf.node].left = nodes.count
      add(left)
      nodes[leaf.node].right = nodes.count
      add(right)
    }
  }

  private mutating func add(_ rows: [Int]) {
    let (gradient, curvature) = sums(rows)
    var node = TreeBoost.Node()
    let divisor = curvature + configuration.penalty
    node.value = divisor > 1e-15 ? -configuration.learningRate * gradient / divisor : 0
    leaves.append(Leaf(node: nodes.count, rows: rows, split: split(rows, gradient, curvature)))
    nodes.append(node)
  }

  private func sums(_ rows: [Int]) -> (Double, Double) {
    rows.reduce((0, 0)) { ($0.0 + gradients[$1], $0.1 + curvatures[$1]) }
  }

  /// Returns the split with the largest gain; ties go to the first feature and the lowest threshold.
  private func split(_ rows: [Int], _ gradient: Double, _ curvature: Double) -> Split? {
    guard rows.count >= 2 * configuration.leafSize else { return nil }
    func score(_ gradient: Double, _ curvature: Double) -> Double {
      let divisor = curvature + configuration.penalty
      return divisor > 1e-15 ? gradient * gradient / divisor : 0
    }
    let whole = score(gradient, curvature)
    var best: Split?
    for feature in bins.bins.indices where !bins.thresholds[feature].isEmpty {
      let count = bins.thresholds[feature].count + 1
      var histogram = [(rows: Int, gradient: Double, curvature: Double)](repeating: (0, 0, 0), count: count)
      let column = bins.bins[feature]
      for row in rows {
        let bin = Int(column[row])
        histogram[bin].rows += 1
        histogram[bin].gradient += gradients[row]
        histogram[bin].curvature += curvatures[row]
      }
      var left = (rows: 0, gradient: 0.0, curvature: 0.0)
      for bin in 0..<(count - 1) where histogram[bin].rows > 0 {
        left.rows += histogram[bin].rows
        left.gradient += histogram[bin].gradient
        left.curvature += histogram[bin].curvature
        guard left.rows >= configuration.leafSize else { continue }
        guard rows.count - left.rows >= configuration.leafSize else { break }
        let gain =
          score(left.gradient, left.curvature) + score(gradient - left.gradient, curvature - left.curvature) - whole
        // Ignores a gain that is only rounding.
        if gain > best?.gain ?? 1e-10 { best = Split(gain: gain, feature: feature, bin: bin) }
      }
    }
    return best
  }
}

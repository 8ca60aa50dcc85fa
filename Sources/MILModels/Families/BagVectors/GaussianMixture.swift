import Foundation
import LinearAlgebra

/// A mixture of Gaussians with diagonal covariances, by expectation and maximisation.
///
/// It starts from the clusters of k-means. Constant features carry no information and are excluded.
///
/// Source: A. P. Dempster, N. M. Laird, D. B. Rubin, Maximum likelihood from incomplete data via the EM algorithm,
/// Journal of the Royal Statistical Society B 39(1), 1977, doi:10.1111/j.2517-6161.1977.tb01600.x.
struct GaussianMixture: Sendable {
  /// The share of each component.
  private(set) var shares: [Double]
  /// The mean of each component, one per row.
  private(set) var means: Matrix<Double>
  /// The variance of each component, one per row; infinite for excluded features.
  private(set) var variances: Matrix<Double>

  /// The smallest variance as a fraction of that of all instances.
  private static let floor = 1e-3

  /// Creates a mixture from its parts.
  init(shares: [Double], means: Matrix<Double>, variances: Matrix<Double>) {
    (self.shares, self.means, self.variances) = (shares, means, variances)
  }

  /// Fits a mixture of `count` components.
  init(of instances: Matrix<Double>, count: Int, rounds: Int = 100, tolerance: Double = 1e-4) throws {
    let whole = GaussianMixture(whole: instances)
    self = whole
    guard count > 1, instances.rows > 1 else { return }
    let clusters = try Clusters(of: instances, count: count)
    var memberships = Matrix<Double>(rows: instances.rows, columns: clusters.centres.rows)
    for (row, owner) in clusters.nearest(instances).enumerated() { memberships[row, owner] = 1 }
    maximise(instances, memberships, whole)
    var last = -Double.infinity
    for _ in 0..<rounds {
      let (memberships, likelihood) = responsibilities(instances)
      maximise(instances, memberships, whole)
      if likelihood - last <= tolerance * abs(likelihood) { break }
      last = likelihood
    }
  }

  /// Fits one component to all instances.
  init(whole instances: Matrix<Double>) {
    let count = Double(max(instances.rows, 1))
    let means = instances.columnSums().map { $0 / count }
    var variances = instances.subtracting(means).squares.columnSums().map { $0 / count }
    let mean = variances.reduce(0, +) / Double(max(variances.count, 1))
    variances = variances.map { $0 > 1e-12 * mean ? $0 : .infinity }
    let columns = instances.columns
    self.init(
      shares: [1], means: Matrix(rows: 1, columns: columns, elements: means),
      variances: Matrix(rows: 1, columns: columns, elements: variances))
  }

  /// Restores the mixture from a state.
  init(from state: ModelState, columns: Int) throws {
    shares = try state.doubles("mixture.shares", rows: 1).elements
    means = try state.doubles("mixture.means", rows: shares.count, columns: columns)
    variances = try state.doubles("mixture.variances", rows: shares.count, columns: columns)
  }

  /// Saves the mixture in a state.
  func keep(in state: inout ModelState) {
    state.set("mixture.shares", to: shares)
    state.set("mixture.means", to: means)
    state.set("mixture.variances", to: variances)
  }

  /// Returns the probability of each component (columns) given each row, and the mean log likelihood of a row up to a
  /// constant.
  func responsibilities(_ instances: Matrix<Double>) -> (shares: Matrix<Double>, likelihood: Double) {
    guard shares.count > 1 else {
      return (instances.map { _ in 1 }.selectingColumns(instances.columns > 0 ? [0] : []), 0)
    }
    let precisions = variances.map { 1 / $0 }
    var scaled = means
    let constants = shares.indices.map { component in
      var constant = log(shares[component])
      for column in 0..<means.columns {
        let (mean, precision) = (means[component, column], precisions[component, column])
        scaled[component, column] = mean * precision
        constant -= 0.5 * mean * mean * precision - (precision > 0 ? 0.5 * log(precision) : 0)
      }
      return constant
    }
    let squares = instances.squares.multiplied(by: precisions, transposingOther: true)
    var result = instances.multiplied(by: scaled, transposingOther: true)
    var likelihood = 0.0
    for row in 0..<result.rows {
      let logs = shares.indices.map { constants[$0] + result[row, $0] - 0.5 * squares[row, $0] }
      let most = logs.max() ?? 0
      let parts = logs.map { exp($0 - most) }
      let sum = parts.reduce(0, +)
      for component in shares.indices { result[row, component] = parts[component] / sum }
      likelihood += most + log(sum)
    }
    return (result, likelihood / Double(max(result.rows, 1)))
  }

  private mutating func maximise(
    _ instances: Matrix<Double>, _ memberships: Matrix<Double>, _ whole: GaussianMixture
  ) {
    let counts = memberships.columnSums().map { max($0, 1e-10) }
    let sums = memberships.multiplied(by: instances, transposingSelf: true)
    let squares = memberships.multiplied(by: instances.squares, transposingSelf: true)
    (means, variances) = (sums, squares)
    let total = counts.reduce(0, +)
    shares = counts.map { $0 / total }
    for component in counts.indices {
      for column in 0..<means.columns {
        let mean = sums[component, column] / counts[component]
        means[component, column] = mean
        let all = whole.variances[0, column]
        let own = squares[component, column] / counts[component] - mean * mean
        variances[component, column] = all.isFinite ? max(own, Self.floor * all) : .infinity
      }
    }
  }
}

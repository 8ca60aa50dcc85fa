/// The dual problem of a support vector machine whose error terms are shared by groups of samples.
///
/// minimise  1/2 sum_kl y_k y_l a_k a_l K_kl - sum_k a_k  subject to  a >= 0, sum_k y_k a_k = 0, and for each group g
/// sum_{k in g} a_k <= cap_g. All samples of a group have one label. Groups of one sample form the usual machine (C.
/// Cortes, V. Vapnik, Support-vector networks, Machine Learning 20, 1995, doi:10.1007/BF00994018), with an upper bound
/// for each sample. A cap of 0 keeps a sample out of the machine but still computes its decision value.
package struct DualProblem: Sendable {
  /// The label of each sample, 1 or -1.
  package var labels: [Double]
  /// The row of the kernel matrix of each sample.
  package var rows: [Int]
  /// The samples of each group: consecutive ranges that cover all samples.
  package var groups: [Range<Int>]
  /// The largest sum of a group's weights.
  package var caps: [Double]

  /// Creates a problem in which each sample has its own bound.
  package init(labels: [Double], rows: [Int], caps: [Double]) {
    self.init(labels: labels, rows: rows, groups: labels.indices.map { $0..<($0 + 1) }, caps: caps)
  }

  /// Creates a problem from its parts.
  package init(labels: [Double], rows: [Int], groups: [Range<Int>], caps: [Double]) {
    precondition(labels.count == rows.count && groups.count == caps.count, "the parts of a problem differ in length")
    precondition(groups.last?.upperBound ?? 0 == labels.count, "the groups do not cover the samples")
    self.labels = labels
    self.rows = rows
    self.groups = groups
    self.caps = caps
  }

  /// The number of samples.
  package var count: Int { labels.count }
}

/// The solution of a ``DualProblem``.
package struct DualSolution: Sendable {
  /// y_k a_k of each sample: the coefficient of its kernel in the decision value.
  package var coefficients: [Double]
  /// The constant term of each decision value.
  package var bias: Double
  /// The decision value of each sample, including those kept out of the machine.
  package var decisions: [Double]
  /// sum a - 1/2 sum coefficient_k (K coefficients)_k: at the optimum the primal objective 1/2 |w|^2 + C sum of errors.
  package var objective: Double
  /// The number of changed pairs of weights.
  package var iterations: Int
  /// Whether the optimality conditions hold within the tolerance.
  package var isOptimal: Bool
}

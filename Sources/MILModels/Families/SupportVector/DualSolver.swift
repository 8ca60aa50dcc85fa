import CKernels

/// Solves a ``DualProblem`` by changing two weights at a time (SMO), and solves it again after small changes.
///
/// In terms of the coefficients b_k = y_k a_k and the gradient f_k = y_k - (K b)_k, a step raises b_i and lowers b_j by
/// the same amount. Two suffice, with or without caps, because of the constraints. With a slack variable for each group
/// they are those of a flow on a graph: sample k joins a hub to its group, and each slack joins its group to a common
/// node. Every feasible direction is a sum of feasible cycles of that graph, and a simple cycle passes through two
/// samples. These are two of one group (its slack is unchanged), or two of different groups (each with slack to use or
/// weight to lose). So a point is optimal exactly if no such pair has f_i > f_j, that is within the tolerance:
///
/// - f_i <= f_j for all i that may rise (y = 1: its group has slack; y = -1: a_i > 0) and all j that may fall (y = 1:
///   a_j > 0; y = -1: its group has slack);
/// - the same within each full group, where weight moves from one sample to another without slack.
///
/// i is the index with the largest violation and j its partner with the largest second-order gain; within full groups
/// both have the largest violation. Weights that stay at a bound are left out until all others are optimal (shrinking),
/// then checked.
///
/// Sources: R.-E. Fan, P.-H. Chen, C.-J. Lin, Working set selection using second order information for training support
/// vector machines, JMLR 6, 2005, pp. 1889-1918; T. Joachims, Making large-scale SVM learning practical, in Advances in
/// Kernel Methods, 1999; for cycles, R. T. Rockafellar, Network flows and monotropic optimization, 1984.
package struct DualSolver {
  private let rows: KernelRows
  private(set) var problem: DualProblem
  private let columns: [Int32]
  private let groupOf: [Int]
  private let tolerance: Double
  private let iterationLimit: Int
  private(set) var iterations = 0

  /// The weights a, and the slack of each group: its cap minus its sum.
  private(set) var weights: [Double]
  private var slack: [Double]
  /// f_k of all samples; of inactive samples as of the coefficients `settled`.
  private var gradient: [Double]
  private var settled: [Double]

  /// The active samples, ascending, and the inputs of the inner loops for each of them.
  private var active: [Int32] = []
  private var activeColumns: [Int32] = []
  private var current: [Double] = []
  private var rise: [Float] = []
  private var fall: [Float] = []
  private var diagonal: [Float] = []
  private var activeOfGroup: [Int: Range<Int>] = [:]
  private var sharedGroups: [Int] = []
  private var cache: RowCache

  /// Creates a solver at the point with all weights 0.
  ///
  /// - Parameters:
  ///   - problem: the problem.
  ///   - rows: the kernel matrix that the problem's rows refer to.
  ///   - tolerance: the largest excess of f_i over f_j at the end.
  ///   - cacheBytes: the memory for rows restricted to the active samples.
  package init(_ problem: DualProblem, rows: KernelRows, tolerance: Double = 1e-3, cacheBytes: Int = 128 << 20) {
    self.problem = problem
    self.rows = rows
    self.tolerance = tolerance
    columns = problem.rows.map(Int32.init)
    var groupOf = [Int](repeating: 0, count: problem.count)
    for (group, samples) in problem.groups.enumerated() { for sample in samples { groupOf[sample] = group } }
    self.groupOf = groupOf
    sharedGroups = problem.groups.indices.filter { problem.groups[$0].count > 1 }
    weights = Array(repeating: 0, count: problem.count)
    slack = problem.caps
    gradient = problem.labels
    settled = weights
    cache = RowCache(samples: problem.count, limit: cacheBytes)
    iterationLimit = 1_000_000 + 100 * problem.count
  }

  /// Solves the problem, starting from the current weights.
  ///
  /// - Throws: ``ModelError`` if rounding makes decision values invalid.
  package mutating func solve() throws -> DualSolution {
    iterations = 0
    settle(Array(0..<Int32(problem.count)))
    activateAll()
    var extremes = survey()
    // Computed rows are more useful whole than restricted.
    let shrinks = rows.isStored
    while isViolated(extremes), iterations < iterationLimit {
      if shrinks, shrink(extremes) { extremes = survey() }
      iterate(&extremes, shrinks)
      guard active.count < problem.count else { break }
      store()
      let isActive = Set(active)
      settle((0..<Int32(problem.count)).filter { !isActive.contains($0) })
      activateAll()
      extremes = survey()
    }
    store()
    settled = coefficients
    guard gradient.allSatisfy(\.isFinite) else {
      throw ModelError(
        "the machine's decision values are not numbers, expected features that are standardised or small")
    }
    return solution(extremes)
  }

  private var coefficients: [Double] { zip(problem.labels, weights).map { $0 * $1 } }

  private func solution(_ extremes: ck_extremes) -> DualSolution {
    let coefficients = coefficients
    let bias = bias(extremes)
    var objective = 0.0
    for k in weights.indices where weights[k] > 0 {
      objective += weights[k] - 0.5 * coefficients[k] * (problem.labels[k] - gradient[k])
    }
    return DualSolution(
      coefficients: coefficients, bias: bias,
      decisions: gradient.indices.map { problem.labels[$0] - gradient[$0] + bias }, objective: objective,
      iterations: iterations, isOptimal: !isViolated(extremes))
  }

  /// Returns the mean of f over samples between their bounds; without any, the middle of the range that the others
  /// allow.
  private func bias(_ extremes: ck_extremes) -> Double {
    let free = gradient.indices.filter { weights[$0] > 0 && slack[groupOf[$0]] > 0 }
    if !free.isEmpty { return free.reduce(0) { $0 + gradient[$1] } / Double(free.count) }
    switch (extremes.highest.isFinite, extremes.lowest.isFinite) {
    case (true, true): return (extremes.highest + extremes.lowest) / 2
    // Samples of one label only: there is no error if the bias is that label.
    case (true, false): return extremes.highest
    case (false, true): return extremes.lowest
    case (false, false): return 0
    }
  }
}

// Changes between two solutions.
extension DualSolver {
  /// Changes the labels of samples that are groups of their own; changed samples start without weight.
  package mutating func relabel(_ labels: [Double]) {
    for k in labels.indices where labels[k] != problem.labels[k] {
      settleLabel(of: k, labels[k])
    }
    balance()
  }

  private mutating func settleLabel(of k: Int, _ label: Double) {
    precondition(problem.groups[groupOf[k]].count == 1, "a sample of a shared group cannot change its label")
    gradient[k] += label - problem.labels[k]
    problem.labels[k] = label
    weights[k] = 0
    slack[groupOf[k]] = problem.caps[groupOf[k]]
  }

  /// Swaps the caps of two samples of one label, each its own group. The weight of the first moves to the second, whose
  /// cap must have been 0.
  package mutating func replace(_ old: Int, by new: Int) {
    let (from, to) = (groupOf[old], groupOf[new])
    precondition(problem.groups[from].count == 1 && problem.groups[to].count == 1, "a sample of a shared group")
    precondition(problem.labels[old] == problem.labels[new] && weights[new] == 0, "samples that cannot stand in")
    problem.caps.swapAt(from, to)
    slack.swapAt(from, to)
    weights.swapAt(old, new)
  }

  /// Removes weight, the least valuable first, from the label with more of it, until both labels have equal weight.
  private mutating func balance() {
    var excess = coefficients.reduce(0, +)
    let label: Double = excess > 0 ? 1 : -1
    excess = abs(excess)
    let candidates = weights.indices.filter { problem.labels[$0] == label && weights[$0] > 0 }
    for k in candidates.sorted(by: { (label * gradient[$0], $0) < (label * gradient[$1], $1) }) {
      guard excess > 0 else { return }
      let taken = min(excess, weights[k])
      weights[k] -= taken
      slack[groupOf[k]] += taken
      excess -= taken
    }
  }
}

// The active samples.
extension DualSolver {
  /// Updates the gradient of the given samples to the current coefficients.
  private mutating func settle(_ targets: [Int32]) {
    for k in weights.indices {
      let change = problem.labels[k] * weights[k] - settled[k]
      if change != 0 {
        ck_scattered_update(targets.count, change, rows.row(problem.rows[k]), columns, targets, &gradient)
      }
    }
    settled = coefficients
  }

  /// Copies the gradient of the active samples back to that of all.
  private mutating func store() {
    for (place, k) in active.enumerated() { gradient[Int(k)] = current[place] }
  }

  private mutating func activateAll() {
    let isWhole = active.count == problem.count
    active = Array(0..<Int32(problem.count))
    current = gradient
    if !isWhole || rows.isStored { cache.clear(columns: active.count) }
    prepareActive()
  }

  private mutating func prepareActive() {
    activeColumns = active.map { columns[Int($0)] }
    diagonal = active.map { rows.diagonal[problem.rows[Int($0)]] }
    rise = Array(repeating: 0, count: active.count)
    fall = rise
    for place in active.indices { updatePenalties(at: place) }
    guard !sharedGroups.isEmpty else { return }
    activeOfGroup.removeAll(keepingCapacity: true)
    var place = 0
    while place < active.count {
      let group = groupOf[Int(active[place])]
      let first = place
      while place < active.count, groupOf[Int(active[place])] == group { place += 1 }
      if problem.groups[group].count > 1 { activeOfGroup[group] = first..<place }
    }
  }

  /// Removes samples at a bound that no pair will use while the extremes stay; returns whether there were any.
  private mutating func shrink(_ extremes: ck_extremes) -> Bool {
    var kept: [Int32] = []
    kept.reserveCapacity(active.count)
    for (place, sample) in active.enumerated() {
      let k = Int(sample)
      let (mayRise, mayFall) = (rise[place] == 0, fall[place] == 0)
      // Within a shared group, a sample with weight can always pass it on.
      if weights[k] == 0 || problem.groups[groupOf[k]].count == 1 {
        let isShared = problem.groups[groupOf[k]].count > 1
        let isHigh = current[place] > extremes.highest, isLow = current[place] < extremes.lowest
        if !mayRise, !mayFall, !isShared { continue }
        if !mayRise, isHigh, !isShared || problem.labels[k] < 0 { continue }
        if !mayFall, isLow, !isShared || problem.labels[k] > 0 { continue }
      }
      kept.append(Int32(place))
    }
    guard kept.count < active.count else { return false }
    // Removed samples keep their gradient as of the coefficients `settled`.
    cache.forget()
    active = kept.map { active[Int($0)] }
    current = kept.map { current[Int($0)] }
    prepareActive()
    return true
  }

  private mutating func updatePenalties(at place: Int) {
    let k = Int(active[place])
    let hasSlack = slack[groupOf[k]] > 0
    let (mayRise, mayFall) = problem.labels[k] > 0 ? (hasSlack, weights[k] > 0) : (weights[k] > 0, hasSlack)
    rise[place] = mayRise ? 0 : .infinity
    fall[place] = mayFall ? 0 : .infinity
  }
}

// Steps.
extension DualSolver {
  /// Returns the extremes of the current gradient.
  private mutating func survey() -> ck_extremes {
    // The step is zero, so any rows will do.
    ck_pair_update(active.count, 0, diagonal, 0, diagonal, rise, fall, &current)
  }

  private func isViolated(_ extremes: ck_extremes) -> Bool {
    extremes.highest - extremes.lowest > tolerance || (worstWithinFullGroups()?.violation ?? 0) > tolerance
  }

  /// Steps until the active samples are optimal or the limit of steps is reached.
  private mutating func iterate(_ extremes: inout ck_extremes, _ shrinks: Bool) {
    let interval = min(max(problem.count, 1), 1000)
    var untilShrink = interval
    while iterations < iterationLimit, let (i, j) = workingPair(extremes) {
      iterations += 1
      extremes = step(i, j)
      untilShrink -= 1
      if untilShrink == 0 {
        untilShrink = interval
        if shrinks, shrink(extremes) { extremes = survey() }
      }
    }
  }

  /// Returns the positions of the pair to change; nil if none violates.
  private mutating func workingPair(_ extremes: ck_extremes) -> (rising: Int, falling: Int)? {
    let violation = extremes.highest - extremes.lowest
    if let worst = worstWithinFullGroups(), worst.violation > tolerance, !(violation >= worst.violation) {
      return (worst.rising, worst.falling)
    }
    guard violation > tolerance, extremes.at >= 0 else { return nil }
    let i = Int(extremes.at)
    let row = cachedRow(i)
    let j = ck_best_partner(
      active.count, extremes.highest, Double(diagonal[i]), cache.rows[row], diagonal, fall, current)
    return j < 0 ? nil : (i, Int(j))
  }

  /// Returns the pair with the largest violation of all pairs within one group without slack.
  private func worstWithinFullGroups() -> (violation: Double, rising: Int, falling: Int)? {
    var worst: (violation: Double, rising: Int, falling: Int)?
    for group in sharedGroups where slack[group] <= 0 {
      guard let places = activeOfGroup[group], let first = places.first else { continue }
      let isPositive = problem.labels[Int(active[first])] > 0
      var (rising, falling) = (-1, -1)
      for place in places {
        let hasWeight = weights[Int(active[place])] > 0
        if isPositive || hasWeight, rising < 0 || current[place] > current[rising] { rising = place }
        if !isPositive || hasWeight, falling < 0 || current[place] < current[falling] { falling = place }
      }
      guard rising >= 0, falling >= 0 else { continue }
      let violation = current[rising] - current[falling]
      if violation > worst?.violation ?? 0 { worst = (violation, rising, falling) }
    }
    return worst
  }

  /// Returns the position in the cache of an active sample's row.
  private mutating func cachedRow(_ place: Int) -> Int {
    let k = Int(active[place])
    if let found = cache.place(of: k) { return found }
    let row = rows.row(problem.rows[k])
    let found = cache.makePlace(for: k, columns: active.count)
    ck_gather(active.count, row, activeColumns, &cache.rows[found])
    return found
  }

  /// Raises the coefficient at position `i`, lowers that at `j`, and returns the new extremes.
  private mutating func step(_ i: Int, _ j: Int) -> ck_extremes {
    let (rowI, rowJ) = (cachedRow(i), cachedRow(j))
    let (a, b) = (Int(active[i]), Int(active[j]))
    let curvature = Double(diagonal[i]) + Double(diagonal[j]) - 2 * Double(cache.rows[rowI][j])
    let isShared = groupOf[a] == groupOf[b]
    let room = min(room(a, rising: true, isShared), room(b, rising: false, isShared))
    let change = min(room, (current[i] - current[j]) / max(curvature, 1e-12))
    move(a, by: problem.labels[a] * change, isShared)
    move(b, by: -problem.labels[b] * change, isShared)
    refreshPenalties(i, a)
    refreshPenalties(j, b)
    return ck_pair_update(
      active.count, change, cache.rows[rowI], -change, cache.rows[rowJ], rise, fall, &current)
  }

  /// Returns the largest possible change of a coefficient.
  private func room(_ k: Int, rising: Bool, _ isShared: Bool) -> Double {
    if (problem.labels[k] > 0) == rising { return isShared ? .infinity : slack[groupOf[k]] }
    return weights[k]
  }

  /// Changes a weight, and the slack of its group unless both samples of the pair belong to it.
  private mutating func move(_ k: Int, by change: Double, _ isShared: Bool) {
    let group = groupOf[k]
    if isShared {
      weights[k] = max(0, weights[k] + change)
      return
    }
    let isAlone = problem.groups[group].count == 1
    if change >= slack[group], change > 0 {
      weights[k] = isAlone ? problem.caps[group] : weights[k] + slack[group]
      slack[group] = 0
    } else if -change >= weights[k] {
      slack[group] = isAlone ? problem.caps[group] : slack[group] + weights[k]
      weights[k] = 0
    } else {
      weights[k] += change
      slack[group] -= change
    }
  }

  private mutating func refreshPenalties(_ place: Int, _ k: Int) {
    let group = groupOf[k]
    if problem.groups[group].count > 1, let places = activeOfGroup[group] {
      for other in places { updatePenalties(at: other) }
    } else {
      updatePenalties(at: place)
    }
  }
}

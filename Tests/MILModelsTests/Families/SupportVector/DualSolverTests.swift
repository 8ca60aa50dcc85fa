import LinearAlgebra
import MILBenchTesting
import Testing

@testable import MILModels

@Suite("The dual solver of support vector machines")
struct DualSolverTests {
  @Test("Objective and decisions are libsvm's, for bounds of its own for each sample")
  func libsvm() throws {
    let fixture = try SupportVectorFixture.load().plain
    let vectors = kernelVectors(fixture.instances)
    let rows = Array(fixture.instances.indices)
    #expect(fixture.cases.count == 12)
    for golden in fixture.cases {
      let kernel = fixtureKernel(golden.kernel, gamma: 0.25)
      let problem = DualProblem(labels: fixture.labels, rows: rows, caps: golden.caps)
      let kernels = try KernelRows(vectors, kernel, isStored: true)
      for tolerance in [1e-3, 1e-6] {
        var solver = DualSolver(problem, rows: kernels, tolerance: tolerance)
        let solution = try solver.solve()
        #expect(solution.isOptimal)
        #expect(abs(solution.objective - golden.objective) <= 1e-4 * golden.objective, "\(kernel)")
        let machine = SupportVectorMachine(
          kernel: kernel, vectors: vectors, rows: rows, coefficients: solution.coefficients, bias: solution.bias)
        let decisions = machine.decisions(kernelVectors(fixture.test))
        for (ours, theirs) in zip(decisions, golden.decisions) {
          if abs(theirs) > 0.02 { #expect((ours > 0) == (theirs > 0)) }
          // With duplicates and flat directions, coefficients are not unique, and decisions only within the tolerance.
          if tolerance < 1e-3 { #expect(abs(ours - theirs) < 2e-3 * max(1, abs(theirs)), "\(kernel)") }
        }
      }
    }
  }

  @Test("With caps on groups the solution is that of an interior-point method")
  func grouped() throws {
    let fixture = try SupportVectorFixture.load().grouped
    #expect(fixture.count == 9)
    for golden in fixture {
      let solution = try solve(golden, tolerance: 1e-6)
      #expect(abs(solution.objective - golden.objective) <= 1e-5 * golden.objective, "\(golden.kernel) \(golden.c)")
      for (k, value) in golden.values.enumerated() {
        let ours = solution.decisions[k] - solution.bias
        #expect(abs(ours - value) < 2e-3 * max(1, abs(value)), "\(golden.kernel) \(golden.c)")
      }
      let loose = try solve(golden, tolerance: 1e-3)
      #expect(abs(loose.objective - golden.objective) <= 1e-4 * golden.objective)
    }
  }

  private func solve(_ golden: SupportVectorFixture.Grouped, tolerance: Double) throws -> DualSolution {
    let problem = DualProblem(
      labels: Array(repeating: 1, count: 12) + Array(repeating: -1, count: 24), rows: Array(0..<36),
      groups: (0..<12).map { $0..<($0 + 1) } + stride(from: 12, to: 36, by: 4).map { $0..<($0 + 4) },
      caps: Array(repeating: golden.c, count: 18))
    let kernels = try KernelRows(
      kernelVectors(golden.instances), fixtureKernel(golden.kernel, gamma: 0.5), isStored: true)
    var solver = DualSolver(problem, rows: kernels, tolerance: tolerance)
    let solution = try solver.solve()
    #expect(solution.isOptimal)
    #expect(abs(solution.coefficients.reduce(0, +)) < 1e-9 * golden.c)
    for (group, cap) in zip(problem.groups, problem.caps) {
      let sum = solution.coefficients[group].reduce(0) { $0 + abs($1) }
      #expect(sum <= cap * (1 + 1e-9))
    }
    return solution
  }

  /// Returns groups of 5 with one label each in random order of labels; some are large.
  private func randomProblem(_ vectors: KernelVectors, seed: UInt64, c: Double) -> DualProblem {
    var generator = RandomGenerator(seed: seed)
    var (labels, groups): ([Double], [Range<Int>]) = ([], [])
    while labels.count < vectors.count {
      let size = min(generator.uniform() < 0.5 ? 1 : 5, vectors.count - labels.count)
      groups.append(labels.count..<(labels.count + size))
      labels += Array(repeating: generator.uniform() < 0.5 ? 1 : -1, count: size)
    }
    return DualProblem(
      labels: labels, rows: Array(0..<vectors.count), groups: groups, caps: groups.map { _ in c * generator.uniform() })
  }

  @Test("Shared groups of both labels end optimal, and shrinking does not change the objective", arguments: 1...2)
  func sharedGroups(seed: UInt64) throws {
    let (vectors, _) = randomSamples(1200, seed: seed)
    let problem = randomProblem(vectors, seed: seed, c: 2)
    let kernel = KernelFunction(kind: .rbf, gamma: 0.5)
    // Computed rows are not shrunk; both runs are long enough for shrinking.
    var objectives: [Double] = []
    for isStored in [true, false] {
      var solver = DualSolver(problem, rows: try KernelRows(vectors, kernel, isStored: isStored), cacheBytes: 4 << 20)
      let solution = try solver.solve()
      #expect(solution.isOptimal && solution.iterations > 1000)
      checkOptimality(problem, solution, tolerance: 1.1e-3)
      objectives.append(solution.objective)
    }
    #expect(abs(objectives[0] - objectives[1]) < 1e-4 * objectives[0])
  }

  /// Checks the conditions of Karush, Kuhn and Tucker in the form with one multiplier for each group.
  private func checkOptimality(_ problem: DualProblem, _ solution: DualSolution, tolerance: Double) {
    for (samples, cap) in zip(problem.groups, problem.caps) {
      let errors = samples.map { max(0, 1 - problem.labels[$0] * solution.decisions[$0]) }
      let sum = samples.reduce(0) { $0 + abs(solution.coefficients[$1]) }
      let largest = errors.max() ?? 0
      // A group with slack has no error; its weight is on the sample of the largest error or on the margin.
      if sum < cap * (1 - 1e-9) { #expect(largest <= tolerance) }
      for k in samples where solution.coefficients[k] != 0 {
        #expect(1 - problem.labels[k] * solution.decisions[k] >= largest - tolerance)
      }
    }
  }

  @Test("A problem solved again after changes of labels has the objective of one solved afresh", arguments: 1...4)
  func relabelling(seed: UInt64) throws {
    let (vectors, labels) = randomSamples(400, seed: seed)
    let kernels = try KernelRows(vectors, KernelFunction(kind: .rbf, gamma: 0.5), isStored: true)
    let caps = labels.indices.map { $0 % 5 == 0 ? 0.5 : 3 }
    var solver = DualSolver(
      DualProblem(labels: labels, rows: Array(labels.indices), caps: caps), rows: kernels, tolerance: 1e-5)
    let cold = try solver.solve()
    var generator = RandomGenerator(seed: seed)
    let changed = labels.map { generator.uniform() < 0.05 ? -$0 : $0 }
    solver.relabel(changed)
    let warm = try solver.solve()
    var fresh = DualSolver(
      DualProblem(labels: changed, rows: Array(labels.indices), caps: caps), rows: kernels, tolerance: 1e-5)
    let golden = try fresh.solve()
    #expect(abs(warm.objective - golden.objective) < 1e-6 * golden.objective)
    #expect(agree(warm.decisions, golden.decisions, within: 1e-3))
    #expect(abs(warm.coefficients.reduce(0, +)) < 1e-9)
    #expect(zip(warm.coefficients, changed).allSatisfy { $0 * $1 >= 0 })
    #expect(cold.objective != golden.objective)
    #expect(try solver.solve().iterations == 0)
  }

  @Test("A sample that stands in for another takes over its cap and weight")
  func replacing() throws {
    let (vectors, labels) = randomSamples(60, seed: 3)
    let kernels = try KernelRows(vectors, KernelFunction(kind: .rbf, gamma: 0.5), isStored: true)
    let positive = labels.indices.filter { labels[$0] > 0 }
    let (old, new) = (positive[0], positive[1])
    var caps = [Double](repeating: 1, count: 60)
    caps[new] = 0
    var solver = DualSolver(
      DualProblem(labels: labels, rows: Array(0..<60), caps: caps), rows: kernels, tolerance: 1e-6)
    let first = try solver.solve()
    #expect(first.coefficients[new] == 0)
    solver.replace(old, by: new)
    let second = try solver.solve()
    caps.swapAt(old, new)
    var fresh = DualSolver(
      DualProblem(labels: labels, rows: Array(0..<60), caps: caps), rows: kernels, tolerance: 1e-6)
    let golden = try fresh.solve()
    #expect(second.coefficients[old] == 0)
    #expect(abs(second.objective - golden.objective) < 1e-6 * golden.objective)
    #expect(agree(second.decisions, golden.decisions, within: 1e-3))
  }

  @Test("Samples of one label give that label everywhere", arguments: [1.0, -1.0])
  func oneClass(label: Double) throws {
    let (vectors, _) = randomSamples(9, seed: 1)
    let problem = DualProblem(
      labels: Array(repeating: label, count: 9), rows: Array(0..<9), caps: Array(repeating: 1, count: 9))
    var solver = DualSolver(problem, rows: try KernelRows(vectors, KernelFunction(kind: .linear), isStored: true))
    let solution = try solver.solve()
    #expect(solution.isOptimal && solution.objective == 0)
    #expect(solution.decisions == Array(repeating: label, count: 9))
  }

  @Test("Equal samples of both labels end at their bounds")
  func equalSamples() throws {
    let vectors = kernelVectors(Array(repeating: [1, 2], count: 6))
    let problem = DualProblem(labels: [1, 1, 1, 1, -1, -1], rows: Array(0..<6), caps: Array(repeating: 2, count: 6))
    for kind in KernelKind.allCases {
      var solver = DualSolver(problem, rows: try KernelRows(vectors, fixtureKernel(kind, gamma: 1), isStored: true))
      let solution = try solver.solve()
      #expect(solution.isOptimal)
      // The two negative samples have errors of 2; the four positive ones have none.
      #expect(abs(solution.objective - 8) < 1e-9)
      #expect(solution.decisions.allSatisfy { abs($0 - 1) < 1e-9 })
    }
  }

  @Test("Kernels that are not numbers are refused")
  func badKernels() throws {
    for value in [Double.nan, .infinity, 1e30] {
      let vectors = KernelVectors(Matrix([[1, value], [0, 1]]))
      let error = #expect(throws: ModelError.self) {
        try KernelRows(vectors, KernelFunction(kind: .linear), isStored: true)
      }
      if let error { #expect(line(of: error).contains("expected features that are numbers")) }
    }
  }
}

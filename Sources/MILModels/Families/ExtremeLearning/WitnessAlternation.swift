import Autodiff
import LinearAlgebra
import MILBags

/// The alternating form of ELM-MIL: each bag is represented by its most qualified instance, its witness.
///
/// The first witnesses are chosen by random output weights. Then output weights are solved on the witnesses' random
/// features, and witnesses are chosen by them, until no choice changes. In bags of both labels the most qualified
/// instance is the one with the largest score, and a bag's score is that of its witness.
///
/// The alternation need not converge: a negative bag's witness is pushed down until another instance replaces it. If a
/// whole choice recurs, the same rounds would repeat forever, so the output weights of the cycle are averaged.
///
/// Source: J. Wang, L. Cai, J. Peng, Y. Jia, A novel multiple instance learning method based on extreme learning
/// machine, Computational Intelligence and Neuroscience 2015, doi:10.1155/2015/405890.
struct WitnessAlternation {
  let configuration: ExtremeLearningMachine

  func fit(_ training: BagDataset, _ context: FitContext) throws -> any FittedModel {
    let training = try training.loaded()
    guard training.instances.areFinite else { throw ModelError.hiddenFeatureOverflow }
    let seed = Seed.derive(from: context.seed, ["hidden"])
    let graph = ComputationGraph(featureCount: training.featureCount)
    let features = configuration.hidden.features(of: graph.instances)
    let bags = try BagMatrix(training)
    try graph.checkRegressionMemory(columns: features.columns, rows: bags.instances.rows, for: BagShape(training))
    let hidden = try Evaluator(graph: graph, outputs: [features], seed: seed).evaluate(bags)[0]
    guard hidden.areFinite else { throw ModelError.hiddenFeatureOverflow }

    var generator = RandomGenerator(seed: Seed.derive(from: context.seed, ["first witnesses"]))
    let first = training.largest(hidden * (0..<features.columns).map { _ in Float(generator.normal()) })
    let (solution, notes) = try alternate(training, hidden, from: first)
    return try FittedWitness(
      configuration.hidden, parameters(solution, featureCount: training.featureCount, seed: seed),
      FitSummary(parameters: features.columns + 1, notes: solution.notes.merging(notes) { $1 }))
  }

  /// Restores the machine from a state.
  func fitted(from state: ModelState) throws -> any FittedModel {
    try FittedWitness(configuration.hidden, state, FitSummary())
  }

  /// Returns the memory for the random features of all instances, and the regression on those of witnesses.
  func memory(training: BagShape, scoring: BagShape) throws -> Double {
    let graph = ComputationGraph(featureCount: training.features)
    let columns = configuration.hidden.features(of: graph.instances).columns
    return 4 * (3 * Double(graph.frozenParameterCount) + max(graph.block(training), graph.block(scoring)))
      + 2 * (training.bytes + scoring.bytes)
      + ComputationGraph.regressionMemory(rows: training.instances, bags: training.bags, columns: columns)
  }

  /// Solves and chooses until the choice is stable or recurs, or all rounds are done.
  private func alternate(
    _ training: BagDataset, _ hidden: Matrix<Float>, from first: [Int]
  ) throws -> (RidgeSolution, notes: [String: String]) {
    var witnesses = first
    var solutions: [RidgeSolution] = []
    var roundOfChoice: [[Int]: Int] = [:]
    while true {
      roundOfChoice[witnesses] = solutions.count
      let solution = try configuration.output.solutions(
        hidden.selectingRows(witnesses.map { $0..<($0 + 1) }), training.targets)[0]
      solutions.append(solution)
      let rounds = ["rounds": "\(solutions.count)"]
      if solutions.count == configuration.maximumRounds {
        return (solution, rounds.merging(["witnesses": "still changing"]) { $1 })
      }
      witnesses = training.largest(hidden * solution.coefficients.map(Float.init))
      if let start = roundOfChoice[witnesses] {
        let period = solutions.count - start
        let state = period == 1 ? "settled" : "recur every \(period) rounds"
        return (.average(of: solutions[start...]), rounds.merging(["witnesses": state]) { $1 })
      }
    }
  }

  /// Returns the same hidden layer, which follows from its seed, with the output weights after it.
  private func parameters(_ solution: RidgeSolution, featureCount: Int, seed: UInt64) throws -> ModelState {
    let graph = ComputationGraph(featureCount: featureCount)
    let evaluator = try Evaluator(graph: graph, outputs: configuration.hidden.witnessScores(graph), seed: seed)
    evaluator.setOutput("output", solution)
    return ModelState(of: evaluator)
  }
}

/// Fitted output weights of witnesses, which score every instance.
private struct FittedWitness: FittedModel {
  let summary: FitSummary
  private let evaluator: FittedEvaluator

  init(_ hidden: HiddenLayer, _ state: ModelState, _ summary: FitSummary) throws {
    evaluator = try FittedEvaluator(state, hidden.witnessScores)
    self.summary = summary
  }

  var state: ModelState? { evaluator.state }

  func predict(_ bags: BagDataset) throws -> [Double] {
    try evaluator.finiteOutputs(for: bags)[0].elements.map(Double.init)
  }

  /// Returns the score of each instance.
  func relevance(_ bags: BagDataset) throws -> InstanceRelevance? {
    InstanceRelevance(kind: .scores, values: try evaluator.finiteOutputs(for: bags)[1].elements.map(Double.init))
  }
}

extension HiddenLayer {
  /// Returns the scores of bags and of instances.
  @Sendable fileprivate func witnessScores(_ graph: ComputationGraph) -> [Variable] {
    let scores = features(of: graph.instances).linear("output", to: 1, trains: false)
    return [scores.maxOverInstances(), scores]
  }
}

extension BagDataset {
  /// Returns the row of each bag's instance with the largest value; ties go to the first.
  fileprivate func largest(_ values: [Float]) -> [Int] {
    labels.indices.map { bag in
      let rows = self[rowsOfBag: bag]
      return rows.reduce(rows.lowerBound) { values[$1] > values[$0] ? $1 : $0 }
    }
  }
}

extension RidgeSolution {
  /// Returns the mean of coefficients, intercept and penalty; there must be at least one solution.
  fileprivate static func average(of solutions: ArraySlice<RidgeSolution>) -> RidgeSolution {
    let share = 1 / Double(solutions.count)
    var sum = Array(repeating: 0.0, count: solutions.first?.coefficients.count ?? 0)
    for solution in solutions {
      for (place, coefficient) in solution.coefficients.enumerated() { sum[place] += coefficient }
    }
    return RidgeSolution(
      coefficients: sum.map { $0 * share }, intercept: solutions.reduce(0) { $0 + $1.intercept } * share,
      penalty: solutions.reduce(0) { $0 + $1.penalty } * share,
      isLeastSquares: solutions.contains { $0.isLeastSquares })
  }
}

extension Evaluator {
  /// Sets the frozen layer `name` to regression coefficients.
  fileprivate func setOutput(_ name: String, _ solution: RidgeSolution) {
    setParameter(name + ".weight", to: solution.column)
    setParameter(name + ".bias", to: Matrix(rows: 1, columns: 1, elements: [Float(solution.intercept)]))
  }
}

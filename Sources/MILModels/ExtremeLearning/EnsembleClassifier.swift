import LinearAlgebra
import MILData

/// The average of classifiers that differ by their seed alone.
///
/// Epochs of its members are not reported, since no epoch is one of the average.
final class EnsembleClassifier: BagClassifier {
  private let members: [any BagClassifier]

  /// `count` classifiers, or a single one by itself.
  static func of(_ count: Int, _ make: () -> any BagClassifier) -> any BagClassifier {
    count > 1 ? EnsembleClassifier((0..<count).map { _ in make() }) : make()
  }

  private init(_ members: [any BagClassifier]) { self.members = members }

  var scoresAreProbabilities: Bool { members.allSatisfy(\.scoresAreProbabilities) }

  func fit(_ training: BagDataset, _ context: FitContext) throws -> FitSummary {
    var whole = FitSummary(parameters: 0)
    var notes: [String: [String]] = [:]
    for (index, member) in members.enumerated() {
      let seed = Seed.derive(from: context.seed, ["member", String(index + 1)])
      let summary = try member.fit(training, FitContext(seed: seed))
      whole.parameters += summary.parameters
      whole.steps += summary.steps
      for (key, value) in summary.notes { notes[key, default: []].append(value) }
    }
    whole.notes = notes.mapValues { $0.joined(separator: "; ") }
    return whole
  }

  /// The most that one member takes: they are fitted one after the other.
  func memory(training: BagShape, scoring: BagShape) throws -> Double {
    try members.map { try $0.memory(training: training, scoring: scoring) }.max() ?? 0
  }

  func score(_ bags: BagDataset) throws -> [Double] { mean(try members.map { try $0.score(bags) }) }

  func instanceWeights(_ bags: BagDataset) throws -> [Double]? {
    let weights = try members.compactMap { try $0.instanceWeights(bags) }
    return weights.isEmpty ? nil : mean(weights)
  }

  var instanceWeightsAreScores: Bool { members.contains(where: \.instanceWeightsAreScores) }

  func fittedState() throws -> ModelState {
    let states = try members.map { try $0.fittedState() }
    var whole = ModelState(featureCount: states.first?.featureCount ?? 0)
    for (index, state) in states.enumerated() { whole.add(state, under: "member.\(index + 1)") }
    return whole
  }

  func restore(_ state: ModelState) throws {
    for (index, member) in members.enumerated() { try member.restore(state.part("member.\(index + 1)")) }
  }

  private func mean(_ lists: [[Double]]) -> [Double] {
    guard let first = lists.first else { return [] }
    return first.indices.map { place in lists.reduce(0) { $0 + $1[place] } / Double(lists.count) }
  }
}

import LinearAlgebra
import MILData

/// The average of fits that differ by their seed alone.
///
/// Epochs of its members are not reported, since no epoch is one of the average.
private struct Ensemble: FittedModel {
  let members: [any FittedModel]

  func predict(_ bags: BagDataset) throws -> [Double] { mean(try members.map { try $0.predict(bags) }) }

  func relevance(_ bags: BagDataset) throws -> InstanceRelevance? {
    let relevance = try members.compactMap { try $0.relevance(bags) }
    return relevance.first.map {
      InstanceRelevance(kind: $0.kind, values: mean(relevance.map(\.values)), columns: $0.columns)
    }
  }

  var state: ModelState? {
    let states = members.compactMap(\.state)
    guard let first = states.first, states.count == members.count else { return nil }
    var whole = ModelState(featureCount: first.featureCount)
    for (index, state) in states.enumerated() { whole.add(state, under: "member.\(index + 1)") }
    return whole
  }

  var summary: FitSummary {
    var notes: [String: [String]] = [:]
    for member in members {
      for (key, value) in member.summary.notes { notes[key, default: []].append(value) }
    }
    return FitSummary(
      parameters: members.reduce(0) { $0 + $1.summary.parameters }, steps: members.reduce(0) { $0 + $1.summary.steps },
      notes: notes.mapValues { $0.joined(separator: "; ") })
  }

  private func mean(_ lists: [[Double]]) -> [Double] {
    guard let first = lists.first else { return [] }
    return first.indices.map { place in lists.reduce(0) { $0 + $1[place] } / Double(lists.count) }
  }
}

extension Model {
  /// The average of `count` fits, or a single one by itself.
  func fitMembers(
    _ count: Int, _ context: FitContext, _ fit: (FitContext) throws -> any FittedModel
  ) rethrows -> any FittedModel {
    guard count > 1 else { return try fit(context) }
    return Ensemble(
      members: try (1...count).map { member in
        try fit(FitContext(seed: Seed.derive(from: context.seed, ["member", String(member)])))
      })
  }

  /// The average of `count` kept fits, or a single one by itself.
  func keptMembers(
    _ count: Int, _ state: ModelState, _ fitted: (ModelState) throws -> any FittedModel
  ) throws -> any FittedModel {
    guard count > 1 else { return try fitted(state) }
    return Ensemble(members: try (1...count).map { try fitted(state.part("member.\($0)")) })
  }
}

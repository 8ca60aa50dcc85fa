import LinearAlgebra
import MILBags
import MILRecords

/// The average of fits that differ only by their seed.
///
/// Scores are averaged directly, both probabilities and decision values, and so is instance relevance. Epochs of the
/// members are not reported, since they are not epochs of the average.
///
/// Source: L. K. Hansen, P. Salamon, Neural network ensembles, IEEE Transactions on Pattern Analysis and Machine
/// Intelligence 12(10), 1990, doi:10.1109/34.58871; of networks that differ by their seed B. Lakshminarayanan, A.
/// Pritzel, C. Blundell, Simple and scalable predictive uncertainty estimation using deep ensembles, NeurIPS 2017.
struct Ensemble: FittedModel {
  /// The fits.
  let members: [any FittedModel]
  /// The task that they predict.
  var task: any BagTask = BagTasks.unnamed

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
    for (index, state) in states.enumerated() { whole.add(state, under: Self.prefix(index + 1)) }
    whole.set(task)
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

  /// Returns the name prefix of a member's arrays.
  static func prefix(_ member: Int) -> String { "member.\(member)" }
}

extension Model {
  /// Returns the average of `count` fits, or a single fit unchanged.
  func fitMembers(
    _ count: Int, _ context: FitContext, _ fit: (FitContext) throws -> any FittedModel
  ) rethrows -> any FittedModel {
    guard count > 1 else { return try fit(context) }
    return Ensemble(members: try (1...count).map { try fit(FitContext(seed: context.seed(ofMember: $0))) })
  }

  /// Returns the average of `count` saved fits, or a single fit unchanged.
  func keptMembers(
    _ count: Int, _ state: ModelState, _ fitted: (ModelState) throws -> any FittedModel
  ) throws -> any FittedModel {
    guard count > 1 else { return try fitted(state) }
    return Ensemble(members: try (1...count).map { try fitted(state.part(Ensemble.prefix($0))) })
  }
}

extension ResolvedModel {
  /// Fits a model with fixed parameters, or averages as many fits as requested.
  func fitMembers(of model: any Model, _ training: BagDataset, _ context: FitContext) throws -> CheckedFit {
    guard common.members > 1 else { return try model.checkedFit(training, context) }
    guard !model.traits.isDeterministic else {
      throw NotApplicable("members=\(common.members) averages fits of different seeds, which are all alike here")
    }
    let fits = try (1...common.members).map { member in
      var own = FitContext(seed: context.seed(ofMember: member), shared: context.shared)
      own.initialSeed = context.initialSeed.map { Seed.derive(from: $0, ["member", String(member)]) }
      own.announce = context.announce
      (own.repetition, own.fold) = (context.repetition, context.fold)
      return try model.checkedFit(training, own)
    }
    let ensemble = Ensemble(members: fits.map(\.fitted), task: fits[0].check.task)
    return CheckedFit(fitted: ensemble, check: fits[0].check, epochs: 0)
  }

  /// Restores the saved fit of all members.
  func keptMembers(_ state: ModelState, _ task: any BagTask) throws -> any FittedModel {
    guard common.members > 1 else { return try model.keptFit(state, task) }
    return Ensemble(
      members: try (1...common.members).map { try model.keptFit(state.part(Ensemble.prefix($0)), task) }, task: task)
  }
}

extension FitContext {
  /// Returns the seed of one of several fits.
  fileprivate func seed(ofMember member: Int) -> UInt64 { Seed.derive(from: seed, ["member", String(member)]) }
}

import LinearAlgebra
import MILBags
import MILRecords

/// The average of fits that differ by their seed, or by the inner fold of the training bags that they leave out.
///
/// Scores are averaged directly, both probabilities and decision values, and so is instance relevance. Epochs of the
/// members are not reported, since they are not epochs of the average.
///
/// Source: L. K. Hansen, P. Salamon, Neural network ensembles, IEEE Transactions on Pattern Analysis and Machine
/// Intelligence 12(10), 1990, doi:10.1109/34.58871; of networks that differ by their seed B. Lakshminarayanan, A.
/// Pritzel, C. Blundell, Simple and scalable predictive uncertainty estimation using deep ensembles, NeurIPS 2017; of
/// fits that leave out a fold B. Parmanto, P. W. Munro, H. R. Doyle, Improving committee diagnosis with resampling
/// techniques, NIPS 1995.
struct Ensemble: FittedModel {
  /// The fits.
  let members: [any FittedModel]
  /// The name of a member's part in a kept model.
  var part = Self.seed
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
    for (index, state) in states.enumerated() { whole.add(state, under: Self.prefix(part, index + 1)) }
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

  /// The part of a member with a seed of its own.
  static let seed = "member"
  /// The part of a member without one of the inner folds.
  static let fold = "fold"

  /// Returns the name prefix of a member's arrays.
  static func prefix(_ part: String, _ member: Int) -> String { "\(part).\(member)" }
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
    return Ensemble(members: try (1...count).map { try fitted(state.part(Ensemble.prefix(Ensemble.seed, $0))) })
  }
}

extension ResolvedModel {
  /// Fits a model with fixed parameters, or averages as many fits as requested.
  func fitMembers(of model: any Model, _ training: BagDataset, _ context: FitContext) throws -> CheckedFit {
    let count = common.foldMembers
    guard count > 1 else { return try fitSeeds(of: model, training, context) }
    let inner = try InnerCrossValidation(
      of: training, folds: count, seed: Seed.derive(from: context.seed, ["fold members"]))
    guard inner.folds.count == count else {
      let places = training.groups == nil ? "training bags" : "groups of training bags"
      throw NotApplicable("foldMembers=\(count) leaves out one of \(count) folds, and there are fewer \(places)")
    }
    let fits = try inner.folds.enumerated().map { place, fold in
      var own = context.forMember("fold \(place + 1)", seed: fold.seed)
      own.shared = context.shared?.selecting(fold.training)
      return try fitSeeds(of: model, training.selecting(bags: fold.training), own)
    }
    return average(of: fits, Ensemble.fold)
  }

  /// Fits a model to all training bags, once or with several seeds.
  private func fitSeeds(of model: any Model, _ training: BagDataset, _ context: FitContext) throws -> CheckedFit {
    guard common.members > 1 else { return try model.checkedFit(training, context) }
    guard !model.traits.isDeterministic else {
      throw NotApplicable("members=\(common.members) averages fits of different seeds, which are all alike here")
    }
    let fits = try (1...common.members).map { member in
      var own = context.forMember("\(member)", seed: context.seed(ofMember: member))
      own.shared = context.shared
      return try model.checkedFit(training, own)
    }
    return average(of: fits, Ensemble.seed)
  }

  private func average(of fits: [CheckedFit], _ part: String) -> CheckedFit {
    let ensemble = Ensemble(members: fits.map(\.fitted), part: part, task: fits[0].check.task)
    return CheckedFit(fitted: ensemble, check: fits[0].check, epochs: 0)
  }

  /// Restores the saved fit of all members.
  func keptMembers(_ state: ModelState, _ task: any BagTask) throws -> any FittedModel {
    try kept(common.foldMembers, Ensemble.fold, state, task) { state in
      try kept(common.members, Ensemble.seed, state, task) { try model.keptFit($0, task) }
    }
  }

  private func kept(
    _ count: Int, _ part: String, _ state: ModelState, _ task: any BagTask,
    _ fitted: (ModelState) throws -> any FittedModel
  ) throws -> any FittedModel {
    guard count > 1 else { return try fitted(state) }
    return Ensemble(
      members: try (1...count).map { try fitted(state.part(Ensemble.prefix(part, $0))) }, part: part, task: task)
  }
}

extension FitContext {
  /// Returns the context of one of several fits, without what bags share.
  fileprivate func forMember(_ name: String, seed: UInt64) -> FitContext {
    var own = FitContext(seed: seed)
    own.initialSeed = initialSeed.map { Seed.derive(from: $0, ["member", name]) }
    own.announce = announce
    (own.repetition, own.fold) = (repetition, fold)
    return own
  }

  /// Returns the seed of one of several fits.
  fileprivate func seed(ofMember member: Int) -> UInt64 { Seed.derive(from: seed, ["member", String(member)]) }
}

import LinearAlgebra
import MILBags
import MILRecords

/// Several classes by fits of two: each class against all others.
///
/// Any model of two classes handles several in this way. The fits of all classes use one model on the same bags with
/// the same features. They share work that does not depend on labels, such as kernels. Decision values are compared
/// directly: each is in units of its machine's own margin, +1 for its class and -1 for all others. Probabilities are
/// divided by their sum.
///
/// Source: R. Rifkin, A. Klautau, In defense of one-vs-all classification, Journal of Machine Learning Research 5,
/// 2004.
struct OneAgainstRest: FittedModel {
  /// The fit of each class; nil for a class without training bags, which has the lowest score.
  private let members: [(any FittedModel)?]
  private let task: any BagTask
  private let scores: ModelTraits.Scores
  private let featureCount: Int

  /// Fits a model for each class.
  init(_ model: some Model, _ task: any BagTask, _ training: BagDataset, _ context: FitContext) throws {
    (self.task, scores, featureCount) = (task, model.traits.scores, training.featureCount)
    let labels = training.labels
    members = try (0..<task.classCount).map { label -> (any FittedModel)? in
      guard labels.contains(label) else { return nil }
      let bags = try training.replacing(targets: .labels(labels.map { $0 == label ? 1 : 0 }))
      var own = FitContext(seed: Seed.derive(from: context.seed, ["class", String(label + 1)]), shared: context.shared)
      own.initialSeed = context.initialSeed.map { Seed.derive(from: $0, ["class", String(label + 1)]) }
      own.announce = context.announce
      (own.repetition, own.fold) = (context.repetition, context.fold)
      return try model.fit(bags, own)
    }
  }

  /// Restores the fits from a state.
  init(_ model: some Model, _ task: any BagTask, _ state: ModelState) throws {
    (self.task, scores, featureCount) = (task, model.traits.scores, state.featureCount)
    members = try (0..<task.classCount).map { label -> (any FittedModel)? in
      let prefix = Self.prefix(label)
      guard state.entries.contains(where: { $0.name.hasPrefix(prefix + ".") }) else { return nil }
      return try model.fitted(from: state.part(prefix))
    }
  }

  private static func prefix(_ label: Int) -> String { "class.\(label + 1)" }

  func predict(_ bags: BagDataset) throws -> [Double] {
    let columns = try members.map { try $0?.predict(bags) }
    return (0..<bags.bagCount).flatMap { bag in
      let known = columns.map { $0?[bag] }
      // No bag is predicted as an unseen class, however far it is from all others.
      let lowest = scores == .probabilities ? 0 : (known.compactMap(\.self).min() ?? 0) - 1
      let row = known.map { $0 ?? lowest }
      guard scores == .probabilities else { return row }
      let sum = row.reduce(0, +)
      return row.map { sum > 0 ? min($0 / sum, 1) : 1 / Double(row.count) }
    }
  }

  /// Returns the relevance by each class's fit; nil unless all fits have it.
  func relevance(_ bags: BagDataset) throws -> InstanceRelevance? {
    let parts = try members.map { try $0?.relevance(bags) }
    guard let first = parts.compactMap(\.self).first, zip(parts, members).allSatisfy({ ($0 == nil) == ($1 == nil) })
    else { return nil }
    let values = (0..<bags.instanceCount).flatMap { row in parts.map { $0?.values[row] ?? 0 } }
    return InstanceRelevance(kind: first.kind, values: values, columns: parts.count)
  }

  var state: ModelState? {
    var state = ModelState(featureCount: featureCount)
    for (label, member) in members.enumerated() {
      guard let member else { continue }
      guard let part = member.state else { return nil }
      state.add(part, under: Self.prefix(label))
    }
    state.set(task)
    return state
  }

  var summary: FitSummary {
    let all = members.compactMap { $0?.summary }
    var notes: [String: [String]] = [:]
    for one in all { for (key, value) in one.notes { notes[key, default: []].append(value) } }
    var joined = notes.mapValues { Set($0).count == 1 ? $0[0] : $0.joined(separator: "; ") }
    joined["classes"] = "\(task.classCount) fits, each class against the rest"
    return FitSummary(
      parameters: all.reduce(0) { $0 + $1.parameters }, steps: all.reduce(0) { $0 + $1.steps }, notes: joined)
  }
}

extension Model {
  /// Returns the task if the model handles it by fits of one class against the rest; nil otherwise.
  func taskOfOneAgainstRest(_ task: any BagTask) -> (any BagTask)? {
    let isFitted = task.classOutputs == .each && !traits.targets.contains(.classes)
    return isFitted && traits.targets.contains(.twoClasses) ? task : nil
  }

  /// Restores a saved fit, of any task.
  func keptFit(_ state: ModelState, _ task: any BagTask) throws -> any FittedModel {
    if let rest = taskOfOneAgainstRest(task) { return try OneAgainstRest(self, rest, state) }
    return try fitted(from: state)
  }
}

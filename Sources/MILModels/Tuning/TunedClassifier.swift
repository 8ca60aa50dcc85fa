import MILData

/// A model whose parameters are chosen among several by cross-validation on the training bags.
///
/// Every combination is fitted on each of five stratified inner folds of the training bags, all with the same seeds. The
/// one with the most inner test bags right is fitted on all training bags; of equals the first in the grid, with the
/// fewest epochs. Combinations that differ in the number of epochs alone share their fits, since a longer training
/// passes through all shorter ones. A fit that diverges gets no more bags right.
public final class TunedClassifier: BagClassifier {
  /// The number of inner folds.
  public static let innerFolds = 5

  /// Combinations that share their fits: all parameters but the epochs, and the numbers of epochs to choose from.
  struct Variant {
    /// The models, one for each number of epochs, ascending; a single one where epochs are not chosen.
    var models: [ResolvedModel]
    /// The numbers of epochs; empty where they are not chosen.
    var epochs: [Int]
    /// What the id of each model would set.
    var texts: [String]
  }

  /// Whether scores are probabilities, which is so for all combinations or for none.
  public let scoresAreProbabilities: Bool
  private let variants: [Variant]
  private var fitted: (any BagClassifier)?
  /// The model that was chosen; nil before the fit.
  private(set) var chosen: ResolvedModel?
  private var innerSteps = 0

  /// An unfitted classifier.
  ///
  /// - Throws: ``ModelError`` where some combinations score with probabilities and others do not.
  init(_ variants: [Variant]) throws {
    let kinds = Set(try variants.flatMap(\.models).map { try $0.makeClassifier().scoresAreProbabilities })
    guard kinds.count == 1, let kind = kinds.first else {
      throw ModelError("some combinations of the grid score with probabilities and some do not")
    }
    scoresAreProbabilities = kind
    self.variants = variants
  }

  /// Chooses on inner folds, then fits what was chosen on all training bags.
  public func fit(_ training: BagDataset, _ context: FitContext) throws -> FitSummary {
    innerSteps = 0
    let inner = try InnerCrossValidation(of: training, folds: Self.innerFolds, seed: context.seed)
    let choice = try inner.best(among: variants.count) { candidate, fold in
      try right(variants[candidate], training, context, fold)
    }
    let variant = variants[choice.candidate]
    let classifier = try variant.models[choice.outcome].makeClassifier()
    var summary = try classifier.fit(training, context)
    fitted = classifier
    chosen = variant.models[choice.outcome]
    summary.steps += innerSteps
    let texts = [variant.texts[choice.outcome], summary.notes["chosen"]].compactMap(\.self)
    summary.notes["chosen"] = texts.joined(separator: ",")
    summary.notes["chosenBy"] = [inner.words(for: choice), summary.notes["chosenBy"]].compactMap(\.self)
      .joined(separator: "; ")
    return summary
  }

  /// The number of inner test bags called right by each model of a variant.
  private func right(
    _ variant: Variant, _ training: BagDataset, _ context: FitContext, _ fold: InnerCrossValidation.Fold
  ) throws -> [Int] {
    let classifier = try variant.models[variant.models.count - 1].makeClassifier()
    let test = training.selecting(bags: fold.test)
    func count(_ scores: [Double]) -> Int {
      zip(scores, test.labels).count { ($0 >= decisionThreshold ? 1 : 0) == $1 }
    }
    var counts: [Int: Int] = [:]
    var inner = FitContext(seed: fold.seed, origin: context.origin?.selecting(fold.training)) { report in
      if variant.epochs.contains(report.epoch) { counts[report.epoch] = count(try report.score(test)) }
    }
    inner.announce = context.announce
    do {
      innerSteps += try classifier.fit(training.selecting(bags: fold.training), inner).steps
      // Models without epochs, and those that have none to choose from.
      let last = counts.isEmpty ? count(try classifier.score(test)) : 0
      guard counts.isEmpty, variant.epochs.count > 1 else {
        return variant.epochs.isEmpty ? [last] : variant.epochs.map { counts[$0] ?? last }
      }
      // One that does not tell its epochs is trained for each number of them.
      return try variant.models.dropLast().map { model in
        let classifier = try model.makeClassifier()
        innerSteps += try classifier.fit(training.selecting(bags: fold.training), inner).steps
        return count(try classifier.score(test))
      } + [last]
    } catch is TrainingDiverged {
      return variant.epochs.isEmpty ? [0] : variant.epochs.map { counts[$0] ?? 0 }
    }
  }

  /// What the largest combination takes, and the training bags of an inner fold.
  public func memory(training: BagShape, scoring: BagShape) throws -> Double {
    let needs = try variants.flatMap(\.models).map {
      try $0.makeClassifier().memory(training: training, scoring: scoring)
    }
    return (needs.max() ?? 0) + training.bytes
  }

  /// The scores of the fitted model.
  public func score(_ bags: BagDataset) throws -> [Double] {
    guard let fitted else { throw ModelError.notFitted }
    return try fitted.score(bags)
  }

  /// The instance weights of the fitted model.
  public func instanceWeights(_ bags: BagDataset) throws -> [Double]? { try fitted?.instanceWeights(bags) }

  /// Whether the fitted model's are.
  public var instanceWeightsAreScores: Bool { fitted?.instanceWeightsAreScores ?? false }

  /// The state of the fitted model, which a classifier of what was chosen takes; see ``ResolvedModel/decided(by:)``.
  public func fittedState() throws -> ModelState {
    guard let fitted else { throw ModelError.notFitted }
    return try fitted.fittedState()
  }
}

extension TunedClassifier.Variant {
  /// Combinations with those that differ in epochs alone brought together; other parameters keep the order of the grid.
  static func grouping(_ combinations: [(settings: [String: String], model: ResolvedModel)]) -> [Self] {
    var variants: [(rest: [String: String], members: [(epochs: Int?, text: String, model: ResolvedModel)])] = []
    for (settings, model) in combinations {
      let rest = settings.filter { $0.key != "epochs" }
      let text = settings.sorted { $0.key < $1.key }.map { "\($0.key)=\($0.value)" }.joined(separator: ",")
      let member = (settings["epochs"].flatMap { Int($0) }, text, model)
      if let place = variants.firstIndex(where: { $0.rest == rest }) {
        variants[place].members.append(member)
      } else {
        variants.append((rest, [member]))
      }
    }
    return variants.map { _, members in
      let members = members.sorted { ($0.epochs ?? 0) < ($1.epochs ?? 0) }
      return Self(models: members.map(\.model), epochs: members.compactMap(\.epochs), texts: members.map(\.text))
    }
  }
}

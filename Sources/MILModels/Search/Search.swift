import MILBags

/// The fit of a model whose parameters are chosen among several by cross-validation on the training bags.
///
/// Every combination is fitted on each stratified inner fold of the training bags, all with the same seeds. The one
/// with the most correct inner test bags is fitted on all training bags. Ties go to the first in the grid, and on a
/// path to the shortest. Combinations that differ only in the parameter of a path share their fits
/// (``ModelTraits/path``). A fit that diverges gains no more correct bags.
struct Search {
  /// Combinations that share their fits, with equal parameters except that of the path.
  struct Variant {
    /// The combinations, ascending in the parameter of the path; a single one if that is not chosen.
    var members: [ResolvedModel.Combination]
    /// The values of the path's parameter; empty if it is not chosen.
    var steps: [Int]
  }

  private let model: ResolvedModel
  private let variants: [Variant]

  /// Creates a search among the combinations of a model.
  init(_ model: ResolvedModel) {
    self.model = model
    variants = Self.variants(of: model.combinations, path: model.traits.path)
  }

  /// Chooses on inner folds, then fits the choice on all training bags.
  func fit(_ training: BagDataset, _ context: FitContext) throws -> TrainedModel {
    var innerSteps = 0
    var context = context
    // Inner folds share their results, whether other trials do or not.
    context.shared = context.shared ?? SharedBags(training)
    let inner = try InnerCrossValidation(of: training, folds: model.traits.innerFolds, seed: context.seed)
    let choice = try inner.best(among: variants.count) { fold in
      let (bags, test) = (training.selecting(bags: fold.training), training.selecting(bags: fold.test))
      return try variants.map { try right($0, bags, test, context, fold, &innerSteps) }
    }
    let chosen = variants[choice.candidate].members[choice.outcome]
    let fit = try model.fitMembers(of: chosen.model, training, context)
    var summary = fit.fitted.summary
    summary.steps += innerSteps
    summary.notes["chosen"] = chosen.settings.sorted { $0.key < $1.key }.map { "\($0.key)=\($0.value)" }
      .joined(separator: ",")
    summary.notes["chosenBy"] = inner.words(for: choice)
    return TrainedModel(fit, of: try model.decided(chosen), summary: summary)
  }

  /// Returns the number of a fold's test bags that each member of a variant, fitted on its training bags, predicts
  /// correctly.
  private func right(
    _ variant: Variant, _ bags: BagDataset, _ test: BagDataset, _ context: FitContext,
    _ fold: InnerCrossValidation.Fold, _ innerSteps: inout Int
  ) throws -> [Double] {
    let threshold = model.traits.scores.threshold
    func count(_ scores: [Double]) -> Double { test.task.merit(scores, test.targets, threshold: threshold) }
    var counts: [Int: Double] = [:]
    var inner = FitContext(seed: fold.seed, shared: context.shared?.selecting(fold.training)) { report in
      if variant.steps.contains(report.epoch) { counts[report.epoch] = count(try report.score(test)) }
    }
    inner.announce = context.announce
    func fitted(_ member: ResolvedModel.Combination) throws -> Double {
      let fit = try member.model.checkedFit(bags, inner)
      innerSteps += fit.fitted.summary.steps
      // The last value of a path has already been counted.
      return try counts[variant.steps.last ?? 0] ?? count(fit.predict(test))
    }
    do {
      let last = try variant.members.last.map(fitted) ?? 0
      guard counts.isEmpty, variant.steps.count > 1 else {
        return variant.steps.isEmpty ? [last] : variant.steps.map { counts[$0] ?? last }
      }
      // A model that reports no epochs is trained for each number of them.
      return try variant.members.dropLast().map(fitted) + [last]
    } catch is TrainingDiverged {
      let worst = test.task.worstMerit
      return variant.steps.isEmpty ? [worst] : variant.steps.map { counts[$0] ?? worst }
    }
  }

  /// Groups combinations that differ only in the parameter of the path; other parameters keep the order of the grid.
  static func variants(of combinations: [ResolvedModel.Combination], path: String?) -> [Variant] {
    var variants: [(rest: [String: String], members: [(step: Int?, member: ResolvedModel.Combination)])] = []
    for combination in combinations {
      let step = path.flatMap { combination.settings[$0] }.flatMap { Int($0) }
      let rest = step == nil ? combination.settings : combination.settings.filter { $0.key != path }
      if let place = variants.firstIndex(where: { step != nil && $0.rest == rest }) {
        variants[place].members.append((step, combination))
      } else {
        variants.append((rest, [(step, combination)]))
      }
    }
    return variants.map { _, members in
      let members = members.sorted { ($0.step ?? 0) < ($1.step ?? 0) }
      return Variant(members: members.map(\.member), steps: members.compactMap(\.step))
    }
  }
}

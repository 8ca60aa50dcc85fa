import MILBags
import MILRecords

/// A fitted model with checked results: the rest of the harness uses every model in this form.
public struct TrainedModel: Sendable {
  /// The model with all its parameters fixed, including those chosen by a search.
  package let model: ResolvedModel
  /// The summary of the fit.
  package private(set) var summary: FitSummary
  /// The lowest score of a bag predicted positive, with two classes.
  package private(set) var threshold: Double
  private let fit: CheckedFit

  init(_ fit: CheckedFit, of model: ResolvedModel, summary: FitSummary? = nil, threshold: Double? = nil) {
    self.threshold = threshold ?? model.traits.scores.threshold
    self.fit = fit
    self.model = model
    self.summary = summary ?? fit.fitted.summary
  }

  /// Returns the same model with a chosen threshold.
  func with(threshold: (value: Double, words: String)) -> TrainedModel {
    var result = self
    result.threshold = threshold.value
    result.summary.notes["threshold"] = threshold.words
    return result
  }

  /// The fitted task.
  package var task: any BagTask { fit.check.task }

  /// Returns the predictions for each bag, bag after bag, with two classes one score; the model sees neither labels nor
  /// names.
  ///
  /// - Throws: ``TrainingDiverged`` if a score is not a number; ``ModelError`` for bags with another number of
  ///   features, a wrong number of scores, and a score that should be a probability but is not.
  public func predict(_ bags: BagDataset) throws -> [Double] { try fit.predict(bags) }

  /// Returns the model's own relevance of instances, otherwise the score of each instance as a bag of its own.
  ///
  /// - Throws: the errors of ``predict(_:)``, and ``ModelError`` if a value is not finite.
  package func relevance(_ bags: BagDataset) throws -> InstanceRelevance {
    let blinded = try fit.check.blinded(bags)
    let relevance =
      try fit.fitted.relevance(blinded)
      ?? InstanceRelevance(
        kind: .scores, values: predict(blinded.withEveryInstanceABag()), columns: task.predictionColumns)
    guard relevance.columns == (task.targetKind == .twoClasses ? 1 : relevance.columns),
      relevance.values.count == bags.instanceCount * relevance.columns, relevance.values.allSatisfy(\.isFinite)
    else {
      throw ModelError(
        "\(relevance.values.count) instance \(relevance.kind.rawValue) for \(bags.instanceCount) instances, "
          + "expected a finite number for each")
    }
    return relevance
  }

  /// Returns whether the model has its own relevance of instances.
  package func hasOwnRelevance(_ bags: BagDataset) throws -> Bool {
    try fit.fitted.relevance(fit.check.blinded(bags)) != nil
  }

  /// Returns everything besides the parameters on which scores depend.
  ///
  /// - Throws: ``ModelError`` if the model cannot be saved.
  package func state() throws -> ModelState {
    guard let state = fit.fitted.state else { throw ModelError.notKept }
    return state
  }
}

/// The checks of every model's scores.
struct AnswerCheck: Sendable {
  let featureCount: Int
  let scores: ModelTraits.Scores
  let task: any BagTask

  /// Returns bags in the form in which models score them.
  func blinded(_ bags: BagDataset) throws -> BagDataset {
    guard bags.featureCount == featureCount else {
      throw ModelError("bags have \(bags.featureCount) features, the model was fitted on \(featureCount)")
    }
    return bags.withoutAnswers
  }

  /// Returns the checked scores of `predict`, after `epoch` epochs.
  func scores(
    of bags: BagDataset, epoch: Int, _ predict: (BagDataset) throws -> [Double]
  ) throws -> [Double] {
    let result = try predict(blinded(bags))
    let columns = task.predictionColumns
    guard result.count == bags.bagCount * columns else {
      let each = columns == 1 ? "" : " and \(columns) predictions each"
      throw ModelError("the model gave \(result.count) scores for \(bags.bagCount) bags\(each)")
    }
    guard result.allSatisfy(\.isFinite) else { throw TrainingDiverged(epoch: epoch) }
    if scores == .probabilities, task.predictsProbabilities, let wrong = result.first(where: { !(0...1).contains($0) })
    {
      throw ModelError("the model gave score \(wrong), expected a probability")
    }
    return result
  }
}

/// A fit with its checks.
struct CheckedFit: Sendable {
  let fitted: any FittedModel
  let check: AnswerCheck
  /// The number of epochs that the fit reported.
  let epochs: Int

  func predict(_ bags: BagDataset) throws -> [Double] {
    try check.scores(of: bags, epoch: epochs, fitted.predict)
  }
}

extension Model {
  /// Fits the model to the training bags; scores requested by an observer are checked too.
  func checkedFit(_ training: BagDataset, _ context: FitContext) throws -> CheckedFit {
    let rest = taskOfOneAgainstRest(training.task)
    guard rest != nil || traits.targets.contains(training.task.targetKind) else {
      var kinds = traits.targets
      if kinds.contains(.twoClasses), training.task.targetKind != .classes { kinds.insert(.classes) }
      let possible = Targets.Kind.allCases.filter(kinds.contains).map(\.title).joined(separator: ", ")
      throw NotApplicable("the model predicts \(possible), the bags have \(training.task.targetKind.title)")
    }
    let check = AnswerCheck(featureCount: training.featureCount, scores: traits.scores, task: training.task)
    var epochs = 0
    var checked = context
    checked.epochFinished = { report in
      epochs = report.epoch
      try context.epochFinished(
        EpochReport(epoch: report.epoch, loss: report.loss) { bags in
          try check.scores(of: bags, epoch: report.epoch, report.score)
        })
    }
    let fitted: any FittedModel =
      if let rest { try OneAgainstRest(self, rest, training, context) } else { try fit(training, checked) }
    return CheckedFit(fitted: fitted, check: check, epochs: epochs)
  }
}

extension ResolvedModel {
  /// Fits the model to the training bags; parameters with several values are first chosen on inner folds.
  ///
  /// - Throws: the errors of the model's fit, and those of ``TrainedModel/predict(_:)`` if an observer scores bags.
  public func fit(_ training: BagDataset, _ context: FitContext) throws -> TrainedModel {
    if thresholdRule != .fixed, training.task.targetKind != .twoClasses {
      throw NotApplicable(
        "threshold=\(thresholdRule.rawValue) needs two classes, the bags have \(training.task.targetKind.title)")
    }
    let trained = try fitWithoutThreshold(training, context)
    guard thresholdRule != .fixed else { return trained }
    return trained.with(threshold: try trained.model.chosenThreshold(training, context))
  }

  /// Fits as ``fit(_:_:)`` does, but chooses no threshold, which scores do not depend on.
  package func fitWithoutThreshold(_ training: BagDataset, _ context: FitContext) throws -> TrainedModel {
    isSearch
      ? try Search(self).fit(training, context)
      : TrainedModel(try fitMembers(of: model, training, context), of: self)
  }

  /// Restores a saved fit.
  ///
  /// - Throws: ``ModelError`` if the state does not match this model.
  func trained(from state: ModelState, threshold: Double? = nil) throws -> TrainedModel {
    let task = try state.task
    let check = AnswerCheck(featureCount: state.featureCount, scores: traits.scores, task: task)
    let fitted = try keptMembers(state, task)
    return TrainedModel(CheckedFit(fitted: fitted, check: check, epochs: 0), of: self, threshold: threshold)
  }

  /// Returns the approximate peak memory of a fit and the scoring after it, in bytes. For a search it is that of its
  /// largest combination plus the training bags of an inner fold.
  public func memory(training: BagShape, scoring: BagShape) throws -> Double {
    guard isSearch else { return try model.memory(training: training, scoring: scoring) }
    let needs = try combinations.map { try $0.model.memory(training: training, scoring: scoring) }
    return (needs.max() ?? 0) + training.bytes
  }
}

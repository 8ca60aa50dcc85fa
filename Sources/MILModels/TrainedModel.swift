import MILBags
import MILRecords

/// A fitted model as everything beyond the models sees it: whatever it answers is checked, once for all models.
public struct TrainedModel: Sendable {
  /// The model with all its parameters decided, those of a search as it chose them.
  package let model: ResolvedModel
  /// What the fit cost and found.
  package private(set) var summary: FitSummary
  /// Of two classes the score from which on a bag is called positive.
  package private(set) var threshold: Double
  private let fit: CheckedFit

  init(_ fit: CheckedFit, of model: ResolvedModel, summary: FitSummary? = nil, threshold: Double? = nil) {
    self.threshold = threshold ?? model.traits.scores.threshold
    self.fit = fit
    self.model = model
    self.summary = summary ?? fit.fitted.summary
  }

  /// The same model with a threshold that was chosen.
  func with(threshold: (value: Double, words: String)) -> TrainedModel {
    var result = self
    result.threshold = threshold.value
    result.summary.notes["threshold"] = threshold.words
    return result
  }

  /// The task that was fitted.
  package var task: any BagTask { fit.check.task }

  /// The predictions for each bag, bag after bag, of two classes one score; the model sees neither labels nor names.
  ///
  /// - Throws: ``TrainingDiverged`` where a score is not a number; ``ModelError`` for bags with another number of features,
  ///   another number of scores than bags, and a score that should be a probability and is none.
  public func predict(_ bags: BagDataset) throws -> [Double] { try fit.predict(bags) }

  /// The model's own numbers for instances, otherwise the score of each instance as a bag of its own.
  ///
  /// - Throws: what ``predict(_:)`` throws, and ``ModelError`` where a number is not finite.
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

  /// Whether the model has numbers of its own for instances.
  package func hasOwnRelevance(_ bags: BagDataset) throws -> Bool {
    try fit.fitted.relevance(fit.check.blinded(bags)) != nil
  }

  /// All that scores follow from beside the parameters.
  ///
  /// - Throws: ``ModelError`` where the model cannot be kept.
  package func state() throws -> ModelState {
    guard let state = fit.fitted.state else { throw ModelError.notKept }
    return state
  }
}

/// What every model's scores keep to.
struct AnswerCheck: Sendable {
  let featureCount: Int
  let scores: ModelTraits.Scores
  let task: any BagTask

  /// Bags as models get them to score.
  func blinded(_ bags: BagDataset) throws -> BagDataset {
    guard bags.featureCount == featureCount else {
      throw ModelError("bags have \(bags.featureCount) features, the model was fitted on \(featureCount)")
    }
    return bags.withoutAnswers
  }

  /// The scores that `predict` gives, after `epoch` epochs.
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

/// A fit with the checks around it.
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
  /// Fits on the training bags; scores that an observer asks for are checked, too.
  func checkedFit(_ training: BagDataset, _ context: FitContext) throws -> CheckedFit {
    let rest = taskOfOneAgainstRest(training.task)
    guard rest != nil || traits.targets.contains(training.task.targetKind) else {
      var kinds = traits.targets
      if kinds.contains(.twoClasses) { kinds.insert(.classes) }
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
  /// Fits on the training bags; where parameters have several values, chooses them on inner folds first.
  ///
  /// - Throws: what the model's fit throws, and what ``TrainedModel/predict(_:)`` throws where an observer scores bags.
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

  /// The fit whose state was kept.
  ///
  /// - Throws: ``ModelError`` where the state is not one of this model.
  func trained(from state: ModelState, threshold: Double? = nil) throws -> TrainedModel {
    let task = try state.task
    let check = AnswerCheck(featureCount: state.featureCount, scores: traits.scores, task: task)
    let fitted = try keptMembers(state, task)
    return TrainedModel(CheckedFit(fitted: fitted, check: check, epochs: 0), of: self, threshold: threshold)
  }

  /// About how many bytes a fit and the scoring after it take at their most; of a search, its largest combination and the
  /// training bags of an inner fold.
  public func memory(training: BagShape, scoring: BagShape) throws -> Double {
    guard isSearch else { return try model.memory(training: training, scoring: scoring) }
    let needs = try combinations.map { try $0.model.memory(training: training, scoring: scoring) }
    return (needs.max() ?? 0) + training.bytes
  }
}

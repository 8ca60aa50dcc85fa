import MILRecords

/// The figures of one model on one data set, by the kind of its targets.
///
/// Two classes have ROC curves and calibration. Several classes have the same, each class against the rest, and a
/// confusion matrix. Numbers are drawn against the true ones. Survival times have a curve for each quarter of the
/// risks.
package struct EvaluationFigures {
  /// The figures; empty without finished trials, and if ``reason`` says why there are none.
  package let figures: [ReportFigure]
  /// The reason why finished trials have no figure; nil if they have one.
  package let reason: String?
  /// The mean over repetitions of the expected calibration error; nil unless scores are probabilities of two classes.
  package let expectedCalibrationError: Double?

  /// Draws trials.
  ///
  /// - Parameters:
  ///   - records: the trials of the model; those without a result are left out.
  ///   - model: the title of the model.
  ///   - dataset: the name of the data set.
  package init(_ records: [TrialRecord], of model: String, on dataset: String) {
    let usable = records.filter(\.hasResult).sorted { $0.key < $1.key }
    let twoClasses = ClassifierFigures([(model, usable)], on: dataset)
    expectedCalibrationError = twoClasses.expectedCalibrationError
    guard let kind = usable.first?.targets.kind else {
      (figures, reason) = ([], nil)
      return
    }
    let title = "\(model) on \(dataset)"
    let why: String
    switch kind {
    case .twoClasses:
      figures = twoClasses.figures
      why = "ROC curves need one score for each bag and bags of both classes"
    case .classes:
      figures = SeveralClassesFigures(usable, title: title).figures
      why = "a confusion matrix needs the same classes in all trials"
    case .numbers:
      figures = [NumbersFigure(usable, title: title).figure].compactMap { $0 }
      why = "numbers are drawn against the true ones if a model gives one for each bag"
    case .survival:
      figures = [RiskFigure(usable, title: title).figure].compactMap { $0 }
      why = "survival curves need one risk for each bag"
    }
    reason = figures.isEmpty ? why : nil
  }
}

import MILEvaluation
import MILRecords
import MILReport

/// The models' predictions for the test bags of each fold, as a table with a line a bag.
///
/// For two classes, a line has the label, the score and the predicted label by the trial's threshold. For several
/// classes it has a column for the output of each, with its name; for numbers the number; and for survival times the
/// time and whether the event happened.
package struct TestBagPredictions {
  private let records: [TrialRecord]
  private let bagNames: [String]

  /// Creates the table of finished trials.
  ///
  /// - Parameters:
  ///   - records: trials on one data set; those without a result are left out.
  ///   - bagNames: the names of all of its bags.
  package init(_ records: [TrialRecord], bagNames: [String]) {
    self.records = records.filter { $0.status == .finished }
      .sorted { ($0.repetition, $0.fold) < ($1.repetition, $1.fold) }
    self.bagNames = bagNames
  }

  private static let firstColumns = ["repetition", "fold", "bag"]

  /// The kind of an existing predictions file that may be replaced.
  static let file = ReplaceableFile(
    "a file of predictions", beginningWith: [firstColumns.joined(separator: ",") + ","])

  /// The table for programs, with full precision.
  package var table: ReportTable {
    let outcomes = records.map { Outcomes([$0]) }
    let outputs = outcomes.first?.outputs.count ?? 1
    var titles = Self.firstColumns
    let targets = outcomes.first?.targets ?? .classes([])
    titles += targets.columnTitles + (targets.classCount > 0 ? ["call"] : [])
    let classNames = targets.classNames
    titles +=
      outputs == 1
      ? ["score"]
      : targets.kind == .classes && classNames.count == outputs
        ? classNames : (1...max(outputs, 1)).map { "output \($0)" }
    var table = ReportTable(title: "Predictions", columns: titles.map { ReportTable.Column($0) })
    for (record, outcome) in zip(records, outcomes) {
      for (place, bag) in record.bags.enumerated() {
        let name = bagNames.indices.contains(bag) ? bagNames[bag] : String(bag)
        let scores = outcome.outputs.map { "\($0[place])" }
        table.append(
          ReportTable.Row([String(record.repetition), String(record.fold), name] + Self.truth(outcome, place) + scores))
      }
    }
    return table
  }

  /// Returns a bag's target and, if there are classes, the predicted class.
  private static func truth(_ outcome: Outcomes, _ place: Int) -> [String] {
    outcome.targets.texts(of: place)
      + (outcome.targets.classCount > 0 ? [outcome.targets.classText(outcome.calls[place])] : [])
  }

  /// The confusion matrix of two classes, over all folds and repetitions; nil for other tasks.
  package var confusion: ConfusionMatrix? {
    guard let first = records.first, first.targets.kind == .twoClasses, first.outputs == nil else { return nil }
    return records.reduce(ConfusionMatrix()) { $0 + ConfusionMatrix(Outcomes([$1])) }
  }

  /// The mean over trials of how well a model finds positive instances within test bags, and by which numbers; nil
  /// without labels of instances.
  package var ofInstances: InstanceFigures? {
    let results = records.compactMap(\.instances)
    let areas = results.compactMap(\.auc)
    guard let kind = results.first?.kind, !areas.isEmpty else { return nil }
    return InstanceFigures(
      kind: kind.rawValue, auc: areas.reduce(0, +) / Double(areas.count), bags: results.reduce(0) { $0 + $1.bags })
  }

  /// The results for each of several classes, over all folds and repetitions; nil for other tasks.
  package var ofClasses: ClassResults? { ClassResults(records) }
}

/// How well a model finds positive instances, as printed and written.
package struct InstanceFigures: Encodable {
  /// The numbers of instances: weights or scores.
  let kind: String
  /// The mean over trials of the mean over bags of the AUC within a bag.
  let auc: Double
  /// The number of test bags with instances of both labels, over all trials.
  let bags: Int
}

/// The confusion matrix as printed and written.
struct ConfusionFigures: Encodable {
  let truePositives, falseNegatives, trueNegatives, falsePositives: Int
  /// The share of positive bags classified as positive; nil without any.
  let sensitivity: Double?
  /// The share of negative bags classified as negative; nil without any.
  let specificity: Double?

  init(_ matrix: ConfusionMatrix) {
    (truePositives, falseNegatives) = (matrix.truePositives, matrix.falseNegatives)
    (trueNegatives, falsePositives) = (matrix.trueNegatives, matrix.falsePositives)
    func share(_ part: Int, _ rest: Int) -> Double? { part + rest == 0 ? nil : Double(part) / Double(part + rest) }
    sensitivity = share(truePositives, falseNegatives)
    specificity = share(trueNegatives, falsePositives)
  }

  /// A line for each class, with the counts of its bags by predicted label.
  var counts: [(title: String, text: String)] {
    [
      ("positive bags called", "\(truePositives) positive, \(falseNegatives) negative"),
      ("negative bags called", "\(falsePositives) positive, \(trueNegatives) negative"),
    ]
  }
}

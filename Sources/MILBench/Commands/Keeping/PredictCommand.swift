import ArgumentParser
import Foundation
import MILEvaluation
import MILFormats
import MILModels
import MILRecords
import MILReport
import Output
import UserInput

/// The command `milbench predict`.
struct PredictCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "predict", abstract: "Score the bags of a data set or file with a kept model.",
    discussion: """
      One line a bag: its name, its score, the label that follows, and the label of the file where it has labels; how \
      many the model calls right goes to standard error. A model of several classes has a column a class with its \
      scores, one of numbers a number, and one of survival times a risk, larger for an earlier event. A model that was \
      trained with --calibrate has a column 'probability' beside the score.

      Examples:
        milbench predict musk1.safetensors --data musk1
        milbench predict slides.safetensors --data new-slides.csv --bag-column slide \\
          --no-labels --out predictions.csv
        milbench predict slides.safetensors --data slides.csv --bag-column slide \\
          --json
      """)

  @OptionGroup var input: KeptModelOptions
  @Option(
    name: .out,
    help: ArgumentHelp("The file to write instead of standard output.", valueName: "file")) var out: String?
  @Flag(help: "Write JSON instead of CSV.") var json = false

  func validate() throws {
    if out?.isEmpty == true { throw ValidationError("--out is empty, expected a file") }
  }

  func run() throws {
    let target = out.map { URL(fileURLWithPath: $0) }
    if let target { try ResultFiles.check(target, replacing: .predictions, inputs: input.inputs) }
    StoppedWork.writesAtTheEnd(out)
    let (kept, loaded) = try input.load()
    loaded.tell()
    let answers = try KeptAnswers(kept, loaded.dataset, names: loaded.hasLabels ? loaded.classNames : nil)
    let predictions = Predictions(kept, loaded, answers)
    let text = try json ? jsonText(predictions) + "\n" : predictions.table.csv(lineEnd: "\n")
    if let target {
      try ResultFiles.write(text, to: target)
      StoppedWork.end()
    } else {
      try StandardOutput.print(text, terminator: "")
    }
    if let line = predictions.qualityLine { printToStandardError(line) }
  }
}

/// A model's predictions for bags.
///
/// For two classes, a bag has a score and the label that follows. For several classes it has a score for each, for
/// numbers a number, and for survival times a risk, larger for an earlier event.
struct Predictions: Encodable {
  /// The prediction for one bag.
  struct Bag: Encodable {
    var bag: String
    var score: Double?
    /// The calibrated probability of the positive class, if the model has a calibration.
    var probability: Double?
    /// The score of each class, by class name.
    var scores: [String: Double]?
    var number: Double?
    var risk: Double?
    var label: String?
    var truth: String?
    /// Whether the event happened at the time in the file.
    var event: Bool?
  }

  var model, dataset: String
  var task: String?
  var threshold: Double?
  var scoresAreProbabilities: Bool
  /// The function that turns scores into probabilities.
  var calibration: String?
  var classes: [String]
  var bags: [Bag]
  var decisions: [ReadDecision]
  /// The number and share of correctly classified bags, if labels are known.
  var right: Int?
  var accuracy: Double?
  /// The leading metric of other tasks, if targets are known.
  var metric: String?
  var value: Double?
  private let answers: KeptAnswers
  private let columnTitles: [String]

  enum CodingKeys: String, CodingKey {
    case model, dataset, task, threshold, calibration, classes, bags, decisions, right, accuracy, metric, value
    case scoresAreProbabilities = "scores_are_probabilities"
  }

  /// Creates predictions from a model's answers.
  init(_ kept: KeptModel, _ loaded: LoadedDataset, _ answers: KeptAnswers) {
    self.answers = answers
    let dataset = loaded.dataset
    let kind = kept.task.targetKind
    columnTitles = kept.columnTitles
    decisions = loaded.decisions
    model = kept.description.model
    self.dataset = dataset.name
    task = kept.description.task
    threshold = kind == .twoClasses ? kept.description.threshold : nil
    scoresAreProbabilities = kept.description.scoresAreProbabilities
    calibration = kept.calibration?.words
    classes = kept.description.classNames
    let titles = kept.columnTitles
    bags = answers.bags.enumerated().map { index, answer in
      var bag = Bag(bag: dataset.bagNames[index])
      (bag.label, bag.truth, bag.event) = (answers.label(answer), answer.truth, answer.event)
      bag.probability = answer.probability
      if answer.numbers.count > 1 {
        bag.scores = Dictionary(zip(titles, answer.numbers)) { first, _ in first }
      } else {
        switch kind {
        case .twoClasses, .classes: bag.score = answer.numbers.first
        case .numbers: bag.number = answer.numbers.first
        case .survival: bag.risk = answer.numbers.first
        }
      }
      return bag
    }
    guard let quality = answers.quality else { return }
    if let right = quality.right {
      self.right = right
      accuracy = Double(right) / Double(max(bags.count, 1))
    } else {
      (metric, value) = (quality.metric.id, quality.value)
    }
  }

  /// The first columns of a file of predictions.
  fileprivate static let columns = ["bag", "score", "label"]
  fileprivate static let calibratedColumns = ["bag", "score", "probability", "label"]

  /// The table, with one row a bag.
  var table: ReportTable {
    var columns = ["bag"]
    let hasLabels = !classes.isEmpty
    let isWide = columnTitles.count > 1
    if isWide, hasLabels { columns.append("label") }
    // A class may have the name of one of the table's columns.
    columns += columnTitles.map { isWide && ["bag", "label", "truth", "event"].contains($0) ? "score of \($0)" : $0 }
    if calibration != nil { columns.append("probability") }
    if !isWide, hasLabels { columns.append("label") }
    let hasTruth = answers.quality != nil
    if hasTruth { columns.append("truth") }
    let hasEvents = bags.first?.event != nil
    if hasEvents { columns.append("event") }
    var table = ReportTable(title: "\(model) on \(dataset)", columns: columns.map { .init($0) })
    for (bag, answer) in zip(bags, answers.bags) {
      let label = hasLabels ? [bag.label ?? ""] : []
      let numbers = (answer.numbers + (answer.probability.map { [$0] } ?? [])).map { "\($0)" }
      var cells = [bag.bag] + (isWide ? label + numbers : numbers + label)
      if hasTruth { cells.append(bag.truth ?? "") }
      if hasEvents { cells.append(bag.event == true ? "1" : "0") }
      table.append(.init(cells))
    }
    return table
  }

  /// The quality of the predictions as a line, if targets are known.
  var qualityLine: String? {
    if let right, let accuracy {
      return "\(dataset): \(right) of \(bags.count) bags called right, accuracy \(String(format: "%.3f", accuracy))"
    }
    guard let quality = answers.quality else { return nil }
    return "\(dataset): \(quality.metric.title) \(quality.value.map { String(format: "%.3f", $0) } ?? "not defined")"
  }
}

extension ReplaceableFile {
  /// A file of predictions, as CSV or JSON.
  fileprivate static let predictions = ReplaceableFile("a file of predictions") { content in
    let headers = [Predictions.columns, Predictions.calibratedColumns].map { $0.joined(separator: ",") }
    let line = String(decoding: content.prefix { $0 != UInt8(ascii: "\n") && $0 != UInt8(ascii: "\r") }, as: UTF8.self)
    let known =
      headers.flatMap { [$0, $0 + ",truth"] } + ["bag,number", "bag,number,truth", "bag,risk", "bag,risk,truth,event"]
    if known.contains(line) || line.hasPrefix("bag,label,") { return true }
    return content.first == UInt8(ascii: "{")
      && (try? JSONDecoder().decode(KnownPredictions.self, from: content)) != nil
  }
}

/// The keys that distinguish predictions from other JSON.
private struct KnownPredictions: Decodable {
  struct Bag: Decodable {
    var bag: String
    var score, number, risk: Double?
    var scores: [String: Double]?
  }

  var model, dataset: String
  var scores_are_probabilities: Bool
  var bags: [Bag]
}

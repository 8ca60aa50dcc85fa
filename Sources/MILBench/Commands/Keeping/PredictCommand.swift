import ArgumentParser
import Foundation
import MILData
import MILEvaluation
import MILModels
import MILReport
import Output
import UserInput

/// `milbench predict`
struct PredictCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "predict", abstract: "Score the bags of a data set or file with a kept model.",
    discussion: """
      One line a bag: its name, its score, the label that follows, and the label of the file where it has labels; how
      many the model calls right goes to standard error.

      Examples:
        milbench predict musk1.safetensors --data musk1
        milbench predict slides.safetensors --data new-slides.csv --bag-column slide --no-labels --out predictions.csv
        milbench predict slides.safetensors --data slides.csv --bag-column slide --json
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
    let (kept, loaded) = try input.load()
    loaded.tell()
    let scores = try kept.scores(loaded.dataset)
    let predictions = Predictions(
      kept, loaded, scores, classNames: loaded.hasLabels ? loaded.classNames : nil)
    let text = try json ? jsonText(predictions) + "\n" : predictions.table.csv(lineEnd: "\n")
    if let target {
      try ResultFiles.write(text, to: target)
    } else {
      try StandardOutput.print(text, terminator: "")
    }
    if let line = predictions.accuracyLine { printToStandardError(line) }
  }
}

/// What a model says of bags.
struct Predictions: Encodable {
  /// One bag.
  struct Bag: Encodable {
    var bag: String
    var score: Double
    var label: String
    var truth: String?
  }

  var model, dataset: String
  var threshold: Double
  var scoresAreProbabilities: Bool
  var classes: [String]
  var bags: [Bag]
  var decisions: [ReadDecision]
  /// The number of bags called right and their share, where labels are known.
  var right: Int?
  var accuracy: Double?

  enum CodingKeys: String, CodingKey {
    case model, dataset, threshold, classes, bags, decisions, right, accuracy
    case scoresAreProbabilities = "scores_are_probabilities"
  }

  /// Predictions from scores.
  ///
  /// - Parameter classNames: what the data's own labels are called; nil where there are none.
  init(_ kept: KeptModel, _ loaded: LoadedDataset, _ scores: [Double], classNames: [String]?) {
    let dataset = loaded.dataset
    // Another task's targets are no answers to this model's question.
    let classNames = dataset.targets.kind == .twoClasses ? classNames : nil
    decisions = loaded.decisions
    model = kept.description.model
    self.dataset = dataset.name
    threshold = kept.description.threshold
    scoresAreProbabilities = kept.description.scoresAreProbabilities
    classes = kept.description.classNames
    bags = scores.enumerated().map { index, score in
      Bag(
        bag: dataset.bagNames[index], score: score, label: kept.label(score),
        truth: classNames?[dataset.labels[index]])
    }
    if classNames != nil {
      let right = zip(scores, dataset.labels).count { kept.isPositive($0) == ($1 == 1) }
      self.right = right
      accuracy = Double(right) / Double(max(bags.count, 1))
    }
  }

  fileprivate static let columns = ["bag", "score", "label"]

  /// One row a bag.
  var table: Table {
    let columns = Self.columns + (right == nil ? [] : ["truth"])
    var table = Table(title: "\(model) on \(dataset)", columns: columns.map { .init($0) })
    for bag in bags { table.append(.init([bag.bag, "\(bag.score)", bag.label] + (bag.truth.map { [$0] } ?? []))) }
    return table
  }

  /// How many bags are called right, where their labels are known.
  var accuracyLine: String? {
    guard let right, let accuracy else { return nil }
    return "\(dataset): \(right) of \(bags.count) bags called right, accuracy \(String(format: "%.3f", accuracy))"
  }
}

extension ReplaceableFile {
  /// Predictions as CSV or JSON.
  fileprivate static let predictions = ReplaceableFile("a file of predictions") { content in
    let header = Predictions.columns.joined(separator: ",")
    let line = content.prefix { $0 != UInt8(ascii: "\n") && $0 != UInt8(ascii: "\r") }
    if [header, header + ",truth"].contains(String(decoding: line, as: UTF8.self)) { return true }
    return content.first == UInt8(ascii: "{")
      && (try? JSONDecoder().decode(KnownPredictions.self, from: content)) != nil
  }
}

/// What tells predictions from other JSON.
private struct KnownPredictions: Decodable {
  struct Bag: Decodable {
    var bag, label: String
    var score: Double
  }

  var model, dataset: String
  var bags: [Bag]
}

import ArgumentParser
import Foundation
import MILBags
import MILEvaluation
import MILFormats
import MILModels
import MILRecords
import MILReport
import Output
import UserInput

/// The command `milbench explain`.
struct ExplainCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "explain", abstract: "Show which instances decided a bag, by a kept model's weights or scores.",
    discussion: """
      Models with instance weights, such as attention, show these; others show the score of each instance taken as a \
      bag of its own. With --out a page, the figures and all numbers are written to a folder; where instances have \
      places in an image, so is a map. --bag all shows every bag with its three leading instances; --json and --out \
      have them all.

      Examples:
        milbench explain musk1.safetensors --data musk1 --bag 17
        milbench explain musk1.safetensors --data musk1 --bag all --out why
        milbench explain grades.safetensors --data grades.csv --bag s7 --class high
        milbench explain slides.safetensors --data slides.csv --bag-column slide \\
          --coordinate-columns x,y --bag s7 --out s7
      """)

  @OptionGroup var input: KeptModelOptions
  @Option(help: ArgumentHelp("The bag's name, or all for every bag.", valueName: "name")) var bag: String
  @Option(
    name: .customLong("class"),
    help: ArgumentHelp(
      "Of several classes the one whose numbers are shown, instead of the one that the bag is called.",
      valueName: "name"))
  var className: String?
  @Option(
    name: .out,
    help: ArgumentHelp("The folder for page, figures and numbers.", valueName: "folder")) var out: String?
  @Flag(help: "Print JSON.") var json = false

  /// The maximum number of instances that the terminal shows.
  private static let terminalLimit = 100

  /// The files that the command may write to the folder, by name.
  private static let files: [String: ReplaceableFile] = [
    "index.html": .page,
    "instances.csv": ReplaceableFile(
      "a list of explained instances", beginningWith: [BagExplanation.csvHeader, SetExplanation.csvHeader]),
    "bars.svg": .figure, "heat-map.svg": .figure, "patches.svg": .figure, "patches-in-place.svg": .figure,
  ]

  func validate() throws {
    if out?.isEmpty == true { throw ValidationError("--out is empty, expected a folder") }
  }

  func run() throws {
    let target = out.map { URL(fileURLWithPath: $0, isDirectory: true) }
    // Figures are written for a single bag only, so existing ones may stay beside a page of all bags.
    if let target {
      let files = bag == "all" ? Self.files.filter { !$0.key.hasSuffix(".svg") } : Self.files
      try ResultFiles.checkFolder(target, files: files, inputs: input.inputs)
    }
    let (kept, loaded) = try input.load()
    // A bag may have the name `all`.
    let index =
      bag == "all" && !loaded.dataset.bagNames.contains(bag) ? nil : try place(of: bag, in: loaded.dataset)
    loaded.tell()
    guard let index else { return try explainAll(kept, loaded, target) }
    let one = try explained([index], kept, loaded)
    let explanation = one.bags[0].explanation
    if let target {
      // A bag may have the name `all`.
      if bag == "all" { try ResultFiles.checkFolder(target, files: Self.files, inputs: input.inputs) }
      try write(explanation.page, explanation.numbers, explanation.figures, to: target)
    }
    if json { return try printJSON(ExplainedBag(kept, loaded, one.bags[0])) }
    try explanation.table(limit: Self.terminalLimit).show()
  }

  private func explainAll(_ kept: KeptModel, _ loaded: LoadedDataset, _ target: URL?) throws {
    let all = try explained(Array(0..<loaded.dataset.bagCount), kept, loaded)
    if let target { try write(all.page, all.numbers, [], to: target) }
    if json { return try printJSON(ExplainedSet(kept, loaded, all)) }
    try all.table.show()
  }

  /// Returns the model's explanation of some bags and their instances.
  private func explained(_ indices: [Int], _ kept: KeptModel, _ loaded: LoadedDataset) throws -> SetExplanation {
    let bags = loaded.dataset.selecting(bags: indices)
    let answers = try KeptAnswers(kept, bags, names: loaded.hasLabels ? loaded.classNames : nil)
    let relevance = try kept.relevance(bags)
    let asked = try shownClass(kept)
    let places = bags.places ?? bags.placesAmongFeatures
    // The patches of a single bag are figures of its page.
    let pictures = indices.count == 1 ? try bags.pictures() : nil
    let title = kept.description.title
    let kind = InstanceResult.Kind(relevance.kind)
    return SetExplanation(
      model: title, dataset: bags.name, kind: kind,
      bags: answers.bags.enumerated().map { index, answer in
        let rows = bags[rowsOfBag: index]
        let column = KeptAnswers.place(answer, of: relevance.columns, asked: asked)
        let explanation = BagExplanation(
          model: title, bag: bags.bagNames[index], dataset: bags.name,
          verdict: verdict(answer, answers, kept, relevance.columns > 1 ? column : nil), kind: kind,
          instances: rows.map { row in
            .init(
              number: row - rows.lowerBound + 1, value: relevance.values[row * relevance.columns + column],
              label: bags.instanceLabels?[row], place: places.map { ($0[row].x, $0[row].y) },
              picture: pictures?[row])
          })
        return .init(
          score: answer.numbers[KeptAnswers.place(answer, of: answer.numbers.count, asked: asked)],
          label: answers.label(answer) ?? "", truth: answer.truth, explanation: explanation)
      })
  }

  /// Returns the model's verdict on a bag, as a sentence.
  private func verdict(_ bag: KeptAnswers.Bag, _ answers: KeptAnswers, _ kept: KeptModel, _ column: Int?) -> String {
    let truth =
      bag.truth.map { "; the file says \($0)\(bag.event.map { $0 ? ", with the event" : ", censored" } ?? "")" } ?? ""
    if let label = answers.label(bag), bag.numbers.count > 1 {
      let scores = zip(kept.columnTitles, bag.numbers).map { "\($0) \(BagExplanation.text($1))" }.joined(
        separator: ", ")
      let shown = column.map { ". The numbers of instances are those of \(kept.columnTitles[$0])" } ?? ""
      return "Label \(label), of the scores \(scores)\(truth)\(shown)."
    }
    let number = BagExplanation.text(bag.numbers.first ?? 0)
    if let label = answers.label(bag) {
      let probability = bag.probability.map {
        ", probability \(BagExplanation.text($0)) (calibration \(kept.calibration?.words ?? ""))"
      }
      return "Score \(number)\(probability ?? ""), label \(label) "
        + "(\(kept.description.classNames[1]) from \(kept.description.threshold) on)\(truth)."
    }
    return "\(kept.task.targetKind.predictionTitle.capitalized) \(number)\(truth)."
  }

  /// Returns the index of the requested class.
  private func shownClass(_ kept: KeptModel) throws -> Int? {
    guard let className else { return nil }
    let names = kept.description.classNames
    guard kept.columns > 1, let place = names.firstIndex(of: className) else {
      let expected =
        kept.columns > 1
        ? "one of \(names.joined(separator: ", "))" : "no --class for a model of \(kept.task.targetKind.title)"
      throw EvaluationError("--class \(className): expected \(expected)")
    }
    return place
  }

  private func place(of name: String, in dataset: BagDataset) throws -> Int {
    if let index = dataset.bagNames.firstIndex(of: name) { return index }
    let nearest = Spelling.nearest(to: name, in: dataset.bagNames)
    let known = nearest.isEmpty ? Array(dataset.bagNames.prefix(3)) : nearest
    throw DatasetError(
      dataset: dataset.name,
      problem: "none of its \(dataset.bagCount) bags is called \"\(name)\", "
        + (nearest.isEmpty ? "expected a name such as " : "did you mean ") + known.joined(separator: " or ")
        + (nearest.isEmpty ? "" : "?"))
  }

  private func write(_ page: ReportPage, _ numbers: ReportTable, _ figures: [ReportFigure], to folder: URL) throws {
    try ResultFiles.makeFolder(folder)
    for figure in figures {
      try ResultFiles.write(figure.svg, to: folder.appending(path: "\(figure.name).svg"))
    }
    try ResultFiles.write(numbers.csv, to: folder.appending(path: "instances.csv"))
    try ResultFiles.write(page.html, to: folder.appending(path: "index.html"))
    printToStandardError("written: \(folder.relativePath)/index.html")
  }
}

extension BagDataset {
  /// Returns each instance as an image, with grey or red, green and blue channels; nil if instances are not images.
  fileprivate func pictures() throws -> [Picture?]? {
    guard let shape = imageShape else { return nil }
    let pixels = shape.height * shape.width
    let channels = shape.channels >= 3 ? 3 : 1
    let matrix = try matrix()
    return (0..<instanceCount).map { row in
      let values = matrix.row(row)
      let bytes = (0..<pixels * channels).map { place in
        let value = values[values.startIndex + place % channels * pixels + place / channels]
        return UInt8(min(max(value.isNaN ? 0 : value, 0), 255))
      }
      return Picture(width: shape.width, height: shape.height, channels: channels, pixels: bytes)
    }
  }

  /// The places given by features called x and y, if there are such.
  fileprivate var placesAmongFeatures: [InstancePlace]? {
    let names = (featureNames ?? []).map { $0.lowercased() }
    guard let x = names.firstIndex(of: "x"), let y = names.firstIndex(of: "y") else { return nil }
    return (0..<instanceCount).map { InstancePlace(x: Double(instances[$0, x]), y: Double(instances[$0, y])) }
  }
}

extension ReplaceableFile {
  static let figure = ReplaceableFile(
    "a figure of milbench", beginningWith: [#"<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 "#])
}

/// One instance in the JSON output of `milbench explain`.
private struct ExplainedInstance: Encodable {
  var instance: Int
  var value: Double
  var label: Int?
  var x, y: Double?

  static func list(_ explanation: BagExplanation) -> [ExplainedInstance] {
    explanation.instances.map {
      ExplainedInstance(instance: $0.number, value: $0.value, label: $0.label, x: $0.place?.x, y: $0.place?.y)
    }
  }
}

/// The JSON output of `milbench explain` for one bag.
private struct ExplainedBag: Encodable {
  var model, dataset, bag, kind, label: String
  var truth: String?
  var score, threshold: Double
  var probability: Double?
  var instances: [ExplainedInstance]
  var decisions: [ReadDecision]

  init(_ kept: KeptModel, _ loaded: LoadedDataset, _ one: SetExplanation.Bag) {
    model = kept.description.model
    dataset = loaded.dataset.name
    decisions = loaded.decisions
    bag = one.explanation.bag
    kind = one.explanation.kind.rawValue
    label = one.label
    truth = one.truth
    score = one.score
    threshold = kept.description.threshold
    probability = kept.calibration?.probability(one.score)
    instances = ExplainedInstance.list(one.explanation)
  }
}

/// The JSON output of `milbench explain --bag all`.
private struct ExplainedSet: Encodable {
  struct Bag: Encodable {
    var bag, label: String
    var truth: String?
    var score: Double
    var probability: Double?
    var instances: [ExplainedInstance]
  }

  var model, dataset, kind: String
  var threshold: Double
  var bags: [Bag]
  var decisions: [ReadDecision]

  init(_ kept: KeptModel, _ loaded: LoadedDataset, _ all: SetExplanation) {
    model = kept.description.model
    decisions = loaded.decisions
    dataset = all.dataset
    kind = all.kind.rawValue
    threshold = kept.description.threshold
    bags = all.bags.map {
      Bag(
        bag: $0.explanation.bag, label: $0.label, truth: $0.truth, score: $0.score,
        probability: kept.calibration?.probability($0.score), instances: ExplainedInstance.list($0.explanation))
    }
  }
}

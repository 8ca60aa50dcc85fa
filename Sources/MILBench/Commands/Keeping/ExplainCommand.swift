import ArgumentParser
import Foundation
import MILData
import MILEvaluation
import MILModels
import MILReport
import MILResults
import Output
import UserInput

/// `milbench explain`
struct ExplainCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "explain", abstract: "Show which instances decided a bag, by a kept model's weights or scores.",
    discussion: """
      Models with instance weights, such as attention, show these; others show the score of each instance taken as a bag
      of its own. With --out a page, the figures and all numbers are written to a folder; where instances have places in
      an image, so is a map.

      Examples:
        milbench explain musk1.mil --data musk1 --bag 17
        milbench explain slides.mil --data slides.csv --bag-column slide --coordinate-columns x,y --bag s7 --out s7
      """)

  @OptionGroup var input: KeptModelOptions
  @Option(help: ArgumentHelp("The bag's name.", valueName: "name")) var bag: String
  @Option(
    name: [.customLong("out"), .customLong("output")],
    help: ArgumentHelp("The folder for page, figures and numbers.", valueName: "folder")) var out: String?
  @Flag(help: "Print JSON.") var json = false

  /// At most how many instances the terminal shows.
  private static let terminalLimit = 20

  func validate() throws {
    if out?.isEmpty == true { throw ValidationError("--out is empty, expected a folder") }
  }

  func run() throws {
    let target = out.map { URL(fileURLWithPath: $0, isDirectory: true) }
    if let target { try ResultFiles.checkFolder(target) }
    let (kept, loaded) = try input.load()
    let index = try place(of: bag, in: loaded.dataset)
    for note in loaded.lines { printToStandardError("\(loaded.dataset.name): \(note)") }
    let one = loaded.dataset.selecting(bags: [index])
    let score = try kept.scores(one)[0]
    let relevance = try kept.instanceRelevance(one)
    let places = one.places ?? one.placesAmongFeatures
    let truth = input.hasNoLabels ? nil : loaded.classNames[one.labels[0]]
    let explanation = BagExplanation(
      model: kept.description.title, bag: bag, dataset: one.name,
      verdict: "Score \(BagExplanation.text(score)), label \(kept.label(score)) "
        + "(\(kept.description.classNames[1]) from \(kept.description.threshold) on)\(truth.map { "; the file says \($0)" } ?? "").",
      kind: InstanceResult.Kind(relevance.kind),
      instances: relevance.values.enumerated().map { position, value in
        .init(
          number: position + 1, value: value, label: one.instanceLabels?[position],
          place: places.map { ($0[position].x, $0[position].y) })
      })
    if let target { try write(explanation, to: target) }
    if json { return try printJSON(Explained(kept, bag, one.name, score, explanation)) }
    try StandardOutput.print(explanation.table(limit: Self.terminalLimit).terminal)
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

  private func write(_ explanation: BagExplanation, to folder: URL) throws {
    try ResultFiles.makeFolder(folder)
    for figure in explanation.figures {
      try ResultFiles.write(figure.svg, to: folder.appending(path: "\(figure.name).svg"))
    }
    try ResultFiles.write(explanation.numbers.csv, to: folder.appending(path: "instances.csv"))
    try ResultFiles.write(explanation.page.html, to: folder.appending(path: "index.html"))
    printToStandardError("written: \(folder.relativePath)/index.html")
  }
}

extension BagDataset {
  /// The places that features called x and y are, where there are such.
  fileprivate var placesAmongFeatures: [InstancePlace]? {
    let names = (featureNames ?? []).map { $0.lowercased() }
    guard let x = names.firstIndex(of: "x"), let y = names.firstIndex(of: "y") else { return nil }
    return (0..<instanceCount).map { InstancePlace(x: Double(instances[$0, x]), y: Double(instances[$0, y])) }
  }
}

/// What `milbench explain` prints as JSON.
private struct Explained: Encodable {
  struct Instance: Encodable {
    var instance: Int
    var value: Double
    var label: Int?
    var x, y: Double?
  }

  var model, dataset, bag, kind, label: String
  var score, threshold: Double
  var instances: [Instance]

  init(_ kept: KeptModel, _ bag: String, _ dataset: String, _ score: Double, _ explanation: BagExplanation) {
    model = kept.description.model
    self.dataset = dataset
    self.bag = bag
    kind = explanation.kind.rawValue
    label = kept.label(score)
    self.score = score
    threshold = kept.description.threshold
    instances = explanation.instances.map {
      Instance(instance: $0.number, value: $0.value, label: $0.label, x: $0.place?.x, y: $0.place?.y)
    }
  }
}

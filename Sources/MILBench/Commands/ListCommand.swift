import ArgumentParser
import Foundation
import MILCatalogue
import MILExperiments
import MILReport
import Output

/// The command `milbench list`.
struct ListCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "list", abstract: "List the data sets, models or experiments that can be named.",
    discussion: "Example: milbench list models",
    subcommands: [ListDatasets.self, ListModels.self, ListExperiments.self])
}

/// The command `milbench list datasets`.
struct ListDatasets: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "datasets", abstract: "List the known data sets and their shapes.",
    discussion: "Example: milbench list datasets --json")

  @Flag(help: "Print JSON.") var json = false

  private struct Item: Encodable {
    var name, title, family: String
    var bags, instances, features, positiveBags: Int?
    var labellings: [String]
    var available: Bool
    var parameters: [String: String] = [:]

    enum CodingKeys: String, CodingKey {
      case name, title, family, bags, instances, features
      case positiveBags = "positive_bags"
      case labellings, available, parameters
    }
  }

  func run() throws { try Self.list(asJSON: json) }

  /// Prints the known data sets.
  static func list(asJSON json: Bool) throws {
    let store = try DatasetStore.ofEnvironment()
    let known = store.catalogue.sets.map { entry in
      Item(
        name: entry.name, title: entry.title, family: entry.family, bags: entry.shape?.bags,
        instances: entry.shape?.instances, features: entry.shape?.features, positiveBags: entry.shape?.positiveBags,
        labellings: entry.labellings.map(\.name), available: store.isAvailable(entry))
    }
    let made = try SyntheticSets.generators.map { kind in try item(kind, store) }
    if json { return try printJSON(known + made) }
    var table = ReportTable(
      title: "Data sets",
      columns: [
        .init("name"), .init("bags", .right), .init("instances", .right), .init("features", .right),
        .init("positive", .right), .init("here"), .init("labels"), .init("kind"),
      ])
    for item in known {
      let shape = [item.bags, item.instances, item.features, item.positiveBags].map { $0.map(String.init) ?? "none" }
      let labels = item.labellings.isEmpty ? "as in the file" : item.labellings.joined(separator: ", ")
      table.append(ReportTable.Row([item.name] + shape + [item.available ? "yes" : "no", labels, item.family]))
    }
    table.notes = ["Labels: the first are the default, others are asked for as name[labels=...]."]
    try StandardOutput.print(table.terminal)
    try StandardOutput.print("\nMade data sets, asked for as name[parameter=value,...]")
    for item in made {
      let parameters = item.parameters.sorted { $0.key < $1.key }.map { "\($0.key)=\($0.value)" }
      try StandardOutput.print("\(item.name)\n  \(item.title)\n  parameters: \(parameters.joined(separator: ", "))")
    }
  }

  /// Returns a synthetic data set with its default parameters.
  private static func item(_ kind: any BagGenerator.Type, _ store: DatasetStore) throws -> Item {
    let parameters = Dictionary(
      try SyntheticSets.parameters(of: kind).map { ($0.name, $0.value) }, uniquingKeysWith: { first, _ in first })
    return Item(
      name: kind.name, title: kind.summary, family: "made", bags: parameters["bags"].flatMap { Int($0) },
      features: parameters["features"].flatMap { Int($0) }, labellings: [],
      available: store.unavailable(among: [kind.name]).isEmpty, parameters: parameters)
  }
}

/// The command `milbench list experiments`.
struct ListExperiments: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "experiments", abstract: "List the experiments and the number of their trials.",
    discussion: "Example: milbench list experiments")

  @OptionGroup var workplace: Workplace
  @Flag(help: "Print JSON.") var json = false

  private struct Item: Encodable {
    var name, title: String
    var datasets, models: [String]
    var trials: Int
  }

  func run() throws {
    let items = try workplace.load([]).map { experiment in
      Item(
        name: experiment.name, title: experiment.title, datasets: experiment.datasets,
        models: experiment.models.map(\.id), trials: experiment.trialCount)
    }
    if json { return try printJSON(items) }
    var table = ReportTable(
      title: "Experiments",
      columns: [
        .init("name"), .init("data sets", .right), .init("models", .right), .init("trials", .right), .init("title"),
      ])
    for item in items {
      table.append(
        ReportTable.Row([
          item.name, String(item.datasets.count), String(item.models.count), String(item.trials), item.title,
        ]))
    }
    try StandardOutput.print(table.terminal)
  }
}

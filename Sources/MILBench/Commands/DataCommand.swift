import ArgumentParser
import MILData
import MILReport

/// `milbench data`
struct DataCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "data", abstract: "Check the data files of known data sets.", subcommands: [DataVerify.self])
}

/// `milbench data verify`
struct DataVerify: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "verify", abstract: "Load every known data set and compare checksum and shape with the catalogue.",
    discussion: "Example: milbench data verify --json")

  @Flag(help: "Print JSON.") var json = false

  private struct Item: Encodable {
    var name: String
    var found, ok: Bool
    var source, sha256, problem: String?
    var bags, instances, features, positiveBags: Int?

    enum CodingKeys: String, CodingKey {
      case name, found, ok, source, sha256, problem, bags, instances, features
      case positiveBags = "positive_bags"
    }
  }

  func run() throws {
    let store = try DatasetStore.ofEnvironment()
    let items = store.catalogue.sets.map { verify($0, store) }
    if json { return try printJSON(items) }
    var table = Table(
      title: "Data files", columns: [.init("name"), .init("state"), .init("file or reason")])
    for item in items {
      let state = item.ok ? "ok" : item.found ? "WRONG" : "not here"
      table.append(Table.Row([item.name, state, item.source ?? item.problem ?? ""]))
    }
    print(table.terminal)
    let wrong = items.filter { $0.found && !$0.ok }
    if !wrong.isEmpty { throw ExitCode.failure }
  }

  private func verify(_ entry: CatalogueEntry, _ store: DatasetStore) -> Item {
    var item = Item(name: entry.name, found: store.isAvailable(entry), ok: false)
    do {
      let loaded = try store.load(entry.name)
      item.ok = true
      item.source = loaded.path
      item.sha256 = loaded.sha256
      item.bags = loaded.dataset.bagCount
      item.instances = loaded.dataset.instanceCount
      item.features = loaded.dataset.featureCount
      item.positiveBags = loaded.dataset.positiveBagCount
    } catch {
      item.problem = "\(error)"
    }
    return item
  }
}

import ArgumentParser
import MILCatalogue
import MILReport
import Output

/// The command `milbench data verify`.
struct DataVerify: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "verify",
    abstract: "Load data sets, compare checksum and shape with the catalogue, and look for faults in them.",
    discussion: """
      Examples:
        milbench data verify --json
        milbench data verify musk1 "ucsb-breast[labels=circulated]"
      """)

  @Argument(help: "Data sets by name; the catalogue's where none is given.") var names: [String] = []
  @Flag(help: "Print JSON.") var json = false

  private struct Item: Encodable {
    var name: String
    var found = false
    var ok = false
    var source, sha256, problem: String?
    var shape: DatasetShape?
    var publishedShape: DatasetShape?
    var findings: [AuditFinding] = []
    var addresses: [String] = []

    enum CodingKeys: String, CodingKey {
      case name, found, ok, source, sha256, problem, bags, instances, features, findings, addresses
      case positiveBags = "positive_bags"
      case publishedShape = "published_shape"
    }

    /// Encodes every figure, with `null` for unknown ones.
    func encode(to encoder: any Encoder) throws {
      var fields = encoder.container(keyedBy: CodingKeys.self)
      try fields.encode(name, forKey: .name)
      try fields.encode(found, forKey: .found)
      try fields.encode(ok, forKey: .ok)
      try fields.encode(source, forKey: .source)
      try fields.encode(sha256, forKey: .sha256)
      try fields.encodeIfPresent(problem, forKey: .problem)
      try fields.encode(shape?.bags, forKey: .bags)
      try fields.encode(shape?.instances, forKey: .instances)
      try fields.encode(shape?.features, forKey: .features)
      try fields.encode(shape?.positiveBags, forKey: .positiveBags)
      try fields.encode(publishedShape, forKey: .publishedShape)
      try fields.encode(findings, forKey: .findings)
      try fields.encode(addresses, forKey: .addresses)
    }
  }

  func run() throws {
    StoppedWork.writesAtTheEnd(nil)
    let store = try DatasetStore.ofEnvironment()
    let wanted = names.isEmpty ? try store.catalogue.entries(named: []).map(\.name) : names
    var selections: [CatalogueSelection] = []
    for name in wanted {
      guard let selection = try store.catalogue.selection(named: name) else {
        _ = try store.catalogue.entries(named: [name])
        continue
      }
      selections.append(selection)
    }
    let items = selections.map { verify($0, store) }
    if json { try printJSON(items) } else { try Self.table(items).show() }
    if items.contains(where: { $0.found && !$0.ok }) { throw ExitCode.failure }
  }

  private func verify(_ selection: CatalogueSelection, _ store: DatasetStore) -> Item {
    let entry = selection.entry
    var item = Item(
      name: selection.name, found: store.isAvailable(entry), publishedShape: selection.shape,
      addresses: entry.addresses)
    do {
      if entry.holdsInstances {
        let loaded = try store.loadInstances(entry.name)
        item.shape = DatasetShape(of: loaded.instances)
        (item.source, item.sha256) = (loaded.path, loaded.sha256)
      } else {
        let loaded = try store.load(selection.name)
        item.shape = DatasetShape(of: loaded.dataset)
        (item.source, item.sha256) = (loaded.path, loaded.sha256)
        item.findings = try DatasetAudit.findings(in: loaded.dataset, catalogue: store.catalogue)
      }
      item.ok = true
    } catch {
      item.problem = item.found ? "\(error)" : entry.howToGet(folder: nil)
    }
    return item
  }

  private static func table(_ items: [Item]) -> ReportTable {
    var table = ReportTable(
      title: "Data sets",
      columns: [.init("name"), .init("state"), .init("shape"), .init("file or reason"), .init("faults and warnings")])
    for item in items {
      let state = item.ok ? "ok" : item.found ? "WRONG" : "not here"
      let serious = item.findings.filter { $0.severity != .note }
        .map { "\($0.severity.rawValue): \($0.check.rawValue)" }
      table.append(
        ReportTable.Row([
          item.name, state, item.shape.map { "\($0)" } ?? "unknown", item.source ?? item.problem ?? "no reason",
          serious.isEmpty ? "none" : serious.joined(separator: ", "),
        ]))
    }
    table.notes = ["'milbench data audit NAME' tells more about faults and warnings."]
    return table
  }
}

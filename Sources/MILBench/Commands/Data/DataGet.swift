import ArgumentParser
import Foundation
import MILCatalogue
import Output

/// The command `milbench data get`.
struct DataGet: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "get", abstract: "Get data sets that are not here yet, from a Python package or a public address.",
    discussion: """
      Looks among the shipped files, in the folders that MILBENCH_DATA names, and in the user's own data folder, into \
      which it downloads. What cannot be had is told with where to download it by hand; only sets asked for by name \
      make the command fail.

      Examples:
        milbench data get
        milbench data get elephant ucsb-breast
      """)

  @Argument(help: "Data sets by name; all where none is given.") var names: [String] = []
  @Flag(help: "Show no progress.") var quiet = false
  @Flag(help: "Print JSON.") var json = false

  private struct Item: Encodable {
    var name, state: String
    var file, source, problem: String?
  }

  func run() throws {
    let store = try DatasetStore.ofEnvironment()
    let entries = try store.catalogue.entries(named: names)
    let folder = UserDataFolder(environment: ProcessInfo.processInfo.environment)
    let fetcher = DatasetFetcher(
      store: store, folder: folder, showsProgress: !quiet && StandardError.isTerminal)
    StoppedWork.say("sets that are whole stay; the same call fetches the others")
    var items: [Item] = []
    try fetcher.fetch(entries) { entry, outcome in
      let item = Self.item(entry.name, outcome)
      items.append(item)
      if !json { try StandardOutput.print(Self.line(item)) }
    }
    if json { try printJSON(items) }
    let missing = items.contains { $0.state == "missing" || $0.state == "wrong" }
    if missing && !names.isEmpty { throw ExitCode.failure }
  }

  private static func item(_ name: String, _ outcome: DatasetFetcher.Outcome) -> Item {
    switch outcome {
    case .present(let url): Item(name: name, state: "present", file: url.path)
    case .fetched(let url, let source): Item(name: name, state: "fetched", file: url.path, source: source)
    case .unavailable(let reason): Item(name: name, state: "missing", problem: reason)
    case .wrong(let reason): Item(name: name, state: "wrong", problem: reason)
    }
  }

  private static func line(_ item: Item) -> String {
    let detail = [item.file, item.source.map { "from \($0)" }, item.problem].compactMap { $0 }.joined(separator: " ")
    return "\(item.name): \(item.state), \(detail)"
  }
}

import ArgumentParser
import Foundation
import MILBags
import MILCatalogue

/// The command `milbench data`.
struct DataCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "data", abstract: "Get, check, import and export data sets.",
    discussion: "Example: milbench data audit path/to/bags.csv",
    subcommands: [
      DataList.self, DataGet.self, DataVerify.self, DescribeCommand.self, DataAudit.self, DataImport.self,
      DataExport.self,
    ])
}

extension Catalogue {
  /// Returns the sets with the given names or aliases, in that order and once each; without names, those of the
  /// catalogue.
  func entries(named names: [String]) throws -> [CatalogueEntry] {
    guard !names.isEmpty else { return sets.filter { !$0.isImported } }
    var entries: [CatalogueEntry] = []
    for name in names {
      guard let entry = try selection(named: name)?.entry else {
        let near = self.names(nearestTo: name).first.map { "; did you mean \"\($0)\"?" } ?? ""
        throw DatasetError(dataset: name, problem: "no such name in the catalogue\(near)")
      }
      if !entries.contains(entry) { entries.append(entry) }
    }
    return entries
  }
}

import Foundation
import MILCatalogue
import MILEvaluation
import MILModels
import MILReport

/// The pages of all experiments in a folder of results.
///
/// They are checked before any work is done for them, then written, and removed once no experiment has them any more.
enum ResultSite {
  /// Refuses a folder of results with a page of the site that no report wrote; changes nothing.
  ///
  /// The set of pages is known only after reading all journals, so every page in the site's folders must be milbench's
  /// own.
  ///
  /// - Throws: ``EvaluationError`` with the file.
  static func check(_ results: URL) throws {
    try ResultFiles.checkFolder(results, files: [Site.indexPath: .firstPage, Site.figurePath: .figure], inputs: [])
    for folder in folders(in: results) {
      let files = pages(in: folder).map { ($0, ReplaceableFile.sitePage) }
      try ResultFiles.checkFolder(folder, files: Dictionary(files) { first, _ in first }, inputs: [])
    }
  }

  /// Writes the pages and removes those of earlier reports that no longer exist.
  ///
  /// - Parameter changed: the experiments whose pages are written, with all pages that include them; nil for all pages.
  /// - Returns: the location of the first page.
  @discardableResult
  static func write(_ reports: [ExperimentReport], in results: URL, changed: Set<String>? = nil) throws -> URL {
    // By name, whatever the order of the runs.
    let reports = reports.sorted { $0.heading.name < $1.heading.name }
    let site = Site(reports.compactMap(\.study), notes: try notes(results), changed: changed)
    try ResultFiles.makeFolder(results)
    for folder in Site.folders { try ResultFiles.makeFolder(results.appending(path: folder)) }
    let paths = Set(site.pages.map(\.path))
    for folder in folders(in: results) {
      for name in pages(in: folder) {
        let path = "\(folder.lastPathComponent)/\(name)"
        if paths.contains(path) || site.keeps(path) { continue }
        let file = folder.appending(path: name)
        if ReplaceableFile.sitePage.isKind(of: file) { try FileManager.default.removeItem(at: file) }
      }
    }
    let figure = results.appending(path: Site.figurePath)
    if let drawn = site.figure {
      try ResultFiles.write(drawn.svg, to: figure)
    } else if ReplaceableFile.figure.isKind(of: figure) {
      try FileManager.default.removeItem(at: figure)
    }
    for page in site.pages { try ResultFiles.write(page.html, to: results.appending(path: page.path)) }
    return results.appending(path: Site.indexPath)
  }

  private static func folders(in results: URL) -> [URL] {
    Site.folders.map { results.appending(path: $0) }.filter { FileManager.default.fileExists(atPath: $0.path) }
  }

  private static func pages(in folder: URL) -> [String] {
    ((try? FileManager.default.contentsOfDirectory(atPath: folder.path)) ?? []).filter { $0.hasSuffix(".html") }
      .sorted()
  }

  /// Collects the registry's and the catalogue's entries for models and data sets.
  private static func notes(_ results: URL) throws -> SiteNotes {
    var notes = SiteNotes()
    for model in MILBench.registry.registrations {
      notes.models[model.id] = .init(
        title: model.title, summary: model.summary, citation: model.citation, family: model.family)
    }
    for set in try Catalogue.shipped().sets {
      notes.datasets[set.name] = .init(title: set.title, family: set.family, citation: set.citation)
    }
    notes.leading = Catalogue.classical
    let findings = "FINDINGS.md"
    if FileManager.default.fileExists(atPath: results.appending(path: findings).path) { notes.findings = findings }
    return notes
  }
}

extension ReplaceableFile {
  /// A page of the site.
  static let sitePage = ReplaceableFile("a page of milbench", beginningWith: [Site.beginning])
  static let firstPage = ReplaceableFile("a page of milbench", beginningWith: [Site.beginning, ReportPage.beginning])
}

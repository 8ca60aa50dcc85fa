import Foundation
import TestSupport
import Testing

@testable import MILBags
@testable import MILCatalogue
@testable import MILFormats

@Suite("Folds that circulate")
struct CirculatingFoldsTests {
  private static let folds =
    #"{"schemes": [{"name": "mine-2x2", "source": "a test", "assignment": [[1, 2, 1, 2], [2, 2, 1, 1]]}]}"#

  /// Calls `body` with a store whose one set has four bags and a file of folds.
  private func withStore(
    folds: String = CirculatingFoldsTests.folds, digest: String? = nil,
    _ body: (DatasetStore, BagDataset) throws -> Void
  ) throws {
    let digest = digest ?? SHA256.hexDigest(of: Array(folds.utf8))
    let text = """
      {sets: [{
        name: 'excerpt', title: 'Excerpt', family: 'molecules', shape: [4, 16, 166, 2],
        files: [{
          name: 'folds.json', role: 'folds', sha256: '\(digest)', schemes: [{name: 'mine-2x2', repeats: 2, folds: 2}],
        }],
        addresses: [], licence: 'L', citation: 'C', labels: 'L', quirks: [],
      }]}
      """
    let catalogue = try Fixture.withFile(Array(text.utf8), named: "catalogue.json5") {
      try Catalogue(contentsOf: $0)
    }
    let bags = try BagReader.read(Fixture.url("musk-excerpt.csv")).dataset.renamed("excerpt")
    try Fixture.withFile(Array(folds.utf8), named: "folds.json") { file in
      try body(DatasetStore(catalogue: catalogue, dataFolders: [file.deletingLastPathComponent()]), bags)
    }
  }

  @Test("They are found by name, checked and read")
  func found() throws {
    try withStore { store, bags in
      let found = try store.circulatingFolds("mine-2x2", for: bags)
      #expect(found.name == "mine-2x2" && found.folds.assignment == [[1, 2, 1, 2], [2, 2, 1, 1]])
      #expect(found.folds.scheme == .circulated)
    }
  }

  @Test("An unknown name, a missing file and one of another checksum are errors of one line")
  func refusals() throws {
    func text(_ body: () throws -> Void) -> String {
      do {
        try body()
        return "no error"
      } catch {
        return "\(error)"
      }
    }
    try withStore { store, bags in
      #expect(
        text { _ = try store.circulatingFolds("mine-2x3", for: bags) }
          == "excerpt: no folds \"mine-2x3\" circulate with it, expected a number or mine-2x2; did you mean \"mine-2x2\"?"
      )
      #expect(
        text { _ = try store.circulatingFolds("mine-2x2", for: bags.renamed("other")) }
          == "other: no folds \"mine-2x2\" circulate with it; they circulate with excerpt")
      let empty = DatasetStore(catalogue: store.catalogue)
      #expect(
        text { _ = try empty.circulatingFolds("mine-2x2", for: bags) }
          == "data set excerpt: no folds.json with its folds mine-2x2; put it in a folder that MILBENCH_DATA names")
    }
    try withStore(digest: String(repeating: "0", count: 64)) { store, bags in
      #expect(text { _ = try store.circulatingFolds("mine-2x2", for: bags) }.contains("found SHA-256"))
    }
  }

  @Test("Folds that part a group of the user's are refused")
  func groups() throws {
    try withStore { store, bags in
      func grouped(_ groups: [String]) throws -> BagDataset {
        try BagDataset(
          name: "excerpt", instances: bags.instances, offsets: bags.offsets, labels: bags.labels, groups: groups)
      }
      #expect(throws: FoldError.self) { try store.circulatingFolds("mine-2x2", for: grouped(["a", "a", "b", "c"])) }
      _ = try store.circulatingFolds("mine-2x2", for: grouped(["a", "b", "c", "d"]))
    }
  }

  @Test("The catalogue lists the schemes that its files hold", .enabled(if: Fixture.dataFolder != nil))
  func catalogued() throws {
    let store = try DatasetStore(dataFolders: [try #require(Fixture.dataFolder)])
    for entry in store.catalogue.sets where !entry.foldSchemes.isEmpty {
      let bags = try store.load(entry.name).dataset
      for scheme in entry.foldSchemes {
        let found = try store.circulatingFolds(scheme.name, for: bags).folds
        #expect((found.repeats, found.foldCount) == (scheme.repeats, scheme.folds), "\(entry.name) \(scheme.name)")
      }
    }
  }
}

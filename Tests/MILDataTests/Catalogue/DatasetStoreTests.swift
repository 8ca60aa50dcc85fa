import Foundation
import LinearAlgebra
import MILData
import ShippedData
import Testing
import UserInput

@Suite("Catalogue and store")
struct DatasetStoreTests {
  @Test("The shipped catalogue is sound")
  func shipped() throws {
    let catalogue = try Catalogue.shipped()
    #expect(catalogue.sets.count == 29)
    #expect(catalogue.entry(named: "MUSK-1")?.title == "MUSK1")
    for set in catalogue.sets {
      #expect(!set.citation.isEmpty && !set.licence.isEmpty && !set.addresses.isEmpty && !set.labels.isEmpty)
      for file in set.files {
        #expect(file.sha256.count == 64 && file.bytes > 0)
        #expect((file.uncompressedSHA256?.count ?? 64) == 64)
      }
    }
    for set in ["musk1", "musk2"] {
      let file = try #require(catalogue.entry(named: set)?.files.first)
      let url = try #require(ShippedData.url(forFile: file.name))
      #expect(try Data(contentsOf: url).count == file.bytes)
    }
    #expect(ShippedData.url(forFile: "../Package.swift") == nil)
  }

  @Test("The musk sets load by name and alias, with the published shapes")
  func musk() throws {
    let store = try DatasetStore()
    let musk1 = try store.load("musk1")
    #expect(DatasetShape(of: musk1.dataset).description == "92 bags (47 positive) of 476 instances with 166 features")
    #expect(musk1.notes.isEmpty && musk1.dataset.name == "musk1" && musk1.format == .labelBagCSV)
    let musk2 = try store.load("Clean2").dataset
    #expect(musk2.name == "musk2" && musk2.instanceCount == 6598 && musk2.positiveBagCount == 39)
    #expect(musk2.largestBagSize == 1044)
  }

  @Test("An unknown name is refused with the nearest ones, a known one without file with where to get it")
  func unknown() throws {
    let store = try DatasetStore()
    let error = #expect(throws: DatasetError.self) { try store.load("musc1") }
    #expect(
      error?.description == "data set musc1: no such name in the catalogue and no such file; the nearest name is musk1")
    let twoLines = #expect(throws: DatasetError.self) { try store.load("musk\n1") }
    #expect(twoLines?.description.contains("\n") == false)
    #expect(throws: DatasetError.self) { try store.load("") }
    let noFile = #expect(throws: ReadError.self) { try store.load("no/such.csv") }
    #expect(noFile?.found == "no such file")
    let missing = #expect(throws: DatasetError.self) { try store.load("fox") }
    #expect(missing?.description.contains("fox/fox.mat") == true)
    #expect(missing?.description.contains("columbia.edu") == true)
  }

  /// A folder with the excerpt and a catalogue that describes it.
  private func withStore(
    sha256: String? = nil, shape: [Int] = [4, 16, 166, 2], force: Bool = false,
    _ body: (DatasetStore, URL) throws -> Void
  ) throws {
    let bytes = try Fixture.bytes("musk-excerpt.csv")
    let catalogue = """
      // A comment, as JSON5 allows.
      {sets: [{
        name: 'excerpt', title: 'Excerpt', family: 'molecules', shape: \(shape),
        files: [{name: 'sub/excerpt.csv', sha256: '\(sha256 ?? SHA256.hexDigest(of: bytes))', bytes: 1, format: 'label-bag-csv'}],
        addresses: [], licence: 'CC BY 4.0', citation: 'C', labels: 'L', quirks: [],
      }]}
      """
    try Fixture.withFile(Array(catalogue.utf8), named: "catalogue.json5") { file in
      let folder = file.deletingLastPathComponent()
      try FileManager.default.createDirectory(
        at: folder.appendingPathComponent("sub"), withIntermediateDirectories: true)
      try Data(bytes).write(to: folder.appendingPathComponent("sub/excerpt.csv"))
      try body(DatasetStore(catalogue: Catalogue(contentsOf: file), dataFolder: folder, force: force), folder)
    }
  }

  @Test("A file of the folder is verified; other digests and shapes are refused with both values")
  func verification() throws {
    try withStore { store, folder in
      let loaded = try store.load("excerpt")
      #expect(loaded.notes.isEmpty && loaded.dataset.bagCount == 4)
      let path = folder.appendingPathComponent("sub/excerpt.csv").path
      #expect(try store.load(path).dataset.name == "excerpt")
    }
    let other = String(repeating: "0", count: 64)
    try withStore(sha256: other) { store, _ in
      let error = #expect(throws: ReadError.self) { try store.load("excerpt") }
      let digest = SHA256.hexDigest(of: try Fixture.bytes("musk-excerpt.csv"))
      #expect(error?.description.contains(digest) == true && error?.description.contains(other) == true)
    }
    try withStore(shape: [4, 17, 166, 2]) { store, _ in
      let error = #expect(throws: ReadError.self) { try store.load("excerpt") }
      #expect(error?.found == "4 bags (2 positive) of 16 instances with 166 features")
      #expect(error?.expected == "4 bags (2 positive) of 17 instances with 166 features for excerpt")
    }
    try withStore(sha256: other, shape: [4, 17, 166, 2], force: true) { store, _ in
      let loaded = try store.load("excerpt")
      #expect(loaded.notes.count == 2)
      #expect(loaded.notes.allSatisfy { $0.hasPrefix("used in spite of a failed check: ") })
    }
  }

  @Test("A copy with the label for a feature is refused, by name and by path")
  func labelLeak() throws {
    try withStore(shape: [4, 16, 165, 2]) { store, folder in
      let byName = #expect(throws: ReadError.self) { try store.load("excerpt") }
      #expect(byName?.description.contains("label leak") == true)
      #expect(byName?.description.contains("166 features, one more than the 165") == true)
      let path = folder.appendingPathComponent("sub/excerpt.csv").path
      #expect(throws: ReadError.self) { try store.load(path) }
    }
    let text = String(decoding: try Fixture.bytes("musk-excerpt.csv"), as: UTF8.self)
    let leaked = text.split(whereSeparator: \.isNewline).map { "\($0),\($0.prefix(1))" }.joined(separator: "\n")
    try Fixture.withFile(Array(leaked.utf8)) { file in
      let error = #expect(throws: ReadError.self) { try DatasetStore().load(file.path) }
      #expect(error?.description.contains("feature 167 equals the label in every instance") == true)
      let forced = try DatasetStore(force: true).load(file.path)
      #expect(forced.notes.count == 1)
    }
  }

  @Test(
    "A catalogue with an unknown field, a wrong shape or two sets of one name is refused",
    arguments: [
      ("licence: 'L'", "licence: 'L', quirk: []", "sets[0]: unknown key \"quirk\", expected one of name"),
      (
        "[1, 2, 3, 1]", "[1, 2, 3]", "sets[0].shape: [1, 2, 3] and not [bags, instances, features, positive bags]"
      ),
      ("title: 'T', ", "", "sets[0]: the key \"title\" is missing"), ("}]}", "}, SET]}", "the name s for s and s"),
    ])
  func badCatalogues(part: String, replacement: String, message: String) throws {
    let set =
      "{name: 's', title: 'T', family: 'F', shape: [1, 2, 3, 1], files: [], addresses: [], licence: 'L', "
      + "citation: 'C', labels: 'L', quirks: []}"
    let text = "{sets: [\(set)]}".replacingOccurrences(of: part, with: replacement)
      .replacingOccurrences(of: "SET", with: set)
    try Fixture.withFile(Array(text.utf8), named: "catalogue.json5") { file in
      let error = #expect(throws: DocumentError.self) { try Catalogue(contentsOf: file) }
      #expect(error?.description.contains(message) == true, "\(error?.description ?? "")")
    }
  }

  @Test(
    "All layouts of the full musk sets agree, and every file of the catalogue that is there is what it claims",
    .enabled(if: Fixture.dataFolder != nil))
  func fullFiles() throws {
    let folder = try #require(Fixture.dataFolder)
    let store = try DatasetStore(dataFolder: folder)
    for set in store.catalogue.sets {
      var fingerprints: Set<String> = []
      for file in set.files {
        let url = ShippedData.url(forFile: file.name) ?? folder.appendingPathComponent(file.name)
        guard FileManager.default.fileExists(atPath: url.path) else { continue }
        let loaded = try store.load(url.path)
        #expect(loaded.dataset.name == set.name && loaded.sha256 == file.sha256 && loaded.format == file.format)
        fingerprints.insert(loaded.dataset.fingerprint)
      }
      #expect(fingerprints.count <= 1, "\(set.name)")
      if set.name.hasPrefix("musk") { #expect(fingerprints.count == 1) }
    }
  }
}

import Foundation
import LinearAlgebra
import MILBags
import MILCatalogue
import MILFormats
import ShippedData
import TestSupport
import Testing
import UserInput

@Suite("Catalogue and store")
struct DatasetStoreTests {
  @Test("The shipped catalogue is sound")
  func shipped() throws {
    let catalogue = try Catalogue.shipped()
    #expect(catalogue.sets.count == 31)
    #expect(catalogue.entry(named: "MUSK-1")?.title == "MUSK1")
    for set in catalogue.sets {
      #expect(!set.citation.isEmpty && !set.licence.isEmpty && !set.addresses.isEmpty && !set.labels.isEmpty)
      for file in set.files {
        #expect((file.sha256?.count ?? 64) == 64 && file.bytes != 0)
        #expect((file.sha256 == nil) == (file.bytes == nil))
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
    #expect(
      musk1.dataset.reading?.lines.first?.contains("label-bag-csv, as the catalogue says") == true,
      "\(musk1.dataset.reading?.lines ?? [])")
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

  /// Creates a folder with the excerpt and a catalogue that describes it, and runs the body.
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
      try body(DatasetStore(catalogue: Catalogue(contentsOf: file), dataFolders: [folder], force: force), folder)
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
      (
        "files: []", "files: [{name: '../up.csv'}]",
        "sets[0].files[0].name: \"../up.csv\", expected a path within a folder"
      ),
      (
        "files: []", "files: [], labellings: [{name: 'n', runs: [[1, 2]], note: 'N'}]",
        "sets[0].labellings: 2 labels of labelling n, expected one for each of 1 bags"
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

  /// Creates a catalogue whose one set has four bags and two labellings, with the excerpt as its file, and runs the
  /// body.
  private func withLabellings(_ body: (DatasetStore, URL) throws -> Void) throws {
    let bytes = try Fixture.bytes("musk-excerpt.csv")
    let catalogue = """
      {sets: [{
        name: 'excerpt', aliases: ['part'], title: 'Excerpt', family: 'molecules', shape: [4, 16, 166, 3],
        files: [{name: 'excerpt.csv', sha256: '\(SHA256.hexDigest(of: bytes))', bytes: \(bytes.count)}],
        labellings: [
          {name: 'mended', runs: [[1, 3], [0, 1]], note: 'mended here'},
          {name: 'circulated', runs: [[1, 2], [0, 2]], note: 'as in the file'},
        ],
        addresses: [], licence: 'CC BY 4.0', citation: 'C', labels: 'L', quirks: [],
      }]}
      """
    try Fixture.withFile(Array(catalogue.utf8), named: "catalogue.json5") { file in
      let folder = file.deletingLastPathComponent()
      try Data(bytes).write(to: folder.appendingPathComponent("excerpt.csv"))
      try body(DatasetStore(catalogue: Catalogue(contentsOf: file), dataFolders: [folder]), folder)
    }
  }

  @Test("The labels of a labelling count, whatever the file says, and name the set")
  func labellings() throws {
    try withLabellings { store, folder in
      let standard = try store.load("excerpt")
      #expect(standard.dataset.labels == [1, 1, 1, 0] && standard.dataset.name == "excerpt")
      #expect(standard.notes == ["1 of 4 bag labels differ from those in the file: mended here"])
      let circulated = try store.load("PART[labels=circulated]")
      #expect(circulated.dataset.labels == [1, 1, 0, 0] && circulated.notes.isEmpty)
      #expect(circulated.dataset.name == "excerpt[labels=circulated]")
      #expect(circulated.dataset.instances == standard.dataset.instances)
      #expect(try store.load("excerpt[ labels = mended ]").dataset.name == "excerpt")
      #expect(try store.catalogue.canonicalName(of: "part[labels=mended]") == "excerpt")
      #expect(try store.catalogue.canonicalName(of: "some/file.csv") == "some/file.csv")
      let byPath = try store.load(folder.appendingPathComponent("excerpt.csv").path)
      #expect(byPath.dataset.labels == [1, 1, 1, 0])
    }
  }

  @Test(
    "Parameters and labellings that a set does not have are refused with the valid ones",
    arguments: [
      ("excerpt[label=circulated]", #"unknown parameter "label", expected labels; did you mean "labels"?"#),
      (
        "excerpt[labels=circulatd]",
        #"unknown labels "circulatd", expected mended or circulated; did you mean "circulated"?"#
      ),
    ])
  func unknownLabellings(name: String, problem: String) throws {
    try withLabellings { store, _ in
      let error = #expect(throws: DatasetError.self) { try store.load(name) }
      #expect(error?.problem == problem)
    }
  }

  @Test("A set without labellings takes no parameters, and a mistyped name with some is still told")
  func noLabellings() throws {
    let store = try DatasetStore()
    let plain = #expect(throws: DatasetError.self) { try store.load("musk1[labels=circulated]") }
    #expect(plain?.problem == "musk1 takes no parameters, found \"labels\"")
    let mistyped = #expect(throws: DatasetError.self) { try store.load("ucsb-brest[labels=circulated]") }
    #expect(mistyped?.problem.hasSuffix("the nearest name is ucsb-breast") == true)
  }

  @Test("Each shipped data set has one of the domains by which statistics group data sets")
  func domains() throws {
    let domains = ["molecules", "images", "text", "histology", "audio"]
    for set in try Catalogue.shipped().sets {
      #expect(set.domain.map(domains.contains) == true, "\(set.name): \(set.domain ?? "no domain")")
    }
  }

  @Test("The shipped catalogue offers the labels that circulate, with their numbers of positive bags")
  func shippedLabellings() throws {
    let catalogue = try Catalogue.shipped()
    let names = [
      "comp.graphics": 49, "comp.sys.ibm.pc.hardware": 49, "comp.windows.x": 49, "sci.electronics": 47,
      "talk.religion.misc": 49,
    ]
    let newsgroups = catalogue.sets.filter { $0.family.contains("Newsgroups") }
    #expect(newsgroups.count == 20)
    for set in newsgroups {
      let name = "newsgroups/\(set.name)"
      #expect(try catalogue.selection(named: name)?.shape?.positiveBags == 50)
      let derived = try catalogue.selection(named: name + "[labels=instances]")
      #expect(derived?.shape?.positiveBags == names[set.name, default: 50])
      #expect(derived?.name == "\(set.name)[labels=instances]")
    }
    let ucsb = try #require(try catalogue.selection(named: "ucsb-breast[labels=circulated]"))
    let corrected = try #require(ucsb.entry.labellings.first?.bagLabels)
    #expect(zip(corrected, ucsb.labelling?.bagLabels ?? []).count { $0 != $1 } == 52)
  }

  @Test("Files are looked for in all folders, in their order")
  func severalFolders() throws {
    try withLabellings { store, folder in
      let several = DatasetStore(
        catalogue: store.catalogue, dataFolders: [folder.appendingPathComponent("nowhere"), folder])
      let loaded = try several.load("excerpt")
      #expect(loaded.dataset.bagCount == 4)
      let none = DatasetStore(catalogue: store.catalogue)
      #expect(none.unavailable(among: ["excerpt", "some/file.csv"]).keys.sorted() == ["excerpt"])
      #expect(several.unavailable(among: ["excerpt"]).isEmpty)
    }
  }

  @Test("Labelled instances are checked like bags and are no bags")
  func labelledInstances() throws {
    let text = "class,size,shape\nround,1,2.5\nflat,3,4\nround,5,6\n"
    let catalogue = """
      {sets: [{
        name: 'cells', title: 'C', family: 'F', shape: [null, 3, 2, null], files: [{name: 'cells.csv', role: 'instances'}],
        addresses: [], licence: 'L', citation: 'C', labels: 'L', quirks: [],
      }]}
      """
    try Fixture.withFile(Array(catalogue.utf8), named: "catalogue.json5") { file in
      let folder = file.deletingLastPathComponent()
      let cells = folder.appendingPathComponent("cells.csv")
      try Data(text.utf8).write(to: cells)
      let store = DatasetStore(catalogue: try Catalogue(contentsOf: file), dataFolders: [folder])
      let instances = try store.loadInstances("cells").instances
      #expect(instances.classNames == ["flat", "round"] && instances.classes == [1, 0, 1])
      #expect(instances.features.elements == [1, 2.5, 3, 4, 5, 6] && instances.featureNames == ["size", "shape"])
      #expect(try store.labelledInstances("cells")?.name == "cells")
      #expect(try store.labelledInstances(cells.path) == nil && store.loadInstances(cells.path).instances.count == 3)
      let asBags = #expect(throws: DatasetError.self) { try store.load("cells") }
      #expect(asBags?.problem.contains("labelled instances") == true)
      try Data((text + "round,7,8\n").utf8).write(to: cells)
      let error = #expect(throws: ReadError.self) { try store.loadInstances("cells") }
      #expect(error?.found == "4 labelled instances with 2 features")
      try Data((text + "round,7\n").utf8).write(to: cells)
      #expect(throws: ReadError.self) { try store.loadInstances("cells") }
    }
  }

  @Test(
    "All layouts of the full musk sets agree, and every file of the catalogue that is there is what it claims",
    .enabled(if: Fixture.dataFolder != nil))
  func fullFiles() throws {
    let folder = try #require(Fixture.dataFolder)
    let store = try DatasetStore(dataFolders: [folder])
    for set in store.catalogue.sets {
      var fingerprints: Set<String> = []
      for file in set.dataFiles where file.role == .bags {
        let url = ShippedData.url(forFile: file.name) ?? folder.appendingPathComponent(file.name)
        guard FileManager.default.fileExists(atPath: url.path) else { continue }
        let loaded = try store.load(url.path)
        #expect(loaded.dataset.name == set.name && loaded.sha256 == file.sha256 && loaded.format == file.format)
        try fingerprints.insert(loaded.dataset.fingerprint)
      }
      #expect(fingerprints.count <= 1, "\(set.name)")
      if set.name.hasPrefix("musk") { #expect(fingerprints.count == 1) }
    }
  }

  /// A format of another package: a line `counts 1`, then one bag per line with its label and its numbers.
  private struct CountLines: DatasetFormat {
    let id = "count-lines"
    let summary = "a bag a line: label and numbers"

    func recognises(_ place: URL) -> Bool {
      guard let handle = try? FileHandle(forReadingFrom: place) else { return false }
      defer { try? handle.close() }
      return (try? handle.read(upToCount: 9)) == Data("counts 1\n".utf8)
    }

    func open(_ place: URL, _ options: ReadOptions) throws -> BagDataset {
      let lines = String(
        decoding: try BagReader.contents(of: place, expected: "a file of counts"), as: UTF8.self
      ).split(separator: "\n").dropFirst()
      var (rows, offsets, labels): ([[Float]], [Int], [Int]) = ([], [0], [])
      for (number, line) in lines.enumerated() {
        let fields = line.split(separator: " ").compactMap { Float($0) }
        guard fields.count > 1, let label = Int(exactly: fields[0]) else {
          throw ReadError(
            file: place.path, at: .line(number + 2), found: ReadError.quoted(line.utf8),
            expected: "a label and numbers")
        }
        labels.append(label)
        rows += fields.dropFirst().map { [$0] }
        offsets.append(rows.count)
      }
      return try BagDataset(name: "counts", instances: Matrix(rows), offsets: offsets, labels: labels)
    }
  }

  @Test("A layout of single files of another package is told by its content, asked for by its name, and checked")
  func layoutOfOnesOwn() throws {
    let store = DatasetStore(catalogue: try .shipped(), formats: [CountLines()])
    try Fixture.withFile(Array("counts 1\n1 3 4 5\n0 6 7\n".utf8), named: "own.txt") { file in
      let loaded = try store.load(file.path)
      #expect(loaded.formatName == "count-lines" && loaded.dataset.labels == [1, 0])
      #expect(loaded.dataset.offsets == [0, 3, 5] && loaded.dataset.instances.elements == [3, 4, 5, 6, 7])
      #expect(loaded.lines.first?.contains("count-lines, by its content") == true)
      let asked = try store.load(file.path, options: ReadOptions(format: "count-lines"))
      #expect(asked.dataset == loaded.dataset && asked.lines.first?.contains("as was asked for") == true)
      #expect(throws: ReadError.self) {
        try DatasetStore().load(file.path, options: ReadOptions(format: "count-lines"))
      }
    }
    try Fixture.withFile(Array("counts 1\n1 3 4 5\n0\n".utf8), named: "own.txt") { file in
      let error = #expect(throws: ReadError.self) { try store.load(file.path) }
      #expect(error?.description.contains("line 3") == true)
    }
    // Files of other layouts are read as before.
    try Fixture.withFile(try Fixture.bytes("musk-excerpt.data"), named: "own.txt") { file in
      let loaded = try store.load(file.path)
      #expect(loaded.format == .c45)
    }
  }
}

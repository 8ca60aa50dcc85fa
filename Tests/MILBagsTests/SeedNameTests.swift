import Foundation
import LinearAlgebra
import MILBags
import MILCatalogue
import MILFormats
import Testing

@Suite("Who bags are")
struct SeedNameTests {
  private func bags(
    _ name: String, labels: [Int] = [0, 1, 0, 1], names: [String]? = nil, groups: [String]? = nil, value: Float = 0
  ) throws -> BagDataset {
    try BagDataset(
      name: name, instances: Matrix<Float>(rows: 4, columns: 1, elements: Array(repeating: value, count: 4)),
      offsets: Array(0...4), labels: labels, bagNames: names, groups: groups)
  }

  @Test("The same bags under another name have the same folds; other labels, names or groups make others")
  func content() throws {
    let first = try bags("a")
    #expect(first.seedName.hasPrefix("content-") && first.catalogueName == nil)
    #expect(try bags("b", value: 3).seedName == first.seedName)
    #expect(first.renamed("c").seedName == first.seedName)
    let draw = { try FoldAssignment(for: $0, scheme: .stratified, folds: 2, repeats: 3, seed: 5).hash }
    #expect(try draw(first) == draw(bags("b")))
    for other in [
      try bags("a", labels: [1, 0, 1, 0]), try bags("a", names: ["1", "2", "4", "3"]),
      try bags("a", groups: ["1", "2", "3", "4"]), try bags("a", names: ["12", "", "3", "4"]),
    ] { #expect(other.seedName != first.seedName) }
  }

  @Test("A copy of a shipped file is known as the shipped set, by path and imported")
  func copies() throws {
    let folder = FileManager.default.temporaryDirectory.appending(path: "copies-\(UUID().uuidString)")
    try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
    defer { try? FileManager.default.removeItem(at: folder) }
    let store = try DatasetStore()
    let entry = try #require(store.catalogue.entry(named: "musk1"))
    let original = try #require(store.located(entry)).url
    let copy = folder.appending(path: "mine.dat")
    try FileManager.default.copyItem(at: original, to: copy)
    #expect(try store.load(copy.path).dataset.seedName == "musk1")
    let own = UserDataFolder(url: folder.appending(path: "data"))
    _ = try own.importSet(copy, named: "slides", catalogue: store.catalogue, overwriting: false)
    let imported = DatasetStore(
      catalogue: Catalogue(sets: store.catalogue.sets + (try own.importedSets())), dataFolders: [own.datasets])
    let loaded = try imported.load("slides").dataset
    #expect(loaded.name == "slides" && loaded.seedName == "musk1")
    #expect(try store.load("synthetic/single-concept").dataset.seedName == "synthetic/single-concept")
  }

  @Test("A file with the name of another set is never called like it")
  func strangers() throws {
    let folder = FileManager.default.temporaryDirectory.appending(path: "strangers-\(UUID().uuidString)")
    try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
    defer { try? FileManager.default.removeItem(at: folder) }
    let text = "bag,label,f\na,0,1\na,0,2\nb,1,3\nb,1,4\n"
    for (file, name) in [("musk1.csv", "musk1.csv"), ("classical.csv", "classical.csv"), ("b.csv", "b")] {
      let url = folder.appending(path: file)
      try Data(text.utf8).write(to: url)
      let loaded = try DatasetStore().load(url.path).dataset
      #expect(loaded.name == name && loaded.catalogueName == nil)
      #expect(try Catalogue.shipped().name(ofFileAt: url.path) == name)
    }
  }
}

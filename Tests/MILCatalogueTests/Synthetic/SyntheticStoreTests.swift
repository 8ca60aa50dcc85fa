import Foundation
import LinearAlgebra
import MILBags
import MILCatalogue
import MILFormats
import TestSupport
import Testing
import UserInput

@Suite("Made data sets of the store")
struct SyntheticStoreTests {
  @Test("A made set is loaded under its canonical name, without a file")
  func byName() throws {
    let store = try DatasetStore()
    let loaded = try store.load("Synthetic/Planted-Witness[features=3, bags=8]")
    #expect(loaded.dataset.name == "synthetic/planted-witness[bags=8,features=3]")
    #expect(loaded.dataset.bagCount == 8 && loaded.dataset.featureCount == 3)
    #expect(loaded.format == nil && loaded.formatName == "synthetic" && loaded.path == loaded.dataset.name)
    #expect(try loaded.sha256 == loaded.dataset.fingerprint && loaded.notes.isEmpty)
    #expect(try store.load(loaded.dataset.name).dataset == loaded.dataset)
    #expect(
      try store.catalogue.canonicalName(of: "rare-cells[seed=1,bags=6]") == "rare-cells[bags=6]")
  }

  @Test("Bags with a rare class are drawn from a file of the user's own")
  func ownFile() throws {
    let lines = (0..<40).map { "\($0 < 10 ? "odd" : "usual"),\($0),\($0 * $0)" }
    let text = (["class,x,y"] + lines).joined(separator: "\n") + "\n"
    try Fixture.withFile(Array(text.utf8), named: "cells.csv") { file in
      let name = "rare-cells[bagSize=4,bags=10,pools=2,rareClass=odd,source=\(file.path)]"
      let loaded = try DatasetStore().load(name)
      let bags = loaded.dataset
      #expect(bags.name == name && bags.bagCount == 10 && bags.featureNames == ["x", "y"])
      let labels = try #require(bags.instanceLabels)
      for row in 0..<bags.instanceCount {
        #expect((bags.instances[row, 0] < 10) == (labels[row] == 1))
        #expect(bags.instances[row, 1] == bags.instances[row, 0] * bags.instances[row, 0])
      }
      let digest = SHA256.hexDigest(of: Array(text.utf8))
      #expect(loaded.notes == ["drawn from \(file.path) (SHA-256 \(digest))"])
    }
  }

  @Test("A source that is not there is named, with where to get it; a mistyped one with the nearest name")
  func missingSource() throws {
    let store = try DatasetStore()
    let missing = #expect(throws: DatasetError.self) { try store.load("rare-cells") }
    #expect(missing?.description.contains("no pbc_cell_shape/pbc_cell_shape.csv in") == true)
    let images = #expect(throws: DatasetError.self) { try store.load("rare-cells[source=bloodmnist]") }
    #expect(images?.description.contains("no bloodmnist/bloodmnist.npz in") == true)
    #expect(images?.description.contains("zenodo.org") == true)
    let names = ["rare-cells[bags=4]", "synthetic/two-concepts"]
    #expect(Array(store.unavailable(among: names).keys) == ["rare-cells[bags=4]"])
    // The file of a source is missing even if another file of the same set exists.
    try Fixture.withFile([], named: "pbc_cell_shape.csv") { file in
      let parent = file.deletingLastPathComponent()
      let folder = parent.appendingPathComponent("pbc_cell_shape")
      try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
      try FileManager.default.moveItem(at: file, to: folder.appendingPathComponent("pbc_cell_shape.csv"))
      let store = try DatasetStore(dataFolders: [parent])
      let missing = store.unavailable(among: ["rare-cells", "rare-cells[source=bloodmnist]"])
      #expect(Array(missing.keys) == ["rare-cells[source=bloodmnist]"])
      #expect(missing.values.first?.contains("put it as bloodmnist/bloodmnist.npz in") == true)
    }
    let bags = #expect(throws: DatasetError.self) { try store.load("rare-cells[source=musk1]") }
    #expect(bags?.problem == "it holds bags, expected labelled instances")
    let mistyped = #expect(throws: DatasetError.self) { try store.load("rare-cells[source=blod-cells]") }
    #expect(mistyped?.problem.hasSuffix("the nearest name is blood-cells") == true)
  }

  @Test(
    "A mistyped kind is refused with the nearest, or all",
    arguments: [
      ("synthetic/planted-witnes[bags=3]", "the nearest name is synthetic/planted-witness"),
      ("rare-cels", "the nearest name is rare-cells"),
      (
        "synthetic/unheard-of",
        "mnist-bags, synthetic/survival, synthetic/two-modalities, synthetic/two-sets, synthetic/sites"
      ),
    ])
  func mistyped(name: String, hint: String) throws {
    let store = try DatasetStore()
    let error = #expect(throws: DatasetError.self) { try store.load(name) }
    #expect(error?.problem.hasSuffix(hint) == true, "\(error?.problem ?? "")")
  }

  @Test("The real cells give bags of the stated shape", .enabled(if: Fixture.dataFolder != nil))
  func realCells() throws {
    let store = try DatasetStore(dataFolders: [try #require(Fixture.dataFolder)])
    let loaded = try store.load("rare-cells[bagSize=10-30,bags=100,evidence=0.2]")
    let bags = loaded.dataset
    #expect(bags.featureCount == 4 && bags.positiveBagCount == 50 && Set(bags.groups ?? []).count == 10)
    #expect(bags.featureNames?.contains("CellArea") == true)
    let labels = try #require(bags.instanceLabels)
    for bag in bags.labels.indices {
      let share = Int((0.2 * Double(bags[sizeOfBag: bag])).rounded())
      #expect(labels[bags[rowsOfBag: bag]].compactMap(\.self).reduce(0, +) == (bags.labels[bag] == 1 ? share : 0))
    }
  }
}

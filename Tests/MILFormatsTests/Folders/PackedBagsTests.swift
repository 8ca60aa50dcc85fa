import Foundation
import LinearAlgebra
import MILBags
import Subprocesses
import Testing
import UserInput

@testable import MILCatalogue
@testable import MILFormats

@Suite("Packed bags, and texts that lie in folders")
struct PackedBagsTests {
  @Test(
    "A folder is imported as one file with its table, places, labels of instances and decisions",
    arguments: PackedBags.Precision.allCases)
  func imported(_ precision: PackedBags.Precision) throws {
    let folder = try #require(LaidOutFolder.all.first { $0.name == "torchmil" })
    let original = try folder.load()
    try TemporaryFolder.use { place in
      let data = UserDataFolder(url: place)
      let loaded = try data.importSet(
        URL(fileURLWithPath: FolderBagsExpected.path("torchmil")), named: "packed", precision: precision,
        catalogue: .shipped(), overwriting: false)
      let store = DatasetStore(
        catalogue: Catalogue(sets: try Catalogue.shipped().sets + data.importedSets()), dataFolders: [data.datasets])
      let again = try store.load("packed")
      for (bags, set) in [(loaded.dataset, loaded), (again.dataset, again)] {
        #expect(!bags.isInMemory && bags.name == "packed")
        #expect(try bags.matrix() == original.dataset.matrix())
        #expect(bags.labels == original.dataset.labels && bags.bagNames == original.dataset.bagNames)
        #expect(bags.places == original.dataset.places && bags.instanceLabels == original.dataset.instanceLabels)
        #expect(bags.seedName == original.dataset.seedName)
        #expect(try bags.fingerprint == original.dataset.fingerprint)
        #expect(
          set.lines.contains { $0.contains("packed from ") }
            && set.lines.contains { $0.contains("laid out as torchmil") })
      }
      let file = data.datasets.appendingPathComponent("imported/packed/packed.safetensors")
      let byPath = try DatasetStore(catalogue: .shipped()).load(file.path)
      #expect(try byPath.dataset.matrix() == original.dataset.matrix())
      let bytes = try Data(contentsOf: file)
      try bytes.dropLast(1).write(to: file)
      #expect { try store.load("packed") } throws: {
        "\($0)".contains("found \(bytes.count - 1) bytes, expected \(bytes.count)")
      }
      try bytes.prefix(bytes.count / 2).write(to: file)
      #expect(throws: ReadError.self) { try DatasetStore(catalogue: .shipped()).load(file.path) }
    }
  }

  @Test("A task that was asked for is that of the packed bags; one that this program does not have is refused")
  func tasks() throws {
    try TemporaryFolder.use { place in
      for (index, name) in ["a", "b", "c"].enumerated() {
        try NumPyBytes.write([[1, Float(index)]], to: place, "f/\(name).npy")
      }
      let table = place.appendingPathComponent("l.csv")
      try Data("slide_id,months,event\na,3,1\nb,5,0\nc,8,1\n".utf8).write(to: table)
      var options = ReadOptions.automatic
      (options.labels, options.task) = (table.path, .cox)
      (options.columns.time, options.columns.event) = ("months", "event")
      let loaded = try DatasetStore(catalogue: .shipped()).load(
        place.appendingPathComponent("f").path, options: options)
      #expect(loaded.dataset.task is CoxSurvival)
      let file = place.appendingPathComponent("packed.safetensors")
      _ = try PackedBags.write(loaded, precision: .float32, source: "a test", to: file)
      #expect(try PackedBags().open(file, ReadOptions()).task is CoxSurvival)
      let bytes = try Data(contentsOf: file)
      let named = try #require(bytes.range(of: Data("\\\"task\\\":\\\"cox\\\"".utf8), options: .backwards))
      var other = bytes
      other.replaceSubrange(named, with: Data("\\\"task\\\":\\\"cax\\\"".utf8))
      try other.write(to: file)
      #expect { try PackedBags().open(file, ReadOptions()) } throws: {
        "\($0)".contains("packed for the task cax, expected one of two-classes")
      }
    }
  }

  @Test("Half precision rounds to the nearest, and refuses what it does not hold")
  func halves() throws {
    for (value, bits) in [
      (0, 0), (-0.0, 0x8000), (1, 0x3c00), (65504, 0x7bff), (65519.996, 0x7bff), (65520, 0x7c00), (5.9604645e-8, 1),
      (2.9802322e-8, 0), (2.9802326e-8, 1), (1.0004883, 0x3c00), (1.0014648, 0x3c02), (0.00006103515625, 0x0400),
      (-2.5, 0xc100), (6.097555e-5, 0x03ff),
    ] as [(Float, UInt16)] {
      #expect(HalfPrecision.bits(value) == bits, "\(value)")
    }
    #expect(HalfPrecision.bits(.nan) == 0x7e00 && HalfPrecision.bits(.infinity) == 0x7c00)
    try TemporaryFolder.use { place in
      for name in ["a", "b"] { try NumPyBytes.write([[1, 70000]], to: place, "f/\(name).npy") }
      try Data("slide_id,label\na,1\nb,0\n".utf8).write(to: place.appendingPathComponent("l.csv"))
      var options = ReadOptions.automatic
      options.labels = place.appendingPathComponent("l.csv").path
      #expect {
        try UserDataFolder(url: place.appendingPathComponent("data")).importSet(
          place.appendingPathComponent("f"), named: "large", options: options, precision: .float16,
          catalogue: .shipped(), overwriting: false)
      } throws: { "\($0)".contains("found 70000.0, expected features up to 65504 for half precision") }
    }
  }

  @Test("Three tables side by side are bags")
  func threeTables() throws {
    let loaded = try DatasetStore(catalogue: .shipped()).load(FolderBagsExpected.path("three"))
    #expect(loaded.formatName == "three-tables")
    #expect(loaded.dataset.labels == (1...8).map { $0 % 2 })
    for k in 1...8 {
      #expect(try loaded.dataset.instances(ofBags: [k - 1]).elements == FolderBagsExpected.features(k))
    }
  }

  @Test("The text of the bird songs asks for one of its classes, whose labels of instances come with it")
  func birds() throws {
    let store = try DatasetStore(catalogue: .shipped())
    let path = FolderBagsExpected.path("hja")
    #expect { try store.load(path) } throws: {
      "\($0)".contains(
        "bags with any of 2 classes: 1 (WREN - Wren), 2 (THRU - Thrush), expected one of them after --label-column")
    }
    var options = ReadOptions.automatic
    options.columns.label = "WREN"
    let wren = try store.load(path, options: options).dataset
    #expect(wren.labels == (1...8).map { $0 % 2 })
    #expect(wren.instanceLabels == (1...8).flatMap { FolderBagsExpected.instanceLabels($0).map { $0 == 1 ? 1 : nil } })
    options.columns.label = "2"
    #expect(try store.load(path, options: options).dataset.labels == [1, 1, 1, 1, 0, 0, 0, 0])
  }

  @Test("Instances are drawn without replacement, bag by bag, in their order")
  func drawn() throws {
    let bags = try DatasetStore(catalogue: .shipped()).load(FolderBagsExpected.path("three")).dataset
    let numbers = Array(0..<8)
    let drawn = bags.drawing(atMost: 3, seed: 7, numbers: numbers)
    #expect(drawn.labels.indices.map { drawn[sizeOfBag: $0] } == (1...8).map { min(3, FolderBagsExpected.count($0)) })
    for bag in drawn.labels.indices {
      let own = try drawn.instances(ofBags: [bag])
      let rows = (0..<own.rows).map { Int(own[$0, 3] * 8) }
      #expect(rows == rows.sorted() && Set(rows).count == rows.count)
      #expect((0..<own.rows).allSatisfy { own[$0, 0] == Float(bag + 1) })
    }
    #expect(try drawn.matrix() == bags.drawing(atMost: 3, seed: 7, numbers: numbers).matrix())
    let others = try (8..<30).map { try bags.drawing(atMost: 3, seed: $0, numbers: numbers).matrix() }
    #expect(try others.contains { try $0 != drawn.matrix() })
    #expect(bags.drawing(atMost: 5, seed: 7, numbers: numbers) == bags)
    let onDisk = try #require(LaidOutFolder.all.first { $0.name == "torchmil" }).load().dataset
    #expect(try onDisk.drawing(atMost: 3, seed: 7, numbers: numbers).matrix() == drawn.matrix())
  }
}

import Containers
import Foundation
import LinearAlgebra
import MILBags
import MILFormats
import TestSupport
import Testing
import UserInput

@Suite("Damaged files")
struct DamagedFileTests {
  @Test(
    "A changed file gives a sound data set or one clear line, never a crash",
    arguments: [
      ("musk-excerpt.csv", 3000), ("musk-excerpt.csv.gz", 2000), ("musk-excerpt.data", 3000),
      ("musk-excerpt-little.mat", 6000), ("musk-excerpt-big.mat", 3000), ("musk-excerpt-packed.mat", 2000),
      ("layouts/lamda-big.mat", 1000), ("layouts/cells-and-labels.mat", 1000), ("layouts/milpy.mat", 1000),
      ("layouts/milpy-structure.mat", 1000), ("layouts/milpy-sparse.mat", 1000), ("layouts/bags.npz", 1000),
      ("layouts/bags-deflated.npz", 1000), ("layouts/table-1.npy", 1000),
      ("arrays/table-int64.npy", 1000), ("arrays/roles.mat", 1000), ("arrays/cube-mask.npz", 1000),
    ])
  func mutations(name: String, count: Int) throws {
    let original = try Fixture.bytes(name)
    var mutator = Mutator(generator: RandomGenerator(seed: 11))
    var refused = 0
    try Fixture.withFile([], named: String(name.split(separator: "/").last ?? "")) { file in
      for _ in 0..<count {
        let bytes = mutator.mutate(original)
        try Data(bytes).write(to: file)
        do {
          let dataset = try BagReader.read(file).dataset
          #expect(dataset.instances.count <= 2 * original.count)
          let areFinite = dataset.instances.elements.allSatisfy { $0.isFinite }
          #expect(areFinite)
        } catch let error where error is ReadError || error is DatasetError {
          refused += 1
          #expect(!"\(error)".contains("\n"))
        }
      }
    }
    #expect(refused > count / 4 && refused < count)
  }

  @Test("A changed MAT-file of any values is parsed or refused", arguments: ["values-plain.mat", "values-packed.mat"])
  func values(name: String) throws {
    let original = try Fixture.bytes(name)
    var mutator = Mutator(generator: RandomGenerator(seed: 12))
    var refused = 0
    for _ in 0..<6000 {
      do {
        _ = try MATFile(bytes: mutator.mutate(original), file: name).summary
      } catch is ReadError {
        refused += 1
      }
    }
    #expect(refused > 1000 && refused < 6000)
  }

  @Test(
    "Changed labelled instances and folds are read or refused",
    arguments: ["medmnist.npz", "testIndex.mat", "schemes.json"])
  func others(name: String) throws {
    let original = try Fixture.bytes("layouts/" + name)
    var mutator = Mutator(generator: RandomGenerator(seed: 13))
    let bags = try BagDataset(
      name: "ten", instances: Matrix(rows: 10, columns: 1), offsets: Array(0...10),
      labels: [Int](repeating: 1, count: 10))
    var refused = 0
    try Fixture.withFile([], named: name) { file in
      for _ in 0..<1000 {
        try Data(mutator.mutate(original)).write(to: file)
        do {
          if name.hasSuffix("npz") {
            #expect(try LabelledInstances.read(file).count <= original.count)
          } else {
            _ = try PredefinedFolds.read(file, for: bags)
          }
        } catch let error where error is ReadError || error is DatasetError || error is FoldError {
          refused += 1
          #expect(!"\(error)".contains("\n"))
        }
      }
    }
    #expect(refused > 250 && refused < 1000)
  }

  @Test("Every beginning of a file is refused or read", arguments: ["musk-excerpt-little.mat", "musk-excerpt.csv.gz"])
  func beginnings(name: String) throws {
    let original = try Fixture.bytes(name)
    try Fixture.withFile([], named: name) { file in
      for length in stride(from: 0, to: original.count - 16, by: 23) {
        try Data(original.prefix(length)).write(to: file)
        #expect(throws: ReadError.self) { try BagReader.read(file) }
      }
    }
  }

  @Test("A gzip file may have several members and trailing zeros; a cut, changed or lying one is refused")
  func gzip() throws {
    let packed = try Fixture.bytes("musk-excerpt.csv.gz")
    func read(_ bytes: [UInt8]) throws -> BagDataset {
      try Fixture.withFile(bytes, named: "a.csv.gz") { try BagReader.read($0).dataset }
    }
    let single = try read(packed)
    #expect(try read(packed + [0, 0, 0]) == single)
    #expect(try read(packed + packed).instanceCount == 2 * single.instanceCount)
    #expect(throws: ReadError.self) { try read(packed + [1, 2, 3]) }
    #expect(throws: ReadError.self) { try read(packed.dropLast(8) + packed.suffix(8).map { $0 ^ 1 }) }
    let error = #expect(throws: ReadError.self) { try read(packed.dropLast(9)) }
    #expect(error?.description.contains("the file is cut off") == true)
  }
}

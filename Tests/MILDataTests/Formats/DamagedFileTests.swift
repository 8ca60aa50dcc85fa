import Foundation
import LinearAlgebra
import MILData
import Testing

/// Changes bytes the way disks, transfers and attackers do.
private struct Mutator {
  var generator: RandomGenerator

  mutating func mutate(_ original: [UInt8]) -> [UInt8] {
    var bytes = original
    for _ in 0...generator.integer(below: 3) {
      guard !bytes.isEmpty else { break }
      let place = generator.integer(below: bytes.count)
      let length = min(1 + generator.integer(below: 16), bytes.count - place)
      switch generator.integer(below: 9) {
      case 0: bytes[place] ^= 1 << UInt8(generator.integer(below: 8))
      case 1: bytes[place] = UInt8(truncatingIfNeeded: generator.next())
      case 2: bytes.removeSubrange(place...)
      case 3: bytes.removeSubrange(place..<(place + length))
      case 4: bytes.insert(contentsOf: bytes[place..<(place + length)], at: place)
      case 5: for index in place..<(place + length) { bytes[index] = 0xff }
      case 6: for index in place..<(place + length) { bytes[index] = 0 }
      case 7:
        bytes.insert(
          contentsOf: Array(["nan", "1e999", "-", ",", "\n", "\0", "9e"][generator.integer(below: 7)].utf8), at: place)
      default:
        // A whole number of four bytes with a telling value, in either byte order.
        let values: [UInt32] = [0, 1, 0x7fff_ffff, 0x8000_0000, 0xffff_ffff, 14, 15, 0x0001_0000]
        let value = values[generator.integer(below: values.count)]
        let start = place & ~3
        for index in 0..<4 where start + index < bytes.count {
          bytes[start + index] = UInt8(truncatingIfNeeded: value >> UInt32(8 * index))
        }
      }
    }
    return bytes
  }
}

@Suite("Damaged files")
struct DamagedFileTests {
  @Test(
    "A changed file gives a sound data set or one clear line, never a crash",
    arguments: [
      ("musk-excerpt.csv", 3000), ("musk-excerpt.csv.gz", 2000), ("musk-excerpt.data", 3000),
      ("musk-excerpt-little.mat", 6000), ("musk-excerpt-big.mat", 3000), ("musk-excerpt-packed.mat", 2000),
    ])
  func mutations(name: String, count: Int) throws {
    let original = try Fixture.bytes(name)
    var mutator = Mutator(generator: RandomGenerator(seed: 11))
    var refused = 0
    try Fixture.withFile([], named: name) { file in
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

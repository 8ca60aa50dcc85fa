import Foundation
import TestSupport
import Testing
import UserInput

@testable import Containers
@testable import MILBags
@testable import MILFormats

@Suite("NumPy files")
struct NumPyTests {
  private func load(_ name: String) throws -> BagDataset { try BagReader.read(Fixture.url("layouts/" + name)).dataset }

  private func failure(_ bytes: [UInt8]) throws -> String {
    try Fixture.withFile(bytes, named: "a.npz") { file in
      try #require(#expect(throws: ReadError.self) { try BagReader.read(file) }).description
        .replacingOccurrences(of: file.path, with: "a.npz")
    }
  }

  /// Returns an array file with the given header and 16 bytes of data.
  private func array(_ header: String, version: UInt8 = 1) -> [UInt8] {
    let size = [UInt8(header.utf8.count & 0xff), UInt8(header.utf8.count >> 8)] + (version == 1 ? [] : [0, 0])
    return [0x93] + Array("NUMPY".utf8) + [version, 0] + size + Array(header.utf8) + [UInt8](repeating: 0, count: 16)
  }

  @Test("Every number type, byte order and memory layout is read as NumPy wrote it")
  func types() throws {
    let golden = try Fixture.json("layouts/types.json", as: [String: [String]].self)
    let archive = try NumPyArchive(bytes: Fixture.bytes("layouts/types.npz"), file: "types.npz")
    #expect(golden.count == 48)
    for (name, bits) in golden.sorted(by: { $0.key < $1.key }) {
      let array = try #require(try archive.array(name))
      let (count, columns, values) = try array.rows()
      #expect(count == 2 && columns == 3)
      #expect(
        values.map { String($0.bitPattern, radix: 16) } == bits.map { String(UInt32($0, radix: 16) ?? 0, radix: 16) },
        "\(name)")
    }
    for name in ["solid-C", "solid-F"] {
      let (count, columns, values) = try #require(try archive.array(name)).rows()
      #expect(count == 2 && columns == 12 && values == (0..<24).map(Float.init))
    }
    #expect(try archive.array("unicode")?.names() == ["one", "Größe", ""])
    #expect(try archive.array("unicode-big")?.names() == ["one", "Größe", ""])
    #expect(try archive.array("bytes")?.names() == ["one", "three"])
    #expect(try archive.array("single")?.list() == [3.5])
    #expect(throws: ReadError.self) { try archive.array("none")?.rows() }
    #expect(try archive.array("missing") == nil)
  }

  @Test(
    "Stored, deflated and 64-bit archives and single arrays of each version give the bags of the musk excerpt",
    arguments: ["bags.npz", "bags-deflated.npz", "table-1.npy", "table-2.npy", "table-3.npy"])
  func bags(name: String) throws {
    let golden = try Fixture.json("musk-excerpt.json", as: MuskExcerpt.self)
    #expect(try BagReader.read(Fixture.url("layouts/" + name)).format == .numPy)
    #expect(try load(name).fingerprint == golden.fingerprint)
  }

  @Test("Bag names, instance labels and groups are kept where the archive has them")
  func optionalArrays() throws {
    let dataset = try load("bags-deflated.npz")
    #expect(dataset.bagNames == ["m0", "m1", "m2", "m3"])
    #expect(dataset.groups == ["left", "left", "right", "right"])
    #expect(dataset.instanceLabels == [Int](repeating: 1, count: 8) + [Int](repeating: 0, count: 8))
    #expect(try load("bags.npz").instanceLabels == nil)
    #expect(try load("bags.npz").groups == nil)
  }

  @Test("Blocks of rows are all rows, in order")
  func blocks() throws {
    // More values than fit into a block, and an incomplete last block.
    let (rows, columns) = (700, 999)
    let header = "{'descr': '|u1', 'fortran_order': False, 'shape': (\(rows), 3, 333)}\n"
    let bytes =
      [0x93] + Array("NUMPY".utf8) + [1, 0, UInt8(header.utf8.count), 0] + Array(header.utf8)
      + (0..<(rows * columns)).map { UInt8(truncatingIfNeeded: $0 &* 7) }
    let array = try NumPyArray(bytes: bytes, file: "images.npy")
    var blocks: [Int] = []
    var values: [Float] = []
    try array.forEachBlockOfRows { first, block in
      #expect(first == values.count / columns)
      blocks.append(block.count)
      values += block
    }
    let expected = try array.rows().values
    #expect(blocks.count > 1 && values == expected)
  }

  @Test("Pickled objects are refused and never run")
  func pickles() throws {
    #expect(try failure(Fixture.bytes("layouts/pickled.npy")).contains("pickles can run code and are not read"))
  }

  @Test(
    "Headers that lie or are no dictionary are refused",
    arguments: [
      ("{'descr': '<f8', 'fortran_order': False, 'shape': (9999999999, 9999999999), }", "an array that fits in memory"),
      ("{'descr': '<f8', 'fortran_order': False, 'shape': (3, 1), }", "found 16 bytes of data, expected 24"),
      ("{'descr': '<f8', 'fortran_order': False, 'shape': (2, -1), }", "one with descr"),
      ("{'descr': '<f8', 'fortran_order': 0, 'shape': (2, 1), }", "one with descr"),
      ("{'descr': '<f8', 'fortran_order': False, 'shape': (2, 1)", "one with descr"),
      ("{'descr': [('a', '<f8')], 'fortran_order': False, 'shape': (2,), }", "found a structured array"),
      ("{'descr': '<c16', 'fortran_order': False, 'shape': (1, 1), }", "found type \"<c16\", expected numbers"),
      ("{'descr': '<f16', 'fortran_order': False, 'shape': (1, 1), }", "found type \"<f16\", expected numbers"),
      ("{'descr': '<f8', 'fortran_order': False, 'shape': (2,), }", "found numbers of shape (2), expected numbers of"),
      ("{'descr': '<f8', 'fortran_order': False, 'shape': (2, 1), }", "expected columns of label, bag number"),
    ])
  func headers(header: String, expected: String) throws {
    let line = try failure(array(header))
    #expect(line.contains(expected), "\(line)")
    #expect(try failure(array(header, version: 2)) == line)
  }

  @Test("An archive that is cut off, changed, encrypted or packed in another way is refused")
  func archives() throws {
    let bytes = try Fixture.bytes("layouts/bags-deflated.npz")
    #expect(try failure(bytes.dropLast(30)).contains("no directory at the end of the archive"))
    #expect(try failure(array("{'descr': '<f8'", version: 9)).contains("version 9.0 of the format"))
    let entry = try #require(bytes.indices.first { bytes[$0...].starts(with: [0x50, 0x4b, 1, 2]) })
    func changed(_ place: Int, _ value: UInt8) -> [UInt8] {
      var copy = bytes
      copy[place] = value
      return copy
    }
    #expect(try failure(changed(entry + 8, 1)).contains("encrypted, expected members without a password"))
    #expect(try failure(changed(entry + 10, 12)).contains("packed by method 12, expected stored (0) or deflated (8)"))
    #expect(try failure(changed(entry + 16, bytes[entry + 16] ^ 1)).contains("the file is damaged"))
    #expect(try failure(changed(entry + 42, 1)).contains("whose header is not at byte"))
    #expect(try failure(changed(bytes.count - 4, 0xff)).contains("expected"))
    let stored = try Fixture.bytes("layouts/bags.npz")
    var flipped = stored
    flipped[400] ^= 1
    #expect(try failure(flipped).contains("CRC-32"))
  }

  @Test("A missing role is named with the arrays there are")
  func missingRole() throws {
    #expect(
      try failure(Fixture.bytes("layouts/medmnist.npz")).contains("found labelled images and no bags: the arrays train")
    )
    #expect(try failure(Fixture.bytes("layouts/types.npz")).contains("expected an array of the features"))
  }
}

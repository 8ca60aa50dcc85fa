import Containers
import Foundation
import MILBags
import MILFormats
import TestSupport
import Testing
import UserInput

@Suite("MAT-files")
struct MATFileTests {
  private func numbers(_ file: MATFile, _ name: String) throws -> (dimensions: [Int], values: [Double]) {
    guard case .numeric(let value)? = file[name] else { throw ReadError(file: name, found: "", expected: "numbers") }
    return (value.dimensions, value.doubles)
  }

  @Test("Values of every class are read as SciPy wrote them", arguments: ["values-plain.mat", "values-packed.mat"])
  func classes(name: String) throws {
    let file = try MATFile(bytes: Fixture.bytes(name), file: name)
    #expect(try numbers(file, "whole") == ([2, 3], [1, 4, 2, 5, 3, 6]))
    #expect(try numbers(file, "single") == ([2, 1], [1.5, -2.25]))
    let limits: [(String, Double, Double)] = [
      ("int8", -128, 127), ("uint8", 0, 255), ("int16", -32768, 32767), ("uint16", 0, 65535),
      ("int32", -0x1p31, 0x1p31 - 1), ("uint32", 0, 0x1p32 - 1), ("int64", -0x1p63, 0x1p63), ("uint64", 0, 0x1p64),
    ]
    for (type, low, high) in limits { #expect(try numbers(file, type) == ([1, 2], [low, high])) }
    #expect(try numbers(file, "yes") == ([1, 3], [1, 0, 1]))
    #expect(try numbers(file, "nothing") == ([0, 3], []))
    let solid = try numbers(file, "solid")
    #expect(solid.dimensions == [2, 3, 4])
    #expect(Array(solid.values.prefix(4)) == [0, 12, 4, 16])
    guard case .numeric(let yes)? = file["yes"], case .numeric(let complex)? = file["complex"] else {
      Issue.record("no numbers")
      return
    }
    #expect(yes.isLogical && !yes.isComplex)
    #expect(complex.isComplex && complex.doubles == [1])
    #expect(file["missing"] == nil)
  }

  @Test("Text, cells, structures and sparse matrices", arguments: ["values-plain.mat", "values-packed.mat"])
  func containers(name: String) throws {
    let file = try MATFile(bytes: Fixture.bytes(name), file: name)
    guard case .text(let words)? = file["words"], case .text(let umlaut)? = file["umlaut"],
      case .cell(let dimensions, let elements)? = file["cells"], case .structure(let record)? = file["record"],
      case .structure(let inner)? = record["inner"], case .text(let deep)? = inner["b"],
      case .sparse(let sparse)? = file["sparse"], case .text(let second)? = elements.last
    else {
      Issue.record("a value has another class: \(file.summary)")
      return
    }
    #expect(words.rows == ["one", "three"])
    #expect(umlaut.rows == ["Größe €"])
    #expect(dimensions == [1, 2] && second.rows == ["text"])
    #expect(record.className == nil && record.fieldNames == ["a", "inner"])
    #expect(deep.rows == ["deep"])
    #expect(sparse.rows == 3 && sparse.columns == 3)
    #expect(sparse.columnStarts == [0, 1, 2, 3] && sparse.rowOfEntry == [2, 0, 2] && sparse.values == [-1, 2.5, 4])
  }

  /// Returns a plain little-endian MAT-file with one matrix element of the given content.
  private func file(_ words: [UInt32]) -> [UInt8] {
    var bytes = Array("MATLAB 5.0 MAT-file".utf8)
    bytes += [UInt8](repeating: 0x20, count: 124 - bytes.count) + [0, 1] + Array("IM".utf8)
    for word in [14, UInt32(4 * words.count)] + words {
      for shift in stride(from: UInt32(0), to: 32, by: 8) { bytes.append(UInt8(truncatingIfNeeded: word >> shift)) }
    }
    return bytes
  }

  private func failure(_ bytes: [UInt8]) -> String {
    #expect(throws: ReadError.self) { try MATFile(bytes: bytes, file: "a.mat") }?.description ?? ""
  }

  @Test("Sizes that the bytes do not bear out are refused before anything is allocated")
  func lyingSizes() {
    let flags: (UInt32) -> [UInt32] = { [6, 8, $0, 0] }
    let name: [UInt32] = [0x0001_0001, 0x61]
    let big: [UInt32] = [5, 8, 0x7fff_ffff, 0x7fff_ffff]
    #expect(failure(file(flags(1) + big + name)).contains("elements, expected at least 8 bytes each"))
    #expect(failure(file(flags(6) + big + name + [9, 0])).contains("found 0 numbers"))
    #expect(failure(file(flags(6) + big + name + [9, 0xffff_fff8])).contains("expected at most the 0 that follow"))
    let deeper: [UInt32] = [5, 16] + [UInt32](repeating: 0x7fff_ffff, count: 4)
    #expect(failure(file(flags(1) + deeper + name)).contains("expected an array that fits in memory"))
    #expect(failure(file(flags(4) + [5, 8, 0x7fff_ffff, 0] + name + [9, 8, 0, 0])).contains("found text of type 9"))
    #expect(failure(file(flags(6) + [5, 4, 1, 0] + name)).contains("expected at least two, none negative"))
    #expect(failure(file(flags(5) + [5, 8, 4, 4] + name + [5, 0, 5, 0, 9, 0])).contains("sparse matrix"))
    #expect(failure(Array(file([]).prefix(100))).contains("expected the header"))
  }

  @Test("Text and columns of no extent cost nothing, whatever their other dimension")
  func emptyExtents() throws {
    let words: [UInt32] = [6, 8, 4, 0, 5, 8, 0x7fff_ffff, 0, 0x0001_0001, 0x61, 4, 0]
    let value = try MATFile(bytes: file(words), file: "a.mat")["a"]
    guard case .text(let text)? = value else {
      Issue.record("no text")
      return
    }
    #expect(text.rows == [])
    let numbers: [UInt32] =
      [6, 8, 6, 0, 5, 24, 5] + [UInt32](repeating: 0x7fff_ffff, count: 4) + [0, 0x0001_0001, 0x61, 9, 0]
    guard case .numeric(let array)? = try MATFile(bytes: file(numbers), file: "a.mat")["a"] else {
      Issue.record("no numbers")
      return
    }
    #expect(array.columns == 0)
  }

  @Test("Cells within cells are followed to a bounded depth")
  func depth() throws {
    func nested(_ levels: Int) -> [UInt32] {
      var content: [UInt32] = []
      for _ in 0..<levels {
        let inner = content.isEmpty ? [14, 0] : [14, UInt32(4 * content.count)] + content
        content = [6, 8, 1, 0, 5, 8, 1, 1, 0x0001_0001, 0x61] + inner
      }
      return content
    }
    #expect(throws: Never.self) { try MATFile(bytes: file(nested(30)), file: "a.mat") }
    #expect(failure(file(nested(1000))).contains("more than 32 nested levels"))
  }

  @Test("A header of version 7.3 without HDF5 behind it is refused")
  func versions() throws {
    var hdf = Array("MATLAB 7.3 MAT-file".utf8)
    hdf += [UInt8](repeating: 0, count: 512 - hdf.count)
    #expect(failure(hdf).contains("HDF5"))
  }

  @Test("Labels, bags and data of a PRTools object must fit each other")
  func prtools() throws {
    let bytes = try Fixture.bytes("musk-excerpt-little.mat")
    func fail(_ change: (inout [UInt8]) throws -> Void) throws -> String {
      var changed = bytes
      try change(&changed)
      return try Fixture.withFile(changed, named: "a.mat") { file in
        try #require(#expect(throws: ReadError.self) { try BagReader.read(file) }).description
      }
    }
    func place(of text: String) throws -> Int {
      try #require(bytes.indices.first { bytes[$0...].starts(with: Array(text.utf8)) })
    }
    #expect(try fail { $0[try place(of: "nlab")] = 0x78 }.contains("expected one of the layouts prtools-mat"))
    #expect(try fail { $0[try place(of: "milbag")] = 0x78 }.contains("expected a struct with milbag"))
    let labels = [UInt8](repeating: 2, count: 8) + [UInt8](repeating: 1, count: 8)
    let nlab = try #require(bytes.indices.first { bytes[$0...].starts(with: labels) })
    #expect(try fail { $0[nlab] = 3 }.contains("nlab: found label number 3.0 of instance 1, expected 1 to 2"))
    #expect(
      try fail { $0[nlab + 1] = 1 }.contains("instance 2: found label negative for bag MUSK-188, expected positive"))
  }
}

import Foundation
import LinearAlgebra
import MILBags
import MILFormats
import TestSupport
import Testing
import UserInput

@testable import Containers

@Suite("Files of arrays")
struct ArrayFileTests {
  /// The content of an array in a file, as read by its own library.
  struct Expected: Decodable {
    let name: String
    let shape: [Int]
    let type: String
    let values: [Double]
    let mapped: Bool?
  }

  private static func open(_ name: String) throws -> ArrayFile { try ArrayFile(Fixture.url("array-files/\(name)")) }

  private func expected() throws -> [String: [Expected]] {
    try Fixture.json("array-files/expected.json", as: [String: [Expected]].self)
  }

  @Test("Arrays have the names, shapes, types and values that the library that wrote them reads")
  func values() throws {
    let all = try expected()
    #expect(all.count > 50)
    for (name, arrays) in all.sorted(by: { $0.key < $1.key }) {
      let file = try Self.open(name)
      #expect(Set(file.arrays.map(\.name)) == Set(arrays.map(\.name)), "\(name)")
      for expected in arrays {
        let array = try file.array(expected.name)
        let place = Comment("\(name), \(expected.name)")
        #expect(array.shape == expected.shape && array.type.rawValue == expected.type, place)
        if let mapped = expected.mapped { #expect(array.isMapped == mapped, place) }
        let isExact = array.type == .double || !["float16", "bfloat16", "float32"].contains(expected.type)
        let numbers = try array.numbers()
        #expect(
          isExact ? numbers == expected.values : numbers.map(Float.init) == expected.values.map(Float.init), place)
        guard array.instanceCount > 0 else { continue }
        #expect(try array.instances([0..<array.instanceCount]).elements == expected.values.map(Float.init), place)
      }
    }
  }

  @Test("Some rows are those of all rows", arguments: ["v110.h5", "fortran.npy", "transposed.pt", "deflated.npz"])
  func parts(_ name: String) throws {
    for array in try Self.open(name).arrays where array.instanceCount > 3 {
      let all = try array.instances([0..<array.instanceCount])
      let ranges = [2..<3, 0..<1, 1..<array.instanceCount, 3..<3]
      #expect(try array.instances(ranges) == all.selectingRows(ranges), "\(array.name)")
    }
  }

  @Test("Long arrays are read in parts that fit together")
  func long() throws {
    let values = (0..<300_000).map { Float($0) / 7 }
    let matrix = Matrix(rows: 3000, columns: 100, elements: values)
    try Fixture.withFile(Self.npy(matrix), named: "long.npy") { file in
      let array = try ArrayFile(file).array("array")
      #expect(try array.instances([0..<3000]) == matrix)
      #expect(try array.instances([17..<2950]) == matrix.selectingRows([17..<2950]))
      #expect(try array.numbers() == values.map(Double.init))
    }
  }

  @Test("Leading dimensions of one are left out, and a list is a column")
  func dimensions() throws {
    func size(_ name: String) throws -> [Int] {
      let array = try Self.open(name).array("array")
      return [array.instanceCount, array.featureCount]
    }
    #expect(try size("batch-of-one.npy") == [5, 3] && size("list.npy") == [7, 1] && size("one.npy") == [1, 1])
    #expect(try size("empty.npy") == [0, 4] && size("cube.npy") == [3, 8] && size("batch-of-one.pt") == [7, 5])
  }

  #if HDF5
    @Test("As many rows are read together as a chunk has")
    func rowsOfChunks() {
      func rowsTogether(_ shape: [Int], _ sizes: [Int]) -> Int {
        let chunks = HDF5Chunks(
          shape: shape, sizes: sizes, elementSize: 4, filters: [], leavesEdges: false, fill: nil, places: nil,
          content: FileContent([], path: ""))
        return HDF5Rows(
          file: "f.h5", path: "x", shape: shape, size: 4, chunks: chunks, compact: nil, isTurned: false
        ).rowsTogether
      }
      #expect(rowsTogether([6, 3], [4, 3]) == 4 && rowsTogether([6, 3], [9, 3]) == 6)
      #expect(rowsTogether([1, 6, 3], [1, 4, 3]) == 4)
    }
  #endif

  @Test("A text of variable length is left out, so that a damaged length fills no memory")
  func damagedTextLength() throws {
    #expect(try !Self.open("damaged-text-length.h5").arrays.isEmpty)
  }

  @Test("Attributes, metadata and values beside arrays are texts")
  func attributes() throws {
    for version in ["earliest.h5", "v110.h5"] {
      let file = try Self.open(version)
      #expect(file.attributes["tile_size_um"] == "256", "\(version)")
      #expect(file.attributes["fixed"] == "text of fixed length")
      #expect(file.attributes["unit"] == nil)
      let attributes = try file.array("deep/in/groups").attributes
      #expect(attributes["attribute8"] == "8" && attributes["level_dim"] == "100, 200" && attributes["flag"] == "1")
    }
    #expect(try Self.open("bag.safetensors").attributes == ["encoder": "test"])
    #expect(try Self.open("dict.pt").attributes == ["label": "1", "name": "slide"])
  }

  @Test("What is not read is refused by its name, and the rest is read")
  func refusals() throws {
    for version in ["earliest.h5", "v110.h5"] {
      let file = try Self.open(version)
      let parts = [
        "lzf": "found the filter lzf (number 32000)", "texts": "found texts", "soft": "found a soft link",
        "external": "found a link into another file", "virtual": "put together from other datasets",
        "elsewhere": "numbers that are in another file", "unwritten": "they were never written", "loop": "a soft link",
      ]
      #expect(Set(file.refused.keys) == Set(parts.keys))
      for (name, part) in parts { #expect(file.refused[name]?.description.contains(part) == true, "\(name)") }
      let reason = try #require(file.refused["lzf"])
      #expect(throws: reason) { try file.array("lzf") }
    }
    #expect(try Self.open("stored.npz").refused["names"]?.description.contains("found text of shape (2,)") == true)
    #expect(try Self.open("expanded.pt").refused["array"]?.description.contains("tensor.contiguous()") == true)
    #expect(try failure("legacy.pt").contains("found the layout of torch.save before PyTorch 1.6"))
    let error = #expect(throws: ReadError.self) { try Self.open("tensor.pt").array("features") }
    #expect(
      error?.description.contains("found the arrays array (float32 of shape (7, 5)), expected an array features")
        == true)
  }

  @Test("Names that could run code are refused, and nothing is run")
  func code() throws {
    #expect(try failure("evil.pt").contains("the name posix.system, which is none of those"))
    #expect(try failure("set.pt").contains("found the pickle opcode EMPTY_SET"))
    #expect(!FileManager.default.fileExists(atPath: "/tmp/executed"))
  }

  @Test("MATLAB's matrices have the rows and columns that MATLAB shows")
  func matlab() throws {
    let file = try Self.open("matlab.mat")
    #expect(file.notes == ["MATLAB's arrays are turned: rows and columns are those that MATLAB shows"])
    #expect(try file.array("packed").instances([2..<5]) == file.array("bag").instances([2..<5]))
    #expect(try file.array("bag").attributes["MATLAB_class"] == "double")
  }

  @Test("A value that is not finite is named with its place")
  func notFinite() throws {
    var values = [Float](repeating: 1, count: 12)
    values[7] = .nan
    let bytes = Self.npy(Matrix(rows: 4, columns: 3, elements: values))
    try Fixture.withFile(bytes, named: "bag.npy") { file in
      let array = try ArrayFile(file).array("array")
      let error = #expect(throws: ReadError.self) { try array.instances([1..<4]) }
      #expect(
        error?.description.hasSuffix(
          "array array, row 3, column 2: found nan, expected a finite number; --missing drop-instances, drop-columns or "
            + "mean where values are missing") == true)
      #expect(try array.numbers()[7].isNaN)
    }
  }

  @Test("A table with lines of different lengths, or words between numbers, is an error with its line")
  func tables() throws {
    #expect(try failure(Array("1,2\n3\n".utf8), "bag.csv").contains("line 2: found 1 field"))
    #expect(try failure(Array("1,2\n3,4,5\n".utf8), "bag.csv").contains("line 2: found 3 fields"))
    #expect(try failure(Array("a,b\n3,x\n".utf8), "bag.csv").contains("line 2, field 2"))
    #expect(try failure([], "bag.csv").contains("a file of arrays"))
  }

  @Test("Files that were cut short are errors of one line, or have fewer arrays")
  func cuts() throws {
    for name in ["float32.npy", "deflated.npz", "dict.pt", "numpy2.pt", "bag.safetensors", "v110.h5"] {
      let bytes = try Fixture.bytes("array-files/\(name)")
      for count in stride(from: 1, to: bytes.count - 1, by: max(1, bytes.count / 150)) {
        try Fixture.withFile(Array(bytes[..<count]), named: name) { file in
          do {
            let opened = try ArrayFile(file)
            for array in opened.arrays { _ = try array.numbers() }
            #expect(name == "v110.h5", "\(name) of \(count) bytes")
          } catch {
            #expect("\(error)".contains(", expected ") && !"\(error)".contains("\n"), "\(error)")
          }
        }
      }
    }
  }

  @Test("A safetensors header whose arrays overlap, leave holes or are too large is refused")
  func safetensors() throws {
    func header(_ text: String, data: Int) -> [UInt8] {
      (0..<8).map { UInt8(truncatingIfNeeded: text.utf8.count >> (8 * $0)) } + Array(text.utf8)
        + [UInt8](repeating: 0, count: data)
    }
    let first = #""a":{"dtype":"F32","shape":[2],"data_offsets":[0,8]}"#
    #expect(throws: Never.self) {
      try Fixture.withFile(header("{\(first)}", data: 8), named: "a.safetensors") { try ArrayFile($0) }
    }
    for (second, data) in [
      (#""b":{"dtype":"F32","shape":[1],"data_offsets":[4,8]}"#, 8),
      (#""b":{"dtype":"F32","shape":[1],"data_offsets":[12,16]}"#, 16),
      (#""b":{"dtype":"F32","shape":[2],"data_offsets":[8,12]}"#, 12),
      (#""b":{"dtype":"F32","shape":[4611686018427387904,4],"data_offsets":[8,12]}"#, 12),
      (#""b":{"dtype":"F32","shape":[-1],"data_offsets":[8,4]}"#, 8),
    ] {
      #expect(
        try failure(header("{\(first),\(second)}", data: data), "b.safetensors").contains("array b"), "\(second)")
    }
    #expect(try failure(header("{\(first)}", data: 12), "c.safetensors").contains("4 bytes behind the arrays"))
    #expect(try failure([255, 255, 255, 255, 255, 255, 255, 127, 123, 125], "d.safetensors").contains("cut short"))
  }

  /// Returns a `.npy` file.
  private static func npy(_ matrix: Matrix<Float>) -> [UInt8] {
    let header = "{'descr': '<f4', 'fortran_order': False, 'shape': (\(matrix.rows), \(matrix.columns)), }\n"
    let bytes = matrix.elements.flatMap { value in withUnsafeBytes(of: value.bitPattern.littleEndian, Array.init) }
    return [0x93] + Array("NUMPY".utf8) + [1, 0, UInt8(header.utf8.count), 0] + Array(header.utf8) + bytes
  }

  private func failure(_ name: String) throws -> String { try failure(Fixture.bytes("array-files/\(name)"), name) }

  private func failure(_ bytes: [UInt8], _ name: String) throws -> String {
    try Fixture.withFile(bytes, named: name) { file in
      let error = #expect(throws: (any Error).self, "\(name)") { try ArrayFile(file) }
      return try #require(error.map { "\($0)" })
    }
  }
}

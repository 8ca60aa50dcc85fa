import Containers
import Foundation
import LinearAlgebra
import UserInput

@testable import MILBags
@testable import MILCatalogue
@testable import MILFormats

/// A folder of feature files s1, s2 ... and a table of their labels, every second one positive, written for one test.
enum WrittenFolder {
  /// Loads a folder with the given files.
  ///
  /// - Parameters:
  ///   - files: the content of the files by name.
  ///   - table: the table of labels; by default a line for each of s1, s2 ... among the files.
  static func load(
    _ files: [String: [UInt8]], table: String? = nil, _ set: (inout ReadOptions) -> Void = { _ in }
  ) throws -> LoadedDataset {
    try TemporaryFolder.use { place in
      let folder = place.appending(path: "f")
      try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
      for (name, bytes) in files { try Data(bytes).write(to: folder.appending(path: name)) }
      let stems = Set(files.keys.map(BagFileName.stem)).sorted(by: NumberedNames.areInOrder)
      let lines = stems.enumerated().map { "\($1),\($0 % 2)\n" }
      let labels = table ?? "slide_id,label\n" + lines.joined()
      try Data(labels.utf8).write(to: place.appending(path: "l.csv"))
      var options = ReadOptions.automatic
      options.labels = place.appending(path: "l.csv").path
      set(&options)
      return try DatasetStore(catalogue: .shipped()).load(folder.path, options: options)
    }
  }

  /// Returns the error of loading a folder.
  static func complaint(
    _ files: [String: [UInt8]], table: String? = nil, _ set: (inout ReadOptions) -> Void = { _ in }
  ) -> String {
    do {
      _ = try load(files, table: table, set)
      return "nothing"
    } catch { return "\(error)" }
  }

  /// Returns the files of six bags of text: a head, and three rows.
  static func texts(_ head: (Int) -> String, _ row: (Int, Int) -> String) -> [String: [UInt8]] {
    files("csv") { bag in Array((head(bag) + (0..<3).map { row(bag, $0) + "\n" }.joined()).utf8) }
  }

  /// Returns the files of six bags with the same extension.
  static func files(_ ending: String, _ bytes: (Int) throws -> [UInt8]) rethrows -> [String: [UInt8]] {
    try Dictionary(uniqueKeysWithValues: (0..<6).map { ("s\($0 + 1).\(ending)", try bytes($0)) })
  }

  /// The numbers of a row: `bag + 2 column² + (row + 1) / 8`.
  static func values(_ bag: Int, _ row: Int, width: Int) -> [Float] {
    (0..<width).map { Float(bag + 2 * $0 * $0) + Float(row + 1) / 8 }
  }

  /// A row as text: `bag + 2 column²` with the decimals `row + 1` and 5.
  static func row(_ bag: Int, _ row: Int, width: Int, separator: String, mark: String = ".") -> String {
    (0..<width).map { "\(bag + 2 * $0 * $0)\(mark)\(row + 1)5" }.joined(separator: separator)
  }

  /// The formats in which ``matrices(_:rows:)`` writes bags.
  static let formats = ["csv", "npy", "npz", "safetensors"]

  /// Returns the files of six bags of numbers in one of the formats.
  static func matrices(_ format: String, rows: (Int) -> [[Float]]) throws -> [String: [UInt8]] {
    try files(format) { bag in
      let rows = rows(bag)
      let shape = [rows.count, rows.first?.count ?? 0]
      switch format {
      case "csv": return Array(rows.map { $0.map { "\($0)" }.joined(separator: ",") + "\n" }.joined().utf8)
      case "npy": return array(rows.flatMap(\.self), shape: shape)
      case "npz": return try archive([("features", rows)])
      default: return tensors([("features", shape, rows.flatMap(\.self))])
      }
    }
  }

  /// Returns the bytes of a `.npy` file.
  static func array(_ values: [Float], shape: [Int]) -> [UInt8] {
    let sizes = shape.map(String.init).joined(separator: ", ") + (shape.count == 1 ? "," : "")
    var header = "{'descr': '<f4', 'fortran_order': False, 'shape': (\(sizes)), }"
    header += String(repeating: " ", count: 63 - (10 + header.utf8.count) % 64) + "\n"
    let length = header.utf8.count
    return [0x93] + Array("NUMPY".utf8) + [1, 0, UInt8(length & 255), UInt8(length >> 8)] + Array(header.utf8)
      + little(values)
  }

  /// Returns the bytes of a `.npz` file.
  static func archive(_ arrays: [(name: String, rows: [[Float]])]) throws -> [UInt8] {
    try TemporaryFolder.use { place in
      let url = place.appending(path: "a.npz")
      try NumPyWriter.write(
        arrays.map { name, rows in
          let matrix = Matrix<Float>(rows: rows.count, columns: rows.first?.count ?? 0, elements: rows.flatMap(\.self))
          return (name: name, content: NumPyWriter.Content.matrix(matrix))
        }, to: url)
      return [UInt8](try Data(contentsOf: url))
    }
  }

  /// Returns the bytes of a `.safetensors` file.
  static func tensors(_ arrays: [(name: String, shape: [Int], values: [Float])]) -> [UInt8] {
    var start = 0
    let fields = arrays.map { name, shape, values in
      let end = start + 4 * values.count
      defer { start = end }
      return "\"\(name)\":{\"dtype\":\"F32\",\"shape\":\(shape),\"data_offsets\":[\(start),\(end)]}"
    }
    let header = Array("{\(fields.joined(separator: ","))}".utf8)
    let length = (0..<8).map { UInt8(truncatingIfNeeded: header.count >> (8 * $0)) }
    return length + header + arrays.flatMap { little($0.values) }
  }

  private static func little(_ values: [Float]) -> [UInt8] {
    values.flatMap { value in (0..<4).map { UInt8(truncatingIfNeeded: value.bitPattern >> (8 * UInt32($0))) } }
  }
}

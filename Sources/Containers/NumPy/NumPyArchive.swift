import UserInput

/// An archive of NumPy arrays, each read on demand.
package struct NumPyArchive: Sendable {
  private let archive: ZipArchive
  private let file: String

  package init(bytes: [UInt8], file: String) throws {
    archive = try ZipArchive(bytes: bytes, file: file)
    self.file = file
  }

  /// The names of the arrays.
  package var names: [String] {
    archive.names.filter { $0.hasSuffix(".npy") }.map { String($0.dropLast(4)) }
  }

  /// The names of the arrays, for errors.
  package var summary: String {
    let names = names.prefix(12).map { $0.onOneLine(limit: 40) }
    return names.isEmpty ? "no arrays" : "the arrays " + names.joined(separator: ", ")
  }

  /// Returns the array with exactly this name; nil if there is none.
  package func array(_ name: String) throws -> NumPyArray? {
    try archive.content(of: name + ".npy").map { content in
      try NumPyArray(bytes: content, file: file, field: "array \(name.onOneLine(limit: 80))")
    }
  }

  /// Returns the first of these names (lower case, without underscores) that an array has, as the file spells it.
  package func name(among candidates: [String]) -> String? {
    candidates.lazy.compactMap { candidate in
      names.first { $0.lowercased().filter { $0 != "_" } == candidate }
    }.first
  }

  /// Returns the array with the first existing name of these (lower case, without underscores).
  package func array(named candidates: [String]) throws -> NumPyArray? {
    try name(among: candidates).flatMap { try array($0) }
  }
}

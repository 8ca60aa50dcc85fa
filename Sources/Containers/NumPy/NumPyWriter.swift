import Foundation
import LinearAlgebra
import Output
import UserInput

/// Writes arrays as an archive (`.npz`) that `numpy.load` reads: a zip archive of stored `.npy` files.
///
/// Source: see ``NumPyArray`` and ``ZipArchive``.
package struct NumPyWriter {
  /// An array to write.
  package enum Content {
    /// A matrix of 32-bit floating-point numbers (`<f4`), rows x columns.
    case matrix(Matrix<Float>)
    /// A list of 64-bit whole numbers (`<i8`).
    case integers([Int])
  }

  private var file: [UInt8] = []
  private var directory: [UInt8] = []
  private var count = 0

  /// Writes an archive, whole or not at all.
  ///
  /// - Throws: ``WriteError`` if the arrays exceed the 4 GiB that the archive's fields can express, or if the system
  ///   refuses to write the file.
  package static func write(_ arrays: [(name: String, content: Content)], to url: URL) throws {
    let size = arrays.reduce(0) { $0 + $1.content.byteCount + 512 }
    guard size < 1 << 32 else {
      throw WriteError(file: url.path, problem: "arrays of \(size >> 20) MiB, expected less than 4096")
    }
    var writer = NumPyWriter()
    writer.file.reserveCapacity(size)
    for (name, content) in arrays { writer.append(name + ".npy", content) }
    do {
      try WholeFile.write(Data(writer.finished()), to: url)
    } catch {
      throw WriteError(file: url.path, problem: "the file cannot be written: \(error.reason)")
    }
  }

  private mutating func append(_ name: String, _ content: Content) {
    let start = file.count
    let local = 30 + name.utf8.count
    file += [UInt8](repeating: 0, count: local)
    file += content.header
    content.appendData(to: &file)
    let size = file.count - start - local
    let checksum = Inflate.checksum(of: file, range: (start + local)..<file.count)
    // Version 2.0, no flags, stored, midnight of the first day of 1980, CRC-32, packed and unpacked size, two lengths.
    let fields =
      bytes(20, 2) + bytes(0, 6) + bytes(0x21, 2) + bytes(Int(checksum), 4) + bytes(size, 4) + bytes(size, 4)
      + bytes(name.utf8.count, 2) + bytes(0, 2)
    file.replaceSubrange(start..<(start + local), with: bytes(0x0403_4b50, 4) + fields + Array(name.utf8))
    // Made by version 2.0 on Unix, to be read and written by its owner.
    directory += bytes(0x0201_4b50, 4) + bytes(20 | 3 << 8, 2) + fields + bytes(0, 6) + bytes(0o600 << 16, 4)
    directory += bytes(start, 4) + Array(name.utf8)
    count += 1
  }

  private func finished() -> [UInt8] {
    let end =
      bytes(0x0605_4b50, 4) + bytes(0, 4) + bytes(count, 2) + bytes(count, 2) + bytes(directory.count, 4)
      + bytes(file.count, 4) + bytes(0, 2)
    return file + directory + end
  }
}

/// A file that cannot be written.
package struct WriteError: Error, Equatable, CustomStringConvertible {
  /// The file.
  package let file: String
  /// The problem, as half a sentence.
  package let problem: String

  /// One line for the user.
  package var description: String { "\(file): \(problem)".onOneLine() }
}

extension NumPyWriter.Content {
  fileprivate var byteCount: Int {
    switch self {
    case .matrix(let matrix): 4 * matrix.count
    case .integers(let numbers): 8 * numbers.count
    }
  }

  /// The header of the array, padded so that the data begin at a multiple of 64.
  fileprivate var header: [UInt8] {
    let (type, shape) =
      switch self {
      case .matrix(let matrix): ("<f4", "(\(matrix.rows), \(matrix.columns))")
      case .integers(let numbers): ("<i8", "(\(numbers.count),)")
      }
    var text = "{'descr': '\(type)', 'fortran_order': False, 'shape': \(shape), }"
    text += String(repeating: " ", count: 63 - (10 + text.utf8.count) % 64) + "\n"
    return [0x93] + Array("NUMPY".utf8) + [1, 0] + bytes(text.utf8.count, 2) + Array(text.utf8)
  }

  fileprivate func appendData(to file: inout [UInt8]) {
    switch self {
    case .matrix(let matrix):
      for start in stride(from: 0, to: matrix.count, by: 1 << 16) {
        file += matrix.littleEndianBytes(at: start..<min(start + (1 << 16), matrix.count))
      }
    case .integers(let numbers): for number in numbers { file += bytes(number, 8) }
    }
  }
}

/// Returns a number's bytes, lowest first.
private func bytes(_ number: Int, _ count: Int) -> [UInt8] {
  (0..<count).map { UInt8(truncatingIfNeeded: number >> (8 * $0)) }
}

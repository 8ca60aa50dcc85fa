import Foundation
import LinearAlgebra
import TestSupport
import Testing

@testable import Containers

@Suite("Written NumPy archives")
struct NumPyWriterTests {
  @Test("An archive is, byte for byte, what Python and NumPy write")
  func golden() throws {
    let file = FileManager.default.temporaryDirectory.appending(path: "\(UUID().uuidString).npz")
    defer { try? FileManager.default.removeItem(at: file) }
    try NumPyWriter.write(
      [
        ("instances", .matrix(Matrix(rows: 2, columns: 3, elements: [0.5, -1, 3e-38, 2, 1 / 3, -0.0]))),
        ("starts", .integers([0, 1])), ("labels", .integers([-1, (1 << 40) + 1])),
      ], to: file)
    #expect(try [UInt8](Data(contentsOf: file)) == Fixture.bytes("layouts/written.npz"))
  }

  @Test("What is written is read again, whatever the length of the lists")
  func roundTrip() throws {
    let file = FileManager.default.temporaryDirectory.appending(path: "\(UUID().uuidString).npz")
    defer { try? FileManager.default.removeItem(at: file) }
    for count in [0, 1, 9, 10, 100, 70_000] {
      let numbers = (0..<count).map { $0 * 7 - 3 }
      let matrix = Matrix<Float>(
        rows: max(count, 1), columns: 2, elements: (0..<max(count, 1) * 2).map { Float($0) / 3 })
      try NumPyWriter.write([("list", .integers(numbers)), ("table", .matrix(matrix))], to: file)
      let archive = try NumPyArchive(bytes: [UInt8](Data(contentsOf: file)), file: "a.npz")
      #expect(archive.names == ["list", "table"])
      #expect(try archive.array("list")?.list() == numbers.map(Double.init))
      let table = try #require(try archive.array("table")).rows()
      #expect(table.columns == 2 && table.values == matrix.elements.map(\.self))
    }
  }

  @Test("A file that cannot be written is an error of one line")
  func refusal() {
    let file = URL(fileURLWithPath: "/dev/null/a.npz")
    let error = #expect(throws: WriteError.self) { try NumPyWriter.write([("a", .integers([1]))], to: file) }
    #expect(error?.description.hasPrefix("/dev/null/a.npz: the file cannot be written: ") == true)
  }
}

import MILBags
import MILFormats
import TestSupport
import Testing
import UserInput

@Suite("Files of other programs")
struct ForeignFileTests {
  private static func failure(_ bytes: [UInt8]) throws -> String {
    try Fixture.withFile(bytes) { file in
      let error = #expect(throws: ReadError.self) { try BagReader.read(file) }
      return error?.description ?? ""
    }
  }

  private static func text(_ text: String) -> [UInt8] { Array(text.utf8) }

  private static let cases: [([UInt8], String, String)] = [
    ([0xfd] + text("7zXZ") + [0, 0, 4], "xz", "xz -dk"),
    (text("BZh9") + [0x31, 0x41, 0x59], "bzip2", "bzip2 -dk"),
    ([0x28, 0xb5, 0x2f, 0xfd, 4, 0], "zstd", "zstd -d"),
    ([0x37, 0x7a, 0xbc, 0xaf, 0x27, 0x1c, 0], "7z", "7z x"),
    (text("PAR1") + [0x15, 0, 0x15], "Parquet", "read_parquet"),
    (text("ARROW1") + [0, 0], "Feather", "read_feather"),
    (text("SQLite format 3") + [0, 16, 0], "SQLite", "sqlite3 -header"),
    (text("RDX3\nX\n"), "RData", "write.csv"),
    ([0x58, 0x0a, 0, 0, 0, 3, 0, 4], "rds", "readRDS"),
    ([0x80, 4, 0x95, 1, 0, 0x2e], "pickle", "numpy.savez"),
    ([0, 0, 0, 0, 2, 0, 0, 0, 2, 0, 0, 0, 0, 0, 0, 0, 2, 0, 0, 0, 0x58, 0, 0, 0], "MATLAB 4", "-v7"),
    ([0, 0, 3, 0xe8, 0, 0, 0, 2, 0, 0, 0, 2, 0, 0, 0, 0, 0, 0, 0, 2, 0x58, 0, 0, 0], "MATLAB 4", "-v7"),
    (text("# Created by Octave 8.4.0, Mon\n# name: X\n# type: matrix\n"), "Octave", "save('-v7'"),
    ([0x89] + text("HDF\r\n") + [0x1a, 0x0a], "HDF5", "whole file"),
    (text("\n<!DOCTYPE html><html>"), "web page", "download"),
    (text("version https://git-lfs.github.com/spec/v1\n"), "git LFS", "git lfs pull"),
    (text("{\"bags\": []}"), "JSON", "read_json"),
    ([0xd0, 0xcf, 0x11, 0xe0, 0xa1, 0xb1, 0x1a, 0xe1], "Excel", "saved as CSV"),
  ]

  @Test("A file of another program is refused by its name, with the way out", arguments: cases)
  func refused(bytes: [UInt8], name: String, wayOut: String) throws {
    let error = try Self.failure(bytes)
    #expect(error.contains(name) && error.contains(wayOut), "\(error)")
  }

  @Test(
    "A zip archive is named by what it holds",
    arguments: [
      (["[Content_Types].xml", "xl/workbook.xml"], "xlsx"), (["mimetype", "content.xml"], "ods"),
      (["archive/data.pkl", "archive/data/0"], "torch"), (["a.csv", "b.csv"], "2 files: a.csv, b.csv"),
    ])
  func archives(names: [String], part: String) throws {
    let error = try Self.failure(Self.zip(names.map { ($0, Self.text("bag,label,f\na,1,2\nb,0,3\n")) }))
    #expect(error.contains(part), "\(error)")
  }

  @Test("The only text of a zip archive is read, and that is said")
  func onlyText() throws {
    let table = Self.text("bag,label,f\na,1,2\nb,0,3\n")
    for names in [["bags.csv"], ["data/", "data/bags.csv"], ["__MACOSX/._bags.csv", "bags.csv"]] {
      let bytes = Self.zip(names.map { ($0, $0.hasSuffix("bags.csv") && !$0.hasPrefix("__") ? table : []) })
      let dataset = try Fixture.withFile(bytes) { try BagReader.read($0) }.dataset
      #expect(dataset.bagNames == ["a", "b"])
      #expect(dataset.reading?.lines.contains { $0.contains("bags.csv, the only file") } == true)
    }
  }

  /// Returns a zip archive of stored members.
  private static func zip(_ members: [(name: String, content: [UInt8])]) -> [UInt8] {
    func little(_ number: UInt32, _ size: Int) -> [UInt8] {
      (0..<size).map { UInt8(truncatingIfNeeded: number >> UInt32(8 * $0)) }
    }
    func checksum(_ bytes: [UInt8]) -> UInt32 {
      ~bytes.reduce(~0 as UInt32) { sum, byte in
        (0..<8).reduce(sum ^ UInt32(byte)) { value, _ in value & 1 == 1 ? value >> 1 ^ 0xedb8_8320 : value >> 1 }
      }
    }
    var (bytes, directory): ([UInt8], [UInt8]) = ([], [])
    for (name, content) in members {
      let size = little(UInt32(content.count), 4)
      let common =
        [20, 0, 0, 0, 0, 0, 0, 0, 0, 0] + little(checksum(content), 4) + size + size
        + little(UInt32(name.utf8.count), 2) + [0, 0]
      directory += [0x50, 0x4b, 1, 2, 20, 0] + common + [UInt8](repeating: 0, count: 10)
      directory += little(UInt32(bytes.count), 4) + Array(name.utf8)
      bytes += [0x50, 0x4b, 3, 4] + common + Array(name.utf8) + content
    }
    let count = little(UInt32(members.count), 2)
    return bytes + directory + [0x50, 0x4b, 5, 6, 0, 0, 0, 0] + count + count + little(UInt32(directory.count), 4)
      + little(UInt32(bytes.count), 4) + [0, 0]
  }
}

import Containers
import Foundation
import MILBags
import UserInput

/// Identifies files of other programs by their first bytes, and names the conversion for each.
enum ForeignFile {
  /// A kind of file: its name, its first bytes, and the way to convert it.
  private struct Kind {
    let name: String
    let signatures: [[UInt8]]
    let wayOut: String
  }

  static let table = "a table with one instance a line, as pandas writes it: "

  private static let kinds: [Kind] = [
    Kind(
      name: "an HDF5 file, as MATLAB saves with -v7.3", signatures: [[0x89] + Array("HDF\r\n".utf8)],
      wayOut: "a call without --format, or numpy.savez of the arrays that h5py.File(FILE) holds"),
    Kind(
      name: "a file compressed by xz", signatures: [[0xfd] + Array("7zXZ".utf8)],
      wayOut: "the file that 'xz -dk FILE' makes of it"),
    Kind(
      name: "a file compressed by bzip2",
      signatures: (UInt8(ascii: "1")...UInt8(ascii: "9")).map { Array("BZh".utf8) + [$0, 0x31, 0x41] },
      wayOut: "the file that 'bzip2 -dk FILE' makes of it"),
    Kind(
      name: "a file compressed by zstd", signatures: [[0x28, 0xb5, 0x2f, 0xfd]],
      wayOut: "the file that 'zstd -d FILE' makes of it"),
    Kind(
      name: "a 7z archive", signatures: [[0x37, 0x7a, 0xbc, 0xaf, 0x27, 0x1c]],
      wayOut: "one of the files that '7z x FILE' unpacks"),
    Kind(
      name: "a rar archive", signatures: [Array("Rar!".utf8) + [0x1a, 7]],
      wayOut: "one of the files that 'unrar x FILE' unpacks"),
    Kind(
      name: "a Parquet file", signatures: [Array("PAR1".utf8)],
      wayOut: table + "pandas.read_parquet(FILE).to_csv('bags.csv', index=False)"),
    Kind(
      name: "a Feather or Arrow file", signatures: [Array("ARROW1".utf8), Array("FEA1".utf8)],
      wayOut: table + "pandas.read_feather(FILE).to_csv('bags.csv', index=False)"),
    Kind(
      name: "a SQLite database", signatures: [Array("SQLite format 3".utf8) + [0]],
      wayOut: "a table that 'sqlite3 -header -csv FILE \"select * from TABLE\" > bags.csv' writes"),
    Kind(
      name: "R's data (.RData)", signatures: ["RDX2\n", "RDX3\n", "RDA2\n", "RDA3\n"].map { Array($0.utf8) },
      wayOut: "a table of it: in R, load(FILE) and write.csv(NAME, 'bags.csv', row.names=FALSE)"),
    Kind(
      name: "R's data (.rds)", signatures: [[0x58, 0x0a, 0, 0, 0, 2], [0x58, 0x0a, 0, 0, 0, 3]],
      wayOut: "a table of it: in R, write.csv(readRDS(FILE), 'bags.csv', row.names=FALSE)"),
    Kind(
      name: "an old Office file, as Excel saves .xls", signatures: [[0xd0, 0xcf, 0x11, 0xe0, 0xa1, 0xb1]],
      wayOut: "its sheet saved as CSV, or " + table + "pandas.read_excel(FILE).to_csv('bags.csv', index=False)"),
    Kind(
      name: "Octave's text", signatures: ["# Created by Octave", "# name:"].map { Array($0.utf8) },
      wayOut: "one that Octave saves by: save('-v7', 'bags.mat', 'NAME', ...)"),
    Kind(
      name: "Octave's binary data", signatures: [Array("Octave-1-".utf8)],
      wayOut: "one that Octave saves by: save('-v7', 'bags.mat', 'NAME', ...)"),
    Kind(
      name: "text in UTF-32", signatures: [[0xff, 0xfe, 0, 0], [0, 0, 0xfe, 0xff]],
      wayOut: "text in UTF-8, which 'iconv -f UTF-32 -t UTF-8 FILE' makes of it"),
    Kind(
      name: "a PDF document", signatures: [Array("%PDF-".utf8)], wayOut: "a file of bags"),
    Kind(
      name: "a web page", signatures: ["<!DOCTYPE", "<!doctype", "<html", "<HTML"].map { Array($0.utf8) },
      wayOut: "the file that the page offers for download"),
    Kind(
      name: "an XML document", signatures: [Array("<?xml".utf8)],
      wayOut: "ARFF, which Weka saves instead of XRFF, or CSV"),
    Kind(
      name: "a pointer of git LFS", signatures: [Array("version https://git-lfs".utf8)],
      wayOut: "the file itself, which 'git lfs pull' fetches"),
  ]

  private static let pickleWayOut =
    "arrays of it, saved by numpy.savez('bags.npz', X=..., bag=..., y=...); such a file runs code when it is opened, so "
    + "it is not read"

  /// Refuses files of other programs that look like supported ones, by name.
  ///
  /// - Throws: ``ReadError`` with the kind of the file, and the way to convert it.
  static func refuse(_ bytes: [UInt8], file: String) throws {
    let start = bytes.prefix(64).drop { $0 == 0xef || $0 == 0xbb || $0 == 0xbf || $0 == 0x20 || $0 == 0x0a }
    for kind in kinds
    where kind.signatures.contains(where: { bytes.starts(with: $0) || (start.count > 5 && start.starts(with: $0)) }) {
      throw ReadError(file: file, found: kind.name, expected: kind.wayOut)
    }
    try refuseMarked(bytes, file: file)
    if bytes.dropFirst(512).starts(with: [0x89] + Array("HDF\r\n".utf8)) {
      throw ReadError(file: file, found: kinds[0].name, expected: kinds[0].wayOut)
    }
    if bytes.dropFirst(257).starts(with: Array("ustar".utf8)) {
      throw ReadError(file: file, found: "a tar archive", expected: "one of the files that 'tar -xf FILE' unpacks")
    }
    try refuseJSONLines(bytes, start, file: file)
    if let first = start.first,
      first == UInt8(ascii: "[") || (first == UInt8(ascii: "{") && start.contains(UInt8(ascii: ":"))),
      (try? JSONSerialization.jsonObject(with: Data(bytes))) != nil
    {
      throw ReadError(
        file: file, found: "JSON", expected: table + "pandas.read_json(FILE).to_csv('bags.csv', index=False)")
    }
    if bytes.count > 16, bytes[8] == UInt8(ascii: "{"), bytes[3..<8].allSatisfy({ $0 == 0 }),
      bytes[8..<min(bytes.count, 512)].contains(UInt8(ascii: ":"))
    {
      throw ReadError(
        file: file, found: "a safetensors file",
        expected: "numpy.savez('bags.npz', **safetensors.numpy.load_file(FILE)) with arrays X, bag and y")
    }
    if bytes.count > 3, bytes[0] == 0x80, (2...5).contains(bytes[1]), bytes.last == UInt8(ascii: ".") {
      throw ReadError(file: file, found: "a Python pickle", expected: pickleWayOut)
    }
    if isMATLAB4(bytes) {
      throw ReadError(
        file: file, found: "a MATLAB 4 file",
        expected: "one saved with -v7: load(FILE); save('bags.mat', '-v7'), or in Python "
          + "scipy.io.savemat('bags.mat', scipy.io.loadmat(FILE))")
    }
    // A name of a column may begin with a brace, too; a key of JSON is quoted.
    let next = start.dropFirst().first { !TextScanner.isBlank($0) && $0 != 0x0a && $0 != 0x0d }
    if start.first == UInt8(ascii: "{"), next.map({ "\"'}{[".utf8.contains($0) }) ?? true {
      throw ReadError(
        file: file, found: "JSON", expected: table + "pandas.read_json(FILE).to_csv('bags.csv', index=False)")
    }
  }

  /// Refuses JSON Lines: a record in each line.
  private static func refuseJSONLines(_ bytes: [UInt8], _ start: ArraySlice<UInt8>, file: String) throws {
    guard let mark = start.first, mark == UInt8(ascii: "{") || mark == UInt8(ascii: "[") else { return }
    let lines = bytes.split(maxSplits: 2) { $0 == 0x0a || $0 == 0x0d }.map { $0.drop { !($0 == mark) } }
    guard lines.count > 1, lines[1].first == mark,
      lines.prefix(2).allSatisfy({ (try? JSONSerialization.jsonObject(with: Data($0))) != nil })
    else { return }
    throw ReadError(
      file: file, found: "JSON Lines, a record in each line",
      expected: table + "pandas.read_json(FILE, lines=True).to_csv('bags.csv', index=False)")
  }

  /// Whether a file begins with the header of a MATLAB 4 matrix.
  ///
  /// Source: The MathWorks, MAT-file format, version 4 (type, rows, columns, imaginary flag, length of the name; 32
  /// bits each, then the name that a 0 ends).
  private static func isMATLAB4(_ bytes: [UInt8]) -> Bool {
    guard bytes.count > 21 else { return false }
    return [false, true].contains { isBigEndian in
      func number(_ index: Int) -> UInt32 {
        (0..<4).reduce(0) { sum, byte in
          let shift = UInt32(8 * (isBigEndian ? 3 - byte : byte))
          return sum | UInt32(bytes[4 * index + byte]) << shift
        }
      }
      let type = number(0)
      let length = Int(number(4))
      guard type < 5000, type / 100 % 10 == 0, type / 10 % 10 <= 5, type % 10 <= 2,
        (type / 1000 == 1) == isBigEndian, (1...64).contains(length), bytes.count >= 20 + length,
        number(3) <= 1, number(1) < 1 << 31, number(2) < 1 << 31
      else { return false }
      let name = bytes[20..<(20 + length)]
      return name.last == 0 && !name.dropLast().isEmpty
        && name.dropLast().allSatisfy { ($0 | 0x20 >= 0x61 && $0 | 0x20 <= 0x7a) || $0 == 0x5f || $0 &- 0x30 < 10 }
    }
  }

  /// Returns the only file of a zip archive without arrays, and the decision; nil for an archive of arrays.
  ///
  /// - Throws: ``ReadError`` for an archive that belongs to another program, or has several files.
  static func onlyMember(ofZip bytes: [UInt8], file: String) throws -> (content: [UInt8], decision: ReadDecision)? {
    let archive = try ZipArchive(bytes: bytes, file: file)
    let names = archive.names.filter {
      !$0.hasSuffix("/") && !$0.hasPrefix("__MACOSX/") && !$0.hasSuffix(".DS_Store")
    }
    guard !names.isEmpty, !names.contains(where: { $0.hasSuffix(".npy") }) else { return nil }
    if let (found, wayOut) = program(names) { throw ReadError(file: file, found: found, expected: wayOut) }
    guard names.count == 1, let content = try archive.content(of: names[0]) else {
      let shown = names.shortList(5) { $0.onOneLine(limit: 40) }
      throw ReadError(
        file: file, found: "a zip archive of \(names.count) files: \(shown)",
        expected: "one file of bags; 'unzip FILE' unpacks them")
    }
    if ZipArchive.hasZipHeader(content) {
      throw ReadError(file: file, found: "a zip archive in a zip archive", expected: "the inner one, by 'unzip FILE'")
    }
    return (content, ReadDecision(.format, "\(names[0]), the only file of the zip archive"))
  }

  /// Returns the kind of an archive with these members, if it belongs to another program.
  private static func program(_ names: [String]) -> (found: String, wayOut: String)? {
    let sheet = "pandas.read_excel(FILE).to_csv('bags.csv', index=False)"
    if names.contains(where: { $0.hasPrefix("xl/") }) {
      return ("an Excel workbook (.xlsx)", "its sheet saved as CSV, or " + table + sheet)
    }
    if names.contains("content.xml"), names.contains("mimetype") {
      return ("an OpenDocument file, as LibreOffice saves .ods", "its sheet saved as CSV, or " + table + sheet)
    }
    if names.contains(where: { $0 == "data.pkl" || $0.hasSuffix("/data.pkl") }) {
      return (
        "a file of torch.save (.pt)",
        "its tensors, saved by numpy.savez('bags.npz', X=X.numpy(), bag=bag.numpy(), y=y.numpy()) of what "
          + "torch.load(FILE) gives"
      )
    }
    return names.contains(where: { $0.hasPrefix("word/") }) ? ("a Word document", "a file of bags") : nil
  }
}

import Foundation
import LinearAlgebra
import Testing
import UserInput

@testable import MILBags
@testable import MILCatalogue
@testable import MILFormats

@Suite("Texts of features in folders")
struct FolderTextTests {
  /// Returns six files of two features below a head, in an encoding.
  private func files(
    _ head: String, _ separator: String, _ encode: (String) -> [UInt8] = { Array($0.utf8) }
  ) -> [String: [UInt8]] {
    WrittenFolder.files("csv") { bag in
      encode(
        head + (0..<3).map { WrittenFolder.row(bag, $0, width: 2, separator: separator) + "\n" }.joined())
    }
  }

  /// Encodes in Windows-1252, which is Latin-1 but for the euro sign and other signs.
  private static func single(_ text: String) -> [UInt8] {
    text.unicodeScalars.map { $0 == "€" ? 0x80 : UInt8(truncatingIfNeeded: $0.value) }
  }

  private static func wide(_ text: String, isBig: Bool) -> [UInt8] {
    text.utf16.flatMap { unit in
      let (high, low) = (UInt8(unit >> 8), UInt8(unit & 255))
      return isBig ? [high, low] : [low, high]
    }
  }

  @Test("Text that is not UTF-8 is refused, and read in the encoding that was asked for")
  func encodings() throws {
    let cases: [(String, String, ReadOptions.Encoding)] = [
      ("fä,fb\n", ",", .latin1), ("fä;fb\n", ";", .windows1252), ("f€\tfb\n", "\t", .windows1252),
    ]
    for (head, separator, option) in cases {
      let files = files(head, separator, Self.single)
      let complaint = WrittenFolder.complaint(files)
      #expect(complaint.contains("s1.csv, line 1: found the byte 0x"), "\(complaint)")
      #expect(
        complaint.contains("--encoding \(head.contains("€") ? "windows-1252" : "latin-1") reads "), "\(complaint)")
      let loaded = try WrittenFolder.load(files) { $0.encoding = option }
      #expect(loaded.dataset.featureNames == [String(head.prefix(2)), "fb"])
      #expect(
        loaded.lines.contains { $0.contains("\(option.rawValue), as was asked for, in all 6 files") }, "\(loaded.lines)"
      )
    }
  }

  @Test("UTF-16 is read where a mark says so, and otherwise named")
  func wide() throws {
    for (separator, isBig) in [(",", false), (";", true), ("\t", false)] {
      let plain = files("fä\(separator)fb\n", separator) { Self.wide($0, isBig: isBig) }
      let mark: [UInt8] = isBig ? [0xfe, 0xff] : [0xff, 0xfe]
      let loaded = try WrittenFolder.load(plain.mapValues { mark + $0 })
      #expect(loaded.dataset.featureNames == ["fä", "fb"] && loaded.dataset.instanceCount == 18)
      #expect(loaded.lines.contains { $0.contains("as its byte order mark says, in all 6 files") }, "\(loaded.lines)")
      let complaint = WrittenFolder.complaint(plain)
      #expect(complaint.contains("--encoding utf-16"), "\(complaint)")
    }
  }

  @Test(
    "Comments and Excel's first line are left out, and that is said",
    arguments: [
      ("# made in 2024\nf1,f2\n", ","), ("sep=;\nf1;f2\n", ";"), ("% by hand\nf1\tf2\n", "\t"),
      ("# one\n# two\nf1 f2\n", " "),
    ])
  func frames(head: String, separator: String) throws {
    let loaded = try WrittenFolder.load(files(head, separator))
    #expect(loaded.dataset.featureNames == ["f1", "f2"] && loaded.dataset.instanceCount == 18)
    #expect(loaded.lines.contains { $0.contains("in all 6 files") }, "\(loaded.lines)")
  }

  @Test("Decimal commas are read and said, with a header and without", arguments: [";", "\t", " "])
  func commas(separator: String) throws {
    for head in ["", ["f1", "f2"].joined(separator: separator) + "\n"] {
      let files = WrittenFolder.texts({ _ in head }) {
        WrittenFolder.row($0, $1, width: 2, separator: separator, mark: ",")
      }
      let loaded = try WrittenFolder.load(files)
      #expect(try loaded.dataset.instances(ofBags: [0]).elements.prefix(2) == [0.15, 2.15])
      #expect(
        loaded.lines.contains { $0.contains("decimal comma, since none has a point, in all 6 files") },
        "\(loaded.lines)")
      // One file with points.
      let mixed = WrittenFolder.texts({ _ in head }) {
        WrittenFolder.row($0, $1, width: 2, separator: separator, mark: $0 == 2 ? "." : ",")
      }
      let complaint = WrittenFolder.complaint(mixed)
      #expect(
        complaint.contains("s3.csv: found decimal points, and decimal commas in s1.csv and 4 more files"),
        "\(complaint)")
    }
  }

  /// Opens a folder of files in Latin-1.
  private func open(_ files: [String: String], _ encoding: ReadOptions.Encoding?, label: String? = nil) throws
    -> LoadedDataset
  {
    try TemporaryFolder.use { place in
      for (name, text) in files { try Data(Self.single(text)).write(to: place.appending(path: name)) }
      var options = ReadOptions.automatic
      (options.encoding, options.columns.label) = (encoding, label)
      return try DatasetStore(catalogue: .shipped()).load(place.path, options: options)
    }
  }

  @Test("Three tables and the texts of bird songs are read in the encoding that was asked for")
  func otherFolders() throws {
    let three = [
      "features.csv": "0.5,1.5\n2.5,3.5\n4.5,0.5\n1.5,2.5\n", "bag_ids.csv": "sä1\nsä1\nsä2\nsä2\n",
      "labels.csv": "1\n1\n0\n0\n",
    ]
    let songs = [
      "a_features.txt": "bag,f1,f2\n1,0.5,1.5\n1,2.5,3.5\n2,4.5,0.5\n", "a_bag_labels.txt": "bag,labels\n1,3\n2,4\n",
      "a_class_names.txt": "class\tname\n3\tKäuzchen\n4\tMeise\n",
    ]
    let cases: [([String: String], String?, String)] = [
      (three, nil, "latin-1, as was asked for"), (songs, "3", "class 3 (Käuzchen)"),
    ]
    for (files, label, text) in cases {
      #expect {
        try open(files, nil, label: label)
      } throws: {
        "\($0)".contains("found the byte 0xe4") && "\($0)".contains("--encoding latin-1")
      }
      let loaded = try open(files, .latin1, label: label)
      #expect(loaded.dataset.bagNames == (label == nil ? ["sä1", "sä2"] : ["1", "2"]))
      #expect(loaded.dataset.labels == [1, 0] && loaded.lines.contains { $0.contains(text) }, "\(loaded.lines)")
    }
    var headed = three
    headed["features.csv"] = "10,20\n" + (three["features.csv"] ?? "")
    headed["bag_ids.csv"] = "bag_id\n" + (three["bag_ids.csv"] ?? "")
    #expect {
      try open(headed, .latin1)
    } throws: {
      "\($0)".contains("found \"bag_id\", the name of a column, above 4 ids")
    }
  }
}

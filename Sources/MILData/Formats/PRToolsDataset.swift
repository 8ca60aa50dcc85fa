/// Reads the PRTools `dataset` object in which miproblems.org and the code of MI-Net keep MIL data.
///
/// Of its fields count `data` (instances x features), `nlab` (the row of `lablist` that names each instance's label),
/// `lablist` (`negative` and `positive`) and `ident.milbag` (each instance's bag, as numbers or as padded text).
/// The label of an instance is its bag's.
enum PRToolsDataset {
  /// The first variable that is such an object; nil when there is none.
  static func find(in file: MATFile) -> (name: String, object: MATStructure)? {
    for variable in file.variables {
      if case .structure(let object) = variable.value, object.fieldNames.contains("nlab"), object["data"] != nil {
        return (variable.name, object)
      }
    }
    return nil
  }

  /// The data set in a MAT-file with such an object.
  static func read(_ file: MATFile, name: String) throws -> BagDataset {
    guard let (variable, object) = find(in: file) else {
      throw ReadError(file: file.file, found: file.summary, expected: "a PRTools dataset object with data and nlab")
    }
    let part = Part(file: file.file, variable: variable)
    guard case .numeric(let labelRows)? = object["nlab"], !labelRows.isComplex else {
      throw part.error("nlab", found: object["nlab"]?.summary ?? "nothing", expected: "a column of numbers")
    }
    let labelIndices = labelRows.doubles
    let labels = try positiveRows(object["lablist"], part)
    guard case .structure(let ident)? = object["ident"], let milbag = ident["milbag"] else {
      throw part.error("ident", found: object["ident"]?.summary ?? "nothing", expected: "a struct with milbag")
    }
    let bags = try bagNames(milbag, part)
    guard bags.count == labelIndices.count else {
      throw part.error(
        "ident.milbag", found: "\(bags.count) bags of instances", expected: "\(labelIndices.count) as nlab has rows")
    }
    let (columns, features) = try features(object["data"], rows: bags.count, part)
    var rows = BagCollector(file: file.file, featureCount: columns, expectedRows: 0)
    for row in bags.indices {
      guard let index = Int(exactly: labelIndices[row]), labels.indices.contains(index - 1) else {
        throw part.error(
          "nlab", found: "label number \(labelIndices[row]) of instance \(row + 1)", expected: "1 to \(labels.count)")
      }
      try rows.addRow(
        bag: ArraySlice(bags[row].utf8), label: labels[index - 1],
        at: .field("variable \(variable), instance \(row + 1)"))
    }
    rows.features = features
    return try rows.dataset(named: name)
  }

  /// The file and variable that errors name.
  private struct Part {
    let file: String
    let variable: String

    func error(_ field: String, found: String, expected: String) -> ReadError {
      ReadError(file: file, at: .field("variable \(variable).\(field)"), found: found, expected: expected)
    }
  }

  /// For each row of `lablist` 1 when it says positive and 0 when it says negative.
  private static func positiveRows(_ lablist: MATValue?, _ part: Part) throws -> [Int] {
    var list = lablist
    if case .cell(_, let elements)? = list { list = elements.first }
    guard case .text(let text)? = list else {
      throw part.error(
        "lablist", found: lablist?.summary ?? "nothing", expected: "the names \"negative\" and \"positive\"")
    }
    return try text.rows.map { name in
      switch name {
      case "positive": return 1
      case "negative": return 0
      default:
        throw part.error(
          "lablist", found: ReadError.quoted(name.utf8), expected: "\"negative\" or \"positive\"")
      }
    }
  }

  /// The bag of each instance, as text.
  private static func bagNames(_ milbag: MATValue, _ part: Part) throws -> [String] {
    switch milbag {
    case .text(let text): return text.rows
    case .numeric(let numbers) where !numbers.isComplex:
      return try numbers.doubles.map { number in
        guard let whole = Int(exactly: number) else {
          throw part.error("ident.milbag", found: "bag number \(number)", expected: "a whole number")
        }
        return String(whole)
      }
    default:
      throw part.error("ident.milbag", found: milbag.summary, expected: "numbers or text, one row an instance")
    }
  }

  /// The features row after row, all finite, and how many a row has.
  private static func features(_ data: MATValue?, rows: Int, _ part: Part) throws -> (columns: Int, [Float]) {
    let columns: Int
    let values: [Float]
    switch data {
    case .numeric(let numbers)? where numbers.rows == rows && !numbers.isComplex:
      (columns, values) = (numbers.columns, numbers.rowMajorFloats())
    case .sparse(let numbers)? where numbers.rows == rows:
      guard let dense = numbers.rowMajorFloats() else { fallthrough }
      (columns, values) = (numbers.columns, dense)
    default:
      throw part.error("data", found: data?.summary ?? "nothing", expected: "\(rows) rows of real numbers")
    }
    if let place = values.firstIndex(where: { !$0.isFinite }) {
      throw part.error(
        "data", found: "\(values[place]) in row \(place / columns + 1), column \(place % columns + 1)",
        expected: "a finite number in single precision")
    }
    return (columns, values)
  }
}

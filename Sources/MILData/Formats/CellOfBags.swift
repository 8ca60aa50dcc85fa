import LinearAlgebra
import UserInput

/// Reads MAT-files with a cell array of bags, as the LAMDA group circulates them.
///
/// A row of the cell array `data` is a bag: its instances (n x features), its label, and further columns that are not
/// needed (LAMDA's third is the affinity matrix of miGraph). A cell array of another name counts where `data` is
/// missing; so does one of a single row or column of matrices beside a vector of labels.
enum CellOfBags {
  /// A cell array that fits, and the labels beside it where they are not in it.
  struct Find {
    let name: String
    let bagCount: Int
    let elements: [MATValue]
    let labels: MATMatrix?
  }

  /// The first cell array that fits, one called `data` before all others; nil when there is none.
  static func find(in file: MATFile) -> Find? {
    let cells = file.topVariables.compactMap {
      name, value -> (name: String, dimensions: [Int], elements: [MATValue])? in
      guard case .cell(let dimensions, let elements) = value, dimensions.count == 2, let first = elements.first,
        MATMatrix(name: name, first) != nil
      else { return nil }
      return (name, dimensions, elements)
    }
    let ordered = cells.filter { $0.name == "data" } + cells.filter { $0.name != "data" }
    for (name, dimensions, elements) in ordered {
      if dimensions[1] >= 2, MATMatrix(name: name, elements[dimensions[0]])?.count == 1 {
        return Find(name: name, bagCount: dimensions[0], elements: elements, labels: nil)
      }
      guard dimensions.contains(1) else { continue }
      let vectors = file.matrices.filter { $0.isVector && $0.count == elements.count }
      if let labels = FlatMAT.named(.labels, in: vectors) ?? (vectors.count == 1 ? vectors[0] : nil) {
        return Find(name: name, bagCount: elements.count, elements: elements, labels: labels)
      }
    }
    return nil
  }

  /// The data set in a MAT-file with such a cell array.
  static func read(_ file: MATFile, name: String, options: ReadOptions) throws -> ReadBags {
    guard let find = find(in: file) else {
      throw ReadError(
        file: file.file, found: file.summary, expected: "a cell array with a row of instances and label for each bag")
    }
    func error(_ bag: Int, _ part: Int, found: String, expected: String) -> ReadError {
      ReadError(
        file: file.file, at: .field("variable \(find.name){\(bag + 1),\(part)}"), found: found, expected: expected)
    }
    let bags = try (0..<find.bagCount).map { bag in
      guard let matrix = MATMatrix(name: find.name, find.elements[bag]), matrix.count > 0 else {
        throw error(bag, 1, found: find.elements[bag].summary, expected: "a matrix of instances")
      }
      return matrix
    }
    let columns = bags.first?.columns ?? 0
    var features: [Float] = []
    features.reserveCapacity(try elementCount(of: bags, in: file, name: find.name))
    var offsets = [0]
    for (bag, matrix) in bags.enumerated() {
      guard matrix.columns == columns, let values = matrix.rowMajorFloats() else {
        throw error(bag, 1, found: matrix.summary, expected: "\(columns) columns as in the first bag")
      }
      if let place = values.firstIndex(where: { !$0.isFinite && !(options.allowsMissing && $0.isNaN) }) {
        throw error(
          bag, 1, found: "\(values[place]) in row \(place / columns + 1), column \(place % columns + 1)",
          expected: "a finite number in single precision" + (values[place].isNaN ? MissingValues.wayOut : ""))
      }
      features += values
      offsets.append(offsets[bag] + matrix.rows)
    }
    let labels =
      try find.labels?.list(file: file.file).content
      ?? (0..<find.bagCount).map { bag in
        let value = find.elements[find.bagCount + bag]
        guard let number = MATMatrix(name: find.name, value), number.count == 1, let label = number.doubles()?.first
        else {
          throw error(bag, 2, found: value.summary, expected: "one number, the bag's label")
        }
        return label
      }
    let field = "variable " + (find.labels?.name ?? "\(find.name), column 2")
    let part = FlatBags.Part(file: file.file, field: field, content: labels)
    let rule = try FlatBags.rule(of: .bags, FlatBags.texts(part), options)
    let dataset = try BagDataset(
      name: name, instances: Matrix(rows: features.count / max(columns, 1), columns: columns, elements: features),
      offsets: offsets, labels: rule.labels.map { $0 ?? 0 })
    return ReadBags(dataset: dataset, decisions: [rule.decision], classNames: rule.classNames)
  }

  /// The number of elements of all bags, refused where sparse ones unfold to far more than the file holds.
  private static func elementCount(of bags: [MATMatrix], in file: MATFile, name: String) throws -> Int {
    var elements = 0
    var entries = 0
    for bag in bags {
      elements = elements.addingReportingOverflow(bag.count).overflow ? .max : elements + bag.count
      entries += bag.entryCount
    }
    guard elements <= MATSparse.denseLimit(entries: entries) else {
      throw ReadError(
        file: file.file, at: .field("variable \(name)"), found: "sparse bags of \(elements) elements",
        expected: "sizes that their \(entries) entries bear out")
    }
    return elements
  }
}

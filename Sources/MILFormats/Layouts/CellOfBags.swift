import Containers
import MILBags
import UserInput

extension BagFormat {
  /// MATLAB file with LAMDA's cell array, which has a row of instances and label for each bag.
  package static let cellOfBags = BagFormat(
    "lamda-mat", "MATLAB file with a cell array of instances and label for each bag", options: .ofArrays,
    .matlab(recognises: { CellOfBags.find(in: $0, $1) != nil }) {
      try CellOfBags.read($0, name: $1, options: $2)
    })
}

/// Reads MAT-files with a cell array of bags, as the LAMDA group distributes them.
///
/// A row of the cell array `data` is a bag: its instances (n x features), its label, and further columns that are
/// ignored. LAMDA's third column is the affinity matrix of miGraph. If `data` is missing, a cell array of another name
/// is used. It may also be a single row or column of matrices beside a vector of labels.
enum CellOfBags {
  /// A matching cell array.
  struct Find {
    let name: String
    let bagCount: Int
    let elements: [MATValue]
    /// Whether its second column holds the labels.
    let hasLabels: Bool
  }

  /// Finds the first matching cell array, with preference for the name `data`; nil if there is none.
  static func find(in file: MATFile, _ options: ReadOptions) -> Find? {
    let cells = file.topVariables.compactMap {
      name, value -> (name: String, dimensions: [Int], elements: [MATValue])? in
      guard case .cell(let dimensions, let elements) = value, dimensions.count == 2, let first = elements.first,
        MATMatrix(name: name, first) != nil
      else { return nil }
      return (name, dimensions, elements)
    }
    let ordered = cells.filter { $0.name == "data" } + cells.filter { $0.name != "data" }
    for (name, dimensions, elements) in ordered {
      if dimensions[1] >= 2, StoredArray(elements[dimensions[0]], name: name, file: file.file).count == 1 {
        return Find(name: name, bagCount: dimensions[0], elements: elements, hasLabels: true)
      }
      guard dimensions.contains(1) else { continue }
      let isAlone = !options.columns.hasLabels || options.columns.label != nil
      if isAlone || !lists(in: file, count: elements.count, except: name).isEmpty {
        return Find(name: name, bagCount: elements.count, elements: elements, hasLabels: false)
      }
    }
    return nil
  }

  /// Returns the variables with one entry a bag.
  private static func lists(in file: MATFile, count: Int, except name: String) -> [StoredArray] {
    FlatMAT.arrays(in: file).filter { $0.name != name && $0.isReadable && $0.isList && $0.count == count }
  }

  /// Refuses a file with cells of bags that fits no layout: the labels are missing or too many or few, or each class
  /// has cells of its own.
  static func refuse(_ file: MATFile) throws {
    let cells = file.topVariables.compactMap { name, value -> (name: String, count: Int)? in
      guard case .cell(let dimensions, let elements) = value, dimensions.count == 2, dimensions.contains(1),
        elements.count > 1, elements.allSatisfy({ MATMatrix(name: name, $0) != nil }),
        elements.contains(where: { (MATMatrix(name: name, $0)?.count ?? 0) > 1 })
      else { return nil }
      return (name, elements.count)
    }
    guard let first = cells.first else { return }
    let named = FlatMAT.arrays(in: file).first {
      $0.isReadable && ArrayRoles.Role.labels.names.contains(ColumnNames.plain($0.name))
    }
    if let named, !named.isList, named.shape.first == first.count {
      throw named.error(
        expected: "\(first.count) labels, one for each bag; of a column for each class, [~, \(named.name)] = "
          + "max(\(named.name), [], 2) makes them")
    }
    if cells.count == 1, let named {
      guard named.count != first.count else { return }
      throw named.error(
        found: "\(named.count) labels", expected: "\(first.count), one for each bag of the cells \(first.name)")
    }
    guard cells.count > 1 else {
      throw ReadError(
        file: file.file, found: file.summary,
        expected: "a variable labels beside the cells of bags, or --label-column NAME; predict and explain take "
          + "--no-labels where bags have none")
    }
    let names = cells.map { $0.name.onOneLine(limit: 40) }
    let bags = names.map { $0 + "(:)" }.joined(separator: "; ")
    let labels = names.map { "? * ones(numel(\($0)), 1)" }.joined(separator: "; ")
    throw ReadError(
      file: file.file, found: file.summary,
      expected: "one variable of cells and one of labels: bags = [\(bags)]; labels = [\(labels)] with the label of "
        + "each in place of ?; save('bags.mat', '-v7', 'bags', 'labels')")
  }

  /// Reads the data set of a MAT-file with such a cell array.
  static func read(_ file: MATFile, name: String, options: ReadOptions) throws -> ReadBags {
    guard let find = find(in: file, options) else {
      throw ReadError(
        file: file.file, found: file.summary, expected: "a cell array with a row of instances and label for each bag")
    }
    let arrays = FlatMAT.arrays(in: file)
    var roles = try ArrayRoles(
      arrays.map(\.name).filter { $0 != find.name }, options.columns, kind: "variable", file: file.file)
    if let ids = roles.names[.bags] {
      // Each cell is a bag, so ids are bag names.
      roles.release(.bags)
      if roles.names[.bagNames] == nil { roles.guess(.bagNames, ids) }
    }
    roles.guess(.features, find.name)
    let labels = try find.hasLabels && !roles.isGiven(.labels) ? self.labels(find, file, options) : nil
    if labels != nil { roles.release(.labels) }
    if labels == nil, options.columns.hasLabels, roles.names[.labels] == nil, roles.names[.instanceLabels] == nil {
      let open = Set(roles.open)
      let lists = lists(in: file, count: find.bagCount, except: find.name).filter { open.contains($0.name) }
      guard lists.count == 1 else {
        throw roles.missing(.labels, summary: file.summary, expected: "one variable with a label for each bag")
      }
      roles.guess(.labels, lists[0].name)
    }
    func load(_ wanted: String) throws -> StoredArray {
      guard let array = arrays.first(where: { $0.name == wanted }) else {
        throw ReadError(file: file.file, found: "no variable \(wanted)", expected: "one")
      }
      return array
    }
    let all = try instances(find, file, options) {
      try roles.features(count: $0, options, load: load).leftOut
    }
    let bagOfRow = (0..<find.bagCount).flatMap { bag in
      [String](repeating: String(bag + 1), count: all.offsets[bag + 1] - all.offsets[bag])
    }
    let rows = ArrayRows(
      bagOfRow: bagOfRow, areNumbers: false, idField: "variable \(find.name)", columns: all.columns,
      values: all.features, gridPlaces: Array(bagOfRow.indices), gridCount: bagOfRow.count, loss: all.loss)
    return try ArrayBags.read(
      roles, options, file: file.file, name: name, rows: rows, labels: labels, load: load)
  }

  /// Reads the instances of all bags: the first row of each bag, the number of features, and the features row after
  /// row.
  private static func instances(
    _ find: Find, _ file: MATFile, _ options: ReadOptions, ignoring: (Int) throws -> Set<Int>
  ) throws -> (offsets: [Int], columns: Int, features: [Float], loss: RoundingLoss) {
    func error(_ bag: Int, found: String, expected: String) -> ReadError {
      ReadError(file: file.file, at: .field("variable \(find.name){\(bag + 1),1}"), found: found, expected: expected)
    }
    let bags = try (0..<find.bagCount).map { bag in
      guard let matrix = MATMatrix(name: find.name, find.elements[bag]) else {
        throw error(bag, found: find.elements[bag].summary, expected: "a matrix of instances")
      }
      guard matrix.count > 0 else {
        throw error(
          bag, found: "\(find.elements[bag].summary), a bag without instances",
          expected: "a matrix of instances; keep = ~cellfun(@isempty, \(find.name)) says which bags have some, for the "
            + "cells and the labels, as in labels(keep)")
      }
      return matrix
    }
    let areTransposed = bags.allSatisfy { $0.rows == bags[0].rows }
    let columns = bags.first?.columns ?? 0
    let ignored = try ignoring(columns)
    var loss = RoundingLoss(columns: columns)
    var features: [Float] = []
    features.reserveCapacity(try elementCount(of: bags, in: file, name: find.name))
    var offsets = [0]
    for (bag, matrix) in bags.enumerated() {
      guard matrix.columns == columns, let stored = matrix.rowMajorFloats() else {
        throw error(
          bag, found: matrix.summary,
          expected: "\(columns) columns as in the first bag"
            + (areTransposed
              ? "; cells of features x instances are turned by cellfun(@transpose, \(find.name), 'UniformOutput', false)"
              : ""))
      }
      let values = FlatBags.withoutInfinity(stored, options, numbers: matrix.doubles) {
        $0 % columns * matrix.rows + $0 / columns
      }
      if let place = FlatBags.firstFault(
        values, columns: columns, allowsMissing: options.admitsMissing, ignoring: ignored)
      {
        let (row, column) = (place / columns, place % columns)
        let exact = matrix.overflow(row: row, column: column)
        throw error(
          bag,
          found: "\(FlatBags.found(values[place], exact)) in row \(row + 1), column \(column + 1)"
            + FlatBags.padding(values, columns: columns, at: place),
          expected: FlatBags.expectation(values[place], exact))
      }
      matrix.note(in: &loss)
      features += values
      offsets.append(offsets[bag] + matrix.rows)
    }
    return (offsets, columns, features, loss)
  }

  /// Reads the labels in the second column; nil if the options exclude labels.
  private static func labels(_ find: Find, _ file: MATFile, _ options: ReadOptions) throws -> [String]? {
    guard options.columns.hasLabels else { return nil }
    return try (0..<find.bagCount).map { bag in
      let value = find.elements[find.bagCount + bag]
      let array = StoredArray(value, name: find.name, file: file.file)
      guard array.isReadable, array.count == 1, let label = try array.entries(options).first else {
        throw ReadError(
          file: file.file, at: .field("variable \(find.name){\(bag + 1),2}"), found: value.summary,
          expected: "one number, the bag's label")
      }
      return label
    }
  }

  /// Returns the number of elements of all bags; refuses sparse ones that unfold to far more than the file holds.
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

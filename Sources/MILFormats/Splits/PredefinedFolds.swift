import Containers
import Foundation
import MILBags
import UserInput

/// Published folds of a data set: read from a file rather than drawn.
///
/// Three layouts are supported:
///
/// - a JSON file of schemes: `schemes`, each with `name`, `source` and `assignment[repetition][bag]`, the fold from 1
///   in which the bag is tested;
/// - LAMDA's MAT-file with `testIndex`: a row of bag numbers (from 1, padded with 0) for each test fold of each
///   repetition;
/// - milpy's MAT-files with `folds` (bags x repetitions).
///
/// The data set's bags may be named by the numbers 1 to n, or 0 to n - 1, in any order. Bag `k` of such a file is then
/// the bag with the `k`-th smallest number. Otherwise it is the `k`-th bag of the data set.
package struct PredefinedFolds: Sendable, Equatable {
  /// The name of the scheme in its file; in a MAT-file, the variable's name.
  package let name: String
  /// The checked folds: in each repetition, every bag is tested in exactly one fold, and no fold is empty.
  package let folds: FoldAssignment
  /// Whether each repetition distributes the bags of each class evenly: counts of folds differ by at most one.
  package let isStratified: Bool
  /// Notes for the user on how the folds were read or drawn.
  package internal(set) var notes: [String]

  /// Creates folds that were read or made elsewhere.
  package init(name: String, folds: FoldAssignment, labels: [Int], notes: [String] = []) {
    self.name = name
    self.folds = folds
    self.notes = notes
    isStratified = Self.isStratified(folds.assignment, count: folds.foldCount, labels: labels)
  }

  /// Reads the schemes of a file.
  ///
  /// - Parameters:
  ///   - url: the file.
  ///   - scheme: the only scheme to return; all of the file by default.
  ///   - dataset: the data set that the folds divide.
  /// - Throws: `ReadError` with the invalid place. `FoldError` for repetitions that are not a partition of the bags, a
  ///   wrong number of bags, or an unknown scheme (with the existing ones).
  package static func read(
    _ url: URL, scheme: String? = nil, for dataset: BagDataset
  ) throws -> [PredefinedFolds] {
    let bytes = try BagReader.contents(of: url, expected: "a file of folds")
    let tables =
      MATFile.hasMATHeader(bytes)
      ? try tables(in: MATFile(bytes: bytes, file: url.path), bagCount: dataset.bagCount)
      : try tables(inJSON: Data(bytes), file: url.path)
    guard let scheme else { return try tables.map { try PredefinedFolds($0, file: url.path, dataset) } }
    guard let table = tables.first(where: { $0.name == scheme }) else {
      let names = tables.map(\.name).joined(separator: ", ")
      throw FoldError(place: url.path, problem: "no scheme \"\(scheme)\", expected one of \(names)")
    }
    return [try PredefinedFolds(table, file: url.path, dataset)]
  }

  /// A scheme as stored in a file: the fold of each bag, in the file's bag order.
  private struct Table {
    let name: String
    let source: String?
    let assignment: [[Int]]
  }

  private init(_ table: Table, file: String, _ dataset: BagDataset) throws {
    let place = "\(file), scheme \(table.name)"
    func require(_ condition: Bool, _ problem: @autoclosure () -> String) throws {
      guard condition else { throw FoldError(place: place, problem: problem()) }
    }
    try require((1...10_000).contains(table.assignment.count), "\(table.assignment.count) repetitions")
    let count = table.assignment.joined().max() ?? 0
    for (index, row) in table.assignment.enumerated() {
      try require(
        row.count == dataset.bagCount,
        "repetition \(index + 1) divides \(row.count) bags, but data set \(dataset.name) has \(dataset.bagCount)")
      let folds = Set(row)
      try require(
        count >= 2 && folds.count == count && folds.min() == 1,
        "the fold numbers of repetition \(index + 1) are not all of 1 to \(count)")
    }
    let order = Self.fileOrder(of: dataset)
    let assignment = table.assignment.map { row in order.map { row[$0] } }
    name = table.name
    folds = FoldAssignment(
      dataset: dataset.seedName, bagCount: dataset.bagCount, scheme: .circulated, foldCount: count,
      repeats: assignment.count, seed: 0, source: table.source.map { "\(table.name): \($0)" } ?? table.name,
      assignment: assignment)
    notes = []
    isStratified = Self.isStratified(assignment, count: count, labels: dataset.labels)
  }

  private static func isStratified(_ assignment: [[Int]], count: Int, labels: [Int]) -> Bool {
    assignment.allSatisfy { row in
      Set(labels).allSatisfy { label in
        var counts = [Int](repeating: 0, count: count)
        for (fold, own) in zip(row, labels) where own == label && fold > 0 { counts[fold - 1] += 1 }
        return (counts.max() ?? 0) - (counts.min() ?? 0) <= 1
      }
    }
  }

  /// Returns the index in the file's order of each bag of the data set.
  private static func fileOrder(of dataset: BagDataset) -> [Int] {
    let numbers = dataset.bagNames.compactMap(Int.init)
    return firstNumber(of: dataset).map { first in numbers.map { $0 - first } } ?? Array(0..<dataset.bagCount)
  }

  /// Returns the first number if the bags' names count from it, in any order; nil if they do not.
  private static func firstNumber(of dataset: BagDataset) -> Int? {
    let numbers = dataset.bagNames.compactMap(Int.init)
    let count = dataset.bagCount
    return [1, 0].first { numbers.count == count && Set(numbers) == Set($0..<($0 + count)) }
  }

  /// Describes how bags are matched to a file without names, as half a sentence.
  static func order(of dataset: BagDataset) -> String {
    firstNumber(of: dataset).map { "its k-th bag is the one called k, counted from \($0)" }
      ?? "its k-th bag is the k-th of data set \(dataset.name), in which bags are in the order of their first rows"
  }

  private struct SchemeFile: Decodable {
    let schemes: [Scheme]

    struct Scheme: Decodable {
      let name: String
      let source: String?
      let assignment: [[Int]]
    }
  }

  private static func tables(inJSON data: Data, file: String) throws -> [Table] {
    do {
      let content = try decodeJSON5(SchemeFile.self, from: data, file: file)
      return content.schemes.map { Table(name: $0.name, source: $0.source, assignment: $0.assignment) }
    } catch {
      throw FoldError(place: error.file, problem: error.problem)
    }
  }

  private static func tables(in file: MATFile, bagCount: Int) throws -> [Table] {
    let matrices = file.matrices
    func named(_ name: String) -> MATMatrix? { matrices.first { $0.name.lowercased() == name } }
    let tables =
      try [
        named("testindex").map { try testIndex($0, file: file.file, bagCount: bagCount) },
        named("folds").map { try folds($0, file: file.file) },
      ].compactMap { $0 }
    guard !tables.isEmpty else {
      throw ReadError(
        file: file.file, found: file.summary,
        expected: "a variable testIndex (folds x bags) or folds (bags x repetitions)")
    }
    return tables
  }

  /// Reads the columns of a matrix of whole numbers; NaN becomes 0.
  private static func columns(_ matrix: MATMatrix, file: String) throws -> [[Int]] {
    let list = try matrix.list(file: file)
    let numbers = try list.content.map { value in
      guard let whole = value.isNaN ? 0 : Int(exactly: value) else {
        throw list.error(found: "\(value)", expected: "whole numbers")
      }
      return whole
    }
    return stride(from: 0, to: numbers.count, by: max(matrix.rows, 1)).map {
      Array(numbers[$0..<($0 + matrix.rows)])
    }
  }

  /// Reads LAMDA's table: rows that together cover all bags form a repetition.
  private static func testIndex(_ matrix: MATMatrix, file: String, bagCount: Int) throws -> Table {
    let columns = try columns(matrix, file: file)
    var assignment: [[Int]] = []
    var current = [Int](repeating: 0, count: bagCount)
    var covered = 0
    var fold = 0
    func error(_ row: Int, _ found: String, _ expected: String) -> ReadError {
      ReadError(
        file: file, at: .field("variable \(matrix.name), row \(row + 1)"), found: found, expected: expected)
    }
    for row in 0..<matrix.rows {
      fold += 1
      for bag in columns.map({ $0[row] }) where bag != 0 {
        guard (1...max(bagCount, 1)).contains(bag) else { throw error(row, "bag \(bag)", "1 to \(bagCount)") }
        guard current[bag - 1] == 0 else {
          throw error(
            row, "bag \(bag), which fold \(current[bag - 1]) of the repetition tests too", "a partition of the bags")
        }
        current[bag - 1] = fold
        covered += 1
      }
      if covered == bagCount {
        assignment.append(current)
        current = [Int](repeating: 0, count: bagCount)
        (covered, fold) = (0, 0)
      }
    }
    guard covered == 0, fold == 0 else {
      throw error(
        matrix.rows - 1, "the last repetition without \(bagCount - covered) of \(bagCount) bags",
        "a partition of the bags")
    }
    return Table(name: matrix.name, source: nil, assignment: assignment)
  }

  /// Reads milpy's table: one column a repetition, fold numbers from 1 or from 0.
  private static func folds(_ matrix: MATMatrix, file: String) throws -> Table {
    let columns = try columns(matrix, file: file)
    let first = columns.joined().min() == 0 ? 0 : 1
    return Table(
      name: matrix.name, source: nil, assignment: columns.map { column in column.map { $0 + (1 - first) } })
  }
}

import Containers
import Foundation
import MILBags
import MILFormats
import UserInput

/// Checks whether the folds in a file are partitions: each bag is tested exactly once in each repetition.
package enum FoldAudit {
  /// Returns whether a file looks like one of folds: JSON with assignments, or a MATLAB file with a matrix `testIndex`.
  package static func isFoldFile(_ url: URL) -> Bool { (try? repetitions(in: url)) != nil }

  /// Returns the problems of the folds in a file; one note if there are none.
  ///
  /// - Parameters:
  ///   - url: the file.
  ///   - bagCount: the number of bags of the set, if known; otherwise the largest bag number counts.
  /// - Throws: `ReadError` if the file is unreadable or contains no folds.
  package static func findings(in url: URL, bagCount: Int? = nil) throws -> [AuditFinding] {
    let repetitions = try repetitions(in: url)
    var findings: [AuditFinding] = []
    for repetition in repetitions {
      let bags = bagCount ?? repetition.bagCount
      if let problem = problem(with: repetition.testBags, bags: bags) {
        findings.append(
          AuditFinding(.folds, .fault, "\(repetition.name): \(problem).", ["bags": Double(bags)]))
      }
    }
    guard findings.isEmpty else { return findings }
    let sizes = repetitions.flatMap { $0.testBags.map(\.count) }
    return [
      AuditFinding(
        .folds, .note,
        "\(repetitions.count) repetitions, each a partition of the bags into folds of \(sizes.min() ?? 0) to "
          + "\(sizes.max() ?? 0) bags.",
        ["repetitions": Double(repetitions.count), "faulty": 0])
    ]
  }

  /// Returns why test folds are not a partition of bags 1 to `bags`; nil if they are one.
  static func problem(with testBags: [[Int]], bags: Int) -> String? {
    var tested = [Int](repeating: 0, count: bags)
    for (fold, members) in testBags.enumerated() {
      if members.isEmpty { return "fold \(fold + 1) is empty" }
      for bag in members {
        guard (1...max(bags, 1)).contains(bag), bags > 0 else {
          return "fold \(fold + 1) names bag \(bag), expected 1 to \(bags)"
        }
        tested[bag - 1] += 1
      }
    }
    let never = tested.count { $0 == 0 }
    let often = tested.count { $0 > 1 }
    if testBags.count < 2 { return "\(testBags.count) fold, expected at least 2" }
    guard never + often > 0 else { return nil }
    return "\(never) of \(bags) bags are in no test fold and \(often) in several, so the folds are no partition"
  }

  private struct Repetition {
    let name: String
    let bagCount: Int
    /// The bags (from 1) of each fold.
    let testBags: [[Int]]
  }

  private struct Document: Decodable {
    struct Scheme: Decodable {
      let name: String?
      let assignment: [[Int]]
    }
    let schemes: [Scheme]?
    let assignment: [[Int]]?
  }

  private static func repetitions(in url: URL) throws -> [Repetition] {
    let bytes = try BagReader.contents(of: url, expected: "a file of folds")
    let found: [Repetition]
    if MATFile.hasMATHeader(bytes) {
      found = try testIndex(MATFile(bytes: bytes, file: url.path))
    } else {
      guard let document = try? decodeJSON5(Document.self, from: Data(bytes), file: url.path) else {
        throw noFolds(url)
      }
      let schemes = document.schemes ?? document.assignment.map { [.init(name: nil, assignment: $0)] } ?? []
      found = schemes.flatMap { scheme in
        scheme.assignment.enumerated().map { index, folds in
          assigned(folds, name: "\(scheme.name.map { "\($0), " } ?? "")repetition \(index + 1)")
        }
      }
    }
    guard !found.isEmpty else { throw noFolds(url) }
    return found
  }

  private static func noFolds(_ url: URL) -> ReadError {
    ReadError(
      file: url.path, found: "no folds", expected: "JSON with assignments of bags to folds, or a matrix testIndex")
  }

  /// Returns folds from the number of each bag's fold; a bag with a number below 1 is in none.
  private static func assigned(_ folds: [Int], name: String) -> Repetition {
    let count = min(max(folds.max() ?? 0, 0), folds.count)
    var testBags = [[Int]](repeating: [], count: count)
    for (bag, fold) in folds.enumerated() where (1...max(count, 1)).contains(fold) && count > 0 {
      testBags[fold - 1].append(bag + 1)
    }
    return Repetition(name: name, bagCount: folds.count, testBags: testBags)
  }

  /// Returns the rows of `testIndex`, each with the test bags of a fold.
  ///
  /// A repetition has as many rows as make up all bags.
  private static func testIndex(_ file: MATFile) throws -> [Repetition] {
    guard case .numeric(let matrix)? = file.variables.first(where: { $0.name == "testIndex" })?.value,
      matrix.dimensions.count == 2, matrix.rows > 0, matrix.columns > 0
    else { return [] }
    let values = matrix.doubles.map { Int(exactly: $0) ?? 0 }
    let bagCount = max(0, min(values.max() ?? 0, values.count))
    let perRepetition = max(1, (bagCount + matrix.columns - 1) / matrix.columns)
    // MATLAB stores column after column; zeros fill short folds.
    let rows = (0..<matrix.rows).map { row in
      (0..<matrix.columns).map { values[$0 * matrix.rows + row] }.filter { $0 != 0 }
    }
    return stride(from: 0, to: rows.count, by: perRepetition).map { start in
      Repetition(
        name: "repetition \(start / perRepetition + 1)", bagCount: bagCount,
        testBags: Array(rows[start..<min(start + perRepetition, rows.count)]))
    }
  }
}

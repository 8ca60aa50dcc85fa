import Foundation
import UserInput

/// The files that an external model's program writes into the folder of a trial.
package struct ExternalAnswers {
  private let folder: URL

  /// Creates the answers in a folder; nothing is read yet.
  package init(in folder: URL) { self.folder = folder }

  /// Reads the program's report on its fit; empty if there is none.
  package func report() throws -> ExternalReport {
    guard let data = try? Data(contentsOf: folder.appending(path: "report.json")) else { return ExternalReport() }
    return try decodeJSON5(ExternalReport.self, from: data, file: "report.json")
  }

  /// Reads the program's output for some bags.
  ///
  /// - Parameters:
  ///   - bags: the number of bags.
  ///   - instances: the number of all their instances.
  ///   - columns: the number of epochs, at least 1.
  ///   - areProbabilities: whether scores outside 0 ... 1 are invalid.
  package func scores(
    ofBags bags: Int, instances: Int, columns: Int, areProbabilities: Bool
  ) throws -> ExternalScores {
    let rows = try numbers(in: "scores.csv", rows: bags, of: "bags", columns: columns)
    if areProbabilities {
      for (index, row) in rows.enumerated() {
        guard let wrong = row.first(where: { !(0...1).contains($0) }) else { continue }
        throw ModelError("scores.csv, line \(index + 1): found \(wrong), expected a probability")
      }
    }
    let hasWeights = FileManager.default.fileExists(atPath: folder.appending(path: "weights.csv").path)
    return ExternalScores(
      scoresByEpoch: (0..<columns).map { column in rows.map { $0[column] } },
      weights: hasWeights
        ? try numbers(in: "weights.csv", rows: instances, of: "instances", columns: 1).map { $0[0] } : nil)
  }

  /// Reads a table of finite numbers with the given size.
  private func numbers(in name: String, rows: Int, of things: String, columns: Int) throws -> [[Double]] {
    guard let data = try? Data(contentsOf: folder.appending(path: name)) else {
      throw ModelError("there is no \(name)")
    }
    let text = String(decoding: data, as: UTF8.self)
    var lines = text.split(omittingEmptySubsequences: false, whereSeparator: \.isNewline)
    while let last = lines.last, last.allSatisfy(\.isWhitespace) { lines.removeLast() }
    guard lines.count == rows else {
      throw ModelError("\(name): found \(lines.count) lines, expected \(rows), one for each of the \(things)")
    }
    return try lines.enumerated().map { index, line in
      let fields = line.split { $0 == "," || $0 == ";" || $0.isWhitespace }
      func problem(_ found: String, _ expected: String) -> ModelError {
        ModelError("\(name), line \(index + 1): found \(found), expected \(expected)")
      }
      guard fields.count == columns else {
        let expected = columns == 1 ? "1 (report.json tells of no epochs)" : "\(columns), one for each loss"
        throw problem("\(fields.count) numbers", expected)
      }
      return try fields.map { field in
        guard let number = Double(field) else {
          throw problem("\"\(String(field).onOneLine(limit: 40))\"", "a number")
        }
        guard number.isFinite else { throw problem(String(field), "a finite number") }
        return number
      }
    }
  }
}

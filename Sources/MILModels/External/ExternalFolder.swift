import Containers
import Foundation
import MILBags
import Output
import Subprocesses
import UserInput

/// The temporary folder of an external model's trial, deleted with its contents after the last use.
final class ExternalFolder: Sendable {
  private let place: TemporaryFolder
  var url: URL { place.url }

  init() throws {
    do {
      place = try TemporaryFolder("milbench-external")
    } catch {
      throw ModelError("the temporary folder of a trial cannot be made: \(SystemReason.text(of: error))")
    }
  }

  /// Creates the folder for the program's temporary files, deleted with the rest.
  func temporary() throws -> URL {
    let folder = file("temporary")
    do {
      try WholeFile.makeFolder(folder)
    } catch {
      throw ModelError("the temporary folder of a trial: \(error)")
    }
    return folder
  }

  func file(_ name: String) -> URL { url.appending(path: name) }

  /// Removes the files that exist.
  func remove(_ names: [String]) throws {
    for name in names where FileManager.default.fileExists(atPath: file(name).path) {
      do {
        try FileManager.default.removeItem(at: file(name))
      } catch {
        throw ModelError("\(name) of an earlier call cannot be removed: \(SystemReason.text(of: error))")
      }
    }
  }

  func write(_ job: ExternalJob) throws {
    let encoder = JSONEncoder()
    encoder.outputFormatting = [.sortedKeys, .prettyPrinted, .withoutEscapingSlashes]
    do {
      try WholeFile.write(encoder.encode(job), to: file("job.json"))
    } catch {
      throw ModelError("the temporary folder of a trial: \(error)")
    }
  }

  func write(_ bags: BagDataset, to name: String, withLabels: Bool) throws {
    var arrays: [(name: String, content: NumPyWriter.Content)] = [
      ("instances", .matrix(try bags.matrix())), ("starts", .integers(Array(bags.offsets.dropLast()))),
      ("lengths", .integers((0..<bags.bagCount).map { bags[sizeOfBag: $0] })),
    ]
    if withLabels { arrays.append(("labels", .integers(bags.labels))) }
    try NumPyWriter.write(arrays, to: file(name))
  }

  /// Reads the program's report on its fit; empty if there is none.
  func report() throws -> ExternalReport {
    guard let data = try? Data(contentsOf: file("report.json")) else { return ExternalReport() }
    return try decodeJSON5(ExternalReport.self, from: data, file: "report.json")
  }

  /// Reads the program's output for some bags.
  func scores(of bags: BagDataset, columns: Int, areProbabilities: Bool) throws -> ExternalScores {
    let rows = try numbers(in: "scores.csv", rows: bags.bagCount, of: "bags", columns: columns)
    if areProbabilities {
      for (index, row) in rows.enumerated() {
        guard let wrong = row.first(where: { !(0...1).contains($0) }) else { continue }
        throw ModelError("scores.csv, line \(index + 1): found \(wrong), expected a probability")
      }
    }
    let hasWeights = FileManager.default.fileExists(atPath: file("weights.csv").path)
    return ExternalScores(
      scoresByEpoch: (0..<columns).map { column in rows.map { $0[column] } },
      weights: hasWeights
        ? try numbers(in: "weights.csv", rows: bags.instanceCount, of: "instances", columns: 1).map { $0[0] } : nil)
  }

  /// Reads a table of finite numbers with the given size.
  private func numbers(in name: String, rows: Int, of things: String, columns: Int) throws -> [[Double]] {
    guard let data = try? Data(contentsOf: file(name)) else { throw ModelError("there is no \(name)") }
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

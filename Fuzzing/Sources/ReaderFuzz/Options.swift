import Foundation

/// An invalid command line.
struct UsageError: Error, CustomStringConvertible {
  let description: String
}

/// The options of the command line.
struct Options {
  /// The format whose files are changed; nil for every format in the corpus.
  var format: String?
  /// The number of cases of each format.
  var count = 20_000
  /// The seed of the first case, which increases by 1 with each case; seed 0 leaves the file unchanged.
  var first: UInt64 = 1
  /// The time limit in seconds, which replaces the number of cases; 0 for none.
  ///
  /// Until the limit, cases of all formats run in turn.
  var seconds = 0.0
  /// The folders of valid files to change: bags and folds, experiments and published figures, a journal, the catalogue
  /// with the shipped sets, the description of a program.
  var corpus = [
    "Tests/TestSupport/Fixtures", "experiments", "results/tuned", "datasets", "Examples/external-pytorch/models",
  ]
  /// The time limit for one file in seconds; a busy machine needs more than an idle one.
  var timeout = 10.0
  /// Whether this process is the worker, which reads the files.
  var isWorker = false
  /// The valid files to change, if this process is the worker.
  var files: [URL] = []

  init(_ arguments: ArraySlice<String>) throws {
    var folders: [String] = []
    defer { if !folders.isEmpty { corpus = folders } }
    var rest = arguments
    while let name = rest.popFirst() {
      if name == "--worker" {
        isWorker = true
        continue
      }
      guard let value = rest.popFirst() else { throw UsageError(description: "\(name) needs a value") }
      func number<Number: LosslessStringConvertible & Comparable>(_ least: Number) throws -> Number {
        guard let number = Number(value), number >= least else {
          throw UsageError(description: "\(name) \(value): expected a number from \(least)")
        }
        return number
      }
      switch name {
      case "--format": format = value == "all" ? nil : value
      case "--count": count = try number(1)
      case "--first": first = try number(0)
      case "--seconds": seconds = try number(1)
      case "--corpus": folders.append(value)
      case "--file": files.append(URL(fileURLWithPath: value))
      case "--timeout": timeout = try number(0.1)
      default:
        throw UsageError(
          description: "unknown option \(name), expected --format, --count, --seconds, --first, --corpus or --timeout")
      }
    }
  }
}

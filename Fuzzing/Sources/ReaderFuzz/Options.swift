import Foundation

/// A command line that cannot be followed.
struct UsageError: Error, CustomStringConvertible {
  let description: String
}

/// What the command line asks for.
struct Options {
  /// The format whose files are changed; nil for each one that the corpus has.
  var format: String?
  /// The number of cases of each format.
  var count = 20_000
  /// The seed of the first case; each further case has the next. Seed 0 leaves the file as it is.
  var first: UInt64 = 1
  /// Instead of a number of cases: the seconds in which as many are run as can be, of all formats in turn.
  var seconds = 0.0
  /// The folders of sound files to change: bags and folds, experiments and published figures, a journal.
  var corpus = ["Tests/TestSupport/Fixtures", "experiments", "results/tuned"]
  /// The longest that one file may take, in seconds; a busy machine needs more than a free one.
  var timeout = 10.0
  /// Whether this process is the one that reads files.
  var isWorker = false
  /// The sound files to change, where this is a worker.
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

import Foundation
import UserInput

/// A fault of an entry: its place, the found and the expected state, and a way out.
package struct EntryFinding: Encodable, Sendable, Equatable, CustomStringConvertible {
  /// The rule that the entry breaks.
  package enum Check: String, Encodable, Sendable, CaseIterable {
    /// Each line is a whole record with its checksum.
    case lines
    /// A cell has one configuration and the settings of its protocol.
    case settings
    /// Models of the entry do not share ids and titles with models of the harness.
    case models
    /// Each data set has each fold of each repetition once.
    case completeness
    /// Results and thresholds are in range, and no trial failed.
    case results
    /// Results are from the data of the catalogue.
    case data
    /// Folds are those that this version draws, or published ones.
    case folds
    /// The labels of test bags are those of the data.
    case labels
    /// Trials give the same figures when they are run again.
    case repetition
  }

  /// The rule.
  package let check: Check
  /// The file and line, or the cell: data set, model and protocol.
  package let place: String
  /// The found state, as half a sentence.
  package let found: String
  /// The expected state, as half a sentence.
  package let expected: String
  /// The next step of the author of the entry, as half a sentence.
  package let wayOut: String

  /// The finding in one line for the user.
  package var description: String { "\(place): \(found), expected \(expected); \(wayOut)".onOneLine() }
}

/// The result of checking an entry to the leaderboard.
package struct EntryReport: Encodable, Sendable {
  /// The results of one model on one data set under one protocol.
  package struct Cell: Encodable, Sendable, Equatable {
    /// The data set's name.
    package let dataset: String
    /// The model id.
    package let model: String
    /// The protocol's name.
    package let `protocol`: String
    /// The number of records.
    package let records: Int
  }

  /// The trials that were run again.
  package struct Repeated: Encodable, Sendable, Equatable {
    /// The seed of the sample.
    package var seed: UInt64
    /// The number of trials that could have been run again.
    package var candidates = 0
    /// The number of trials with the recorded figures, bit for bit.
    package var same = 0
    /// The number of trials of other cores whose scores are within ``Verification/tolerance``.
    package var near = 0
    /// The number of trials of other cores whose scores differ by more.
    package var far = 0
    /// The number of trials of this core with other figures.
    package var different = 0

    /// The number of trials that were run again.
    package var count: Int { same + near + far + different }
  }

  /// The path of the journal, as the user wrote it.
  package let file: String
  /// The number of valid records.
  package let records: Int
  /// The cells, sorted.
  package let cells: [Cell]
  /// The faults, in the order of the checks.
  package let findings: [EntryFinding]
  /// Lines on parts of the entry that could not be checked, and why.
  package let remarks: [String]
  /// The trials that were run again.
  package let repeated: Repeated
  /// Whether there are no findings.
  package let isSound: Bool
}

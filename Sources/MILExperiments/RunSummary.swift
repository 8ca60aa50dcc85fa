import Foundation
import MILRecords
import UserInput

/// The work of a run of an experiment and the state of its journals, for programs that read it as JSON.
package struct RunSummary: Encodable, Sendable, Equatable {
  /// The number of the layout.
  package var format = 1
  /// The experiment's name.
  package var experiment: String
  /// The experiment's title.
  package var title: String
  /// The number of trials of the experiment.
  package var expected: Int
  /// The number of trials that this run executed.
  package var ran: Int
  /// The number of trials that this run skipped because the journal has a current record.
  package var skipped: Int
  /// Wall-clock seconds of this run.
  package var seconds: Double
  /// The journals' paths.
  package var journals: [String]
  /// The table's cells, sorted by data set, model and protocol.
  package var cells: [CellSummary]
  /// The outdated records in the journals, which no cell includes; nil without any.
  package var leftOut: [LeftOutRecords]?
  /// The decisions made while reading the file of each data set, by the data set's name.
  package var decisions: [String: [ReadDecision]]

  /// Creates a summary from its parts.
  package init(
    experiment: Experiment, ran: Int, skipped: Int, seconds: Double, journals: [String], cells: [CellSummary],
    leftOut: [LeftOutRecords] = [], decisions: [String: [ReadDecision]] = [:]
  ) {
    self.experiment = experiment.name
    self.title = experiment.title
    self.expected = experiment.trialCount
    self.ran = ran
    self.skipped = skipped
    self.seconds = seconds
    self.journals = journals
    self.cells = cells
    self.leftOut = leftOut.isEmpty ? nil : leftOut
    self.decisions = decisions
  }

  /// Returns the summary as indented JSON with sorted keys.
  package func json() throws -> Data {
    let encoder = JSONEncoder()
    encoder.outputFormatting = [.sortedKeys, .prettyPrinted, .withoutEscapingSlashes]
    return try encoder.encode(self)
  }
}

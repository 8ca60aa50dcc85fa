import Foundation
import MILRecords
import UserInput

/// What a run of an experiment did and what its journal now amounts to, for programs that read it as JSON.
package struct RunSummary: Encodable, Sendable, Equatable {
  /// The number of the layout.
  package var format = 1
  /// The experiment's name.
  package var experiment: String
  /// The experiment's title.
  package var title: String
  /// The number of trials the experiment consists of.
  package var expected: Int
  /// The number of trials this run carried out.
  package var ran: Int
  /// The number of trials this run left alone because the journal has a current record.
  package var skipped: Int
  /// Wall-clock seconds of this run.
  package var seconds: Double
  /// The journals' paths.
  package var journals: [String]
  /// The table's cells, sorted by data set, model and protocol.
  public var cells: [CellSummary]
  /// The records in the journals that a run would not repeat now, which no cell is made of; nil without any.
  package var leftOut: [LeftOutRecords]?
  /// What was decided about the file of each data set, by its name.
  public var decisions: [String: [ReadDecision]]

  /// A summary from its parts.
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

  /// The summary as indented JSON with sorted keys.
  package func json() throws -> Data {
    let encoder = JSONEncoder()
    encoder.outputFormatting = [.sortedKeys, .prettyPrinted, .withoutEscapingSlashes]
    return try encoder.encode(self)
  }
}

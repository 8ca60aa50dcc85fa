import Foundation
import MILRecords

/// Returns a valid record of four test bags, two of each class, three of them predicted correctly.
package func record(
  dataset: String = "musk1", model: String = "attention", protocol: String = "clean", repetition: Int = 1,
  fold: Int = 1, status: TrialStatus = .finished, correct: [Int] = [1, 2, 3],
  ended: Double? = nil
) -> TrialRecord {
  var record = TrialRecord(
    experiment: "test", dataset: dataset, dataHash: "d1", model: model, configuration: "{}", protocol: `protocol`,
    protocolSettings: #"{"folds":2}"#, repetition: repetition, fold: fold, foldsHash: "f1", status: status,
    seed: "ffffffffffffffff", version: "1.0", core: "Haswell")
  record.ended = ended
  guard status == .finished else {
    record.message = "the loss is not finite"
    return record
  }
  record.bags = [0, 1, 2, 3].map { $0 + 4 * (fold - 1) }
  record.labels = [1, 0, 1, 0]
  record.scores = [0.9, 0.1, 0.4, 1.0 / 3]
  record.scoresAreProbabilities = true
  record.correctByEpoch = correct
  record.lossByEpoch = [0.7, 0.1, 1e-9]
  record.seconds = 0.25
  record.steps = 12
  record.parameters = 100
  record.notes = ["b": "2", "a": "1/2"]
  return record
}

/// Writes records to a journal and ends it.
package func write(_ records: [TrialRecord], to file: URL) throws {
  let writer = try JournalWriter<TrialRecord>(file)
  for record in records { try writer.append(record) }
  try writer.finish()
}

/// Returns the content of a journal.
package func contents(_ file: URL) throws -> JournalContents<TrialRecord> { try Journal(file).read() }

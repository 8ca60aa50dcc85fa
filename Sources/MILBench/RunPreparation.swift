import Foundation
import MILCatalogue
import MILEvaluation
import MILExperiments
import MILRecords

extension ExperimentRunner {
  /// Loads the input of an experiment's run other than its own journals.
  ///
  /// The input is data sets, folds, the trials of other experiments, and the times of the shipped reference run.
  ///
  /// - Returns: the journal of the reference run.
  mutating func prepare(
    for experiment: Experiment, _ workplace: Workplace, force: Bool
  ) throws -> JournalSet<TrialRecord> {
    find(for: experiment, in: try DatasetStore.ofEnvironment(force: force))
    // Experiments share models and data sets, so their trials can be reused.
    keepsBorrowed = true
    borrowed = try Experiment.list(in: workplace.experimentsFolder).filter { $0 != experiment.name }.flatMap {
      try JournalFiles.own(in: workplace.resultsFolder.appending(path: $0))
    }
    finished = [workplace.referenceFolder] + URL.referenceResults
    let reference = try workplace.referenceJournal(of: experiment.name)
    JournalDamage.lines(reference.damage).forEach(warn)
    timed = reference.union
    return reference
  }
}

extension RunOutcome {
  /// The records that this run was meant to produce: those of its share, or all.
  var ownRecords: [TrialRecord] { records.filter { share?.contains($0.key) ?? true } }
}

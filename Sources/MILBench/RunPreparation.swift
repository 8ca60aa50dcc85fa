import Foundation
import MILCatalogue
import MILEvaluation
import MILExperiments
import MILRecords

extension ExperimentRunner {
  /// Takes what the run of an experiment reads beside its own journals: data sets, folds, what other experiments have run, and
  /// the times of the finished run that comes with the project.
  ///
  /// - Returns: the journal of that run.
  mutating func prepare(
    for experiment: Experiment, _ workplace: Workplace, force: Bool
  ) throws -> JournalSet<TrialRecord> {
    find(for: experiment, in: try DatasetStore.ofEnvironment(force: force))
    // Experiments share models and data sets; what one has run, another need not.
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
  /// The records of what this run was to run: the share, or all.
  var ownRecords: [TrialRecord] { records.filter { share?.contains($0.key) ?? true } }
}

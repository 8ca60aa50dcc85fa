import MILRecords

extension Experiment {
  /// Returns whether a record has the folds and the seed of the experiment's file.
  package func states(_ record: TrialRecord) -> Bool {
    // The number of folds depends on the data.
    guard !foldsAreOfTheData else { return false }
    let settings = SettingLeaves(record.protocolSettings).values
    return settings["folds"] == "\(folds)" && settings["seed"] == "\(seed)" && settings["circulated"] == foldScheme
  }
}

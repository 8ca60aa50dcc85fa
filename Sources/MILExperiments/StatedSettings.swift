import MILRecords

extension Experiment {
  /// Whether a record was made with the folds and the seed that the experiment's file states.
  package func states(_ record: TrialRecord) -> Bool {
    // Only the data tell how many folds these are.
    guard !foldsAreOfTheData else { return false }
    let settings = SettingLeaves(record.protocolSettings).values
    return settings["folds"] == "\(folds)" && settings["seed"] == "\(seed)" && settings["circulated"] == foldScheme
  }
}

/// All tasks, by name.
package enum BagTasks {
  /// All of them.
  package static let all: [any BagTask.Type] = [
    TwoClasses.self, SeveralClasses.self, NumberPrediction.self, DiscreteSurvival.self, CoxSurvival.self,
  ]
}

/// The tasks that there are, by their names.
package enum BagTasks {
  /// All of them.
  package static let all: [any BagTask.Type] = [
    TwoClasses.self, SeveralClasses.self, NumberPrediction.self, DiscreteSurvival.self, CoxSurvival.self,
  ]
}

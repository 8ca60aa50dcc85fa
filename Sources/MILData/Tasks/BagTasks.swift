/// The tasks that there are, by their names.
public enum BagTasks {
  /// All of them.
  public static let all: [any BagTask.Type] = [
    TwoClasses.self, SeveralClasses.self, NumberPrediction.self, DiscreteSurvival.self, CoxSurvival.self,
  ]
}

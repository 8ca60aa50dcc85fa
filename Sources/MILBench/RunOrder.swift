import MILCatalogue
import MILExperiments
import MILModels
import UserInput

extension Experiment {
  /// Returns a rough measure of the work: the values that all fits read, regardless of epochs and kinds of models.
  ///
  /// It is instances x features x repeats x folds, summed over data sets and models. A grid of parameters counts once
  /// for each of its combinations and inner folds. It only serves to compare experiments with each other.
  func roughCost(in catalogue: Catalogue) -> Double {
    let values = datasets.map { name in
      let shape = (try? catalogue.selection(named: name))??.shape
      // Synthetic sets have no entry; their sizes are of this order.
      return shape.map { Double($0.instances * $0.features) } ?? 1e5
    }
    let fits = models.map { model in
      let parameters = (try? ModelIdentifier(parsing: model.id))?.parameters ?? [:]
      let combinations = parameters.values.reduce(1) { $0 * $1.split(separator: "/").count }
      let innerFolds = parameters["innerFolds"].flatMap { Int($0) } ?? ModelTraits.usualInnerFolds
      return combinations == 1 ? 1 : Double(combinations * innerFolds + 1)
    }
    return values.reduce(0, +) * fits.reduce(0, +) * Double(repeats * max(folds, 1))
  }
}

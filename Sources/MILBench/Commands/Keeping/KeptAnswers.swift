import MILBags
import MILModels
import MILRecords
import UserInput

/// A kept model's predictions for bags, in the words of its task, with the targets from their file.
struct KeptAnswers {
  /// The answer for one bag.
  struct Bag {
    /// The predicted numbers; see ``KeptModel/columnTitles``.
    let numbers: [Double]
    /// The calibrated probability of the positive class; nil if the model has no calibration.
    let probability: Double?
    /// The predicted class, as an index into the class names; nil if there are no classes.
    let call: Int?
    /// The target in the file: a class, a number, or a time; nil if unknown.
    let truth: String?
    /// Whether the event happened, if the target is a time.
    let event: Bool?
  }

  /// The names of the classes; empty if there are none.
  let classNames: [String]
  /// The bags in the order of the data set.
  let bags: [Bag]
  /// The quality of the predictions, if the file has targets of the model's kind.
  let quality: (metric: Metric, value: Double?, right: Int?)?

  /// Predicts bags with a model.
  ///
  /// - Parameters:
  ///   - dataset: the bags.
  ///   - names: the file's names of the classes; nil if labels are not read.
  init(_ kept: KeptModel, _ dataset: BagDataset, names: [String]?) throws {
    let predictions = try kept.scores(dataset)
    let calls = kept.classes(called: predictions)
    let columns = kept.columns
    let quality = names == nil ? nil : kept.quality(predictions, dataset.targets)
    self.quality = quality
    classNames = kept.description.classNames
    bags = (0..<dataset.bagCount).map { bag in
      var (truth, event): (String?, Bool?)
      if quality != nil {
        let classes = dataset.targets.classIndices
        truth = classes.flatMap { classes in names.map { $0[classes[bag]] } } ?? dataset.targets.texts(of: bag).first
        event = dataset.targets.events?[bag]
      }
      return Bag(
        numbers: Array(predictions[bag * columns..<(bag + 1) * columns]),
        probability: kept.calibration?.probability(predictions[bag * columns]), call: calls?[bag], truth: truth,
        event: event)
    }
  }

  /// Returns the predicted class of a bag; nil if there are no classes.
  func label(_ bag: Bag) -> String? { bag.call.map { classNames[$0] } }

  /// Returns the index of the number to show, among those of a bag or an instance: for several classes, that of one.
  ///
  /// - Parameters:
  ///   - columns: the number of numbers.
  ///   - asked: the requested class; by default, the predicted one.
  static func place(_ bag: Bag, of columns: Int, asked: Int?) -> Int { columns > 1 ? asked ?? bag.call ?? 0 : 0 }
}

import MILBags
import MILModels
import MILRecords
import UserInput

/// What a kept model says of bags, in the words of its task, and what their file says.
struct KeptAnswers {
  /// One bag.
  struct Bag {
    /// The numbers that are predicted, ``KeptModel/columnTitles``.
    let numbers: [Double]
    /// The calibrated probability of the positive class; nil where the model has no calibration.
    let probability: Double?
    /// What the model calls the bag, where there are classes: the place among the class names.
    let call: Int?
    /// What the file says: a class, a number, or a time; nil where that is not known.
    let truth: String?
    /// Whether the event happened, of a time in the file.
    let event: Bool?
  }

  /// What classes are called; none where there are none.
  let classNames: [String]
  /// The bags in the order of the data set.
  let bags: [Bag]
  /// How good the answers are, where the file has targets of the model's kind.
  let quality: (metric: Metric, value: Double?, right: Int?)?

  /// Asks a model.
  ///
  /// - Parameters:
  ///   - dataset: the bags.
  ///   - names: what their file calls classes; nil where labels are not read.
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
        switch dataset.targets {
        case .classes(let labels, _): truth = names.map { $0[labels[bag]] }
        case .numbers(let values): truth = "\(values[bag])"
        case .survival(let times, let events): (truth, event) = ("\(times[bag])", events[bag])
        }
      }
      return Bag(
        numbers: Array(predictions[bag * columns..<(bag + 1) * columns]),
        probability: kept.calibration?.probability(predictions[bag * columns]), call: calls?[bag], truth: truth,
        event: event)
    }
  }

  /// What the model calls a bag; nil where there are no classes.
  func label(_ bag: Bag) -> String? { bag.call.map { classNames[$0] } }

  /// The place among a bag's numbers, or an instance's, of those that are shown: of several classes that of one.
  ///
  /// - Parameters:
  ///   - columns: how many numbers there are.
  ///   - asked: the class that was asked for; without it the one that the bag is called.
  static func place(_ bag: Bag, of columns: Int, asked: Int?) -> Int { columns > 1 ? asked ?? bag.call ?? 0 : 0 }
}

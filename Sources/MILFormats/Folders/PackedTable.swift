import MILBags
import MILRecords
import UserInput

/// The content of a packed file besides features: the table of bags and how it was read.
struct PackedTable: Codable {
  /// The version of the layout that this code reads and writes.
  static let currentVersion = 2

  var version = currentVersion
  var names: [String]
  var sizes: [Int]
  var classes: [Int]?
  var classNames: [String]?
  var numbers: [Double]?
  var times: [Double]?
  var events: [Bool]?
  /// The id of the chosen task and its settings as JSON; nil for the targets' default task.
  var task, taskSettings: String?
  var groups: [String]?
  var folds: [[String]]?
  var featureNames: [String]?
  /// The origin of the bags.
  var source: String
  var reading: Reading

  /// Creates the table of a data set.
  init(_ dataset: BagDataset, classNames: [String], source: String) throws {
    names = dataset.bagNames
    sizes = dataset.labels.indices.map { dataset[sizeOfBag: $0] }
    switch dataset.targets {
    case .classes(let labels, _): (classes, self.classNames) = (labels, classNames)
    case .numbers(let values): numbers = values
    case .survival(let times, let events): (self.times, self.events) = (times, events)
    }
    if let asked = dataset.askedTask {
      (task, taskSettings) = (type(of: asked).id, try BagTasks.settings(of: asked))
    }
    (groups, folds, featureNames) = (dataset.groups, dataset.foldNames, dataset.featureNames)
    self.source = source
    reading = dataset.reading ?? Reading()
    // Paths have no meaning for a file that contains everything.
    (reading.options.labels, reading.options.slides, reading.options.splits) = (nil, nil, nil)
    (reading.options.featureFolder, reading.options.featureKey, reading.options.bagBy) = (nil, nil, nil)
    (reading.options.columns.ignored, reading.options.columns.kept) = ([], [])
  }

  /// The first instance of each bag, then the total; nil for invalid sizes.
  var offsets: [Int]? {
    var offsets = [0]
    for size in sizes {
      guard size > 0, size < 1 << 40, let last = offsets.last, last < 1 << 48 else { return nil }
      offsets.append(last + size)
    }
    return sizes.isEmpty || names.count != sizes.count ? nil : offsets
  }

  /// The chosen task; nil for the targets' default one.
  ///
  /// - Throws: `TaskError` for a task that this program does not have.
  var askedTask: (any BagTask)? {
    get throws {
      guard let task else { return nil }
      do {
        return try BagTasks.task(named: task, settings: taskSettings ?? "{}")
      } catch let error as TaskError {
        throw TaskError("the bags were packed for \(error)")
      }
    }
  }

  /// The targets of the bags; nil if they are invalid.
  var targets: Targets? {
    if let times, let events, times.count == events.count { return .survival(times: times, events: events) }
    if let numbers { return .numbers(numbers) }
    guard let classes else { return nil }
    let names = classNames ?? []
    return .classes(classes, names: names.count > 2 ? names : [])
  }
}

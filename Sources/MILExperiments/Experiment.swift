import Foundation
import MILRecords
import UserInput

/// Where a data set of an experiment comes from, as far as its name does not say it.
public struct DatasetOrigin: Sendable, Equatable {
  /// The file of a data set that is given by path.
  public var file: URL?
  /// The column of labels, where the file has several and each is a data set of its own.
  public var label: String?
  /// The place, where an entry names the data set otherwise than by its path.
  public var path: String?
  /// How the file is read, before what ``Experiment/reading`` says of all.
  package var reading: ReadOptions?
  /// Where the data set can be had, where an entry says so; such a set need not be there.
  package var source: String?

  /// An origin of which nothing is said.
  public init() {}
}

/// Data sets x models under a protocol: one file under `experiments/`, one table.
///
/// The file is JSON5. Every key but `title`, `datasets` and `models` may be left out; unknown keys are errors.
public struct Experiment: Sendable, Equatable {
  /// The name extension of experiment files.
  package static let pathExtension = "json5"

  /// The experiment's name: its path in the folder of experiments without extension, for example `dp-minn/classical`.
  public var name: String
  /// The table's title.
  public var title: String
  /// The citation of the paper that the experiment repeats.
  package var paper: String?
  /// What the paper calls the table.
  public var table: String?
  /// The data sets' names, in the order of the table.
  public var datasets: [String]
  /// The models, in the order of the table.
  public var models: [ExperimentModel]
  /// The protocol's name, for example `clean` or `as-published`.
  public var `protocol`: String = "clean"
  /// The number of folds of one cross-validation.
  public var folds: Int = 10
  /// The scheme of folds that circulate with the data sets, for example `lamda-10x10`; nil for folds drawn here.
  ///
  /// How many folds it has, its file tells: whoever reads an experiment file sets ``folds`` accordingly.
  package var foldScheme: String?
  /// Whether only the data tell the number of folds: for leave-one-out, and folds from a file or column of the user's own.
  package var foldsAreOfTheData = false
  /// Whether ``repeats`` was asked for; if not, all repetitions that a file of folds has are run.
  package var repeatsAreStated = false
  /// Where the data sets come from of which more than the name is said, by the names that results are kept under.
  package private(set) var origins: [String: DatasetOrigin] = [:]
  /// How files among the data sets are read, where their content does not say: columns, the positive label and so on.
  package var reading: ReadOptions?
  /// The number of cross-validations, each with folds of its own.
  public var repeats: Int = 5
  /// The master seed, from which the seeds of folds and trials follow.
  public var seed: UInt64 = 2018
  /// The file of published figures, relative to the experiment's file.
  public var published: String?
  /// The file of replications by others, relative to the experiment's file.
  package var replications: String?
  /// What the paper claims of the models, to be answered from the measured cells.
  package var claims: [Claim] = []
  /// The models whose figures are set against the published ones together, as one row of the report each.
  package var groups: [ModelGroup] = []
  /// Remarks for the reader of the table.
  public var notes: [String] = []
  /// The folder of the experiment's file; nil for an experiment that was not read from a file.
  public var folder: URL?

  /// Where a data set comes from; one of which the name says all has an origin without parts.
  public subscript(originOf dataset: String) -> DatasetOrigin {
    get { origins[dataset] ?? DatasetOrigin() }
    set { origins[dataset] = newValue == DatasetOrigin() ? nil : newValue }
  }

  /// What folds are called that the entries of the data sets name.
  package static let splitsOfDatasets = "splits of the data sets"

  /// An experiment from its parts.
  public init(name: String, title: String, datasets: [String], models: [ExperimentModel]) {
    self.name = name
    self.title = title
    self.datasets = datasets
    self.models = models
  }

  /// The experiment that records are of, with as many folds and repetitions as they have; nil without records.
  public init?(of records: [TrialRecord], named name: String, titled title: String) {
    func distinct<Value: Hashable>(_ values: [Value]) -> [Value] {
      var seen: Set<Value> = []
      return values.filter { seen.insert($0).inserted }
    }
    guard let first = records.first else { return nil }
    self.init(
      name: name, title: title, datasets: distinct(records.map(\.dataset)),
      models: distinct(
        records.map { ExperimentModel(id: $0.model, protocol: $0.protocol == first.protocol ? nil : $0.protocol) }))
    (`protocol`, folds) = (first.protocol, records.map(\.fold).max() ?? 1)
    repeats = records.map(\.repetition).max() ?? 1
  }

  /// The protocol under which the experiment runs a model: the model's own, or else the experiment's.
  package func protocolName(of model: ExperimentModel) -> String { model.protocol ?? `protocol` }

  /// The number of trials of one cell: folds times repeats.
  package var trialsPerCell: Int { folds * repeats }

  /// The number of trials of the whole experiment.
  package var trialCount: Int { datasets.count * models.count * trialsPerCell }

  /// How bags are divided, for notes: `5 times 10-fold cross-validation`.
  package var division: String {
    let times = repeats == 1 ? "one" : "\(repeats) times"
    guard let foldScheme else { return "\(times) \(folds)-fold cross-validation" }
    guard foldsAreOfTheData else {
      return "\(times) \(folds)-fold cross-validation on the circulating folds \(foldScheme)"
    }
    return foldScheme == "loo" ? "leave-one-out cross-validation" : "the splits of \(foldScheme)"
  }

  /// The experiment with the numbers of folds and repetitions that its records have, where only the data tell them; 0
  /// folds where data sets differ.
  package func settled(by records: [TrialRecord]) -> Experiment {
    guard foldsAreOfTheData else { return self }
    var result = self
    let byDataset = Dictionary(grouping: records, by: \.dataset)
    let counts = Set(byDataset.values.map { $0.map(\.fold).max() ?? 0 })
    result.folds = counts.count == 1 ? counts.first ?? 0 : 0
    result.repeats = records.map(\.repetition).max() ?? 1
    return result
  }

  /// The published figures, if the experiment names any.
  ///
  /// - Throws: ``/UserInput/DocumentError`` naming the file and what is wrong with it.
  package func loadPublished() throws -> PublishedTable? {
    try published.map { try PublishedTable.load(from: besideExperiment($0)) }
  }

  /// Refuses published figures that no cell of the whole experiment would show.
  ///
  /// - Throws: ``/UserInput/DocumentError`` naming the row and what it may have been meant for.
  package func checkPublished() throws {
    guard let published, let table = try loadPublished() else { return }
    try table.check(datasets: datasets, models: models.map(\.id), file: besideExperiment(published))
  }

  /// The replications by others, if the experiment names any.
  ///
  /// - Throws: ``/UserInput/DocumentError`` naming the file and what is wrong with it, also when a row does not say by whom.
  package func loadReplications() throws -> PublishedTable? {
    try replications.map { path in
      let file = besideExperiment(path)
      let table = try PublishedTable.load(from: file)
      if let index = table.rows.firstIndex(where: { $0.by == nil }) {
        throw DocumentError(file: file.path, problem: "rows[\(index)]: the key \"by\" is missing")
      }
      return table
    }
  }

  private func besideExperiment(_ path: String) -> URL {
    folder?.appendingPathComponent(path) ?? URL(fileURLWithPath: path)
  }
}

/// Models of an experiment that are looked at together.
package struct ModelGroup: Sendable, Equatable {
  /// What the group is called.
  package var title: String
  /// The ids of its models.
  package var models: [String]

  /// A group from its parts.
  package init(title: String, models: [String]) {
    self.title = title
    self.models = models
  }

  /// What contradicts the description of the properties, as half a sentence that starts with a key.
  func problem(models known: [String]) -> String? {
    if models.isEmpty { return "models: an empty list, expected at least one model" }
    guard let missing = models.first(where: { !known.contains($0) }) else { return nil }
    let near = Spelling.nearest(to: missing, in: known).first.map { ", did you mean \($0)?" } ?? ""
    return "models: \(missing) is not one of the experiment's models\(near)"
  }
}

/// A model of an experiment: a model id, or an object with the id and what differs for this model.
public struct ExperimentModel: Sendable, Hashable {
  /// The model id.
  public var id: String
  /// The protocol to use instead of the experiment's.
  public var `protocol`: String?
  /// What tables call the model.
  public var label: String?

  /// A model from its parts.
  public init(id: String, protocol: String? = nil, label: String? = nil) {
    self.id = id
    self.protocol = `protocol`
    self.label = label
  }
}

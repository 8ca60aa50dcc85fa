import Foundation
import MILRecords
import UserInput

/// The origin of an experiment's data set, apart from its name.
package struct DatasetOrigin: Sendable, Equatable {
  /// The file of a data set that is named by its path.
  package var file: URL?
  /// The column of labels, if the file has several; each is a data set of its own.
  package var label: String?
  /// The path, if an entry gives the data set another name.
  package var path: String?
  /// The reading options of this file, which override ``Experiment/reading``.
  package var reading: ReadOptions?
  /// The place to get the data set, if an entry states it; the data set may then be missing.
  package var source: String?

  /// Creates an origin with no details.
  package init() {}
}

/// Data sets and models under a protocol: one file in `experiments/`, one table.
///
/// The file is JSON5. Every key except `title`, `datasets` and `models` is optional; unknown keys are errors.
package struct Experiment: Sendable, Equatable {
  /// The name extension of experiment files.
  package static let pathExtension = "json5"

  /// The experiment's name: its path in the folder of experiments without extension, for example `dp-minn/classical`.
  package var name: String
  /// The table's title.
  package var title: String
  /// The citation of the reproduced paper.
  package var paper: String?
  /// The table's name in the paper.
  package var table: String?
  /// The data sets' names, in the order of the table.
  package var datasets: [String]
  /// The models, in the order of the table.
  package var models: [ExperimentModel]
  /// The protocol's name, for example `clean` or `as-published`.
  package var `protocol`: String = "clean"
  /// The number of folds of one cross-validation.
  package var folds: Int = 10
  /// The scheme of published folds of the data sets, for example `lamda-10x10`; nil for random folds.
  ///
  /// The scheme's file determines the number of folds; the reader of an experiment file sets ``folds`` accordingly.
  package var foldScheme: String?
  /// Whether the number of folds depends on the data: for leave-one-out, and folds from the user's own file or column.
  package var foldsAreOfTheData = false
  /// Whether the file states ``repeats``; if not, all repetitions in a file of folds are run.
  package var repeatsAreStated = false
  /// The origins of data sets with more details than a name, by their names in results.
  package private(set) var origins: [String: DatasetOrigin] = [:]
  /// The options for reading data files, if their content is ambiguous: columns, the positive label and so on.
  package var reading: ReadOptions?
  /// The number of cross-validations, each with its own folds.
  package var repeats: Int = 5
  /// The master seed, from which the seeds of folds and trials are derived.
  package var seed: UInt64 = 2018
  /// The file of published figures, relative to the experiment's file.
  package var published: String?
  /// The file of replications by others, relative to the experiment's file.
  package var replications: String?
  /// The paper's claims about the models, which measured cells answer.
  package var claims: [Claim] = []
  /// The groups of models that are compared with the published figures together, each as one row of the report.
  package var groups: [ModelGroup] = []
  /// Remarks for the reader of the table.
  package var notes: [String] = []
  /// The folder of the experiment's file; nil for an experiment that was not read from a file.
  package var folder: URL?

  /// The origin of a data set; if there is only a name, the origin has no details.
  package subscript(originOf dataset: String) -> DatasetOrigin {
    get { origins[dataset] ?? DatasetOrigin() }
    set { origins[dataset] = newValue == DatasetOrigin() ? nil : newValue }
  }

  /// The name of folds that come from the entries of the data sets.
  package static let splitsOfDatasets = "splits of the data sets"

  /// Creates an experiment from its parts.
  package init(name: String, title: String, datasets: [String], models: [ExperimentModel]) {
    self.name = name
    self.title = title
    self.datasets = datasets
    self.models = models
  }

  /// Creates the experiment of some records, with their numbers of folds and repetitions; nil without records.
  package init?(of records: [TrialRecord], named name: String, titled title: String) {
    func distinct<Value: Hashable>(_ values: [Value]) -> [Value] {
      var seen: Set<Value> = []
      return values.filter { seen.insert($0).inserted }
    }
    guard let first = records.first else { return nil }
    self.init(
      name: name, title: title, datasets: distinct(records.map { $0.dataset }),
      models: distinct(
        records.map { ExperimentModel(id: $0.model, protocol: $0.protocol == first.protocol ? nil : $0.protocol) }))
    (`protocol`, folds) = (first.protocol, records.map { $0.fold }.max() ?? 1)
    repeats = records.map { $0.repetition }.max() ?? 1
  }

  /// Returns the protocol under which the experiment runs a model: the model's own, or the experiment's.
  package func protocolName(of model: ExperimentModel) -> String { model.protocol ?? `protocol` }

  /// The number of trials of one cell: folds times repeats.
  package var trialsPerCell: Int { folds * repeats }

  /// Returns the number of trials of a cell by data set: folds times repetitions, both at least the largest in records.
  ///
  /// Records have more repetitions than the experiment if a run chose their number. If folds depend on the data,
  /// records alone determine both numbers, for each data set.
  package func trialsPerCell(recorded records: [TrialRecord]) -> [String: Int] {
    let repetitions = records.map { $0.repetition }.max() ?? 1
    let groups = Dictionary(grouping: records, by: \.dataset)
    let names = Set(datasets + groups.keys)
    return Dictionary(
      uniqueKeysWithValues: names.map { name in
        let own = groups[name] ?? []
        let lastFold = own.map { $0.fold }.max() ?? 0
        guard foldsAreOfTheData else { return (name, max(folds, lastFold) * max(repeats, repetitions)) }
        return (name, lastFold * (own.map { $0.repetition }.max() ?? 1))
      })
  }

  /// The number of trials of the whole experiment.
  package var trialCount: Int { datasets.count * models.count * trialsPerCell }

  /// The division of the bags, for notes: `5 times 10-fold cross-validation`.
  package var division: String {
    let times = repeats == 1 ? "one" : "\(repeats) times"
    guard let foldScheme else { return "\(times) \(folds)-fold cross-validation" }
    guard foldsAreOfTheData else {
      return "\(times) \(folds)-fold cross-validation on the circulating folds \(foldScheme)"
    }
    return foldScheme == "loo" ? "leave-one-out cross-validation" : "the splits of \(foldScheme)"
  }

  /// Returns the experiment with the numbers of folds and repetitions of its records, if these depend on the data.
  ///
  /// The number of folds is 0 if data sets differ.
  package func settled(by records: [TrialRecord]) -> Experiment {
    guard foldsAreOfTheData else { return self }
    var result = self
    let byDataset = Dictionary(grouping: records, by: \.dataset)
    let counts = Set(byDataset.values.map { $0.map { $0.fold }.max() ?? 0 })
    result.folds = counts.count == 1 ? counts.first ?? 0 : 0
    result.repeats = records.map { $0.repetition }.max() ?? 1
    return result
  }

  /// Loads the published figures, if the experiment names a file.
  ///
  /// - Throws: ``/UserInput/DocumentError`` with the file and the problem.
  package func loadPublished() throws -> PublishedTable? {
    try published.map { try PublishedTable.load(from: besideExperiment($0)) }
  }

  /// Throws for published figures that belong to no cell of the whole experiment.
  ///
  /// - Throws: ``/UserInput/DocumentError`` with the row and the probable intention.
  package func checkPublished() throws {
    guard let published, let table = try loadPublished() else { return }
    try table.check(datasets: datasets, models: models.map(\.id), file: besideExperiment(published))
  }

  /// Loads the replications by others, if the experiment names a file.
  ///
  /// - Throws: ``/UserInput/DocumentError`` with the file and the problem, also if a row does not name its authors.
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

/// Models of an experiment that belong together.
package struct ModelGroup: Sendable, Equatable {
  /// The group's name.
  package var title: String
  /// The ids of its models.
  package var models: [String]

  /// Creates a group from its parts.
  package init(title: String, models: [String]) {
    self.title = title
    self.models = models
  }

  /// Returns the first invalid property, as half a sentence that starts with a key; nil if all are valid.
  func problem(models known: [String]) -> String? {
    if models.isEmpty { return "models: an empty list, expected at least one model" }
    guard let missing = models.first(where: { !known.contains($0) }) else { return nil }
    let near = Spelling.nearest(to: missing, in: known).first.map { ", did you mean \($0)?" } ?? ""
    return "models: \(missing) is not one of the experiment's models\(near)"
  }
}

/// A model of an experiment: a model id, or an object with the id and the differences for this model.
package struct ExperimentModel: Sendable, Hashable {
  /// The model id.
  package var id: String
  /// The protocol that replaces the experiment's; nil for the experiment's.
  package var `protocol`: String?
  /// The model's name in tables.
  package var label: String?

  /// Creates a model from its parts.
  package init(id: String, protocol: String? = nil, label: String? = nil) {
    self.id = id
    self.protocol = `protocol`
    self.label = label
  }
}

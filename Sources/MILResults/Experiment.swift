import Foundation
import UserInput

/// Data sets x models under a protocol: one file under `experiments/`, one table.
///
/// The file is JSON5. Every key but `title`, `datasets` and `models` may be left out; unknown keys are errors.
public struct Experiment: Sendable, Equatable {
  /// The name extension of experiment files.
  public static let pathExtension = "json5"

  /// The experiment's name: its path in the folder of experiments without extension, for example `dp-minn/classical`.
  public var name: String
  /// The table's title.
  public var title: String
  /// The citation of the paper that the experiment repeats.
  public var paper: String?
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
  public var foldScheme: String?
  /// Whether only the data tell the number of folds: for leave-one-out, and folds from a file or column of the user's own.
  public var foldsAreOfTheData = false
  /// Whether ``repeats`` was asked for; if not, all repetitions that a file of folds has are run.
  public var repeatsAreStated = false
  /// The files of data sets that are given by path, by the names that results are kept under.
  public var datasetFiles: [String: URL] = [:]
  /// The column of labels of a data set, where a file has several and each is a data set of its own.
  public var datasetLabels: [String: String] = [:]
  /// How files among the data sets are read, where their content does not say: columns, the positive label and so on.
  public var reading: ReadOptions?
  /// The number of cross-validations, each with folds of its own.
  public var repeats: Int = 5
  /// The master seed, from which the seeds of folds and trials follow.
  public var seed: UInt64 = 2018
  /// The file of published figures, relative to the experiment's file.
  public var published: String?
  /// The file of replications by others, relative to the experiment's file.
  public var replications: String?
  /// What the paper claims of the models, to be answered from the measured cells.
  public var claims: [Claim] = []
  /// The models whose figures are set against the published ones together, as one row of the report each.
  public var groups: [ModelGroup] = []
  /// Remarks for the reader of the table.
  public var notes: [String] = []
  /// The folder of the experiment's file; nil for an experiment that was not read from a file.
  public var folder: URL?

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
  public func protocolName(of model: ExperimentModel) -> String { model.protocol ?? `protocol` }

  /// The number of trials of one cell: folds times repeats.
  public var trialsPerCell: Int { folds * repeats }

  /// The number of trials of the whole experiment.
  public var trialCount: Int { datasets.count * models.count * trialsPerCell }

  /// How bags are divided, for notes: `5 times 10-fold cross-validation`.
  public var division: String {
    let times = repeats == 1 ? "one" : "\(repeats) times"
    guard let foldScheme else { return "\(times) \(folds)-fold cross-validation" }
    guard foldsAreOfTheData else {
      return "\(times) \(folds)-fold cross-validation on the circulating folds \(foldScheme)"
    }
    return foldScheme == "loo" ? "leave-one-out cross-validation" : "the splits of \(foldScheme)"
  }

  /// The experiment with the numbers of folds and repetitions that its records have, where only the data tell them; 0
  /// folds where data sets differ.
  public func settled(by records: [TrialRecord]) -> Experiment {
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
  public func loadPublished() throws -> PublishedTable? {
    try published.map { try PublishedTable.load(from: besideExperiment($0)) }
  }

  /// The replications by others, if the experiment names any.
  ///
  /// - Throws: ``/UserInput/DocumentError`` naming the file and what is wrong with it, also when a row does not say by whom.
  public func loadReplications() throws -> PublishedTable? {
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
public struct ModelGroup: Sendable, Equatable {
  /// What the group is called.
  public var title: String
  /// The ids of its models.
  public var models: [String]

  /// A group from its parts.
  public init(title: String, models: [String]) {
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

// MARK: - Reading

extension Experiment {
  /// The names of all experiments in `folder` and the folders in it, sorted.
  ///
  /// - Throws: ``/UserInput/DocumentError`` when the folder cannot be read.
  public static func list(in folder: URL) throws -> [String] {
    do {
      let suffix = "." + pathExtension
      let paths = try FileManager.default.subpathsOfDirectory(atPath: folder.path)
      return paths.filter { $0.hasSuffix(suffix) }.map { String($0.dropLast(suffix.count)) }.sorted()
    } catch {
      throw DocumentError(
        file: folder.path,
        problem: "cannot be listed (\(SystemReason.text(of: error))), expected a folder of experiments"
      )
    }
  }

  /// The experiment called `name` in `folder`.
  ///
  /// - Throws: ``/UserInput/DocumentError`` naming the nearest names when there is none of this name, or what is wrong in it.
  public static func load(
    named name: String, in folder: URL, metrics: [Metric] = .standard
  ) throws -> Experiment {
    let names = try list(in: folder)
    guard names.contains(name) else {
      let near = Spelling.nearest(to: name, in: names)
      let known = near.isEmpty ? (names.isEmpty ? ["none"] : names) : near
      throw DocumentError(
        file: folder.path,
        problem:
          "no experiment \"\(name)\", \(near.isEmpty ? "there are" : "did you mean") \(known.joined(separator: ", "))")
    }
    return try load(from: folder.appendingPathComponent(name + "." + pathExtension), name: name, metrics: metrics)
  }

  /// The experiment in `file`, called `name` or else after the file; `metrics` are those that claims may be about.
  ///
  /// - Throws: ``/UserInput/DocumentError`` naming the key path, what was found there and what was expected.
  public static func load(from file: URL, name: String? = nil, metrics: [Metric] = .standard) throws -> Experiment {
    let contents = try decode(Contents.self, from: file)
    var experiment = contents.experiment
    experiment.name = name ?? file.deletingPathExtension().lastPathComponent
    experiment.folder = file.deletingLastPathComponent()
    if let problem = experiment.problem(metrics) { throw DocumentError(file: file.path, problem: problem) }
    return experiment
  }

  private func problem(_ metrics: [Metric]) -> String? {
    // The upper bounds keep the number of trials far from overflow.
    if !(2...100_000).contains(folds) { return "folds: \(folds), expected 2 to 100000" }
    if !(1...100_000).contains(repeats) { return "repeats: \(repeats), expected 1 to 100000" }
    if datasets.isEmpty { return "datasets: an empty list, expected at least one data set" }
    if models.isEmpty { return "models: an empty list, expected at least one model" }
    if let index = firstRepeated(datasets) { return "datasets[\(index)]: \(datasets[index]) is listed twice" }
    if let index = firstRepeated(models.map { CellKey(dataset: "", model: $0.id, protocol: protocolName(of: $0)) }) {
      return "models[\(index)]: \(models[index].id) is listed twice with one protocol"
    }
    for (index, claim) in claims.enumerated() {
      if let problem = claim.problem(models: models.map(\.id), metrics: metrics.map(\.id) + ["parameters", "seconds"]) {
        return "claims[\(index)].\(problem)"
      }
    }
    for (index, group) in groups.enumerated() {
      if let problem = group.problem(models: models.map(\.id)) { return "groups[\(index)].\(problem)" }
    }
    let names = [title, `protocol`, foldScheme ?? "-"] + datasets + claims.map(\.text) + groups.map(\.title)
    let texts = names + models.flatMap { [$0.id, $0.protocol ?? "-", $0.label ?? "-"] }
    if texts.contains(where: { $0.allSatisfy(\.isWhitespace) }) {
      return "an empty title, protocol, fold scheme, data set, model, label, claim or group, expected some text"
    }
    return nil
  }

  private struct Contents: Decodable {
    var experiment: Experiment

    enum CodingKeys: String, CodingKey, CaseIterable {
      case title, paper, table, datasets, models, `protocol`, folds, repeats, seed, published, replications, claims,
        groups, notes, reading
    }

    init(from decoder: any Decoder) throws {
      let object = try decoder.strictContainer(keyedBy: CodingKeys.self)
      experiment = Experiment(
        name: "", title: try object.decode(String.self, forKey: .title),
        datasets: try object.decode([String].self, forKey: .datasets),
        models: try object.decode([ExperimentModel].self, forKey: .models))
      experiment.paper = try object.decodeIfPresent(String.self, forKey: .paper)
      experiment.table = try object.decodeIfPresent(String.self, forKey: .table)
      experiment.protocol = try object.decodeIfPresent(String.self, forKey: .protocol) ?? experiment.protocol
      experiment.foldScheme = try? object.decode(String.self, forKey: .folds)
      if experiment.foldScheme == nil {
        experiment.folds = try object.decodeWholeIfPresent(Int.self, forKey: .folds) ?? experiment.folds
      }
      experiment.repeatsAreStated = object.contains(.repeats)
      experiment.repeats = try object.decodeWholeIfPresent(Int.self, forKey: .repeats) ?? experiment.repeats
      experiment.seed = try object.decodeWholeIfPresent(UInt64.self, forKey: .seed) ?? experiment.seed
      experiment.published = try object.decodeIfPresent(String.self, forKey: .published)
      experiment.replications = try object.decodeIfPresent(String.self, forKey: .replications)
      experiment.claims = try object.decodeIfPresent([Claim].self, forKey: .claims) ?? []
      experiment.reading = try object.decodeIfPresent(ReadOptions.self, forKey: .reading)
      experiment.groups = try object.decodeIfPresent([ModelGroup].self, forKey: .groups) ?? []
      experiment.notes = try object.decodeIfPresent([String].self, forKey: .notes) ?? []
    }
  }
}

extension ModelGroup: Decodable {
  private enum CodingKeys: String, CodingKey, CaseIterable {
    case title, models
  }

  /// A group from an object.
  public init(from decoder: any Decoder) throws {
    let object = try decoder.strictContainer(keyedBy: CodingKeys.self)
    self.init(
      title: try object.decode(String.self, forKey: .title),
      models: try object.decode([String].self, forKey: .models))
  }
}

extension ExperimentModel: Decodable {
  private enum CodingKeys: String, CodingKey, CaseIterable {
    case id, `protocol`, label
  }

  /// A model from a text (its id) or an object.
  public init(from decoder: any Decoder) throws {
    if let id = try? decoder.singleValueContainer().decode(String.self) {
      self.init(id: id)
    } else {
      let object = try decoder.strictContainer(keyedBy: CodingKeys.self)
      self.init(
        id: try object.decode(String.self, forKey: .id),
        protocol: try object.decodeIfPresent(String.self, forKey: .protocol),
        label: try object.decodeIfPresent(String.self, forKey: .label))
    }
  }
}

/// A value read from a JSON5 file.
func decode<Value: Decodable>(_ type: Value.Type, from file: URL) throws -> Value {
  let data: Data
  do {
    data = try Data(contentsOf: file)
  } catch {
    throw DocumentError(file: file.path, problem: "cannot be read (\(SystemReason.text(of: error)))")
  }
  return try decodeJSON5(type, from: data, file: file.path)
}

private func firstRepeated<Value: Hashable>(_ values: [Value]) -> Int? {
  var seen: Set<Value> = []
  return values.firstIndex { !seen.insert($0).inserted }
}

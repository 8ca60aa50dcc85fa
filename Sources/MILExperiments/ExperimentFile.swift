import Foundation
import MILRecords
import UserInput

extension Experiment {
  /// Returns the names of all experiments in `folder` and its subfolders, sorted.
  ///
  /// - Throws: ``/UserInput/DocumentError`` if the folder cannot be read.
  package static func list(in folder: URL) throws -> [String] {
    do {
      let suffix = "." + pathExtension
      // The folder itself may be a link.
      let paths = try FileManager.default.subpathsOfDirectory(atPath: folder.resolvingSymlinksInPath().path)
      return paths.filter { $0.hasSuffix(suffix) }.map { String($0.dropLast(suffix.count)) }.sorted()
    } catch {
      throw DocumentError(
        file: folder.path,
        problem: "cannot be listed (\(SystemReason.text(of: error))), expected a folder of experiments"
      )
    }
  }

  /// Loads the experiment `name` in `folder`.
  ///
  /// - Throws: ``/UserInput/DocumentError`` with the nearest names if there is none of this name, or with the error in
  ///   it.
  package static func load(
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

  /// Loads the experiment in `file`, under `name` or the file's name; claims may use the `metrics`.
  ///
  /// - Throws: ``/UserInput/DocumentError`` with the key path, the found value and the expected one.
  package static func load(from file: URL, name: String? = nil, metrics: [Metric] = .standard) throws -> Experiment {
    let contents = try decode(Contents.self, from: file)
    var experiment = contents.experiment
    experiment.name = name ?? file.deletingPathExtension().lastPathComponent
    experiment.folder = file.deletingLastPathComponent()
    if let problem = experiment.problem(metrics) { throw DocumentError(file: file.path, problem: problem) }
    return experiment
  }

  private func problem(_ metrics: [Metric]) -> String? {
    // The upper bounds prevent overflow of the number of trials.
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

  /// Returns the experiment with each model once for each value of a setting of its protocol: a curve.
  ///
  /// - Parameters:
  ///   - values: the points of the curve.
  ///   - setting: the setting's name, which the protocol's name then has in brackets.
  ///   - none: the value at which the protocol keeps its name.
  fileprivate func spread(over values: [String], of setting: String, none: String) -> Experiment {
    var result = self
    result.models = models.flatMap { model in
      values.map { value in
        var point = model
        guard value != none else { return point }
        let name = protocolName(of: model)
        point.protocol = (name.hasSuffix("]") ? name.dropLast() + "," : name + "[") + "\(setting)=\(value)]"
        return point
      }
    }
    return result
  }

  private struct Contents: Decodable {
    var experiment: Experiment

    enum CodingKeys: String, CodingKey, CaseIterable {
      case title, paper, table, datasets, models, `protocol`, folds, repeats, seed, published, replications, claims,
        groups, notes, reading, labelNoise, positiveShare, trainingBags, acquisition, varies

      /// The keys for settings of the protocol.
      static let settings: [(key: CodingKeys, setting: ProtocolSetting)] = ProtocolSetting.all.compactMap { setting in
        CodingKeys(rawValue: setting.name).map { ($0, setting) }
      }
    }

    init(from decoder: any Decoder) throws {
      let object = try decoder.strictContainer(keyedBy: CodingKeys.self)
      let entries = try object.decode([DatasetEntry].self, forKey: .datasets)
      experiment = Experiment(
        name: "", title: try object.decode(String.self, forKey: .title), datasets: entries.map(\.key),
        models: try object.decode([ExperimentModel].self, forKey: .models))
      for entry in entries {
        var origin = experiment[originOf: entry.key]
        if entry.name != nil { origin.path = entry.path }
        (origin.reading, origin.source) = (entry.reading, entry.source)
        experiment[originOf: entry.key] = origin
      }
      experiment.paper = try object.decodeIfPresent(String.self, forKey: .paper)
      experiment.table = try object.decodeIfPresent(String.self, forKey: .table)
      experiment.protocol = try object.decodeIfPresent(String.self, forKey: .protocol) ?? experiment.protocol
      for (key, setting) in CodingKeys.settings where object.contains(key) {
        let values: [String]
        if setting.isNumber {
          values = try ((try? object.decode([Double].self, forKey: key)) ?? [object.decode(Double.self, forKey: key)])
            .map { Int(exactly: $0).map(String.init) ?? "\($0)" }
        } else {
          values = try (try? object.decode([String].self, forKey: key)) ?? [object.decode(String.self, forKey: key)]
        }
        experiment = experiment.spread(over: values, of: setting.name, none: setting.none)
      }
      let folds = try object.decodeFoldsIfPresent(forKey: .folds)
      (experiment.foldScheme, experiment.folds) = (folds.scheme, folds.count ?? experiment.folds)
      if entries.contains(where: { $0.reading?.splits != nil }), !object.contains(.folds) {
        experiment.foldScheme = Experiment.splitsOfDatasets
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

/// A data set of an experiment: a name or path, or an object with a path and reading options.
private struct DatasetEntry: Decodable {
  var path: String
  var name: String?
  var source: String?
  var reading: ReadOptions?

  /// The name in the experiment.
  var key: String { name ?? path }

  private enum CodingKeys: String, CodingKey, CaseIterable {
    case path, name, source, labels, slides, splits, positive, reading
  }

  init(from decoder: any Decoder) throws {
    if let path = try? decoder.singleValueContainer().decode(String.self) {
      self.path = path
      return
    }
    let object = try decoder.strictContainer(keyedBy: CodingKeys.self)
    path = try object.decode(String.self, forKey: .path)
    name = try object.decodeIfPresent(String.self, forKey: .name)
    source = try object.decodeIfPresent(String.self, forKey: .source)
    var reading = try object.decodeIfPresent(ReadOptions.self, forKey: .reading) ?? .automatic
    reading.labels = try object.decodeIfPresent(String.self, forKey: .labels) ?? reading.labels
    reading.slides = try object.decodeIfPresent(String.self, forKey: .slides) ?? reading.slides
    reading.splits = try object.decodeIfPresent(String.self, forKey: .splits) ?? reading.splits
    reading.positive = try object.decodeIfPresent(String.self, forKey: .positive) ?? reading.positive
    self.reading = reading
  }
}

extension ModelGroup: Decodable {
  private enum CodingKeys: String, CodingKey, CaseIterable {
    case title, models
  }

  /// Reads a group from an object.
  package init(from decoder: any Decoder) throws {
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

  /// Reads a model from a text (its id) or an object.
  package init(from decoder: any Decoder) throws {
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

/// Reads a value from a JSON5 file.
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

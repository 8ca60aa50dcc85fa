import Foundation
import MILBags
import UserInput

/// A model that is another program, in any language, given by a description file.
///
/// The file is JSON5, and the model's id is the file's name without `.json5`. Ids in journals and tables therefore stay
/// short, and do not depend on the file's location. Its parameters are set in brackets after the id, as for any other
/// model.
///
/// | key | meaning |
/// |---|---|
/// | `title` | the name of the model in tables |
/// | `citation` | authors, title, venue, year, DOI |
/// | `summary` | one sentence on the model; optional |
/// | `command` | program and arguments, run without a shell in the folder of the file |
/// | `scores` | `"probabilities"` (positive from 0.5 on; the default) or `"decisions"` (positive from 0 on) |
/// | `timeout` | the time limit of a fit, or of a scoring, in seconds; 3600 by default |
/// | `parameters` | an object of numbers, texts, and true and false: the defaults |
/// | `names` | `"anonymous"` (bags and groups are numbered; the default) or `"original"` (as in the data set) |
/// | `files` | further files whose change makes another program, besides those of the command; optional |
///
/// The program is called at least twice, each time with two further arguments: `fit FOLDER` once, then `score FOLDER`
/// for each set of bags. FOLDER is a temporary folder of the trial, in which the program may keep any files between the
/// calls. Training cannot see the bags to score, which come with the second call. Their labels and names (which may
/// reveal labels) are never passed. A trial passes both sets of bags in an order drawn from its seed. Data sets often
/// list the bags of one label before those of the other. The instances of a bag keep their order.
///
/// The inputs, with bags and features standardised as for every other model:
///
/// - `job.json`: `step` (`fit` or `score`), `dataset`, `repetition` and `fold` (from 1, or null), `seed` (below 2^32),
///   `parameters`, `bags` and `features` (the numbers of both), and for the training bags `names` and `groups` (or
///   null);
/// - `training.npz`: `instances` (N x d, 32-bit), `starts` and `lengths` (the rows of each bag), `labels` (0 or 1);
/// - `bags.npz`, when scoring: `instances`, `starts` and `lengths` of the bags to score.
///
/// The outputs:
///
/// - `scores.csv`, after scoring: a line for each bag, in their order, with its score, or with one for each epoch,
///   separated by commas or blanks;
/// - `weights.csv`, after scoring, optional: a line for each instance with its weight;
/// - `report.json`, after fitting, optional: `losses` (one for each epoch; then scores have as many columns),
///   `parameters` (the number of trained ones), `steps`, `notes` (texts by name).
///
/// The trial fails if the program is missing, exits with a code other than 0, exceeds the time limit or returns invalid
/// scores. The error contains the last lines of the program's output.
package struct ExternalModel: Sendable, Equatable, Codable {
  /// The names of training bags and groups that a program receives.
  package enum Names: String, Sendable, Codable, CaseIterable {
    /// Numbers, equal for equal groups; the names of a source often reveal the label.
    case anonymous
    /// The names of the data set.
    case original
  }

  /// The model's id: the name of the file.
  package let id: String
  /// The name of the model in tables.
  package let title: String
  /// Authors, title, venue, year, DOI.
  package let citation: String
  /// One sentence on the model.
  package let summary: String
  /// Program and arguments.
  package let command: [String]
  /// The kind of scores.
  package let scores: ModelTraits.Scores
  /// The names that the program receives.
  package let names: Names
  /// The time limit of a fit, or of a scoring, in seconds.
  package let timeout: Double
  /// The folder of the description, which is the working folder of the command.
  package let folder: URL
  /// The SHA-256 digest, in hexadecimal, of the program's files in the folder. These are `files`, the parts of the
  /// command that name regular files there, and further files whose names these mention, as an import does. A changed
  /// program is another one, whose trials are run again.
  package let digest: String
  let parameters: ExternalParameters
  /// The names of environment variables that the program receives besides the usual ones.
  let environment: [String]

  /// Creates a model without a command, which cannot be fitted.
  init() {
    (id, title, citation, summary, command, digest) = ("", "", "", "", [], "")
    environment = []
    (scores, names, timeout, folder) = (.probabilities, .anonymous, 0, URL(fileURLWithPath: "/"))
    parameters = ExternalParameters()
  }

  /// Reads a description from a file.
  ///
  /// - Throws: ``/UserInput/DocumentError`` with the file, and the key that is missing or wrong.
  package init(contentsOf file: URL) throws {
    func refuse(_ problem: String) -> DocumentError { DocumentError(file: file.path, problem: problem) }
    let data: Data
    do {
      data = try Data(contentsOf: file)
    } catch {
      throw refuse("cannot be read (\(SystemReason.text(of: error))), expected the description of an external model")
    }
    let description = try decodeJSON5(Description.self, from: data, file: file.path)
    guard let program = description.command.first, !program.isEmpty else {
      throw refuse("command: found nothing, expected a program and its arguments")
    }
    guard (0.001...1e7).contains(description.timeout) else {
      throw refuse("timeout: found \(description.timeout), expected 0.001 to 10000000 seconds")
    }
    for (name, value) in description.parameters.values.sorted(by: { $0.key < $1.key }) {
      let isPlain = !name.isEmpty && name.allSatisfy { $0.isASCII && ($0.isLetter || $0.isNumber || $0 == "_") }
      guard isPlain, name != "external" else {
        throw refuse(
          "parameters: found the name \"\(name.onOneLine(limit: 80))\", expected letters, digits and _, and not external"
        )
      }
      if case .object = value { throw refuse("parameters.\(name): found an object, expected a single value") }
    }
    id = file.deletingPathExtension().lastPathComponent
    folder = file.deletingLastPathComponent()
    (title, citation, command) = (description.title, description.citation, description.command)
    summary = description.summary ?? "The program \(command.joined(separator: " "))."
    (scores, names, timeout) = (description.scores, description.names, description.timeout)
    parameters = description.parameters
    environment = description.environment
    digest = try Self.digest(of: command, description.files, in: folder, file)
  }

  private static func digest(of command: [String], _ files: [String], in folder: URL, _ file: URL) throws -> String {
    var hash = SHA256()
    let mentioned = ProgramFiles.mentioned(in: command + files, folder)
    for name in Set(command + files + mentioned).sorted() where !name.isEmpty {
      let place = folder.appending(path: name)
      // Interpreters are often links out of the folder, and differ between machines.
      let isRegular = (try? place.resourceValues(forKeys: [.isRegularFileKey]))?.isRegularFile == true
      guard !name.hasPrefix("/"), isRegular, let content = try? Data(contentsOf: place) else {
        if !files.contains(name) { continue }
        throw DocumentError(file: file.path, problem: "files: \"\(name)\" is no file in \(folder.path)")
      }
      hash.update(Array("\(name)\n\(content.count)\n".utf8))
      hash.update([UInt8](content))
    }
    return hash.finish()
  }

  /// The content of the file.
  private struct Description: Decodable {
    let title, citation: String
    let summary: String?
    let command, files, environment: [String]
    let scores: ModelTraits.Scores
    let names: Names
    let timeout: Double
    let parameters: ExternalParameters

    enum CodingKeys: String, CodingKey, CaseIterable {
      case title, citation, summary, command, scores, names, timeout, parameters, files, environment
    }

    init(from decoder: any Decoder) throws {
      let fields = try decoder.strictContainer(keyedBy: CodingKeys.self)
      title = try fields.decode(String.self, forKey: .title)
      citation = try fields.decode(String.self, forKey: .citation)
      summary = try fields.decodeIfPresent(String.self, forKey: .summary)
      command = try fields.decode([String].self, forKey: .command)
      files = try fields.decodeIfPresent([String].self, forKey: .files) ?? []
      environment = try fields.decodeIfPresent([String].self, forKey: .environment) ?? []
      scores = try fields.decodeChoiceIfPresent(ModelTraits.Scores.self, forKey: .scores) ?? .probabilities
      names = try fields.decodeChoiceIfPresent(Names.self, forKey: .names) ?? .anonymous
      timeout = try fields.decodeIfPresent(Double.self, forKey: .timeout) ?? 3600
      parameters = try fields.decodeIfPresent(ExternalParameters.self, forKey: .parameters) ?? ExternalParameters()
    }
  }
}

/// The parameters of an external model: values by name.
struct ExternalParameters: Codable, Sendable, Equatable {
  var values: [String: JSONValue] = [:]

  init() {}

  init(from decoder: any Decoder) throws { values = try [String: JSONValue](from: decoder) }

  func encode(to encoder: any Encoder) throws { try values.encode(to: encoder) }
}

/// An external model with its parameters set.
struct ExternalConfiguration: Model {
  var model = ExternalModel()
  var parameters = ExternalParameters()

  init() {}

  init(_ model: ExternalModel, _ parameters: ExternalParameters) {
    self.model = model
    self.parameters = parameters
  }
}

extension ModelRegistration {
  /// Creates the registration of an external model; its parameters are those of its description.
  init(_ model: ExternalModel) throws {
    try self.init(
      id: model.id, title: model.title, summary: model.summary, citation: model.citation,
      published: .dataHandlingOfMINet, trained: ExternalConfiguration(model, model.parameters).traits.trained,
      scores: model.scores, schema: ParameterSchema(model.parameters, kind: "model") { _ in },
      program: .object([
        "command": .string(model.command.joined(separator: " ")), "program": .string(model.digest),
        "scores": .string(model.scores.rawValue),
        // Earlier trials received bags in the data set's order and under its names, so they count as others.
        "receives": .string("drawn order, \(model.names.rawValue) names"),
      ])
    ) { ExternalConfiguration(model, try $0.decoded(as: ExternalParameters.self)) }
  }
}

extension ModelRegistry {
  /// Adds external models.
  ///
  /// - Parameter places: description files, and folders; every file of a folder with the extension `json5` is a
  ///   description.
  /// - Throws: ``/UserInput/DocumentError`` for an invalid description, and for an id that is taken or contains other
  ///   characters than lower-case letters, digits and hyphens.
  package mutating func registerExternalModels(in places: [URL]) throws {
    for place in places {
      var isFolder: ObjCBool = false
      _ = FileManager.default.fileExists(atPath: place.path, isDirectory: &isFolder)
      var files = [place]
      if isFolder.boolValue {
        let names = try FileManager.default.contentsOfDirectory(atPath: place.path)
        files = names.filter { $0.hasSuffix(".json5") }.sorted().map { place.appending(path: $0) }
      }
      for file in files {
        do {
          try register(ModelRegistration(ExternalModel(contentsOf: file)))
        } catch let error as ModelError {
          throw DocumentError(file: file.path, problem: error.description)
        }
      }
    }
  }
}

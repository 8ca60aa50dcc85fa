import MILExperiments
import MILModels
import MILReport
import UserInput

/// The models of a registry, each with its source, parameters, fitted parts, and the experiments that name it.
struct ModelCatalogue {
  /// The entry of one model.
  struct Entry: Encodable {
    /// The id, title, description, source, and the parts that a fit determines, with the method.
    let id, title, summary, citation, trained: String
    /// The meaning of bag scores with the default parameters: `probabilities` or `decisions`.
    let scores: ModelTraits.Scores
    /// The authors' training recipe, as far as it is known.
    let recipe: String
    /// The parameters and their defaults.
    let parameters: [String: String]
    /// The allowed values of parameters that are one of several names.
    let choices: [String: [String]]
    /// The experiments that name the model, sorted.
    let experiments: [String]
  }

  /// The models in the order of the registry.
  let entries: [Entry]

  /// Creates the catalogue of a registry; experiments may also name models of other registries.
  init(_ registry: ModelRegistry, experiments: [Experiment]) {
    var tables: [String: [String]] = [:]
    for experiment in experiments {
      let named = experiment.models.compactMap { model in
        (try? ModelIdentifier(parsing: model.id)).flatMap { try? registry.registration(named: $0.name).id }
      }
      for id in Set(named) { tables[id, default: []].append(experiment.name) }
    }
    entries = registry.registrations.map { model in
      Entry(
        id: model.id, title: model.title, summary: model.summary, citation: model.citation, trained: model.trained,
        scores: model.scores, recipe: model.published.note,
        parameters: Dictionary(model.parameters.map { ($0.name, $0.value) }) { first, _ in first },
        choices: model.choices, experiments: (tables[model.id] ?? []).sorted())
    }
  }

  /// The catalogue for a terminal.
  var text: String {
    entries.map { entry in
      var lines = [
        "\(entry.id)  (\(entry.title))", "  \(entry.summary)", "  trained: \(entry.trained)", "  \(entry.citation)",
      ]
      let parameters = entry.parameters.sorted { $0.key < $1.key }.map { "\($0.key)=\($0.value)" }
      if !parameters.isEmpty { lines.append("  parameters: \(parameters.joined(separator: ", "))") }
      if !entry.experiments.isEmpty { lines.append("  tables: \(entry.experiments.joined(separator: ", "))") }
      return lines.joined(separator: "\n") + "\n"
    }.joined(separator: "\n")
  }

  /// The catalogue as a page.
  var markdown: String {
    var overview = ReportTable(title: "", columns: [.init("model id"), .init("name"), .init("trained by a fit")])
    for entry in entries { overview.append(ReportTable.Row([entry.id, entry.title, entry.trained])) }
    let head = """
      # Models

      What every model is, what a fit decides, where it comes from and which tables it stands in.

      <!-- Made from the registry; do not edit. Written anew by: make models -->

      ## Overview

      A model is asked for by its id. Parameters that differ from the defaults stand in brackets:
      `mi-net-bag[epochs=20,pooling=mean]`. A table is an experiment: `milbench run NAME` runs it, `milbench report NAME`
      prints it. The scores of a model that is called "(ordered)" depend on the order of a bag's instances; those of all
      others do not.


      """
    return head + overview.markdown + entries.map { "\n" + Self.section($0) }.joined()
  }

  private static func section(_ entry: Entry) -> String {
    func plain(_ text: String) -> String { text.escapedForMarkdown }
    let tables = entry.experiments.map { "`\($0)`" }.joined(separator: ", ")
    var text = """
      ## \(plain(entry.title))

      \(plain(entry.summary))

      - Id: `\(entry.id)`
      - Trained: \(plain(entry.trained)).
      - Source: \(plain(entry.citation))
      - As published: \(plain(entry.recipe))
      - Tables: \(tables.isEmpty ? "none" : tables)

      """
    guard !entry.parameters.isEmpty else { return text }
    var parameters = ReportTable(title: "", columns: [.init("parameter"), .init("default"), .init("choices")])
    for (name, value) in entry.parameters.sorted(by: { $0.key < $1.key }) {
      parameters.append(ReportTable.Row([name, value, entry.choices[name]?.joined(separator: ", ") ?? ""]))
    }
    text += "\n" + parameters.markdown
    return text
  }
}

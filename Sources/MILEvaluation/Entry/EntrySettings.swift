import MILBags
import MILModels
import MILRecords
import UserInput

extension Entry {
  /// Checks that each cell has one configuration, and the settings that its protocol allows.
  mutating func checkSettings() {
    for (key, lines) in cells {
      let parts: [(title: String, value: (TrialRecord) -> String)] = [
        ("configurations", { $0.configuration }), ("settings of the protocol", { $0.protocolSettings }),
        ("programs", { $0.code ?? "none" }), ("tasks", { $0.task ?? "default" }),
      ]
      for (title, value) in parts { checkOne(title, of: key, lines, value) }
      if let line = lines.first(where: { $0.settings == nil }) {
        find(
          .settings, at: place(line), "protocolSettings \(line.record.protocolSettings.onOneLine(limit: 200))",
          expected: "a JSON object with folds, scheme, standardisation, epsilon and seed",
          wayOut: "write the records with milbench or its Python package")
      } else {
        checkProtocol(key, lines)
      }
    }
  }

  private mutating func checkOne(
    _ title: String, of key: CellKey, _ lines: [Line], _ value: (TrialRecord) -> String
  ) {
    guard let first = lines.first, let other = lines.first(where: { value($0.record) != value(first.record) }) else {
      return
    }
    let (left, right) = (value(first.record), value(other.record))
    find(
      .settings, at: place(key),
      "\(Set(lines.map { value($0.record) }).count) \(title), as in lines \(first.number) and \(other.number) ("
        + "\(Self.difference(left, right)))",
      expected: "one for all trials of a cell",
      wayOut: "keep the trials of one of them and run the others again with it")
  }

  /// Returns the values in which two JSON objects differ, or the two texts.
  static func difference(_ left: String, _ right: String) -> String {
    let (mine, theirs) = (SettingLeaves(left).values, SettingLeaves(right).values)
    let names = Set(mine.keys).union(theirs.keys).filter { mine[$0] != theirs[$0] }.sorted()
    let shown = names.prefix(3).map { "\($0) \(mine[$0] ?? "not set") and \(theirs[$0] ?? "not set")" }
    let text = shown.isEmpty ? "\(left) and \(right)" : shown.joined(separator: ", ")
    return text.onOneLine(limit: 200) + (names.count > 3 ? ", \(names.count - 3) more" : "")
  }

  private mutating func checkProtocol(_ key: CellKey, _ lines: [Line]) {
    let named: TrialProtocol
    do {
      named = try TrialProtocol(named: key.protocol)
    } catch {
      return find(
        .settings, at: place(key), "\(error)", expected: "the name of a protocol",
        wayOut: "run the trials under one of the protocols that \"milbench evaluate --help\" lists")
    }
    if named.name != key.protocol {
      find(
        .settings, at: place(key), "protocol \"\(key.protocol)\"", expected: "its canonical name \"\(named.name)\"",
        wayOut: "run the trials with this version, which writes canonical names")
    }
    guard let settings = lines.first?.settings else { return }
    if settings.change != named.change || settings.varies != named.varies {
      find(
        .settings, at: place(key), "settings with other changes than the protocol's name says",
        expected: "that of \(named.name)", wayOut: "run the trials under the protocol that is meant")
    }
    guard named.rules != .asPublished else { return }
    if settings.standardisation != .trainingInstances || settings.epsilon != 0 {
      find(
        .settings, at: place(key),
        "standardisation \"\(settings.standardisation.rawValue)\" with epsilon \(settings.epsilon)",
        expected: "\"training\" with epsilon 0, as \(named.rules.rawValue) fits it to the training bags",
        wayOut: "run the trials under \(named.rules.rawValue)")
    }
    if settings.scheme == .plain {
      find(
        .settings, at: place(key), "plain folds",
        expected: "stratified or published folds under \(named.rules.rawValue)",
        wayOut: "run the trials under \(named.rules.rawValue)")
    }
  }

  /// Checks that models which are not the harness's do not share ids and titles with it, and that the others are what
  /// the registry has under their ids.
  mutating func checkModels(in registry: ModelRegistry) {
    var clashes: Set<String> = []
    for (key, lines) in cells {
      guard let line = lines.first else { continue }
      let base = String(key.model.prefix { $0 != "[" })
      let sameId = registry.registrations.first { $0.id == base.lowercased() || $0.title == base }
      guard let known = sameId else {
        if clashes.insert(base).inserted { checkTitle(line, in: registry) }
        continue
      }
      // A model described beside the entry is registered, too.
      guard known.isReleased || known.dependsOnBuild else { continue }
      let own = lines.first { $0.record.isOfExternalProgram || known.isReleased && $0.record.code != nil }
      if let own, clashes.insert(base).inserted {
        let code = own.record.code == nil ? "an external program" : "code of another program"
        find(
          .models, at: place(own), "model id \(base) with \(code)",
          expected: "an id of its own, since \(known.id) (\(known.title)) is a model of milbench",
          wayOut: "give the model another id and title and run it under these")
      }
      if own == nil, known.isReleased { checkReleased(key, line, known, registry) }
    }
  }

  private mutating func checkTitle(_ line: Line, in registry: ModelRegistry) {
    let titles = [line.record.title, line.record.family].compactMap { $0 }
    if let known = registry.registrations.first(where: { titles.contains($0.title) }) {
      find(
        .models, at: place(line), "model \(line.record.model) with the title \"\(known.title)\"",
        expected: "a title of its own, since \(known.id) has this one",
        wayOut: "give the model another title and run it under that")
    }
  }

  private mutating func checkReleased(
    _ key: CellKey, _ line: Line, _ known: ModelRegistration, _ registry: ModelRegistry
  ) {
    guard let rules = try? TrialProtocol(named: key.protocol).rules else { return }
    let wayOut = "run it with this version, or give another model an id of its own"
    let resolved: ResolvedModel
    do {
      resolved = try rules.resolve(key.model, in: registry, dataset: key.dataset)
    } catch {
      return find(
        .models, at: place(key), "\(error)", expected: "a model with parameters of \(known.id)", wayOut: wayOut)
    }
    if resolved.id != key.model {
      find(
        .models, at: place(key), "model id \(key.model)", expected: "its canonical form \(resolved.id)", wayOut: wayOut)
    }
    if resolved.configuration != line.record.configuration {
      let difference = Self.difference(line.record.configuration, resolved.configuration)
      find(
        .models, at: place(line), "another configuration than the id has here (\(difference))",
        expected: "that of \(resolved.id)", wayOut: wayOut)
    }
    if let title = line.record.title, title != resolved.title {
      find(
        .models, at: place(line), "title \"\(title)\"", expected: "\"\(resolved.title)\", the title of \(resolved.id)",
        wayOut: wayOut)
    }
  }
}

extension TrialRecord {
  /// Whether the configuration has the properties of an external program.
  fileprivate var isOfExternalProgram: Bool {
    SettingLeaves(self.configuration).values.keys.contains { $0 == "external" || $0.hasPrefix("external.") }
  }
}

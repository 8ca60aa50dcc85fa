import ArgumentParser
import Foundation
import MILBags
import MILCatalogue
import MILFormats
import Output
import UserInput

/// The command `milbench describe`.
struct DescribeCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "describe", abstract: "Show shape, bag sizes, source, quirks and audit of a data set or file.",
    discussion: """
      Examples:
        milbench describe musk1
        milbench describe "ucsb-breast[labels=circulated]"
        milbench describe path/to/bags.csv --json
        milbench describe slides.csv --bag-column slide --label-column diagnosis \\
          --group-column patient
      """)

  @Argument(help: "A data set's name or a file.") var dataset: String
  @OptionGroup var file: DataFileOptions
  @Flag(help: "Use a file whose checksum or shape is not the catalogue's.") var force = false
  @Flag(help: "Print JSON.") var json = false

  func run() throws {
    let store = try DatasetStore.ofEnvironment(force: force)
    if let entry = try store.labelledInstances(dataset) {
      let description = InstancesDescription(try store.loadInstances(dataset), entry)
      if json { return try printJSON(description) }
      return try StandardOutput.print(description.text)
    }
    let loaded = try store.load(dataset, file)
    let findings = try DatasetAudit.findings(in: loaded.dataset, catalogue: store.catalogue)
    let made = try SyntheticSets.request(loaded.dataset.name).map { type(of: $0.generator) }
    let selection = try store.catalogue.selection(named: loaded.dataset.name)
    let description = try DatasetDescription(loaded, selection, made, findings)
    if json { return try printJSON(description) }
    try StandardOutput.print(description.text(terminalOf: loaded.dataset))
  }
}

/// The output of `milbench describe` about bags.
private struct DatasetDescription: Encodable {
  var name, format, sha256, file, fingerprint: String
  var bags, instances, features: Int
  var task: String
  /// The number of bags of each class, if there are several classes.
  var classes: [String: Int]?
  /// The number of bags whose event happened, if targets are survival times.
  var events: Int?
  var positiveBags: Int?
  var smallestBag, medianBag, largestBag, constantFeatures: Int
  var licence, citation, labels, labelling: String?
  var labellings: [String: String]
  var folds, quirks, notes: [String]
  var decisions: [ReadDecision]
  var findings: [AuditFinding]

  enum CodingKeys: String, CodingKey {
    case name, format, sha256, file, fingerprint, bags, instances, features, task, classes, events
    case positiveBags = "positive_bags"
    case smallestBag = "smallest_bag"
    case medianBag = "median_bag"
    case largestBag = "largest_bag"
    case constantFeatures = "constant_features"
    case licence, citation, labels, labelling, labellings, folds, quirks, notes, decisions, findings
  }

  init(
    _ loaded: LoadedDataset, _ selection: CatalogueSelection?, _ made: (any BagGenerator.Type)?,
    _ findings: [AuditFinding]
  ) throws {
    let bags = loaded.dataset
    let sizes = bags.labels.indices.map { bags[sizeOfBag: $0] }.sorted()
    let entry = selection?.entry
    name = bags.name
    format = loaded.formatName
    sha256 = loaded.sha256
    file = loaded.path
    fingerprint = try bags.fingerprint
    self.bags = bags.bagCount
    instances = bags.instanceCount
    features = bags.featureCount
    task = type(of: bags.task).id
    let targets = bags.targets
    if let labels = targets.classIndices, targets.classCount > 2 {
      classes = Dictionary(
        targets.classNames.enumerated().map { place, name in (name, labels.count { $0 == place }) }
      ) { $0 + $1 }
    }
    positiveBags = targets.kind == .twoClasses ? bags.positiveBagCount : nil
    events = targets.events?.count { $0 }
    smallestBag = sizes[0]
    medianBag = sizes[sizes.count / 2]
    largestBag = bags.largestBagSize
    constantFeatures = try bags.constantFeatureCount
    licence = entry?.licence
    citation = entry?.citation ?? made?.citation
    labels = entry?.labels ?? made?.summary
    labelling = selection?.labelling?.name
    labellings = Dictionary((entry?.labellings ?? []).map { ($0.name, $0.note) }) { first, _ in first }
    folds = entry?.foldSchemes.map(\.name) ?? []
    quirks = entry?.quirks ?? []
    notes = loaded.notes
    decisions = bags.reading?.decisions ?? []
    self.findings = findings
  }

  func text(terminalOf dataset: BagDataset) -> String {
    var lines = [
      "\(name): \(bags) bags (\(dataset.targetsText)), \(instances) instances, "
        + "\(features) features (\(constantFeatures) constant)",
      "bag sizes: smallest \(smallestBag), median \(medianBag), largest \(largestBag)",
    ]
    lines += BagSizeHistogram(dataset).lines
    lines.append("file: \(file) (\(format), SHA-256 \(sha256))")
    lines += decisions.map { "read: \($0.line)" }
    if let labels { lines.append("labels: \(labels)") }
    for (name, note) in labellings.sorted(by: { $0.key < $1.key }) {
      lines.append("labels=\(name)\(name == labelling ? " (these)" : ""): \(note)")
    }
    if !folds.isEmpty { lines.append("folds that circulate with it: \(folds.joined(separator: ", "))") }
    if let licence { lines.append("licence: \(licence)") }
    if let citation { lines.append("cite: \(citation)") }
    lines += quirks.map { "quirk: \($0)" } + notes.map { "note: \($0)" }
    return (lines + ["audit:"] + AuditText.lines(findings).map { "  " + $0 }).joined(separator: "\n")
  }
}

/// The output of `milbench describe` about labelled instances.
private struct InstancesDescription: Encodable {
  var name, format, sha256, file, licence, citation, labels: String
  var bags, positiveBags: Int?
  var instances, features: Int
  var classes: [String: Int]
  var quirks, notes: [String]

  enum CodingKeys: String, CodingKey {
    case name, format, sha256, file, licence, citation, labels, bags, instances, features, classes, quirks, notes
    case positiveBags = "positive_bags"
  }

  init(_ loaded: LoadedInstances, _ entry: CatalogueEntry) {
    name = entry.name
    format = "labelled-instances"
    sha256 = loaded.sha256
    file = loaded.path
    (licence, citation, labels) = (entry.licence, entry.citation, entry.labels)
    instances = loaded.instances.count
    features = loaded.instances.features.columns
    classes = Dictionary(zip(loaded.instances.classNames, loaded.instances.classCounts)) { first, _ in first }
    (quirks, notes) = (entry.quirks, loaded.notes)
  }

  func encode(to encoder: any Encoder) throws {
    var fields = encoder.container(keyedBy: CodingKeys.self)
    for (key, value) in [
      (CodingKeys.name, name), (.format, format), (.sha256, sha256), (.file, file), (.licence, licence),
      (.citation, citation), (.labels, labels),
    ] { try fields.encode(value, forKey: key) }
    for (key, value) in [
      (CodingKeys.bags, bags), (.positiveBags, positiveBags), (.instances, instances), (.features, features),
    ] { try fields.encode(value, forKey: key) }
    try fields.encode(classes, forKey: .classes)
    try fields.encode(quirks, forKey: .quirks)
    try fields.encode(notes, forKey: .notes)
  }

  var text: String {
    var lines = ["\(name): \(instances) labelled instances with \(features) features; bags are drawn from them"]
    lines += classes.sorted { $0.key < $1.key }.map { "  \($0.key): \($0.value)" }
    lines += ["file: \(file) (SHA-256 \(sha256))", "labels: \(labels)", "licence: \(licence)", "cite: \(citation)"]
    return (lines + quirks.map { "quirk: \($0)" } + notes.map { "note: \($0)" }).joined(separator: "\n")
  }
}

extension BagDataset {
  /// The counts of bags by target, for a line of text.
  var targetsText: String {
    if let labels = targets.classIndices {
      guard targets.classCount > 2 else { return "\(positiveBagCount) positive" }
      return targets.classNames.enumerated().map { place, name in "\(labels.count { $0 == place }) \(name)" }
        .joined(separator: ", ")
    }
    let values = targets.values.sorted()
    let (first, last) = (values.first ?? 0, values.last ?? 0)
    if let events = targets.events {
      let count = events.count { $0 }
      return "\(count) with the event, \(events.count - count) censored, times from \(first) to \(last)"
    }
    return "numbers from \(first) to \(last), median \(values[values.count / 2])"
  }
}

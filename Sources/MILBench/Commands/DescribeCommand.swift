import ArgumentParser
import Foundation
import MILData
import MILReport

/// `milbench describe`
struct DescribeCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "describe", abstract: "Show the shape, source and quirks of a data set or file.",
    discussion: """
      Examples:
        milbench describe musk1
        milbench describe path/to/bags.csv --json
        milbench describe slides.csv --bag-column slide --label-column diagnosis --group-column patient
      """)

  @Argument(help: "A data set's name or a file.") var dataset: String
  @OptionGroup var file: DataFileOptions
  @Flag(help: "Use a file whose checksum or shape is not the catalogue's.") var force = false
  @Flag(help: "Print JSON.") var json = false

  private struct Description: Encodable {
    var name, format, sha256, file, fingerprint: String
    var bags, instances, features: Int
    var positiveBags, smallestBag, medianBag, largestBag, constantFeatures: Int
    var licence, citation, labels: String?
    var quirks, notes: [String]

    enum CodingKeys: String, CodingKey {
      case name, format, sha256, file, fingerprint, bags, instances, features
      case positiveBags = "positive_bags"
      case smallestBag = "smallest_bag"
      case medianBag = "median_bag"
      case largestBag = "largest_bag"
      case constantFeatures = "constant_features"
      case licence, citation, labels, quirks, notes
    }
  }

  func run() throws {
    let store = try DatasetStore.ofEnvironment(force: force)
    let loaded = try store.load(dataset, file)
    let bags = loaded.dataset
    let sizes = bags.labels.indices.map { bags[sizeOfBag: $0] }.sorted()
    let entry = store.catalogue.entry(named: bags.name)
    let description = Description(
      name: bags.name, format: loaded.format.rawValue, sha256: loaded.sha256, file: loaded.path,
      fingerprint: bags.fingerprint, bags: bags.bagCount, instances: bags.instanceCount, features: bags.featureCount,
      positiveBags: bags.positiveBagCount, smallestBag: sizes[0], medianBag: sizes[sizes.count / 2],
      largestBag: bags.largestBagSize, constantFeatures: bags.constantFeatureCount, licence: entry?.licence,
      citation: entry?.citation, labels: entry?.labels, quirks: entry?.quirks ?? [], notes: loaded.notes)
    if json { return try printJSON(description) }
    print(text(description))
  }

  private func text(_ value: Description) -> String {
    var lines = [
      "\(value.name): \(value.bags) bags (\(value.positiveBags) positive), \(value.instances) instances, "
        + "\(value.features) features (\(value.constantFeatures) constant)",
      "bag sizes: smallest \(value.smallestBag), median \(value.medianBag), largest \(value.largestBag)",
      "file: \(value.file) (\(value.format), SHA-256 \(value.sha256))",
    ]
    if let labels = value.labels { lines.append("labels: \(labels)") }
    if let licence = value.licence { lines.append("licence: \(licence)") }
    if let citation = value.citation { lines.append("cite: \(citation)") }
    lines += value.quirks.map { "quirk: \($0)" } + value.notes.map { "note: \($0)" }
    return lines.joined(separator: "\n")
  }
}

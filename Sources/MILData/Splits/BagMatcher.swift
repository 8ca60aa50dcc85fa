import Foundation
import UserInput

/// Finds the bags that a file of splits names.
struct BagMatcher {
  private let dataset: BagDataset
  private let byName: [String: Int]
  /// Bags by their names without folder and file ending; names that several share are left out.
  private let byStem: [String: Int]
  private let byGroup: [String: [Int]]

  /// Finds bags of a data set.
  init(_ dataset: BagDataset) {
    self.dataset = dataset
    // Tables are written with control characters made visible.
    let names = dataset.bagNames + dataset.bagNames.map(\.printable)
    let bags = Array(dataset.bagNames.indices)
    byName = Dictionary(zip(names, bags + bags), uniquingKeysWith: { first, _ in first })
    let stems = Dictionary(grouping: dataset.bagNames.indices) { Self.stem(of: dataset.bagNames[$0]) }
    byStem = stems.compactMapValues { $0.count == 1 ? $0[0] : nil }
    byGroup = Dictionary(grouping: dataset.labels.indices) { dataset.groups?[$0] ?? "" }
  }

  /// The bag of exactly this name, or else of this name without folder, file ending or the ".0" that pandas gives whole
  /// numbers in a column with blanks; nil when there is none.
  func bag(named text: String) -> Int? {
    let plain = BagNames.trimmed(text)
    if let bag = byName[text] ?? byName[plain] ?? byName[SpreadsheetText.restored(plain)] { return bag }
    if text.hasSuffix(".0"), let bag = byName[String(text.dropLast(2))] { return bag }
    return byStem[Self.stem(of: text)]
  }

  /// The bag of this name, or all bags of the group of this name; nil when there is neither.
  func bags(named text: String) -> [Int]? {
    if let bag = bag(named: text) { return [bag] }
    return dataset.groups == nil ? nil : byGroup[text]
  }

  /// The bags of this name or group.
  ///
  /// - Throws: ``FoldError`` naming the nearest bags.
  func require(_ text: String, at place: String) throws -> [Int] {
    if let bags = bags(named: text) { return bags }
    let near = Spelling.nearest(to: text, in: dataset.bagNames)
    let examples = near.isEmpty ? Array(dataset.bagNames.prefix(3)) : near
    throw FoldError(
      place: place,
      problem: "data set \(dataset.name) has no bag \"\(text)\"; "
        + (near.isEmpty ? "its bags are named like " : "the nearest is ") + examples.joined(separator: ", ")
        + "; remove the name, or read the data set with --bag-column so that its bags have the names of this file")
  }

  private static let endings: Set<String> = [
    "h5", "hdf5", "pt", "pth", "npy", "npz", "csv", "svs", "tif", "tiff", "ndpi", "mrxs", "png", "jpg", "mat",
  ]

  private static func stem(of name: String) -> String {
    let last = name.split(whereSeparator: { $0 == "/" || $0 == "\\" }).last.map(String.init) ?? name
    guard let point = last.lastIndex(of: "."), endings.contains(last[point...].dropFirst().lowercased()) else {
      return last
    }
    return String(last[..<point])
  }
}

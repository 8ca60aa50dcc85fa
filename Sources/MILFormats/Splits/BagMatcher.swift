import Foundation
import MILBags
import UserInput

/// Finds the bags that a file of splits names.
struct BagMatcher {
  /// What texts name.
  enum Subject {
    case bags, groups
    /// Bags, or groups where there is no such bag.
    case either
  }

  private let dataset: BagDataset
  private let byName: [String: Int]
  /// Bags by their names without folder and file ending; names that several share are left out.
  private let byStem: [String: Int]
  private let byGroup: [String: [Int]]
  /// What texts name.
  private(set) var subject = Subject.either

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

  /// All bags of the group of this name; nil when there is none.
  func group(named text: String) -> [Int]? {
    guard dataset.groups != nil else { return nil }
    let plain = BagNames.trimmed(text)
    return byGroup[plain] ?? (plain.hasSuffix(".0") ? byGroup[String(plain.dropLast(2))] : nil)
  }

  /// The bag of this name, or all bags of the group of this name; nil when there is neither.
  func bags(named text: String) -> [Int]? {
    switch subject {
    case .bags: bag(named: text).map { [$0] }
    case .groups: group(named: text)
    case .either: bag(named: text).map { [$0] } ?? group(named: text)
    }
  }

  /// The bags of this name or group.
  ///
  /// - Throws: ``FoldError`` naming the nearest bags.
  func require(_ text: String, at place: String) throws -> [Int] {
    if let bags = bags(named: text) { return bags }
    let isOfGroups = subject == .groups
    let names = isOfGroups ? byGroup.keys.sorted(by: NumberedNames.areInOrder) : dataset.bagNames
    let near = Spelling.nearest(to: text, in: names)
    let examples = near.isEmpty ? Array(names.prefix(3)) : near
    throw FoldError(
      place: place,
      problem: "data set \(dataset.name) has no \(isOfGroups ? "group" : "bag") \"\(text)\"; "
        + (near.isEmpty ? "its \(isOfGroups ? "groups" : "bags") are named like " : "the nearest is ")
        + examples.joined(separator: ", ")
        + "; remove the name, or read the data set with --bag-column so that its bags have the names of this file")
  }

  // MARK: - Bags or groups

  private static let ofGroups: Set = [
    "patient", "patients", "patientid", "patientids", "patientname", "case", "cases", "caseid", "caseids", "subject",
    "subjects", "subjectid", "subjectids", "group", "groups", "groupid", "donor", "mrn", "participant",
  ]
  private static let ofBags: Set = [
    "bag", "bags", "bagid", "bagids", "bagname", "slide", "slides", "slideid", "slideids", "slidename", "image",
    "images",
    "imageid", "wsi", "wsiid", "filename", "file", "files", "path", "molecule", "scan",
  ]

  /// What the name of a column or field says that it holds.
  func subject(titled title: String) -> Subject {
    let plain = ColumnNames.plain(title)
    let columns = dataset.reading?.options.columns
    func isOwn(_ text: String?) -> Bool { text.map { $0 == "name:" + title } ?? false }
    if isOwn(columns?.group) { return .groups }
    if isOwn(columns?.bag) { return .bags }
    let words = title.lowercased().split { !$0.isLetter }.map(String.init)
    if Self.ofGroups.contains(plain) || words.contains(where: Self.ofGroups.contains) { return .groups }
    return Self.ofBags.contains(plain) || words.contains(where: Self.ofBags.contains) ? .bags : .either
  }

  /// A matcher of bags or of groups, whichever a title and its texts mean.
  ///
  /// - Parameters:
  ///   - texts: all texts that are to be found.
  ///   - title: the name of their column or field; empty without one.
  ///   - place: where they stand, for errors.
  /// - Throws: ``FoldError`` where the texts name bags and groups, other ones, and the title does not say which.
  func reading(_ texts: [String], titled title: String, at place: String) throws -> BagMatcher {
    var result = self
    guard dataset.groups != nil, !texts.isEmpty else { return result }
    let areBags = texts.allSatisfy { bag(named: $0) != nil }
    let areGroups = texts.allSatisfy { group(named: $0) != nil }
    switch subject(titled: title) {
    // Where the names are not those that the title says, it is of another habit.
    case .groups: result.subject = areBags && !areGroups ? .bags : .groups
    case .bags: result.subject = areGroups && !areBags ? .groups : .bags
    case .either:
      let differ = texts.contains { text in bag(named: text).map { [$0] } != group(named: text) }
      guard !areBags || !areGroups || !differ else {
        throw FoldError(
          place: place,
          problem:
            "\"\(texts[0])\" and the others are names of bags and of groups too; expected a column called bag or "
            + "patient that says which (in lists train_bags or train_patients)")
      }
      result.subject = areGroups && !areBags ? .groups : areBags ? .bags : .either
    }
    return result
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

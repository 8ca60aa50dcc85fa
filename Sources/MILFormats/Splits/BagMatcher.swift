import Foundation
import MILBags
import UserInput

/// Finds the bags that a split file names.
struct BagMatcher {
  /// The subject of names.
  enum Subject {
    case bags, groups
    /// Bags, or groups if no bag has the name.
    case either
  }

  private let dataset: BagDataset
  private let byName: [String: Int]
  /// Bags by name without folder and extension, except for shared names.
  private let byStem: [String: Int]
  private let byGroup: [String: [Int]]
  /// The names of slides and patients that are not bags.
  private let leftOut: Set<String>
  /// The subject of the names.
  private(set) var subject = Subject.either

  /// Creates a matcher for a data set.
  init(_ dataset: BagDataset) {
    self.dataset = dataset
    // Exported tables make control characters visible.
    let names = dataset.bagNames + dataset.bagNames.map(\.printable)
    let bags = Array(dataset.bagNames.indices)
    byName = Dictionary(zip(names, bags + bags), uniquingKeysWith: { first, _ in first })
    let stems = Dictionary(grouping: dataset.bagNames.indices) { Self.stem(of: dataset.bagNames[$0]) }
    byStem = stems.compactMapValues { $0.count == 1 ? $0[0] : nil }
    byGroup = Dictionary(grouping: dataset.labels.indices) { dataset.groups?[$0] ?? "" }
    leftOut = Set((dataset.reading?.leftOut ?? []).flatMap { [BagNames.trimmed($0), Self.stem(of: $0)] })
  }

  /// Returns the bag with exactly this name, or else with this name in another spelling; nil if there is none.
  ///
  /// Other spellings lack the folder, the extension, or the ".0" that pandas appends to whole numbers in a column with
  /// blanks.
  func bag(named text: String) -> Int? {
    let plain = BagNames.trimmed(text)
    if let bag = byName[text] ?? byName[plain] ?? byName[SpreadsheetText.restored(plain)] { return bag }
    if text.hasSuffix(".0"), let bag = byName[String(text.dropLast(2))] { return bag }
    return byStem[Self.stem(of: text)]
  }

  /// Whether a text names no bag and no group, but a slide or patient without a label or without an instance.
  func isLeftOut(_ text: String) -> Bool {
    guard !leftOut.isEmpty, bag(named: text) == nil, group(named: text) == nil else { return false }
    return leftOut.contains(BagNames.trimmed(text)) || leftOut.contains(Self.stem(of: text))
  }

  /// Returns all bags of the group with this name; nil if there is none.
  func group(named text: String) -> [Int]? {
    guard dataset.groups != nil else { return nil }
    let plain = BagNames.trimmed(text)
    return byGroup[plain] ?? (plain.hasSuffix(".0") ? byGroup[String(plain.dropLast(2))] : nil)
  }

  /// Returns the bag with this name, or all bags of the group with this name; nil if there is neither.
  func bags(named text: String) -> [Int]? {
    switch subject {
    case .bags: bag(named: text).map { [$0] }
    case .groups: group(named: text)
    case .either: bag(named: text).map { [$0] } ?? group(named: text)
    }
  }

  /// The note that names are of groups; nil for other subjects.
  var note: String? {
    subject == .groups ? "the file names groups, such as patients, and each name stands for all bags of its group" : nil
  }

  /// Returns the bags with this name or group; none for a slide that is left out.
  ///
  /// - Throws: ``FoldError`` with the nearest bags.
  func require(_ text: String, at place: String) throws -> [Int] {
    if let bags = bags(named: text) { return bags }
    if isLeftOut(text) { return [] }
    let isOfGroups = subject == .groups
    let names = isOfGroups ? byGroup.keys.sorted(by: NumberedNames.areInOrder) : dataset.bagNames
    let near = Spelling.nearest(to: text, in: names)
    let examples = near.isEmpty ? Array(names.prefix(3)) : near
    throw FoldError(
      place: place,
      problem: "data set \(dataset.name) has no \(isOfGroups ? "group" : "bag") \"\(text)\"; "
        + (near.isEmpty ? "its \(isOfGroups ? "groups" : "bags") are named like " : "the nearest is ")
        + examples.joined(separator: ", ")
        + (isOfGroups ? "" : positions(text))
        + "; remove the name, or read the data set with --bag-column so that its bags have the names of this file")
  }

  /// Returns the way out for a number that may be a bag's position; empty for other texts.
  private func positions(_ text: String) -> String {
    guard let number = Int(text), String(number) == text, (0...dataset.bagCount).contains(number) else { return "" }
    return "; where the file has positions of bags, names[index] of each position is its name, or names[position - 1] "
      + "where they count from 1"
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

  /// Returns the subject that the name of a column or field indicates.
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

  /// Returns a matcher of bags or of groups, as a title and its texts indicate.
  ///
  /// - Parameters:
  ///   - texts: all texts to find.
  ///   - title: the name of their column or field; empty if there is none.
  ///   - place: their place, for errors.
  /// - Throws: ``FoldError`` if the texts name both bags and groups, different ones, and the title does not decide.
  func reading(_ texts: [String], titled title: String, at place: String) throws -> BagMatcher {
    var result = self
    let texts = texts.filter { !isLeftOut($0) }
    guard dataset.groups != nil, !texts.isEmpty else { return result }
    let areBags = texts.allSatisfy { bag(named: $0) != nil }
    let areGroups = texts.allSatisfy { group(named: $0) != nil }
    switch subject(titled: title) {
    // If all names contradict the title, the names decide.
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
    "h5", "hdf5", "pt", "pth", "npy", "npz", "csv", "tsv", "txt", "dat", "svs", "tif", "tiff", "ndpi", "mrxs", "png",
    "jpg", "mat",
  ]

  private static func stem(of name: String) -> String {
    let last = name.split(whereSeparator: { $0 == "/" || $0 == "\\" }).last.map(String.init) ?? name
    guard let point = last.lastIndex(of: "."), endings.contains(last[point...].dropFirst().lowercased()) else {
      return last
    }
    return String(last[..<point])
  }
}

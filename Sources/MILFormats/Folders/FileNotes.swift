import Containers
import MILBags
import UserInput

/// The decisions about single files of a folder: each is reported once, with the number of its files.
struct FileNotes {
  private let contents: [(title: String, content: FeatureArrays.Content)]

  /// Returns the decisions about the files' contents.
  ///
  /// - Throws: ``ReadError`` if some files have decimal points and others decimal commas.
  static func decisions(_ contents: [(title: String, content: FeatureArrays.Content)]) throws -> [ReadDecision] {
    let notes = FileNotes(contents: contents)
    try notes.requireOneMark()
    return notes.aboutText + notes.aboutShapes + notes.aboutOthers.list
  }

  private var headers: [(array: FileArray, header: TextHeader)] {
    contents.compactMap { _, content in
      (content.features as? FileArray).flatMap { array in array.header.map { (array: array, header: $0) } }
    }
  }

  /// Refuses folders in which a number such as 1.234 may be one or a thousand.
  private func requireOneMark() throws {
    let headers = self.headers
    let commas = headers.filter(\.header.haveCommas)
    guard let comma = commas.first, let point = headers.first(where: \.header.havePoints) else { return }
    throw ReadError(
      file: point.array.file,
      found: "decimal points, and decimal commas in \(FolderListing.last(of: comma.array.file))"
        + (commas.count > 1 ? " and \(commas.count - 1) more files" : ""),
      expected: "one decimal mark in all files of a folder")
  }

  /// The decisions on encoding, comments, separators and decimal marks.
  private var aboutText: [ReadDecision] {
    var found: [(decision: ReadDecision, titles: [String])] = []
    for (title, content) in contents {
      for decision in (content.features as? FileArray)?.header?.decisions ?? [] {
        if let place = found.firstIndex(where: { $0.decision == decision }) {
          found[place].titles.append(title)
        } else {
          found.append((decision, [title]))
        }
      }
    }
    return found.map { decision, titles in
      ReadDecision(decision.subject, decision.statement + ", " + suffix(titles), option: decision.option)
    }
  }

  /// The decisions on arrays that are not matrices.
  private var aboutShapes: [ReadDecision] {
    let deep = contents.filter { $0.content.shape.count > 2 }
    let squeezed = deep.filter { FileArray.rowsFirst($0.content.shape).count == 2 }
    let flattened = deep.filter { FileArray.rowsFirst($0.content.shape).count > 2 }
    return [(squeezed, "leading dimensions of 1 are dropped"), (flattened, "dimensions after the first are flattened")]
      .compactMap { some, statement in
        guard let (title, content) = some.first else { return nil }
        return ReadDecision(
          .bags,
          "\(statement), so that shape \(ArraySize.text(content.shape)) of \(title) is "
            + "\(content.count) instances of \(content.features.featureCount) features, " + suffix(some.map(\.title)))
      }
  }

  /// The decision on arrays beside the features.
  private var aboutOthers: ReadDecision? {
    let some = contents.filter { !$0.content.others.isEmpty }
    guard !some.isEmpty else { return nil }
    let names = Set(some.flatMap(\.content.others)).sorted(by: NumberedNames.areInOrder)
    let shown = names.shortList(6, rest: .count) { ReadError.quoted($0.utf8) }
    return ReadDecision(
      .leftOut,
      "arrays that are neither features nor places: \(shown), "
        + suffix(some.map(\.title)), option: ReadOption.featureKey.spelling)
  }

  /// Formats `in all 12 files`, or `in 2 of 12 files, the first s3`.
  private func suffix(_ titles: [String]) -> String {
    titles.count == contents.count
      ? (titles.count == 1 ? "in the only file" : "in all \(titles.count) files")
      : "in \(titles.count) of \(contents.count) files, the first \(titles[0].onOneLine(limit: 60))"
  }
}

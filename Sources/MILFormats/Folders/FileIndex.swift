import UserInput

/// Finds the files of bags that a table names: with or without extension, with or without folder.
struct FileIndex {
  private let bags: [FoundFiles.Bag]
  private let byName: [String: Int]
  private let byStem: [String: [Int]]

  /// Creates an index of the files of a folder.
  init(_ bags: [FoundFiles.Bag]) {
    self.bags = bags
    byName = Dictionary(bags.enumerated().map { ($1.name, $0) }, uniquingKeysWith: { first, _ in first })
    byStem = Dictionary(grouping: bags.indices) { BagFileName.stem(bags[$0].name) }
  }

  /// The number of files.
  var count: Int { bags.count }

  /// Returns the files that a text names: none, one, or several with the same name in different folders.
  ///
  /// Ids are compared as text, so that `007` is not `7`. The exception is the `.0` that pandas appends to whole numbers
  /// in a column with blanks.
  func files(named text: String) -> [Int] {
    let text = SpreadsheetText.restored(BagNames.trimmed(text))
    let found = exactly(text)
    guard found.isEmpty, text.hasSuffix(".0"), !text.dropLast(2).isEmpty, text.dropLast(2).allSatisfy(\.isNumber) else {
      return found
    }
    return exactly(String(text.dropLast(2)))
  }

  private func exactly(_ text: String) -> [Int] {
    guard !text.isEmpty else { return [] }
    let path = BagFileName.withoutEndings(text.replacing("\\", with: "/"))
    if let file = byName[path] { return [file] }
    // An id may contain points, so that its own end looks like an extension.
    let all = byStem[BagFileName.stem(text)] ?? byStem[FolderListing.last(of: text)] ?? []
    guard all.count > 1 else { return all }
    // If several share a name, prefer the one whose folders the table names too.
    let nearer = all.filter { path.hasSuffix("/" + bags[$0].name) || bags[$0].name.hasSuffix("/" + path) }
    return nearer.count == 1 ? nearer : all
  }

  /// Returns a file whose name equals a text except for leading zeros, which pandas drops from numbers.
  func fileButForZeros(_ text: String) -> String? {
    guard !text.isEmpty, text.allSatisfy(\.isNumber) else { return nil }
    let number = text.drop { $0 == "0" }
    return bags.lazy.map { BagFileName.stem($0.name) }.first { name in
      name != text && name.allSatisfy(\.isNumber) && name.drop { $0 == "0" } == number
    }
  }

  /// Returns the display name of a bag: its name without folders if that is unique, else with them.
  func title(of file: Int) -> String {
    let stem = BagFileName.stem(bags[file].name)
    return byStem[stem]?.count == 1 ? stem : bags[file].name
  }
}

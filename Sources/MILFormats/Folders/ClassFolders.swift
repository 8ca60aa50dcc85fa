import UserInput

/// The folders of a data set whose names are the labels of the files in them.
struct ClassFolders {
  /// The label of each file; empty if there is a fault.
  private(set) var names: [String] = []
  /// The first file without a label, and what is wrong with it.
  private(set) var fault: (file: Int, found: String)?
  /// The decisions on folders.
  private(set) var decisions: [ReadDecision] = []

  /// Finds the class folders of files by their paths: the first folder, or the second within train, val and test.
  init(_ paths: [String]) {
    let folders = paths.map { $0.split(separator: "/").dropLast().map(String.init) }
    if let file = folders.firstIndex(where: \.isEmpty) {
      fault = (file, "a file that is in no folder of a class")
      return
    }
    let first = Set(folders.compactMap(\.first))
    let areParts = first.allSatisfy { SplitRole(word: SplitWords.plain($0)) != nil }
    guard areParts else {
      names = folders.map { $0[0] }
      decisions = [Self.decision("")]
      return
    }
    let list = first.sorted().joined(separator: ", ")
    guard let file = folders.firstIndex(where: { $0.count < 2 }) else {
      names = folders.map { $0[1] }
      decisions = [
        Self.decision(", in the folders \(list)"),
        ReadDecision(
          .leftOut, "the parts \(list) of the folders, which make no folds", option: ReadOption.splits.spelling),
      ]
      return
    }
    fault = (file, "a file in no folder of a class within \(list), which are parts of a split and no classes")
  }

  private static func decision(_ place: String) -> ReadDecision {
    ReadDecision(
      .labels, "the label of a bag is the name of the folder that its file is in" + place,
      option: ReadOption.labels.spelling)
  }
}

import Foundation
import MILBags
import MILFormats
import UserInput

extension DatasetStore {
  /// What leave-one-out is asked for by.
  package static let leaveOneOutNames = ["loo", FoldScheme.leaveOneOut.rawValue]

  /// Whether a text asks for folds whose number only the data tell: leave-one-out, or a file of the user's own.
  package func isOfTheData(_ folds: String) -> Bool {
    Self.leaveOneOutNames.contains(folds.lowercased())
      || !catalogue.sets.contains { $0.foldSchemes.contains { $0.name == folds } }
  }

  /// Refuses a text that names no folds at all: none that circulate, and no file.
  ///
  /// - Throws: `FoldError`.
  package func checkFolds(named text: String) throws {
    let paths = [text] + (text.lastIndex(of: "#").map { [String(text[..<$0])] } ?? [])
    let here = [URL(fileURLWithPath: FileManager.default.currentDirectoryPath, isDirectory: true)]
    guard isOfTheData(text), !Self.leaveOneOutNames.contains(text.lowercased()),
      paths.allSatisfy({ SplitFiles.located($0, in: here) == nil })
    else { return }
    let names = Set(catalogue.sets.flatMap { $0.foldSchemes.map(\.name) }).sorted()
    let near = Spelling.nearest(to: text, in: names).first.map { "; did you mean \($0)?" } ?? ""
    throw FoldError(
      place: text, problem: "no such file of folds, expected one with its path, or a number, or loo\(near)")
  }

  /// The folds of a data set that a text asks for: `loo`, folds that circulate with the set, or a file of splits.
  ///
  /// A file is a table with a line a bag, CLAM's `splits_0.csv`, a folder or pattern of such files, what `folds export`
  /// wrote, JSON of splits or of schemes (one of several is named behind the file: `file.json#name`).
  ///
  /// - Parameters:
  ///   - text: a name of folds, or the path of a file, folder or pattern.
  ///   - dataset: the bags to be divided.
  ///   - folders: where a relative path begins, in the order in which they are searched.
  /// - Throws: `FoldError` for folds that are not there or do not fit the data set; `DatasetError` for folds whose file
  ///   is nowhere.
  public func folds(
    _ text: String, for dataset: BagDataset,
    relativeTo folders: [URL] = [URL(fileURLWithPath: FileManager.default.currentDirectoryPath, isDirectory: true)]
  ) throws -> PredefinedFolds {
    if Self.leaveOneOutNames.contains(text.lowercased()) {
      let folds = try FoldAssignment.leaveOneOut(of: dataset)
      let note =
        dataset.groups == nil
        ? "leave-one-out: \(folds.foldCount) folds of one bag"
        : "leave-one-group-out: \(folds.foldCount) folds, one for each group of bags"
      return PredefinedFolds(
        name: FoldScheme.leaveOneOut.rawValue, folds: folds, labels: dataset.labels, notes: [note])
    }
    guard isOfTheData(text) else { return try circulatingFolds(text, for: dataset) }
    if let files = SplitFiles.located(text, in: folders) {
      return try SplitFiles.read(files, scheme: nil, for: dataset)
    }
    if let mark = text.lastIndex(of: "#"), let files = SplitFiles.located(String(text[..<mark]), in: folders) {
      return try SplitFiles.read(files, scheme: String(text[mark...].dropFirst()), for: dataset)
    }
    guard !text.contains(where: { "/.*?".contains($0) }) else {
      throw FoldError(place: text, problem: "no such file of folds, expected one with its path, or a number, or loo")
    }
    do {
      return try circulatingFolds(text, for: dataset)
    } catch let error as FoldError {
      throw FoldError(place: error.place, problem: error.problem + ", loo, or a file of splits")
    }
  }
}

import Foundation
import MILBags
import MILFormats
import UserInput

extension DatasetStore {
  /// The names of leave-one-out in commands.
  package static let leaveOneOutNames = ["loo", FoldScheme.leaveOneOut.rawValue]

  /// Returns whether the number of folds depends on the data: for leave-one-out, or a file of the user's own.
  package func isOfTheData(_ folds: String) -> Bool {
    Self.leaveOneOutNames.contains(folds.lowercased())
      || !catalogue.sets.contains { $0.foldSchemes.contains { $0.name == folds } }
  }

  /// Throws for a text that is neither the name of published folds nor a file.
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

  /// Returns the folds of a data set for a text: `loo`, published folds of the set, or a file of splits.
  ///
  /// A file is a table with one line for each bag, CLAM's `splits_0.csv`, or a folder or pattern of such files. It may
  /// also be the output of `folds export`, or JSON of splits or of schemes. One of several schemes is named after the
  /// file: `file.json#name`.
  ///
  /// - Parameters:
  ///   - text: a name of folds, or the path of a file, folder or pattern.
  ///   - dataset: the bags to divide.
  ///   - folders: the folders from which a relative path starts, in the order of the search.
  /// - Throws: `FoldError` for folds that do not exist or do not match the data set; `DatasetError` for folds whose
  ///   file is missing.
  package func folds(
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

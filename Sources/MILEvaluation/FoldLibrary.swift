import Foundation
import MILBags
import MILFormats

/// The fold assignments of a results folder: drawn once, saved in files, shared by all models and experiments.
package struct FoldLibrary: Sendable {
  /// The folder of the fold files; nil to save nothing.
  package let folder: URL?
  /// Read-only folders of fold files, whose folds are reused instead of drawn again.
  package let finished: [URL]

  /// Creates a library in a folder, with further read-only ones.
  package init(folder: URL?, finished: [URL] = []) {
    self.folder = folder
    self.finished = finished
  }

  /// Returns the folds of a data set, from their file or newly drawn and written.
  ///
  /// The file is named by the set's ``/MILBags/BagDataset/seedName``, so that bags with two names share it.
  ///
  /// A file with too few repeats is redrawn with more, which leaves the existing repeats unchanged.
  /// - Throws: ``/MILBags/FoldError`` for a file that was changed, or folds that cannot be drawn.
  package func folds(for dataset: BagDataset, _ settings: ProtocolSettings, repeats: Int) throws -> FoldAssignment {
    func draw() throws -> FoldAssignment {
      if let kept = finished(for: dataset, settings, repeats: repeats) { return kept }
      return try FoldAssignment(
        for: dataset, scheme: settings.scheme, folds: settings.folds, repeats: repeats, seed: settings.seed)
    }
    guard let folder else { return try draw() }
    let file = folder.appending(path: fileName(dataset.seedName, settings))
    guard FileManager.default.fileExists(atPath: file.path) else {
      let folds = try draw()
      try write(folds, to: file)
      return folds
    }
    let kept = try FoldAssignment.read(from: file, for: dataset)
    guard kept.dataset == dataset.seedName, kept.scheme == settings.scheme, kept.foldCount == settings.folds,
      kept.seed == settings.seed
    else {
      throw FoldError(place: file.path, problem: "it holds other folds than its name says")
    }
    if kept.repeats >= repeats { return kept }
    let longer = try draw()
    guard longer.assignment.starts(with: kept.assignment) else {
      throw FoldError(
        place: file.path, problem: "its \(kept.repeats) repeats are not those that its seed gives, so none can be added"
      )
    }
    try write(longer, to: file)
    return longer
  }

  /// Returns the folds that a finished run drew for exactly these bags; nil if there are none with enough repeats.
  private func finished(for dataset: BagDataset, _ settings: ProtocolSettings, repeats: Int) -> FoldAssignment? {
    finished.lazy.compactMap { folder in
      // A file of other bags under the same name is ignored, not an error.
      let kept = try? FoldAssignment.read(from: folder.appending(path: fileName(dataset.name, settings)), for: dataset)
      guard let kept, kept.dataset == dataset.name, kept.scheme == settings.scheme,
        kept.foldCount == settings.folds, kept.seed == settings.seed, kept.repeats >= repeats
      else { return nil }
      return kept
    }.first
  }

  /// Returns the folds that a finished run saved for a data set whose bags are not available; nil if there are none
  /// with enough repeats.
  func saved(for dataset: String, _ settings: ProtocolSettings, repeats: Int) -> FoldAssignment? {
    let name = settings.circulated.map { Self.fileName("\(dataset)-\($0)") + ".json" } ?? fileName(dataset, settings)
    return finished.lazy.compactMap { try? FoldAssignment.read(from: $0.appending(path: name)) }.first { kept in
      kept.dataset == dataset && kept.scheme == settings.scheme && kept.foldCount == settings.folds
        && (settings.circulated != nil || kept.seed == settings.seed) && kept.repeats >= repeats
    }
  }

  /// Saves circulating folds beside the drawn ones.
  ///
  /// - Returns: the folds.
  /// - Throws: ``/MILBags/FoldError`` if other folds are saved under their name.
  package func keep(_ circulated: PredefinedFolds) throws -> FoldAssignment {
    let folds = circulated.folds
    guard let folder else { return folds }
    let file = folder.appending(path: Self.fileName("\(folds.dataset)-\(circulated.name)") + ".json")
    guard FileManager.default.fileExists(atPath: file.path) else {
      try write(folds, to: file)
      return folds
    }
    guard try FoldAssignment.read(from: file).hash == folds.hash else {
      throw FoldError(
        place: file.path, problem: "it holds other folds than \(circulated.name) has for \(folds.dataset) now")
    }
    return folds
  }

  private func write(_ folds: FoldAssignment, to file: URL) throws {
    try ResultFiles.makeFolder(file.deletingLastPathComponent())
    try folds.write(to: file)
  }

  private func fileName(_ dataset: String, _ settings: ProtocolSettings) -> String {
    Self.fileName("\(dataset)-\(settings.scheme.rawValue)-\(settings.folds)-seed-\(settings.seed)") + ".json"
  }

  /// Returns a name as a file name: letters, digits, hyphens, points and underscores stay; others become underscores.
  package static func fileName(_ name: String) -> String {
    String(name.map { $0.isLetter || $0.isNumber || "-._".contains($0) ? $0 : "_" })
  }
}

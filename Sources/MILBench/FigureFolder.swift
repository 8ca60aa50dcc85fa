import Foundation
import MILEvaluation
import MILRecords
import MILReport

/// The figures of an evaluation in a folder, with their captions in `figures.md`.
enum FigureFolder {
  private static let captions = "figures.md"
  private static let files: [String: ReplaceableFile] = {
    // More classes than there are colours have several figures of curves.
    let parts = [""] + (1...100).map { "-\($0)" }
    let names = ["confusion", "predictions", "survival"] + parts.flatMap { ["roc\($0)", "calibration\($0)"] }
    var files = Dictionary(names.map { ("\($0).svg", ReplaceableFile.figure) }) { first, _ in first }
    files[captions] = ReplaceableFile("captions of figures", beginningWith: [heading])
    return files
  }()
  private static let heading = "# Figures of "

  /// Rejects a folder that is not writable, or whose files the user would lose; changes nothing.
  static func check(_ folder: URL, inputs: [InputFile]) throws {
    try ResultFiles.checkFolder(folder, files: files, inputs: inputs)
  }

  /// Writes the figures and their captions, and removes those of an earlier evaluation that no longer exist.
  static func write(_ figures: [ReportFigure], of title: String, to folder: URL) throws {
    try ResultFiles.makeFolder(folder)
    for (name, kind) in files where name.hasSuffix(".svg") && !figures.contains(where: { "\($0.name).svg" == name }) {
      let file = folder.appending(path: name)
      if kind.isKind(of: file) { try FileManager.default.removeItem(at: file) }
    }
    for figure in figures { try ResultFiles.write(figure.svg, to: folder.appending(path: "\(figure.name).svg")) }
    let parts = figures.map { "![\($0.name)](\($0.name).svg)\n\n\($0.caption)\n" }
    try ResultFiles.write(
      ([heading + title + "\n"] + parts).joined(separator: "\n"), to: folder.appending(path: captions))
    let count = figures.count == 1 ? "1 figure" : "\(figures.count) figures"
    printToStandardError("written: \(folder.relativePath)/\(captions) and \(count)")
  }

  /// Writes the ROC curves of a comparison's models, with one figure per data set of two classes.
  static func writeCurves(
    _ records: [TrialRecord], models: [(id: String, protocol: String)], datasets: [String], to folder: URL
  ) throws {
    for dataset in datasets {
      let trials = models.map { model in
        let own = records.filter { $0.dataset == dataset && $0.model == model.id && $0.protocol == model.protocol }
        return (name: own.lazy.compactMap(\.title).first ?? model.id, records: own)
      }
      let name = dataset.map { $0.isLetter || $0.isNumber ? String($0) : "-" }.joined()
      for figure in ClassifierFigures(trials, on: dataset).rocFigures {
        try ResultFiles.makeFolder(folder)
        let stem = figure.name.replacing("roc", with: "roc-\(name)", maxReplacements: 1)
        try ResultFiles.write(figure.svg, to: folder.appending(path: "\(stem).svg"))
      }
    }
  }
}

import Foundation
import MILModels
import Output

/// A file that a command reads and must not overwrite.
package struct InputFile: Sendable {
  /// The user's name for it, such as `--data`.
  package let option: String
  /// The file, which need not exist.
  package let file: URL

  /// Creates an input file.
  package init(_ option: String, _ path: String) {
    self.option = option
    file = URL(fileURLWithPath: path)
  }

  /// Throws if an output is this file, under any name.
  func refuse(_ output: URL) throws {
    guard WholeFile.isSame(output, file) else { return }
    throw EvaluationError("\(output.relativePath): the output is the input file (\(option)), expected another file")
  }
}

/// The kind of file that an output is and may replace.
package struct ReplaceableFile: Sendable {
  private let name: String
  private let recognises: @Sendable (Data) -> Bool

  /// Creates a kind of file.
  ///
  /// - Parameters:
  ///   - name: the name of the kind, for errors.
  ///   - recognises: whether the content of a file is of this kind.
  package init(_ name: String, recognises: @escaping @Sendable (Data) -> Bool) {
    self.name = name
    self.recognises = recognises
  }

  /// Creates a kind of file that begins with one of some texts.
  package init(_ name: String, beginningWith beginnings: [String]) {
    self.init(name) { content in beginnings.contains { content.starts(with: $0.utf8) } }
  }

  /// Model files.
  package static let model = ReplaceableFile("a model file", recognises: ModelFile.isModel)

  /// Returns whether a file exists and is of this kind.
  package func isKind(of file: URL) -> Bool {
    (try? Data(contentsOf: file, options: .mappedIfSafe)).map(recognises) ?? false
  }

  /// Throws if a file has other content.
  func check(_ file: URL) throws {
    guard WholeFile.isFilled(file) else { return }
    if isKind(of: file) { return }
    throw EvaluationError(
      "\(file.relativePath): a file is there that is not \(name), expected another name for the output, or remove the "
        + "file first")
  }
}

extension ResultFiles {
  /// Throws if a file cannot be written or would be lost to the user, before work is done for it; changes nothing.
  ///
  /// - Parameters:
  ///   - file: the file to be written.
  ///   - kind: the kind of file that may be replaced.
  ///   - inputs: the files that the command reads.
  /// - Throws: ``EvaluationError`` with the file and the problem.
  package static func check(_ file: URL, replacing kind: ReplaceableFile, inputs: [InputFile]) throws {
    for input in inputs { try input.refuse(file) }
    try check(file)
    try kind.check(file)
  }

  /// Throws if a folder is not writable or would lose files of the user, before work is done for it; changes nothing.
  ///
  /// - Parameters:
  ///   - folder: the folder to be written to.
  ///   - files: the files to be written into the folder, by name.
  ///   - inputs: the files that the command reads.
  /// - Throws: ``EvaluationError`` with the folder or file and the problem.
  package static func checkFolder(_ folder: URL, files: [String: ReplaceableFile], inputs: [InputFile]) throws {
    let places = files.sorted { $0.key < $1.key }.map { (file: folder.appending(path: $0.key), kind: $0.value) }
    for place in places { for input in inputs { try input.refuse(place.file) } }
    try checkFolder(folder)
    for place in places { try place.kind.check(place.file) }
  }

  /// Throws if an input is inside a folder of tables and journals, since these are written and removed by their names.
  ///
  /// - Throws: ``EvaluationError`` with the folder and the input.
  package static func checkFolder(_ folder: URL, apartFrom inputs: [InputFile]) throws {
    for input in inputs where WholeFile.isInside(input.file, folder) {
      throw EvaluationError(
        "\(folder.relativePath): the output folder holds the input file \(input.file.relativePath) (\(input.option)), "
          + "expected another folder")
    }
  }
}

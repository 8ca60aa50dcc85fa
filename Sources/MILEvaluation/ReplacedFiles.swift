import Foundation
import MILModels
import Output

/// A file that a command reads, and must not write over.
package struct InputFile: Sendable {
  /// What the user calls it by, such as `--data`.
  package let option: String
  /// The file; one that is not there is nobody's.
  package let file: URL

  /// An input.
  package init(_ option: String, _ path: String) {
    self.option = option
    file = URL(fileURLWithPath: path)
  }

  /// Refuses an output that is this file, by whatever name.
  func refuse(_ output: URL) throws {
    guard WholeFile.isSame(output, file) else { return }
    throw EvaluationError("\(output.relativePath): the output is the input file (\(option)), expected another file")
  }
}

/// The kind of file that an output is, and may take the place of.
package struct ReplaceableFile: Sendable {
  private let name: String
  private let recognises: @Sendable (Data) -> Bool

  /// A kind of file.
  ///
  /// - Parameters:
  ///   - name: what it is, for errors.
  ///   - recognises: whether the content of a file is of this kind.
  package init(_ name: String, recognises: @escaping @Sendable (Data) -> Bool) {
    self.name = name
    self.recognises = recognises
  }

  /// A kind of file that begins with one of some texts.
  package init(_ name: String, beginningWith beginnings: [String]) {
    self.init(name) { content in beginnings.contains { content.starts(with: $0.utf8) } }
  }

  /// Model files.
  package static let model = ReplaceableFile("a model file", recognises: ModelFile.isModel)

  /// Whether a file is there and of this kind.
  package func isKind(of file: URL) -> Bool {
    (try? Data(contentsOf: file, options: .mappedIfSafe)).map(recognises) ?? false
  }

  /// Refuses a file with other content.
  func check(_ file: URL) throws {
    guard WholeFile.isFilled(file) else { return }
    if isKind(of: file) { return }
    throw EvaluationError(
      "\(file.relativePath): a file is there that is not \(name), expected another name for the output, or remove the "
        + "file first")
  }
}

extension ResultFiles {
  /// Refuses a file that cannot be written, or that the user would lose, before work is done for it; nothing is changed.
  ///
  /// - Parameters:
  ///   - file: the file to be written.
  ///   - kind: what may be there and is replaced.
  ///   - inputs: what the command reads.
  /// - Throws: ``EvaluationError`` with the file and what is wrong with it.
  package static func check(_ file: URL, replacing kind: ReplaceableFile, inputs: [InputFile]) throws {
    for input in inputs { try input.refuse(file) }
    try check(file)
    try kind.check(file)
  }

  /// Refuses a folder in which nothing can be written, or files of which the user would lose, before work is done for it;
  /// nothing is changed.
  ///
  /// - Parameters:
  ///   - folder: the folder to be written to.
  ///   - files: what is written into the folder, by name.
  ///   - inputs: what the command reads.
  /// - Throws: ``EvaluationError`` with the folder or file and what is wrong with it.
  package static func checkFolder(_ folder: URL, files: [String: ReplaceableFile], inputs: [InputFile]) throws {
    let places = files.sorted { $0.key < $1.key }.map { (file: folder.appending(path: $0.key), kind: $0.value) }
    for place in places { for input in inputs { try input.refuse(place.file) } }
    try checkFolder(folder)
    for place in places { try place.kind.check(place.file) }
  }

  /// Refuses a folder of tables and journals that an input lies in, since these are written and removed by their names.
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

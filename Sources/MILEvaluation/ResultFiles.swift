import Foundation
import Output

/// Writes into folders of results, with errors that a user can act upon.
package enum ResultFiles {
  /// Creates a folder and its missing parents.
  ///
  /// - Throws: ``EvaluationError`` with the folder and the system's reason.
  package static func makeFolder(_ folder: URL) throws {
    do {
      try WholeFile.makeFolder(folder)
    } catch {
      throw EvaluationError("\(error.place): the folder cannot be made: \(error.reason)")
    }
  }

  /// Throws if a file cannot be written, before work is done for it; changes nothing.
  ///
  /// - Throws: ``EvaluationError`` with the file and the system's reason.
  package static func check(_ file: URL) throws {
    do {
      try WholeFile.check(file)
    } catch {
      throw EvaluationError("\(error.place): the file cannot be written: \(error.reason)")
    }
  }

  /// Throws if a folder cannot be created or written to, before work is done for it; changes nothing.
  ///
  /// - Throws: ``EvaluationError`` with the folder and the system's reason.
  package static func checkFolder(_ folder: URL) throws {
    do {
      try WholeFile.checkFolder(folder)
    } catch {
      let isThere = (try? folder.resourceValues(forKeys: [.isDirectoryKey]))?.isDirectory == true
      throw EvaluationError(
        "\(error.place): \(isThere ? "nothing can be written to this folder" : "the folder cannot be made"): "
          + error.reason)
    }
  }

  /// Removes unfinished files that killed runs left behind for an experiment.
  package static func removeAbandoned(in results: URL?, _ experiment: String) {
    guard let results else { return }
    let folder = results.appending(path: experiment)
    WholeFile.removeAbandoned(in: [
      results, results.appending(path: "folds"), folder, folder.appending(path: "figures"),
    ])
  }

  /// Returns whether a folder exists and is read-only.
  package static func isReadOnly(_ folder: URL) -> Bool {
    access(folder.path, F_OK) == 0 && access(folder.path, W_OK) != 0
  }

  /// Writes a file, whole or not at all, unless it exists already; of several processes one writes.
  ///
  /// - Throws: ``EvaluationError`` with the file and the system's reason.
  package static func writeOnce(_ content: Data, to file: URL) throws {
    do {
      try WholeFile.writeOnce(content, to: file)
    } catch {
      throw EvaluationError("\(error.place): the file cannot be written: \(error.reason)")
    }
  }

  /// Writes a text file, whole or not at all.
  ///
  /// - Throws: ``EvaluationError`` with the file and the system's reason.
  package static func write(_ text: String, to file: URL) throws { try write(Data(text.utf8), to: file) }

  /// Writes a file of bytes, whole or not at all.
  ///
  /// - Throws: ``EvaluationError`` with the file and the system's reason.
  package static func write(_ content: Data, to file: URL) throws {
    do {
      try WholeFile.write(content, to: file)
    } catch {
      throw EvaluationError("\(error.place): the file cannot be written: \(error.reason)")
    }
  }
}

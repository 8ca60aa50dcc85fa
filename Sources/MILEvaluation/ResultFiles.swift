import Foundation
import Output

/// Writing into folders of results, with errors that a user can act upon.
public enum ResultFiles {
  /// Makes a folder, and those it stands in, where they are missing.
  ///
  /// - Throws: ``EvaluationError`` with the folder and the system's reason.
  public static func makeFolder(_ folder: URL) throws {
    do {
      try WholeFile.makeFolder(folder)
    } catch {
      throw EvaluationError("\(error.place): the folder cannot be made: \(error.reason)")
    }
  }

  /// Refuses a file that cannot be written, before work is done for it; nothing is changed.
  ///
  /// - Throws: ``EvaluationError`` with the file and the system's reason.
  public static func check(_ file: URL) throws {
    do {
      try WholeFile.check(file)
    } catch {
      throw EvaluationError("\(error.place): the file cannot be written: \(error.reason)")
    }
  }

  /// Refuses a folder that cannot be made, or in which nothing can be written, before work is done for it; nothing is changed.
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

  /// Removes what killed runs have left of files that they were writing for an experiment.
  package static func removeAbandoned(in results: URL?, _ experiment: String) {
    guard let results else { return }
    let folder = results.appending(path: experiment)
    WholeFile.removeAbandoned(in: [
      results, results.appending(path: "folds"), folder, folder.appending(path: "figures"),
    ])
  }

  /// Whether a folder is there and only to be read.
  package static func isReadOnly(_ folder: URL) -> Bool {
    access(folder.path, F_OK) == 0 && access(folder.path, W_OK) != 0
  }

  /// Writes a file, whole or not at all, unless there is one already; of several processes one writes.
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
  public static func write(_ text: String, to file: URL) throws { try write(Data(text.utf8), to: file) }

  /// Writes a file of bytes, whole or not at all.
  ///
  /// - Throws: ``EvaluationError`` with the file and the system's reason.
  public static func write(_ content: Data, to file: URL) throws {
    do {
      try WholeFile.write(content, to: file)
    } catch {
      throw EvaluationError("\(error.place): the file cannot be written: \(error.reason)")
    }
  }
}

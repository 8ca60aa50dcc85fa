import Foundation

/// Writing into folders of results, with errors that a user can act upon.
public enum ResultFiles {
  /// Makes a folder, and those it stands in, where they are missing.
  ///
  /// - Throws: ``EvaluationError`` with the folder and the system's reason.
  public static func makeFolder(_ folder: URL) throws {
    do {
      try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
    } catch {
      throw EvaluationError("\(folder.path): the folder cannot be made: \(reason(error))")
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
      try content.write(to: file, options: .atomic)
    } catch {
      throw EvaluationError("\(file.path): the file cannot be written: \(reason(error))")
    }
  }

  /// What the system says; Foundation's own error often says no more than that something failed.
  private static func reason(_ error: any Error) -> String {
    let cause = (error as NSError).userInfo[NSUnderlyingErrorKey] as? any Error
    return (cause ?? error).localizedDescription
  }
}

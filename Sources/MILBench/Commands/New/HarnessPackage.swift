import Foundation
import MILEvaluation
import UserInput

/// The package of milbench, as a dependency in the manifest of another package.
enum HarnessPackage {
  /// A folder that contains it.
  case folder(URL)
  /// A repository, and the minimum version.
  case repository(address: String, version: String)

  /// Parses a folder, or `address@version`.
  ///
  /// - Throws: `EvaluationError` for a folder with another package, and for an address without a version.
  init(_ text: String) throws {
    if text.wholeMatch(of: /\d+\.\d+\.\d+/) != nil {
      throw EvaluationError("--package \(text): a version alone, expected the address too, as address@\(text)")
    }
    if text.contains("://") || text.hasPrefix("git@") {
      guard let match = text.wholeMatch(of: /(\S+)@(\d+\.\d+\.\d+)/) else {
        throw EvaluationError("--package \(text.onOneLine(limit: 200)): expected address@version, such as …@1.2.3")
      }
      self = .repository(address: String(match.1), version: String(match.2))
    } else {
      let folder = URL(fileURLWithPath: text, isDirectory: true).standardizedFileURL
      guard Self.isHere(folder) else {
        throw EvaluationError(
          "--package \(text.onOneLine(limit: 200)): the package of milbench is not in this folder")
      }
      self = .folder(folder)
    }
  }

  /// Returns the package that this program was built from.
  ///
  /// - Throws: `EvaluationError` if it can no longer be found.
  static func ofThisProgram() throws -> HarnessPackage {
    guard let folder = folderOfThisProgram else {
      throw EvaluationError("the package that this program was built from is gone; name one with --package")
    }
    return .folder(folder)
  }

  /// The folder of the package that this program was built from; nil if it cannot be found.
  ///
  /// It is searched above the program, at its sources' original place, and above the current folder.
  static var folderOfThisProgram: URL? {
    let program = Bundle.main.executableURL?.resolvingSymlinksInPath()
    let current = URL(fileURLWithPath: FileManager.default.currentDirectoryPath, isDirectory: true)
    return [program, URL(fileURLWithPath: #filePath), current].lazy.compactMap { $0.flatMap(folder(above:)) }.first
  }

  private static func folder(above place: URL) -> URL? {
    var folder = place.standardizedFileURL
    while folder.path != "/" && !folder.path.isEmpty {
      if isHere(folder) { return folder }
      folder = folder.deletingLastPathComponent().standardizedFileURL
    }
    return nil
  }

  private static func isHere(_ folder: URL) -> Bool {
    ["Package.swift", "Sources/MILBench/MILBench.swift"].allSatisfy {
      FileManager.default.fileExists(atPath: folder.appending(path: $0).path)
    }
  }

  /// The package's name in the manifest of a dependent package.
  var name: String {
    switch self {
    case .folder: "milbench"
    case .repository(let address, _):
      String(address.split(whereSeparator: { "/:".contains($0) }).last ?? "milbench").replacing(/\.git$/, with: "")
    }
  }

  /// Returns the dependency for the manifest of a package in a folder.
  func dependency(from place: URL) -> String {
    switch self {
    case .folder(let folder):
      let path = Self.path(to: folder, from: place)
      return ".package(name: \(String(reflecting: name)), path: \(String(reflecting: path)))"
    case .repository(let address, let version):
      return ".package(url: \(String(reflecting: address)), from: \(String(reflecting: version)))"
    }
  }

  /// Returns the folder in which a dependent package is built, as a word of a shell in a makefile.
  ///
  /// A checkout's own build folder has the compiled modules already.
  func buildFolder(from place: URL) -> String {
    guard case .folder(let folder) = self else { return ".build" }
    let path = Self.path(to: folder, from: place) + "/.build"
    guard path.contains(/[^\w.\/+-]/) else { return path }
    let quoted = "'" + path.replacing("'", with: #"'\''"#) + "'"
    return quoted.replacing("$", with: "$$").replacing("#", with: "\\#")
  }

  /// Returns the path from a place to the package; it is relative from within the package.
  private static func path(to folder: URL, from place: URL) -> String {
    let (own, other) = (folder.pathComponents, place.pathComponents)
    let isInside = other.starts(with: own) && other.count > own.count
    return isInside ? Array(repeating: "..", count: other.count - own.count).joined(separator: "/") : folder.path
  }
}

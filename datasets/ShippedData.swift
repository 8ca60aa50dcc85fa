import Foundation

/// The data files that come with the package.
public enum ShippedData {
  /// The names of the files.
  public static let fileNames = ["catalogue.json5", "musk1.csv.gz", "musk2.csv.gz"]

  /// Returns the location of a shipped file, or nil if no resource folder has it.
  ///
  /// Two locations are searched: beside the executable, and beside the bundle that this code was loaded from. The
  /// package manager puts the folder beside the executable; a test run loads the code from a bundle. The accessor that
  /// the package manager generates is not used because it ends the program if it finds nothing.
  public static func url(forFile name: String) -> URL? {
    guard fileNames.contains(name) else { return nil }
    for folder in resourceFolders {
      let file = folder.appendingPathComponent(name, isDirectory: false)
      if FileManager.default.fileExists(atPath: file.path) { return file }
    }
    return nil
  }

  /// The folders that may hold the files, in the order of the search.
  public static var resourceFolders: [URL] {
    var places = [Bundle.main.bundleURL]
    if let executable = Bundle.main.executableURL {
      places.append(executable.resolvingSymlinksInPath().deletingLastPathComponent())
    }
    if let resources = Bundle.main.resourceURL { places.append(resources) }
    let code = Bundle(for: Marker.self).bundleURL
    places += [code, code.deletingLastPathComponent()]
    return places.flatMap { place in
      [
        "milbench_ShippedData.resources", "milbench_ShippedData.bundle",
        "milbench_ShippedData.bundle/Contents/Resources",
      ]
      .map { place.appendingPathComponent($0, isDirectory: true) }
    }
  }

  /// A class whose bundle is the one that this code was loaded from.
  private final class Marker {}
}

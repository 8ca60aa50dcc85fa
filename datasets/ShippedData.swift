import Foundation

/// The data files that come with the package.
public enum ShippedData {
  /// The names of the files.
  public static let fileNames = ["catalogue.json5", "musk1.csv.gz", "musk2.csv.gz"]

  /// The place of a shipped file; nil when the folder of resources is not where the program is.
  ///
  /// The folder is looked for beside the executable, where the package manager puts it and where a copied
  /// executable needs it, and beside the bundle this code was loaded from, as in a test run. The accessor that the
  /// package manager generates is not used because it ends the program when it finds nothing.
  public static func url(forFile name: String) -> URL? {
    guard fileNames.contains(name) else { return nil }
    for folder in resourceFolders {
      let file = folder.appendingPathComponent(name, isDirectory: false)
      if FileManager.default.fileExists(atPath: file.path) { return file }
    }
    return nil
  }

  /// The folders that may hold the files, in the order in which they are tried.
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

  /// Its bundle is the one that this code was loaded from.
  private final class Marker {}
}

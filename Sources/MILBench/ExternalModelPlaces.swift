import Foundation

/// Where descriptions of external models are looked for.
enum ExternalModelPlaces {
  /// The folder `models` where the process works, if it is there, and what MILBENCH_MODELS names, separated by colons.
  static var ofEnvironment: [URL] {
    let named = (ProcessInfo.processInfo.environment["MILBENCH_MODELS"] ?? "").split(separator: ":").map {
      URL(fileURLWithPath: String($0))
    }
    let own = URL(fileURLWithPath: "models", isDirectory: true)
    // Named once, even where the variable names the folder, too.
    let places = FileManager.default.fileExists(atPath: own.path) ? [own] : []
    return named.reduce(into: places) { places, place in
      if !places.contains(where: { $0.standardizedFileURL.path == place.standardizedFileURL.path }) {
        places.append(place)
      }
    }
  }
}

import Foundation

/// The places of descriptions of external models.
enum ExternalModelPlaces {
  /// The folder `models` in the working folder, if it exists, and the places in MILBENCH_MODELS, separated by colons.
  static var ofEnvironment: [URL] {
    let named = (ProcessInfo.processInfo.environment["MILBENCH_MODELS"] ?? "").split(separator: ":").map {
      URL(fileURLWithPath: String($0))
    }
    let own = URL(fileURLWithPath: "models", isDirectory: true)
    // Listed once, even if the variable names the folder, too.
    let places = FileManager.default.fileExists(atPath: own.path) ? [own] : []
    return named.reduce(into: places) { places, place in
      if !places.contains(where: { $0.standardizedFileURL.path == place.standardizedFileURL.path }) {
        places.append(place)
      }
    }
  }
}
